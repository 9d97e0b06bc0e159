"""Small clips whose frames can be told apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from reid_app.domain import ImageArray
from reid_app.imaging import cv2

STEP = 8
"""Grey levels between one frame and the next; survives compression."""


def numbered(index: int, width: int = 64, height: int = 48) -> ImageArray:
    """A picture that shows its number as a shade of grey, 0 to 29, then again."""
    return np.full((height, width, 3), 8 + index % 30 * STEP, np.uint8)


def number_of(image: ImageArray) -> int:
    """The number that :func:`numbered` put into a picture."""
    return round((float(image.mean()) - 8) / STEP)


def write_clip(
    path: Path, frames: int = 12, *, fps: float = 10.0, size: tuple[int, int] = (64, 48), codec: str | None = None
) -> Path:
    """Write a clip of numbered frames; MJPEG for ``.avi``, MPEG-4 for the rest."""
    fourcc = cv2.VideoWriter.fourcc(*(codec or ("MJPG" if path.suffix == ".avi" else "mp4v")))
    writer = cv2.VideoWriter(str(path), fourcc, fps, size)
    assert writer.isOpened()
    for index in range(frames):
        writer.write(numbered(index, *size))
    writer.release()
    return path
