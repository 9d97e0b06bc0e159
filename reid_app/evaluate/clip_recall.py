"""How many people a detector finds: its boxes against truth, frame by frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from scipy.optimize import linear_sum_assignment

from reid_app.domain import Detections, FloatArray, Frame
from reid_app.errors import SourceError
from reid_app.evaluate.mot_files import CameraTruth
from reid_app.evaluate.tracking import OVERLAP, iou
from reid_app.imaging import cv2


class Finds(Protocol):
    """A detector."""

    def detect(self, frames: Sequence[Frame]) -> list[Detections]:
        """Find the people in ``frames``; one result for each."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """What a detector found of one camera.

    Attributes:
        people: Boxes of the truth that count.
        found: Those that a box of the detector is on.
        false: Boxes of the detector on nobody, counted or not.
    """

    people: int = 0
    found: int = 0
    false: int = 0

    @property
    def recall(self) -> float:
        """Share of the people that were found; 1 where there are none."""
        return self.found / self.people if self.people else 1.0

    def __add__(self, other: Found) -> Found:
        return Found(self.people + other.people, self.found + other.found, self.false + other.false)


def find_people(detector: Finds, clip: Path, truth: CameraTruth, *, confidence: float, every: int = 1) -> Found:
    """Run ``detector`` over a clip and count whom it finds.

    A person is found where a box overlaps the truth by :data:`OVERLAP`, each box for one person.

    Args:
        detector: The detector.
        clip: The pictures that ``truth`` describes.
        truth: Who is there; boxes on people whom it does not count are not false.
        confidence: Weaker boxes are left out.
        every: Look at every so-manieth frame.

    Raises:
        SourceError: The clip cannot be read.
    """
    total = Found()
    for frame in _frames(clip, truth.camera, every):
        boxes = detector.detect([frame])[0]
        kept = boxes.boxes[boxes.scores >= confidence]
        total += _compare(kept, truth, frame.index + 1)
    return total


def _compare(boxes: FloatArray, truth: CameraTruth, number: int) -> Found:
    people = truth.boxes.xywh[truth.boxes.frames == number]
    here = (truth.regions.first <= number) & (number <= truth.regions.last)
    uncounted = truth.regions.xywh[here]
    xywh = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)
    overlaps = iou(np.concatenate([people, uncounted]), xywh)
    matched = linear_sum_assignment(np.where(overlaps >= OVERLAP, -1 - overlaps, 0.0))
    pairs = [(row, column) for row, column in zip(*matched, strict=True) if overlaps[row, column] >= OVERLAP]
    return Found(len(people), sum(row < len(people) for row, _ in pairs), len(boxes) - len(pairs))


def _frames(clip: Path, camera: str, every: int) -> Iterable[Frame]:
    capture = cv2.VideoCapture(str(clip), cv2.CAP_FFMPEG)
    if not capture.isOpened():
        raise SourceError(f"{clip} cannot be read; check that it is there and a video")
    try:
        index = 0
        while capture.grab():
            if index % every == 0:
                _, image = capture.retrieve()
                yield Frame(camera, index, 0, np.asarray(image, np.uint8))
            index += 1
    finally:
        capture.release()
