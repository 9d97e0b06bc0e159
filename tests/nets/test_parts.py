"""Part boxes are never empty, whatever the landmarks; poses follow shoulders and hips."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reid_app.domain import LANDMARK_FLIP, LANDMARK_NAMES, Pose
from reid_app.nets.parts import MAP_SIZE, MARGINS, POSES, PREDEFINED_REGIONS, part_boxes, pose_codes

AT = {name: index for index, name in enumerate(LANDMARK_NAMES)}


def _person(**points: tuple[float, float]) -> torch.Tensor:
    """(1, 18, 3) with the given landmarks, the others unseen."""
    landmarks = torch.zeros(1, 18, 3)
    for name, (x, y) in points.items():
        landmarks[0, AT[name]] = torch.tensor([x, y, 1.0])
    return landmarks


@settings(max_examples=200, deadline=None)
@given(
    arrays(np.float32, (3, 18, 3), elements=st.floats(-10, 10, width=32, allow_nan=False) | st.just(np.nan)),
    st.sampled_from([MAP_SIZE, (29, 13), (4, 4)]),
)
def test_part_boxes_are_inside_and_two_cells_large(landmarks: np.ndarray, map_size: tuple[int, int]) -> None:
    boxes = part_boxes(torch.from_numpy(landmarks), map_size=map_size)
    assert boxes.shape == (3, 3, 4)
    assert torch.isfinite(boxes).all()
    assert boxes.min() >= 0
    assert boxes.max() <= 1
    size = (boxes[..., 2:] - boxes[..., :2]) * torch.tensor([map_size[1], map_size[0]])
    assert size.min() >= 2 - 1e-4


def test_no_landmarks_give_the_predefined_regions() -> None:
    torch.testing.assert_close(part_boxes(torch.zeros(2, 18, 3))[1], torch.tensor(PREDEFINED_REGIONS))


def test_one_landmark_is_not_enough_for_a_part() -> None:
    boxes = part_boxes(_person(right_ankle=(0.5, 0.9)))
    torch.testing.assert_close(boxes[0, 2], torch.tensor(PREDEFINED_REGIONS[2]))


def test_box_is_extremes_with_margin() -> None:
    boxes = part_boxes(_person(right_hip=(0.4, 0.5), left_hip=(0.6, 0.52), left_ankle=(0.65, 0.9)))
    left, top, right, bottom = MARGINS[2]
    expected = torch.tensor([0.4 - left, 0.5 - top, 0.65 + right, 0.9 + bottom])
    torch.testing.assert_close(boxes[0, 2], expected)


def test_doubtful_landmarks_do_not_count() -> None:
    person = _person(right_hip=(0.4, 0.5), left_hip=(0.6, 0.52), left_ankle=(0.65, 0.9))
    far = person.clone()
    far[0, AT["right_ankle"]] = torch.tensor([0.05, 0.99, 0.09])
    assert torch.equal(part_boxes(person), part_boxes(far))
    assert not torch.equal(part_boxes(person, confident=0.05), part_boxes(far, confident=0.05))


def test_boxes_of_a_batch_do_not_mix() -> None:
    first = _person(nose=(0.5, 0.1), neck=(0.5, 0.2))
    second = _person(nose=(0.3, 0.3), neck=(0.3, 0.4))
    together = part_boxes(torch.cat([first, second]))
    torch.testing.assert_close(together, torch.cat([part_boxes(first), part_boxes(second)]))


FRONT = {"neck": (0.5, 0.2), "right_shoulder": (0.3, 0.2), "left_shoulder": (0.7, 0.2)}
HIPS = {"right_hip": (0.4, 0.55), "left_hip": (0.6, 0.55)}
FACE = {"nose": (0.5, 0.1), "right_eye": (0.45, 0.08), "left_eye": (0.55, 0.08)}


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (FRONT | HIPS, Pose.FRONT),
        (FRONT | HIPS | FACE, Pose.FRONT),
        (HIPS, Pose.FRONT),  # shoulders hidden
        ({}, Pose.UNKNOWN),
        ({"nose": (0.5, 0.1), "left_hip": (0.5, 0.5)}, Pose.UNKNOWN),
        # the person's right on the right of the picture
        ({"right_shoulder": (0.7, 0.2), "left_shoulder": (0.3, 0.2)} | {"neck": (0.5, 0.2)}, Pose.BACK),
        # a face cannot be seen from behind: the estimator mixed up left and right
        ({"right_shoulder": (0.7, 0.2), "left_shoulder": (0.3, 0.2)} | FACE, Pose.FRONT),
        # shoulders above one another
        ({"right_shoulder": (0.48, 0.2), "left_shoulder": (0.52, 0.2)} | HIPS | {"left_hip": (0.41, 0.5)}, Pose.SIDE),
        # rather narrow, and one ear to be seen beside the face
        (
            {"right_shoulder": (0.4, 0.2), "left_shoulder": (0.65, 0.2), "left_ear": (0.6, 0.08)}
            | {"nose": (0.4, 0.1), "left_eye": (0.45, 0.08)},
            Pose.SIDE,
        ),
    ],
)
def test_pose(points: dict[str, tuple[float, float]], expected: Pose) -> None:
    assert POSES[int(pose_codes(_person(**points)))] is expected


def test_mirror_image_keeps_the_pose() -> None:
    landmarks = torch.rand(200, 18, 3, generator=torch.Generator().manual_seed(0))
    mirrored = landmarks * torch.tensor([-1.0, 1.0, 1.0]) + torch.tensor([1.0, 0.0, 0.0])
    assert torch.equal(pose_codes(landmarks), pose_codes(mirrored[:, list(LANDMARK_FLIP)]))
