from __future__ import annotations

import gc
import itertools
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reid_app.config import VideoSettings
from reid_app.domain import NS_PER_S, CameraState, CameraStatus, Frame
from reid_app.errors import SourceError
from reid_app.video import CameraReader
from reid_app.video.camera import WAITING_FRAMES, measured_fps
from reid_app.video.sources import Picture, Source
from reid_app.video.stream import SourceRefusedError
from tests.clips import number_of, write_clip
from tests.video.sources import QUICK, Changes, ScriptedSource, make_reader


class Gate:
    """A read that hangs until the test lets it go."""

    def __init__(self) -> None:
        self.open = threading.Event()

    def __call__(self) -> Picture | None:
        self.open.wait(30)
        return None


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open.set()


def is_state(state: CameraState) -> Callable[[CameraStatus], bool]:
    return lambda status: status.state is state


def drain(reader: CameraReader) -> list[Frame]:
    frames = []
    while (frame := reader.next_frame(20)) is not None:
        frames.append(frame)
    return frames


def test_a_file_goes_through_connecting_and_live_to_ended(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.avi", 30)
    changes = Changes()
    reader = make_reader(url="a.avi", folder=tmp_path, lossless=True, on_change=changes)
    reader.start()
    frames = drain(reader)
    assert [frame.index for frame in frames] == list(range(30))
    assert [number_of(frame.image) for frame in frames] == list(range(30))
    changes.wait_for(is_state(CameraState.ENDED))
    states = [status.state for status in changes.seen]
    assert states == [CameraState.CONNECTING, CameraState.LIVE, CameraState.ENDED]
    assert [change.state for change in reader.history()] == states
    status = reader.status()
    assert (status.frames, status.dropped, status.reconnects, status.size) == (30, 0, 0, (64, 48))
    assert status.last_frame_ns == 29 * NS_PER_S // 10
    assert reader.finished
    assert reader.stop()


def test_a_lossless_reader_never_runs_ahead_of_its_consumer(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.avi", 30)
    reader = make_reader(url="a.avi", folder=tmp_path, lossless=True)
    reader.start()
    first = reader.next_frame(20)
    assert first is not None
    while reader.status().frames < WAITING_FRAMES + 1:
        assert not reader.finished
        threading.Event().wait(0.001)
    assert reader.status().frames <= WAITING_FRAMES + 1
    assert len(drain(reader)) == 29


def test_a_file_whose_consumer_is_slow_is_not_stale() -> None:
    changes = Changes()
    reader = make_reader(lambda: ScriptedSource(20, live=False), url="a.avi", lossless=True, on_change=changes)
    reader.start()
    changes.wait_for(is_state(CameraState.LIVE))
    while reader.status().frames < WAITING_FRAMES:
        threading.Event().wait(0.001)
    assert reader._age() == 0.0
    assert reader.status().state is CameraState.LIVE
    assert len(drain(reader)) == 20


def test_a_missing_file_fails_with_its_reason_and_is_not_tried_again(tmp_path: Path) -> None:
    changes = Changes()
    reader = make_reader(url="a.avi", folder=tmp_path, lossless=True, on_change=changes)
    reader.start()
    assert reader.next_frame(20) is None
    changes.wait_for(is_state(CameraState.FAILED))
    assert reader.status().reason.startswith(f"{tmp_path / 'a.avi'} does not exist")
    assert reader.status().reconnects == 0


def test_frames_that_were_read_before_a_file_broke_off_are_kept() -> None:
    def broken() -> Picture | None:
        raise SourceError("a.avi is damaged")

    reader = make_reader(lambda: ScriptedSource(3, broken, live=False), url="a.avi", lossless=True)
    reader.start()
    assert len(drain(reader)) == 3
    assert (reader.status().state, reader.status().reason) == (CameraState.FAILED, "a.avi is damaged")


def test_a_file_that_may_lose_frames_plays_in_real_time(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.avi", 4, fps=20)
    changes = Changes()
    reader = make_reader(url="a.avi", folder=tmp_path, on_change=changes)
    began = time.monotonic()
    reader.start()
    changes.wait_for(is_state(CameraState.ENDED))
    assert time.monotonic() - began >= 3 / 20
    assert reader.status().frames == 4


def test_a_lost_stream_is_opened_again_and_counts_on(gate: Gate) -> None:
    sources = [ScriptedSource(3), ScriptedSource(4, start=10), ScriptedSource(2, gate, start=20)]
    remaining = iter(sources)
    changes = Changes()
    reader = make_reader(lambda: next(remaining), on_change=changes)
    frames: list[Frame] = []
    reader.listen(Recorder(frames))
    reader.start()
    lost = changes.wait_for(lambda status: "opened again" in status.reason)
    assert changes.seen[lost - 1].state is CameraState.STALE
    while reader.status().frames < 9:
        assert not reader.finished
        threading.Event().wait(0.001)
    assert [frame.index for frame in frames] == list(range(9))
    assert reader.status().reconnects == 2
    assert sources[0].closed.is_set()
    assert sources[1].closed.is_set()
    gate.open.set()
    assert reader.stop()


class Recorder:
    def __init__(self, frames: list[Frame]) -> None:
        self._frames = frames
        self.ended = threading.Event()

    def on_frame(self, frame: Frame) -> None:
        self._frames.append(frame)

    def on_end(self) -> None:
        self.ended.set()


def test_a_hanging_read_is_stale_then_abandoned_and_opened_again(gate: Gate) -> None:
    hanging = ScriptedSource(3, gate)
    remaining: Iterator[Source] = iter([hanging, ScriptedSource(2, gate)])
    changes = Changes()
    reader = make_reader(lambda: next(remaining), on_change=changes)
    reader.start()
    stale = changes.wait_for(is_state(CameraState.STALE))
    again = changes.wait_for(is_state(CameraState.LIVE), after=stale)
    assert any(status.reason == "gave no frame for 0.2 s" for status in changes.seen[:again])
    assert not hanging.closed.is_set()  # nobody waited for it
    gate.open.set()
    assert hanging.closed.wait(20)  # it cleans up when it wakes
    assert reader.status().frames == 5
    reader.stop()


def test_a_frame_that_an_abandoned_capture_still_delivers_is_thrown_away(gate: Gate) -> None:
    def late() -> Picture | None:
        gate()
        return Picture(99, 99 * NS_PER_S, ScriptedSource(1).read().image)  # type: ignore[union-attr]

    hanging = ScriptedSource(1, late)
    remaining: Iterator[Source] = iter([hanging, ScriptedSource(2, gate)])
    changes = Changes()
    reader = make_reader(lambda: next(remaining), on_change=changes)
    reader.start()
    stale = changes.wait_for(is_state(CameraState.STALE))
    changes.wait_for(is_state(CameraState.LIVE), after=stale)
    gate.open.set()
    assert hanging.closed.wait(20)
    latest = reader.latest()
    assert latest is not None
    assert latest.time_ns < 99 * NS_PER_S
    reader.stop()


def test_a_hanging_open_is_abandoned(gate: Gate) -> None:
    calls = 0

    def opener() -> Source:
        nonlocal calls
        calls += 1
        if calls == 1:
            gate()
        return ScriptedSource(2, gate)

    changes = Changes()
    reader = make_reader(opener, on_change=changes)
    reader.start()
    changes.wait_for(is_state(CameraState.LIVE))
    assert "gave no answer for 0.2 s" in [status.reason for status in changes.seen]
    gate.open.set()
    assert reader.stop()


def test_a_file_that_hangs_fails(gate: Gate) -> None:
    changes = Changes()
    reader = make_reader(lambda: ScriptedSource(2, gate, live=False), url="a.avi", lossless=True, on_change=changes)
    reader.start()
    assert len(drain(reader)) == 2
    changes.wait_for(is_state(CameraState.FAILED))
    assert reader.status().reason == "gave no frame for 0.2 s"


def test_a_camera_without_frames_for_long_is_offline_and_says_when_it_is_tried_again() -> None:
    def opener() -> Source:
        raise SourceError("rtsp://***@cam/x gives no answer in time")

    video = QUICK.model_copy(update={"retry_first": 5.0, "retry_most": 5.0})
    changes = Changes()
    reader = make_reader(opener, on_change=changes, video=video)
    reader.start()
    changes.wait_for(is_state(CameraState.OFFLINE))
    status = reader.status()
    assert status.reason == "rtsp://***@cam/x gives no answer in time"
    assert status.retry_ns is not None
    assert 0 < status.retry_ns - time.time_ns() <= 5 * NS_PER_S
    assert reader.stop()


def test_stale_becomes_offline_with_time(gate: Gate) -> None:
    def opener() -> Iterator[Source]:
        yield ScriptedSource(2)
        while True:
            yield ScriptedSource(0)

    sources = opener()
    changes = Changes()
    reader = make_reader(lambda: next(sources), on_change=changes)
    reader.start()
    stale = changes.wait_for(is_state(CameraState.STALE))
    changes.wait_for(is_state(CameraState.OFFLINE), after=stale)
    reader.stop()


def test_quick_restarts_do_not_make_a_tight_loop() -> None:
    calls: list[float] = []
    enough = threading.Event()

    def opener() -> Source:
        calls.append(time.monotonic())
        if len(calls) == 8:
            enough.set()
        return ScriptedSource(1)

    reader = make_reader(opener, video=QUICK.model_copy(update={"retry_most": 0.04}))
    reader.start()
    assert enough.wait(20)
    reader.stop()
    waits = [later - earlier for earlier, later in itertools.pairwise(calls)]
    assert min(waits) >= QUICK.retry_first
    assert sum(waits[3:7]) >= 4 * 0.04 * 0.9


def test_a_refused_password_is_tried_again_slowly() -> None:
    def opener() -> Source:
        raise SourceRefusedError("rtsp://***@cam/x refuses user name or password")

    changes = Changes()
    reader = make_reader(opener, video=QUICK.model_copy(update={"retry_most": 8.0}), on_change=changes)
    reader.start()
    changes.wait_for(is_state(CameraState.OFFLINE))
    retry_ns = reader.status().retry_ns
    assert retry_ns is not None
    assert retry_ns - time.time_ns() > 5 * NS_PER_S
    assert reader.stop()


class BreakingSource(ScriptedSource):
    """Breaks off where another one would end."""

    def read(self) -> Picture | None:
        picture = super().read()
        if picture is None:
            raise SourceError("it broke off")
        return picture


def test_an_attempt_that_failed_goes_with_the_next_one(gate: Gate) -> None:
    """Whatever it decoded with, too: of a ring of objects Python finds out after hours where there are many others."""
    gone = threading.Event()
    sources: list[Source] = [BreakingSource(2), ScriptedSource(1, gate)]
    weakref.finalize(sources[0], gone.set)
    reader = make_reader(lambda: sources.pop(0))
    gc.disable()
    try:
        reader.start()
        assert gone.wait(10)
    finally:
        gc.enable()
    gate.open.set()
    assert reader.stop()


def test_an_unforeseen_error_is_survived_without_showing_its_text(gate: Gate) -> None:
    def broken() -> Picture | None:
        raise RuntimeError("rtsp://admin:secret@cam broke")

    sources: Iterator[Source] = iter([ScriptedSource(1, broken), ScriptedSource(1, gate)])
    changes = Changes()
    reader = make_reader(lambda: next(sources), on_change=changes)
    reader.start()
    lost = changes.wait_for(lambda status: "RuntimeError" in status.reason)
    changes.wait_for(is_state(CameraState.LIVE), after=lost)
    assert "secret" not in repr(changes.seen)
    gate.open.set()
    assert reader.stop()


@pytest.mark.parametrize("hangs_at", ["open", "read", "hand-over", "pause", "pace"])
def test_stop_returns_at_once_wherever_the_camera_is(gate: Gate, hangs_at: str) -> None:
    def opener() -> Source:
        if hangs_at == "open":
            gate()
        if hangs_at == "pause":
            raise SourceError("x")
        live = hangs_at not in {"hand-over", "pace"}
        return ScriptedSource(100, gate, live=live) if not live else ScriptedSource(1, gate)

    video = VideoSettings(retry_first=30)
    changes = Changes()
    url = "a.avi" if hangs_at in {"hand-over", "pace"} else "rtsp://cam/x"
    reader = make_reader(opener, url=url, video=video, lossless=hangs_at == "hand-over", on_change=changes)
    reader.start()
    started = {"open": CameraState.CONNECTING, "pause": CameraState.OFFLINE}.get(hangs_at, CameraState.LIVE)
    changes.wait_for(is_state(started))
    began = time.monotonic()
    ended = reader.stop(timeout=0.5)
    assert time.monotonic() - began < 2
    assert ended == (hangs_at not in {"open", "read"})
    assert reader.finished
    assert reader.status().state is CameraState.ENDED


def test_stop_before_start_and_twice() -> None:
    assert make_reader(lambda: ScriptedSource(1)).stop()
    reader = make_reader(lambda: ScriptedSource(1))
    reader.start()
    assert reader.stop()
    assert reader.stop()


def test_no_thread_is_left_behind(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.avi", 5)
    reader = make_reader(url="a.avi", name="tidy", folder=tmp_path, lossless=True)
    reader.start()
    drain(reader)
    assert reader.stop()
    assert not [thread for thread in threading.enumerate() if "tidy" in thread.name]


@pytest.mark.parametrize(
    ("arrivals", "now", "fps"),
    [
        ([], 10.0, 0.0),
        ([9.0], 10.0, 0.0),  # one frame has no rate
        ([9.0, 9.05, 9.1, 9.15], 9.2, 20.0),
        ([1.0, 9.0, 9.1], 9.2, 10.0),  # long ago does not count
        ([9.0, 9.05, 9.1, 9.15], 20.0, 0.0),
        ([9.0, 9.0], 9.0, 0.0),
    ],
)
def test_fps_is_that_of_the_last_seconds(arrivals: list[float], now: float, fps: float) -> None:
    assert measured_fps(arrivals, now) == pytest.approx(fps)
