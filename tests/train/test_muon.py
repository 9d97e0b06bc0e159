"""Orthogonalised steps for kernels, AdamW for the rest."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from reid_app.train.muon import Muon, orthogonalised


@pytest.mark.parametrize("shape", [(8, 40), (40, 8), (16, 16)])
def test_singular_values_come_near_one(shape: tuple[int, int]) -> None:
    matrices = torch.randn(3, *shape, generator=torch.Generator().manual_seed(1))
    values = torch.linalg.svdvals(orthogonalised(1e3 * matrices))
    if shape[0] != shape[1]:  # a square matrix has singular values too small to lift
        assert values.min() > 0.5
    assert values.max() < 1.3
    # The directions stay: the product with the original is as large as its singular values allow.
    aligned = (orthogonalised(matrices) * matrices).sum(dim=(1, 2))
    torch.testing.assert_close(aligned, torch.linalg.svdvals(matrices).sum(dim=1), rtol=0.25, atol=0)


def test_a_step_of_a_kernel_has_the_size_of_the_rate_and_not_of_the_gradient() -> None:
    sizes = []
    for factor in (1e-3, 1e3):
        conv = nn.Conv2d(6, 12, 3, bias=False)
        before = conv.weight.detach().clone()
        optimiser = Muon([{"params": [conv.weight], "weight_decay": 0.0}], lr=0.01)
        conv.weight.grad = factor * torch.randn(12, 6, 3, 3, generator=torch.Generator().manual_seed(2))
        optimiser.step()
        sizes.append(float((conv.weight.detach() - before).square().mean().sqrt()))
    assert sizes[0] == pytest.approx(sizes[1], rel=1e-3)
    assert sizes[0] == pytest.approx(0.2 * 0.01, rel=0.3)


def test_other_parameters_take_the_steps_of_adamw() -> None:
    mine, theirs = torch.ones(5, requires_grad=True), torch.ones(5, requires_grad=True)
    muon = Muon([{"params": [mine], "weight_decay": 0.1}], lr=0.01)
    adamw = torch.optim.AdamW([theirs], lr=0.01, betas=(0.9, 0.99), weight_decay=0.1)
    for step in range(5):
        gradient = torch.linspace(-1, 2, 5) * (step + 1)
        mine.grad, theirs.grad = gradient.clone(), gradient.clone()
        muon.step()
        adamw.step()
    torch.testing.assert_close(mine, theirs)


def test_weight_decay_shrinks_and_a_missing_gradient_changes_nothing() -> None:
    kernel, unused = torch.ones(2, 2, 1, 1, requires_grad=True), torch.ones(2, 2, 1, 1, requires_grad=True)
    optimiser = Muon([{"params": [kernel, unused], "weight_decay": 0.5}], lr=0.1)
    kernel.grad = torch.zeros_like(kernel)
    optimiser.step()
    torch.testing.assert_close(kernel.detach(), torch.full((2, 2, 1, 1), 0.95))
    assert torch.equal(unused.detach(), torch.ones(2, 2, 1, 1))


def test_state_can_be_saved_and_read() -> None:
    def steps(optimiser: Muon, conv: nn.Conv2d, seeds: range) -> None:
        for seed in seeds:
            generator = torch.Generator().manual_seed(seed)
            for parameter in conv.parameters():
                parameter.grad = torch.randn(parameter.shape, generator=generator)
            optimiser.step()

    def made(conv: nn.Conv2d) -> Muon:
        return Muon([{"params": list(conv.parameters()), "weight_decay": 0.01}], lr=0.01)

    torch.manual_seed(0)
    whole = nn.Conv2d(3, 4, 3)
    part = nn.Conv2d(3, 4, 3)
    part.load_state_dict(whole.state_dict())
    steps(made(whole), whole, range(4))
    first = made(part)
    steps(first, part, range(2))
    second = made(part)
    second.load_state_dict(first.state_dict())
    steps(second, part, range(2, 4))
    # A new optimiser over the whole run and a saved one in the middle of it agree.
    torch.testing.assert_close(part.weight, whole.weight, rtol=0, atol=1e-6)
    torch.testing.assert_close(part.bias, whole.bias, rtol=0, atol=1e-6)
