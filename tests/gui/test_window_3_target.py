"""Point 3: a click on a person anywhere opens the target panel."""

from __future__ import annotations

import time

from reid_app.gui.model.looks import look_of
from tests.gui.people import click_person, new_pictures, press, tile_of


def test_click_opens_the_panel_within_a_second(window, qtbot, shoot):
    began = time.monotonic()
    click_person(window, "Yard", 1)
    qtbot.waitUntil(lambda: window.panels.target.person is not None, timeout=1000)
    assert time.monotonic() - began < 1
    panel = window.panels.target
    assert panel.person.identity.number == 1
    assert panel.place == "Person 1 – in Yard now"
    assert len(panel._pictures.pictures) == 1
    assert panel._trail.count() == 1
    assert panel._candidates.count() == 2
    assert "likely" in panel._candidates.item(0).text()
    qtbot.wait(50)
    shoot(window, "3-target")


def test_the_target_is_found_again_in_another_camera(window, site, qtbot, shoot):
    """The trail holds the later appearance in another camera, as the truth says."""
    click_person(window, "Yard", 1)
    site.advance(6.0)
    truth = next(visit for camera in site.cameras for visit in site.truth_at(camera, site.seconds) if visit.person == 1)
    assert truth.track.camera == "Corridor"
    qtbot.waitUntil(lambda: window.panels.target.place == "Person 1 – in Corridor now")
    window.panels.target.refresh()
    qtbot.waitUntil(lambda: window.panels.target._trail.count() == 2)
    assert window.panels.target.person.trail[-1].track == truth.track
    press(window, "G")
    assert window.multiview.view.selected == "Corridor"
    new_pictures(qtbot, window, site)
    shoot(window, "3-found-again")


def test_others_are_dimmed(window, qtbot, shoot):
    click_person(window, "Yard", 1)
    style = tile_of(window, "Gate")._style
    assert style.targets == frozenset({1})
    shown = tile_of(window, "Gate").grab().toImage()
    colour = look_of(3).colour.lower()
    pixels = {shown.pixelColor(x, y).name() for x in range(0, shown.width(), 2) for y in range(0, shown.height(), 2)}
    assert colour not in pixels, "somebody who is no target still stands out"
    shoot(window, "3-dimmed")


def test_several_targets_each_with_its_place(window, qtbot, shoot):
    click_person(window, "Yard", 1)
    click_person(window, "Corridor", 2)
    assert [target.identity for target in window.follower.targets.all] == [1, 2]
    assert window.follower.targets.current.identity == 2
    press(window, "Ctrl+Tab")
    assert window.follower.targets.current.identity == 1
    press(window, "Ctrl+Tab")
    window.multiview.setFocus()
    press(window, "Del")
    assert [target.identity for target in window.follower.targets.all] == [1]


def test_sound_and_flash_when_a_target_reappears(window, site, qtbot, monkeypatch, shoot):
    clock = [1000.0]
    monkeypatch.setattr("reid_app.gui.follower.time.monotonic", lambda: clock[0])
    click_person(window, "Yard", 1)
    assert window.sounds.played == []
    flashes: list[bool] = []
    window.follower.styled.connect(lambda style: flashes.append(style.flash))
    site.advance(4.0)
    clock[0] += 4.0
    site.advance(1.5)
    qtbot.waitUntil(lambda: "seen" in window.sounds.played)
    assert "Target 1 is in Corridor" in window.notices.words
    assert any(flashes)
    new_pictures(qtbot, window, site)
    shoot(window, "3-flash")
    qtbot.waitUntil(lambda: not window.follower._flasher.isActive(), timeout=20_000)


def test_keyboard_alone_tracks(window, qtbot):
    press(window, "Right")
    press(window, "N")
    assert window.multiview.chosen_person().identity == 2
    press(window, "T")
    assert window.follower.targets.current.identity == 2


def test_empty_panel_says_what_to_do(window):
    assert window.panels.target._empty.isVisible()
    assert "Click a person" in window.panels.target._empty.text()


def test_a_merged_target_is_followed_under_its_new_number(window, site, qtbot):
    click_person(window, "Corridor", 2)
    site.merge(1, 2, window.desk.author())
    qtbot.waitUntil(lambda: window.follower.targets.current.identity == 1)
    qtbot.waitUntil(lambda: window.panels.target.person is not None)
    assert window.panels.target.person.identity.number == 1
