"""The supervisor, on a clock of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from reid_app.config import SupervisorSettings
from reid_app.errors import ModelError
from reid_app.runtime.supervisor import PartState, PartStatus, Supervisor


class Bench:
    """A supervisor over one part, whose time a test moves on."""

    def __init__(self, **settings: float) -> None:
        self.now = 1000.0
        self.busy = 0.0
        self.restarts: list[float] = []
        self.on_restart: Callable[[], None] = lambda: None
        self.told: list[PartStatus] = []
        self.supervisor = Supervisor(
            SupervisorSettings.model_validate(settings), self.told.append, clock=lambda: self.now
        )
        self.supervisor.watch("detect", self._restart, lambda: self.busy)

    def _restart(self) -> None:
        self.restarts.append(self.now)
        self.on_restart()

    def run(self, seconds: float) -> None:
        """Let time pass."""
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            self.supervisor.look()

    def fail(self, words: str = "it broke") -> None:
        self.supervisor.failed("detect", ModelError(words))
        self.supervisor.look()

    @property
    def part(self) -> PartStatus:
        (part,) = self.supervisor.parts()
        return part


def test_a_part_that_fails_is_started_again_at_once() -> None:
    bench = Bench()
    bench.run(1)
    assert bench.restarts == []
    bench.fail()
    assert bench.restarts == [bench.now]
    assert [status.state for status in bench.told] == [PartState.RESTARTING, PartState.RUNNING]
    assert bench.part == PartStatus("detect", PartState.RUNNING, "it broke", 1)


def test_it_waits_longer_and_longer_and_then_gives_up() -> None:
    bench = Bench()
    bench.on_restart = lambda: bench.supervisor.failed("detect", ModelError("still broken"))
    bench.fail()
    bench.run(40)
    waits = [round(later - earlier) for earlier, later in zip(bench.restarts, bench.restarts[1:], strict=False)]
    assert waits == [1, 2, 4, 8]
    assert bench.part.state is PartState.OFF
    assert bench.part.reason == "still broken"
    bench.fail()
    bench.run(100)
    assert len(bench.restarts) == 5
    assert bench.told[-1].state is PartState.OFF


def test_failures_long_ago_are_forgiven() -> None:
    bench = Bench(restarts=2, window=60)
    for _ in range(5):
        bench.fail()
        bench.run(35)
    assert bench.part.state is PartState.RUNNING
    assert bench.part.restarts == 5


def test_a_part_that_hangs_is_started_again() -> None:
    bench = Bench(hang_seconds=30)
    bench.busy = 29.9
    bench.run(1)
    assert bench.restarts == []
    bench.busy = 30.0
    bench.on_restart = lambda: setattr(bench, "busy", 0.0)
    bench.run(1)
    assert len(bench.restarts) == 1
    assert bench.part.reason == "it did not come back for 30 s"


def test_a_restart_that_fails_counts_as_a_failure() -> None:
    bench = Bench(restarts=1)

    def broken() -> None:
        raise ModelError("the model is gone")

    bench.on_restart = broken
    bench.fail()
    bench.run(5)
    assert bench.part.state is PartState.OFF
    assert bench.part.reason == "the model is gone"


def test_a_part_that_is_forgotten_is_left_alone() -> None:
    bench = Bench()
    bench.supervisor.forget("detect")
    bench.fail()
    bench.run(1)
    assert bench.restarts == []
    assert bench.supervisor.parts() == ()


def test_what_nobody_foresaw_is_named_and_its_place_logged(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    try:
        {}["x"]
    except KeyError as error:
        bench.supervisor.failed("detect", error)
    bench.supervisor.look()
    assert bench.part.reason == "unexpected KeyError: 'x'"
    assert 'test_supervisor.py", line' in caplog.text
    caplog.clear()
    bench.run(1.0)
    bench.fail()
    assert "it broke" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("stopped", [False, True])
def test_its_thread_acts_as_soon_as_something_fails(stopped: bool) -> None:
    restarted = threading.Event()
    supervisor = Supervisor(SupervisorSettings(), lambda _: None)
    supervisor.watch("detect", restarted.set)
    supervisor.start()
    if stopped:
        supervisor.stop()
    supervisor.failed("detect", ModelError("x"))
    assert restarted.wait(0.3 if stopped else 30) is not stopped
    supervisor.stop()
