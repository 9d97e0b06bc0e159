"""Make the pictures of the window in the docs: ``python scripts/picture_window.py docs/pictures``.

Runs the demo site with the models that ship and photographs the window: the wall of cameras, somebody
tracked with the timeline, a search by a picture. On a real display, or under ``xvfb-run`` with
``QT_QPA_PLATFORM=xcb``, it photographs the screen instead. Prints how long the target panel took to
open, in seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import yaml
from PyQt6.QtWidgets import QApplication

from reid_app.config.load import load_site
from reid_app.gui.app import make_application
from reid_app.gui.preferences import Preferences
from reid_app.gui.window import MainWindow
from reid_app.runtime.site import Site
from tests.gui.people import click_person, tile_of
from tests.gui.truth import Truth, shown

DEMO = ROOT / "assets" / "demo_site"
QUALITY = 88
PATIENCE_S = 1800.0


class Photographer:
    """Waits for moments of a running window and takes pictures of it."""

    def __init__(self, window: MainWindow, out: Path) -> None:
        self._window = window
        self._out = out

    def wait(self, moment: Callable[[], bool]) -> float:
        """Wait until ``moment`` is true; return for how many seconds."""
        began = time.monotonic()
        while not moment():
            if time.monotonic() - began > PATIENCE_S:
                raise SystemExit("the moment did not come; is the demo site running?")
            QApplication.processEvents()
            time.sleep(0.002)
        return time.monotonic() - began

    def linger(self, seconds: float) -> None:
        """Let the window work on."""
        until = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() > until)

    def take(self, name: str) -> None:
        """Save a picture of the window, or of the screen if there is one."""
        screen = self._window.screen()
        real = screen is not None and QApplication.platformName() != "offscreen"
        picture = screen.grabWindow(0) if real and screen is not None else self._window.grab()
        path = self._out / f"{name}.webp"
        if not picture.save(str(path), "WEBP", QUALITY):
            raise SystemExit(f"{path} cannot be written")


def site_file(folder: Path, rate: float | None) -> Path:
    """Write the demo's site file with absolute paths into ``folder``."""
    values = yaml.safe_load((DEMO / "site.yaml").read_text())
    for camera in values["cameras"]:
        camera["url"] = str(DEMO / camera["url"])
    values["plan"] = str(DEMO / values["plan"])
    values["detector"]["rate"] = rate
    path = folder / "site.yaml"
    path.write_text(yaml.safe_dump(values))
    return path


def take_all(window: MainWindow, out: Path, name: str, clicked: str, later: str) -> None:
    """Take the three pictures: of ``name``, first seen in camera ``clicked``, then in ``later``."""
    people = json.loads((DEMO / "truth.json").read_text())["people"]
    who = next(int(number) for number, person in people.items() if person["name"] == name)
    truth = {camera: Truth(DEMO / f"gt_{camera}.txt") for camera in (clicked, later)}
    photographer = Photographer(window, out)

    def there(camera: str) -> int | None:
        if not window.multiview.view.order:
            return None
        found = (person.identity for person, known in shown(window, camera, truth[camera]) if known == who)
        return next((identity for identity in found if identity is not None), None)

    photographer.wait(lambda: there(clicked) is not None)
    photographer.take("window-wall")
    photographer.wait(lambda: there(clicked) is not None)
    click_person(window, clicked, there(clicked))
    opened = photographer.wait(lambda: window.panels.target.person is not None)
    sys.stdout.write(f"panel after {opened:.3f} s\n")
    photographer.wait(lambda: there(later) is not None and window.panels.target.place.endswith(f"in {later} now"))
    photographer.linger(3.0)
    photographer.take("window-target")
    photographer.wait(lambda: there(later) is not None)
    person = next(p for p in tile_of(window, later).people if p.identity == there(later))
    picture = window.follower.picture_of(later, person.track)
    if picture is not None:
        window.search_for(picture)
        photographer.wait(lambda: bool(window.panels.search.found()))
    photographer.linger(1.0)
    photographer.take("window-search")


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--person", default="tourist A", help="name in truth.json")
    parser.add_argument("--rate", type=float, default=5.0, help="detections per second and camera")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = site_file(Path(folder), options.rate)
        preferences = Preferences(Path(folder) / "window.ini")
        preferences.operator = "Kim"
        app = make_application(preferences)
        with Site.open(load_site(path)) as site:
            window = MainWindow(site, path, preferences)
            window.resize(1600, 1000)
            window.show()
            site.start()
            take_all(window, options.out, options.person, "yard", "corridor")
            window.close()
        del app


if __name__ == "__main__":
    main()
