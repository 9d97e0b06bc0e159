"""Crops for benchmarks: the demo site's people, cut out where the truth says they are."""

from __future__ import annotations

import numpy as np

from reid_app.demo_site.clips import demo_folder
from reid_app.demo_site.truth import counts, read_truth
from reid_app.domain import Crop, ImageArray, Quality, TrackKey
from reid_app.imaging import cv2

_EVERY = 25


def demo_crops(count: int) -> list[ImageArray]:
    """Return ``count`` BGR crops of people in the demo site's clips, repeated where there are fewer.

    Raises:
        SettingsError: The demo site is not there.
    """
    folder = demo_folder()
    crops: list[ImageArray] = []
    for camera in read_truth(folder).cameras:
        boxes = [row for row in camera.seen if counts(row) and row.frame % _EVERY == 0]
        capture = cv2.VideoCapture(str(folder / camera.clip))
        frame = 0
        for row in boxes:
            while frame < row.frame:
                more, image = capture.read()
                frame += 1
            if not more:
                break
            x, y, width, height = (round(float(value)) for value in row.box)
            crop = image[max(0, y) : y + height, max(0, x) : x + width]
            if crop.size:
                crops.append(crop.astype(np.uint8))
        capture.release()
    return [crops[index % len(crops)] for index in range(count)]


def as_crop(image: ImageArray, number: int) -> Crop:
    """Wrap a picture as the pipeline does."""
    height, width = image.shape[:2]
    return Crop(TrackKey("bench", number), 0, 0, np.array([0, 0, width, height], np.float32), image, 1.0, Quality())
