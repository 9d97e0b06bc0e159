"""A part branch looks at its own part of a teacher's map."""

from __future__ import annotations

import numpy as np
import torch

from reid_app.train.maps import box_view, sample_map


def test_box_view_looks_at_the_box() -> None:
    maps = np.zeros((1, 8, 4, 1), np.float16)
    maps[0, :4, :2] = 1.0  # the upper left quarter
    identity = torch.eye(2, 3)[None]
    inside = sample_map(maps, box_view(identity, torch.tensor([[0.0, 0.0, 0.5, 0.5]])), (2, 2))
    beside = sample_map(maps, box_view(identity, torch.tensor([[0.5, 0.5, 1.0, 1.0]])), (2, 2))
    assert inside.min() > 0.7
    assert beside.max() < 0.3
