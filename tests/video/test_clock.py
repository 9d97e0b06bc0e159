from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

from reid_app.domain import NS_PER_S
from reid_app.video.clock import StreamClock, WallClock

HOUR = 3600


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ([100, 101, 102], [101, 102]),  # a clock that runs
        ([100, 101 + HOUR, 102 + HOUR], [101 + HOUR, 102 + HOUR]),  # set forward: followed
        ([100, 101 - HOUR, 102 - HOUR], [101, 102]),  # set back: counted on
        ([100, 101 - HOUR, 102], [101, 102]),  # set back and corrected
        ([100, 101 - HOUR, 110], [101, 110]),
    ],
)
def test_time_never_goes_back(wall: Sequence[int], expected: Sequence[int]) -> None:
    walls = iter([second * NS_PER_S for second in wall])
    monotonics = iter([7 * NS_PER_S, 8 * NS_PER_S, 9 * NS_PER_S])
    clock = WallClock(lambda: next(walls), lambda: next(monotonics))
    assert [clock() for _ in expected] == [second * NS_PER_S for second in expected]


class Arrivals:
    """Pictures that were taken evenly and arrive with delays."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.clock = StreamClock(lambda: round(self.now * NS_PER_S))

    def arrive(self, taken: float | None, delay: float) -> float:
        """Return the time given to a picture that the stream says was taken at ``taken``."""
        if taken is not None:
            self.now = 1000.0 + taken + delay
        else:
            self.now += delay
        return self.clock(taken) / NS_PER_S - 1000.0


def test_a_stream_counts_evenly_however_its_pictures_arrive() -> None:
    arrivals = Arrivals()
    arrivals.arrive(0.0, 0.05)
    times = [arrivals.arrive(count / 10, delay) for count, delay in enumerate([0.3, 0.05, 0.2, 0.07, 0.4], start=1)]
    assert times == pytest.approx([0.05 + count / 10 for count in range(1, 6)], abs=0.005)


def test_a_stream_without_stamps_has_the_times_of_arrival() -> None:
    arrivals = Arrivals()
    assert [arrivals.arrive(None, 0.5) for _ in range(2)] == pytest.approx([0.5, 1.0])


@pytest.mark.parametrize("jump", [-5000.0, 5000.0], ids=["back", "forward"])
def test_stamps_that_jump_are_not_believed(jump: float) -> None:
    arrivals = Arrivals()
    arrivals.arrive(0.0, 0.0)
    arrivals.now += 0.1
    first = arrivals.clock(0.1 + jump) / NS_PER_S - 1000.0
    arrivals.now += 0.1
    second = arrivals.clock(0.2 + jump) / NS_PER_S - 1000.0
    assert (first, second) == pytest.approx((0.1, 0.2), abs=0.01)


def test_no_time_is_after_now_or_not_after_the_one_before() -> None:
    arrivals = Arrivals()
    given = [arrivals.arrive(taken, delay) for taken, delay in [(0.0, 0.5), (0.4, 0.2), (0.4, 0.3), (0.3, 0.5)]]
    assert all(later > earlier for earlier, later in pairwise(given))
    assert given[-1] <= arrivals.now - 1000.0 + 1e-6
