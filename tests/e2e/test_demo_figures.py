"""How well the networks that ship do on the demo site; the figures stand in docs/demo-site.md."""

from __future__ import annotations

import pytest

from reid_app.commands.demo import Result, run_demo, score_run
from reid_app.config.load import load_site
from reid_app.demo_site.clips import demo_folder
from reid_app.detect import find_detector, load_detector
from reid_app.evaluate.clip_recall import Found, find_people
from reid_app.evaluate.mot_files import read_truth

pytestmark = pytest.mark.slow


def test_nine_of_ten_visible_people_are_found() -> None:
    folder = demo_folder()
    settings = load_site(folder / "site.yaml").settings.detector
    detector = load_detector(settings, find_detector(settings))
    found = sum(
        (find_people(detector, folder / f"{t.camera}.mp4", t, confidence=0.25, every=5) for t in read_truth(folder)),
        Found(),
    )
    assert found.people > 1000
    assert found.recall >= 0.9


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The score of one run through the clips."""
    out = tmp_path_factory.mktemp("demo")
    assert run_demo(out, headless=True) == 0
    (run,) = out.iterdir()
    return score_run(demo_folder(), run / "log")


def test_nine_of_ten_visible_people_have_an_identity(result: Result) -> None:
    assert result.found >= 0.9


def test_who_is_dressed_alike_is_told_apart(result: Result) -> None:
    assert result.swapped[6, 7] < 0.2


def test_people_keep_their_identities(result: Result) -> None:
    assert result.idf1 >= 0.85
