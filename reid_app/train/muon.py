"""Muon: momentum whose steps are orthogonalised, for convolutions; AdamW for the rest.

Jordan et al., *Muon: an optimizer for hidden layers in neural networks* (2024); the step
sizes are those of Liu et al., *Muon is scalable for LLM training* (2025), so that one
learning rate serves convolutions and the rest. ``torch.optim.Muon`` takes matrices only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)
_ITERATIONS = 5
_UPDATE_SIZE = 0.2
"""Root mean square of a step at learning rate 1, about that of AdamW."""


class Muon(torch.optim.Optimizer):
    """Muon for convolutions' kernels, AdamW for every other parameter.

    Args:
        groups: Parameter groups with their own ``weight_decay``.
        lr: Learning rate.
        momentum: Of the kernels; Nesterov's.
        betas: Of AdamW.
    """

    def __init__(
        self,
        groups: Iterable[dict[str, Any]],
        *,
        lr: float,
        momentum: float = 0.95,
        betas: tuple[float, float] = (0.9, 0.99),
    ) -> None:
        super().__init__(groups, {"lr": lr, "momentum": momentum, "betas": betas, "weight_decay": 0.0})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Take one step; parameters without a gradient stay as they are.

        Args:
            closure: Computes the loss and its gradients first, where given.
        """
        if closure is not None:
            with torch.enable_grad():
                closure()
        for group in self.param_groups:
            given = [parameter for parameter in group["params"] if parameter.grad is not None]
            if not given:
                continue
            torch._foreach_mul_(given, 1.0 - group["lr"] * group["weight_decay"])
            self._step_kernels([parameter for parameter in given if parameter.ndim == 4], group)
            self._step_others([parameter for parameter in given if parameter.ndim != 4], group)

    def _step_kernels(self, kernels: list[Tensor], group: dict[str, Any]) -> None:
        # Kernels of one shape are orthogonalised together: many small products are slow.
        alike: dict[tuple[int, int], list[tuple[Tensor, Tensor]]] = defaultdict(list)
        for kernel in kernels:
            assert kernel.grad is not None
            state = self.state[kernel]
            if not state:
                state["momentum"] = torch.zeros_like(kernel)
            momentum: Tensor = state["momentum"]
            momentum.lerp_(kernel.grad, 1.0 - group["momentum"])
            matrix = kernel.grad.lerp(momentum, group["momentum"]).flatten(1)
            alike[(matrix.shape[0], matrix.shape[1])].append((kernel, matrix))
        for shape, pairs in alike.items():
            steps = orthogonalised(torch.stack([matrix for _, matrix in pairs]))
            size = _UPDATE_SIZE * max(shape) ** 0.5
            for (kernel, _), step in zip(pairs, steps, strict=True):
                kernel.add_(step.view(kernel.shape), alpha=-group["lr"] * size)

    def _step_others(self, parameters: list[Tensor], group: dict[str, Any]) -> None:
        first, second = group["betas"]
        for parameter in parameters:
            assert parameter.grad is not None
            state = self.state[parameter]
            if not state:
                state["steps"] = 0
                state["mean"] = torch.zeros_like(parameter)
                state["square"] = torch.zeros_like(parameter)
            state["steps"] += 1
            state["mean"].lerp_(parameter.grad, 1.0 - first)
            state["square"].mul_(second).addcmul_(parameter.grad, parameter.grad, value=1.0 - second)
            deviation = (state["square"] / (1.0 - second ** state["steps"])).sqrt_().add_(1e-8)
            rate = group["lr"] / (1.0 - first ** state["steps"])
            parameter.addcdiv_(state["mean"], deviation, value=-rate)


def orthogonalised(matrices: Tensor) -> Tensor:
    """Nearly the nearest matrices with orthonormal rows or columns, by Newton-Schulz iteration.

    Args:
        matrices: (N, A, B).

    Returns:
        (N, A, B); singular values between 0.7 and 1.2, about, where they were not tiny.
    """
    a, b, c = _COEFFICIENTS
    tall = matrices.shape[1] > matrices.shape[2]
    x: Tensor = matrices.mT if tall else matrices
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(_ITERATIONS):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    result: Tensor = x.mT if tall else x
    return result
