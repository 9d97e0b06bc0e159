"""``python -m reid_app.evaluate.detection``: detectors on labelled frames, side by side.

Average precision at an overlap of a half, with the area under the precision-recall curve
as in Pascal VOC from 2010 on (Everingham et al., 2010): precision is made non-increasing,
every step of recall counts.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reid_app.config import DetectorSettings
from reid_app.detect import load_detector
from reid_app.domain import Detections, FloatArray, Frame
from reid_app.errors import ReidAppError, TrainingError
from reid_app.imaging import cv2
from reid_app.models import find_model

LEAST_OVERLAP = 0.5
"""Intersection over union from which a box is right."""

_LAYOUT = "FOLDER/images/val/NAME.jpg with FOLDER/labels/val/NAME.txt, one `0 x y w h` a person"


@dataclass(frozen=True)
class Truth:
    """A labelled frame.

    Attributes:
        name: The picture's name; what is before the first ``_`` is its group.
        frame: The picture.
        boxes: (P, 4) x1, y1, x2, y2 in pixels.
    """

    name: str
    frame: Frame
    boxes: FloatArray

    @property
    def group(self) -> str:
        """Kind of picture, such as ``cctv``."""
        return self.name.partition("_")[0]


@dataclass(frozen=True)
class Precision:
    """What a detector reaches on some frames.

    Attributes:
        average: Average precision, 0 to 1.
        recall: Share of the people found at a score of a quarter.
        people: People labelled.
    """

    average: float
    recall: float
    people: int


def read_truth(root: Path, *, noise: float = 0.0, seed: int = 0) -> list[Truth]:
    """Read the validation part of a YOLO folder.

    Args:
        root: The folder.
        noise: Deviation of Gaussian noise added to every value, in grey levels.
        seed: Of the noise.

    Raises:
        TrainingError: The layout is another one, or a file cannot be read.
    """
    paths = sorted((root / "images" / "val").glob("*.jpg"))
    if not paths:
        raise TrainingError(f"{root} has no pictures to test on; the layout wanted is {_LAYOUT}.")
    rng = np.random.default_rng(seed)
    truths = []
    for index, path in enumerate(paths):
        image = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if image is None:
            raise TrainingError(f"{path} cannot be decoded as a picture; remove it or copy it again.")
        if noise:
            image = (image + rng.normal(0, noise, image.shape)).clip(0, 255)
        frame = Frame(camera=path.stem, index=index, time_ns=0, image=np.asarray(image, np.uint8))
        truths.append(Truth(path.stem, frame, _boxes(root / "labels" / "val" / f"{path.stem}.txt", frame)))
    return truths


def _boxes(path: Path, frame: Frame) -> FloatArray:
    height, width = frame.image.shape[:2]
    try:
        rows = np.array([line.split() for line in path.read_text(encoding="utf-8").splitlines() if line], np.float32)
        values = rows.reshape(-1, 5)[:, 1:] * np.array([width, height, width, height], np.float32)
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path} cannot be read ({error}); the layout wanted is {_LAYOUT}.") from error
    return np.column_stack([values[:, :2] - values[:, 2:] / 2, values[:, :2] + values[:, 2:] / 2])


def precision(found: Sequence[Detections], truth: Sequence[FloatArray]) -> Precision:
    """Average precision over frames.

    A box is right if it overlaps a person by half or more whom no box of a higher score
    has taken; every further box on that person is wrong.

    Args:
        found: Of every frame, highest score first.
        truth: (P, 4) boxes of every frame.
    """
    scores: list[float] = []
    right: list[bool] = []
    for detections, boxes in zip(found, truth, strict=True):
        taken = np.zeros(len(boxes), np.bool_)
        for box, score in zip(detections.boxes, detections.scores, strict=True):
            overlaps = np.where(taken, 0.0, _overlaps(box, boxes)) if len(boxes) else np.zeros(1)
            best = int(overlaps.argmax())
            scores.append(float(score))
            right.append(bool(overlaps[best] >= LEAST_OVERLAP))
            if right[-1]:
                taken[best] = True
    people = sum(len(boxes) for boxes in truth)
    if not people or not scores:
        return Precision(0.0, 0.0, people)
    order = np.argsort(-np.array(scores), kind="stable")
    hits = np.array(right)[order]
    recall = np.cumsum(hits) / people
    precise = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    envelope = np.maximum.accumulate(precise[::-1])[::-1]
    steps = np.diff(np.concatenate([[0.0], recall]))
    sure = int(hits[np.array(scores)[order] >= 0.25].sum())
    return Precision(float((steps * envelope).sum()), sure / people, people)


def _overlaps(box: FloatArray, boxes: FloatArray) -> FloatArray:
    low, high = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
    shared = (high - low).clip(min=0).prod(axis=1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    return np.asarray(shared / np.maximum((box[2:] - box[:2]).prod() + areas - shared, 1e-9), np.float32)


def measure(model: str, truths: Sequence[Truth], *, size: int) -> dict[str, Precision]:
    """Run a detector on frames.

    Args:
        model: Name or folder of the detector.
        truths: The frames.
        size: Longer side of the network's input.

    Returns:
        Precision by group of frames, and of all of them as ``all``.
    """
    settings = DetectorSettings(model=model, image_size=size, confidence=0.01)
    detector = load_detector(settings, find_model(model))
    found = detector.detect([truth.frame for truth in truths])
    groups = sorted({truth.group for truth in truths})
    figures = {}
    for group in ["all", *groups]:
        chosen = [index for index, truth in enumerate(truths) if group in ("all", truth.group)]
        figures[group] = precision([found[i] for i in chosen], [truths[i].boxes for i in chosen])
    return figures


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 0 fine, else the exit code of the error, told in one sentence."""
    parser = argparse.ArgumentParser(prog="python -m reid_app.evaluate.detection", description=__doc__)
    parser.add_argument("root", type=Path, help="folder of images/val and labels/val in YOLO's format")
    parser.add_argument("--model", action="append", required=True, help="a detector; may be given several times")
    parser.add_argument("--size", type=int, default=416, help="longer side of the input")
    parser.add_argument("--noise", type=float, action="append", help="deviation of added noise; several times")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args(arguments)
    rows = []
    try:
        for noise in chosen.noise or [0.0]:
            truths = read_truth(chosen.root, noise=noise)
            for model in chosen.model:
                for group, reached in measure(model, truths, size=chosen.size).items():
                    rows.append({"model": model, "noise": noise, "group": group, **vars(reached)})
    except ReidAppError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    if chosen.json:
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
        return 0
    sys.stdout.write("model  noise  group  AP50  recall  people\n")
    for row in rows:
        sys.stdout.write(
            f"{row['model']}  {row['noise']:g}  {row['group']}  {row['average']:.3f}  {row['recall']:.3f}  "
            f"{row['people']}\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
