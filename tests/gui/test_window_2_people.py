"""Point 2: people on the picture, never by colour alone."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtTest import QTest

from reid_app.domain import Likelihood, TrackKey
from reid_app.gui.model.looks import STROKES, Stroke, look_of
from reid_app.gui.painting import person_words
from reid_app.runtime.facade import PersonView
from tests.gui.people import middle_of, new_pictures, press, tile_of


def test_hover_says_how_sure_and_since_when(window, shoot):
    QTest.mouseMove(tile_of(window, "Yard"), middle_of(window, "Yard", 1))
    words = tile_of(window, "Yard").hovered_words()
    assert words.startswith("likely · since ")
    shoot(window, "2-hover")


def test_landmarks_and_parts_can_be_switched(window, shoot):
    press(window, "L")
    press(window, "B")
    assert window.follower.style.landmarks
    assert window.follower.style.parts
    shoot(window, "2-landmarks-parts")
    press(window, "L")
    assert not window.follower.style.landmarks


def test_identities_differ_by_more_than_colour():
    looks = [look_of(number) for number in range(1, 36)]
    assert len(set(looks)) == 35
    assert look_of(7) == look_of(7)
    assert {STROKES[likelihood] for likelihood in Likelihood} == set(Stroke)


def test_a_person_without_identity_is_drawn_and_can_be_awaited(window, site, qtbot):
    new_pictures(qtbot, window, site, 5.2)  # second leg: tracks began 0.1..0.2 s ago
    site.seconds = 6.1
    new_pictures(qtbot, window, site, 0.0)
    undecided = [p for camera in site.cameras for p in tile_of(window, camera).people if p.identity is None]
    assert undecided
    window.track_person(undecided[0])
    assert "Not known yet who this is" in window.notices.words
    site.advance(0.5)
    qtbot.waitUntil(lambda: window.follower.targets.current is not None)
    assert window.follower.targets.current.identity == 1


@pytest.mark.parametrize("name", ["<b>bold</b><img src=x>", "x" * 10_000, "line\nbreak\ttab", "\u202eright to left"])
def test_hostile_names_do_no_harm(window, site, qtbot, shoot, name):
    site.names[1] = name
    new_pictures(qtbot, window, site)
    window.track(1, name)
    qtbot.waitUntil(lambda: window.panels.target.person is not None)
    QTest.mouseMove(tile_of(window, "Yard"), middle_of(window, "Yard", 1))
    assert len(tile_of(window, "Yard").hovered_words()) < 80
    assert "\n" not in tile_of(window, "Yard").hovered_words()
    assert window.width() == 1500, "a long name must not widen the window"
    if name.startswith("<b>"):
        assert "<b>" in window.panels.target.place
        shoot(window, "2-html-name")


def test_words_of_a_person():
    box = np.zeros(4, np.float32)
    person = PersonView(TrackKey("Yard", 1), 3, "Alex", box, Likelihood.POSSIBLE, 0)
    assert person_words(person).startswith("Alex · possible · since ")
