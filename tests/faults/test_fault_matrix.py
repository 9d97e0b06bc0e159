"""The fault matrix: each fault, what the site makes of it, and how soon all is well again.

With short time-outs a part of it runs with the other tests; ``scripts/fault_matrix`` runs all of it
with the application's own, and writes the table of docs/operations.md.
"""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from reid_app.config import RecordsSettings
from reid_app.domain import CameraState
from reid_app.errors import ModelError
from reid_app.records.reader import RecordsReader
from reid_app.runtime.supervisor import PartState
from tests.faults.conftest import PATTERN, TABLE, Plant
from tests.faults.proxy import Mode
from tests.faults.rig import MODEL, Rig

slow = pytest.mark.slow if not TABLE else pytest.mark.filterwarnings("default")
"""Left out of the quick tests, not of the table."""

LOST = (CameraState.STALE, CameraState.OFFLINE)
BOUND = 30.0


def begin(rig: Rig) -> None:
    rig.until_seen("door", "yard")


def test_server_killed(plant: Plant) -> None:
    with plant.rig() as rig:
        begin(rig)
        with plant.undisturbed(rig):
            plant.server.kill()
            rig.until_state("door", *LOST)
            assert rig.site.health().problems
            plant.restart_server()
            took = rig.until_seen("door")
        plant.report("server killed, then started again", BOUND, took)


@slow
def test_server_hangs(plant: Plant) -> None:
    """The connection stays open and nothing comes; a new one works."""
    with plant.rig() as rig:
        begin(rig)
        with plant.undisturbed(rig):
            plant.server.order("stall door")
            rig.until_state("door", *LOST)
            plant.server.order("resume door")
            took = rig.until_seen("door")
        plant.report("server hangs (socket open, no data)", BOUND, took)


@slow
@pytest.mark.parametrize(
    ("source", "fault"),
    [("pattern:320x240@15", "restart at another resolution"), (PATTERN + "/mjpeg", "restart with another codec")],
)
def test_restart_with_another_stream(plant: Plant, source: str, fault: str) -> None:
    with plant.rig() as rig:
        begin(rig)
        with plant.undisturbed(rig):
            plant.server.kill()
            rig.until_state("door", *LOST)
            plant.restart_server(source)
            took = rig.until_seen("door")
        size = rig._load("door").status.size
        assert size == ((320, 240) if "320" in source else (160, 120))
        plant.report(fault, BOUND, took)


@slow
def test_twenty_quick_restarts(plant: Plant) -> None:
    with plant.rig() as rig:
        begin(rig)
        connections, began = plant.proxy.connections, time.monotonic()
        with plant.undisturbed(rig):
            for _ in range(20):
                plant.proxy.cut()
                frames = rig.frames("yard")
                rig.until(lambda frames=frames: rig.frames("yard") > frames + 7)  # type: ignore[misc]
            seconds = time.monotonic() - began
            took = rig.until_seen("door")
        first = 1.0 if TABLE else 0.2
        attempts = plant.proxy.connections - connections
        assert attempts <= 2 + seconds / (0.9 * first), "no tight loop: at least the first wait between two"
        plant.report("20 quick restarts", BOUND, took, f"live again; {attempts} connects in {seconds:.0f} s")


@slow
def test_wrong_password(plant: Plant) -> None:
    plant.server.kill()
    plant.restart_server(login=("admin", "s3cret"))
    right, plant.url = plant.url.replace("//", "//admin:s3cret@"), plant.url.replace("//", "//admin:wr0ng@")
    with plant.rig() as rig:
        rig.until_seen("yard")
        with plant.undisturbed(rig):
            rig.until_state("door", CameraState.OFFLINE)
            status = rig._load("door").status
            assert "refuses user name or password" in status.reason
            assert "wr0ng" not in status.reason
            assert status.retry_ns is not None
            assert (status.retry_ns - time.time_ns()) / 1e9 > (20.0 if TABLE else 0.5), "no use in asking soon"
            camera = rig.site._context.settings.cameras[0]
            rig.site.change_camera(camera.model_copy(update={"url": type(camera.url)(right)}))
            took = rig.until_seen("door")
        plant.report("wrong password, then the right one set", BOUND, took)


@slow
def test_corrupt_packets(plant: Plant) -> None:
    with plant.rig() as rig:
        begin(rig)
        with plant.undisturbed(rig):
            plant.proxy.mode = Mode.CORRUPT
            frames = rig.frames("yard")
            rig.until(lambda: rig.frames("yard") > frames + 60)
            plant.proxy.mode = Mode.PASS
            took = rig.until_seen("door")
        plant.report("corrupt packets for 4 s", BOUND, took)


@slow
def test_half_open(plant: Plant) -> None:
    """As after a pulled cable: packets go nowhere, and new connections get no answer."""
    with plant.rig() as rig:
        begin(rig)
        with plant.undisturbed(rig):
            plant.proxy.mode = Mode.SILENT
            rig.until_state("door", CameraState.OFFLINE)
            plant.proxy.mode = Mode.PASS
            took = rig.until_seen("door")
        plant.report("half-open TCP", BOUND, took)


def test_clock_set_back(plant: Plant) -> None:
    from reid_app.video import WallClock

    offset = [0]
    with plant.rig(clock=WallClock(wall=lambda: time.time_ns() + offset[0])) as rig:
        begin(rig)
        times: list[int] = []
        rig.site.listen(lambda tick, *_: times.append(tick.time_ns))
        with plant.undisturbed(rig):
            offset[0] = -3600 * 10**9
            took = rig.until_seen("door", "yard")
        assert times == sorted(times)
        assert times[-1] - times[0] < 60 * 10**9
        plant.report("wall clock set back an hour", BOUND, took, "goes on at once; times never go back")


def limit_pages(rig: Rig, more: int | None) -> None:
    """Let the database grow by ``more`` pages, then SQLite says that the disk is full; None lifts the limit."""
    from sqlalchemy import event

    engine = rig.records._database.engine
    engine.dispose()

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {2**31 - 2 if more is None else pages + more}")


def looked_at(rig: Rig) -> list[int]:
    """Indices of the frames of the door that were looked at from now on."""
    indices: list[int] = []
    rig.site.listen(
        lambda tick, *_: indices.extend(
            update.frame_index for update in tick.updates if update.camera == "door" and update.frame_index is not None
        )
    )
    return indices


@slow
def test_disk_full(plant: Plant) -> None:
    with plant.rig() as rig:
        seen = looked_at(rig)
        begin(rig)
        limit_pages(rig, 0)
        rig.until(lambda: "disk is full" in rig.site.snapshot().errors.get("records", ""))
        limit_pages(rig, None)
        took = rig.until(lambda: rig.records.error is None and "records" not in rig.site.snapshot().errors)
        rig.until_seen("door", "yard")
        count = len(seen)
        assert rig.recorded("door")[:count] == seen[:count], "nothing that was seen is lost"
        plant.report("disk full", BOUND, took, "writes again, nothing seen is lost")


@slow
def test_disk_slow(plant: Plant) -> None:
    with plant.rig() as rig:
        seen = looked_at(rig)
        begin(rig)
        write, gate = rig.records._store.write, threading.Event()
        rig.records._store.write = lambda *given: (gate.wait(2.0), write(*given))[1]  # type: ignore[method-assign]
        with plant.undisturbed(rig):
            frames = rig.frames("yard")
            rig.until(lambda: rig.frames("yard") > frames + 90)
            gate.set()
            took = rig.until(lambda: rig.records.waiting < 50)
        rig.until_seen("door")
        count = len(seen)
        assert rig.recorded("door")[:count] == seen[:count]
        plant.report("disk slow (2 s a transaction)", BOUND, took, "caught up, nothing seen is lost")


@slow
def test_database_locked(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reid_app.records.database.BUSY_SECONDS", 0.2)
    with plant.rig() as rig:
        seen = looked_at(rig)
        begin(rig)
        database = rig.records._database.file
        assert database is not None
        with plant.undisturbed(rig):
            locker = sqlite3.connect(database)
            locker.execute("BEGIN IMMEDIATE")
            rig.until(lambda: "locked" in rig.site.snapshot().errors.get("records", ""))
            locker.rollback()
            locker.close()
            took = rig.until(lambda: rig.records.error is None)
        rig.until_seen("door")
        count = len(seen)
        assert rig.recorded("door")[:count] == seen[:count]
        plant.report("database locked by another program", BOUND, took, "writes again, nothing seen is lost")


@pytest.mark.parametrize("part", ["detector", pytest.param("embedder", marks=slow)])
def test_a_network_raises(plant: Plant, part: str) -> None:
    """For 3 seconds, so that it fails again after the first restarts."""
    with plant.rig() as rig:
        begin(rig)
        name = {"detector": "analyse", "embedder": "embed"}[part]
        frames = rig.frames("yard")
        getattr(rig, part).fail = ModelError("the device is gone")
        rig.until(lambda: name in rig.site.snapshot().errors)
        rig.until(lambda: rig.frames("yard") > frames + 45)
        assert not rig.site.failed
        getattr(rig, part).fail = None
        took = rig.until(lambda: name not in rig.site.snapshot().errors)
        took += rig.until_seen("door", "yard")
        status = next(one for one in rig.site.parts() if one.name == name)
        assert 1 <= status.restarts <= 5
        assert status.state is PartState.RUNNING
        plant.report(f"{part} raises for 3 s", BOUND, took, f"looked at again; {status.restarts} restarts")


@slow
@pytest.mark.parametrize("part", ["detector", "embedder"])
def test_a_network_hangs(plant: Plant, part: str) -> None:
    hang = 30.0 if TABLE else 1.0
    with plant.rig(more={"supervisor": {"hang_seconds": hang}}) as rig:
        begin(rig)
        getattr(rig, part).hold.set()
        name = {"detector": "analyse", "embedder": "embed"}[part]
        rig.until(lambda: any(one.name == name and one.restarts for one in rig.site.parts()), timeout=90)
        took = rig.until_seen("door", "yard")
        plant.report(f"{part} hangs", BOUND, took, f"looked at again, once it was left behind after {hang:g} s")


RUN = """
import sys
from pathlib import Path
from tests.faults.rig import Rig
with Rig(Path(sys.argv[1]), {"door": sys.argv[2]}, {}) as rig:
    def tell(tick, *_):
        print(*(update.frame_index for update in tick.updates if update.frame_index is not None), flush=True)
    rig.site.listen(tell)
    rig.until(lambda: False, 120)
"""


@slow
def test_kill_9(plant: Plant) -> None:
    command = [sys.executable, "-c", RUN, str(plant.folder), plant.url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert process.stdout is not None
    told = []
    for line in process.stdout:
        told.append((time.monotonic(), line.split()))
        if len(told) > 30:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    killed = told[-1][0]
    due = [int(index) for when, indices in told if when < killed - 1.0 for index in indices]
    with RecordsReader.open_existing(RecordsSettings(), plant.folder) as reader:
        kept = set(reader.frames_processed("door", 1)[0].tolist())
        assert set(due) <= kept, "all but the last second is on disk"
        identities = reader.identity_count()
        assert identities
    began = time.monotonic()
    with Rig(plant.folder, {"door": plant.url}, {}) as rig:
        rig.until_seen("door")
        took = time.monotonic() - began
        rig.until(lambda: any(event.kind == "decision" for event in rig.site.events_since(0)))
        rig.records.flush()
        assert rig.records.identity_count() == identities, "known again"
        assert rig.records.gallery_snapshot(MODEL, 24, 0).identities
    plant.report("kill -9 and restart", BOUND, took, "watches again, all but the last second is on record")
