"""Click-to-track on real pictures: two cameras of a plaza, default settings, checked against the truth.

Needs ``videos/plaza`` and ``weights`` in the folder named by REID_DATA.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reid_app.config.load import load_site
from reid_app.gui.window import MainWindow
from reid_app.runtime.site import Site
from tests.gui.truth import Truth, click_one_of, in_trail, wait_for_target

DATA = Path(os.environ.get("REID_DATA", "")) / "videos" / "plaza"
WEIGHTS = Path(os.environ.get("REID_DATA", "")) / "weights" / "person-reidentification-retail-0277.xml"

pytestmark = [
    pytest.mark.data,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not DATA.is_dir(), reason="REID_DATA names no folder with videos/plaza"),
]

SITE = """\
name: plaza
cameras:
  - {{name: cam0, url: {data}/cam0.mp4}}
  - {{name: cam1, url: {data}/cam1.mp4}}
embedder: {{kind: openvino, path: {weights}}}
"""

PATIENCE_MS = 800_000


def test_click_in_one_camera_finds_the_person_in_the_other(qtbot, tmp_path, preferences, shoot):
    site_file = tmp_path / "plaza.yaml"
    site_file.write_text(SITE.format(data=DATA, weights=WEIGHTS))
    truth = {camera: Truth(DATA / f"gt_{camera}.txt") for camera in ("cam0", "cam1")}
    with Site.open(load_site(site_file)) as site:
        window = MainWindow(site, site_file, preferences)
        window.resize(1500, 940)
        window.show()
        site.start()
        try:
            qtbot.waitUntil(lambda: bool(window.multiview.view.order), timeout=60_000)
            clicked = click_one_of(qtbot, window, "cam0", truth["cam0"], None, PATIENCE_MS)
            qtbot.waitUntil(lambda: window.panels.target.person is not None, timeout=20_000)
            assert wait_for_target(qtbot, window, "cam1", truth["cam1"], PATIENCE_MS) == clicked
            cameras = in_trail(window)
            qtbot.waitUntil(lambda: cameras() >= {"cam0", "cam1"}, timeout=60_000)
            shoot(window, "plaza")
        finally:
            window.close()
            window.deleteLater()
