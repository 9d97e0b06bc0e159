"""A live site with real cameras, threads, and records, whose networks are made by hand.

It finds the white ball of GStreamer's test picture, and knows it again by its camera.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import yaml

from reid_app.config.load import load_site
from reid_app.domain import CameraState, Crop, Detections, Embedding, Frame, Sighting, Thresholds
from reid_app.match import Matcher
from reid_app.records.records import Records
from reid_app.runtime.events import EventLog
from reid_app.runtime.sharing import SharedDetector, SharedEmbedder
from reid_app.runtime.site import Site

MODEL = "b" * 64
DIMENSION = 16
RATE = 5.0
"""Detections per second of each camera."""

LONG = 60.0
"""Seconds after which a test gives up waiting."""


class Stub:
    """What the made-up networks share: they can be told to fail or to hang.

    Attributes:
        fail: Raised instead of an answer while it is set.
        hold: Set before a call that is to hang.
        seconds: Time that each call takes besides.
    """

    def __init__(self) -> None:
        self.fail: Exception | None = None
        self.hold = threading.Event()
        self.free = threading.Event()
        self.seconds = 0.0

    def trouble(self) -> None:
        if self.seconds:
            threading.Event().wait(self.seconds)
        if self.hold.is_set():
            self.hold.clear()
            self.free.wait(3 * LONG)
        if self.fail is not None:
            raise self.fail


class BallDetector(Stub):
    """Finds the bright spot."""

    def detect(self, frames: Sequence[Frame]) -> list[Detections]:
        self.trouble()
        return [self._find(frame) for frame in frames]

    def _find(self, frame: Frame) -> Detections:
        rows, columns = np.nonzero(frame.image.min(axis=2) > 128)
        if len(rows) < 9:
            return Detections.empty()
        box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        return Detections(np.array([box], np.float32), np.array([0.9], np.float32))


class CameraEmbedder(Stub):
    """Gives everybody in a camera one look."""

    def embed(self, crops: Sequence[Crop]) -> list[Sighting]:
        self.trouble()
        return [Sighting(crop, Embedding(self._vector(crop.track.camera), MODEL)) for crop in crops]

    def _vector(self, camera: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        vector = np.zeros(DIMENSION, np.float32)
        vector[sum(camera.encode()) % DIMENSION] = 1.0
        return vector


class Rig:
    """A site that was opened; it starts and stops with the ``with`` block.

    Args:
        folder: For its site file and records.
        urls: Addresses of the cameras.
        video: Values of the section ``video``.
        more: Values of other sections.
        clock: UTC in nanoseconds.
    """

    def __init__(
        self,
        folder: Path,
        urls: Mapping[str, str],
        video: Mapping[str, float],
        more: Mapping[str, Any] | None = None,
        clock: Callable[[], int] | None = None,
    ) -> None:
        self.detector, self.embedder = BallDetector(), CameraEmbedder()
        values = {
            "cameras": [{"name": name, "url": url, "rate": RATE} for name, url in urls.items()],
            "video": dict(video),
            "embedder": {"min_height": 8},
            "matcher": {"evidence_crops": 2, "evidence_seconds": 1.0},
            "records": {"flush_seconds": 0.2},
            "metrics": {"port": None},
            **(more or {}),
        }
        self.path = folder / "site.yaml"
        self.path.write_text(yaml.safe_dump(values))
        file = load_site(self.path)
        settings = file.settings
        self.records = Records.open(settings.records, file.folder, settings.cameras, settings.name)
        matcher = Matcher(settings.matcher, Thresholds(0.75, 0.5, 0.05), MODEL, DIMENSION)
        matcher.restore(self.records.gallery_snapshot(MODEL, settings.matcher.views_per_identity, 0))
        self.site = Site(
            file,
            self.records,
            SharedDetector(self.detector),
            SharedEmbedder(self.embedder),
            matcher,
            EventLog(),
            clock=clock,
        )
        self._news = threading.Condition()
        self.ticks = 0
        self.site.listen(self._ticked)
        self.site.subscribe(lambda event: self._wake())

    def __enter__(self) -> Self:
        self.site.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stub in (self.detector, self.embedder):
            stub.hold.clear()
            stub.free.set()
            stub.fail = None
        self.site.stop()

    def until(self, condition: Callable[[], bool], timeout: float = LONG) -> float:
        """Wait until ``condition`` holds; return the seconds that it took."""
        began = time.monotonic()
        with self._news:
            while not condition():
                assert time.monotonic() - began < timeout, (self.site.snapshot(), self.site.parts())
                self._news.wait(0.05)
        return time.monotonic() - began

    def until_seen(self, *cameras: str, timeout: float = LONG) -> float:
        """Wait until a few more frames of each camera were looked at; return the seconds."""
        wanted = {camera: self.processed(camera) + 2 for camera in cameras}
        return self.until(
            lambda: all(
                self.processed(camera) >= wanted[camera] and self.state(camera) is CameraState.LIVE
                for camera in cameras
            ),
            timeout,
        )

    def until_state(self, camera: str, *states: CameraState) -> float:
        """Wait for one of the states."""
        return self.until(lambda: self.state(camera) in states)

    def state(self, camera: str) -> CameraState:
        return self._load(camera).status.state

    def processed(self, camera: str) -> int:
        return self._load(camera).processed

    def frames(self, camera: str) -> int:
        return self._load(camera).status.frames

    def recorded(self, camera: str) -> list[int]:
        """Indices of the frames of a camera that the records say were looked at."""
        self.records.flush()
        return [int(one) for one in self.records.frames_processed(camera, self.records.run)[0]]

    def _load(self, camera: str) -> Any:
        return next(load for load in self.site.snapshot().cameras if load.status.camera == camera)

    def _ticked(self, *_: object) -> None:
        self.ticks += 1
        self._wake()

    def _wake(self) -> None:
        with self._news:
            self._news.notify_all()
