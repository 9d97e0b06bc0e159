"""The watch list and its alarms."""

from __future__ import annotations

import numpy as np
import pytest

from reid_app.domain import Likelihood
from reid_app.errors import SettingsError
from reid_app.imaging import cv2
from reid_app.runtime.facade import PictureRating
from tests.runtime.world import ALEX, KIM, World, look, picture


def test_pictures_are_rated_with_a_reason(world: World) -> None:
    assert world.site.rate_picture(picture(1)).rating is PictureRating.GOOD
    small = world.site.rate_picture(picture(1, height=80))
    assert (small.rating, small.why) == (PictureRating.MIXED, "the person is small, 80 pixels high")
    tiny = world.site.rate_picture(picture(1, height=24))
    assert tiny.rating is PictureRating.POOR
    assert "40 are needed" in tiny.why
    blurred = cv2.resize(cv2.resize(picture(1), (4, 8), interpolation=cv2.INTER_AREA), (64, 128)).astype(np.uint8)
    assert world.site.rate_picture(blurred).rating is PictureRating.POOR
    assert world.site.rate_picture(np.zeros((60, 200, 3), np.uint8)).rating is PictureRating.POOR


def test_somebody_enrolled_is_on_the_list_with_pictures(world: World) -> None:
    entry = world.site.enrol(" Mia ", [picture(1), picture(1, height=24)], KIM)
    assert world.site.watch_list() == (entry,)
    assert (entry.name, entry.operator, entry.reason) == ("Mia", "Kim", "seen on the phone")
    assert [rated.rating for rated in entry.pictures] == [PictureRating.GOOD]
    assert world.site.picture(entry.pictures[0].key).shape[0] == 128


def test_nobody_is_enrolled_without_a_name_or_a_usable_picture(world: World) -> None:
    with pytest.raises(SettingsError, match="no name"):
        world.site.enrol(" ", [picture(1)], KIM)
    with pytest.raises(SettingsError, match="pixels high"):
        world.site.enrol("Mia", [picture(1, height=24)], KIM)
    with pytest.raises(SettingsError, match="there is none"):
        world.site.enrol("Mia", [], KIM)
    assert world.site.watch_list() == ()


def test_one_alarm_for_each_presence(world: World) -> None:
    entry = world.site.enrol("Mia", [picture(1)], KIM)
    seen = world.walk("door", 1, 1)
    world.walk("door", 2, 1)  # a moment later: the same presence, in pieces
    world.walk("yard", 1, 1)
    world.walk("yard", 2, 3)
    assert [alarm.track.camera for alarm in world.site.alarms()] == ["yard", "door"]
    first = world.site.alarms()[-1]
    assert (first.entry, first.name, first.track) == (entry.number, "Mia", seen)
    assert first.identity == world.identity(seen)
    assert first.likelihood is Likelihood.CERTAIN
    world.seconds += 60
    world.walk("door", 3, 1)
    assert len(world.site.alarms()) == 3
    told = [event.data["alarm"] for event in world.site.events_since(0) if event.kind == "alarm"]
    assert told == [1, 2, 3]


def test_who_is_not_alike_enough_raises_none(world: World) -> None:
    world.memory.looks[1] = look(1)
    world.site.enrol("Mia", [picture(1)], KIM)
    world.walk("door", 1, 2, vector=look(2, like=1, share=0.7))
    assert world.site.alarms() == ()


def test_an_alarm_is_taken_over_once_and_given_back_by_undo(world: World) -> None:
    world.site.enrol("Mia", [picture(1)], KIM)
    world.walk("door", 1, 1)
    world.site.acknowledge(1, "on my way", ALEX)
    (alarm,) = world.site.alarms()
    assert (alarm.owner, alarm.note) == ("Alex", "on my way")
    assert world.site.undo(ALEX) == "took over alarm 1"
    assert world.site.alarms()[0].owner == ""
    with pytest.raises(SettingsError, match="no alarm 7"):
        world.site.acknowledge(7, "", ALEX)


def test_who_is_withdrawn_raises_no_alarm_until_put_back(world: World) -> None:
    entry = world.site.enrol("Mia", [picture(1)], KIM)
    world.site.withdraw(entry.number, ALEX)
    assert world.site.watch_list() == ()
    world.walk("door", 1, 1)
    assert world.site.alarms() == ()
    with pytest.raises(SettingsError, match="nobody is on the watch list"):
        world.site.withdraw(entry.number, ALEX)
    assert world.site.undo(ALEX) == "took 'Mia' off the watch list"
    (again,) = world.site.watch_list()
    assert (again.name, again.operator, again.reason) == (entry.name, "Kim", entry.reason)
    world.walk("yard", 1, 1)
    assert [alarm.name for alarm in world.site.alarms()] == ["Mia"]


def test_enrolling_can_be_taken_back(world: World) -> None:
    world.site.enrol("Mia", [picture(1)], KIM)
    assert world.site.undo(KIM) == "put 'Mia' on the watch list"
    assert world.site.watch_list() == ()


def test_pictures_of_another_model_are_embedded_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.runtime.world.MODEL", "b" * 64)
    world.memory.looks[1] = look(2)
    world.reopen()
    world.site.enrol("Mia", [picture(1)], KIM)
    monkeypatch.undo()
    world.memory.looks[1] = look(1)
    world.reopen()
    world.walk("door", 1, 1)
    assert len(world.site.alarms()) == 1
