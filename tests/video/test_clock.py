from __future__ import annotations

from collections.abc import Sequence

import pytest

from reid_app.domain import NS_PER_S
from reid_app.video.clock import WallClock

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
