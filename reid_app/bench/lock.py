"""What it costs that all camera readers share one interpreter lock with the thread that analyses.

A step is what the analysing thread does in Python between two calls of the networks: the
lock is given away for a moment, as during such a call, and then one frame's people are
followed. What a step takes beyond that pause and its own processor time, it waited: for a
processor, or for the lock. The same steps are measured in turns while the readers run in
this process and while they run in another one: the processors are equally busy in both,
so that what is left between them is the lock.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np

from reid_app.bench.report import BenchReport, Value, percentile
from reid_app.config import CameraSettings, TrackerSettings, VideoSettings
from reid_app.demo_site.clips import demo_folder, live_values
from reid_app.detect import CameraTracker
from reid_app.domain import NS_PER_S, Detections, Frame
from reid_app.errors import ReidAppError
from reid_app.video import CameraReader, LatestFeed, WallClock
from reid_app.video.sources import Picture

FPS = 12.5
"""Frames per second of the demo site's clips."""

RATE = 10.0
"""Detections per second that are wanted of each camera."""

PAUSE = 0.01
"""Seconds for which a step gives the lock away."""

PEOPLE = 6
TURNS = 4
START_TIMEOUT = 60.0

_SIZE = (360, 640)
_BARE_FRAMES = 3000


def bench_lock(counts: Sequence[int], *, seconds: float, report: Callable[[str], None]) -> BenchReport:
    """Measure the analysing thread's steps beside several numbers of camera readers.

    Args:
        counts: Numbers of cameras, each 1 or more; the demo site's clips are used in turn.
        seconds: For how long each number is measured, here and elsewhere.
        report: Told what is being done.

    Raises:
        ReidAppError: The demo site is not there, or the readers do not start.
    """
    report("readers without decoding")
    bare = _bare_seconds()
    rows: list[dict[str, Value]] = []
    here = _Readers()
    with _Elsewhere() as elsewhere:
        for count in counts:
            turns: list[tuple[_Turn, _Turn]] = []
            for turn in range(TURNS):
                report(f"{count} cameras, turn {turn + 1} of {TURNS}")
                turns.append((_turn(here, count, seconds / TURNS), _turn(elsewhere, count, seconds / TURNS)))
            rows.append(_row(count, turns, bare))
    return BenchReport(
        "lock",
        tuple(rows),
        ("cameras", "lock (ms a step)"),
        (
            f"the demo site's clips (640 x 360, {FPS:g} frames/s) as live cameras, {seconds:g} s each way",
            f"a step: {1000 * PAUSE:g} ms without the lock, then {PEOPLE} people followed; beyond that it waited",
            "the readers share the interpreter lock with the steps, or (elsewhere) run in another process",
            f"lock taken: {1e6 * bare:.0f} microseconds for reading a frame in Python, decoding left out",
        ),
    )


@dataclass(slots=True)
class _Turn:
    """What was measured beside the readers of one place.

    Attributes:
        waited: Seconds that each step waited.
        worked: Seconds of processor time of each step.
        frames: Frames that the readers gave meanwhile.
        seconds: For how long.
        cpu: Seconds of processor time of the readers.
    """

    waited: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    frames: int = 0
    seconds: float = 0.0
    cpu: float = 0.0


class _Place(Protocol):
    """Where readers run."""

    def start(self, count: int) -> None:
        """Begin to read so many cameras; return when all give frames."""

    def count(self) -> tuple[int, float]:
        """Return the frames that came so far, and the seconds of processor time of this place."""

    def stop(self) -> None:
        """End them."""


class _Readers:
    """Readers in this process."""

    def __init__(self) -> None:
        self._readers: list[CameraReader] = []

    def start(self, count: int) -> None:
        """See :meth:`_Place.start`."""
        clips = [camera["url"] for camera in live_values(demo_folder())["cameras"]]
        clock = WallClock()
        now_ns = clock()
        self._readers = [
            CameraReader(
                CameraSettings.model_validate({"name": f"camera {number}", "url": clips[number % len(clips)]}),
                VideoSettings(),
                folder=Path(),
                # Cameras do not take their pictures at the same moment.
                start_ns=now_ns + round(number * NS_PER_S / (FPS * count)),
                clock=clock,
            )
            for number in range(count)
        ]
        LatestFeed(self._readers, {reader.name: RATE for reader in self._readers})
        for reader in self._readers:
            reader.start()
        until = time.monotonic() + START_TIMEOUT
        while not all(reader.latest() for reader in self._readers):
            if time.monotonic() > until:
                self.stop()
                raise ReidAppError(f"{count} cameras did not start within {START_TIMEOUT:g} s; measure fewer")
            time.sleep(0.05)

    def count(self) -> tuple[int, float]:
        """See :meth:`_Place.count`; the thread that asks is left out."""
        return sum(reader.status().frames for reader in self._readers), time.process_time() - time.thread_time()

    def stop(self) -> None:
        """See :meth:`_Place.stop`."""
        for reader in self._readers:
            reader.cancel()
        for reader in self._readers:
            reader.stop()
        self._readers = []


class _Elsewhere:
    """Readers in a process of their own, which lives as long as the block."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_obey, args=(other,), daemon=True)

    def __enter__(self) -> Self:
        """Start the process."""
        self._process.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self._process.terminate()
        self._process.join()

    def start(self, count: int) -> None:
        """See :meth:`_Place.start`."""
        self._ask(count)

    def count(self) -> tuple[int, float]:
        """See :meth:`_Place.count`."""
        return self._ask(None)

    def stop(self) -> None:
        """See :meth:`_Place.stop`."""
        self._ask(0)

    def _ask(self, order: int | None) -> tuple[int, float]:
        try:
            self._pipe.send(order)
            if not self._pipe.poll(2 * START_TIMEOUT):
                raise ReidAppError("the process of the readers does not answer; measure fewer cameras")
            frames, seconds = self._pipe.recv()
        except (EOFError, OSError):
            raise ReidAppError("the process of the readers has ended; its error is above") from None
        return int(frames), float(seconds)


def _obey(pipe: Connection) -> None:
    """Do what is asked: start so many readers, stop them (0), or count (None)."""
    readers = _Readers()
    while True:
        order = pipe.recv()
        if order:
            readers.start(order)
        elif order == 0:
            readers.stop()
        pipe.send(readers.count())


def _turn(place: _Place, count: int, seconds: float) -> _Turn:
    place.start(count)
    try:
        turn, step = _Turn(), _Step()
        frames, cpu = place.count()
        began = time.monotonic()
        while (passed := time.monotonic() - began) < seconds:
            waited, worked = step()
            turn.waited.append(waited)
            turn.worked.append(worked)
        after, spent = place.count()
        turn.frames, turn.seconds, turn.cpu = after - frames, passed, spent - cpu
        return turn
    finally:
        place.stop()


class _Step:
    """Follows people who walk to and fro, one frame a call."""

    def __init__(self) -> None:
        self._tracker = CameraTracker("step", TrackerSettings(), rate=RATE)
        self._image = np.zeros((*_SIZE, 3), np.uint8)
        self._scores = np.full(PEOPLE, 0.9, np.float32)
        self._index = 0

    def __call__(self) -> tuple[float, float]:
        """Return how long the step waited and how long it worked, in seconds."""
        began, worked = time.perf_counter(), time.thread_time()
        time.sleep(PAUSE)
        self._index += 1
        left = 100.0 * np.arange(PEOPLE) + 20 + 15 * np.sin(self._index / 10)
        boxes = np.stack([left, np.full(PEOPLE, 100), left + 40, np.full(PEOPLE, 220)], axis=1).astype(np.float32)
        frame = Frame("step", self._index, round(self._index * NS_PER_S / RATE), self._image)
        self._tracker.update(frame, Detections(boxes, self._scores))
        worked = time.thread_time() - worked
        return time.perf_counter() - began - PAUSE - worked, worked


class _Memory:
    """A source that gives the same picture as fast as it is asked."""

    live = True
    fps: float | None = FPS

    def __init__(self) -> None:
        self._image = np.zeros((*_SIZE, 3), np.uint8)
        self._index = 0

    def read(self) -> Picture | None:
        """See :meth:`reid_app.video.sources.Source.read`."""
        if self._index == _BARE_FRAMES:
            return None
        self._index += 1
        return Picture(self._index, round(self._index * NS_PER_S / FPS), self._image)

    def close(self) -> None:
        """See :meth:`reid_app.video.sources.Source.close`."""


def _bare_seconds() -> float:
    """Return the processor time that a reader takes for a frame, decoding left out."""
    settings = CameraSettings.model_validate({"name": "memory", "url": "memory.mp4"})
    reader = CameraReader(settings, VideoSettings(), folder=Path(), start_ns=0, opener=_Memory)
    LatestFeed([reader], {reader.name: RATE})
    began = time.process_time()
    reader.start()
    while not reader.finished:
        time.sleep(0.01)
    return (time.process_time() - began) / _BARE_FRAMES


def _row(count: int, turns: Sequence[tuple[_Turn, _Turn]], bare: float) -> dict[str, Value]:
    here, elsewhere = zip(*turns, strict=True)
    waits = [[1000 * one for turn in place for one in turn.waited] for place in (here, elsewhere)]
    costs = [1000 * (np.mean(ours.waited) - np.mean(theirs.waited)) for ours, theirs in turns]
    cpu = [ours.cpu / max(ours.frames, 1) / (theirs.cpu / max(theirs.frames, 1)) for ours, theirs in turns]
    return {
        "cameras": count,
        "lock (ms a step)": float(np.median(costs)),
        "waited p50 (ms)": percentile(waits[0], 0.5),
        "waited p95 (ms)": percentile(waits[0], 0.95),
        "elsewhere p50 (ms)": percentile(waits[1], 0.5),
        "elsewhere p95 (ms)": percentile(waits[1], 0.95),
        "worked (ms)": 1000 * percentile([one for turn in here for one in turn.worked], 0.5),
        "frames/s a camera": sum(turn.frames for turn in here) / sum(turn.seconds for turn in here) / count,
        "times elsewhere": float(np.median([a.frames / max(b.frames, 1) for a, b in turns])),
        "processor a frame, times elsewhere": float(np.median(cpu)),
        "lock taken (%)": 100 * bare * FPS * count,
    }
