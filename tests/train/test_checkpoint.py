"""Weights survive the file, and only fit the network that they were made for."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from reid_app.errors import TrainingError
from reid_app.train.checkpoint import load_weights, save_weights


def test_weights_survive_the_file_in_half_precision(tmp_path: Path) -> None:
    torch.manual_seed(0)
    layers = [nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)) for _ in range(2)]
    save_weights(tmp_path / "w.safetensors", layers[0].state_dict(), {"images": 3})
    load_weights(layers[1], tmp_path / "w.safetensors")
    torch.testing.assert_close(layers[1][0].weight, layers[0][0].weight, atol=1e-3, rtol=0)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (nn.Sequential(nn.Conv2d(3, 5, 3), nn.BatchNorm2d(5)), "has another shape of 0.bias"),
        (nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Linear(2, 2)), "lacks 2.bias"),
        (nn.Sequential(nn.Conv2d(3, 4, 3)), "has an unknown 1.bias"),
    ],
)
def test_weights_of_another_network_are_refused(tmp_path: Path, other: nn.Module, message: str) -> None:
    save_weights(tmp_path / "w.safetensors", nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)).state_dict(), {})
    with pytest.raises(TrainingError, match=message):
        load_weights(other, tmp_path / "w.safetensors")
