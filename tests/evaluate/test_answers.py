"""Calibration from operators' answers on record."""

from __future__ import annotations

import numpy as np
import pytest
import yaml
from pydantic import SecretStr
from typer.testing import CliRunner

from reid_app.cli import app
from reid_app.config import CameraSettings, RecordsSettings
from reid_app.domain import Decision, Thresholds, TrackBox, TrackKey, TrackUpdate, Verdict
from reid_app.errors import SettingsError, TrainingError
from reid_app.evaluate.answers import calibrate_site, read_answers
from reid_app.records.records import Records

MODEL, OTHER = "m" * 64, "o" * 64


@pytest.fixture
def site(tmp_path):
    path = tmp_path / "site.yaml"
    path.write_text(
        yaml.safe_dump({"name": "shop", "cameras": [{"name": "a", "url": "a.mp4"}], "records": {"folder": "records"}})
    )
    return path


@pytest.fixture
def records(site):
    cameras = [CameraSettings(name="a", url=SecretStr("a.mp4"))]
    with Records.open(RecordsSettings(folder="records"), site.parent, cameras, "shop") as opened:
        yield opened


def _ask(records, number, score, same, *, model=MODEL):
    """A question about a track, and what the operator answered; returns the action's number."""
    track = TrackKey("a", number)
    thresholds = Thresholds(0.6, 0.4, 0.05)
    box = TrackBox(track, number, number, np.array([10, 20, 50, 120], np.float32), 0.9)
    records.write_track_update(TrackUpdate("a", number, (box,), (), number))
    records.write_decision(
        Decision(track, number, Verdict.ASK, number + 1, score, None, None, thresholds, model, reason="not certain")
    )
    data = {"track": str(track), "camera": "a", "number": number, "same": same}
    return records.write_operator_action("operator", "answer", data=data)


def _fill(records, *, different=400, same=60):
    rng = np.random.default_rng(0)
    for number in range(different):
        _ask(records, number, float(rng.normal(0.45, 0.03)), same=False)
    for number in range(different, different + same):
        _ask(records, number, float(rng.normal(0.58, 0.02)), same=True)


def test_answers_are_read_with_the_similarity_that_was_asked_about(records):
    _ask(records, 0, 0.9, same=True, model=OTHER)
    _ask(records, 1, 0.5, same=True)
    taken_back = _ask(records, 2, 0.3, same=True)
    records.write_operator_action("operator", "undo", undoes=taken_back)
    records.write_operator_action("operator", "rename", data={"identity": 1})
    _ask(records, 3, 0.45, same=False)
    records.flush()
    answers = read_answers(records)
    assert answers.model == MODEL
    np.testing.assert_allclose(answers.same, [0.5])
    np.testing.assert_allclose(answers.different, [0.45])


def test_a_site_is_calibrated_on_its_answers(records, site):
    _fill(records)
    records.close()
    made = calibrate_site(site, far=(0.05, 0.2))
    assert 0.47 < made.ask < made.accept < 0.53
    assert made.data == "460 answers of operators of shop"
    result = CliRunner().invoke(app, ["calibrate", "--site", str(site), "--far", "0.05,0.2"])
    assert result.exit_code == 0, result.output
    assert yaml.safe_load(result.output)["matcher"]["thresholds"]["accept"] == made.accept


def test_nothing_answered_is_said_so(records):
    with pytest.raises(TrainingError, match="No question of this site was answered"):
        read_answers(records)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--site", "s.yaml", "--model", "m"], "--site goes with --far alone"),
        (["--model", "m"], "say what to calibrate on"),
        (["--site", "s.yaml", "--far", "0.1"], "is not two numbers"),
    ],
)
def test_options_that_do_not_go_together(arguments, message):
    result = CliRunner().invoke(app, ["calibrate", *arguments])
    assert isinstance(result.exception, SettingsError)
    assert message in str(result.exception)
