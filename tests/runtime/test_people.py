"""What a running site says of identities."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from reid_app.domain import Likelihood, Verdict
from reid_app.errors import RecordsError
from tests.runtime.world import KIM, World, at, look


def test_a_person_has_its_trail_and_pictures_of_all_cameras(world: World) -> None:
    first, second = world.walk("door", 1, 1), world.walk("yard", 1, 1)
    person = world.site.person(world.identity(first))
    assert [presence.track for presence in person.trail] == [first, second]
    assert [presence.verdict for presence in person.trail] == [Verdict.NEW, Verdict.ACCEPTED]
    assert person.trail[1].likelihood is Likelihood.CERTAIN
    assert not person.trail[0].live
    assert person.identity.cameras == ("door", "yard")
    assert {picture.track for picture in person.pictures} == {first, second}
    qualities = [picture.quality for picture in person.pictures]
    assert qualities == sorted(qualities, reverse=True)
    assert world.site.picture(person.pictures[0].key).shape == (128, 64, 3)


def test_a_live_presence_goes_on_to_the_newest_frame(world: World) -> None:
    track = world.walk("door", 1, 1, ends=False)
    (presence,) = world.site.presences(world.identity(track), 0, world.now_ns)
    assert presence.live
    assert presence.last_ns == world.now_ns


def test_presences_are_those_of_the_span_and_identity_asked_for(world: World) -> None:
    first = world.walk("door", 1, 1)
    middle = world.seconds
    second = world.walk("yard", 1, 2)
    site = world.site
    assert [p.track for p in site.presences(None, 0, world.now_ns)] == [first, second]
    assert [p.track for p in site.presences(None, at(middle), world.now_ns)] == [second]
    assert [p.track for p in site.presences(world.identity(second), 0, world.now_ns)] == [second]


def test_candidates_are_others_most_alike_first(world: World) -> None:
    mine = world.identity(world.walk("door", 1, 1))
    similar = world.identity(world.walk("yard", 1, 2, vector=look(2, like=1, share=0.6)))
    world.walk("yard", 2, 3)
    candidates = world.site.person(mine).candidates
    assert candidates[0].identity.number == similar
    assert candidates[0].score == pytest.approx(0.6, abs=0.01)
    assert candidates[0].likelihood is Likelihood.POSSIBLE
    assert mine not in [candidate.identity.number for candidate in candidates]
    assert candidates[0].pictures


def test_two_who_were_seen_together_are_no_candidates(world: World) -> None:
    one, other = world.walk("door", 1, 1, ends=False), world.walk("door", 2, 2, ends=False)
    for _ in range(5):
        world.tick("door", [(one, 1), (other, 2)])
    assert world.site.person(world.identity(one)).candidates == ()


def test_a_merged_identity_gives_the_one_that_absorbed_it(world: World) -> None:
    kept, absorbed = world.identity(world.walk("door", 1, 1)), world.identity(world.walk("yard", 1, 2))
    world.site.merge(kept, absorbed, KIM)
    assert world.site.person(absorbed).identity.number == kept


def test_an_unknown_identity_is_refused(world: World) -> None:
    with pytest.raises(RecordsError, match="no identity 99"):
        world.site.person(99)


def test_answers_can_be_written_as_json(world: World) -> None:
    track = world.walk("door", 1, 1)
    assert json.dumps(asdict(world.site.person(world.identity(track))), default=str)
