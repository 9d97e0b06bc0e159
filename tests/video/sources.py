"""Sources that behave as badly as a test wants, and readers for them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from reid_app.config import CameraSettings, VideoSettings
from reid_app.domain import NS_PER_S, CameraStatus
from reid_app.video import CameraReader
from reid_app.video.sources import Picture, Source

QUICK = VideoSettings(
    open_timeout=0.2, read_timeout=0.2, stale_after=0.05, offline_after=0.6, retry_first=0.01, retry_most=0.05
)
"""Time-outs for tests that wait for them."""


class ScriptedSource:
    """Gives ``pictures`` pictures, 10 a second by their times, then does ``then``.

    ``then`` is called in place of a read and answers as one; without it the source ends.
    """

    def __init__(
        self, pictures: int, then: Callable[[], Picture | None] | None = None, *, live: bool = True, start: int = 0
    ) -> None:
        self.live = live
        self.fps: float | None = 10.0
        self.closed = threading.Event()
        self._pictures = pictures
        self._then = then
        self._start = start
        self._index = 0

    def read(self) -> Picture | None:
        if self._index == self._pictures:
            return None if self._then is None else self._then()
        index = self._index
        self._index += 1
        return Picture(index, (self._start + index) * NS_PER_S // 10, np.full((48, 64, 3), index % 250, np.uint8))

    def close(self) -> None:
        self.closed.set()


class Changes:
    """Collects a camera's changes of state and lets a test wait for one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.seen: list[CameraStatus] = []

    def __call__(self, status: CameraStatus) -> None:
        with self._changed:
            self.seen.append(status)
            self._changed.notify_all()

    def wait_for(self, wanted: Callable[[CameraStatus], bool], *, after: int = 0, timeout: float = 20.0) -> int:
        """Wait for a change that fits, from the ``after``-th on; return the index behind it."""

        def found() -> int | None:
            return next((i + 1 for i in range(after, len(self.seen)) if wanted(self.seen[i])), None)

        with self._changed:
            assert self._changed.wait_for(lambda: found() is not None, timeout), self.seen
            place = found()
            assert place is not None
            return place


def make_reader(
    opener: Callable[[], Source] | None = None,
    *,
    url: str = "rtsp://127.0.0.1/x",
    name: str = "door",
    video: VideoSettings = QUICK,
    folder: Path = Path(),
    lossless: bool = False,
    on_change: Callable[[CameraStatus], None] | None = None,
    rate: float | None = None,
    masks: tuple[tuple[tuple[float, float], ...], ...] = (),
) -> CameraReader:
    """A reader with time-outs in tenths of a second."""
    return CameraReader(
        CameraSettings(name=name, url=url, rate=rate, masks=masks),
        video,
        folder=folder,
        start_ns=0,
        lossless=lossless,
        on_change=on_change,
        opener=opener,
    )
