"""The design that comes first to mind, to compare with: a thread and models of its own for each camera.

Each thread reads its camera, looks for people in every frame that it gets to, follows them, and
embeds every person on every frame. One matcher, behind a lock, is shared; nothing is recorded but
who was where, for scoring.
"""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from reid_app.config import CameraSettings, Engine, SiteSettings
from reid_app.config.load import SiteFile
from reid_app.detect import CameraTracker, Detector, find_detector, load_detector
from reid_app.domain import Crop, Decision, Frame, Merge, Quality, TrackBox, TrackKey, TrackUpdate
from reid_app.embed import Embedder, load_embedder
from reid_app.evaluate.mot_files import PROCESSED_FILE
from reid_app.match import Matcher, Outcome
from reid_app.video import CameraReader, WallClock


class NaiveSite:
    """Runs until it is stopped; counts the frames that it looked at.

    Args:
        file: The site file.
        engine: Of both networks; None takes the site's.
    """

    def __init__(self, file: SiteFile, engine: Engine | None = None) -> None:
        self.processed = 0
        self._settings = _with_engine(file.settings, engine)
        self._people: dict[TrackKey, int] = {}
        self._boxes: dict[str, list[TrackBox]] = defaultdict(list)
        self._frames: dict[str, list[int]] = defaultdict(list)
        self._deciding = threading.Lock()
        self._stopping = threading.Event()
        clock = WallClock()
        start_ns = clock()
        embedders = [_embedder(self._settings) for _ in self._settings.cameras]
        first = embedders[0]
        self._matcher = Matcher(self._settings.matcher, first.thresholds, first.model, first.dimension)
        self._readers: list[CameraReader] = []
        self._threads: list[threading.Thread] = []
        for camera, embedder in zip(self._settings.cameras, embedders, strict=True):
            reader = CameraReader(camera, self._settings.video, folder=file.folder, start_ns=start_ns, clock=clock)
            slot = _Slot()
            reader.listen(slot)
            self._readers.append(reader)
            work = self._worker(camera, slot, _detector(self._settings), embedder)
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

    def export(self, folder: Path) -> None:
        """Write who was where as MOT text, as the match log's export does; after :meth:`stop`."""
        self._learn(
            self._matcher.finish(max((box.time_ns for boxes in self._boxes.values() for box in boxes), default=0))
        )
        folder.mkdir()
        cameras = {
            name: {"fps": None, "frames": [[n, n, 1] for n in sorted(set(one))]} for name, one in self._frames.items()
        }
        (folder / PROCESSED_FILE).write_text(json.dumps({"cameras": cameras}))
        for name in self._frames:
            rows: dict[tuple[int, int], str] = {}
            for box in self._boxes[name]:
                if box.track in self._people:
                    where = (box.frame_index + 1, self._people[box.track])
                    x1, y1, x2, y2 = (float(value) for value in box.box)
                    rows[where] = (
                        f"{where[0]},{where[1]},{x1:.2f},{y1:.2f},{x2 - x1:.2f},{y2 - y1:.2f},{box.score:.4f}\n"
                    )
            (folder / f"{name}.txt").write_text("".join(rows[where] for where in sorted(rows)))

    def _learn(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            if isinstance(outcome, Decision):
                self._people[outcome.track] = outcome.identity
            elif isinstance(outcome, Merge) and not outcome.undone:
                for track, identity in self._people.items():
                    if identity == outcome.absorbed:
                        self._people[track] = outcome.kept

    def _worker(
        self, camera: CameraSettings, slot: _Slot, detector: Detector, embedder: Embedder
    ) -> Callable[[], None]:
        tracker = CameraTracker(camera.name, self._settings.tracker)

        def work() -> None:
            while not self._stopping.is_set():
                frame = slot.take()
                if frame is None:
                    continue
                update = tracker.update(frame, detector.detect([frame])[0])
                sightings = [one for crop in _crops(frame, update) for one in embedder.embed([crop])]
                with self._deciding:
                    self._learn(self._matcher.update(frame.time_ns, [update], sightings))
                    self.processed += 1
                self._frames[camera.name].append(frame.index + 1)
                self._boxes[camera.name] += [*update.earlier, *update.boxes]

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


def _with_engine(settings: SiteSettings, engine: Engine | None) -> SiteSettings:
    if engine is None:
        return settings
    return settings.model_copy(
        update={
            "detector": settings.detector.model_copy(update={"engine": engine}),
            "embedder": settings.embedder.model_copy(update={"engine": engine}),
        }
    )


def _detector(settings: SiteSettings) -> Detector:
    detector = load_detector(settings.detector, find_detector(settings.detector))
    detector.warm_up()
    return detector


def _embedder(settings: SiteSettings) -> Embedder:
    embedder = load_embedder(settings.embedder)
    embedder.warm_up()
    return embedder
