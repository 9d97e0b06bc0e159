"""Optimiser, learning-rate schedule, moving average of the weights, mixed precision."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn

from reid_app.nets.jointloss import parameter_groups
from reid_app.train.muon import Muon
from reid_app.train.settings import OptimiserSettings


def make_optimiser(module: nn.Module, settings: OptimiserSettings) -> torch.optim.Optimizer:
    """AdamW, SGD with Nesterov momentum or Muon; biases and batch norms do not decay."""
    parameters = parameter_groups(module)
    groups = [
        {"params": parameters["decay"], "weight_decay": settings.weight_decay},
        {"params": parameters["keep"], "weight_decay": 0.0},
    ]
    if settings.name == "sgd":
        return torch.optim.SGD(groups, lr=settings.rate, momentum=0.9, nesterov=True)
    if settings.name == "muon":
        return Muon(groups, lr=settings.rate)
    # Fused: the many small tensors of these networks make the plain loop a tenth of a step.
    return torch.optim.AdamW(groups, lr=settings.rate, betas=(0.9, 0.99), fused=True)


def rate_at(step: int, steps: int, settings: OptimiserSettings) -> float:
    """Learning rate of step ``step`` of ``steps``: linear warm-up, then half a cosine.

    Never below a thousandth of the highest rate, so that a run can go past its budget.
    """
    warmup = min(1.0, (step + 1) / settings.warmup) if settings.warmup else 1.0
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps)))
    return settings.rate * warmup * max(cosine, 1e-3)


class MovingAverage:
    """Exponential moving average of a module's parameters and buffers.

    The decay grows with the steps made, so that the first average is not the random
    weights of the start.

    Args:
        module: Whose weights to average.
        decay: The decay after many steps.
    """

    def __init__(self, module: nn.Module, decay: float) -> None:
        self._decay = decay
        self._steps = 0
        self.weights = {name: value.detach().clone() for name, value in module.state_dict().items()}

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        """Take one step towards the module's weights."""
        self._steps += 1
        decay = min(self._decay, self._steps / (self._steps + 9))
        current = module.state_dict()
        floats = [name for name, value in current.items() if value.is_floating_point()]
        torch._foreach_lerp_([self.weights[n] for n in floats], [current[n] for n in floats], 1 - decay)
        for name in current.keys() - set(floats):
            self.weights[name].copy_(current[name])

    def state_dict(self) -> dict[str, Tensor | int]:
        """Weights by name, and ``steps``."""
        return {**self.weights, "steps": self._steps}

    def load_state_dict(self, state: dict[str, Tensor | int]) -> None:
        """Go on from :meth:`state_dict`."""
        steps = state["steps"]
        assert isinstance(steps, int)
        self._steps = steps
        for name, value in state.items():
            if isinstance(value, Tensor):
                self.weights[name].copy_(value)


def autocast(device: torch.device, amp: str) -> AbstractContextManager[None]:
    """bfloat16 arithmetic where it pays: on a GPU, or a CPU that has it in hardware.

    Args:
        device: Where the network runs.
        amp: ``"auto"``, ``"on"`` or ``"off"``.
    """
    if amp == "off" or (amp == "auto" and not _has_bfloat16(device)):
        return nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16)


def _has_bfloat16(device: torch.device) -> bool:
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    capability: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(capability.get("avx512_bf16") or capability.get("amx_bf16"))
