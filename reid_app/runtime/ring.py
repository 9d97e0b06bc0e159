"""The last seconds of live cameras, as JPEG in memory."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from reid_app.domain import NS_PER_S, Frame, ImageArray
from reid_app.imaging import cv2

SECONDS = 60.0
"""How far back pictures are kept."""

MOST_BYTES = 16 * 2**20
"""Bytes of one camera that are kept at most."""

EVERY_NS = NS_PER_S // 5
"""Pictures closer than this are left out."""

WIDEST = 960
"""Wider pictures are kept at this width and given back at their own."""

_QUALITY = 80


@dataclass(frozen=True, slots=True)
class _Kept:
    index: int
    time_ns: int
    size: tuple[int, int]
    data: bytes


class Ring:
    """Keeps pictures of some cameras; a thread of its own encodes them.

    Who hands over pictures never waits: a picture that comes while the one before still
    waits replaces it.

    Args:
        cameras: Whose pictures are kept.
    """

    def __init__(self, cameras: Iterable[str]) -> None:
        self._kept: dict[str, deque[_Kept]] = {camera: deque() for camera in cameras}
        self._bytes = dict.fromkeys(self._kept, 0)
        self._taken_ns: dict[str, int] = {}
        self._waiting: dict[str, Frame] = {}
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="ring", daemon=True)

    def add(self, camera: str) -> None:
        """Keep pictures of one more camera."""
        with self._changed:
            self._kept.setdefault(camera, deque())
            self._bytes.setdefault(camera, 0)

    def drop(self, camera: str) -> None:
        """Keep nothing of a camera any more."""
        with self._changed:
            for known in (self._kept, self._bytes, self._waiting, self._taken_ns):
                known.pop(camera, None)

    def start(self) -> None:
        """Begin to encode."""
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """Stop; wait for the thread for ``timeout`` seconds at most."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def put(self, frame: Frame) -> None:
        """Offer the newest frame of a camera; those of others are left out."""
        with self._changed:
            if frame.camera not in self._kept:
                return
            if frame.time_ns - self._taken_ns.get(frame.camera, -EVERY_NS) < EVERY_NS:
                return
            self._taken_ns[frame.camera] = frame.time_ns
            self._waiting[frame.camera] = frame
            self._changed.notify_all()

    def get(self, camera: str, time_ns: int, step: int = 0) -> Frame | None:
        """Return the newest kept picture that is not after ``time_ns``, or ``step`` pictures on; None if not kept.

        The oldest is given up to a second before its time.
        """
        with self._changed:
            kept = list(self._kept.get(camera, ()))
        place = bisect_right([one.time_ns for one in kept], time_ns) - 1
        if place < 0 and kept and kept[0].time_ns - time_ns <= NS_PER_S:
            place = 0
        if place < 0 or not 0 <= place + step < len(kept):
            return None
        found = kept[place + step]
        return Frame(camera, found.index, found.time_ns, _decode(found))

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._stopping)
                if self._stopping:
                    return
                frames, self._waiting = list(self._waiting.values()), {}
            for frame in frames:
                self._keep(frame.camera, _encode(frame))

    def _keep(self, camera: str, new: _Kept) -> None:
        with self._changed:
            kept = self._kept.get(camera)
            if kept is None:
                return
            kept.append(new)
            self._bytes[camera] += len(new.data)
            oldest_ns = new.time_ns - round(SECONDS * NS_PER_S)
            while len(kept) > 1 and (kept[0].time_ns < oldest_ns or self._bytes[camera] > MOST_BYTES):
                self._bytes[camera] -= len(kept.popleft().data)
            self._changed.notify_all()


def _encode(frame: Frame) -> _Kept:
    height, width = frame.image.shape[:2]
    image = frame.image
    if width > WIDEST:
        size = (WIDEST, max(1, round(height * WIDEST / width)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return _Kept(frame.index, frame.time_ns, (width, height), data.tobytes())


def _decode(kept: _Kept) -> ImageArray:
    image = cv2.imdecode(np.frombuffer(kept.data, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None  # it was encoded here
    if (image.shape[1], image.shape[0]) != kept.size:
        image = cv2.resize(image, kept.size, interpolation=cv2.INTER_LINEAR)
    return image.astype(np.uint8, copy=False)
