"""Each kind of decision, in a world where people's looks are known."""

import numpy as np
import pytest

from reid_app.config import MatcherSettings, ThresholdSettings, WalkSettings
from reid_app.domain import Thresholds, TrackKey, Verdict
from reid_app.errors import GalleryError
from tests.match.worlds import START_NS, THRESHOLDS, Walk, World, blend, matcher, ns, person, tell

ANN, BEN, CAT, DAN = (person(number) for number in range(4))
EVE, FAY = person(10), person(11)


def test_a_person_in_two_cameras_is_one_identity():
    one, two = Walk("a", 1, 0, 3, [ANN]), Walk("b", 1, 5, 8, [blend(ANN, EVE, 0.8)])
    story = tell(matcher(), World([one, two]))
    assert [d.verdict for d in story.decisions] == [Verdict.NEW, Verdict.ACCEPTED]
    assert story.identity(one) == story.identity(two) == 1
    accepted = story.decisions[1]
    assert accepted.score == pytest.approx(0.8, abs=1e-5)
    assert accepted.thresholds == THRESHOLDS
    assert accepted.previous is None


def test_two_people_are_two_identities():
    one, two = Walk("a", 1, 0, 3, [ANN]), Walk("b", 1, 5, 8, [BEN])
    story = tell(matcher(), World([one, two]))
    assert [d.verdict for d in story.decisions] == [Verdict.NEW, Verdict.NEW]
    assert (story.identity(one), story.identity(two)) == (1, 2)


def test_a_likely_match_is_asked_first():
    one, two = Walk("a", 1, 0, 3, [ANN]), Walk("b", 1, 5, 8, [blend(ANN, EVE, 0.45)])
    story = tell(matcher(), World([one, two]))
    asked = story.decisions[1]
    assert asked.verdict is Verdict.ASK
    assert (asked.identity, asked.runner_up) == (2, 1)
    assert asked.runner_up_score == pytest.approx(0.45, abs=1e-5)
    assert story.identity(two) == 2  # 0.45 is below half-way between ask and accept: it stays open


def test_a_likely_match_is_merged_when_nothing_better_came():
    one, two = Walk("a", 1, 0, 3, [ANN]), Walk("b", 1, 5, 8, [blend(ANN, EVE, 0.55)])
    story = tell(matcher(), World([one, two]), finish=False)
    assert story.decisions[1].verdict is Verdict.ASK
    assert not story.merges
    patient = matcher()
    story = tell(patient, World([one, two, Walk("c", 1, 9, 40, [BEN])]), finish=False)
    merge = story.merges[0]
    assert (merge.kept, merge.absorbed) == (1, 2)
    assert merge.score == pytest.approx(0.55, abs=1e-5)
    assert ns(22) <= merge.time_ns <= ns(25)  # 20 s after the last news of identity 1


def test_the_end_of_the_run_decides_on_likely_matches():
    one, two = Walk("a", 1, 0, 3, [ANN]), Walk("b", 1, 5, 8, [blend(ANN, EVE, 0.55)])
    story = tell(matcher(), World([one, two]))
    assert story.identity(one) == story.identity(two) == 1


def test_the_better_of_two_likely_matches_wins():
    late = Walk("c", 1, 10, 13, [blend(ANN, EVE, 0.9)])
    walks = [Walk("a", 1, 0, 3, [ANN]), Walk("b", 1, 5, 8, [blend(ANN, FAY, 0.55)]), late]
    story = tell(matcher(), World(walks))
    assert story.identity(walks[0]) == story.identity(late)


def test_a_match_that_fits_two_people_alike_is_asked():
    both = np.sqrt(np.float32(0.5)) * (ANN + BEN)
    walks = [Walk("a", 1, 0, 3, [ANN]), Walk("a", 2, 5, 8, [BEN]), Walk("b", 1, 10, 13, [both])]
    story = tell(matcher(), World(walks), finish=False)
    asked = story.decisions[2]
    assert asked.verdict is Verdict.ASK
    assert asked.runner_up_score == pytest.approx(0.707, abs=1e-3)


def test_a_decision_waits_for_evidence():
    walk = Walk("a", 1, 0, 6, [ANN])
    times = {}
    for crops in (2, 5, 8):
        settings = MatcherSettings(evidence_crops=crops, evidence_seconds=60)
        times[crops] = tell(matcher(settings), World([walk])).decisions[0].time_ns
    assert times == {2: ns(1.0), 5: ns(2.0), 8: ns(3.5)}


def test_a_decision_does_not_wait_for_ever():
    walk = Walk("a", 1, 0, 6, [ANN])
    settings = MatcherSettings(evidence_crops=100, evidence_seconds=2)
    assert tell(matcher(settings), World([walk])).decisions[0].time_ns == ns(2.0)


def test_a_track_that_ends_early_is_decided_at_its_end():
    known, short = Walk("a", 1, 0, 3, [ANN]), Walk("b", 1, 5, 5.4, [ANN])
    story = tell(matcher(), World([known, short]))
    assert story.identity(short) == 1


@pytest.mark.parametrize(
    "ghost",
    [
        Walk("a", 1, 0, 0.7, [ANN]),  # too short
        Walk("a", 1, 0, 3, [ANN], score=0.3),  # the detector doubts it
    ],
)
def test_a_ghost_gets_no_identity_of_its_own(ghost):
    judge = matcher()
    assert tell(judge, World([ghost])).outcomes == []
    assert judge.identities == 0


def test_two_tracks_in_one_frame_are_two_people_however_alike():
    one, two = Walk("a", 1, 0, 3, [ANN]), Walk("a", 2, 1, 4, [ANN])
    story = tell(matcher(), World([one, two]))
    assert story.identity(one) != story.identity(two)


def test_who_was_seen_beside_somebody_stays_somebody_else():
    walks = [Walk("a", 1, 0, 3, [ANN]), Walk("a", 2, 1, 4, [blend(ANN, EVE, 0.9)]), Walk("b", 1, 6, 9, [ANN])]
    story = tell(matcher(), World(walks))
    assert story.identity(walks[0]) == story.identity(walks[2]) == 1
    assert story.identity(walks[1]) == 2
    assert not story.merges


def test_tracks_of_one_camera_are_assigned_jointly():
    # Taken alone, both tracks in b are most like Ann.
    ben = blend(ANN, BEN, 0.5)
    walks = [
        Walk("a", 1, 0, 3, [ANN]),
        Walk("a", 2, 0, 3, [ben]),
        Walk("b", 1, 5, 8, [blend(ANN, EVE, 0.95)]),
        Walk("b", 2, 5, 8, [blend(ANN, BEN, 0.72)]),
    ]
    story = tell(matcher(), World(walks))
    assert [story.identity(walk) for walk in walks] == [1, 2, 1, 2]


def test_a_live_track_changes_its_identity_with_more_looks():
    looks = [blend(ANN, BEN, 0.75)] * 3 + [blend(BEN, ANN, 0.85)] * 12
    walks = [Walk("a", 1, 0, 3, [ANN]), Walk("a", 2, 0, 3, [BEN]), Walk("b", 1, 5, 12, looks)]
    story = tell(matcher(), World(walks))
    verdicts = [(d.verdict, d.identity, d.previous) for d in story.decisions if d.track == walks[2].key]
    assert verdicts == [(Verdict.ACCEPTED, 1, None), (Verdict.REVISED, 2, 1)]


def test_a_track_that_slips_to_another_person_gets_a_second_part():
    walks = [Walk("a", 1, 0, 3, [ANN]), Walk("a", 2, 0, 3, [BEN]), Walk("b", 1, 5, 12, [ANN] * 6 + [BEN] * 9)]
    story = tell(matcher(), World(walks))
    parts = story.parts(walks[2].key)
    (since,) = set(parts) - {None}
    assert parts == {None: 1, since: 2}
    assert ns(7.5) <= since <= ns(8.0)


def test_a_glimpse_of_somebody_else_does_not_cut_a_track():
    walk = Walk("a", 1, 0, 8, [ANN] * 5 + [BEN] * 2 + [ANN] * 9)
    assert tell(matcher(), World([walk])).parts(walk.key) == {None: 1}


def test_two_identities_are_merged_when_looks_show_that_they_are_one_person():
    side = blend(ANN, EVE, 0.3)
    walks = [Walk("a", 1, 0, 3, [ANN]), Walk("b", 1, 0, 6, [side] * 4 + [blend(ANN, EVE, 0.98)] * 9)]
    story = tell(matcher(MatcherSettings(evidence_crops=3)), World(walks))
    assert [d.identity for d in story.decisions] == [1, 2]
    assert [(m.kept, m.absorbed) for m in story.merges] == [(1, 2)]
    assert story.identity(walks[0]) == story.identity(walks[1]) == 1


NOBODY_ELSEWHERE = MatcherSettings(overlapping=())


@pytest.mark.parametrize(
    ("settings", "second", "same"),
    [
        (MatcherSettings(), 1.0, True),  # any two cameras may overlap
        (NOBODY_ELSEWHERE, 1.0, False),  # at the same time in a camera that does not overlap
        (NOBODY_ELSEWHERE, 5.0, True),  # later
        (MatcherSettings(overlapping=(("a", "b"),)), 1.0, True),
        (MatcherSettings(overlapping=(("a", "c"),)), 1.0, False),
        (MatcherSettings(walks=(WalkSettings(between=("b", "a"), seconds=10),)), 5.0, False),  # too soon
        (MatcherSettings(walks=(WalkSettings(between=("a", "b"), seconds=10),)), 14.0, True),
    ],
)
def test_nobody_is_in_two_places_at_once(settings, second, same):
    walks = [Walk("a", 1, 0, 3, [ANN]), Walk("b", 1, second, second + 3, [ANN])]
    story = tell(matcher(settings), World(walks))
    assert (story.identity(walks[0]) == story.identity(walks[1])) is same


def test_the_settings_thresholds_replace_the_models():
    settings = MatcherSettings(thresholds=ThresholdSettings(accept=0.95, ask=0.93, margin=0.01))
    assert matcher(settings).thresholds == Thresholds(0.95, 0.93, 0.01)
    walks = [Walk("a", 1, 0, 3, [ANN]), Walk("b", 1, 5, 8, [blend(ANN, EVE, 0.9)])]
    assert len({tell(matcher(settings), World(walks)).identity(walk) for walk in walks}) == 2


def test_an_embedding_of_another_model_is_refused_and_changes_nothing():
    judge = matcher()
    with pytest.raises(GalleryError, match="two models"):
        tell(judge, World([Walk("a", 1, 0, 3, [ANN])], model="another"))
    assert judge.identity_of(TrackKey("a", 1)) is None


def test_says_who_a_watched_track_is():
    judge = matcher()
    tell(judge, World([Walk("a", 1, 0, 3, [ANN])]), finish=False)
    judge2 = matcher()
    for time_ns, updates, sightings in World([Walk("a", 1, 0, 3, [ANN])]).ticks():
        judge2.update(time_ns, updates, sightings)
        if time_ns == ns(2):
            assert judge2.identity_of(TrackKey("a", 1)) == 1
    assert judge.identity_of(TrackKey("a", 1)) is None  # it ended


def test_late_sightings_of_a_track_that_is_gone_are_left_out():
    judge = matcher()
    world = World([Walk("a", 1, 0, 3, [ANN])])
    tell(judge, world, finish=False)
    stray = [sighting for _, _, sightings in world.ticks() for sighting in sightings]
    assert judge.update(ns(10), [], stray) == []
    assert judge.identities == 1


def test_an_identity_that_was_not_seen_for_long_leaves():
    judge = matcher(MatcherSettings(identity_seconds=10))
    walks = [Walk("a", 1, 0, 3, [ANN]), Walk("a", 2, 20, 23, [BEN]), Walk("a", 3, 24, 27, [ANN])]
    story = tell(judge, World(walks))
    assert [story.identity(walk) for walk in walks] == [1, 2, 3]
    assert judge.identities == 2


def test_finds_the_identity_that_a_picture_shows():
    judge = matcher()
    tell(judge, World([Walk("a", 1, 0, 3, [ANN]), Walk("a", 2, 5, 8, [BEN])]))
    (best, score), (second, _) = judge.search(blend(BEN, EVE, 0.9), 2)
    assert (best, second) == (2, 1)
    assert score == pytest.approx(0.9, abs=1e-5)
    assert matcher().search(ANN, 3) == []
    with pytest.raises(GalleryError, match="length"):
        judge.search(ANN[:5], 1)


def test_time_does_not_go_back():
    judge = matcher()
    judge.update(ns(5), [], [])
    assert judge.update(START_NS, [], []) == []


HIDDEN = blend(ANN, EVE, 0.45)  # half hidden: alike enough to ask, too little to say so


@pytest.mark.parametrize(
    ("begins", "after", "number"),
    [
        pytest.param(196, 0.7, 1, id="where she was going"),
        pytest.param(60, 0.7, 2, id="behind her"),
        pytest.param(400, 3.0, 2, id="too late"),
    ],
)
def test_a_track_that_begins_where_one_was_lost_is_the_same_person(begins, after, number):
    lost = Walk("a", 1, 0, 4, [ANN], start=0, speed=40)
    found = Walk("a", 2, 4 + after, 8 + after, [HIDDEN], start=begins, speed=40)
    story = tell(matcher(), World([lost, found]), finish=False)
    assert story.decisions[-1].identity == number
    verdicts = {1: Verdict.ACCEPTED, 2: Verdict.ASK}
    assert [d.verdict for d in story.decisions] == [Verdict.NEW, verdicts[number]]


def test_looks_speak_against_a_place():
    lost = Walk("a", 1, 0, 4, [ANN], start=0, speed=40)
    found = Walk("a", 2, 4.7, 8, [BEN], start=196, speed=40)
    assert tell(matcher(), World([lost, found])).identity(found) == 2


def test_a_place_where_two_were_lost_says_nothing():
    lost = [Walk("a", 1, 0, 4, [ANN], start=0, speed=40), Walk("a", 2, 0, 4, [BEN], start=20, speed=40)]
    found = Walk("a", 3, 4.7, 8, [HIDDEN], start=196, speed=40)
    story = tell(matcher(), World([*lost, found]), finish=False)
    assert story.decisions[-1].verdict is Verdict.ASK


def test_a_track_that_goes_on_is_not_lost():
    beside = Walk("a", 1, 0, 8, [ANN], start=0, speed=40)
    found = Walk("a", 0, 4.7, 8, [HIDDEN], start=196, speed=40)  # told before the other in each frame
    story = tell(matcher(), World([found, beside]), finish=False)
    assert story.decisions[-1].identity == 2


def test_tells_who_waits_to_be_merged():
    one, two = Walk("a", 1, 0, 3, [ANN]), Walk("b", 1, 5, 8, [blend(ANN, EVE, 0.55)])
    patient = matcher()
    tell(patient, World([one, two]), finish=False)
    assert patient.waiting() == {2: 1}
    assert patient.identities == 2
    story = tell(patient, World([Walk("c", 1, 9, 40, [BEN])]), finish=False)
    assert patient.waiting() == {}
    assert story.final(2) == 1


def test_a_likely_match_that_stays_in_view_does_not_wait_for_ever():
    one, two = Walk("a", 1, 0, 90, [ANN]), Walk("b", 1, 5, 90, [blend(ANN, EVE, 0.55)])
    story = tell(matcher(), World([one, two]), finish=False)
    assert [(merge.kept, merge.absorbed) for merge in story.merges] == [(1, 2)]
    assert story.merges[0].time_ns <= ns(70)
