"""Point 4: the timeline, and playing a moment."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from reid_app.domain import NS_PER_S
from tests.gui.generated_site import GeneratedSite
from tests.gui.people import click_person, press
from tests.gui.world import FPS, START_NS


def _tracked(window, site, qtbot, seconds=8.0):
    click_person(window, "Yard", 1)
    site.advance(seconds)
    qtbot.waitUntil(lambda: len(window.panels.timeline.laid_out()) >= 2)
    return window.panels.timeline


def test_a_bar_for_each_stretch_in_its_lane(window, site, qtbot, shoot):
    timeline = _tracked(window, site, qtbot)
    assert [(bar.presence.track.camera, bar.lane) for bar in timeline.laid_out()] == [("Yard", 0), ("Corridor", 1)]
    for _ in range(4):
        press(window, "+")
    shoot(window, "4-timeline")


def test_clicking_a_bar_plays_that_moment(window, site, qtbot, shoot):
    timeline = _tracked(window, site, qtbot)
    for _ in range(4):
        press(window, "+")
    bar = timeline.laid_out()[0]
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=timeline.bar_rect(bar).center().toPoint())
    assert window.is_moment
    qtbot.waitUntil(lambda: window.player.canvas.view is not None)
    first = window.player.time_ns
    assert window.player.canvas.view.frame.camera == "Yard"
    assert START_NS <= first <= START_NS + 4 * NS_PER_S
    assert window.player.playing
    qtbot.waitUntil(lambda: window.player.time_ns > first)
    press(window, "Space")
    assert not window.player.playing
    shoot(window, "4-moment")
    press(window, "Esc")
    assert not window.is_moment


def test_clicking_a_bar_shows_its_pictures_first(window, site, qtbot):
    timeline = _tracked(window, site, qtbot)
    window.panels.target.refresh()
    qtbot.waitUntil(lambda: len(window.panels.target.person.pictures) >= 2)
    for bar in timeline.laid_out():
        QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=timeline.bar_rect(bar).center().toPoint())
        assert window.panels.target._pictures.pictures[0].track == bar.presence.track
        chosen = window.panels.target._trail.currentItem()
        assert chosen.data(Qt.ItemDataRole.UserRole).track == bar.presence.track
        press(window, "Esc")


def test_pause_and_step_one_frame(window, site, qtbot):
    site.advance(0.1)
    qtbot.waitUntil(lambda: window.follower.view("Yard").frame.time_ns == site.now_ns)
    press(window, "Space")
    assert window.is_moment
    here = window.player.time_ns
    assert here == site.now_ns
    press(window, ",")
    qtbot.waitUntil(lambda: window.player.time_ns == here - NS_PER_S // FPS)
    press(window, ".")
    qtbot.waitUntil(lambda: window.player.time_ns == here)
    press(window, ".")
    qtbot.waitUntil(lambda: window.player.hint == "No picture is kept for this moment")
    assert window.player.time_ns == here


def test_five_seconds_back(window, site, qtbot):
    site.advance(6.0)
    qtbot.waitUntil(lambda: window.follower.view("Yard").frame.time_ns == site.now_ns)
    press(window, "Space")
    here = window.player.time_ns
    press(window, ";")
    qtbot.waitUntil(lambda: window.player.time_ns == here - 5 * NS_PER_S)


def test_a_person_of_a_moment_can_be_tracked(window, site, qtbot):
    press(window, "Space")
    canvas = window.player.canvas
    x, y, w, h = canvas._fit().rect(canvas.view.people[0].box)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(int(x + w / 2), int(y + h / 2)))
    assert window.follower.targets.current.identity == 1


def test_wheel_zooms_and_drag_pans(window, site, qtbot):
    timeline = _tracked(window, site, qtbot)
    before = timeline.span
    at = QPointF(timeline.rect().center())
    none, buttons = QPoint(), Qt.MouseButton.NoButton
    wheel = QWheelEvent(at, timeline.mapToGlobal(at), none, QPoint(0, 120), buttons, Qt.KeyboardModifier.NoModifier,
                        Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(timeline, wheel)
    assert timeline.span.length_ns < before.length_ns
    start = timeline.rect().center()
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(timeline, start + QPoint(80, 0))
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=start + QPoint(80, 0))
    assert not timeline.span.follows
    assert timeline.span.end_ns < before.end_ns
    window.multiview.setFocus()
    press(window, "End")
    assert timeline.span.follows


def test_keyboard_walks_the_bars(window, site, qtbot):
    timeline = _tracked(window, site, qtbot)
    press(window, "F7")
    assert timeline.hasFocus()
    press(window, "Right")
    assert timeline.picked_words().startswith("Yard")
    press(window, "Right")
    assert timeline.picked_words().startswith("Corridor")
    press(window, "Return")
    assert window.is_moment
    assert window.player.camera == "Corridor"


def test_latest_stretch_by_one_key(window, site, qtbot):
    _tracked(window, site, qtbot)
    window.panels.target.refresh()
    qtbot.waitUntil(lambda: window.panels.target._trail.count() == 2)
    window.multiview.setFocus()
    press(window, "Home")
    assert window.player.camera == "Corridor"


class TestManyCameras:
    @pytest.fixture
    def site(self):
        generated = GeneratedSite(cameras=16, people=8)
        generated.advance(1.0)
        return generated

    def test_only_cameras_with_bars_have_lanes(self, window, site, qtbot, shoot):
        timeline = _tracked(window, site, qtbot)
        assert timeline.lanes == ("Yard", "Corridor")
        assert [bar.lane for bar in timeline.laid_out()] == [0, 1]
        shoot(window, "4-sixteen")
