"""Moving boxes along with the picture between two detections.

Median flow (Kalal et al., Forward-backward error, ICPR 2010): points on a regular grid
within a box are followed by pyramidal Lucas-Kanade there and back; those that do not come
back to where they began are dropped, and the box takes the median of what the others did.
It costs a twentieth of a detection and knows no people: it cannot find anybody, and
after some frames it needs the detector to put the boxes right.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reid_app.domain import FloatArray, ImageArray
from reid_app.imaging import cv2

_LONG_SIDE = 640
"""Pixels of the longer side of the picture that points are followed in."""

_GRID = (8, 6)
"""Rows and columns of points in a box."""

_MARGINS = (0.1, 0.25)
"""Share of a box's height and width that is left out on each side: background is there."""

_LEAST_POINTS = 6
_MOST_ERROR = 2.0
"""Pixels that the median point may miss its beginning by."""

_MOST_SCALE = 1.15
"""Factor by which a box may grow or shrink from one frame to the next."""

_WINDOW = (15, 15)
_LEVELS = 3


class Flow:
    """Follows boxes from each picture of one camera to the next."""

    def __init__(self) -> None:
        self._scale = 1.0
        self._size: tuple[int, ...] = ()
        self._grey: NDArray[np.uint8] | None = None

    def see(self, image: ImageArray) -> None:
        """Take ``image`` (H, W, 3) as the picture that the next one is compared with."""
        self._grey = self._prepare(image)

    def follow(self, image: ImageArray, boxes: Sequence[FloatArray]) -> list[FloatArray | None]:
        """Move boxes from the last picture to this one, which becomes the last.

        Args:
            image: (H, W, 3).
            boxes: (4,) each, in the last picture.

        Returns:
            (4,) for each, not clipped; None where it cannot be told.
        """
        size, before = self._size, self._grey
        now = self._prepare(image)
        self._grey = now
        grids = [_grid(box, boxes) for box in boxes]
        points = np.concatenate([*grids, np.zeros((0, 2))]).astype(np.float32) * self._scale
        if before is None or size != self._size or len(points) == 0:
            return [None] * len(boxes)
        there, found = _lucas_kanade(before, now, points)
        back, returned = _lucas_kanade(now, before, there)
        error = np.linalg.norm(points - back, axis=1)
        error[~(found & returned)] = np.inf
        moved: list[FloatArray | None] = []
        start = 0
        for box, grid in zip(boxes, grids, strict=True):
            part = slice(start, start + len(grid))
            start += len(grid)
            moved.append(_moved(box, points[part], there[part], error[part], self._scale))
        return moved

    def _prepare(self, image: ImageArray) -> NDArray[np.uint8]:
        self._size = image.shape
        self._scale = min(1.0, _LONG_SIDE / max(image.shape[:2]))
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        if self._scale < 1:
            size = (round(image.shape[1] * self._scale), round(image.shape[0] * self._scale))
            grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
        return np.asarray(grey, np.uint8)


def _lucas_kanade(
    before: NDArray[np.uint8], now: NDArray[np.uint8], points: FloatArray
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Where points (N, 2) have gone, and which of them (N,) were found."""
    there, found, _ = cv2.calcOpticalFlowPyrLK(before, now, points, points.copy(), winSize=_WINDOW, maxLevel=_LEVELS)
    return np.asarray(there, np.float32), np.asarray(found).ravel() != 0


def _grid(box: FloatArray, boxes: Sequence[FloatArray]) -> NDArray[np.float64]:
    """Points (N, 2) on the person in ``box``, without those that somebody in front covers."""
    rows, columns = _GRID
    down, right = _MARGINS
    y = box[1] + (box[3] - box[1]) * np.linspace(down, 1 - down, rows)
    x = box[0] + (box[2] - box[0]) * np.linspace(right, 1 - right, columns)
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    for other in boxes:
        # Of two people the one whose feet are lower in the picture is in front.
        if other is not box and other[3] > box[3]:
            points = points[((points < other[:2]) | (points > other[2:])).any(axis=1)]
    return points


def _moved(
    box: FloatArray, points: FloatArray, there: FloatArray, error: FloatArray, scale: float
) -> FloatArray | None:
    if len(points) < _LEAST_POINTS or np.median(error) > _MOST_ERROR:
        return None
    sure = error <= np.median(error)
    before, after = points[sure], there[sure]
    if len(before) < _LEAST_POINTS:
        return None
    shift = np.median(after - before, axis=0) / scale
    growth = min(max(_growth(before, after), 1 / _MOST_SCALE), _MOST_SCALE)
    centre, half = (box[:2] + box[2:]) / 2 + shift, (box[2:] - box[:2]) / 2 * growth
    return np.concatenate([centre - half, centre + half]).astype(np.float32)


def _growth(before: FloatArray, after: FloatArray) -> float:
    """Median ratio of the distances between all pairs of points (N, 2) after and before."""
    first, second = np.triu_indices(len(before), 1)
    old = np.linalg.norm(before[first] - before[second], axis=1)
    new = np.linalg.norm(after[first] - after[second], axis=1)
    return float(np.median(new[old > 0] / old[old > 0]))
