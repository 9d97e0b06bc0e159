"""The plan and its cameras."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reid_app.demo_site.plan import HEIGHT, WIDTH, Camera, demo_plan

PLAN = demo_plan()
CAMERAS = [pytest.param(camera, id=camera.name) for camera in PLAN.cameras]


@pytest.mark.parametrize("camera", CAMERAS)
def test_the_target_is_in_the_middle_and_up_is_up(camera: Camera) -> None:
    target = np.array(camera.target)
    x, y, depth = camera.project(target)
    assert (x, y) == pytest.approx((WIDTH / 2, HEIGHT / 2))
    assert depth == pytest.approx(np.linalg.norm(target - np.array(camera.position)))
    above = camera.project(target + np.array([0, 0, 0.5]))
    assert above[1] < y
    assert above[0] == pytest.approx(x)


@pytest.mark.parametrize("camera", CAMERAS)
@given(x=st.floats(-20, 40), y=st.floats(-20, 15), z=st.floats(0, 3))
def test_projection_agrees_with_the_calibration_that_is_written(camera: Camera, x: float, y: float, z: float) -> None:
    point = np.array([x, y, z])
    local = camera.rotation @ point + camera.translation
    projected = camera.project(point)
    assert projected[2] == pytest.approx(local[2])
    if local[2] > 0.1:
        pixel = camera.intrinsics @ local
        assert projected[:2] == pytest.approx(pixel[:2] / pixel[2])


@pytest.mark.parametrize("camera", CAMERAS)
def test_rotations_are_rotations(camera: Camera) -> None:
    assert camera.rotation @ camera.rotation.T == pytest.approx(np.eye(3))
    assert np.linalg.det(camera.rotation) == pytest.approx(1)


def test_boxes_have_a_size_and_cameras_a_name_of_their_own() -> None:
    assert all((np.array(box.high) > np.array(box.low)).all() for box in PLAN.boxes)
    assert len({camera.name for camera in PLAN.cameras}) == len(PLAN.cameras)
    assert {name for pair in PLAN.overlapping for name in pair} <= {camera.name for camera in PLAN.cameras}


def test_an_unknown_camera_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        PLAN.camera("roof")
