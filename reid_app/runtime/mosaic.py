"""A video of all cameras side by side with boxes, identity numbers and colours."""

from __future__ import annotations

import colorsys
import math
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from reid_app.domain import NS_PER_S, Frame, ImageArray, TrackBox, TrackUpdate, from_ns
from reid_app.errors import RecordsError
from reid_app.imaging import cv2

Labeller = Callable[[TrackBox], int | None]
"""Says which identity a track's box belongs to, None where it has none."""

GOLDEN_RATIO = 0.618033988749895
UNKNOWN_COLOUR = (160, 160, 160)
BACKGROUND = 24
FONT = cv2.FONT_HERSHEY_SIMPLEX
LABEL_SCALE = 0.5


def identity_colour(number: int) -> tuple[int, int, int]:
    """Return the BGR colour of an identity: neighbouring numbers are far apart in hue."""
    hue = number * GOLDEN_RATIO % 1.0
    red, green, blue = colorsys.hsv_to_rgb(hue, 0.75 if number % 2 else 0.55, 1.0)
    return int(blue * 255), int(green * 255), int(red * 255)


class MosaicWriter:
    """Writes the processed frames of all cameras as one video.

    Each picture is held back for ``delay`` seconds of stream time, so that the
    identity that the matcher decides on after the first looks is drawn on them too.
    What is held back is bounded: at most ``delay * fps`` tiles of each camera.

    Args:
        path: The video to write; its folder must exist.
        cameras: Names of the cameras, in the order in which they are laid out.
        label: Asked for the identity of each box at the moment of drawing.
        fps: Pictures per second of stream time.
        delay: Seconds of stream time that a picture is held back.
        width: Largest width of the whole picture, in pixels.
    """

    def __init__(
        self,
        path: Path,
        cameras: Sequence[str],
        label: Labeller,
        *,
        fps: float = 10.0,
        delay: float = 4.0,
        width: int = 1920,
    ) -> None:
        columns = math.ceil(math.sqrt(len(cameras)))
        rows = math.ceil(len(cameras) / columns)
        tile_width = min(640, width // columns) // 2 * 2
        self._tile = (tile_width, tile_width * 9 // 16 // 2 * 2)
        self._places = {name: divmod(i, columns) for i, name in enumerate(cameras)}
        self._label = label
        self._step_ns = int(NS_PER_S / fps)
        self._delay = math.ceil(delay * fps)
        self._size = (columns * self._tile[0], rows * self._tile[1])
        self._shown: dict[str, tuple[ImageArray, TrackUpdate, float]] = {}
        self._waiting: deque[tuple[int, dict[str, tuple[ImageArray, TrackUpdate, float]]]] = deque()
        self._next_ns: int | None = None
        self._writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), fps, self._size)
        if not self._writer.isOpened():
            raise RecordsError(f"{path}: the mosaic cannot be written; check that the folder exists and ends in .mp4")

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the video."""
        self.close()

    def add(self, frame: Frame, update: TrackUpdate) -> None:
        """Take one processed frame; frames come in the order of their times."""
        if self._next_ns is None:
            self._next_ns = frame.time_ns
        while frame.time_ns > self._next_ns:
            self._waiting.append((self._next_ns, dict(self._shown)))
            self._next_ns += self._step_ns
            if len(self._waiting) > self._delay:
                self._write(*self._waiting.popleft())
            if frame.time_ns - self._next_ns > 60 * NS_PER_S:
                self._next_ns = frame.time_ns
        tile, scale = self._fit(frame.image)
        self._shown[frame.camera] = (tile, update, scale)

    def close(self) -> None:
        """Write what is held back and finish the video."""
        if self._next_ns is not None:
            self._waiting.append((self._next_ns, dict(self._shown)))
            self._next_ns = None
        while self._waiting:
            self._write(*self._waiting.popleft())
        self._writer.release()

    def _fit(self, image: ImageArray) -> tuple[ImageArray, float]:
        height, width = image.shape[:2]
        scale = min(self._tile[0] / width, self._tile[1] / height)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8), scale

    def _write(self, time_ns: int, shown: dict[str, tuple[ImageArray, TrackUpdate, float]]) -> None:
        canvas = np.full((self._size[1], self._size[0], 3), BACKGROUND, np.uint8)
        for camera, (row, column) in self._places.items():
            x, y = column * self._tile[0], row * self._tile[1]
            cell = canvas[y : y + self._tile[1], x : x + self._tile[0]]
            if camera in shown:
                tile, update, scale = shown[camera]
                top, left = (cell.shape[0] - tile.shape[0]) // 2, (cell.shape[1] - tile.shape[1]) // 2
                cell[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
                for box in update.boxes:
                    self._draw(cell, box, self._label(box), scale, (left, top))
            _caption(cell, f"{camera}  {from_ns(time_ns):%H:%M:%S}")
        self._writer.write(canvas)

    def _draw(
        self, cell: ImageArray, box: TrackBox, identity: int | None, scale: float, offset: tuple[int, int]
    ) -> None:
        x1, y1, x2, y2 = (box.box * scale + np.array([*offset, *offset])).round().astype(int).tolist()
        colour = UNKNOWN_COLOUR if identity is None else identity_colour(identity)
        cv2.rectangle(cell, (x1, y1), (x2, y2), colour, 2)
        text = "?" if identity is None else str(identity)
        (width, height), _ = cv2.getTextSize(text, FONT, LABEL_SCALE, 1)
        bottom = max(y1, height + 8)
        cv2.rectangle(cell, (x1 - 1, bottom - height - 8), (x1 + width + 7, bottom), colour, cv2.FILLED)
        cv2.putText(cell, text, (x1 + 3, bottom - 4), FONT, LABEL_SCALE, (0, 0, 0), 1, cv2.LINE_AA)


def _caption(image: ImageArray, text: str) -> None:
    (width, height), _ = cv2.getTextSize(text, FONT, LABEL_SCALE, 1)
    cv2.rectangle(image, (0, 0), (width + 12, height + 12), (0, 0, 0), cv2.FILLED)
    cv2.putText(image, text, (6, height + 5), FONT, LABEL_SCALE, (255, 255, 255), 1, cv2.LINE_AA)
