"""What operators said outlives the run."""

from __future__ import annotations

from tests.runtime.world import KIM, World, look, picture


def test_names_notes_and_merges_survive(world: World) -> None:
    one = world.identity(world.walk("door", 1, 1))
    other = world.identity(world.walk("yard", 1, 2, vector=look(2, like=1, share=0.7)))
    world.site.rename(one, "Mia", KIM)
    world.site.annotate(one, "red bag", ["staff"], KIM)
    world.site.merge(one, other, KIM)
    site = world.reopen()
    person = site.person(other)
    assert (person.identity.number, person.identity.name) == (one, "Mia")
    assert (person.note, person.tags) == ("red bag", ("staff",))
    track = world.walk("door", 2, 1, ends=False)
    assert world.identity(track) == one
    view = site.view("door")
    assert view is not None
    assert view.people[0].name == "Mia"


def test_who_was_told_apart_stays_apart(world: World) -> None:
    known = world.identity(world.walk("door", 1, 1))
    track = world.walk("yard", 1, 2, vector=look(2, like=1, share=0.7))
    world.site.answer(track, False, KIM)
    world.reopen()
    assert world.site.questions() == ()
    world.walk("yard", 2, 2)
    assert known not in [other.identity.number for other in world.site.person(world.identity(track)).candidates]


def test_a_question_waits_for_the_next_run(world: World) -> None:
    world.walk("door", 1, 1)
    track = world.walk("yard", 1, 2, vector=look(2, like=1, share=0.7))
    site = world.reopen()
    assert [question.track for question in site.questions()] == [track]
    site.answer(track, True, KIM)
    assert world.reopen().questions() == ()


def test_a_merge_of_an_earlier_run_can_be_taken_back(world: World) -> None:
    one, other = world.walk("door", 1, 1), world.walk("yard", 1, 2)
    kept, absorbed = world.identity(one), world.identity(other)
    world.site.merge(kept, absorbed, KIM)
    site = world.reopen()
    assert site.undo(KIM) == f"merged {absorbed} into {kept}"
    assert (world.identity(one), world.identity(other)) == (kept, absorbed)
    assert world.identity(world.walk("door", 2, 2)) == absorbed
    assert world.identity(world.walk("yard", 2, 1)) == kept


def test_a_split_of_an_earlier_run_goes_on(world: World) -> None:
    one = world.walk("door", 1, 1)
    similar = look(2, like=1, share=0.8)
    wrong = world.walk("yard", 1, 2, vector=similar)
    old = world.identity(one)
    assert world.identity(wrong) == old
    world.reopen()
    new = world.site.split([wrong], KIM)
    assert world.identity(world.walk("door", 2, 2, vector=similar)) == new
    assert world.identity(world.walk("door", 3, 1)) == old
    world.reopen()
    assert world.site.undo(KIM) is not None
    assert world.identity(wrong) == old


def test_the_watch_list_and_alarms_survive(world: World) -> None:
    world.memory.looks[1] = look(1)
    world.site.enrol("Mia", [picture(1)], KIM)
    world.walk("door", 1, 1)
    site = world.reopen()
    assert [entry.name for entry in site.watch_list()] == ["Mia"]
    (alarm,) = site.alarms()
    assert alarm.name == "Mia"
    world.walk("yard", 1, 1)
    assert [alarm.track.camera for alarm in site.alarms()] == ["yard", "door"]
