"""The learning rate's course and the moving average of the weights."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from reid_app.train.optimise import MovingAverage, rate_at
from reid_app.train.settings import OptimiserSettings


def test_learning_rate_warms_up_and_falls() -> None:
    settings = OptimiserSettings(rate=1.0, warmup=10)
    rates = [rate_at(step, 100, settings) for step in range(120)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9] == pytest.approx(max(rates), abs=0.03)
    assert rates[55] == pytest.approx(0.42, abs=0.01)
    assert rates[99] == pytest.approx(1e-3, abs=1e-3)
    assert rates[119] == 1e-3


def test_moving_average_follows_and_resumes() -> None:
    layer = nn.BatchNorm1d(1)
    average = MovingAverage(layer, 0.5)
    with torch.no_grad():
        layer.weight.fill_(3.0)
    layer.num_batches_tracked += 7
    average.update(layer)
    assert average.weights["weight"].item() == pytest.approx(1 + 0.9 * 2)  # the first step trusts the start little
    assert average.weights["num_batches_tracked"].item() == 7
    other = MovingAverage(nn.BatchNorm1d(1), 0.5)
    other.load_state_dict(average.state_dict())
    average.update(layer)
    other.update(layer)
    assert torch.equal(other.weights["weight"], average.weights["weight"])
