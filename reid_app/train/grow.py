"""Part branches for a network that was trained with its whole-body branch alone.

The whole-body branch costs half of a training step. A network can learn with it alone
first; the part branches then start from what it has learned instead of from chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from reid_app.nets.jointloss import BRANCHES, FEATURES, JointLossNet

_GIVER = "global"


@torch.no_grad()
def grown(weights: Mapping[str, Tensor], net: JointLossNet) -> dict[str, Tensor]:
    """Weights of a network with fewer branches, completed to those of another.

    A missing branch of the same shape becomes a copy of the whole-body branch, its last
    layer a random mixture of that one's features. Other parameters keep the values of
    ``net``. A neck is completed likewise.

    Args:
        weights: Of the trained network, by name.
        net: Its branches are wanted; its values fill what cannot be copied.
    """
    own = net.state_dict()
    missing = [name for name in net.args.branches if f"{name}.fc.weight" not in weights]
    if not missing or f"{_GIVER}.fc.weight" not in weights:
        return dict(weights)
    result = dict(weights)
    generator = torch.Generator().manual_seed(0)
    for name in missing:
        for key in (key for key in own if key.startswith(f"{name}.")):
            given = weights.get(_GIVER + key.removeprefix(name))
            fits = given is not None and given.shape == own[key].shape
            result[key] = given.clone() if given is not None and fits else own[key]
        last = weights[f"{_GIVER}.fc.weight"]
        if last.shape[1] == own[f"{name}.fc.weight"].shape[1]:
            mixture, _ = torch.linalg.qr(torch.randn(len(last), FEATURES[name], generator=generator))
            result[f"{name}.fc.weight"] = mixture.T @ last
    present = [name for name in BRANCHES if f"{name}.fc.weight" in weights]
    for key in (key for key in own if key.startswith("neck.") and key in weights):
        if weights[key].shape == own[key].shape or own[key].ndim == 0:
            continue
        parts, blank = _by_branch(weights[key], present), _by_branch(own[key], net.args.branches)
        result[key] = torch.cat([parts.get(name, blank[name]) for name in net.args.branches])
    return result


def _by_branch(values: Tensor, branches: Sequence[str]) -> dict[str, Tensor]:
    return dict(zip(branches, torch.split(values, [FEATURES[name] for name in branches]), strict=True))


@torch.no_grad()
def settle_norms(net: JointLossNet, batches: Sequence[tuple[Tensor, Tensor]]) -> None:
    """Take the statistics of the batch norms from some batches of images and part boxes."""
    norms = [module for module in net.modules() if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the plain mean over the batches
    net.train()
    for images, boxes in batches:
        net.neck(net.features(images, boxes))
    net.eval()
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
