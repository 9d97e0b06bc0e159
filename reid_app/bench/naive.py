"""The design that comes first to mind, to compare with: a thread and models of its own for each camera.

Each thread reads its camera, looks for people in every frame that it gets to, follows them, and
embeds every person on every frame. One matcher, behind a lock, is shared; nothing is recorded.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from reid_app.config import CameraSettings, SiteSettings
from reid_app.config.load import SiteFile
from reid_app.detect import CameraTracker, Detector, load_detector
from reid_app.domain import Crop, Frame, Quality, TrackUpdate
from reid_app.embed import Embedder, load_embedder
from reid_app.match import Matcher
from reid_app.models import application_folders, find_model
from reid_app.video import CameraReader, WallClock


class NaiveSite:
    """Runs until it is stopped; counts the frames that it looked at.

    Args:
        file: The site file.
    """

    def __init__(self, file: SiteFile) -> None:
        self.processed = 0
        self._deciding = threading.Lock()
        self._stopping = threading.Event()
        clock = WallClock()
        start_ns = clock()
        embedders = [_embedder(file.settings) for _ in file.settings.cameras]
        first = embedders[0]
        self._matcher = Matcher(file.settings.matcher, first.thresholds, first.model, first.dimension)
        self._readers: list[CameraReader] = []
        self._threads: list[threading.Thread] = []
        for camera, embedder in zip(file.settings.cameras, embedders, strict=True):
            reader = CameraReader(camera, file.settings.video, folder=file.folder, start_ns=start_ns, clock=clock)
            slot = _Slot()
            reader.listen(slot)
            self._readers.append(reader)
            work = self._worker(camera, file.settings, slot, _detector(file.settings), embedder)
            self._threads.append(threading.Thread(target=work, name=f"naive {camera.name}", daemon=True))

    def start(self) -> None:
        """Start all threads."""
        for reader in self._readers:
            reader.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop all threads."""
        self._stopping.set()
        for reader in self._readers:
            reader.stop()
        for thread in self._threads:
            thread.join(10)

    def _worker(
        self, camera: CameraSettings, settings: SiteSettings, slot: _Slot, detector: Detector, embedder: Embedder
    ) -> Callable[[], None]:
        tracker = CameraTracker(camera.name, settings.tracker)

        def work() -> None:
            while not self._stopping.is_set():
                frame = slot.take()
                if frame is None:
                    continue
                update = tracker.update(frame, detector.detect([frame])[0])
                sightings = [one for crop in _crops(frame, update) for one in embedder.embed([crop])]
                with self._deciding:
                    self._matcher.update(frame.time_ns, [update], sightings)
                    self.processed += 1

        return work


class _Slot:
    """The newest frame of a camera."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._frame: Frame | None = None

    def on_frame(self, frame: Frame) -> None:
        with self._changed:
            self._frame = frame
            self._changed.notify()

    def on_end(self) -> None:
        pass

    def take(self) -> Frame | None:
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None, 0.2)
            frame, self._frame = self._frame, None
            return frame


def _crops(frame: Frame, update: TrackUpdate) -> Sequence[Crop]:
    crops = []
    for box in update.boxes:
        x1, y1, x2, y2 = (int(value) for value in box.box)
        image = frame.image[y1:y2, x1:x2]
        if image.size:
            crops.append(Crop(box.track, frame.index, frame.time_ns, box.box, image.copy(), box.score, Quality()))
    return crops


def _detector(settings: SiteSettings) -> Detector:
    detector = load_detector(settings.detector, find_model(settings.detector.model, application_folders()))
    detector.warm_up()
    return detector


def _embedder(settings: SiteSettings) -> Embedder:
    embedder = load_embedder(settings.embedder)
    embedder.warm_up()
    return embedder
