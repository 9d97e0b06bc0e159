"""Average precision of detectors, by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from reid_app.domain import Detections
from reid_app.errors import TrainingError
from reid_app.evaluate import detection
from reid_app.evaluate.detection import Precision, main, precision, read_truth
from reid_app.imaging import cv2


def _found(*rows):
    """Detections of rows x1, y1, x2, y2, score."""
    values = np.array(sorted(rows, key=lambda row: -row[4]), np.float32).reshape(-1, 5)
    return Detections(values[:, :4], values[:, 4])


PERSON = np.array([[0, 0, 10, 20]], np.float32)
NOBODY = np.zeros((0, 4), np.float32)


@pytest.mark.parametrize(
    ("found", "truth", "average", "recall"),
    [
        ([_found((0, 0, 10, 20, 0.9))], [PERSON], 1.0, 1.0),
        ([_found()], [PERSON], 0.0, 0.0),
        ([_found((0, 0, 10, 20, 0.1))], [PERSON], 1.0, 0.0),
        # A third of the union is too little an overlap; half of it is enough.
        ([_found((0, 10, 10, 30, 0.9))], [PERSON], 0.0, 0.0),
        ([_found((0, 0, 10, 40, 0.9))], [PERSON], 1.0, 1.0),
        # The second box on a person is wrong, but comes after all recall is reached.
        ([_found((0, 0, 10, 20, 0.9), (0, 0, 10, 19, 0.8))], [PERSON], 1.0, 1.0),
        # A false alarm of the highest score: precision 0/1, then 1/2.
        ([_found((50, 0, 60, 20, 0.9), (0, 0, 10, 20, 0.8))], [PERSON], 0.5, 1.0),
        ([_found((0, 0, 10, 20, 0.8)), _found((0, 0, 10, 20, 0.9))], [PERSON, NOBODY], 0.5, 1.0),
        # Two people, right, wrong, right: 1/2 * 1 + 1/2 * 2/3.
        ([_found((0, 0, 10, 20, 0.9)), _found((50, 0, 60, 20, 0.8), (0, 0, 10, 20, 0.7))], [PERSON, PERSON], 5 / 6, 1),
    ],
)
def test_precision_by_hand(found, truth, average, recall):
    reached = precision(found, truth)
    assert reached.average == pytest.approx(average)
    assert reached.recall == pytest.approx(recall)


def test_a_folder_without_people_has_no_precision():
    assert precision([_found((0, 0, 1, 1, 0.9))], [NOBODY]) == Precision(0.0, 0.0, 0)


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    for name in ("images", "labels"):
        (tmp_path / name / "val").mkdir(parents=True)
    for stem, row in (("cctv_1", "0 0.5 0.5 0.5 1\n"), ("street_1", "")):
        cv2.imwrite(str(tmp_path / "images" / "val" / f"{stem}.jpg"), np.full((20, 40, 3), 90, np.uint8))
        (tmp_path / "labels" / "val" / f"{stem}.txt").write_text(row)
    return tmp_path


def test_frames_are_read_in_pixels_and_noise_is_added(frames):
    first, second = read_truth(frames)
    np.testing.assert_allclose(first.boxes, [[10, 0, 30, 20]])
    assert second.boxes.shape == (0, 4)
    assert [first.group, second.group] == ["cctv", "street"]
    noisy = read_truth(frames, noise=10)[0].frame.image.astype(float)
    assert (noisy - first.frame.image).std() == pytest.approx(10, rel=0.1)


def test_models_are_put_side_by_side(frames, monkeypatch, capsys):
    class Exact:
        """Finds the person of the first kind of frame only."""

        def detect(self, given):
            return [_found((10, 0, 30, 20, 0.9)) if frame.camera == "cctv_1" else _found() for frame in given]

    monkeypatch.setattr(detection, "find_model", lambda name: name)
    monkeypatch.setattr(detection, "load_detector", lambda settings, files: Exact())
    assert main([str(frames), "--model", "a", "--model", "b", "--noise", "0", "--noise", "5", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["model"], row["noise"], row["group"], row["average"]) for row in rows[:4]] == [
        ("a", 0.0, "all", 1.0),
        ("a", 0.0, "cctv", 1.0),
        ("a", 0.0, "street", 0.0),
        ("b", 0.0, "all", 1.0),
    ]
    assert len(rows) == 12
    assert main([str(frames), "--model", "a"]) == 0
    assert "a  0  cctv  1.000  1.000  1" in capsys.readouterr().out


@pytest.mark.parametrize("broken", ["labels", "picture", "folder"])
def test_what_cannot_be_read_is_said_in_one_sentence(frames, broken, capsys):
    if broken == "labels":
        (frames / "labels" / "val" / "cctv_1.txt").write_text("0 0.5\n")
    elif broken == "picture":
        (frames / "images" / "val" / "cctv_1.jpg").write_bytes(b"no picture")
    else:
        (frames / "images" / "val").rename(frames / "images" / "other")
    with pytest.raises(TrainingError, match=r"layout wanted|cannot be decoded"):
        read_truth(frames)
    assert main([str(frames), "--model", "a"]) == TrainingError.exit_code
    assert "Traceback" not in capsys.readouterr().err
