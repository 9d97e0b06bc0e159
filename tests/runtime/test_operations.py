"""What operators say is done, recorded, told, and can be taken back."""

from __future__ import annotations

import pytest

from reid_app.domain import TrackKey, Verdict
from reid_app.errors import RecordsError, SettingsError
from tests.runtime.world import ALEX, KIM, World, look


@pytest.fixture
def doubt(world: World) -> tuple[World, TrackKey, int, int]:
    """A world with a question: the track, its own identity, and whom it may be."""
    known = world.identity(world.walk("door", 1, 1))
    track = world.walk("yard", 1, 2, vector=look(2, like=1, share=0.7))
    return world, track, world.identity(track), known


def test_a_merge_joins_and_undo_parts_again(world: World) -> None:
    one, other = world.walk("door", 1, 1), world.walk("yard", 1, 2)
    kept, absorbed = world.identity(one), world.identity(other)
    world.site.merge(kept, absorbed, KIM)
    assert world.identity(other) == kept
    assert len(world.site.identities()) == 1
    assert world.site.undo(KIM) == f"merged {absorbed} into {kept}"
    assert world.identity(other) == absorbed
    assert world.site.undo(KIM) is None
    assert world.kinds()[-4:] == ["merge", "action", "merge", "action"]


def test_after_a_merge_the_matcher_knows_both_looks(doubt: tuple[World, TrackKey, int, int]) -> None:
    world, _, identity, known = doubt
    world.site.merge(known, identity, KIM)
    assert world.identity(world.walk("door", 2, 1)) == known
    assert world.identity(world.walk("yard", 2, 2, vector=look(2, like=1, share=0.7))) == known


def test_undo_takes_back_only_ones_own(world: World) -> None:
    one, other = world.identity(world.walk("door", 1, 1)), world.identity(world.walk("yard", 1, 2))
    world.site.rename(one, "Mia", KIM)
    world.site.rename(other, "Noah", ALEX)
    assert world.site.undo(KIM) == f"named {one} 'Mia'"
    assert world.site.person(one).identity.name == ""
    assert world.site.person(other).identity.name == "Noah"


def test_a_split_moves_tracks_to_a_new_number_for_good(world: World) -> None:
    one, wrong = world.walk("door", 1, 1), world.walk("yard", 1, 1)
    old = world.identity(one)
    new = world.site.split([wrong], KIM)
    assert new != old
    assert (world.identity(one), world.identity(wrong)) == (old, new)
    (presence,) = world.site.person(new).trail
    assert presence.verdict is Verdict.CONFIRMED
    world.site.undo(KIM)
    assert world.identity(wrong) == old


def test_a_live_track_can_be_split_off_and_stays_so(world: World) -> None:
    one = world.walk("door", 1, 1)
    wrong = world.walk("yard", 1, 1, ends=False)
    assert world.identity(wrong) == world.identity(one)
    new = world.site.split([wrong], KIM)
    world.walk("yard", 1, 1)
    assert world.identity(wrong) == new


def test_a_split_names_tracks_of_one_identity_and_leaves_one(world: World) -> None:
    one, other = world.walk("door", 1, 1), world.walk("yard", 1, 2)
    with pytest.raises(SettingsError, match="leave at least one"):
        world.site.split([one], KIM)
    with pytest.raises(SettingsError, match="several identities"):
        world.site.split([one, other], KIM)
    with pytest.raises(SettingsError, match="no track is named"):
        world.site.split([], KIM)
    with pytest.raises(SettingsError, match="has no identity"):
        world.site.split([TrackKey("door", 9)], KIM)
    assert world.site.actions() == ()


def test_a_name_is_on_the_picture_at_once(world: World) -> None:
    track = world.walk("door", 1, 1, ends=False)
    identity = world.identity(track)
    before = world.site.view("door")
    assert world.site.view("door") is before  # nothing changed, so nothing new is drawn
    world.site.rename(identity, "  Mia\n Muster ", KIM)
    view = world.site.view("door")
    assert view is not None
    assert view.people[0].name == "Mia Muster"


def test_a_merge_does_not_lose_the_name(world: World) -> None:
    kept, absorbed = world.identity(world.walk("door", 1, 1)), world.identity(world.walk("yard", 1, 2))
    world.site.rename(absorbed, "Mia", KIM)
    world.site.merge(kept, absorbed, KIM)
    assert world.site.person(kept).identity.name == "Mia"
    world.site.undo(KIM)
    assert world.site.person(kept).identity.name == ""
    assert world.site.person(absorbed).identity.name == "Mia"


def test_notes_are_replaced_and_taken_back(world: World) -> None:
    identity = world.identity(world.walk("door", 1, 1))
    world.site.annotate(identity, "red bag", ["staff", " staff ", ""], KIM)
    world.site.annotate(identity, "blue bag", [], KIM)
    assert world.site.person(identity).note == "blue bag"
    world.site.undo(KIM)
    person = world.site.person(identity)
    assert (person.note, person.tags) == ("red bag", ("staff",))


def test_the_log_says_who_did_what_and_why(world: World) -> None:
    identity = world.identity(world.walk("door", 1, 1))
    world.site.rename(identity, "Mia", KIM)
    world.site.annotate(identity, "red bag", [], ALEX)
    world.site.undo(KIM)
    log = world.site.actions()
    assert [(entry.operator, entry.what, entry.reason, entry.undone) for entry in log] == [
        ("Kim", f"took back: named {identity} 'Mia'", "seen on the phone", False),
        ("Alex", f"changed note and tags of {identity}", "", False),
        ("Kim", f"named {identity} 'Mia'", "seen on the phone", True),
    ]
    assert len(world.site.actions(limit=1)) == 1


def test_a_question_shows_both_sides(doubt: tuple[World, TrackKey, int, int]) -> None:
    world, track, identity, candidate = doubt
    (question,) = world.site.questions()
    assert (question.track, question.identity, question.candidate) == (track, identity, candidate)
    assert question.score == pytest.approx(0.7, abs=0.01)
    assert {picture.track.camera for picture in question.pictures} == {"yard"}
    assert {picture.track.camera for picture in question.candidate_pictures} == {"door"}
    assert world.site.snapshot().open_questions == 1


@pytest.mark.parametrize("same", [True, False])
def test_an_answer_closes_the_question_and_undo_opens_it(
    doubt: tuple[World, TrackKey, int, int],
    same: bool,
) -> None:
    world, track, identity, candidate = doubt
    world.site.answer(track, same, KIM)
    assert world.site.questions() == ()
    assert world.identity(track) == (candidate if same else identity)
    with pytest.raises(RecordsError, match="no question"):
        world.site.answer(track, same, KIM)
    assert world.site.undo(KIM) == f"said that {track} is {'' if same else 'not '}{candidate}"
    assert world.identity(track) == identity
    assert [question.track for question in world.site.questions()] == [track]
    world.site.answer(track, True, KIM)
    assert world.identity(track) == candidate


def test_who_was_told_apart_is_never_joined_by_the_matcher(doubt: tuple[World, TrackKey, int, int]) -> None:
    world, track, identity, candidate = doubt
    world.site.answer(track, False, KIM)
    assert candidate not in [other.identity.number for other in world.site.person(identity).candidates]


def test_identities_that_do_not_exist_are_refused(world: World) -> None:
    identity = world.identity(world.walk("door", 1, 1))
    with pytest.raises(RecordsError, match="no identity 99"):
        world.site.merge(identity, 99, KIM)
    with pytest.raises(RecordsError, match="no identity 99"):
        world.site.rename(99, "Mia", KIM)
    with pytest.raises(SettingsError, match="already"):
        world.site.merge(identity, identity, KIM)
    assert world.site.actions() == ()


def test_nothing_is_confirmed_before_it_is_on_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    identity = world.identity(world.walk("door", 1, 1))

    def fails() -> None:
        raise RecordsError("the disk is full")

    monkeypatch.setattr(world.site.records, "flush", fails)
    told = len(world.site.events_since(0))
    with pytest.raises(RecordsError, match="full"):
        world.site.rename(identity, "Mia", KIM)
    assert len(world.site.events_since(0)) == told
    monkeypatch.undo()
    assert world.site.person(identity).identity.name == "Mia"
