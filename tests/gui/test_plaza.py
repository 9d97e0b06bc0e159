"""Click-to-track on real pictures: two cameras of a plaza, checked against the truth.

Needs ``videos/plaza`` and ``weights`` in the folder named by REID_DATA.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from reid_app.config.load import load_site
from reid_app.gui.window import MainWindow
from reid_app.runtime.facade import CameraView, PersonView
from reid_app.runtime.site import Site
from tests.gui.people import click_person, tile_of

DATA = Path(os.environ.get("REID_DATA", "")) / "videos" / "plaza"
WEIGHTS = Path(os.environ.get("REID_DATA", "")) / "weights" / "person-reidentification-retail-0277.xml"

pytestmark = [
    pytest.mark.data,
    pytest.mark.timeout(400),
    pytest.mark.skipif(not DATA.is_dir(), reason="REID_DATA names no folder with videos/plaza"),
]

SITE = """\
name: plaza
cameras:
  - {{name: cam0, url: {data}/cam0.mp4}}
  - {{name: cam1, url: {data}/cam1.mp4}}
video: {{pace: fast}}
detector: {{rate: 5}}
embedder: {{kind: openvino, path: {weights}}}
matcher:
  thresholds: {{accept: 0.55, ask: 0.45}}
"""


def _truth(camera: str) -> dict[int, list[tuple[int, np.ndarray]]]:
    """Return id and box of everybody by frame, from 1."""
    found: dict[int, list[tuple[int, np.ndarray]]] = {}
    for line in (DATA / f"gt_{camera}.txt").read_text().splitlines():
        frame, who, x, y, w, h = (float(part) for part in line.split(",")[:6])
        found.setdefault(int(frame), []).append((int(who), np.array([x, y, x + w, y + h])))
    return found


def _overlap(a: np.ndarray, b: np.ndarray) -> float:
    low, high = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
    inside = float(np.prod(np.clip(high - low, 0, None)))
    return inside / (float(np.prod(a[2:] - a[:2])) + float(np.prod(b[2:] - b[:2])) - inside)


def _who(truth: dict[int, list[tuple[int, np.ndarray]]], view: CameraView, person: PersonView) -> int | None:
    """Return whom the truth sees in a person's box."""
    boxes = truth.get(view.frame.index + 1, [])
    best = max(boxes, key=lambda known: _overlap(known[1], person.box), default=None)
    return best[0] if best is not None and _overlap(best[1], person.box) > 0.5 else None


def test_click_in_one_camera_finds_the_person_in_the_other(qtbot, tmp_path, preferences, shoot):
    site_file = tmp_path / "plaza.yaml"
    site_file.write_text(SITE.format(data=DATA, weights=WEIGHTS))
    truth = {camera: _truth(camera) for camera in ("cam0", "cam1")}
    with Site.open(load_site(site_file)) as site:
        site.start()
        window = MainWindow(site, site_file, preferences)
        window.resize(1500, 940)
        window.show()
        try:
            clicked = _click_somebody(qtbot, window, truth["cam0"])
            qtbot.waitUntil(lambda: window.panels.target.person is not None, timeout=1_000)
            found = _seen_in_the_other(qtbot, window, truth["cam1"])
            assert found == clicked
            qtbot.waitUntil(
                lambda: {"cam0", "cam1"} <= {p.track.camera for p in window.panels.target.person.trail}, timeout=20_000
            )
            shoot(window, "plaza")
        finally:
            window.close()
            window.deleteLater()


def _click_somebody(qtbot, window: MainWindow, truth: dict[int, list[tuple[int, np.ndarray]]]) -> int:
    """Click the first person in cam0 who has an identity and whom the truth knows; return the truth's id."""
    picked: list[int] = []

    def click() -> bool:
        view = window.follower.view("cam0")
        tile = window.multiview.tile("cam0")
        if view is None or tile is None:
            return False
        for person in tile.people:
            who = _who(truth, view, person)
            if person.identity is not None and who is not None:
                click_person(window, "cam0", person.identity)
                if window.follower.targets.current is not None:
                    picked.append(who)
                    return True
        return False

    qtbot.waitUntil(click, timeout=60_000)
    return picked[0]


def _seen_in_the_other(qtbot, window: MainWindow, truth: dict[int, list[tuple[int, np.ndarray]]]) -> int:
    """Wait until the target is in cam1; return whom the truth sees there."""
    found: list[int] = []

    def look() -> bool:
        view = window.follower.view("cam1")
        target = window.follower.targets.current
        for person in view.people if view is not None and target is not None else ():
            who = _who(truth, view, person)
            if person.identity == target.identity and who is not None:
                found.append(who)
        return bool(found) and tile_of(window, "cam1").shown is not None

    qtbot.waitUntil(look, timeout=200_000)
    return found[0]
