"""Point 7: the watch list, enrolling with a quality dot, alarms."""

from __future__ import annotations

from reid_app.domain import ImageArray
from reid_app.imaging import cv2
from tests.gui.people import click_person, press
from tests.gui.world import picture_of


def _small(height: int) -> ImageArray:
    return cv2.resize(picture_of(1), (max(1, height // 2), height))


def test_enrol_with_rated_pictures(window, site, qtbot, shoot):
    press(window, "F6")
    panel = window.panels.watch
    panel.begin_enrolling("Alex", [picture_of(1), _small(60), _small(20)])
    qtbot.waitUntil(lambda: all(rated is not None for _, rated in panel._new))
    words = [panel._pictures.item(row).text() for row in range(3)]
    assert words[0] == "● good"
    assert words[1] == "◐ mixed\nThe picture is small"
    assert words[2].startswith("○ poor\nThe person is only 20 pixels high")
    shoot(window, "7-enrol")
    panel._reason.setText("theft on Monday")
    panel._enrol.click()
    qtbot.waitUntil(lambda: bool(site.watched))
    entry = site.watched[0]
    assert (entry.name, entry.operator, entry.reason, len(entry.pictures)) == ("Alex", "Kim", "theft on Monday", 2)
    qtbot.waitUntil(lambda: panel._entries.count() == 1)


def test_poor_pictures_alone_cannot_be_enrolled(window, qtbot):
    panel = window.panels.watch
    panel.begin_enrolling("Alex", [_small(20)])
    qtbot.waitUntil(lambda: panel._new[0][1] is not None)
    assert not panel._enrol.isEnabled()
    assert panel._hint.text() == "At least one picture must be good or mixed."


def test_a_target_goes_on_the_list_with_its_pictures(window, qtbot):
    click_person(window, "Yard", 1)
    qtbot.waitUntil(lambda: window.panels.target.person is not None)
    press(window, "Ctrl+W")
    qtbot.waitUntil(lambda: len(window.panels.watch._new) == 1)


def test_an_alarm_is_seen_heard_and_acknowledged(window, site, qtbot, shoot):
    site.raise_alarm("Alex")
    qtbot.waitUntil(lambda: "ALARM: Alex was seen in Yard" in window.notices.words)
    assert window.sounds.played == ["alarm"]
    assert window.panels.dock("watch").windowTitle() == "Watch list (⚠ 1)"
    site.tell("error", part="disk", message="slow")
    qtbot.wait(100)
    assert "ALARM" in window.notices.words, "a lesser message must not hide an alarm"
    press(window, "F6")
    shoot(window, "7-alarm")
    window.panels.watch._note.setText("guard sent")
    press(window, "Ctrl+K")
    qtbot.waitUntil(lambda: site.raised[0].owner == "Kim")
    assert site.raised[0].note == "guard sent"
    qtbot.waitUntil(lambda: "ALARM" not in window.notices.words)
    assert window.sounds.played == ["alarm"], "an alarm sounds once"


def test_show_tracks_the_person_of_the_alarm(window, site, qtbot):
    site.raise_alarm("Alex", 2)
    qtbot.waitUntil(lambda: "ALARM" in window.notices.words)
    window.notices._go.click()
    assert window.follower.targets.current.identity == 2


def test_taking_somebody_off_the_list(window, site, qtbot):
    site.enrol("Alex", [picture_of(1)], window.desk.author())
    panel = window.panels.watch
    qtbot.waitUntil(lambda: panel._entries.count() == 1)
    panel._entries.setCurrentRow(0)
    panel.withdraw()
    qtbot.waitUntil(lambda: not site.watched)


def test_a_webhook_that_fails_is_said_once_until_it_recovers(window, site, qtbot):
    words = "https://alarms.example.com did not take alarm 1: it answers 500"

    def said() -> int:
        return len([notice for notice in window.notices.notices.all if notice.text == words])

    for _ in range(3):
        site.tell("error", part="alarm webhook", message=words)
    qtbot.waitUntil(lambda: words in window.notices.words)
    assert said() == 1
    site.tell("recovered", part="alarm webhook")
    site.tell("error", part="alarm webhook", message=words)
    qtbot.waitUntil(lambda: said() == 2)


def test_no_alarm_to_acknowledge_is_said(window):
    press(window, "Ctrl+K")
    assert "No alarm is open" in window.notices.words
