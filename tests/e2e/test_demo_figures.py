"""How well the networks that ship do on the demo site; the figures stand in docs/demo-site.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from reid_app.commands.demo import run_demo, score_run
from reid_app.config.load import load_site
from reid_app.demo_site.clips import demo_folder
from reid_app.detect import load_detector
from reid_app.evaluate.detection import Found, find_people
from reid_app.evaluate.mot_files import read_truth
from reid_app.models import find_model

pytestmark = pytest.mark.slow


def test_nine_of_ten_visible_people_are_found() -> None:
    folder = demo_folder()
    settings = load_site(folder / "site.yaml").settings.detector
    detector = load_detector(settings, find_model(settings.model))
    found = sum(
        (find_people(detector, folder / f"{t.camera}.mp4", t, confidence=0.25, every=5) for t in read_truth(folder)),
        Found(),
    )
    assert found.people > 1000
    assert found.recall >= 0.9


def test_people_keep_their_identities(tmp_path: Path) -> None:
    assert run_demo(tmp_path, headless=True) == 0
    (run,) = tmp_path.iterdir()
    result = score_run(demo_folder(), run / "log")
    assert result.found >= 0.9
    assert result.idf1 >= 0.85
    assert result.swapped[6, 7] < 0.25
