"""Point 9: cameras are added, changed and removed in the set-up while the site runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from reid_app.config.load import load_site
from reid_app.gui.i18n import install_language, remove_language
from reid_app.gui.model.layouts import SPOT, Arrangement, View
from reid_app.gui.model.notices import Level
from reid_app.gui.setup.document import SiteDocument
from reid_app.gui.setup.saving import in_words
from reid_app.gui.window import MainWindow
from reid_app.runtime.setup_calls import SiteChanges
from tests.faults.rig import Rig
from tests.gui.conftest import all_shown
from tests.gui.people import click_person, press
from tests.runtime.balls import ball_clip

FOUR_CAMERAS = """\
name: Generated
cameras:
  - {name: Yard, url: "rtsp://camera-1/stream"}
  - {name: Corridor, url: "rtsp://camera-2/stream"}
  - {name: Gate, url: "rtsp://camera-3/stream"}
  - {name: Lobby, url: "rtsp://camera-4/stream"}
"""


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    path = tmp_path / "site.yaml"
    path.write_text(FOUR_CAMERAS)
    return path


@pytest.fixture
def dialog(window, site, site_file):
    site.follow(site_file)
    press(window, "F10")
    return window.dialogs.find("set-up")


def _save(dialog, qtbot):
    with qtbot.waitSignal(dialog.saved) as said:
        dialog.save()
    return said.args[0]


def _add(dialog, name, url="rtsp://camera-5/stream"):
    dialog.add_camera()
    dialog.form("cameras").editor("name").setText(name)
    dialog.form("cameras").editor("url").setText(url)


def _remove(dialog, row):
    dialog.choose_camera(row)
    dialog.remove_camera()


def _numbers(window):
    return {tile.camera: tile.number for tile in window.multiview.tiles()}


def test_a_new_camera_gets_a_tile_at_once(dialog, window, site, qtbot, shoot):
    before = {name: window.multiview.tile(name) for name in site.cameras}
    pictures = {name: tile.shown for name, tile in before.items()}
    _add(dialog, "Roof")
    assert _save(dialog, qtbot) == "Saved. Cameras: 1 added (Roof)."
    assert dialog.message == "Saved. Cameras: 1 added (Roof)."
    qtbot.waitUntil(lambda: window.multiview.tile("Roof") is not None)
    for name, tile in before.items():
        assert window.multiview.tile(name) is tile, "the tiles that stay are not made anew"
        assert tile.shown is not None
        assert tile.shown.time_ns >= pictures[name].time_ns
    site.advance()
    qtbot.waitUntil(lambda: all_shown(window))
    assert window.panels.timeline.lanes == ("Yard", "Corridor", "Gate", "Lobby", "Roof")
    assert window.notices.words == "ℹ  Saved. Cameras: 1 added (Roof)."
    shoot(dialog, "9-saved")
    shoot(window, "9-camera-added")


def test_a_camera_that_is_removed_leaves_nothing_but_its_past(dialog, window, site, qtbot, shoot):
    click_person(window, "Yard", 1)
    site.advance(4.5)
    qtbot.waitUntil(lambda: len(window.panels.timeline.presences) == 1)
    _remove(dialog, 0)
    assert _save(dialog, qtbot) == "Saved. Cameras: 1 removed (Yard)."
    qtbot.waitUntil(lambda: window.multiview.tile("Yard") is None)
    assert _numbers(window) == {"Corridor": 1, "Gate": 2, "Lobby": 3}
    timeline = window.panels.timeline
    assert timeline.lanes == ("Corridor", "Gate", "Lobby", "Yard")
    window.refresh_timeline()
    site.advance(2)
    qtbot.waitUntil(lambda: len(timeline.laid_out()) >= 1)
    assert (timeline.laid_out()[0].presence.track.camera, timeline.laid_out()[0].lane) == ("Yard", 3)
    shoot(window, "9-camera-removed")
    timeline.picked.emit(timeline.laid_out()[0].presence, site.now_ns)
    assert not window.is_moment
    assert window.notices.words == "ℹ  Yard is watched no more; what was kept of it is in the target panel"
    window.search_for(site.picture("person-1"))
    qtbot.waitUntil(lambda: [found.identity.number for found in window.panels.search.found()][:1] == [1])
    errors = [notice for notice in window.notices.notices.all if notice.level is Level.ERROR]
    assert not errors


def test_the_operators_choice_survives(dialog, window, site, qtbot):
    press(window, "Right")
    window.set_view(window.multiview.view.toggled("Corridor"))
    window.follower.follow(1)
    _add(dialog, "Roof")
    _remove(dialog, 0)
    assert _save(dialog, qtbot) == "Saved. Cameras: 1 added (Roof), 1 removed (Yard)."
    qtbot.waitUntil(lambda: window.multiview.number_of("Yard") is None)
    view = window.multiview.view
    assert (view.selected, view.enlarged, view.shown()) == ("Corridor", True, ("Corridor",))
    assert window.follower.targets.current.identity == 1
    assert view.order == ("Corridor", "Gate", "Lobby", "Roof")


def test_a_spot_tile_on_a_camera_that_is_removed_waits_for_the_target(dialog, window, site, qtbot):
    click_person(window, "Yard", 1)
    window.set_view(window.multiview.view.with_spot(True))
    site.advance(0.1)
    qtbot.waitUntil(lambda: window.multiview.tile(SPOT).camera == "Yard")
    _remove(dialog, 0)
    _save(dialog, qtbot)
    qtbot.waitUntil(lambda: window.multiview.tile(SPOT).camera is None)
    window.go_to_target()
    assert "Yard is watched no more" in window.notices.words


def test_what_waits_for_the_next_start_is_said(dialog, window, qtbot):
    dialog.form("cameras").editor("rate").setText("5")
    dialog.form("detector").editor("confidence").setText("0.4")
    words = "Saved. Cameras: 1 changed (Yard). Takes effect at the next start: Detector."
    assert _save(dialog, qtbot) == words
    assert window.notices.words == f"ℹ  {words}"
    assert _save(dialog, qtbot) == "Saved. The site runs by these settings already."


def test_a_change_that_is_refused_is_said_and_changes_nothing(dialog, window, site, qtbot, shoot):
    site.refuse = dict.fromkeys(
        ("Roof", "Gate"), "the detector is busy and the cameras cannot be changed now; try again"
    )
    _remove(dialog, 2)
    _add(dialog, "Roof")
    words = _save(dialog, qtbot)
    assert words == (
        "Saved. Left as before: Roof, Gate (the detector is busy and the cameras cannot be changed now; try again)."
    )
    assert window.notices.words == f"▲  {words}"
    assert set(_numbers(window)) == {"Yard", "Corridor", "Gate", "Lobby"}
    shoot(dialog, "9-refused")


@pytest.mark.parametrize("url", ["rtsp://", "ftp://camera-5/stream", "webcam:first"])
def test_a_broken_address_is_said_and_changes_nothing(dialog, window, site, site_file, qtbot, url):
    before = site_file.read_bytes()
    _add(dialog, "Roof", url)
    dialog.save()
    qtbot.waitUntil(lambda: "cameras[4].url" in dialog.message)
    assert site_file.read_bytes() == before
    assert "Roof" not in site.cameras


def test_closing_the_dialog_keeps_nothing_from_being_saved(dialog, window, site, site_file, qtbot):
    _add(dialog, "Roof")
    dialog.save()
    dialog.close()
    qtbot.waitUntil(lambda: window.multiview.tile("Roof") is not None)
    qtbot.waitUntil(lambda: "1 added (Roof)" in window.notices.words)
    assert [camera["name"] for camera in SiteDocument(site_file).cameras()][-1] == "Roof"


def test_a_running_site_takes_a_camera_from_the_dialog(qtbot, tmp_path, preferences):
    urls = {name: ball_clip(tmp_path / f"{name}.avi") for name in ("door", "yard")}
    with Rig(tmp_path, {"yard": urls["yard"]}, {}) as rig:
        window = MainWindow(rig.site, rig.path, preferences)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(lambda: all_shown(window), timeout=60_000)
        press(window, "F10")
        dialog = window.dialogs.find("set-up")
        _add(dialog, "door", urls["door"])
        assert _save(dialog, qtbot) == "Saved. Cameras: 1 added (door)."
        qtbot.waitUntil(lambda: window.multiview.tile("door") is not None, timeout=60_000)
        qtbot.waitUntil(lambda: all_shown(window), timeout=60_000)
        assert [camera.name for camera in load_site(rig.path).settings.cameras] == ["yard", "door"]
        _remove(dialog, 0)
        assert _save(dialog, qtbot) == "Saved. Cameras: 1 removed (yard)."
        qtbot.waitUntil(lambda: window.multiview.view.shown() == ("door",), timeout=60_000)
        assert not [notice.text for notice in window.notices.notices.all if notice.level is Level.ERROR]
        window.close()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        # not all of many are named
        (SiteChanges(added=("a", "b", "c", "d")), "Saved. Cameras: 4 added (a, b, c, …)."),
        # reasons that differ are said apart
        (
            SiteChanges(changed=("a",), refused={"b": "no disk", "c": "no time"}),
            "Saved. Cameras: 1 changed (a). Left as before: b (no disk). Left as before: c (no time).",
        ),
        # over files nothing can be changed
        (SiteChanges(later=("cameras", "matcher")), "Saved. Takes effect at the next start: Cameras, Matcher."),
    ],
)
def test_what_became_of_a_file_in_words(changes, words):
    assert in_words(changes) == words


def test_in_german(qapp):
    translators = install_language(qapp, "de")
    try:
        words = in_words(SiteChanges(added=("Dach",), removed=("Hof",), later=("detector",)))
    finally:
        remove_language(qapp, translators)
    assert words == (
        "Gespeichert. Kameras: 1 hinzugefügt (Dach), 1 entfernt (Hof). Wirkt ab dem nächsten Start: Detector."
    )


@pytest.mark.parametrize(
    ("cameras", "change", "selected", "expected"),
    [
        # all were on show: all are
        ("abcd", "abcde", "b", (Arrangement.NINE, "b")),
        ("a", "ab", "a", (Arrangement.FOUR, "a")),
        # the next one is selected in place of one that is gone, or the one before the last
        ("abcd", "acd", "b", (Arrangement.FOUR, "c")),
        ("abcd", "abc", "d", (Arrangement.FOUR, "c")),
        # none is left, and one comes
        ("ab", "c", "a", (Arrangement.FOUR, "c")),
    ],
)
def test_a_view_follows_the_cameras(cameras, change, selected, expected):
    view = View.of(cameras).revealing(selected).with_cameras(tuple(change))
    assert (view.arrangement, view.selected) == expected
    assert view.order == tuple(change)


def test_a_view_of_pages_stays_at_its_page():
    view = View.of("abcdefgh").arranged(Arrangement.FOUR).turned(1)
    assert view.shown() == tuple("efgh")
    assert view.with_cameras("abcdefghi").shown() == tuple("efgh")
    assert view.with_cameras("bcdefgh").selected == "e"
    assert "e" in view.with_cameras("bcdefgh").shown()
    assert view.with_cameras("abc").shown() == tuple("abc")
