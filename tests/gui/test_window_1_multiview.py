"""Point 1: many cameras at once, and none that only looks live."""

from __future__ import annotations

import time

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest

from reid_app.domain import NS_PER_S, CameraState
from reid_app.gui.model.layouts import SPOT, Arrangement
from tests.gui.generated_site import GeneratedSite
from tests.gui.people import click_person, new_pictures, press, tile_of


def test_shows_every_camera_with_its_state(window, shoot):
    assert window.multiview.view.shown() == ("Yard", "Corridor", "Gate", "Lobby")
    assert all(tile_of(window, camera).state.state is CameraState.LIVE for camera in window.multiview.view.shown())
    shoot(window, "1-multiview")


@pytest.mark.parametrize(
    ("key", "arrangement", "shown"),
    [
        ("Ctrl+1", Arrangement.ONE, 1),
        ("Ctrl+2", Arrangement.FOUR, 4),
        ("Ctrl+3", Arrangement.NINE, 4),
        ("Ctrl+5", Arrangement.STRIP, 4),
    ],
)
def test_layout_keys(window, key, arrangement, shown):
    press(window, key)
    assert window.multiview.view.arrangement is arrangement
    assert len(window.multiview.view.shown()) == shown


def test_typed_number_and_enter_goes_to_the_camera(window, shoot):
    press(window, "Ctrl+1")
    press(window, "3")
    assert window.multiview._typed_label.text() == "Camera 3 Gate – Enter to go"
    shoot(window, "1-typed-number")
    press(window, "Return")
    assert window.multiview.view.shown() == ("Gate",)


def test_number_of_no_camera_is_said(window):
    press(window, "9")
    press(window, "Return")
    assert window.notices.words.endswith("There is no camera 9; the highest number is 4")


def test_double_click_enlarges_and_escape_goes_back(window):
    QTest.mouseDClick(tile_of(window, "Gate"), Qt.MouseButton.LeftButton, pos=QPoint(5, 60))
    assert window.multiview.view.shown() == ("Gate",)
    press(window, "Esc")
    assert len(window.multiview.view.shown()) == 4


def test_drag_exchanges_two_cameras(window):
    first, last = tile_of(window, "Yard"), tile_of(window, "Lobby")
    start = QPoint(20, first.height() - 20)
    QTest.mousePress(first, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(first, start + QPoint(60, 0))
    end = first.mapFromGlobal(last.mapToGlobal(last.rect().center()))
    QTest.mouseMove(first, end)
    QTest.mouseRelease(first, Qt.MouseButton.LeftButton, pos=end)
    assert window.multiview.view.order == ("Lobby", "Corridor", "Gate", "Yard")


def test_arrow_keys_select(window):
    press(window, "Right")
    press(window, "Down")
    assert window.multiview.view.selected == "Lobby"
    press(window, "Shift+Left")
    assert window.multiview.view.order == ("Yard", "Corridor", "Lobby", "Gate")


def test_offline_tile_says_since_when_why_and_when_it_tries_again(window, site, qtbot, shoot):
    retry = time.time_ns() + 7 * NS_PER_S
    site.set_state("Gate", CameraState.OFFLINE, "No answer from the camera.", retry)
    tile = tile_of(window, "Gate")
    qtbot.waitUntil(lambda: tile.state.state is CameraState.OFFLINE)
    assert tile.shown is None, "an old picture must not be seen"
    assert tile.state.headline.startswith("Offline since ")
    assert "No answer from the camera.\nnext try in " in tile.state.detail
    assert "Gate: Offline. No answer from the camera." in window.notices.words
    shoot(window, "1-offline")
    site.set_state("Gate", CameraState.LIVE)
    site.advance()
    qtbot.waitUntil(lambda: tile.shown is not None)
    assert "Gate: is back" in window.notices.words


def test_a_picture_that_does_not_change_is_stale_then_gone(window, site, qtbot, shoot):
    tile = tile_of(window, "Yard")
    tile._news = time.monotonic() - 5  # the window's own clock says so, whatever the site says
    qtbot.waitUntil(lambda: tile.state.state is CameraState.STALE)
    assert tile.state.headline == "No new picture for 5 s"
    assert not tile.people, "nobody can be clicked on an old picture"
    shoot(window, "1-stale")
    tile._news = time.monotonic() - 25
    qtbot.waitUntil(lambda: tile.state.state is CameraState.OFFLINE)
    assert tile.shown is None


def test_spot_tile_follows_the_target(window, site, qtbot, shoot):
    click_person(window, "Yard", 1)
    press(window, "S")
    assert window.multiview.view.shown()[0] == SPOT
    assert tile_of(window, SPOT).camera == "Yard"
    site.advance(6.0)  # person 1 walks on to the corridor
    qtbot.waitUntil(lambda: tile_of(window, SPOT).camera == "Corridor")
    new_pictures(qtbot, window, site)
    shoot(window, "1-spot")


def test_views_are_saved_under_names(window, preferences, qtbot):
    press(window, "Ctrl+5")
    window._keep_view("Night")
    press(window, "Ctrl+2")
    press(window, "V")
    assert window.multiview.view.arrangement is Arrangement.STRIP
    assert "Night" in preferences.named_views("Generated")


def test_full_screen_and_back(window):
    press(window, "F11")
    assert window.isFullScreen()
    press(window, "Esc")
    assert not window.isFullScreen()


def test_a_slow_window_drops_pictures(window, site, qtbot):
    """However many frames come while the window is busy, one picture of each tile waits."""
    told = []
    window.pump.news.connect(lambda: told.append(1))
    with qtbot.waitSignal(window.pump.snapshot):
        for _ in range(30):
            site.advance(0.01)
    harvest = window.pump.take()
    assert len(harvest.pictures) <= 4
    assert len(told) <= 8


class Test16Cameras:
    @pytest.fixture
    def site(self):
        generated = GeneratedSite(cameras=16, people=8)
        generated.advance(1.0)
        return generated

    def test_sixteen(self, window, shoot):
        assert window.multiview.view.arrangement is Arrangement.SIXTEEN
        assert len(window.multiview.view.shown()) == 16
        shoot(window, "1-sixteen")

    def test_pages(self, window):
        press(window, "Ctrl+2")
        press(window, "PgDown")
        assert window.multiview.view.shown() == ("Dock", "Stairs", "Roof", "Garage")
        press(window, "PgUp")
        assert window.multiview.view.shown()[0] == "Yard"
