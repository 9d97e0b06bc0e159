"""Pictures on their way to the window: the newest one of each tile, made ready in a thread of its own.

A slow window drops pictures and never grows: a slot holds one picture, and the window is told
of news only when it has taken the last.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QImage

from reid_app.domain import NS_PER_S, Frame, ImageArray
from reid_app.errors import ReidAppError
from reid_app.gui.model.motion import Motion
from reid_app.imaging import cv2
from reid_app.runtime.facade import CameraView, PersonView, SiteFacade, SiteSnapshot

POLL_S = 0.012
SNAPSHOT_S = 0.25
PEOPLE_WITHIN_NS = NS_PER_S
"""People are drawn on a picture that is at most this much newer than the frame they were found in."""


def to_qimage(image: ImageArray) -> QImage:
    """Copy a BGR picture into a QImage that owns its memory."""
    height, width = image.shape[:2]
    packed = np.ascontiguousarray(image)
    return QImage(cast("bytes", packed.data), width, height, 3 * width, QImage.Format.Format_BGR888).copy()


def to_bgr(image: QImage) -> ImageArray:
    """Copy a QImage into a BGR array that owns its memory."""
    converted = image.convertToFormat(QImage.Format.Format_BGR888)
    width, height, stride = converted.width(), converted.height(), converted.bytesPerLine()
    bits = converted.constBits()
    rows: ImageArray = np.frombuffer(cast("bytes", bits.asarray(stride * height)), np.uint8).reshape(height, stride)
    return rows[:, : 3 * width].reshape(height, width, 3).copy()


def fitted(image: ImageArray, room: tuple[int, int]) -> QImage:
    """Shrink a picture to fit ``room`` (width, height in device pixels); it is never enlarged here.

    It is halved as long as that leaves enough, then interpolated: as smooth as averaging areas,
    and seven times as fast.
    """
    height, width = image.shape[:2]
    scale = min(1.0, room[0] / width, room[1] / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    while image.shape[1] >= 2 * size[0] and image.shape[0] >= 2 * size[1]:
        half = (image.shape[1] // 2, image.shape[0] // 2)
        image = np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_AREA), np.uint8)
    if image.shape[1::-1] != size:
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    ready = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2BGRA), np.uint8)
    return QImage(cast("bytes", ready.data), size[0], size[1], 4 * size[0], QImage.Format.Format_RGB32).copy()


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A picture ready to be painted.

    Attributes:
        camera: The camera.
        image: The picture, no larger than its tile needs.
        size: Width and height of the full frame, in which the boxes are.
        index: ``Frame.index``.
        time_ns: ``Frame.time_ns``.
        arrived: ``Frame.arrived``.
        people: Who is on it.
    """

    camera: str
    image: QImage
    size: tuple[int, int]
    index: int
    time_ns: int
    arrived: float
    people: tuple[PersonView, ...]


@dataclass(frozen=True, slots=True)
class Harvest:
    """What is new since the window took the last.

    Attributes:
        pictures: The newest picture of each tile that has a new one.
        views: The newest processed frame of each camera that has a new one.
    """

    pictures: Mapping[str, Shown]
    views: Mapping[str, CameraView]


class FramePump(QObject):
    """Asks the site for the newest frames and makes them ready.

    Args:
        site: The site.
        parent: Qt parent.
    """

    news = pyqtSignal()
    """There is something to :meth:`take`; emitted once until it is taken."""
    snapshot = pyqtSignal(object)
    """The site's :class:`SiteSnapshot`, a few times a second."""
    failed = pyqtSignal(str, str)
    """A camera (or "site") cannot be asked, and why."""

    def __init__(self, site: SiteFacade, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._site = site
        self._lock = threading.Lock()
        self._wanted: dict[str, tuple[str, tuple[int, int]]] = {}
        self._pictures: dict[str, Shown] = {}
        self._views: dict[str, CameraView] = {}
        self._told = False
        self._cameras: tuple[str, ...] = ()
        self._done: dict[str, tuple[object, ...]] = {}
        self._seen: dict[str, CameraView] = {}
        self._motion: dict[str, Motion] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="window-frames", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for it."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def want(self, tiles: Mapping[str, tuple[str, tuple[int, int]]]) -> None:
        """Say which tiles there are: a camera and a size in device pixels for each."""
        with self._lock:
            self._wanted = dict(tiles)

    def take(self) -> Harvest:
        """Take what is new; called in the GUI thread."""
        with self._lock:
            harvest = Harvest(self._pictures, self._views)
            self._pictures, self._views, self._told = {}, {}, False
        return harvest

    def _run(self) -> None:
        next_snapshot = 0.0
        while not self._stop.is_set():
            began = time.monotonic()
            if began >= next_snapshot:
                self._take_snapshot()
                next_snapshot = began + SNAPSHOT_S
            with self._lock:
                wanted = dict(self._wanted)
            views = self._new_views()
            if views:
                self._put({}, views)
            for tile, (camera, room) in wanted.items():
                shown = self._picture(tile, camera, room) if camera in self._cameras else None
                if shown is not None:  # handed over at once: the window need not wait for the other tiles
                    self._put({tile: shown}, {})
            self._stop.wait(max(0.001, POLL_S - (time.monotonic() - began)))

    def _put(self, pictures: Mapping[str, Shown], views: Mapping[str, CameraView]) -> None:
        with self._lock:
            self._pictures.update(pictures)
            self._views.update(views)
            tell, self._told = not self._told, True
        if tell:
            self.news.emit()

    def _take_snapshot(self) -> None:
        try:
            snapshot: SiteSnapshot = self._site.snapshot()
        except ReidAppError as error:
            self.failed.emit("site", str(error))
            return
        self._cameras = tuple(load.status.camera for load in snapshot.cameras)
        for known in (self._seen, self._motion):
            for camera in known.keys() - set(self._cameras):
                del known[camera]
        self.snapshot.emit(snapshot)

    def _new_views(self) -> dict[str, CameraView]:
        views = {}
        for camera in self._cameras:
            view = self._view(camera)
            if view is not None and self._seen.get(camera) is not view:
                self._seen[camera] = view
                views[camera] = view
        return views

    def _view(self, camera: str) -> CameraView | None:
        try:
            return self._site.view(camera)
        except ReidAppError as error:
            self._fail(camera, error)
            return None

    def _fail(self, camera: str, error: ReidAppError) -> None:
        """Tell that a camera cannot be asked, unless it was removed since the last snapshot."""
        self._take_snapshot()
        if camera in self._cameras:
            self.failed.emit(camera, str(error))

    def _picture(self, tile: str, camera: str, room: tuple[int, int]) -> Shown | None:
        try:
            frame: Frame | None = self._site.frame(camera)
        except ReidAppError as error:
            self._fail(camera, error)
            return None
        view = self._view(camera)
        if view is not None and (frame is None or frame.time_ns < view.frame.time_ns):
            frame = view.frame
        if frame is None:
            return None
        fresh = view is not None and 0 <= frame.time_ns - view.frame.time_ns <= PEOPLE_WITHIN_NS
        stamp = (camera, frame.index, frame.time_ns, room, view.frame.time_ns if view is not None and fresh else None)
        if self._done.get(tile) == stamp:
            return None
        self._done[tile] = stamp
        people: tuple[PersonView, ...] = ()
        if view is not None and fresh:
            people = self._motion.setdefault(camera, Motion()).people_at(view, frame.time_ns)
        height, width = frame.image.shape[:2]
        image = fitted(frame.image, room)
        return Shown(camera, image, (width, height), frame.index, frame.time_ns, frame.arrived, people)
