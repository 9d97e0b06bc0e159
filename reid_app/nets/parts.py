"""Landmarks to part boxes and to the pose of a person, for a whole batch at once.

Liu et al., *Person Re-identification with Joint-loss*, section on body parts: head,
trunk and lower limb are cut out by the extremes of their landmarks.
"""

from __future__ import annotations

import torch
from torch import Tensor

from reid_app.domain import LANDMARK_NAMES, Pose

_AT = {name: index for index, name in enumerate(LANDMARK_NAMES)}

PART_LANDMARKS: tuple[tuple[str, ...], ...] = (
    ("nose", "right_eye", "left_eye", "right_ear", "left_ear", "neck"),
    (
        "neck",
        *("right_shoulder", "left_shoulder", "right_elbow", "left_elbow", "right_wrist", "left_wrist"),
        *("right_hip", "left_hip"),
    ),
    ("right_hip", "left_hip", "right_knee", "left_knee", "right_ankle", "left_ankle"),
)
"""The landmarks that bound head, trunk and lower limb."""

PREDEFINED_REGIONS = ((0.25, 0.00, 0.75, 0.20), (0.10, 0.15, 0.90, 0.58), (0.10, 0.50, 0.90, 1.00))
"""Where head, trunk and lower limb usually are, in fractions of the crop."""

MARGINS = ((0.15, 0.06, 0.15, 0.03), (0.12, 0.05, 0.12, 0.05), (0.15, 0.05, 0.15, 0.08))
"""Added on the left, top, right and bottom of each part, in fractions of the crop.

Clothes reach beyond the joints, and landmarks of small crops are a few pixels off. The
head's upper margin covers the hair, which no landmark marks, and the lower limb's lower
margin the feet.
"""

MIN_CELLS = 2
MAP_SIZE = (51, 23)
"""Height and width of the conv4_x map at the paper's input size."""

CONFIDENT = 0.1
"""Least confidence of a landmark that counts: a belief map's peak is low where it is broad."""


POSES = tuple(Pose)
"""What the integers of :func:`pose_codes` mean."""

UNKNOWN_POSE = POSES.index(Pose.UNKNOWN)
"""The code of a person whose pose cannot be told."""


def part_boxes(landmarks: Tensor, *, confident: float = CONFIDENT, map_size: tuple[int, int] = MAP_SIZE) -> Tensor:
    """Boxes of head, trunk and lower limb.

    A part with fewer than two confident landmarks takes its predefined region.

    Args:
        landmarks: (N, 18, 3): x and y in fractions of the crop, and confidence.
        confident: Least confidence of a landmark that counts.
        map_size: Height and width of the map that the boxes are pooled from; a box
            covers at least two of its cells each way.

    Returns:
        (N, 3, 4) boxes (x1, y1, x2, y2) in fractions of the crop, inside 0 to 1.
    """
    regions = landmarks.new_tensor(PREDEFINED_REGIONS)
    margins = landmarks.new_tensor(MARGINS)
    # A landmark that is not a number marks nothing.
    seen = (landmarks[..., 2] >= confident) & torch.isfinite(landmarks).all(dim=-1)
    boxes = []
    for part, chosen in enumerate(PART_LANDMARKS):
        index = torch.tensor([_AT[name] for name in chosen], device=landmarks.device)
        points = landmarks[:, index, :2]
        valid = seen[:, index].unsqueeze(-1)
        low = torch.where(valid, points, 2.0).amin(dim=1)
        high = torch.where(valid, points, -1.0).amax(dim=1)
        box = torch.cat([low - margins[part, :2], high + margins[part, 2:]], dim=1)
        enough = (valid.sum(dim=1) >= 2).expand(-1, 4)
        boxes.append(torch.where(enough, box, regions[part].expand_as(box)))
    return _at_least(torch.stack(boxes, dim=1).clamp(0.0, 1.0), map_size)


def pose_codes(landmarks: Tensor, *, confident: float = CONFIDENT, aspect: float = 2.0) -> Tensor:
    """Front, back, side or unknown for each person.

    Shoulders and hips far apart against the trunk's length mean front (the person's
    right on the left of the picture) or back; close together, or a face with one ear,
    mean side. Two eyes say front where shoulders and hips have the order of a back.

    Args:
        landmarks: (N, 18, 3): x and y in fractions of the crop, and confidence.
        confident: Least confidence of a landmark that counts.
        aspect: Height of the crop over its width, to compare x with y distances.

    Returns:
        (N,) int64 indices into :data:`POSES`.
    """
    seen = (landmarks[..., 2] >= confident) & torch.isfinite(landmarks).all(dim=-1)
    x = torch.where(seen, landmarks[..., 0], 0.0)
    y = torch.where(seen, landmarks[..., 1], 0.0)
    shoulders = seen[:, _AT["right_shoulder"]] & seen[:, _AT["left_shoulder"]]
    hips = seen[:, _AT["right_hip"]] & seen[:, _AT["left_hip"]]
    trunk = _trunk_length(seen, y) * aspect
    shoulder_width = torch.where(shoulders, (x[:, _AT["left_shoulder"]] - x[:, _AT["right_shoulder"]]) / trunk, 0.0)
    hip_width = torch.where(hips, (x[:, _AT["left_hip"]] - x[:, _AT["right_hip"]]) / trunk, 0.0)
    # Hips are narrower than shoulders, so their order is worth less where both are seen.
    turn = shoulder_width + torch.where(shoulders, 0.5, 1.0) * hip_width
    eyes = seen[:, _AT["right_eye"]] & seen[:, _AT["left_eye"]]
    face = seen[:, _AT["nose"]] & (seen[:, _AT["right_eye"]] | seen[:, _AT["left_eye"]])
    one_ear = seen[:, _AT["right_ear"]] ^ seen[:, _AT["left_ear"]]
    side = (turn.abs() < _SIDE_WIDTH) | ((turn.abs() < 2 * _SIDE_WIDTH) & face & one_ear)
    back = (turn < 0) & ~(face & eyes)
    codes = torch.full_like(seen[:, 0], POSES.index(Pose.FRONT), dtype=torch.int64)
    codes = torch.where(back, POSES.index(Pose.BACK), codes)
    codes = torch.where(side, POSES.index(Pose.SIDE), codes)
    return torch.where(shoulders | hips, codes, UNKNOWN_POSE)


_SIDE_WIDTH = 0.25
"""Shoulders (and half the hips) closer than this part of the trunk's length: side."""


def _trunk_length(seen: Tensor, y: Tensor) -> Tensor:
    """Neck or shoulders to hips in fractions of the crop, 0.35 where not seen."""
    neck, right, left = _AT["neck"], _AT["right_shoulder"], _AT["left_shoulder"]
    right_hip, left_hip = _AT["right_hip"], _AT["left_hip"]
    top = torch.where(seen[:, neck], y[:, neck], torch.maximum(y[:, right], y[:, left]))
    bottom = torch.maximum(y[:, right_hip], y[:, left_hip])
    known = (seen[:, neck] | seen[:, right] | seen[:, left]) & (seen[:, right_hip] | seen[:, left_hip])
    return torch.where(known & (bottom - top > 0.05), bottom - top, 0.35)


def _at_least(boxes: Tensor, map_size: tuple[int, int]) -> Tensor:
    """Boxes grown about their middle to the least size, and kept inside the crop."""
    cells = boxes.new_tensor([map_size[1], map_size[0]])
    least = (MIN_CELLS / cells).clamp(max=1.0)
    low, high = boxes[..., :2], boxes[..., 2:]
    half = torch.maximum(high - low, least) / 2
    middle = torch.minimum(torch.maximum((low + high) / 2, half), 1.0 - half)
    return torch.cat([middle - half, middle + half], dim=-1).clamp(0.0, 1.0)
