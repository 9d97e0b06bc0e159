"""The main job: files of two cameras in, one identity a person out, a match log on disk."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from reid_app.evaluate import tracking
from reid_app.imaging import cv2
from reid_app.runtime.console import export_log, run_headless
from tests.e2e.conftest import SiteMaker


def mot(site: Path) -> dict[str, object]:
    """The MOT export of a site, by file name."""
    folder = site.parent / "mot"
    export_log(site, kind="mot", out=folder)
    files = {path.name: path.read_text() for path in folder.iterdir()}
    return {name: json.loads(text) if name.endswith(".json") else text for name, text in files.items()}


@pytest.fixture(scope="module")
def finished(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that ran once to the end of its files, with a mosaic."""
    site = SiteMaker(clips).write(tmp_path_factory.mktemp("finished"))
    assert run_headless(site, until_end=True, mosaic=site.parent / "mosaic.mp4") == 0
    return site


def test_three_people_are_three_identities_in_both_cameras(finished: Path, clips: Path) -> None:
    mot(finished)
    report = tracking.score(clips, finished.parent / "mot")
    assert report.truth_identities == 3
    assert report.log_identities == 3
    assert report.overall.idf1 > 0.9
    assert report.overall.switches == 0


def test_the_match_log_says_who_was_where(finished: Path) -> None:
    records = finished.parent / "records"
    with (records / "match-log.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [json.loads(line) for line in (records / "match-log.jsonl").read_text().splitlines()]
    assert len(rows) == len(lines) >= 6
    cameras = {number: {row["camera"] for row in rows if row["identity"] == number} for number in ("1", "2", "3")}
    assert cameras == {number: {"door", "yard"} for number in ("1", "2", "3")}
    assert all(row["first"].startswith("2026-01-01T10:00:") for row in rows)


def test_the_mosaic_shows_every_moment(finished: Path) -> None:
    capture = cv2.VideoCapture(str(finished.parent / "mosaic.mp4"))
    frames = 0
    while capture.read()[0]:
        frames += 1
    assert 145 <= frames <= 155


def test_the_same_files_give_the_same_result_in_any_order_of_cameras(
    finished: Path, make_site: SiteMaker, tmp_path: Path
) -> None:
    site = make_site.write(tmp_path, make_site.settings(cameras=("yard", "door")))
    assert run_headless(site, until_end=True) == 0
    assert mot(site) == mot(finished)


def test_people_are_known_again_after_a_restart(finished: Path, make_site: SiteMaker, tmp_path: Path) -> None:
    first = make_site.settings(cameras=("door",))
    site = make_site.write(tmp_path, first)
    assert run_headless(site, until_end=True) == 0
    second = make_site.settings(cameras=("yard",))
    second["cameras"][0]["start"] = "2026-01-01T11:00:00Z"  # type: ignore[index]
    make_site.write(tmp_path, second)
    assert run_headless(site, until_end=True) == 0
    with (tmp_path / "records" / "match-log.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["identity"] for row in rows} == {"1", "2", "3"}
    assert {row["camera"] for row in rows if row["identity"] == "1"} == {"door", "yard"}
    assert {row["verdict"] for row in rows if row["camera"] == "yard"} == {"accepted"}
