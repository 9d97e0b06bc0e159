"""People who go on by more than their own width from one look to the next."""

from __future__ import annotations

import numpy as np
import pytest

from reid_app.config import TrackerKind, TrackerSettings
from reid_app.detect import CameraTracker
from reid_app.detect.starts import second_looks
from reid_app.domain import FloatArray
from tests.detect.walks import Walker, every, follow, straight

WALKING, RUNNING = 90.0, 180.0
"""Pixels a second of a person who is 100 pixels high."""


def box(x: float, y: float = 100, height: float = 100) -> FloatArray:
    return np.array([x - 20, y, x + 20, y + height], np.float32)


@pytest.mark.parametrize("kind", list(TrackerKind))
@pytest.mark.parametrize("speed", [WALKING, RUNNING, -WALKING])
def test_who_walks_across_at_two_looks_a_second_is_one_track_from_the_first_look(
    kind: TrackerKind, speed: float
) -> None:
    alone = Walker(straight(320 - speed, 250, speed, begin=0.5))  # nobody at first: a tracker believes its first frame
    updates = follow(CameraTracker("door", TrackerSettings(kind=kind), rate=2.0), [alone], every(2, 3))
    boxes = [seen for update in updates for seen in (*update.earlier, *update.boxes)]
    assert {seen.track.number for seen in boxes} == {1}
    assert [seen.frame_index for seen in boxes] == [1, 2, 3, 4, 5]


def test_two_who_walk_at_two_looks_a_second_are_not_mixed_up() -> None:
    walkers = [Walker(straight(60, 150, WALKING, begin=0.5)), Walker(straight(560, 340, -WALKING, begin=0.5))]
    updates = follow(CameraTracker("door", TrackerSettings(), rate=2.0), walkers, every(2, 4))
    feet: dict[int, set[float]] = {}
    for seen in (seen for update in updates for seen in update.boxes):
        feet.setdefault(seen.track.number, set()).add(float(seen.box[3]))
    assert sorted(map(sorted, feet.values())) == [[150.0], [340.0]]


def test_the_second_look_is_found_within_reach() -> None:
    assert second_looks([box(100)], [box(145)], [], 0.5) == {0: 0}
    assert second_looks([box(100)], [box(230)], [], 0.5) == {}, "nobody is that fast"
    assert second_looks([box(100)], [box(145, height=70)], [], 0.5) == {}, "somebody smaller"
    assert second_looks([box(100)], [box(145)], [], 1.5) == {}, "too long ago"


def test_where_it_may_be_somebody_else_the_tracker_decides() -> None:
    assert second_looks([box(100)], [box(145), box(50)], [], 0.5) == {}, "two who can be it"
    assert second_looks([box(100), box(190)], [box(145)], [], 0.5) == {}, "two whom it can be"
    assert second_looks([box(100)], [box(145)], [box(150)], 0.5) == {}, "somebody who is known is there"
    assert second_looks([box(100)], [box(110), box(155)], [], 0.5) == {}, "somebody still stands there"
