"""The way of a frame through the rooms: detect, track, crop, embed, match, record.

Two threads work beside the cameras' own: one looks for people in the frames of
all cameras, the other (the embedding worker's) turns their crops into
embeddings, decides who they are and hands everything to the records. What goes
from the first to the second is a :class:`Tick`; ticks keep their order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import repeat

from reid_app.config import SiteSettings
from reid_app.detect import CameraTracker, CropSelector
from reid_app.domain import Crop, Detections, Frame, TrackUpdate
from reid_app.runtime.metrics import RateMeter, StageClock
from reid_app.runtime.sharing import Detects


@dataclass(frozen=True, slots=True, eq=False)
class Tick:
    """What one batch of frames gave.

    Attributes:
        frames: The frames, in the order of their times; empty when sources ended.
        updates: One for each frame, or those of the sources that ended.
        crops: The crops of all frames that are worth embedding.
    """

    frames: tuple[Frame, ...]
    updates: tuple[TrackUpdate, ...]
    crops: tuple[Crop, ...]

    @property
    def time_ns(self) -> int:
        """Newest stream time in the tick."""
        return max(update.time_ns for update in self.updates)


class LeftBehindError(Exception):
    """Raised in a thread whose work was taken over while it hung; nothing came of it."""


class Analyser:
    """Finds and follows people in batches of frames of any cameras.

    Args:
        settings: The site's.
        detector: Shared by all cameras.
        rates: Detections per second of each camera; None is every frame.
        first_numbers: Number of each camera's first new track.
        clock: Told what the stages cost.
        on_detect: Told how many frames went through the detector at once.
    """

    def __init__(
        self,
        settings: SiteSettings,
        detector: Detects,
        rates: Mapping[str, float | None],
        first_numbers: Mapping[str, int],
        clock: StageClock,
        on_detect: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._on_detect = on_detect
        self._detector = detector
        self._clock = clock
        self._settings = settings
        self._rates: dict[str, float | None] = {}
        self._numbers = dict(first_numbers)
        self._trackers: dict[str, CameraTracker] = {}
        self._seen_ns: dict[str, int] = {}
        self._selector = CropSelector(settings.embedder)
        self._meters: dict[str, RateMeter] = {}
        self._following = threading.Lock()
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="follow")
        self._is_torn = False
        self._interval = 1
        self._pause = 0.0
        for camera in settings.cameras:
            self.add(camera.name, rates[camera.name])

    def add(self, camera: str, rate: float | None) -> None:
        """Follow people in one more camera, or at another rate in one that is known."""
        self._rates[camera] = rate
        self._meters.setdefault(camera, RateMeter())
        if camera not in self._trackers:
            self._trackers[camera] = self._tracker(camera)

    def remove(self, camera: str) -> Tick | None:
        """Follow nobody in ``camera`` any more; return what ended, None if nothing did."""
        tick = self._finish([camera]) if camera in self._seen_ns else None
        self._numbers[camera] = self._trackers.pop(camera).next_number
        self._meters.pop(camera)
        return tick

    @property
    def interval(self) -> int:
        """Most frames of a camera from one detection to the next.

        Above 1, a batch has at most one frame of a camera, as whether it goes through the
        detector depends on what was found in the one before.
        """
        return self._interval

    def spare_detector(self, interval: int, pause: float) -> None:
        """Have the detector see fewer frames from the next batch on, or more.

        Args:
            interval: See :attr:`interval`.
            pause: Least seconds from one detection in a camera to the next.
        """
        self._interval, self._pause = interval, pause
        for tracker in self._trackers.values():
            tracker.interval, tracker.pause = interval, pause

    def known(self, frames: Sequence[Frame]) -> list[Frame]:
        """Return those of ``frames`` whose camera was not removed since they were taken."""
        return [frame for frame in frames if frame.camera in self._trackers]

    def analyse(self, frames: Sequence[Frame]) -> Tick:
        """Look for people in ``frames`` (in the order of their times) and follow them.

        While the detector looks at some of them, people are followed in the others.

        Raises:
            LeftBehindError: :meth:`renew` was called meanwhile.
        """
        trackers = self._trackers
        with self._clock.measure("track"):
            wanted = [trackers[frame.camera].wants_detections(frame) for frame in frames]
        chosen = [frame for frame, is_wanted in zip(frames, wanted, strict=True) if is_wanted]
        others = [frame for frame, is_wanted in zip(frames, wanted, strict=True) if not is_wanted]
        moved = self._beside.submit(self._follow_all, trackers, others, repeat(None)) if others else None
        try:
            results = self._detect(chosen)
        finally:
            if moved is not None:
                wait([moved])
        found = iter(self._follow_all(trackers, chosen, results))
        rest = iter(moved.result() if moved is not None else ())
        both = [next(found if is_wanted else rest) for is_wanted in wanted]
        updates = tuple(update for update, _ in both)
        return Tick(tuple(frames), updates, tuple(crop for _, crops in both for crop in crops))

    def close(self) -> None:
        """Let the thread beside the detector go; nothing is analysed any more."""
        self._beside.shutdown(wait=False)

    def expire(self, now_ns: int) -> Tick | None:
        """End the tracks of cameras that gave no frame for longer than a track may be lost.

        Args:
            now_ns: Stream time.

        Returns:
            What ended; None if nothing did.
        """
        silent = [
            camera
            for camera, seen_ns in sorted(self._seen_ns.items())
            if seen_ns < now_ns - self._trackers[camera].lifetime_ns
        ]
        return self._finish(silent)

    def finish(self) -> Tick | None:
        """End all tracks; None if there were none."""
        return self._finish(sorted(self._seen_ns))

    def renew(self, *, hung: bool) -> Tick | None:
        """Make sure of whole trackers after an error, or instead of those of a thread that hangs.

        Where an error came while people were followed, nobody knows what the trackers made of
        it: their tracks end, and new ones begin.

        Args:
            hung: Whether a thread may still be at work with them.

        Returns:
            What ended; None if nothing did.
        """
        owned = self._following.acquire(timeout=1.0)
        try:
            if not hung and not self._is_torn:
                return None
            tick = self._finish(sorted(self._seen_ns))
            self._numbers |= {camera: tracker.next_number for camera, tracker in self._trackers.items()}
            self._trackers = {camera: self._tracker(camera) for camera in self._trackers}
            self._selector = CropSelector(self._settings.embedder)
            self._is_torn = False
            return tick
        finally:
            if owned:
                self._following.release()

    def processed(self, camera: str) -> tuple[int, float]:
        """Return how many frames of ``camera`` were looked at, and how many per second lately."""
        meter = self._meters.get(camera)
        return (0, 0.0) if meter is None else (meter.count, meter.rate())

    def _detect(self, frames: Sequence[Frame]) -> list[Detections]:
        if not frames:
            return []
        with self._clock.measure("detect"):
            results = self._detector.detect(frames)
        self._on_detect(len(frames))
        return results

    def _follow_all(
        self, trackers: Mapping[str, CameraTracker], frames: Sequence[Frame], detections: Iterable[Detections | None]
    ) -> list[tuple[TrackUpdate, list[Crop]]]:
        with self._following:
            if trackers is not self._trackers:
                raise LeftBehindError
            self._is_torn = True
            found = [self._follow(frame, seen) for frame, seen in zip(frames, detections, strict=False)]
            self._is_torn = False
        return found

    def _follow(self, frame: Frame, detections: Detections | None) -> tuple[TrackUpdate, list[Crop]]:
        tracker = self._trackers[frame.camera]
        with self._clock.measure("track"):
            update = tracker.follow(frame) if detections is None else tracker.update(frame, detections)
        with self._clock.measure("crop"):
            # A box that was moved by optical flow is not exact enough to cut a crop by.
            crops = self._selector.update(None if detections is None else frame, update)
        self._meters[frame.camera].tick()
        self._seen_ns[frame.camera] = frame.time_ns
        return update, crops

    def _finish(self, cameras: Sequence[str]) -> Tick | None:
        updates = [self._trackers[camera].finish() for camera in cameras]
        for camera in cameras:
            del self._seen_ns[camera]
        crops = [crop for update in updates for crop in self._selector.update(None, update)]
        return Tick((), tuple(updates), tuple(crops)) if updates else None

    def _tracker(self, camera: str) -> CameraTracker:
        tracker = CameraTracker(
            camera,
            self._settings.tracker,
            rate=self._rates[camera],
            first_number=self._numbers.get(camera, 1),
        )
        tracker.interval, tracker.pause = self._interval, self._pause
        return tracker
