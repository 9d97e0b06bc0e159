"""Which frames of a camera the detector has to see, where it does not see all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reid_app.domain import NS_PER_S, FloatArray, ImageArray
from reid_app.imaging import cv2

_LONGEST_NS = NS_PER_S
"""Longest time from one detection to the next."""

_NEAR = 0.3
"""Share of a box's width and height within which another box is near."""

_COLUMNS = 160
"""Width of the picture in which motion is looked for, in cells."""

_CHANGED = 10
"""Grey levels by which a cell changes where something moves."""

_LEAST_CELLS = 12
"""Changed cells from which they are more than noise: an arm of somebody 60 pixels tall."""


class Turns:
    """Decides frame by frame.

    The detector's turn has come when it has not seen a frame for too long, twice as soon when
    people are near one another (optical flow cannot tell them apart), and at once when
    something moves where nobody is followed; but never within a pause, where there is one.
    """

    def __init__(self) -> None:
        self._passed = 0
        self._taken_ns: int | None = None
        self._last: NDArray[np.uint8] | None = None

    def take(
        self,
        image: ImageArray,
        time_ns: int,
        boxes: Sequence[FloatArray],
        *,
        interval: int,
        is_unsure: bool,
        pause_ns: int = 0,
    ) -> bool:
        """Whether the detector has to see the next frame.

        Args:
            image: The frame, (H, W, 3).
            time_ns: Its time.
            interval: Most frames from one detection to the next.
            boxes: Where people were in the frame before, (4,) each.
            is_unsure: Whether somebody was lost, or found only once.
            pause_ns: Time after a detection in which nothing brings the next one.
        """
        if interval == 1:
            self._last = None
            return True
        grey = _small(image)
        last, self._last = self._last, grey
        self._passed += 1
        if self._taken_ns is not None and time_ns - self._taken_ns < pause_ns:
            return False
        if (
            self._taken_ns is None
            or time_ns - self._taken_ns >= _LONGEST_NS
            or self._passed >= interval
            or (self._passed >= max(2, interval // 2) and _are_near(boxes))
            or is_unsure
            or _moves(last, grey, boxes, image.shape[1])
        ):
            self._passed = 0
            self._taken_ns = time_ns
            return True
        return False


def _small(image: ImageArray) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    size = (_COLUMNS, max(1, round(height * _COLUMNS / width)))
    return np.asarray(cv2.cvtColor(cv2.resize(image, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY), np.uint8)


def _grown(box: FloatArray) -> FloatArray:
    margin = _NEAR * (box[2:] - box[:2])
    return np.concatenate([box[:2] - margin, box[2:] + margin])


def _are_near(boxes: Sequence[FloatArray]) -> bool:
    for index, box in enumerate(boxes):
        around = _grown(box)
        for other in boxes[index + 1 :]:
            if (np.maximum(around[:2], other[:2]) < np.minimum(around[2:], other[2:])).all():
                return True
    return False


def _moves(last: NDArray[np.uint8] | None, now: NDArray[np.uint8], boxes: Sequence[FloatArray], width: int) -> bool:
    """Whether something moves that does not touch ``boxes``: somebody's shadow touches them."""
    if last is None or last.shape != now.shape:
        return True
    changed = (cv2.absdiff(last, now) > _CHANGED).astype(np.uint8)
    if int(changed.sum()) < _LEAST_CELLS:
        return False
    joined = cv2.dilate(changed, np.ones((3, 3), np.uint8))
    count, labels = cv2.connectedComponents(joined)
    sizes = np.bincount(labels.ravel(), weights=changed.ravel(), minlength=count)
    for box in boxes:
        x1, y1, x2, y2 = np.maximum(np.rint(_grown(box) * (_COLUMNS / width)), 0).astype(int)
        sizes[labels[y1:y2, x1:x2]] = 0
    return bool((sizes[1:] >= _LEAST_CELLS).any())
