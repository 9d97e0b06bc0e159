"""The pose machine's loss distrusts labels; its figures are worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from reid_app.train.posemachine import map_weights, pose_figures, robust_loss


class TestPoseMachineLoss:
    def test_worst_maps_are_distrusted(self) -> None:
        beliefs, targets = torch.zeros(1, 19, 2, 2), torch.zeros(1, 19, 2, 2)
        targets[0, 0] = 10.0  # a label that makes no sense
        targets[0, 1] = 1.0
        weights = torch.ones(1, 19)
        assert robust_loss(beliefs, targets, weights, distrust=0.0).item() == pytest.approx((400 + 4) / 19)
        assert robust_loss(beliefs, targets, weights, distrust=0.05).item() == pytest.approx(4 / 19)

    def test_landmarks_without_a_label_weigh_less(self) -> None:
        landmarks = torch.ones(1, 18, 3)
        landmarks[0, 4, 2] = 0.0
        weights = map_weights(landmarks, 0.15)[0]
        assert weights[3] == 1
        assert weights[4] == pytest.approx(0.15)

    def test_figures(self) -> None:
        labels = np.random.default_rng(0).random((4, 18, 3)).astype(np.float32)
        labels[..., 2] = 1.0
        assert pose_figures(labels, labels) == {"pck": 1.0, "part_iou": 1.0}
        far = labels.copy()
        far[:, :9, 1] += 0.11  # a little more than a tenth of the height
        far[:, 9:, 0] += 0.15  # less: widths count half
        assert pose_figures(far, labels)["pck"] == pytest.approx(0.5)
