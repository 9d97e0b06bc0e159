"""Repeated cameras: the truth moves with the picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reid_app.config import SiteSettings
from reid_app.demo_site.load import Variant, repeat, variant_frame, variant_truth, variants
from reid_app.demo_site.truth import read_truth, write_truth
from reid_app.errors import SettingsError, SourceError
from reid_app.imaging import cv2
from tests.clips import number_of, write_clip
from tests.demo_site.test_truth import camera, seen, truth


def test_the_originals_come_first_and_names_are_unique() -> None:
    site = truth(camera("door"), camera("hall"))
    made = variants(site, 7)
    assert [one.name for one in made] == ["door", "hall", "door-2", "hall-2", "door-3", "hall-3", "door-4"]
    assert made == variants(site, 7)
    assert made[2:] != variants(site, 7, seed=2)[2:]
    assert not any(one.shift or one.mirrored for one in made[:2])


def test_no_cameras_are_refused() -> None:
    with pytest.raises(SettingsError, match="ask for 1 or more"):
        variants(truth(camera("door")), 0)


@given(
    left=st.integers(0, 100),
    top=st.integers(0, 60),
    wide=st.integers(12, 60),
    high=st.integers(20, 60),
    x=st.integers(0, 40),
    y=st.integers(0, 30),
    mirrored=st.booleans(),
)
def test_boxes_stay_on_the_person(left: int, top: int, wide: int, high: int, x: int, y: int, mirrored: bool) -> None:
    picture = np.zeros((120, 160, 3), np.uint8)
    picture[top : top + high, left : left + wide] = 255
    variant = Variant("door", "door-2", 0, (x, y, 120, 90), mirrored)
    box = (left, top, min(wide, 160 - left), min(high, 120 - top))
    moved = variant_truth(camera("door", seen(1, 1, box)), variant).seen
    there = variant_frame(picture, variant)[..., 0] > 127
    if not moved:
        assert there.sum() < 3 * max(there.shape)
        return
    rows, columns = np.flatnonzero(there.any(1)), np.flatnonzero(there.any(0))
    shown = [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]
    found = moved[0].box
    assert [found[0], found[1], found[0] + found[2], found[1] + found[3]] == pytest.approx(shown, abs=2)


def test_mirroring_exchanges_left_and_right_landmarks() -> None:
    row = seen(1, 1)
    row.landmarks[2, :2] = 30, 40  # right shoulder
    moved = variant_truth(camera("door", row), Variant("door", "d", 0, (0, 0, 160, 120), mirrored=True))
    assert moved.seen[0].landmarks[5].tolist() == [130, 40, 2]


@given(shift=st.integers(0, 99), frame=st.integers(1, 100))
def test_shifted_frames_stay_within_the_clip(shift: int, frame: int) -> None:
    moved = variant_truth(camera("door", seen(frame, 1)), Variant("door", "d", shift, (0, 0, 160, 120), mirrored=False))
    assert (moved.seen[0].frame - 1 + shift) % 100 == frame - 1


def test_copies_are_written_with_truth_and_site_file(tmp_path: Path) -> None:
    source, out = tmp_path / "site", tmp_path / "load"
    source.mkdir()
    write_clip(source / "door.mp4", 20, size=(160, 120))
    write_truth(truth(camera("door", seen(5, 1), frames=20)), source)
    made = repeat(source, out, 3)
    assert [one.name for one in read_truth(out).cameras] == ["door", "door-2", "door-3"]
    for one, variant in zip(made.cameras, variants(read_truth(source), 3), strict=True):
        capture = cv2.VideoCapture(str(out / one.clip), cv2.CAP_FFMPEG)
        numbers = []
        while True:
            good, image = capture.read()
            if not good:
                break
            numbers.append(number_of(np.asarray(image, np.uint8)))
        darkest = min(numbers)  # coding twice shifts all levels alike
        assert [number - darkest for number in numbers] == [(variant.shift + k) % 20 for k in range(20)]
    text = (out / "site.yaml").read_text(encoding="utf-8")
    assert "door-3" in text
    assert "overlapping" not in text
    assert SiteSettings.model_validate({"cameras": [{"name": c.name, "url": c.clip} for c in made.cameras]})


def test_a_short_clip_is_told(tmp_path: Path) -> None:
    write_clip(tmp_path / "door.mp4", 5, size=(160, 120))
    write_truth(truth(camera("door", frames=20)), tmp_path)
    with pytest.raises(SourceError, match="ends at frame 5 of 20"):
        repeat(tmp_path, tmp_path / "out", 1)
