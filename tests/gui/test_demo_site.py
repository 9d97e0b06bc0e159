"""Click-to-track on the demo site: its four cameras, the models that ship, the default settings, the truth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from reid_app.config.load import load_site
from reid_app.gui.window import MainWindow
from reid_app.runtime.site import Site
from tests.gui.truth import Truth, click_one_of, in_trail, wait_for_target

DEMO = Path(__file__).parents[2] / "assets" / "demo_site"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not (DEMO / "yard.mp4").is_file(), reason="the clips of the demo site are not here"),
]

CLICKED, LATER = "yard", "corridor"
WHO = "tourist A"
"""Comes through the yard and is in the corridor a quarter of a minute later."""

PATIENCE_MS = 800_000


@pytest.fixture
def demo_file(tmp_path: Path) -> Path:
    """The demo's site file, its paths made absolute; the records go beside it."""
    values = yaml.safe_load((DEMO / "site.yaml").read_text())
    for camera in values["cameras"]:
        camera["url"] = str(DEMO / camera["url"])
    values["plan"] = str(DEMO / values["plan"])
    path = tmp_path / "site.yaml"
    path.write_text(yaml.safe_dump(values))
    return path


@pytest.fixture
def window(qtbot, demo_file: Path, preferences) -> Iterator[MainWindow]:
    """A window on the running demo."""
    with Site.open(load_site(demo_file)) as site:
        window = MainWindow(site, demo_file, preferences)
        window.resize(1600, 1000)
        window.show()
        site.start()
        yield window
        window.close()
        window.deleteLater()


def test_who_is_clicked_in_one_camera_is_found_in_another(window, qtbot, shoot):
    people = json.loads((DEMO / "truth.json").read_text())["people"]
    (who,) = [int(number) for number, person in people.items() if person["name"] == WHO]
    truth = {camera: Truth(DEMO / f"gt_{camera}.txt") for camera in (CLICKED, LATER)}
    qtbot.waitUntil(lambda: bool(window.multiview.view.order), timeout=60_000)
    assert click_one_of(qtbot, window, CLICKED, truth[CLICKED], {who}, PATIENCE_MS) == who
    qtbot.waitUntil(lambda: window.panels.target.person is not None, timeout=20_000)
    shoot(window, "demo-clicked")
    assert wait_for_target(qtbot, window, LATER, truth[LATER], PATIENCE_MS) == who
    cameras = in_trail(window)
    qtbot.waitUntil(lambda: {CLICKED, LATER} <= cameras(), timeout=60_000)
    assert window.panels.target.place.endswith(f"in {LATER} now")
    shoot(window, "demo-found")
