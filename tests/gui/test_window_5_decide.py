"""Point 5: decide, merge, split, rename, note, tag; and take all of it back."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt

from reid_app.domain import TrackKey
from tests.gui.people import click_person, press


@pytest.fixture
def asked(window, site, qtbot):
    site.ask_operator(TrackKey("Gate", 1), 3, 1)
    site.ask_operator(TrackKey("Corridor", 1), 2, 1, 0.66)
    qtbot.waitUntil(lambda: len(window.panels.decide._queue) == 2)
    press(window, "F4")
    return window.panels.decide


def test_a_question_side_by_side(window, asked, qtbot, shoot):
    assert asked.question.identity == 3
    assert asked.score_words == "The same person: possible (score 0.71)."
    assert window.panels.dock("decide").windowTitle() == "Decide (2)"
    qtbot.wait(50)
    shoot(window, "5-decide")


@pytest.mark.parametrize(("key", "same"), [("Y", True), ("D", False)])
def test_keys_answer_with_operator_and_reason(window, site, asked, qtbot, key, same):
    asked._reason.setText("same bag")
    press(window, key)
    qtbot.waitUntil(lambda: bool(site.answers))
    track, answer, author = site.answers[0]
    assert (track, answer) == (TrackKey("Gate", 1), same)
    assert (author.operator, author.reason) == ("Kim", "same bag")
    assert asked.question.track == TrackKey("Corridor", 1), "the next question comes at once"


def test_later_puts_a_question_to_the_end(window, asked, qtbot):
    press(window, "W")
    assert asked.question.track == TrackKey("Corridor", 1)
    asked.refresh()
    qtbot.wait(100)
    assert asked.question.track == TrackKey("Corridor", 1), "the order stays when the site is asked again"


def test_undo_brings_a_question_back(window, site, asked, qtbot):
    press(window, "Y")
    qtbot.waitUntil(lambda: len(site.open_questions) == 1)
    qtbot.waitUntil(lambda: len(asked._queue) == 1)
    press(window, "Ctrl+Z")
    qtbot.waitUntil(lambda: len(asked._queue) == 2)
    assert "Taken back: same Gate#1" in window.notices.words


def test_nothing_to_decide_is_said(window, qtbot, shoot):
    press(window, "F4")
    assert window.panels.decide._empty.isVisible()
    shoot(window, "5-nothing-to-decide")


def _target(window, qtbot):
    click_person(window, "Yard", 1)
    qtbot.waitUntil(lambda: window.panels.target._candidates.count() == 2)
    return window.panels.target


def test_merge_with_the_first_candidate_and_undo(window, site, qtbot):
    _target(window, qtbot)
    press(window, "Ctrl+M")
    qtbot.waitUntil(lambda: bool(site.log))
    assert site.log[0].what == "merge 2 into 1"
    assert site.assigned[TrackKey("Corridor", 1)] == 1
    press(window, "Ctrl+Z")
    qtbot.waitUntil(lambda: site.assigned[TrackKey("Corridor", 1)] == 2)


def test_split_the_ticked_stretches(window, site, qtbot):
    panel = _target(window, qtbot)
    press(window, "Ctrl+Shift+S")
    assert "Tick the stretches" in window.notices.words
    site.advance(6.0)
    panel.refresh()
    qtbot.waitUntil(lambda: panel._trail.count() == 2)
    panel._trail.item(0).setCheckState(Qt.CheckState.Checked)
    panel._reason.setText("other shoes")
    press(window, "Ctrl+Shift+S")
    qtbot.waitUntil(lambda: bool(site.log))
    assert site.assigned[TrackKey("Corridor", 2)] == 4
    assert site.assigned[TrackKey("Yard", 1)] == 1
    assert site.log[0].reason == "other shoes"


def test_all_stretches_cannot_be_split_off(window, site, qtbot):
    panel = _target(window, qtbot)
    panel._trail.item(0).setCheckState(Qt.CheckState.Checked)
    press(window, "Ctrl+Shift+S")
    assert "Leave at least one stretch unticked" in window.notices.words
    assert not site.log


def test_name_note_and_tags(window, site, qtbot, shoot):
    panel = _target(window, qtbot)
    press(window, "Ctrl+R")
    assert panel._name.hasFocus()
    panel._name.setText("Alex")
    press(window, "Ctrl+N")
    panel._note.setText("left a bag")
    panel._tags.setFocus()
    panel._tags.setText("bag, red coat")
    window.multiview.setFocus()
    qtbot.waitUntil(lambda: site.notes.get(1) == ("left a bag", ("bag", "red coat")))
    assert site.names[1] == "Alex"
    qtbot.waitUntil(lambda: panel.place.startswith("Person 1 Alex"))
    site.advance()
    qtbot.wait(100)
    shoot(window, "5-name")


def test_every_action_is_in_the_log(window, site, asked, qtbot, shoot):
    press(window, "Y")
    press(window, "F9")
    tree = window.panels.log._tree
    qtbot.waitUntil(lambda: tree.topLevelItemCount() == 1)
    assert tree.topLevelItem(0).text(1) == "Kim"
    shoot(window, "5-log")


def test_a_failing_order_is_said(window, site, qtbot, monkeypatch):
    from reid_app.errors import RecordsError

    def refuse(*_):
        raise RecordsError("the disk is full; make room")

    monkeypatch.setattr(site, "merge", refuse)
    _target(window, qtbot)
    press(window, "Ctrl+M")
    qtbot.waitUntil(lambda: "the disk is full; make room" in window.notices.words)
