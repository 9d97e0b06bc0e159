"""Choosing which looks at a track are worth embedding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reid_app.config import EmbedderSettings
from reid_app.domain import NS_PER_S, Crop, FloatArray, Frame, ImageArray, Quality, TrackBox, TrackKey, TrackUpdate
from reid_app.imaging import cv2

COMFORTABLE_HEIGHT = 128.0
"""Height of a person in pixels from which more pixels add nothing."""

FIRST_INTERVAL = 0.2
"""Seconds that a new track may wait for its first crop, so that a first guess comes soon."""

_BORDER_PX = 2.0
_CUT_BY_BORDER = 0.6
_BLURRED = 30.0
_GRID = (32, 16)


@dataclass(slots=True)
class _Window:
    """The running interval of one track; it starts with its first crop."""

    start_ns: int
    length_ns: int
    best: Crop | None = None


class CropSelector:
    """Gives the best crop of each interval of each track.

    Intervals run in stream time, so the choice depends on the frames alone. A crop is
    given when its interval is over or its track ended; the first interval is short.
    One selector may serve one camera or several.
    """

    def __init__(self, settings: EmbedderSettings) -> None:
        self._interval_ns = round(settings.crop_interval * NS_PER_S)
        self._first_ns = min(self._interval_ns, round(FIRST_INTERVAL * NS_PER_S))
        self._min_height = settings.min_height
        self._windows: dict[TrackKey, _Window] = {}

    def update(self, frame: Frame | None, update: TrackUpdate) -> list[Crop]:
        """Take what the tracker said of ``frame``; return the crops that are due, by track.

        ``frame`` is None where there is none: the source ended. Crops own their memory.
        """
        due = [crop for key in update.ended if (crop := self._flush(key)) is not None]
        if frame is not None:
            self._look(frame, update.boxes)
        for key, window in self._windows.items():
            over = update.time_ns >= window.start_ns + window.length_ns
            if key.camera == update.camera and over and window.best is not None:
                due.append(window.best)
                window.best = None
                window.length_ns = self._interval_ns
        return sorted(due, key=lambda crop: (crop.track, crop.time_ns))

    def _flush(self, key: TrackKey) -> Crop | None:
        window = self._windows.pop(key, None)
        return None if window is None else window.best

    def _look(self, frame: Frame, boxes: Sequence[TrackBox]) -> None:
        for place, seen in enumerate(boxes):
            if seen.box[3] - seen.box[1] < self._min_height:
                continue
            image = cut(frame.image, seen.box)
            if image.size == 0:
                continue
            others = [other.box for index, other in enumerate(boxes) if index != place]
            quality = measure(image, seen.box, others, frame.image.shape[1], frame.image.shape[0])
            window = self._windows.setdefault(seen.track, _Window(frame.time_ns, self._first_ns))
            if window.best is None:
                window.start_ns = frame.time_ns
            elif quality.total <= window.best.quality.total:
                continue
            window.best = Crop(seen.track, frame.index, frame.time_ns, seen.box, image.copy(), seen.score, quality)


def cut(image: ImageArray, box: FloatArray) -> ImageArray:
    """Return the pixels of ``image`` (H, W, 3) in ``box``: a view, empty where they do not meet."""
    height, width = image.shape[:2]
    x1, y1 = (max(0, round(float(value))) for value in box[:2])
    x2, y2 = min(width, round(float(box[2]))), min(height, round(float(box[3])))
    return image[y1 : max(y1, y2), x1 : max(x1, x2)]


def measure(image: ImageArray, box: FloatArray, others: Sequence[FloatArray], width: int, height: int) -> Quality:
    """Judge a crop.

    Args:
        image: The crop, (h, w, 3).
        box: Where it was in the frame, (4,).
        others: Boxes (4,) of the other people in the frame.
        width: Of the frame.
        height: Of the frame.
    """
    touches = min(box[0], box[1]) <= _BORDER_PX or box[2] >= width - _BORDER_PX or box[3] >= height - _BORDER_PX
    return Quality(
        size=min(1.0, float(box[3] - box[1]) / COMFORTABLE_HEIGHT),
        sharpness=sharpness(image),
        clear=1.0 - covered(box, others),
        border=_CUT_BY_BORDER if touches else 1.0,
    )


def sharpness(image: ImageArray) -> float:
    """Judge the sharpness of a crop (h, w, 3): 0 is flat, 1 has strong edges everywhere.

    The variance of the Laplacian at a common size, so that large people are not called blurred.
    """
    grey = cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), (64, 128), interpolation=cv2.INTER_AREA)
    variance = float(cv2.Laplacian(grey, cv2.CV_32F).var())
    return variance / (variance + _BLURRED)


def covered(box: FloatArray, others: Sequence[FloatArray]) -> float:
    """Return the share of ``box`` (4,) that people in front of it cover.

    Of two people the one whose feet are lower in the frame is in front (the taller box where
    both reach equally low, as at the lower border).
    """
    front = [other for other in others if (other[3], other[3] - other[1]) > (box[3], box[3] - box[1])]
    if not front:
        return 0.0
    rows, columns = _GRID
    y = box[1] + (np.arange(rows, dtype=np.float32) + 0.5) / rows * (box[3] - box[1])
    x = box[0] + (np.arange(columns, dtype=np.float32) + 0.5) / columns * (box[2] - box[0])
    hidden = np.zeros(_GRID, np.bool_)
    for other in front:
        hidden |= np.outer((y > other[1]) & (y < other[3]), (x > other[0]) & (x < other[2]))
    return float(hidden.mean())
