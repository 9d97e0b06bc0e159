"""People made of the halves of two."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from reid_app.datasets import COMPOSED, load, load_test
from reid_app.domain import LANDMARK_NAMES
from reid_app.errors import TrainingError
from reid_app.imaging import cv2
from reid_app.train.compose import compose, composed, main
from reid_app.train.settings import read_settings
from reid_app.train.validation import split_people

UNFOUND = np.zeros((18, 3), np.float32)


def waist_at(x, y):
    landmarks = UNFOUND.copy()
    for name in ("right_hip", "left_hip"):
        landmarks[LANDMARK_NAMES.index(name)] = (x, y, 1.0)
    return landmarks


def halves(height, width, waist, upper, lower):
    """Grey ``upper`` above the waist, ``lower`` below."""
    image = np.full((height, width, 3), upper, np.uint8)
    image[round(waist * height) :] = lower
    return image


def test_the_hips_of_both_meet():
    one = halves(100, 50, 0.5, upper=200, lower=10)
    other = halves(200, 80, 0.6, upper=20, lower=90)
    result = composed(one, waist_at(0.5, 0.5), other, waist_at(0.5, 0.6))
    assert result.shape == (100, 50, 3)
    assert (result[:42] == 200).all()
    assert (result[58:] == 90).all()
    assert (result[47] > result[52]).all()


def test_a_lower_body_moves_sideways_under_the_upper_one():
    one = halves(100, 50, 0.5, upper=200, lower=10)
    other = np.zeros((100, 50, 3), np.uint8)
    other[:, 10:15] = 250
    result = composed(one, waist_at(0.5, 0.5), other, waist_at(0.25, 0.5))
    bright = np.flatnonzero(result[80, 15:, 0] > 125) + 15
    assert bright.mean() == pytest.approx(12 + 0.25 * 50, abs=1.0)


def test_the_seam_can_lie_below_the_hips():
    one = halves(100, 50, 1.0, upper=200, lower=0)
    other = np.full((100, 50, 3), 50, np.uint8)
    result = composed(one, UNFOUND, other, UNFOUND, seam=0.1)
    edge = int(np.flatnonzero(result[:, 0, 0] < 125)[0])
    assert edge == pytest.approx(63, abs=1)


def test_a_dye_colours_what_is_worn_and_nothing_beside_it():
    grey = np.full((100, 50, 3), 128, np.uint8)
    red = np.array([0, 60, 0], np.float32)
    result = composed(grey, waist_at(0.5, 0.5), grey, waist_at(0.5, 0.5), dyes=(red, None)).astype(int)
    redness = result[..., 2] - result[..., 1]
    assert redness[35, 25] > 60
    assert np.abs(redness[80]).max() <= 1, "the lower body keeps its colour"
    assert np.abs(redness[5]).max() <= 1, "so does the head"
    assert np.abs(redness[35, [0, 49]]).max() <= 3, "and what is beside the person"
    lower = composed(grey, waist_at(0.5, 0.5), grey, waist_at(0.5, 0.5), dyes=(None, red)).astype(int)
    assert np.abs(lower[35, 25, 2] - lower[35, 25, 1]) <= 1
    assert lower[80, 25, 2] - lower[80, 25, 1] > 60


@pytest.fixture
def config(market, tmp_path) -> Path:
    path = tmp_path / "run.yaml"
    values = {
        "kind": "jointloss",
        "out": str(tmp_path / "run"),
        "hold_out": 2,
        "data": [
            {"name": "market1501", "root": str(market), "landmarks": str(market / "landmarks18.csv")},
            {"name": COMPOSED, "root": str(tmp_path / "composed")},
        ],
        "budget": {"images": 64},
    }
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    return path


def test_composed_people_are_a_data_set_of_nobody_held_out(config, market, tmp_path, capsys):
    assert main([str(config), "--people", "12", "--pictures", "3", "--dyed", "0"]) == 0
    assert "36 pictures" in capsys.readouterr().out
    samples = load(COMPOSED, tmp_path / "composed")
    assert len(samples) == 36
    assert {sample.person for sample in samples} == set(range(1, 13))
    assert {sample.camera for sample in samples} == {1, 2}
    assert not split_people(samples, 2).any()
    # The halves are those of people who are trained on: each colour was painted for one of them.
    real = load("market1501", market)
    held = split_people(real, 2)
    shown = _colours(samples)
    for half in (0, 1):
        lent = {tuple(colour) for colour in np.round(shown[:, half] / 12)}
        kept = _colours([sample for sample, out in zip(real, held, strict=True) if out])[:, half]
        free = _colours([sample for sample, out in zip(real, held, strict=True) if not out])[:, half]
        nearest = np.linalg.norm(shown[:, half][:, None] - free[None], axis=2).min(axis=1)
        apart = np.linalg.norm(shown[:, half][:, None] - kept[None], axis=2).min(axis=1)
        assert (nearest < apart).all()
        assert len(lent) > 1


def _colours(samples):
    """(N, 2, 3): the colours near the top and the bottom of each picture."""
    images = np.stack([cv2.imread(str(sample.path)) for sample in samples]).astype(float)
    return np.stack([images[:, 3:12].mean(axis=(1, 2)), images[:, 52:61].mean(axis=(1, 2))], axis=1)


def test_two_runs_compose_the_same_people(config, tmp_path):
    settings = read_settings(config, {})
    for name in ("one", "other"):
        compose(settings, tmp_path / name, people=2, pictures=2)
    one, other = ([path.read_bytes() for path in sorted((tmp_path / name).iterdir())] for name in ("one", "other"))
    assert one == other


def test_what_is_there_already_is_kept(config, tmp_path, capsys):
    (tmp_path / "composed").mkdir()
    (tmp_path / "composed" / "mine.jpg").touch()
    assert main([str(config)]) != 0
    assert "is not empty" in capsys.readouterr().err


def test_a_configuration_without_composed_people_is_refused(config, capsys):
    values = yaml.safe_load(config.read_text(encoding="utf-8"))
    values["data"] = values["data"][:1]
    config.write_text(yaml.safe_dump(values), encoding="utf-8")
    assert main([str(config)]) != 0
    assert "no data set named composed" in capsys.readouterr().err


def test_nobody_is_tested_on_composed_people(tmp_path):
    with pytest.raises(TrainingError, match="for training only"):
        load_test(COMPOSED, tmp_path)
