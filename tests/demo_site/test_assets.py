"""The files that ship: clips, truth and site file agree with one another and with the site."""

from __future__ import annotations

import itertools
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from reid_app.config.load import load_site
from reid_app.demo_site.clips import overlapping, shortest_walks
from reid_app.demo_site.plan import FPS, HEIGHT, SECONDS, WIDTH, demo_plan
from reid_app.demo_site.truth import HIDDEN, SEEN, CameraTruth, Truth, read_truth
from reid_app.imaging import cv2

CAMERAS = [camera.name for camera in demo_plan().cameras]


@pytest.fixture(scope="module")
def truth(folder: Path) -> Truth:
    return read_truth(folder)


@pytest.mark.parametrize("name", CAMERAS)
def test_clips_are_what_the_truth_says(folder: Path, truth: Truth, name: str) -> None:
    camera = truth.camera(name)
    assert (camera.size, camera.fps, camera.frames) == ((WIDTH, HEIGHT), FPS, round(SECONDS * FPS))
    path = folder / camera.clip
    assert path.stat().st_size < 3_000_000
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    assert capture.get(cv2.CAP_PROP_FPS) == pytest.approx(FPS)
    count = 0
    while capture.grab():
        count += 1
    assert count == camera.frames
    assert (capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT)) == (WIDTH, HEIGHT)


@pytest.mark.parametrize("name", CAMERAS)
def test_boxes_lie_in_the_picture_and_hold_their_landmarks(truth: Truth, name: str) -> None:
    for row in truth.camera(name).seen:
        x, y, wide, high = row.box
        assert wide > 0
        assert high > 0
        assert x >= 0
        assert y >= 0
        assert x + wide <= WIDTH
        assert y + high <= HEIGHT
        assert 0 < row.visibility <= 1
        marks = row.landmarks[row.landmarks[:, 2] != HIDDEN, :2]
        assert (marks >= [x - 1.5, y - 1.5]).all()
        assert (marks <= [x + wide + 1.5, y + high + 1.5]).all()


@pytest.mark.parametrize("name", CAMERAS)
def test_one_line_per_person_and_frame_in_order(truth: Truth, name: str) -> None:
    camera = truth.camera(name)
    keys = [(row.frame, row.person) for row in camera.seen]
    assert keys == sorted(set(keys))
    assert keys[0][0] >= 1
    assert keys[-1][0] <= camera.frames


def _ground_points(camera: CameraTruth) -> dict[tuple[int, int], np.ndarray]:
    """Where the ankles of people seen whole are on the ground, by frame and person."""
    calibration = camera.calibration
    turn, place = np.array(calibration["rotation"]), np.array(calibration["position"])
    inverse = np.linalg.inv(np.array(calibration["intrinsics"]))
    points = {}
    for row in camera.seen:
        ankles = row.landmarks[[10, 13]]
        if row.visibility > 0.95 and (ankles[:, 2] == SEEN).all():
            ray = turn.T @ inverse @ np.array([*ankles[:, :2].mean(0), 1.0])
            if ray[2] < -0.05:
                points[row.frame, row.person] = (place + ray * (0.09 - place[2]) / ray[2])[:2]
    return points


def test_a_person_is_in_one_place_of_the_site_at_a_time(truth: Truth) -> None:
    """Everybody seen stands where the plan's table says, so no camera contradicts another."""
    checked = 0
    for camera in truth.cameras:
        for (frame, person), point in _ground_points(camera).items():
            time = (frame - 1) / camera.fps
            rows = np.array(truth.positions[person])
            near = rows[np.abs(rows[:, 0] - time) <= 0.5]
            assert len(near), f"{person} is seen at {time:.1f} s but not in the site"
            steps = np.abs(near[:, 0] - time)[:, None] * 3.0
            assert (np.abs(near[:, 1:] - point) <= steps + 1.1).all(), (camera.name, frame, person)
            checked += 1
    assert checked > 500


def test_only_overlapping_cameras_see_one_person_at_one_time(truth: Truth, folder: Path) -> None:
    settings = load_site(folder / "site.yaml").settings
    pairs = {tuple(sorted(pair)) for pair in settings.matcher.overlapping or ()}
    assert pairs == {tuple(sorted(pair)) for pair in overlapping(truth)}
    assert ("corridor", "entrance") in pairs
    assert len(pairs) < len(list(itertools.combinations(CAMERAS, 2)))


def test_the_site_file_validates_and_its_walks_are_possible(truth: Truth, folder: Path) -> None:
    settings = load_site(folder / "site.yaml").settings
    assert [camera.name for camera in settings.cameras] == CAMERAS
    assert all(camera.path(folder).is_file() for camera in settings.cameras)
    assert {(*walk.between, walk.seconds) for walk in settings.matcher.walks} == set(shortest_walks(truth))


def test_the_story_is_in_the_clips(truth: Truth) -> None:
    seen_by: dict[int, set[str]] = defaultdict(set)
    spans: dict[int, list[float]] = defaultdict(list)
    for camera in truth.cameras:
        for row in camera.seen:
            if row.visibility > 0.5 and row.box[3] > 60:
                seen_by[row.person].add(camera.name)
                spans[row.person].append((row.frame - 1) / camera.fps)
    assert set(seen_by) == set(truth.people)
    assert sum(len(cameras) >= 3 for cameras in seen_by.values()) >= 8
    gone = [person for person, times in spans.items() if np.diff(sorted(times)).max() > 8]
    assert len(gone) >= 3, "people leave the site and come back"
    assert truth.people[6]["same_clothes_as"] == 7
    hidden = [row for camera in truth.cameras for row in camera.seen if 0.1 < row.visibility < 0.5]
    assert len(hidden) > 100, "furniture and people hide people"
