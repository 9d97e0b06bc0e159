"""Full disks, locked, damaged and foreign files, killed processes: one sentence each, and nothing lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from reid_app.config import RecordsSettings
from reid_app.domain import TrackKey
from reid_app.errors import RecordsError
from reid_app.records.database import DATABASE_FILE, SCHEMA, Database, records_folder
from reid_app.records.reader import RecordsReader
from reid_app.records.records import Records
from tests.records.conftest import Home, at, decision, update


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Only SQLite: these are troubles of files."""
    return Home(tmp_path)


def file(home: Home) -> Path:
    return records_folder(home.settings, home.folder) / DATABASE_FILE


def change(home: Home, statement: str) -> None:
    with sqlite3.connect(file(home)) as connection:
        connection.execute(statement)
    connection.close()


def sentence(home: Home) -> str:
    """What opening the records says is wrong."""
    with pytest.raises(RecordsError) as told:
        home.open()
    assert "\n" not in str(told.value)
    assert told.value.exit_code == 2
    return str(told.value)


@pytest.fixture
def recorded(home: Home) -> Home:
    """Records with one identity in them, closed."""
    with home.open() as records:
        records.write_track_update(update("a", 1, (1,)))
        records.write_decision(decision(TrackKey("a", 1), 1))
    return home


def test_a_database_of_a_newer_version(recorded: Home) -> None:
    change(recorded, "UPDATE alembic_version SET version_num = '9999'")
    told = sentence(recorded)
    assert "were written by a newer version of reid-app (schema 9999" in told
    with pytest.raises(RecordsError, match="newer version"):
        RecordsReader.open_existing(recorded.settings, recorded.folder)
    change(recorded, f"UPDATE alembic_version SET version_num = '{SCHEMA}'")
    with recorded.open() as records:
        assert records.identity_count() == 1  # nothing was touched


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"this is a letter, not a database, and long enough to be read as a header" * 20, "is not a database"),
        (b"SQLite format 3\x00" + b"\xff" * 5000, "cannot be"),
    ],
)
def test_a_file_that_is_no_database(home: Home, content: bytes, expected: str) -> None:
    file(home).parent.mkdir()
    file(home).write_bytes(content)
    assert expected in sentence(home)
    assert file(home).read_bytes() == content


def test_a_database_that_is_damaged(recorded: Home) -> None:
    data = bytearray(file(recorded).read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    file(recorded).write_bytes(data)
    assert "damaged" in sentence(recorded)


def test_a_database_of_another_program(home: Home) -> None:
    file(home).parent.mkdir()
    change(home, "CREATE TABLE recipes (name TEXT)")
    assert "is a database, but not one of this application" in sentence(home)


def test_an_empty_file_becomes_a_database(home: Home) -> None:
    file(home).parent.mkdir()
    file(home).touch()
    with home.open() as records:
        assert records.identity_count() == 0


def test_a_folder_that_cannot_be_made(home: Home) -> None:
    (home.folder / "records").write_text("a file")
    assert "records cannot be made" in sentence(home)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system that refuses new files")
def test_a_folder_that_cannot_be_written(home: Home) -> None:
    home.settings = RecordsSettings(folder=Path("/proc/self"))
    assert "cannot be written" in sentence(home)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("nonsense", "records.url is no database address"),
        ("postgresql+nothing://me:geheim@host/db", "needs a driver that is not installed"),
        ("mysql://me:geheim@host/db", "needs SQLite or PostgreSQL"),
    ],
)
def test_an_address_that_cannot_be_used(home: Home, url: str, expected: str) -> None:
    home.settings = RecordsSettings(url=SecretStr(url))
    told = sentence(home)
    assert expected in told
    assert "geheim" not in told


def test_a_server_that_does_not_answer(home: Home) -> None:
    pytest.importorskip("psycopg")
    home.settings = RecordsSettings(url=SecretStr("postgresql+psycopg://me:geheim@127.0.0.1:1/db?connect_timeout=2"))
    told = sentence(home)
    assert "no database server answers" in told
    assert "geheim" not in told


def test_reading_where_there_is_nothing_makes_nothing(home: Home) -> None:
    with pytest.raises(RecordsError, match="yet; run the site first"):
        RecordsReader.open_existing(home.settings, home.folder)
    assert not file(home).exists()


def test_reading_another_site(recorded: Home) -> None:
    with pytest.raises(RecordsError, match="know no site 'roof', only 'site'"):
        RecordsReader.open_existing(recorded.settings, recorded.folder, "roof")


def limit_pages(records: Records, more: int | None) -> None:
    """Let the database grow by ``more`` pages: SQLite then says that the disk is full. None lifts the limit."""
    engine = records._database.engine

    from sqlalchemy import event

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {2**31 - 2 if more is None else pages + more}")

    engine.dispose()  # the limit belongs to a connection: from now on all are new


def test_a_full_disk_is_told_and_goes_on_when_there_is_space(home: Home) -> None:
    told: list[RecordsError | None] = []
    with home.open(on_error=told.append) as records:
        records.write_track_update(update("a", 0, (1,)))
        records.write_decision(decision(TrackKey("a", 1), 1))
        records.flush()
        limit_pages(records, 2)
        for frame in range(1, 1500):
            records.write_track_update(update("a", frame, (1,)))
        with pytest.raises(RecordsError, match="the disk is full; free some space, what is recorded so far is safe"):
            records.flush()
        assert records.identity_count() == 1
        records.write_track_update(update("a", 1500, (1,)))
        limit_pages(records, None)
        records.flush()
        assert records.path(TrackKey("a", 1)).frames.tolist() == list(range(1501))
    assert [one is None for one in told] == [False, True]


def test_a_database_that_somebody_locks_is_waited_for(recorded: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reid_app.records.database.BUSY_SECONDS", 0.05)
    with recorded.open() as records:
        locker = sqlite3.connect(file(recorded))
        locker.execute("BEGIN IMMEDIATE")
        records.write_track_update(update("a", 2, (2,)))
        with pytest.raises(RecordsError, match="another program holds it locked"):
            records.flush()
        assert records.identity_count() == 1  # reading goes on
        locker.rollback()
        locker.close()
        records.flush()
        assert records.path(TrackKey("a", 2)).frames.tolist() == [2]


def test_a_read_only_database_says_so(recorded: Home) -> None:
    database = Database(recorded.settings, file(recorded).parent)

    def write() -> None:
        with database.writing() as connection:
            connection.execute(text("PRAGMA query_only = ON"))
            connection.execute(text("DELETE FROM tracks"))

    with pytest.raises(RecordsError, match="the file is read-only"):
        write()
    database.close()


def test_a_thumbnail_that_cannot_be_written_stops_nothing_else(recorded: Home) -> None:
    from tests.records.conftest import sighting

    with recorded.open() as records:
        blocker = records.folder / "thumbnails"
        blocker.write_text("in the way")
        records.write_track_update(update("a", 2, (2,)))
        records.write_sighting(sighting(TrackKey("a", 2), 2, 1))
        with pytest.raises(RecordsError, match=r"thumbnail .* cannot be written"):
            records.flush()
        blocker.unlink()
        records.flush()
        assert len(records.sightings(TrackKey("a", 2))) == 1


WRITER = """
import sys, time
from pathlib import Path
from pydantic import SecretStr
from reid_app.config import CameraSettings, RecordsSettings
from reid_app.records.records import Records
from tests.records.conftest import decision, sighting, update
from reid_app.domain import TrackKey
cameras = [CameraSettings(name="a", url=SecretStr("a.mp4"))]
records = Records.open(RecordsSettings(), Path(sys.argv[1]), cameras)
number = records.next_track_numbers()["a"]
for frame in range(100000):
    records.write_track_update(update("a", frame, (number,)))
    if frame % 5 == 0:
        records.write_sighting(sighting(TrackKey("a", number), frame, 1))
    if frame == 0:
        records.write_decision(decision(TrackKey("a", number), 1))
    print(frame, time.monotonic(), flush=True)
    time.sleep(0.002)
"""


def test_kill_9_loses_at_most_the_last_second(home: Home) -> None:
    """Twice in a row: the records of a killed run open again at once and go on."""
    root = Path(__file__).parents[2]
    for run in (1, 2):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(home.folder)], stdout=subprocess.PIPE, text=True, cwd=root
        )
        assert process.stdout is not None
        told: list[tuple[int, float]] = []
        for line in process.stdout:
            frame, when = line.split()
            told.append((int(frame), float(when)))
            if told[-1][1] - told[0][1] > 1.7:
                break
        process.send_signal(signal.SIGKILL)
        killed = time.monotonic()
        told += [(int(line.split()[0]), float(line.split()[1])) for line in process.stdout if len(line.split()) == 2]
        process.wait()
        process.stdout.close()
        with home.open() as records:
            frames = records.path(TrackKey("a", run)).frames.tolist()
            assert frames == list(range(len(frames)))  # no gap, only an end
            due = [frame for frame, when in told if when < killed - 1.0]
            assert due
            assert frames[-1] >= due[-1]
            assert records.frames_processed("a", 2 * run - 1)[0].tolist() == frames
            pictures = [one.thumbnail for one in records.sightings(TrackKey("a", run))]
            assert pictures
            for key in pictures:
                assert key is not None
                records.thumbnails.get(key)
            assert records.identity(1).tracks == run
            assert records.next_track_numbers()["a"] == run + 1
            assert records.runs()[2 * run - 2].ended_ns is None


def test_time_since_the_epoch_is_kept_to_the_nanosecond(recorded: Home) -> None:
    with recorded.open() as records:
        odd = at(5) + 1
        one = update("b", 1, (1,))
        moved = type(one)("b", odd, (type(one.boxes[0])(TrackKey("b", 1), 1, odd, one.boxes[0].box, 0.5),), (), 1)
        records.write_track_update(moved)
        records.flush()
        assert records.path(TrackKey("b", 1)).times_ns.tolist() == [odd]
        assert records.last_time_ns() == odd
