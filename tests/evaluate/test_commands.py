"""Evaluation, calibration and embedding of folders, from end to end."""

from __future__ import annotations

import io
import json
import shutil

import numpy as np
import pytest
import yaml
from rich.console import Console

from reid_app.config import SiteSettings
from reid_app.errors import ReidAppError, TrainingError
from reid_app.evaluate import commands
from reid_app.evaluate.pictures import embed_folder, open_network
from reid_app.evaluate.testing import choose_data
from reid_app.imaging import cv2
from reid_app.models import Calibration, find_model
from tests.evaluate.conftest import picture


def text_of(renderable) -> str:
    console = Console(width=200, file=io.StringIO())
    console.print(renderable)
    return console.file.getvalue()


def test_a_model_is_tested_and_reported(market, colour_model, tmp_path):
    told = []
    outcomes = commands.eval_models(
        [str(colour_model)],
        [f"market1501={market}"],
        reranking=True,
        report=tmp_path / "report",
        progress=lambda done, total: told.append((done, total)),
    )
    result = outcomes[0].to_dict()
    assert result["figures"]["queries"] == 24
    assert 40 < result["figures"]["mAP"] < 100
    assert result["reranked"] is not None
    assert told[-1] == (252, 252)
    assert json.loads((tmp_path / "report" / "results.json").read_text()) == [result]
    for name in ("cmc.png", "precision-recall.png", "ranks-colour-market1501.png"):
        assert cv2.imread(str(tmp_path / "report" / name)) is not None
    drawn = text_of(commands.render_outcomes(outcomes))
    assert "colour + re-ranking" in drawn
    assert f"{result['figures']['mAP']:.2f}" in drawn


def test_rank_lists_frame_right_and_wrong_and_leave_junk_out(market, colour_model, tmp_path):
    commands.eval_models([str(colour_model)], [f"market1501={market}"], report=tmp_path)
    image = cv2.imread(str(tmp_path / "ranks-colour-market1501.png"))
    rows, columns = image.shape[0] // 136, image.shape[1] // 72
    assert (rows, columns) == (12, 11)
    corners = image[2::136, 30::72]  # on the upper edge of each frame
    assert (np.abs(corners[:, 0].astype(int) - 120) < 3).all(), "queries are grey"
    green = (corners[..., 1] > 150) & (corners[..., 2] < 40)
    red = (corners[..., 2] > 200) & (corners[..., 1] < 50)
    assert (green | red)[:, 1:].all()
    assert red[:2, 1].all(), "the first rows are queries that failed"
    assert green[-1, 1]


def test_models_and_data_sets_are_crossed(market, colour_model, tmp_path, monkeypatch):
    generator = np.random.default_rng(1)
    for person in ("anna", "bert"):
        for shot in range(3):
            picture(tmp_path / "site" / person / f"{shot}.png", len(person) + ord(person[0]), generator, noise=2)
    monkeypatch.setenv("REID_DATA", str(market.parent))
    outcomes = commands.eval_models([str(colour_model)], ["market1501", str(tmp_path / "site")])
    assert [outcome.data.title for outcome in outcomes] == ["market1501", "site"]
    assert outcomes[1].retrieval.rank(1) == 1
    assert "Across data sets" in text_of(commands.render_outcomes(outcomes))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("market1501", "REID_DATA"),
        ("nowhere", "neither a folder nor a data set"),
        ("cuhk03=nowhere", "is not a folder"),
    ],
)
def test_data_that_is_not_there_is_said_so(colour_model, monkeypatch, data, message):
    monkeypatch.delenv("REID_DATA", raising=False)
    with pytest.raises(TrainingError, match=message):
        commands.eval_models([str(colour_model)], [data])


def test_calibration_goes_into_the_manifest_or_a_site_file(market, models, tmp_path):
    shutil.copytree(models, tmp_path, dirs_exist_ok=True)
    folder = str(tmp_path / "jointloss-t")
    report = commands.calibrate_model(
        folder, f"market1501={market}", far=(0.05, 0.2), picture=tmp_path / "calibration.png"
    )
    assert cv2.imread(str(tmp_path / "calibration.png")) is not None
    assert report.calibration.data == "24 people of market1501 (test)"
    said = text_of(commands.render_calibration(report))
    assert f"accept {report.calibration.accept:.3f}" in said
    assert "Of 1,000 people who are not in a gallery of 10 identities" in said

    before = find_model(folder)
    after = commands.save_calibration(folder, report.calibration)
    assert after.thresholds == report.calibration.thresholds()
    assert after.hash == before.hash, "thresholds do not make another model of it"

    site = yaml.safe_load(commands.site_snippet(report.calibration))
    settings = SiteSettings.model_validate({"cameras": [{"name": "a", "url": "a.mp4"}]} | site)
    assert settings.matcher.thresholds.accept == report.calibration.accept


def test_a_file_has_no_manifest_to_calibrate(colour_model):
    with pytest.raises(TrainingError, match="site file"):
        commands.save_calibration(str(colour_model), Calibration(accept=0.5, ask=0.4, margin=0))


def test_too_few_people_for_a_rate_is_said_so(market, colour_model):
    with pytest.raises(TrainingError, match="too few for a false-accept rate of 1e-05"):
        commands.calibrate_model(str(colour_model), f"market1501={market}", far=(0.00001, 0.1))


def test_a_folder_of_pictures_is_embedded_for_other_tools(market, colour_model, tmp_path):
    out = tmp_path / "new" / "vectors.npz"
    assert commands.embed_to_file(market / "query", str(colour_model), out) == 24
    with np.load(out, allow_pickle=False) as file:
        assert set(file.files) == {"names", "embeddings", "model"}
        assert file["names"][0] == "0001_c1s1_000001_00.jpg"
        assert file["embeddings"].shape == (24, 3)
        assert str(file["model"]) == open_network(str(colour_model)).model


def test_landmarks_and_parts_are_written_where_the_model_has_them(models, tmp_path):
    generator = np.random.default_rng(0)
    for number in range(2):
        picture(tmp_path / "crops" / "deep" / f"{number}.png", number, generator)
    embed_folder(tmp_path / "crops", open_network(str(models / "jointloss-t")), tmp_path / "v.npz")
    with np.load(tmp_path / "v.npz", allow_pickle=False) as file:
        assert file["names"].tolist() == ["deep/0.png", "deep/1.png"]
        assert file["embeddings"].shape == (2, 576)
        assert file["landmarks"].shape == (2, 18, 3)
        assert file["parts"].shape == (2, 3, 4)


@pytest.mark.parametrize("case", ["absent", "empty", "garbage"])
def test_folders_without_pictures_are_refused(tmp_path, colour_model, case):
    folder = tmp_path / case
    if case != "absent":
        folder.mkdir()
    if case == "garbage":
        (folder / "a.jpg").write_text("no picture")
    with pytest.raises(ReidAppError, match=str(folder)):
        commands.embed_to_file(folder, str(colour_model), tmp_path / "v.npz")


def test_choose_data_understands_names_with_folders(tmp_path):
    assert choose_data(f"cuhk03={tmp_path}").root == tmp_path
    assert choose_data(str(tmp_path)).name == "folders"
