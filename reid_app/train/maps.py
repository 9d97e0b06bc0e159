"""Where a student's map looks in a teacher's map: views through augmentation and boxes.

A view is a (N, 2, 3) affine map from coordinates of the student's map, -1 to 1 each
way, to coordinates of the unvaried picture, as ``affine_grid`` wants it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional


def full_view(inverse: Tensor) -> Tensor:
    """The whole varied picture; ``inverse`` is :attr:`~reid_app.train.batches.Batch.inverse`."""
    return inverse


def box_view(inverse: Tensor, boxes: Tensor) -> Tensor:
    """What a part branch sees of the varied picture.

    Args:
        inverse: (N, 2, 3) maps from varied to unvaried pictures.
        boxes: (N, 4) boxes in fractions of the varied pictures.
    """
    scale = boxes[:, 2:] - boxes[:, :2]
    shift = boxes[:, :2] + boxes[:, 2:] - 1.0
    matrix = inverse[:, :, :2] * scale[:, None, :]
    offset = (inverse[:, :, :2] @ shift[:, :, None]) + inverse[:, :, 2:]
    return torch.cat([matrix, offset], dim=2)


def sample_map(maps: NDArray[np.float16], view: Tensor, size: Sequence[int]) -> Tensor:
    """A teacher's maps at the cells of a student's map.

    Four points are averaged per cell, for a student's cell is larger than a teacher's.

    Args:
        maps: (N, h, w, C).
        view: (N, 2, 3).
        size: Height and width of the student's map.

    Returns:
        (N, C, height, width) float32.
    """
    height, width = int(size[0]), int(size[1])
    grid = functional.affine_grid(view, [len(maps), 1, 2 * height, 2 * width], align_corners=False)
    values = torch.from_numpy(np.asarray(maps)).permute(0, 3, 1, 2).float()
    points = functional.grid_sample(values, grid, align_corners=False, padding_mode="border")
    return functional.avg_pool2d(points, 2)
