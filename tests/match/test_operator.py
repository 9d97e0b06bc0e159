"""What operators say holds."""

import pytest

from reid_app.config import MatcherSettings
from reid_app.domain import TrackKey, Verdict
from reid_app.errors import GalleryError
from tests.match.worlds import Walk, World, blend, matcher, ns, person, tell

ANN, BEN, EVE = person(0), person(1), person(10)
TWO = (Walk("a", 1, 0, 3, [ANN]), Walk("b", 1, 5, 8, [BEN]))


def test_a_merge_makes_one_identity_of_two():
    judge = matcher()
    tell(judge, World(TWO))
    (merge,) = judge.merge(2, 1)
    assert (merge.kept, merge.absorbed, merge.score, merge.undone) == (2, 1, None, False)
    assert judge.identities == 1
    assert [number for number, _ in judge.search(ANN, 5)] == [2]


def test_views_that_a_merged_identity_has_no_place_for_leave_the_gallery():
    judge = matcher(MatcherSettings(views_per_identity=3))
    tell(judge, World(TWO))
    judge.merge(1, 2)
    assert len(judge.gallery) == len(judge.snapshot().identities[0].vectors) <= 3
    judge.unmerge(1, 2)
    assert len(judge.gallery) == sum(len(identity.vectors) for identity in judge.snapshot().identities)


def test_a_merge_taken_back_makes_two_again_that_stay_apart():
    judge = matcher()
    tell(judge, World(TWO))
    before = judge.snapshot()
    judge.merge(2, 1)
    (undone,) = judge.unmerge(2, 1)
    assert (undone.kept, undone.absorbed, undone.undone) == (2, 1, True)
    after = judge.snapshot()
    assert after.apart == ((1, 2),)
    for old, new in zip(before.identities, after.identities, strict=True):
        assert (old.number, old.cameras, dict(old.last_seen)) == (new.number, new.cameras, dict(new.last_seen))
        assert (old.vectors == new.vectors).all()


def test_identities_told_apart_are_never_merged_however_alike():
    judge = matcher()
    walks = [Walk("a", 1, 0, 3, [ANN]), Walk("b", 1, 5, 8, [blend(ANN, EVE, 0.45)])]
    tell(judge, World(walks))
    judge.keep_apart(1, 2)
    later = World([Walk("c", 1, 50, 53, [ANN])])
    story = tell(judge, later)
    assert story.identity(later.walks[0]) == 1
    assert judge.identities == 2
    judge.merge(1, 2)  # an operator may think better of it
    assert judge.identities == 1
    assert judge.snapshot().apart == ()


def test_a_live_track_stays_with_the_identity_that_an_operator_gave_it():
    judge = matcher()
    tell(judge, World(TWO))
    walk = Walk("c", 1, 20, 26, [BEN])
    outcomes = []
    for time_ns, updates, sightings in World([walk]).ticks():
        outcomes += judge.update(time_ns, updates, sightings)
        if time_ns == ns(23):
            (confirmed,) = judge.assign(walk.key, 1)
            assert (confirmed.verdict, confirmed.identity, confirmed.previous) == (Verdict.CONFIRMED, 1, 2)
    outcomes += judge.finish(ns(30))
    assert [d.identity for d in outcomes] == [2]  # nothing after what the operator said
    assert judge.search(BEN, 1)[0][0] in {1, 2}
    assert judge.snapshot().apart == ((1, 2),)


def test_a_live_track_can_be_given_to_a_new_identity():
    judge = matcher()
    tell(judge, World([Walk("a", 1, 0, 3, [ANN]), Walk("b", 1, 5, 8, [ANN])]), finish=False)
    walk = Walk("c", 1, 20, 23, [ANN])
    for time_ns, updates, sightings in World([walk]).ticks():
        judge.update(time_ns, updates, sightings)
        if time_ns == ns(22):
            (confirmed,) = judge.assign(walk.key, None)
            assert confirmed.identity == 2
    judge.finish(ns(30))
    assert judge.identities == 2


def test_a_split_takes_tracks_out_with_their_views():
    judge = matcher()
    walks = [Walk("a", 1, 0, 3, [ANN]), Walk("b", 1, 5, 8, [blend(ANN, EVE, 0.7)])]
    tell(judge, World(walks))
    assert judge.identities == 1
    (decision,) = judge.split(1, [walks[1].key])
    assert (decision.verdict, decision.identity, decision.previous) == (Verdict.CONFIRMED, 2, 1)
    assert judge.search(EVE, 1)[0][0] == 2
    assert judge.search(ANN, 1)[0][0] == 1
    assert judge.snapshot().apart == ((1, 2),)


def test_a_split_takes_live_tracks_too():
    judge = matcher()
    old, live = Walk("a", 1, 0, 3, [ANN]), Walk("b", 1, 5, 12, [ANN])
    for time_ns, updates, sightings in World([old, live]).ticks():
        judge.update(time_ns, updates, sightings)
        if time_ns == ns(10):
            assert judge.identity_of(live.key) == 1
            (decision,) = judge.split(1, [live.key])
            assert judge.identity_of(live.key) == decision.identity == 2
    judge.finish(ns(14))
    assert judge.identities == 2


@pytest.mark.parametrize(
    ("call", "arguments", "message"),
    [
        ("merge", (1, 1), "itself"),
        ("merge", (1, 7), "identity 7"),
        ("unmerge", (1, 2), "was not merged"),
        ("split", (1, []), "no track"),
        ("split", (9, [TrackKey("a", 1)]), "identity 9"),
        ("assign", (TrackKey("a", 1), 1), "not watched"),
        ("keep_apart", (1, 7), "identity 7"),
    ],
)
def test_says_what_cannot_be_done(call, arguments, message):
    judge = matcher()
    tell(judge, World(TWO))
    with pytest.raises(GalleryError, match=message):
        getattr(judge, call)(*arguments)
    assert judge.identities == 2
