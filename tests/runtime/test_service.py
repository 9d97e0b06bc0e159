"""What surrounds a running site: the service manager, metrics, health."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from reid_app.commands.health import ask_health
from reid_app.config import MetricsSettings
from reid_app.domain import CameraState
from reid_app.errors import ReidAppError
from reid_app.runtime.endpoint import Endpoint
from reid_app.runtime.health import Condition, Health
from reid_app.runtime.notify import Notifier
from reid_app.runtime.service import Service, Signals
from tests.runtime.world import World

WELL = Health("lobby", Condition.WELL, (), {"door": "live"}, {"embed": "running"}, 1.0, 0.2)


class Manager:
    """A service manager that listens."""

    def __init__(self, path: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path.replace("@", "\0", 1))
        self.socket.settimeout(5)

    def heard(self) -> list[str]:
        messages = []
        self.socket.setblocking(False)
        while True:
            try:
                messages.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return messages


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Manager, Notifier]]:
    address = str(tmp_path / "notify") if request.param == "path" else f"@reid-app-test-{tmp_path.name}"
    made = Manager(address)
    yield made, Notifier.from_environment({"NOTIFY_SOCKET": address})
    made.socket.close()


def test_the_service_manager_hears_how_it_goes(manager: tuple[Manager, Notifier]) -> None:
    listener, notifier = manager
    notifier.ready()
    notifier.alive()
    notifier.status("two\nlines")
    notifier.reloading()
    notifier.stopping()
    heard = listener.heard()
    assert heard[:3] == ["READY=1", "WATCHDOG=1", "STATUS=two lines"]
    assert heard[3].startswith("RELOADING=1\nMONOTONIC_USEC=")
    assert heard[4:] == ["STOPPING=1"]


def test_nobody_listens_and_nothing_happens(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Notifier.from_environment({}).ready()
    assert not caplog.records
    gone = Notifier(str(tmp_path / "none"))
    gone.ready()
    gone.alive()
    assert len(caplog.records) == 1, "it is said once"


def test_a_site_file_that_is_read_again(
    world: World, manager: tuple[Manager, Notifier], caplog: pytest.LogCaptureFixture
) -> None:
    listener, notifier = manager
    signals = Signals()
    service = Service(world.site, notifier)
    service.beat(signals)
    assert [line for line in listener.heard() if not line.startswith("STATUS")] == ["READY=1", "WATCHDOG=1"]
    world.path.write_text("cameras: nonsense")
    signals.reload.set()
    service.beat(signals)
    assert "the site file is not taken over" in caplog.text
    heard = listener.heard()
    assert heard[-1] == "READY=1", "the site runs on"
    assert any(line.startswith("RELOADING=1") for line in heard)


@pytest.fixture
def served() -> Iterator[dict[str, Health]]:
    """An endpoint; a test changes how the site is."""
    state: dict[str, object] = {"health": WELL}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with Endpoint(MetricsSettings(port=port), lambda: b"up 1\n", lambda: state["health"]) as endpoint:  # type: ignore[arg-type, return-value]
        state["port"] = endpoint.port
        yield state  # type: ignore[misc]


def get(port: object, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return bytes(answer.read())


def test_the_endpoint_answers(served: dict[str, object]) -> None:
    assert get(served["port"], "/metrics") == b"up 1\n"
    assert json.loads(get(served["port"], "/health"))["condition"] == "well"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(served["port"], "/")


def test_a_port_that_is_taken_is_told_and_borne(served: dict[str, object], caplog: pytest.LogCaptureFixture) -> None:
    taken = MetricsSettings.model_validate({"port": served["port"]})
    with Endpoint(taken, lambda: b"", lambda: WELL) as second:
        assert second.port is None
    assert "give it another metrics.port" in caplog.text


def site_file(folder: Path, port: object, name: str = "lobby") -> Path:
    path = folder / "site.yaml"
    values = {"name": name, "cameras": [{"name": "door", "url": "rtsp://127.0.0.1/1"}], "metrics": {"port": port}}
    path.write_text(yaml.safe_dump(values))
    return path


@pytest.mark.parametrize(("condition", "code"), [(Condition.WELL, 0), (Condition.DEGRADED, 3), (Condition.FAILED, 4)])
def test_health_for_scripts(
    condition: Condition, code: int, served: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served["health"] = replace(WELL, condition=condition, problems=("camera door: offline",) if code else ())
    assert ask_health(site_file(tmp_path, served["port"])) == code
    assert capsys.readouterr().out.startswith(f"lobby: {condition.value}\n")
    assert ask_health(site_file(tmp_path, served["port"]), as_json=True) == code
    assert json.loads(capsys.readouterr().out)["condition"] == condition.value


def test_health_without_an_answer(served: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(ReidAppError, match="another site, 'lobby', answers"):
        ask_health(site_file(tmp_path, served["port"], "roof"))
    with pytest.raises(ReidAppError, match="switches metrics off"):
        ask_health(site_file(tmp_path, None))
    with pytest.raises(ReidAppError, match="no answer from"):
        ask_health(site_file(tmp_path, 1))


def test_the_figures_of_a_site(world: World) -> None:
    world.walk("door", 1, 1)
    families = {family.name: family for family in text_string_to_metric_families(world.site.telemetry.text().decode())}
    states = {tuple(sample.labels.values()): sample.value for sample in families["reid_camera_state"].samples}
    assert {camera for camera, _ in states} == {"door", "yard"}
    assert len(states) == 2 * len(CameraState)
    assert families["reid_identities"].samples[0].value == 1
    assert families["reid_decisions"].samples
    assert families["reid_detection_share"].samples[0].value == 1.0
    assert families["process_resident_memory_bytes"].samples[0].value > 1e6
    counted = {sample.labels["stage"] for sample in families["reid_stage_seconds"].samples}
    assert {"match", "record"} <= counted


def test_a_camera_that_is_offline_is_a_problem(tmp_path: Path) -> None:
    world = World(tmp_path, cameras=(), live=("gate",))
    try:
        snapshot = world.site.snapshot()
        (load,) = snapshot.cameras
        status = replace(load.status, state=CameraState.OFFLINE, reason="no answer")
        off = replace(snapshot, cameras=(replace(load, status=status),), detection_share=0.2)
        health = Health.of(off, world.site.parts(), failed=False, latency_p95=None)
        assert health.condition is Condition.DEGRADED
        assert health.problems == (
            "camera gate: offline; no answer",
            "the machine is overloaded: it has time for 20% of the wanted detections",
        )
        assert Health.of(snapshot, (), failed=False, latency_p95=None).condition is Condition.WELL
        assert Health.of(snapshot, (), failed=True, latency_p95=None).condition is Condition.FAILED
    finally:
        world.site.stop()
