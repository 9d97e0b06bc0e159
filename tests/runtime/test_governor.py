"""How many frames are looked at under load."""

from __future__ import annotations

import pytest

from reid_app.runtime.governor import LEAST, Governor


def settle(wanted: float, possible: float, *, seconds: int = 200, crops_late: bool = False) -> list[float]:
    """Run against a machine that can look at ``possible`` frames a second of ``wanted`` ones; return the shares."""
    governor = Governor()
    taken = missed = crops = 0.0
    shares = []
    for second in range(seconds):
        due = wanted * governor.share
        taken += min(due, possible)
        missed += max(0.0, due - possible)
        crops += crops_late
        shares.append(governor.update(float(second), round(taken), round(missed), round(crops)))
    return shares


def test_a_machine_that_keeps_up_gets_all() -> None:
    assert settle(40, 50) == [1.0] * 200


@pytest.mark.parametrize("times", [2, 10, 30])
def test_the_share_comes_to_what_is_possible(times: int) -> None:
    shares = settle(40 * times, 40)
    late = shares[60:]
    assert 0.75 / times <= min(late) <= max(late) <= 1.3 / times


def test_it_rises_again_when_the_load_is_over() -> None:
    governor = Governor()
    for second in range(100):
        governor.update(float(second), second, 100 * second, 0)
    assert governor.share == LEAST
    for second in range(100, 250):
        governor.update(float(second), 1000 + 10 * second, 100 * 99, 0)
    assert governor.share == 1.0


def test_crops_that_are_late_halve_detection_at_most() -> None:
    assert settle(40, 50, crops_late=True)[-1] == 0.5


def test_nothing_changes_within_a_second() -> None:
    governor = Governor()
    governor.update(0.0, 0, 0, 0)
    assert governor.update(0.9, 0, 100, 0) == 1.0
    assert governor.update(1.0, 0, 100, 0) == 0.5
