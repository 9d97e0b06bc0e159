"""The renderer's truth on a tiny scene of stick figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reid_app.demo_site.cast import Bottom, Cloth, Gait, Hair, Look, Person, Shape, Stop, Top, Visit
from reid_app.demo_site.plan import Box, Camera, Plan
from reid_app.demo_site.truth import SEEN, Seen
from tests.demo_site.stick import write_stick_bodies

moderngl = pytest.importorskip("moderngl", reason="the extra `render` is not installed")


def _person(number: int, x: float, y: float) -> Person:
    look = Look((0.8, 0.6, 0.5), Hair.BALD, (0, 0, 0), Top(Cloth((1, 0, 0))), Bottom(Cloth((0, 0, 1))), (0, 0, 0))
    stops = (Stop(x, y), Stop(x + 3, y))
    return Person(number, f"P{number}", Shape(0.5), look, Gait(), (Visit(0.0, stops),))


PEOPLE = (_person(1, 0.0, 0.0), _person(2, 0.5, 3.0))
GROUND = Box((-20, -20, -0.1), (20, 20, 0), "paving", solid=False)
WALL = Box((-20, 1.5, 0), (20, 1.6, 3), "plaster")
CAMERA = Camera("yard", (1.5, -6.0, 2.0), (1.5, 0.0, 0.9), 60)


def _truth(folder: Path, boxes: tuple[Box, ...]) -> list[Seen]:
    from reid_app.demo_site.render.job import Job, Renderer

    write_stick_bodies(folder / "bodies.npz", PEOPLE)
    try:
        renderer = Renderer(Job(folder, pictures=False), PEOPLE, Plan((), boxes, (CAMERA,), ()))
    except Exception as error:  # noqa: BLE001  moderngl raises bare exceptions where there is no EGL
        pytest.skip(f"no OpenGL here: {error}")
    renderer.use(CAMERA)
    rows = [row for frame in (1, 10, 20) for row in renderer.truth(CAMERA, frame)]
    renderer.stage.close()
    return rows


@pytest.fixture(scope="module")
def open_ground(tmp_path_factory: pytest.TempPathFactory) -> list[Seen]:
    return _truth(tmp_path_factory.mktemp("open"), (GROUND,))


def test_everybody_in_the_picture_is_in_the_truth(open_ground: list[Seen]) -> None:
    assert [(row.frame, row.person) for row in open_ground] == [(f, p) for f in (1, 10, 20) for p in (1, 2)]
    assert all(row.visibility > 0.5 for row in open_ground)


def test_boxes_hold_the_landmarks(open_ground: list[Seen]) -> None:
    for row in open_ground:
        low, high = row.box[:2] - 1.5, row.box[:2] + row.box[2:] + 1.5
        marks = row.landmarks[row.landmarks[:, 2] > 0, :2]
        assert len(marks) == 18
        assert (marks >= low).all()
        assert (marks <= high).all()
        assert (row.landmarks[:, 2] == SEEN).sum() >= 4


def test_boxes_are_where_the_people_walk(open_ground: list[Seen]) -> None:
    centre = {(row.frame, row.person): row.box[0] + row.box[2] / 2 for row in open_ground}
    assert centre[1, 1] < centre[10, 1] < centre[20, 1]
    x = CAMERA.project(np.array([0.0, 0.0, 0.9]))[0]
    assert centre[1, 1] == pytest.approx(x, abs=12)


def test_the_same_scene_gives_the_same_truth(open_ground: list[Seen], tmp_path: Path) -> None:
    again = _truth(tmp_path, (GROUND,))
    assert [(r.frame, r.person, r.box.tolist(), r.visibility, r.landmarks.tolist()) for r in again] == [
        (r.frame, r.person, r.box.tolist(), r.visibility, r.landmarks.tolist()) for r in open_ground
    ]


def test_who_is_behind_a_wall_is_not_seen(tmp_path: Path) -> None:
    assert {row.person for row in _truth(tmp_path, (GROUND, WALL))} == {1}
