"""What holds in every world."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reid_app.config import MatcherSettings
from reid_app.domain import Merge
from reid_app.match.constraints import Geography, Stay, Whereabouts
from tests.match.worlds import DIMENSION, Story, Walk, World, matcher, ns, tell, unit

CAMERAS = ("a", "b", "c")


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to six walks of up to four people with noisy looks; trackers slip now and then."""
    noise = np.random.default_rng(draw(st.integers(0, 2**16)))
    people = [unit(noise.normal(size=DIMENSION).astype(np.float32)) for _ in range(draw(st.integers(1, 4)))]
    spread = draw(st.sampled_from([0.05, 0.15, 0.25]))
    walks = []
    for number in range(draw(st.integers(1, 6))):
        first = draw(st.integers(0, 20)) / 4
        length = draw(st.integers(2, 20)) / 4
        who, then = draw(st.sampled_from(people)), draw(st.sampled_from(people))
        count = int(length * 2) + 1
        slip = draw(st.integers(1, 2 * count))
        looks = [
            unit((who if turn < slip else then) + spread * noise.normal(size=DIMENSION).astype(np.float32))
            for turn in range(count)
        ]
        walks.append(Walk(draw(st.sampled_from(CAMERAS)), number + 1, first, first + length, looks))
    return World(walks, rate=4)


def frames(world: World, story: Story):
    """Yield, for each frame of each camera, the identities of its boxes in the end."""
    of_track = {walk.key: story.parts(walk.key) for walk in world.walks}
    for time_ns, updates, _ in world.ticks():
        for update in updates:
            found = []
            for box in update.boxes:
                parts = of_track[box.track]
                since = max((s for s in parts if s is not None and s <= time_ns), default=None)
                if since in parts:
                    found.append(parts[since])
            yield time_ns, update.camera, found


@settings(max_examples=30, deadline=None)
@given(worlds())
def test_no_identity_is_twice_in_one_frame(world):
    story = tell(matcher(), world)
    for time_ns, camera, found in frames(world, story):
        assert len(set(found)) == len(found), (time_ns, camera)


@settings(max_examples=30, deadline=None)
@given(worlds())
def test_no_identity_is_in_two_cameras_at_once_where_none_overlap(world):
    story = tell(matcher(MatcherSettings(overlapping=())), world)
    seen: dict[int, set[int]] = {}
    for time_ns, _, found in frames(world, story):
        at = seen.setdefault(time_ns, set())
        assert at.isdisjoint(found)
        at.update(found)


@settings(max_examples=30, deadline=None)
@given(worlds(), st.permutations(CAMERAS))
def test_the_order_of_the_cameras_changes_nothing(world, order):
    assert tell(matcher(), world, CAMERAS).outcomes == tell(matcher(), world, order).outcomes


@settings(max_examples=30, deadline=None)
@given(worlds(), st.integers(1, 5))
def test_an_identity_keeps_no_more_views_than_allowed(world, limit):
    judge = matcher(MatcherSettings(views_per_identity=limit))
    tell(judge, world)
    sizes = [len(identity.vectors) for identity in judge.snapshot().identities]
    assert all(1 <= size <= limit for size in sizes)
    assert sum(sizes) == len(judge.gallery)


@settings(max_examples=30, deadline=None)
@given(worlds())
def test_numbers_are_counted_from_one_and_never_used_twice(world):
    story = tell(matcher(), world)
    numbers = [decision.identity for decision in story.decisions]
    new = [n for index, n in enumerate(numbers) if n not in numbers[:index]]
    assert new == list(range(1, len(new) + 1))
    absorbed = [outcome.absorbed for outcome in story.outcomes if isinstance(outcome, Merge)]
    assert len(set(absorbed)) == len(absorbed)


@settings(max_examples=30, deadline=None)
@given(worlds())
def test_a_merge_taken_back_restores_both(world):
    judge = matcher()
    tell(judge, world)
    before = {identity.number: identity for identity in judge.snapshot().identities}
    for one in sorted(before):
        for other in sorted(set(before) - {one}):
            judge.merge(one, other)
            judge.unmerge(one, other)
            after = {identity.number: identity for identity in judge.snapshot().identities}
            assert sorted(after) == sorted(before)
            for number, identity in after.items():
                order = np.lexsort(identity.vectors.T), np.lexsort(before[number].vectors.T)
                np.testing.assert_array_equal(identity.vectors[order[0]], before[number].vectors[order[1]])
                assert dict(identity.last_seen) == dict(before[number].last_seen)


def shift(world: World, seconds: float) -> World:
    later = [
        Walk(walk.camera, walk.number + 100, walk.first + seconds, walk.last + seconds, walk.looks)
        for walk in world.walks
    ]
    return World(later, world.rate)


@settings(max_examples=20, deadline=None)
@given(worlds(), worlds())
def test_a_restart_from_the_snapshot_goes_on_like_the_run_itself(before, after):
    going, later = matcher(), shift(after, 20)
    tell(going, before)
    fresh = matcher()
    fresh.restore(going.snapshot())
    ticks = [tick for tick in later.ticks() if tick[0] >= ns(19)]
    for time_ns, updates, sightings in ticks:
        expected = going.update(time_ns, updates, sightings)
        found = fresh.update(time_ns, updates, sightings)
        assert [type(o) for o in found] == [type(o) for o in expected]
        for one, other in zip(found, expected, strict=True):
            assert one.score == pytest.approx(other.score, abs=1e-4)
            if isinstance(one, Merge):
                assert (one.kept, one.absorbed) == (other.kept, other.absorbed)
            else:
                assert (one.track, one.identity, one.verdict) == (other.track, other.identity, other.verdict)


STAYS = st.dictionaries(
    st.sampled_from(CAMERAS), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=8), max_size=3
)


def whereabouts(stays: dict[str, list[tuple[int, int]]]) -> Whereabouts:
    """Whereabouts with stays of so many seconds from so many seconds on."""
    made = Whereabouts()
    for camera, times in stays.items():
        for first, length in times:
            made.add(camera, Stay(ns(first), ns(first + length)))
    return made


@given(STAYS, STAYS)
def test_two_people_conflict_if_any_two_of_their_stays_do(one, other):
    rules = MatcherSettings.model_validate(
        {"overlapping": [["a", "b"]], "walks": [{"between": ["b", "c"], "seconds": 5.0}]}
    )
    geography = Geography(rules)
    expected = any(
        camera != other_camera
        and max(f2 - (f1 + l1), f1 - (f2 + l2))
        < {"ab": -1000, "ac": 0.5, "bc": 5}["".join(sorted((camera, other_camera)))]
        for camera, times in one.items()
        for f1, l1 in times
        for other_camera, others in other.items()
        for f2, l2 in others
    )
    assert whereabouts(one).conflicts(geography, whereabouts(other)) == expected
    assert whereabouts(other).conflicts(geography, whereabouts(one)) == expected
    single = any(
        whereabouts(one).conflict(geography, camera, Stay(ns(first), ns(first + length)))
        for camera, times in other.items()
        for first, length in times
    )
    assert single == expected
