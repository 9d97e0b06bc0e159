"""A wider network that begins as a narrower one."""

from __future__ import annotations

import pytest
import torch

from reid_app.errors import TrainingError
from reid_app.nets.jointloss import BRANCHES, REDUCED_ROI_SIZES, JointLossArgs, JointLossNet
from reid_app.train.widen import widened

_BOXES = torch.tensor([[[0.3, 0.0, 0.7, 0.3], [0.1, 0.1, 0.9, 0.6], [0.1, 0.5, 0.9, 1.0]]])


def _net(width: float, branches: tuple[str, ...] = BRANCHES) -> JointLossNet:
    sizes = {name: size for name, size in REDUCED_ROI_SIZES.items() if name in branches}
    net = JointLossNet(JointLossArgs(width=width, neck="bn", branches=branches, roi_sizes=sizes, dropout=0.0))
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm1d | torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.uniform_(module.bias, -0.5, 0.5)
            module.running_mean.uniform_(-0.5, 0.5)
            module.running_var.uniform_(0.5, 1.5)
    return net.eval()


def test_the_wider_network_computes_the_same_and_learns_with_all_of_it() -> None:
    narrow, wide = _net(0.25), _net(0.375)
    wide.load_state_dict(widened(narrow.state_dict(), 0.25, wide))
    images, boxes = torch.rand(2, 3, 75, 43), _BOXES.expand(2, 3, 4)
    torch.testing.assert_close(wide(images, boxes), narrow(images, boxes), atol=1e-5, rtol=1e-4)
    wide.train()
    rate = 1e-3
    optimiser = torch.optim.SGD(wide.parameters(), lr=rate)
    for _ in range(2):
        optimiser.zero_grad()
        wide(torch.rand(4, 3, 75, 43), _BOXES.expand(4, 3, 4))[:, 0].sum().backward()
        optimiser.step()
    # After two steps the last layer listens to new channels, so what feeds them learns too.
    last = wide.branch("trunk").conv9_x.branch3x3[1].conv.weight.grad
    assert last is not None
    assert (last[narrow.branch("trunk").conv9_x.branch3x3[1].out_channels :].abs().amax(dim=(1, 2, 3)) > 0).all()


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(TrainingError, match="have no conv1_3"):
        widened(_net(0.125).state_dict(), 0.25, _net(0.375))
    with pytest.raises(TrainingError, match="have no head"):
        widened(_net(0.25, ("global",)).state_dict(), 0.25, _net(0.375))
