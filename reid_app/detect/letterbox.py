"""Frames into the detector's input and its raw output back into boxes.

Both follow ultralytics (``LetterBox`` with ``auto=True`` and ``non_max_suppression``),
so that a model finds here what it found where it was trained.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reid_app.domain import Detections, FloatArray, ImageArray
from reid_app.imaging import cv2

_GREY = (114, 114, 114)
_MOST_PEOPLE = 300


@dataclass(frozen=True, slots=True)
class Letterbox:
    """How a frame of one size lies in the network's input.

    Attributes:
        size: (height, width) of the frame.
        inner: (height, width) of the picture within the input.
        shape: (height, width) of the input, multiples of the stride.
        scale: Pixels of the input per pixel of the frame.
        left: Columns of grey before the picture.
        top: Rows of grey above it.
    """

    size: tuple[int, int]
    inner: tuple[int, int]
    shape: tuple[int, int]
    scale: float
    left: int
    top: int

    @classmethod
    def fit(cls, height: int, width: int, long_side: int, stride: int = 32) -> Letterbox:
        """Fit a frame of ``height`` x ``width`` into the smallest input with this ``long_side``."""
        scale = min(long_side / height, long_side / width)
        inner = (max(1, round(height * scale)), max(1, round(width * scale)))
        spare = [(long_side - side) % stride / 2 for side in inner]
        top, left = (round(half - 0.1) for half in spare)
        bottom, right = (round(half + 0.1) for half in spare)
        shape = (inner[0] + top + bottom, inner[1] + left + right)
        return cls((height, width), inner, shape, scale, left, top)

    def apply(self, image: ImageArray, out: ImageArray) -> None:
        """Write ``image`` into ``out`` (shape + (3,)), grey around it."""
        out[...] = _GREY
        height, width = self.inner
        target = out[self.top : self.top + height, self.left : self.left + width]
        target[...] = (
            image
            if image.shape[:2] == self.inner
            else cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR)
        )

    def restore(self, boxes: FloatArray) -> FloatArray:
        """Map (N, 4) boxes in the input back to the frame, clipped to it."""
        moved = (boxes - np.array([self.left, self.top] * 2, np.float32)) / np.float32(self.scale)
        height, width = self.size
        clipped: FloatArray = np.clip(moved, 0, np.array([width, height] * 2, np.float32)).astype(np.float32)
        return clipped


def people(output: FloatArray, person: int, confidence: float, iou: float) -> tuple[FloatArray, FloatArray]:
    """Pick the people out of one picture's raw network output.

    Args:
        output: (4 + classes, anchors): centre x, centre y, width, height, class scores.
        person: Index of the class person; a box counts when no other class scores higher.
        confidence: Lowest score.
        iou: Overlap above which the lower of two boxes is dropped.

    Returns:
        Boxes (N, 4) in pixels of the input and scores (N,), highest first.
    """
    chosen = np.flatnonzero(output[4 + person] > confidence)
    candidates = output[:, chosen]
    candidates = candidates[:, candidates[4:].argmax(axis=0) == person]
    candidates = candidates[:, np.argsort(-candidates[4 + person], kind="stable")]
    centre, half = candidates[:2].T, candidates[2:4].T / 2
    boxes = np.concatenate([centre - half, centre + half], axis=1).astype(np.float32)
    kept = suppress(boxes, iou)
    return boxes[kept], candidates[4 + person, kept].astype(np.float32)


def suppress(boxes: FloatArray, iou: float) -> list[int]:
    """Greedy non-maximum suppression.

    Args:
        boxes: (N, 4), best first.
        iou: Overlap above which the later of two boxes is dropped.

    Returns:
        Indices kept, ascending, at most 300.
    """
    kept: list[int] = []
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    left = np.arange(len(boxes))
    while len(left) and len(kept) < _MOST_PEOPLE:
        best, left = int(left[0]), left[1:]
        kept.append(best)
        corners = np.minimum(boxes[best, 2:], boxes[left, 2:]) - np.maximum(boxes[best, :2], boxes[left, :2])
        shared = np.prod(np.clip(corners, 0, None), axis=1)
        left = left[shared <= iou * (areas[best] + areas[left] - shared)]
    return kept


def detections(output: FloatArray, box: Letterbox, person: int, confidence: float, iou: float) -> Detections:
    """Turn one picture's raw output (4 + classes, anchors) into detections in its frame."""
    boxes, scores = people(output, person, confidence, iou)
    return Detections(box.restore(boxes), scores)
