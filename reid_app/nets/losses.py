"""Losses: identification, pose-constrained triplets, their sum, and distillation.

Liu et al., *Person Re-identification with Joint-loss*, section on the joint loss.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from reid_app.nets.parts import UNKNOWN_POSE


@dataclass(frozen=True)
class Triplets:
    """Which images of a batch form triplets.

    Attributes:
        anchors: (T,) indices; only anchors with a positive and a negative.
        positives: (T,) indices of images of the anchor's identity.
        negatives: (T,) indices of images of other identities.
    """

    anchors: Tensor
    positives: Tensor
    negatives: Tensor


def identification_loss(logits: Tensor, labels: Tensor, *, smoothing: float = 0.0) -> Tensor:
    """Softmax cross-entropy over the identities.

    Args:
        logits: (N, identities).
        labels: (N,) int64 identities.
        smoothing: Share of the probability spread over all identities.

    Returns:
        The mean over the batch, a scalar.
    """
    return functional.cross_entropy(logits, labels, label_smoothing=smoothing)


def triplet_loss(distances: Tensor, triplets: Triplets, *, margin: float) -> Tensor:
    """``max(0, d(a, p) - d(a, n) + margin)``, the mean over the triplets.

    Args:
        distances: (N, N) distances within the batch.
        triplets: Which entries to compare; without any the loss is 0.
        margin: How much farther the negative should be.

    Returns:
        A scalar.
    """
    if triplets.anchors.numel() == 0:
        return distances.sum() * 0.0
    positive = distances[triplets.anchors, triplets.positives]
    negative = distances[triplets.anchors, triplets.negatives]
    return functional.relu(positive - negative + margin).mean()


def euclidean_distances(features: Tensor) -> Tensor:
    """(N, D) features to their (N, N) Euclidean distances, safe to differentiate."""
    squared = (features * features).sum(dim=1)
    gaps = squared[:, None] + squared[None, :] - 2 * features @ features.T
    # The root has no slope at 0, where every image meets itself.
    return gaps.clamp(min=1e-12).sqrt()


def pose_constrained_triplets(distances: Tensor, labels: Tensor, poses: Tensor) -> Triplets:
    """The hardest triplets that teach the network to see past the pose.

    The positive is the farthest image of the anchor's identity in a *different* pose,
    or the farthest of all where there is none. The negative is the nearest image of
    another identity in the *same* pose, or the nearest of all where there is none. An
    unknown pose counts as different for positives and as the same for negatives.

    Args:
        distances: (N, N) distances within the batch.
        labels: (N,) identities.
        poses: (N,) codes of :func:`reid_app.nets.parts.pose_codes`.
    """
    unknown = poses == UNKNOWN_POSE
    either_unknown = unknown[:, None] | unknown[None, :]
    equal = poses[:, None] == poses[None, :]
    return _hardest(distances, labels, different=~equal | either_unknown, alike=equal | either_unknown)


def hardest_triplets(distances: Tensor, labels: Tensor) -> Triplets:
    """Batch-hard triplets without regard to the pose."""
    anything = torch.ones_like(distances, dtype=torch.bool)
    return _hardest(distances, labels, different=anything, alike=anything)


def joint_loss(identification: Tensor, triplet: Tensor, *, weights: tuple[float, float]) -> Tensor:
    """``w_id * L_id + w_tri * L_tri``; the paper uses 1:0.5, 1:1 and 0.5:1."""
    return weights[0] * identification + weights[1] * triplet


def cosine_distillation(student: Tensor, teacher: Tensor) -> Tensor:
    """Mean cosine distance between (N, D) student and teacher vectors."""
    return (1.0 - functional.cosine_similarity(student, teacher, dim=1)).mean()


def relational_distillation(student: Tensor, teacher: Tensor) -> Tensor:
    """Mean squared difference of the two networks' cosine similarities within a batch.

    Args:
        student: (N, D) embeddings of any length.
        teacher: (N, E) embeddings of the same images; E may differ from D.
    """
    own, given = functional.normalize(student, dim=1), functional.normalize(teacher, dim=1)
    gaps = own @ own.T - given @ given.T
    apart = ~torch.eye(len(gaps), dtype=torch.bool, device=gaps.device)
    return (gaps[apart] ** 2).mean()


def neighbour_distillation(student: Tensor, teacher: Tensor, people: Tensor, *, scale: float) -> Tensor:
    """How differently two networks in one space of embeddings rank many people.

    Each network's cosines to the people become probabilities by a softmax; the loss is
    the Kullback-Leibler divergence of the student's from the teacher's. Unlike the cosine
    distance it counts what changes the nearest neighbours.

    Args:
        student: (N, D) embeddings of any length, in the teacher's space.
        teacher: (N, D) embeddings of the same images.
        people: (P, D) the teacher's embedding of each of many people.
        scale: Factor on the cosines; the greater, the fewer people count.

    Returns:
        The mean over the batch, a scalar.
    """
    directions = functional.normalize(people, dim=1).T
    own = functional.log_softmax(scale * functional.normalize(student, dim=1) @ directions, dim=1)
    given = functional.log_softmax(scale * functional.normalize(teacher, dim=1) @ directions, dim=1)
    return functional.kl_div(own, given, reduction="batchmean", log_target=True)


def _hardest(distances: Tensor, labels: Tensor, *, different: Tensor, alike: Tensor) -> Triplets:
    same = labels[:, None] == labels[None, :]
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    positives, has_positive = _choose(distances, same & ~itself, different, farthest=True)
    negatives, has_negative = _choose(distances, ~same, alike, farthest=False)
    anchors = torch.nonzero(has_positive & has_negative).squeeze(1)
    return Triplets(anchors, positives[anchors], negatives[anchors])


def _choose(distances: Tensor, allowed: Tensor, preferred: Tensor, *, farthest: bool) -> tuple[Tensor, Tensor]:
    """Per row the extreme allowed entry, among the preferred ones where there are any."""
    best = allowed & preferred
    pool = torch.where(best.any(dim=1, keepdim=True), best, allowed)
    if farthest:
        index = distances.masked_fill(~pool, -torch.inf).argmax(dim=1)
    else:
        index = distances.masked_fill(~pool, torch.inf).argmin(dim=1)
    return index, allowed.any(dim=1)
