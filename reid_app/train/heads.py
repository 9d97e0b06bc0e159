"""Heads fitted to a network that is trained already, by least squares.

Heads that start at random would push a trained network around until they have learned
what it can do; fitted in closed form, they ask from the first step on only for what
the network cannot do yet.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from reid_app.nets.jointloss import BRANCHES
from reid_app.train.discriminants import discriminants
from reid_app.train.maps import box_view, full_view, sample_map
from reid_app.train.student import Student
from reid_app.train.teacher import TeacherOutputs

_MAP_BATCHES = 10
"""Batches that the imitations of maps are fitted to; every cell of a map counts."""

LabelledBatch = tuple[Tensor, Tensor, Tensor, NDArray[np.intp]]
"""Images, part boxes, labels, and which pictures they are."""


@torch.no_grad()
def fit_heads(
    student: Student,
    batches: Sequence[LabelledBatch],
    teacher: TeacherOutputs | None,
    domains: NDArray[np.intp] | None = None,
) -> None:
    """Set the classifier to each person's mean direction, and fit the imitations.

    Args:
        student: Its network is trained already, its heads are overwritten.
        batches: Unvaried pictures of every person.
        teacher: What to imitate.
        domains: Data set of every picture, by the pictures' numbers; where given, the
            network's projection is fitted too.
    """
    student.eval()
    net = student.net
    necked, labels, index = [], [], []
    fits: dict[str, _LeastSquares] = {}
    for place, (images, boxes, person, which) in enumerate(batches):
        shared = net.stem(images)
        maps = net.branch_maps(shared, boxes)
        necked.append(net.neck(net.pooled(maps)))
        labels.append(person)
        index.append(which)
        if teacher is not None and place < _MAP_BATCHES:
            _count_maps(fits, student, teacher, shared, maps, boxes, which)
    all_necked, all_labels, pictures = torch.cat(necked), torch.cat(labels), np.concatenate(index)
    if domains is not None and isinstance(net.projection, nn.Linear):
        matrix, offset = discriminants(
            all_necked.numpy(), all_labels.numpy(), domains[pictures], net.projection.out_features
        )
        net.projection.weight.copy_(torch.from_numpy(matrix))
        net.projection.bias.copy_(torch.from_numpy(offset))
    _fit_classifier(student, net.projection(all_necked), all_labels)
    if teacher is not None and student.proj is not None:
        fit = _LeastSquares(centred=False)
        fit.count(all_necked, torch.from_numpy(teacher.embeddings[pictures]))
        student.proj.weight.copy_(fit.solve()[0])
    for name, fit in fits.items():
        layer = student.h_mid if name == "middle" else student.h[name]
        assert isinstance(layer, nn.Conv2d)
        assert layer.bias is not None
        weight, bias = fit.solve()
        layer.weight.copy_(weight[:, :, None, None])
        layer.bias.copy_(bias)


def _fit_classifier(student: Student, embeddings: Tensor, labels: Tensor) -> None:
    people = student.cls.out_features
    directions = torch.zeros(people, embeddings.shape[1])
    directions.index_add_(0, labels, functional.normalize(embeddings, dim=1))
    student.cls.weight.copy_(0.5 * functional.normalize(directions, dim=1))


def _count_maps(
    fits: dict[str, _LeastSquares],
    student: Student,
    teacher: TeacherOutputs,
    shared: Tensor,
    maps: dict[str, Tensor],
    boxes: Tensor,
    pictures: NDArray[np.intp],
) -> None:
    unvaried = torch.eye(2, 3).expand(len(pictures), 2, 3)
    if student.h_mid is not None and teacher.middle is not None:
        wanted = sample_map(teacher.middle[pictures], full_view(unvaried), shared.shape[-2:])
        fits.setdefault("middle", _LeastSquares()).count(_cells(shared), _cells(wanted))
    for name in student.h:
        assert teacher.last is not None
        view = full_view(unvaried)
        if name != "global":
            view = box_view(unvaried, boxes[:, BRANCHES.index(name) - 1])
        wanted = sample_map(teacher.last[pictures], view, maps[name].shape[-2:])
        fits.setdefault(name, _LeastSquares()).count(_cells(maps[name]), _cells(wanted))


def _cells(maps: Tensor) -> Tensor:
    return maps.permute(0, 2, 3, 1).reshape(-1, maps.shape[1])


class _LeastSquares:
    """Ridge regression whose sums are collected batch by batch."""

    def __init__(self, *, centred: bool = True) -> None:
        self._centred = centred
        self._sums: list[Tensor] = []
        self._count = 0

    def count(self, inputs: Tensor, outputs: Tensor) -> None:
        """Add (N, I) inputs and their (N, O) outputs."""
        x, y = inputs.double(), outputs.double()
        sums = [x.T @ x, x.T @ y, x.sum(dim=0), y.sum(dim=0)]
        self._sums = [a + b for a, b in zip(self._sums, sums, strict=True)] if self._sums else sums
        self._count += len(x)

    def solve(self, ridge: float = 1e-2) -> tuple[Tensor, Tensor]:
        """(O, I) weight and (O,) bias; the bias is 0 where nothing is centred."""
        gram, cross, x, y = self._sums
        if self._centred:
            gram = gram - torch.outer(x, x) / self._count
            cross = cross - torch.outer(x, y) / self._count
        damped = gram + ridge * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype)
        weight = torch.linalg.solve(damped, cross).T
        bias = (y - weight @ x) / self._count if self._centred else torch.zeros_like(y)
        return weight.float(), bias.float()
