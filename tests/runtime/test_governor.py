"""How many frames are looked at under load."""

from __future__ import annotations

import pytest

from reid_app.runtime.governor import LEAST, MOST_PAUSE, Governor, Load


def settle(wanted: float, possible: float, *, seconds: int = 200, crops_late: bool = False) -> list[float]:
    """Run against a machine that can look at ``possible`` frames a second of ``wanted`` ones; return the shares."""
    governor = Governor()
    taken = missed = crops = busy = 0.0
    shares = []
    for second in range(seconds):
        due = wanted * governor.share
        taken += min(due, possible)
        missed += max(0.0, due - possible)
        crops += crops_late
        busy += min(due, possible) / possible
        load = Load(round(taken), round(missed), round(crops), busy)
        shares.append(governor.update(float(second), load))
    return shares


def test_a_machine_that_keeps_up_gets_all() -> None:
    assert settle(40, 50) == [1.0] * 200


@pytest.mark.parametrize("times", [2, 10, 30])
def test_the_share_comes_to_what_is_possible(times: int) -> None:
    shares = settle(40 * times, 40)
    late = shares[60:]
    assert 0.75 / times <= min(late) <= max(late) <= 1.3 / times


def overloaded(seconds: int, most: int = 1) -> Governor:
    """A governor after so many seconds in which a hundredth of the frames could be looked at."""
    governor = Governor(most)
    for second in range(seconds):
        governor.update(float(second), Load(second, 100 * second, 0, float(second)))
    return governor


@pytest.mark.parametrize(("busy", "seconds"), [(0.9, 90), (0.1, 12)])
def test_it_rises_again_when_the_load_is_over_and_quickly_where_little_is_done(busy: float, seconds: int) -> None:
    governor = overloaded(100)
    assert governor.share == LEAST
    for second in range(100, 100 + seconds):
        governor.update(float(second), Load(1000 + 10 * second, 9900, 0, 99 + busy * (second - 99)))
    assert governor.share == 1.0


def test_the_detector_is_spared_before_any_frame_is_left_out() -> None:
    governor = Governor(3)
    governor.update(0.0, Load(0, 0, 0, 0.0))
    assert [governor.update(second, Load(10, round(10 * second), 0, second)) for second in (1.0, 2.0)] == [1.0, 1.0]
    assert governor.interval == 3
    assert governor.update(3.0, Load(20, 40, 0, 3.0)) < 1.0
    assert governor.interval == 3


@pytest.mark.parametrize(
    ("rate", "slowest", "intervals"),
    [(5.0, None, [2, 3, 3]), (10.0, None, [2, 3, 3]), (40.0, None, [5, 9, 12]), (40.0, 8.0, [2, 3, 3])],
)
def test_the_interval_is_a_time(rate: float, slowest: float | None, intervals: list[int]) -> None:
    governor = Governor(3)
    governor.update(0.0, Load(0, 0, 0, 0.0), rate)
    found = []
    for second in (1, 2, 3):
        governor.update(float(second), Load(10 * second, 100 * second, 0, second), rate, slowest)
        found.append(governor.interval)
    assert found == intervals


@pytest.mark.parametrize(("busy", "interval"), [(0.3, 1), (0.9, 3)])
def test_it_is_spared_no_more_when_there_is_time(busy: float, interval: int) -> None:
    governor = overloaded(5, most=3)
    for second in range(5, 200):
        governor.update(float(second), Load(10 * second, 400, 0, 4 + busy * (second - 4)))
    assert governor.interval == interval


def watch(governor: Governor, seconds: range, *, lost: int, until: int = 1000) -> list[tuple[float, float]]:
    """Look at ten frames a second and, ``until`` then, miss ``lost`` others; twelve a second are wanted of a camera.

    Returns:
        Share and pause after each of ``seconds``.
    """
    told = []
    for second in seconds:
        load = Load(10 * second, lost * min(second, until), 0, 0.9 * second)
        told.append((governor.update(float(second), load, 12.0), governor.pause))
    return told


def test_detections_are_set_apart_before_people_can_be_followed_no_more() -> None:
    governor = Governor(2)
    told = watch(governor, range(12), lost=5)
    first = next(index for index, (_, pause) in enumerate(told) if pause > 0)
    assert min(share for share, _ in told[:first]) == 0.25  # three frames a second
    assert told[first : first + 4] == [(0.25, 0.25), (0.25, 0.5), (0.25, 0.75), (0.25, MOST_PAUSE)]
    assert told[first + 4][0] < 0.25
    told = watch(governor, range(12, 200), lost=5, until=11)
    back = next(index for index, (_, pause) in enumerate(told) if pause < MOST_PAUSE)
    assert told[back][0] >= 0.25
    assert told[-1] == (1.0, 0.0)


def test_detections_stay_as_they_are_where_nobody_is_followed() -> None:
    assert watch(Governor(1), range(30), lost=50)[-1] == (LEAST, 0.0)


def test_crops_that_are_late_halve_detection_at_most() -> None:
    assert settle(40, 50, crops_late=True)[-1] == 0.5


def test_nothing_changes_within_a_second() -> None:
    governor = Governor()
    governor.update(0.0, Load(0, 0, 0, 0.0))
    assert governor.update(0.9, Load(0, 100, 0, 0.0)) == 1.0
    assert governor.update(1.0, Load(0, 100, 0, 0.0)) == 0.5
