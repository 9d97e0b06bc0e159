"""A wider network that begins as what a narrower one has learned.

Every layer keeps the narrower one's channels, which see the channels that they saw before
and nothing of the new ones, so that the embedding stays what it was. The new channels
begin at random and are given their say by training (after Chen et al., Net2Net, 2016,
which copies channels instead).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from reid_app.errors import TrainingError
from reid_app.nets.jointloss import Branch, ConvBNReLU, JointLossNet, MixedA, MixedB, ReductionA, ReductionB

Places = list[int]
"""Where the narrower network's channels of a map are among the wider one's."""


@torch.no_grad()
def widened(weights: dict[str, Tensor], width: float, net: JointLossNet) -> dict[str, Tensor]:
    """Weights of a wider network that computes what a narrower one computes.

    Args:
        weights: Of the narrower network, by name; it has the same branches.
        width: Of the narrower network.
        net: The wider network; its values are what the new channels begin with.

    Raises:
        TrainingError: The weights are of another network.
    """
    narrow = JointLossNet(replace(net.args, width=width, projection=0))
    known = narrow.state_dict()
    floats = [name for name, value in known.items() if value.is_floating_point()]
    for name in floats:
        if name not in weights or weights[name].shape != known[name].shape:
            raise TrainingError(f"The weights to start from have no {name} as at width {width:g} with these branches.")
    narrow.load_state_dict(weights, strict=False)
    wide = JointLossNet(replace(net.args, projection=0))
    wide.load_state_dict(net.state_dict(), strict=False)
    places: Places = [0, 1, 2]
    for name in ("conv1_3", "conv2_x", "conv3_x", "conv4_x"):
        places = _widen(narrow.get_submodule(name), wide.get_submodule(name), places)
    for name in net.args.branches:
        _widen_branch(narrow.branch(name), wide.branch(name), places)
    wide.neck.load_state_dict(narrow.neck.state_dict())
    return wide.state_dict()


def _widen(old: nn.Module, new: nn.Module, places: Places) -> Places:
    """Fill ``new`` for a map whose old channels are at ``places``; return where those of its map are."""
    match old, new:
        case ConvBNReLU(), ConvBNReLU():
            return _widen_layer(old, new, places)
        case nn.Sequential(), nn.Sequential():
            for one, other in zip(old, new, strict=True):
                places = _widen(one, other, places)
            return places
        case MixedA(), MixedA():
            paths = ("branch1x1", "branch5x5", "branch3x3dbl", "branch_pool")
            return _widen_paths(old, new, places, paths, keeps=False)
        case MixedB(), MixedB():
            paths = ("branch1x1", "branch7x7", "branch7x7dbl", "branch_pool")
            return _widen_paths(old, new, places, paths, keeps=False)
        case ReductionA(), ReductionA():
            return _widen_paths(old, new, places, ("branch3x3", "branch3x3dbl"), keeps=True)
        case ReductionB(), ReductionB():
            return _widen_paths(old, new, places, ("branch3x3", "branch7x7x3"), keeps=True)
    return places  # pooling


def _widen_layer(old: ConvBNReLU, new: ConvBNReLU, places: Places) -> Places:
    count = old.out_channels
    new.conv.weight[:count] = 0
    new.conv.weight[:count, places] = old.conv.weight
    for name in ("weight", "bias", "running_mean", "running_var"):
        getattr(new.bn, name)[:count] = getattr(old.bn, name)
    return list(range(count))


def _widen_paths(old: nn.Module, new: nn.Module, places: Places, paths: Sequence[str], *, keeps: bool) -> Places:
    """Fill parallel paths whose maps are joined, the map itself last if the module ``keeps`` it."""
    joined: Places = []
    start = 0
    for path in paths:
        first, second = old.get_submodule(path), new.get_submodule(path)
        joined += [start + place for place in _widen(first, second, places)]
        last = second[-1] if isinstance(second, nn.Sequential) else second
        assert isinstance(last, ConvBNReLU)
        start += last.out_channels
    return joined + [start + place for place in places] if keeps else joined


def _widen_branch(old: Branch, new: Branch, places: Places) -> None:
    for name in ("conv5_x", "conv6_x", "conv7_x", "conv8_x", "conv9_x"):
        places = _widen(old.get_submodule(name), new.get_submodule(name), places)
    new.fc.weight.zero_()
    new.fc.weight[:, places] = old.fc.weight
    new.fc.bias.copy_(old.fc.bias)
