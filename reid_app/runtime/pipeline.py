"""The way of a frame through the rooms: detect, track, crop, embed, match, record.

Two threads work beside the cameras' own: one looks for people in the frames of
all cameras, the other (the embedding worker's) turns their crops into
embeddings, decides who they are and hands everything to the records. What goes
from the first to the second is a :class:`Tick`; ticks keep their order.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reid_app.config import SiteSettings
from reid_app.detect import CameraTracker, CropSelector
from reid_app.domain import NS_PER_S, Crop, Frame, TrackUpdate
from reid_app.runtime.metrics import RateMeter, StageClock
from reid_app.runtime.sharing import Detects

log = logging.getLogger(__name__)


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


class Analyser:
    """Finds and follows people in batches of frames of any cameras.

    Args:
        settings: The site's.
        detector: Shared by all cameras.
        rates: Detections per second of each camera; None is every frame.
        first_numbers: Number of each camera's first new track.
        clock: Told what the stages cost.
    """

    def __init__(
        self,
        settings: SiteSettings,
        detector: Detects,
        rates: Mapping[str, float | None],
        first_numbers: Mapping[str, int],
        clock: StageClock,
    ) -> None:
        self._detector = detector
        self._clock = clock
        self._trackers = {
            camera.name: CameraTracker(
                camera.name,
                settings.tracker,
                rate=rates[camera.name],
                first_number=first_numbers.get(camera.name, 1),
            )
            for camera in settings.cameras
        }
        self._lost_ns = round(settings.tracker.lost_seconds * NS_PER_S)
        self._seen_ns: dict[str, int] = {}
        self._selector = CropSelector(settings.embedder)
        self._meters = {camera.name: RateMeter() for camera in settings.cameras}

    def analyse(self, frames: Sequence[Frame]) -> Tick:
        """Look for people in ``frames`` (in the order of their times) and follow them."""
        with self._clock.measure("detect"):
            found = self._detector.detect(frames)
        updates: list[TrackUpdate] = []
        crops: list[Crop] = []
        for frame, detections in zip(frames, found, strict=True):
            with self._clock.measure("track"):
                update = self._trackers[frame.camera].update(frame, detections)
            with self._clock.measure("crop"):
                crops.extend(self._selector.update(frame, update))
            updates.append(update)
            self._meters[frame.camera].tick()
            self._seen_ns[frame.camera] = frame.time_ns
        return Tick(tuple(frames), tuple(updates), tuple(crops))

    def expire(self, now_ns: int) -> Tick | None:
        """End the tracks of cameras that gave no frame for longer than a track may be lost.

        Args:
            now_ns: Stream time.

        Returns:
            What ended; None if nothing did.
        """
        limit_ns = now_ns - self._lost_ns
        return self._finish([camera for camera, seen_ns in sorted(self._seen_ns.items()) if seen_ns < limit_ns])

    def finish(self) -> Tick | None:
        """End all tracks; None if there were none."""
        return self._finish(sorted(self._seen_ns))

    def _finish(self, cameras: Sequence[str]) -> Tick | None:
        updates = [self._trackers[camera].finish() for camera in cameras]
        for camera in cameras:
            del self._seen_ns[camera]
        crops = [crop for update in updates for crop in self._selector.update(None, update)]
        return Tick((), tuple(updates), tuple(crops)) if updates else None

    def processed(self, camera: str) -> tuple[int, float]:
        """Return how many frames of ``camera`` were looked at, and how many per second lately."""
        meter = self._meters[camera]
        return meter.count, meter.rate()


class WorkerThread(threading.Thread):
    """A named daemon thread that reports the error that ended it.

    Args:
        name: The thread's name.
        work: Called once; returns when the work is done.
        on_error: Called with the error if ``work`` raises.
    """

    def __init__(self, name: str, work: Callable[[], None], on_error: Callable[[str, Exception], None]) -> None:
        super().__init__(name=name, daemon=True)
        self._work = work
        self._on_error = on_error

    def run(self) -> None:
        """Do the work."""
        try:
            self._work()
        except Exception as error:
            log.debug("%s failed", self.name, exc_info=True)
            self._on_error(self.name, error)
