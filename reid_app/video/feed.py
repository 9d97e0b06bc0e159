"""Bringing the frames of all cameras to the detector."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence

from reid_app.config import CameraSettings, Pace, SiteSettings
from reid_app.domain import NS_PER_S, Frame
from reid_app.video.camera import CameraReader

USUAL_RATE = 10.0
"""Detections per second of a live camera whose settings name none."""

_EARLY = 0.25
"""Share of an interval by which a frame may come early and still be due: frames of a live camera jitter."""


def detection_rate(camera: CameraSettings, site: SiteSettings, *, lossless: bool) -> float | None:
    """Return the frames of ``camera`` per second in which people are looked for; None is every one."""
    if camera.rate is not None:
        return camera.rate
    if site.detector.rate is not None:
        return site.detector.rate
    return None if lossless and camera.is_file else USUAL_RATE


def is_lossless(site: SiteSettings) -> bool:
    """Whether ``site`` can be run without losing a frame: files only, as fast as possible.

    Beside a live camera, files run like live cameras too.
    """
    return site.video.pace is Pace.FAST and all(camera.is_file for camera in site.cameras)


class Due:
    """Says which frames of a camera are due at a rate per second of their own time.

    It knows no other clock, so the same frames are due in every run.
    """

    def __init__(self, rate: float | None) -> None:
        self._rate = rate
        self._first_ns: int | None = None
        self._last_slot = -1
        self._share = 1.0
        self._taken_ns: int | None = None

    def take(self, time_ns: int, share: float = 1.0) -> bool:
        """Whether a frame of this time is due; if so, it counts as taken.

        Args:
            time_ns: The frame's time.
            share: Of the rate that is wanted now.
        """
        if self._rate is None and share == 1.0:
            return True
        if self._first_ns is None:
            self._first_ns = time_ns
        if share != self._share:  # counted on from the frame that was taken last
            self._share = share
            if self._taken_ns is not None:
                self._first_ns, self._last_slot = self._taken_ns, 0
        slot = int((time_ns - self._first_ns) * (self._rate or USUAL_RATE) * share / NS_PER_S + _EARLY)
        if slot <= self._last_slot:
            return False
        self._last_slot = slot
        self._taken_ns = time_ns
        return True


class LosslessFeed:
    """The due frames of all cameras in the order of their times, none lost.

    What it yields depends on the files and the rates alone: cameras are merged by time, then
    by name, and each batch but the last is full.

    Args:
        readers: Lossless readers; the feed does not start them.
        rates: Detections per second by camera; None is every frame.
        batch_size: Frames in a batch.
    """

    def __init__(self, readers: Sequence[CameraReader], rates: Mapping[str, float | None], batch_size: int = 8) -> None:
        if not all(reader.lossless for reader in readers):
            raise ValueError("a lossless feed takes lossless readers only")
        self._readers = sorted(readers, key=lambda reader: reader.name)
        self._due = {reader.name: Due(rates[reader.name]) for reader in readers}
        self._batch_size = batch_size
        self._closed = False

    def close(self) -> None:
        """End the iteration after the batch that is being made; stopping the readers wakes it up."""
        self._closed = True

    def __iter__(self) -> Iterator[list[Frame]]:
        """Yield batches until all cameras have finished."""
        heads: dict[str, Frame] = {}
        for reader in self._readers:
            self._advance(reader, heads)
        readers = {reader.name: reader for reader in self._readers}
        batch: list[Frame] = []
        while heads and not self._closed:
            name = min(heads, key=lambda name: (heads[name].time_ns, name))
            batch.append(heads.pop(name))
            if len(batch) == self._batch_size:
                yield batch
                batch = []
            self._advance(readers[name], heads)
        if batch and not self._closed:
            yield batch

    def _advance(self, reader: CameraReader, heads: dict[str, Frame]) -> None:
        """Put the next due frame of ``reader`` into ``heads``, if there is one."""
        while (frame := reader.next_frame()) is not None:
            if self._due[reader.name].take(frame.time_ns):
                heads[reader.name] = frame
                return


class LatestFeed:
    """The newest due frame of each camera, as soon as somebody asks.

    A frame that was due and not asked for is replaced by the next, and counted as dropped:
    a slow consumer gets fewer frames of every camera alike, never older ones. Cameras may
    come and go while it runs.

    Args:
        readers: Readers that are not lossless; the feed does not start them.
        rates: Detections per second by camera; None is every frame.
        batch_size: Most frames in a batch; cameras that did not fit come first in the next.
        wait: Longest time without a batch, in seconds: an empty one comes then.
    """

    def __init__(
        self,
        readers: Sequence[CameraReader],
        rates: Mapping[str, float | None],
        batch_size: int = 8,
        *,
        wait: float = 0.5,
    ) -> None:
        self.batch_size = batch_size
        """Most frames in a batch from now on."""
        self._wait = wait
        self._changed = threading.Condition()
        self._ready: dict[str, Frame] = {}
        self._taps: dict[str, _Tap] = {}
        self._running: set[str] = set()
        self._closed = False
        self.share = 1.0
        """Share of the rates at which frames are due; the same for all cameras."""
        self.missed = 0
        """Frames that were due and not taken."""
        for reader in readers:
            self.add(reader, rates[reader.name])

    def add(self, reader: CameraReader, rate: float | None) -> None:
        """Take the frames of ``reader`` from now on, instead of another one's of that name; before its start."""
        tap = _Tap(self, reader, Due(rate))
        with self._changed:
            self._taps[reader.name] = tap
            self._running.add(reader.name)
            self._ready.pop(reader.name, None)
        reader.listen(tap)

    def remove(self, camera: str) -> None:
        """Take no more frames of ``camera``."""
        with self._changed:
            self._taps.pop(camera, None)
            self._running.discard(camera)
            self._ready.pop(camera, None)
            self._changed.notify_all()

    def close(self) -> None:
        """End the iteration."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def __iter__(self) -> Iterator[list[Frame]]:
        """Yield batches, at most one frame of each camera, oldest first, until all cameras have finished."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ready or self._closed or not self._running, self._wait)
                # A camera keeps its place in the queue when a newer frame replaces the waiting one.
                chosen = [self._ready.pop(camera) for camera in list(self._ready)[: self.batch_size]]
                batch = sorted(chosen, key=lambda frame: (frame.time_ns, frame.camera))
                if self._closed or not (batch or self._running):
                    return
            yield batch

    def leave_out(self, frames: Sequence[Frame]) -> None:
        """Count frames of a batch that was taken and cannot be looked at as dropped."""
        with self._changed:
            taps = [self._taps[frame.camera] for frame in frames if frame.camera in self._taps]
            self.missed += len(taps)
        for tap in taps:
            tap.reader.count_dropped()

    def put(self, tap: _Tap, frame: Frame) -> bool:
        """Offer a frame; return whether it replaced one that nobody took."""
        with self._changed:
            if self._taps.get(frame.camera) is not tap:
                return False
            waiting = frame.camera in self._ready
            is_due = tap.due.take(frame.time_ns, self.share)
            if waiting or is_due:
                self._ready[frame.camera] = frame
                self._changed.notify_all()
            self.missed += waiting and is_due
            return waiting and is_due

    def end(self, tap: _Tap) -> None:
        """Note that the camera of ``tap`` gives no more frames."""
        with self._changed:
            if self._taps.get(tap.reader.name) is tap:
                self._running.discard(tap.reader.name)
                self._changed.notify_all()


class _Tap:
    """Brings the frames of one reader to a :class:`LatestFeed`."""

    def __init__(self, feed: LatestFeed, reader: CameraReader, due: Due) -> None:
        self._feed = feed
        self.reader = reader
        self.due = due

    def on_frame(self, frame: Frame) -> None:
        if self._feed.put(self, frame):
            self.reader.count_dropped()

    def on_end(self) -> None:
        self._feed.end(self)
