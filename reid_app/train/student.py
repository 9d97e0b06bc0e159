"""The joint-loss network with everything that is only there to train it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from reid_app.nets.jointloss import JointLossArgs, JointLossNet
from reid_app.nets.losses import (
    cosine_distillation,
    euclidean_distances,
    hardest_triplets,
    identification_loss,
    neighbour_distillation,
    pose_constrained_triplets,
    relational_distillation,
    triplet_loss,
)
from reid_app.train.settings import LossSettings, TeacherSettings

COSINE_SCALE = 16.0
"""Factor on the cosines of the classifier that accompanies a neck."""

NEIGHBOUR_SCALE = 20.0
"""Factor on the cosines to the teacher's people."""


@dataclass(frozen=True)
class StudentOutput:
    """What a forward pass gives to the losses.

    Attributes:
        features: (N, D) before the neck; the triplets of the paper are taken here.
        embeddings: (N, E) after neck and projection, of any norm.
        logits: (N, identities).
        imitation: (N, E) for the teacher's embedding, or None.
        middle: (N, 32, h, w) for the teacher's middle map, or None.
        last: For the teacher's last map under each branch's view, by branch.
    """

    features: Tensor
    embeddings: Tensor
    logits: Tensor
    imitation: Tensor | None
    middle: Tensor | None
    last: dict[str, Tensor]


@dataclass(frozen=True)
class TeacherShapes:
    """Sizes of the teacher's outputs; 0 where there is none.

    Attributes:
        embedding: Length of the embedding.
        middle: Channels of the middle map.
        last: Channels of the last map.
    """

    embedding: int = 0
    middle: int = 0
    last: int = 0


class Student(nn.Module):
    """A joint-loss network, its classifier, and its imitations of a teacher.

    Args:
        args: Shape of the network.
        identities: People to tell apart.
        teacher: Sizes of what to imitate.
    """

    def __init__(self, args: JointLossArgs, identities: int, teacher: TeacherShapes) -> None:
        super().__init__()
        self.net = JointLossNet(args)
        size = args.embedding_size
        # Behind a neck the angles carry the identity, so the classifier compares angles.
        self.cosine = args.neck == "bn"
        self.cls = nn.Linear(size, identities, bias=not self.cosine)
        nn.init.normal_(self.cls.weight, std=0.01)
        self.proj = nn.Linear(args.feature_size, teacher.embedding, bias=False) if teacher.embedding else None
        self.h_mid = nn.Conv2d(self.net.map_channels, teacher.middle, 1) if teacher.middle else None
        branches = args.branches if teacher.last else ()
        self.h = nn.ModuleDict(
            {name: nn.Conv2d(self.net.branch(name).out_channels, teacher.last, 1) for name in branches}
        )

    def forward(self, images: Tensor, part_boxes: Tensor) -> StudentOutput:
        """Images (N, 3, H, W) and part boxes (N, 3, 4) to everything that a loss wants."""
        shared = self.net.stem(images)
        maps = self.net.branch_maps(shared, part_boxes)
        features = self.net.pooled(maps)
        necked: Tensor = self.net.neck(features)
        embeddings: Tensor = self.net.projection(necked)
        return StudentOutput(
            features,
            embeddings,
            self.classify(embeddings),
            self.proj(necked) if self.proj is not None else None,
            self.h_mid(shared) if self.h_mid is not None else None,
            {name: self.h[name](maps[name]) for name in self.h},
        )

    def classify(self, embeddings: Tensor) -> Tensor:
        """(N, D) to (N, identities)."""
        if not self.cosine:
            logits: Tensor = self.cls(embeddings)
            return logits
        directions = functional.normalize(self.cls.weight, dim=1)
        return COSINE_SCALE * functional.normalize(embeddings, dim=1) @ directions.T


def identity_losses(
    output: StudentOutput, labels: Tensor, poses: Tensor, settings: LossSettings, *, joint: bool
) -> dict[str, Tensor]:
    """Weighted identification loss and, in phase 2, triplet loss.

    Args:
        output: Of the student.
        labels: (N,) identities.
        poses: (N,) codes of the people's poses.
        settings: Weights and margin.
        joint: Phase 2; phase 1 trains the identification loss alone, with weight 1.
    """
    losses: dict[str, Tensor] = {}
    if settings.identification or not joint:
        weight = settings.identification if joint else 1.0
        losses["identification"] = weight * identification_loss(output.logits, labels, smoothing=settings.smoothing)
    if joint and settings.triplet:
        vectors = functional.normalize(output.embeddings, dim=1) if settings.normalised else output.features
        distances = euclidean_distances(vectors)
        if settings.pose_constrained:
            triplets = pose_constrained_triplets(distances.detach(), labels, poses)
        else:
            triplets = hardest_triplets(distances.detach(), labels)
        losses["triplet"] = settings.triplet * triplet_loss(distances, triplets, margin=settings.margin)
    return losses


def imitation_losses(
    output: StudentOutput,
    embeddings: Tensor,
    people: Tensor,
    middle: Tensor | None,
    last: dict[str, Tensor],
    settings: TeacherSettings,
) -> dict[str, Tensor]:
    """Weighted distances to a teacher's embedding, similarities and maps.

    Args:
        output: Of the student.
        embeddings: (N, E) of the teacher.
        people: (P, E) the teacher's embedding of each training person.
        middle: The teacher's middle map at the size of the student's, or None.
        last: The teacher's last map under each branch's view, by branch.
        settings: Weights.
    """
    assert output.imitation is not None
    losses = {
        "cosine": settings.cosine * cosine_distillation(output.imitation, embeddings),
        "relational": settings.relational * relational_distillation(output.embeddings, embeddings),
    }
    if settings.neighbours:
        gap = neighbour_distillation(output.imitation, embeddings, people, scale=NEIGHBOUR_SCALE)
        losses["neighbours"] = settings.neighbours * gap
    if output.middle is not None and middle is not None:
        losses["middle"] = settings.maps * functional.mse_loss(output.middle, middle)
    if output.last:
        gaps = [functional.mse_loss(output.last[name], last[name]) for name in output.last]
        losses["last"] = settings.maps * torch.stack(gaps).mean()
    return losses
