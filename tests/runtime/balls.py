"""Clips for live sites without a server: a white ball that goes to and fro."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from reid_app.imaging import cv2

FPS = 15


def ball_clip(path: Path, size: tuple[int, int] = (160, 120)) -> str:
    """Write a clip of two seconds; return the address that plays it for ever."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, size)
    assert writer.isOpened()
    for frame in range(2 * FPS):
        picture = np.zeros((size[1], size[0], 3), np.uint8)
        x = 20 + 4 * min(frame, 2 * FPS - frame)
        cv2.circle(picture, (x, size[1] // 2), 15, (255, 255, 255), -1)
        writer.write(picture)
    writer.release()
    return f"loop:{path}"
