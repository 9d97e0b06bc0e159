"""Thresholds on made-up people: the stated rates hold on people who were not calibrated on."""

from __future__ import annotations

import numpy as np
import pytest

from reid_app.errors import TrainingError
from reid_app.evaluate.calibration import calibrate, operator_calibration, thresholds_at, track_scores
from reid_app.match.scoring import look_of, similarity


def crowd(people: int, *, seed: int, cameras: int = 3, pictures: int = 5, spread: float = 0.9):
    """Unit vectors of people who look like one another to some degree, in cameras that tint them."""
    generator = np.random.default_rng(seed)
    centres = generator.standard_normal((people, 1, 1, 24))
    tint = generator.standard_normal((1, cameras, 1, 24)) * 0.4
    looks = centres + tint + spread * generator.standard_normal((people, cameras, pictures, 24))
    vectors = looks.reshape(-1, 24).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    who = np.repeat(np.arange(people) + 1, cameras * pictures)
    where = np.tile(np.repeat(np.arange(cameras), pictures), people)
    return vectors, who, where


@pytest.mark.parametrize("pictures", [1, 4])
def test_the_stated_rate_holds_on_other_people(pictures):
    report = calibrate(*crowd(150, seed=0), accept_far=0.001, ask_far=0.01, pictures=pictures)
    others = track_scores(*crowd(150, seed=1), pictures=pictures).different
    for threshold, stated in ((report.calibration.accept, 0.001), (report.calibration.ask, 0.01)):
        assert stated / 2 < float((others >= threshold).mean()) < stated * 2
    for measured, stated in zip(report.held_out, (0.001, 0.01), strict=True):
        assert stated / 2 < measured < stated * 2


def test_tracks_are_compared_as_the_matcher_compares_them():
    vectors, who, where = crowd(4, seed=2, cameras=2, pictures=4)
    scores = track_scores(vectors, who, where, pictures=4)
    assert scores.matrix.shape == (8, 4)
    tracks = {}
    for person in range(4):
        for camera in range(2):
            mean = vectors[(who == person + 1) & (where == camera)].mean(axis=0)
            tracks[person, camera] = mean / np.linalg.norm(mean)
    for row, (person, camera) in enumerate(tracks):
        mine = look_of(tracks[person, camera])
        for other in range(4):
            # Its own person is looked for in the other camera, others in either.
            places = {1 - camera} if other == person else {0, 1}
            expected = [similarity(mine, look_of(tracks[other, place])) for place in places]
            assert min(abs(scores.matrix[row, other] - value) for value in expected) < 1e-5


def test_one_camera_compares_a_person_s_tracks_with_one_another():
    vectors, who, _ = crowd(5, seed=3, cameras=1, pictures=8)
    scores = track_scores(vectors, who, np.zeros(len(who), int), pictures=4)
    assert scores.matrix.shape == (10, 5)
    assert len(scores.same) == 10
    assert scores.same.mean() > scores.different.mean() + 0.3


def test_a_person_in_one_camera_only_has_no_right_comparison():
    vectors, who, where = crowd(3, seed=4, cameras=2, pictures=2)
    kept = ~((who == 2) & (where == 1))
    scores = track_scores(vectors[kept], who[kept], where[kept])
    assert len(scores.same) == 4
    assert len(scores.different) == 10


def test_the_margin_turns_close_calls_into_questions():
    easy = calibrate(*crowd(60, seed=5, spread=0.3), accept_far=0.01, ask_far=0.05)
    hard = calibrate(*crowd(60, seed=5, spread=1.6), accept_far=0.01, ask_far=0.05)
    assert easy.calibration.margin < hard.calibration.margin
    assert easy.found > 0.99 > hard.found


def test_false_matches_grow_with_the_gallery():
    report = calibrate(*crowd(120, seed=6), accept_far=0.005, ask_far=0.02)
    assert [chance.identities for chance in report.chances] == [10, 40]
    small, large = report.chances
    assert 0 < small.false_matches < large.false_matches
    # With independent comparisons and no margin it would be 1 - (1 - far) ** identities.
    assert small.false_matches < 1.5 * 1000 * (1 - (1 - 0.005) ** 10)
    assert "gallery of 40 identities" in " ".join(report.sentences())


def test_a_run_can_be_repeated():
    one, again = (calibrate(*crowd(60, seed=7), accept_far=0.01, ask_far=0.05).to_dict() for _ in range(2))
    assert one == again


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"accept_far": 0.1, "ask_far": 0.01}, "accept <= ask"),
        ({"accept_far": 0.0}, "0 < accept"),
        ({"accept_far": 1e-6}, "too few for a false-accept rate of 1e-06"),
    ],
)
def test_rates_that_cannot_be_are_refused(changes, message):
    with pytest.raises(TrainingError, match=message):
        calibrate(*crowd(10, seed=8), **changes)


def test_one_person_or_one_look_each_is_refused():
    vectors, who, where = crowd(1, seed=9)
    with pytest.raises(TrainingError, match="at least two people"):
        track_scores(vectors, who, where)
    vectors, who, where = crowd(5, seed=9, cameras=1, pictures=1)
    with pytest.raises(TrainingError, match="seen by two cameras"):
        track_scores(vectors, who, where)


def test_operators_decisions_calibrate_too():
    generator = np.random.default_rng(0)
    same, different = generator.normal(0.7, 0.1, 300), generator.normal(0.4, 0.1, 700)
    made = operator_calibration(same, different, accept_far=0.01, ask_far=0.05, data="one week")
    assert float((different >= made.accept).mean()) == pytest.approx(0.01, abs=0.002)
    assert made.ask < made.accept
    with pytest.raises(TrainingError, match="too few"):
        operator_calibration(same, different[:50])
    with pytest.raises(TrainingError, match="does not suit"):
        operator_calibration(different - 0.3, different)


def test_thresholds_are_quantiles():
    values = np.linspace(0, 1, 1001).astype(np.float32)
    assert thresholds_at(values, (0.1, 0.5)) == pytest.approx((0.9, 0.5), abs=1e-3)
