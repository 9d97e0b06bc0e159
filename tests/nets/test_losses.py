"""Losses against values worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch

from reid_app.domain import Pose
from reid_app.nets.losses import (
    cosine_distillation,
    euclidean_distances,
    hardest_triplets,
    identification_loss,
    joint_loss,
    neighbour_distillation,
    pose_constrained_triplets,
    relational_distillation,
    triplet_loss,
)
from reid_app.nets.parts import POSES

FRONT, BACK, SIDE, UNKNOWN = (POSES.index(pose) for pose in (Pose.FRONT, Pose.BACK, Pose.SIDE, Pose.UNKNOWN))


def _line(*places: float) -> torch.Tensor:
    """Distances between points on a line."""
    x = torch.tensor(places)
    return (x[:, None] - x[None, :]).abs()


def test_identification_loss() -> None:
    logits = torch.tensor([[0.0, 0.0], [math.log(3.0), 0.0]])
    value = identification_loss(logits, torch.tensor([0, 1]))
    assert value.item() == pytest.approx((math.log(2) + math.log(4)) / 2)


def test_label_smoothing() -> None:
    logits = torch.tensor([[math.log(3.0), 0.0]])
    # 0.9 + 0.1 / 2 of the truth, 0.1 / 2 of the other
    expected = -0.95 * math.log(0.75) - 0.05 * math.log(0.25)
    assert identification_loss(logits, torch.tensor([0]), smoothing=0.1).item() == pytest.approx(expected)


def test_joint_loss() -> None:
    value = joint_loss(torch.tensor(2.0), torch.tensor(3.0), weights=(0.5, 1.0))
    assert value.item() == 4.0


def test_distances() -> None:
    distances = euclidean_distances(torch.tensor([[0.0, 0.0], [3.0, 4.0]]))
    assert distances[0, 1].item() == pytest.approx(5.0)
    assert distances[0, 0].item() == pytest.approx(0.0, abs=1e-5)


def test_distance_of_equal_features_has_a_finite_slope() -> None:
    features = torch.ones(3, 4, requires_grad=True)
    euclidean_distances(features).sum().backward()
    assert features.grad is not None
    assert torch.isfinite(features.grad).all()


def test_triplet_loss_by_hand() -> None:
    distances = _line(0.0, 1.0, 1.2, 5.0)
    labels = torch.tensor([0, 0, 1, 1])
    triplets = hardest_triplets(distances, labels)
    assert triplets.positives.tolist() == [1, 0, 3, 2]
    assert triplets.negatives.tolist() == [2, 2, 1, 1]
    # The differences d(a, p) - d(a, n) are -0.2, 0.8, 3.6 and -0.2; the margin is added to each.
    expected = (0.1 + 1.1 + 3.9 + 0.1) / 4
    assert triplet_loss(distances, triplets, margin=0.3).item() == pytest.approx(expected, abs=1e-6)


def test_positive_is_the_hardest_of_another_pose_and_negative_the_hardest_of_the_same() -> None:
    #            a     p1    p2    n1    n2
    distances = _line(0.0, 3.0, 2.0, 1.0, 4.0)
    labels = torch.tensor([0, 0, 0, 1, 1])
    poses = torch.tensor([FRONT, FRONT, BACK, BACK, FRONT])
    triplets = pose_constrained_triplets(distances, labels, poses)
    assert triplets.anchors[0] == 0
    assert triplets.positives[0] == 2  # p1 is farther, but of the anchor's pose
    assert triplets.negatives[0] == 4  # n1 is nearer, but of another pose


def test_every_positive_of_the_anchors_pose_leaves_the_hardest() -> None:
    distances = _line(0.0, 3.0, 2.0, 1.0)
    triplets = pose_constrained_triplets(distances, torch.tensor([0, 0, 0, 1]), torch.full((4,), SIDE))
    assert triplets.positives[0] == 1


def test_no_positive_of_the_anchors_pose() -> None:
    distances = _line(0.0, 3.0, 2.0, 1.0)
    poses = torch.tensor([FRONT, BACK, SIDE, FRONT])
    triplets = pose_constrained_triplets(distances, torch.tensor([0, 0, 0, 1]), poses)
    assert triplets.positives[0] == 1
    assert triplets.negatives[0] == 3


def test_no_negative_of_the_anchors_pose_leaves_the_hardest() -> None:
    distances = _line(0.0, 1.0, 2.0, 3.0)
    poses = torch.tensor([FRONT, BACK, SIDE, BACK])
    triplets = pose_constrained_triplets(distances, torch.tensor([0, 0, 1, 1]), poses)
    assert triplets.negatives[0] == 2


def test_unknown_pose_is_another_for_positives_and_the_same_for_negatives() -> None:
    #            a     p1    p2    n1    n2
    distances = _line(0.0, 3.0, 2.0, 1.0, 1.5)
    labels = torch.tensor([0, 0, 0, 1, 1])
    poses = torch.tensor([FRONT, UNKNOWN, BACK, UNKNOWN, FRONT])
    triplets = pose_constrained_triplets(distances, labels, poses)
    assert triplets.positives[0] == 1
    assert triplets.negatives[0] == 3


def test_anchors_without_a_positive_or_negative_form_no_triplet() -> None:
    distances = _line(0.0, 1.0, 2.0)
    assert hardest_triplets(distances, torch.tensor([0, 0, 1])).anchors.tolist() == [0, 1]
    nobody_else = hardest_triplets(distances, torch.tensor([0, 0, 0]))
    assert nobody_else.anchors.numel() == 0
    assert triplet_loss(distances, nobody_else, margin=0.3).item() == 0.0


def test_cosine_distillation() -> None:
    student = torch.tensor([[2.0, 0.0], [0.0, 1.0]])
    teacher = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    assert cosine_distillation(student, teacher).item() == pytest.approx(0.5)


def test_relational_distillation_compares_similarities_only() -> None:
    teacher = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    rotated = torch.tensor([[0.0, 5.0], [3.0, 0.0]])
    assert relational_distillation(rotated, teacher).item() == pytest.approx(0.0)
    equal = torch.tensor([[1.0, 0.0], [2.0, 0.0]])
    assert relational_distillation(equal, teacher).item() == pytest.approx(1.0)


def test_neighbour_distillation_counts_the_ranking_of_people() -> None:
    people = torch.eye(3)
    teacher = torch.tensor([[1.0, 0.0, 0.0]])
    assert neighbour_distillation(5 * teacher, teacher, people, scale=2.0).item() == pytest.approx(0.0, abs=1e-6)
    # By hand: the teacher gives softmax(2, 0, 0), the student softmax(0, 2, 0); they differ in two entries.
    other = torch.tensor([[0.0, 1.0, 0.0]])
    top, low = math.exp(2) / (math.exp(2) + 2), 1 / (math.exp(2) + 2)
    expected = top * math.log(top / low) + low * math.log(low / top)
    assert neighbour_distillation(other, teacher, people, scale=2.0).item() == pytest.approx(expected, abs=1e-5)
