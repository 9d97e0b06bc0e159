"""Truth files: what is written is read back, and bad files are refused with a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from reid_app.config import SiteSettings
from reid_app.demo_site.clips import overlapping, shortest_walks, site_values
from reid_app.demo_site.truth import CameraTruth, Seen, Truth, mot_text, read_truth, write_truth
from reid_app.errors import SettingsError


def seen(
    frame: int, person: int, box: tuple[float, float, float, float] = (10, 20, 30, 60), visible: float = 1.0
) -> Seen:
    marks = np.zeros((18, 3), np.int32)
    marks[:, 0], marks[:, 1], marks[:, 2] = box[0] + 5, box[1] + 5, 2
    return Seen(frame, person, np.array(box, np.float64), visible, marks)


def camera(name: str, *rows: Seen, frames: int = 100) -> CameraTruth:
    return CameraTruth(name, f"{name}.mp4", (160, 120), 10.0, frames, rows, {"position": [0.0, 0.0, 3.0]})


def truth(*cameras: CameraTruth) -> Truth:
    people = {1: {"name": "shopper"}, 2: {"name": "courier"}}
    return Truth(cameras, people, {"unit": "m", "overlapping": []}, {1: ((0.0, 1.0, 2.0),), 2: ()})


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    before = truth(camera("door", seen(1, 1), seen(1, 2, (0, 0, 12.5, 30), 0.25)), camera("hall"))
    write_truth(before, tmp_path)
    after = read_truth(tmp_path)
    assert [(c.name, c.clip, c.size, c.fps, c.frames) for c in after.cameras] == [
        ("door", "door.mp4", (160, 120), 10.0, 100),
        ("hall", "hall.mp4", (160, 120), 10.0, 100),
    ]
    assert after.people == before.people
    assert after.positions == before.positions
    for row, old in zip(after.camera("door").seen, before.camera("door").seen, strict=True):
        assert (row.frame, row.person, row.visibility) == (old.frame, old.person, old.visibility)
        assert row.box.tolist() == old.box.tolist()
        assert row.landmarks.tolist() == old.landmarks.tolist()


@pytest.mark.parametrize(
    ("height", "visible", "counts"),
    [(100, 0.9, 1), (60, 0.9, 0), (61, 0.9, 1), (100, 0.5, 0), (100, 0.51, 1)],
)
def test_mot_lines_have_the_challenge_s_fields_and_say_who_counts(height: float, visible: float, counts: int) -> None:
    line = mot_text(camera("door", seen(3, 2, (1, 2, 12.5, height), visible)))
    assert line == f"3,2,1,2,12.5,{height},{counts},1,{visible:.3f}\n"


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    both = [tmp_path / "a", tmp_path / "b"]
    for folder in both:
        write_truth(truth(camera("door", seen(1, 1))), folder)
    assert (both[0] / "truth.json").read_bytes() == (both[1] / "truth.json").read_bytes()


def _spoil_json(folder: Path) -> None:
    (folder / "truth.json").write_text("{", encoding="utf-8")


def _age(folder: Path) -> None:
    data = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    (folder / "truth.json").write_text(json.dumps(data | {"version": 99}), encoding="utf-8")


def _lose_lines(folder: Path) -> None:
    (folder / "gt_door.txt").write_text("", encoding="ascii")


def _other_person(folder: Path) -> None:
    (folder / "gt_door.txt").write_text("1,7,1,2,3,4,1,1,1.000\n", encoding="ascii")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_spoil_json, "cannot be read as ground truth"),
        (_age, "has version 99"),
        (lambda folder: (folder / "gt_door.txt").unlink(), "is missing beside truth.json"),
        (_lose_lines, "has 0 lines but truth.json 1"),
        (_other_person, "frame 1, person 7 is not in truth.json"),
        (lambda folder: (folder / "truth.json").unlink(), "cannot be read as ground truth"),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, spoil: object, says: str) -> None:
    write_truth(truth(camera("door", seen(1, 1))), tmp_path)
    assert callable(spoil)
    spoil(tmp_path)
    with pytest.raises(SettingsError, match=says):
        read_truth(tmp_path)


def test_overlap_and_walks_come_from_who_is_seen_when() -> None:
    door = camera("door", *(seen(frame, 1) for frame in range(1, 20)), seen(60, 2))
    hall = camera("hall", *(seen(frame, 1) for frame in range(15, 40)))
    shop = camera("shop", *(seen(frame, 1) for frame in range(80, 90)), seen(58, 2, visible=0.05))
    site = truth(door, hall, shop)
    assert overlapping(site) == [("door", "hall")]
    assert shortest_walks(site) == [("door", "shop", 4.0), ("hall", "shop", 2.5)]
    values = site_values(site, "test")
    settings = SiteSettings.model_validate(values)
    assert [one.name for one in settings.cameras] == ["door", "hall", "shop"]
    assert settings.matcher.overlapping == (("door", "hall"),)
    assert "matcher" not in site_values(site, "test", constraints=False)
