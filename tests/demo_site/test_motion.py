"""Walks and poses: physics that everybody keeps to."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reid_app.demo_site import gait
from reid_app.demo_site.cast import Gait
from reid_app.demo_site.motion import STEP, Motion, walk
from reid_app.demo_site.people import demo_people
from reid_app.demo_site.plan import SECONDS, demo_plan

PEOPLE = demo_people()
PLAN = demo_plan()
HEIGHTS = {person.id: 1.7 for person in PEOPLE}


@pytest.fixture(scope="module")
def motion() -> Motion:
    return walk(PEOPLE, PLAN.boxes, HEIGHTS)


def test_the_same_cast_walks_the_same_way(motion: Motion) -> None:
    again = walk(PEOPLE, PLAN.boxes, HEIGHTS)
    assert [track.table.tobytes() for track in again.tracks] == [track.table.tobytes() for track in motion.tracks]


def test_ids_count_from_one_and_visits_of_a_person_do_not_overlap(motion: Motion) -> None:
    assert [person.id for person in PEOPLE] == list(range(1, len(PEOPLE) + 1))
    for first, second in itertools.combinations(motion.tracks, 2):
        if first.person == second.person:
            assert first.end < second.start or second.end < first.start


def test_people_keep_apart_and_nobody_runs(motion: Motion) -> None:
    nearest = 9.0
    for time in np.arange(0, SECONDS, 0.2):
        places = motion.at(float(time))
        for a, b in itertools.combinations(places.values(), 2):
            nearest = min(nearest, float(np.hypot(a.x - b.x, a.y - b.y)))
    assert nearest > 0.42
    for track in motion.tracks:
        speed = np.linalg.norm(np.diff(track.table[:, :2], axis=0), axis=1) / STEP
        assert speed.max() < 3.2


def test_somebody_leaves_and_comes_back_within_the_clips() -> None:
    returns = [person.name for person in PEOPLE if len(person.visits) > 1 and person.visits[1].start < SECONDS - 10]
    assert len(returns) >= 4


def test_two_people_wear_the_same() -> None:
    same = [
        (a.id, b.id)
        for a, b in itertools.combinations(PEOPLE, 2)
        if (a.look.top, a.look.bottom, a.look.shoes) == (b.look.top, b.look.bottom, b.look.shoes)
    ]
    assert same == [(6, 7)]


def test_a_walk_is_left_at_its_ends(motion: Motion) -> None:
    track = motion.tracks[0]
    assert track.at(track.start - STEP) is None
    assert track.at(track.end + STEP) is None
    middle = track.at((track.start + track.end) / 2)
    assert middle is not None
    assert np.isfinite([middle.x, middle.y, middle.heading]).all()


NAMES = (
    *("root", "spine05", "spine03", "spine01", "neck01", "head"),
    *(f"{name}.{side}" for side in "LR" for name in ("upperleg01", "lowerleg01", "foot")),
    *(f"{name}.{side}" for side in "LR" for name in ("upperarm01", "lowerarm01", "wrist")),
)
HEADS = np.array(
    [(0, 0, z) for z in (0.9, 0.95, 1.1, 1.3, 1.4, 1.5)]
    + [(s * x, 0, z) for s in (1, -1) for x, z in ((0.1, 0.9), (0.12, 0.5), (0.13, 0.1))]
    + [(s * x, y, z) for s in (1, -1) for x, y, z in ((0.18, 0, 1.38), (0.38, 0, 1.18), (0.5, -0.1, 1.0))],
    np.float64,
)


@given(
    phase=st.floats(-5, 50),
    pace=st.floats(0, 1),
    reach=st.floats(0, 1),
    idle=st.floats(0, 100),
    stride=st.floats(0.7, 1.3),
)
def test_poses_are_rotations_and_the_cycle_is_a_cycle(
    phase: float, pace: float, reach: float, idle: float, stride: float
) -> None:
    style = Gait(stride=stride)
    pose = gait.pose(gait.Moment(phase, pace, reach, idle, 0.1), style, NAMES, HEADS)
    assert pose @ np.swapaxes(pose, 1, 2) == pytest.approx(np.tile(np.eye(3), (len(NAMES), 1, 1)), abs=1e-9)
    later = gait.pose(gait.Moment(phase + 1, pace, reach, idle, 0.1), style, NAMES, HEADS)
    assert later == pytest.approx(pose, abs=1e-6)


def test_walking_swings_opposite_legs_and_arms() -> None:
    parents = np.array([-1, 0, 1, 2, 3, 4, 0, 6, 7, 0, 9, 10, 3, 12, 13, 3, 15, 16], np.int32)
    pose = gait.pose(gait.Moment(0.0, 1.0, 0.0, 0.0, 0.0), Gait(), NAMES, HEADS)
    matrices = gait.skin_matrices(pose, HEADS, parents)
    at = {
        name: (matrices[k, :, :3] @ HEADS[k] + matrices[k, :, 3])[1] for k, name in enumerate(NAMES)
    }  # y points back: smaller is further forward
    assert at["foot.L"] < at["foot.R"] - 0.3
    assert at["wrist.L"] > at["wrist.R"] + 0.15


def test_the_lowest_sole_stands_on_the_ground() -> None:
    matrices = np.zeros((2, 3, 4))
    matrices[:, :, :3] = np.eye(3)
    matrices[1, 2, 3] = 0.25
    soles = np.array([[0, 0, 0.1], [0, 0, 0.0]])
    grounded = gait.on_ground(matrices, soles, np.array([0, 1], np.int32))
    assert grounded[0, 2, 3] + 0.1 == pytest.approx(0.0)
