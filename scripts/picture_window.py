"""Make the pictures of the window in the docs: ``python scripts/picture_window.py docs/pictures``.

Runs the demo site with the models that ship to its end, then plays what was recorded in the window, so that
the pictures do not depend on how fast the machine is, and photographs it: the wall of cameras, somebody
tracked with the timeline, a search by a picture. On a real display, or under ``xvfb-run`` with
``QT_QPA_PLATFORM=xcb``, it photographs the screen instead.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import yaml
from PyQt6.QtWidgets import QApplication

from reid_app.config import RecordsSettings
from reid_app.config.load import load_site
from reid_app.domain import NS_PER_S, CameraState, Frame, from_ns
from reid_app.gui.app import make_application
from reid_app.gui.preferences import Preferences
from reid_app.gui.window import MainWindow
from reid_app.records.reader import RecordsReader
from reid_app.runtime.facade import CameraView, Person, Presence, SiteSnapshot
from reid_app.runtime.site import Site
from tests.gui.people import click_person, tile_of
from tests.gui.truth import Truth, shown

DEMO = ROOT / "assets" / "demo_site"
SITE, FIRST, LATER = "demo", "yard", "shop"
FPS = 12.5
START_NS = 1_772_366_400 * NS_PER_S
"""2026-03-01 12:00:00 UTC: when the clips begin."""

STEP_S = 0.8
"""Seconds for which each frame is on show."""

QUALITY = 88
PATIENCE_S = 600.0


class Replay:
    """A finished site that is played again: every call but a few goes to the site itself.

    Args:
        site: The site, at the end of its files.
        start_ns: Stream time to begin at.
        end_ns: Stream time to stop at.
    """

    def __init__(self, site: Site, start_ns: int, end_ns: int) -> None:
        self._site = site
        self._start_ns, self._end_ns = start_ns, end_ns
        self._began = time.monotonic()
        self._views: dict[str, CameraView] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._site, name)

    def play_from(self, time_ns: int) -> None:
        """Go on from another moment."""
        self._start_ns, self._began = time_ns, time.monotonic()

    @property
    def now_ns(self) -> int:
        """Stream time now: it goes on slowly, so that nothing is missed, but is never stale."""
        frames = int((time.monotonic() - self._began) / STEP_S)
        return min(self._end_ns, self._start_ns + round(frames * NS_PER_S / FPS))

    def view(self, camera: str) -> CameraView | None:
        """Return the frame of this moment."""
        now_ns = self.now_ns
        kept = self._views.get(camera)
        if kept is None or abs(now_ns - kept.frame.time_ns) >= NS_PER_S // 12:
            found = self._site.moment(camera, now_ns)
            if found is not None:
                kept = self._views[camera] = CameraView(replace(found.frame, arrived=time.monotonic()), found.people)
        return kept

    def frame(self, camera: str) -> Frame | None:
        """Return the same frame: people and picture belong together."""
        view = self.view(camera)
        return None if view is None else view.frame

    def snapshot(self) -> SiteSnapshot:
        """Return the state as it was while the files ran."""
        state, wall_ns = self._site.snapshot(), time.time_ns()
        loads = tuple(
            replace(
                load,
                status=replace(
                    load.status,
                    state=CameraState.LIVE,
                    reason="",
                    since_ns=wall_ns,
                    last_frame_ns=self.now_ns,
                    fps=FPS,
                ),
                processed_fps=FPS,
            )
            for load in state.cameras
        )
        return replace(state, cameras=loads, running=True, stream_ns=self.now_ns)

    def person(self, identity: int) -> Person:
        """Return a person with the trail so far."""
        person, now_ns = self._site.person(identity), self.now_ns
        return replace(
            person,
            identity=replace(person.identity, last_ns=min(person.identity.last_ns, now_ns)),
            pictures=tuple(picture for picture in person.pictures if picture.time_ns <= now_ns),
            trail=self._so_far(person.trail),
        )

    def presences(self, identity: int | None, since_ns: int, until_ns: int) -> tuple[Presence, ...]:
        """Return who was where so far."""
        return self._so_far(self._site.presences(identity, since_ns, min(until_ns, self.now_ns)))

    def _so_far(self, trail: Sequence[Presence]) -> tuple[Presence, ...]:
        now_ns = self.now_ns
        return tuple(
            replace(part, last_ns=min(part.last_ns, now_ns), live=part.last_ns >= now_ns)
            for part in trail
            if part.first_ns <= now_ns
        )


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


def start_of(folder: Path) -> int:
    """Return when the clips began in the run whose records are in ``folder``."""
    with RecordsReader.open_existing(RecordsSettings(), folder, SITE) as records:
        frames, times_ns = records.frames_processed(FIRST, records.runs()[0].number)
    return int(times_ns[0] - frames[0] * NS_PER_S / FPS)


def site_file(folder: Path, start_ns: int) -> Path:
    """Write the demo's site file with absolute paths into ``folder``."""
    values = yaml.safe_load((DEMO / "site.yaml").read_text())
    for camera in values["cameras"]:
        camera["url"] = str(DEMO / camera["url"])
        camera["start"] = from_ns(start_ns).isoformat()
    values["plan"] = str(DEMO / values["plan"])
    path = folder / "site.yaml"
    path.write_text(yaml.safe_dump(values))
    return path


def take_all(window: MainWindow, replay: Replay, out: Path, who: int, second_ns: int) -> None:
    """Take the three pictures: the wall, and person ``who`` first in the yard, then in the shop."""
    truth = {camera: Truth(DEMO / f"gt_{camera}.txt") for camera in (FIRST, LATER)}
    photographer = Photographer(window, out)

    def there(camera: str) -> int | None:
        if not window.multiview.view.order:
            return None
        found = (person.identity for person, known in shown(window, camera, truth[camera]) if known == who)
        return next((identity for identity in found if identity is not None), None)

    photographer.wait(lambda: there(FIRST) is not None)
    photographer.linger(2.0)
    photographer.take("window-wall")
    photographer.wait(lambda: there(FIRST) is not None)
    click_person(window, FIRST, there(FIRST))
    photographer.wait(lambda: window.panels.target.person is not None)
    replay.play_from(second_ns)
    photographer.wait(lambda: there(LATER) is not None and window.panels.target.place.endswith(f"in {LATER} now"))
    photographer.linger(4.0)
    photographer.take("window-target")
    person = next(person for person in tile_of(window, LATER).people if person.identity == there(LATER))
    picture = window.follower.picture_of(LATER, person.track)
    if picture is None:
        raise SystemExit("the person cannot be cut out")
    window.search_for(picture)
    photographer.wait(lambda: bool(window.panels.search.found()))
    photographer.linger(2.0)
    photographer.take("window-search")


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--person", default="tourist A", help="name in truth.json")
    parser.add_argument("--seconds", type=float, nargs=2, default=(13.5, 40.0), help="moments of the clips")
    parser.add_argument("--records", type=Path, help="keep the records here, and use them if they are there")
    options = parser.parse_args()
    people = json.loads((DEMO / "truth.json").read_text())["people"]
    who = next(int(number) for number, person in people.items() if person["name"] == options.person)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.records or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        there_already = (folder / "records").is_dir()
        start_ns = start_of(folder) if there_already else START_NS
        path = site_file(folder, start_ns)
        preferences = Preferences(Path(temporary) / "window.ini")
        preferences.operator = "Kim"
        app = make_application(preferences)
        with Site.open(load_site(path)) as site:
            if not there_already:
                site.start()
                site.wait()
            first, second = (start_ns + round(seconds * NS_PER_S) for seconds in options.seconds)
            replay = Replay(site, first, start_ns + 60 * NS_PER_S)
            window = MainWindow(replay, path, preferences)
            window.resize(1600, 1000)
            window.show()
            take_all(window, replay, options.out, who, second)
            window.close()
        del app


if __name__ == "__main__":
    main()
