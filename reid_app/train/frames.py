"""Frames with boxes of people: labelled pictures, and frames that a detector labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchvision.ops import nms

from reid_app.errors import TrainingError
from reid_app.imaging import cv2
from reid_app.train.images import read_image
from reid_app.train.settings import SelfLabelSettings

GREY = 114
"""Grey level beside a letterboxed frame, and over what must teach nothing."""

_LAYOUT = "FOLDER/images/{train,val}/NAME.jpg with FOLDER/labels/{train,val}/NAME.txt, one `0 x y w h` a person"
_STRIDE = 32
_OVERLAP = 0.6

Detector = Callable[[Tensor], Tensor]
"""(N, 3, H, W) RGB in 0..1 to (N, 4 + classes, anchors): centre, size in pixels, scores of classes."""


@dataclass(frozen=True)
class LabelledFrame:
    """One frame and where people are in it.

    Attributes:
        image: (H, W, 3) BGR.
        boxes: (P, 4) x1, y1, x2, y2 in fractions of the frame.
    """

    image: NDArray[np.uint8]
    boxes: NDArray[np.float32]


def read_frames(root: Path, part: str) -> list[LabelledFrame]:
    """Read the pictures of one part of a YOLO folder, in the order of their names.

    Args:
        root: The folder.
        part: ``"train"`` or ``"val"``.

    Raises:
        TrainingError: The layout is another one, or a file cannot be read.
    """
    paths = sorted((root / "images" / part).glob("*.jpg"))
    if not paths:
        raise TrainingError(f"{root} has no pictures of part {part!r}; the layout wanted is {_LAYOUT}.")
    return [LabelledFrame(read_image(path), _labels(root / "labels" / part / f"{path.stem}.txt")) for path in paths]


def _labels(path: Path) -> NDArray[np.float32]:
    try:
        rows = [[float(text) for text in line.split()] for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path} cannot be read ({error}); the layout wanted is {_LAYOUT}.") from error
    rows = [row for row in rows if row]
    if any(len(row) != 5 for row in rows):
        raise TrainingError(f"{path} has a row that is not five numbers; the layout wanted is {_LAYOUT}.")
    values = np.array(rows, np.float32).reshape(-1, 5)[:, 1:]
    corners = np.column_stack([values[:, :2] - values[:, 2:] / 2, values[:, :2] + values[:, 2:] / 2])
    return corners.clip(0, 1).astype(np.float32)


def self_labelled(settings: SelfLabelSettings, detector: Detector) -> Iterator[LabelledFrame]:
    """Frames of videos, labelled by a detector that sees them larger than it will be trained on.

    What the detector is unsure of is painted grey, so that it teaches nothing.

    Args:
        settings: Videos, size and scores.
        detector: The detector before its training.

    Raises:
        TrainingError: A video cannot be read.
    """
    for path in settings.videos:
        video = cv2.VideoCapture(str(path))
        seen = 0
        while True:
            whole, image = video.read()
            if not whole:
                break
            seen += 1
            if (seen - 1) % settings.every:
                continue
            found = find_people(detector, np.asarray(image, np.uint8), settings.size, settings.unsure)
            sure = found[:, 4] >= settings.sure
            yield LabelledFrame(_painted(np.asarray(image, np.uint8), found[~sure, :4]), found[sure, :4])
        video.release()
        if seen == 0:
            raise TrainingError(f"{path} cannot be read as a video; remove it from self_labelled.videos.")


def _painted(image: NDArray[np.uint8], boxes: NDArray[np.float32]) -> NDArray[np.uint8]:
    result = image.copy()
    height, width = image.shape[:2]
    for x1, y1, x2, y2 in boxes * np.array([width, height, width, height]):
        result[int(y1) : int(np.ceil(y2)), int(x1) : int(np.ceil(x2))] = GREY
    return result


@torch.no_grad()
def find_people(detector: Detector, image: NDArray[np.uint8], size: int, score: float) -> NDArray[np.float32]:
    """Boxes of people, (P, 5): x1, y1, x2, y2 in fractions of the frame, and the score.

    Args:
        detector: Its class 0 is people.
        image: (H, W, 3) BGR.
        size: Longer side that the frame is brought to.
        score: Least score.
    """
    height, width = image.shape[:2]
    scale = size / max(height, width)
    small = cv2.resize(image, (max(1, round(width * scale)), max(1, round(height * scale))))
    canvas = np.full([-(-side // _STRIDE) * _STRIDE for side in small.shape[:2]] + [3], GREY, np.uint8)
    canvas[: small.shape[0], : small.shape[1]] = small
    output = detector(to_pixels(canvas[None]))[0]
    kept = output[4] >= score
    centres, sizes, scores = output[:2, kept].T, output[2:4, kept].T, output[4, kept]
    boxes = torch.cat([centres - sizes / 2, centres + sizes / 2], dim=1)
    chosen = nms(boxes, scores, _OVERLAP)
    limits = torch.tensor([small.shape[1], small.shape[0]] * 2, dtype=boxes.dtype)
    fractions = (boxes[chosen] / limits).clamp(0, 1)
    return torch.cat([fractions, scores[chosen, None]], dim=1).float().numpy()


def to_pixels(images: NDArray[np.uint8]) -> Tensor:
    """(N, H, W, 3) BGR to (N, 3, H, W) RGB in 0..1, as detectors take it."""
    rgb = torch.from_numpy(images).permute(0, 3, 1, 2).flip(1).float()
    return (rgb / 255).contiguous(memory_format=torch.channels_last)


def placed(frame: LabelledFrame, size: int, scale: float, shift: tuple[float, float], *, mirror: bool) -> LabelledFrame:
    """A frame drawn on a square canvas.

    Args:
        frame: The frame.
        size: Side of the canvas in pixels.
        scale: 1 fits the frame's longer side to the canvas; more crops, less leaves a border.
        shift: Where the frame lies in the room left over, or in what is cropped, 0 to 1 each way.
        mirror: Draw the mirror image.

    Returns:
        The canvas with the boxes on it; people cut to less than a third are left out, and painted grey.
    """
    height, width = frame.image.shape[:2]
    factor = scale * size / max(height, width)
    offset = np.array([(size - width * factor) * shift[0], (size - height * factor) * shift[1]])
    matrix = np.array([[factor, 0, offset[0]], [0, factor, offset[1]]])
    if mirror:
        matrix = np.array([[-1.0, 0.0, size - 1.0], [0.0, 1.0, 0.0]]) @ np.vstack([matrix, [0, 0, 1]])
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    canvas = cv2.warpAffine(frame.image, matrix, (size, size), flags=method, borderValue=(GREY, GREY, GREY))
    boxes = frame.boxes * np.array([width, height, width, height]) * factor + np.tile(offset, 2)
    if mirror:
        boxes = np.column_stack([size - boxes[:, 2], boxes[:, 1], size - boxes[:, 0], boxes[:, 3]])
    cut = boxes.clip(0, size) / size
    left = _areas(cut) / np.maximum(_areas(boxes / size), 1e-9)
    whole = (left > 1 / 3) & (np.minimum(cut[:, 2] - cut[:, 0], cut[:, 3] - cut[:, 1]) * size > 3)
    painted = _painted(np.asarray(canvas, np.uint8), cut[~whole].astype(np.float32))
    return LabelledFrame(painted, cut[whole].astype(np.float32))


def _areas(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), np.float64)


def as_targets(frames: Sequence[LabelledFrame]) -> Tensor:
    """(T, 6) rows of a batch: frame, class 0, centre x and y, width, height in fractions."""
    rows = [
        np.column_stack(
            [
                np.full(len(frame.boxes), place),
                np.zeros(len(frame.boxes)),
                (frame.boxes[:, :2] + frame.boxes[:, 2:]) / 2,
                frame.boxes[:, 2:] - frame.boxes[:, :2],
            ]
        )
        for place, frame in enumerate(frames)
    ]
    return torch.from_numpy(np.concatenate(rows).astype(np.float32))
