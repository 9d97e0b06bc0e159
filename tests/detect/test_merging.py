from __future__ import annotations

import numpy as np
import pytest

from reid_app.detect.merging import MergeWatch, iou
from reid_app.domain import FloatArray


def box(x: float, y: float = 0, width: float = 40, height: float = 100) -> FloatArray:
    return np.array([x, y, x + width, y + height], np.float32)


def run(*frames: dict[int, FloatArray]) -> list[set[int]]:
    """Show frames to a watch; track 0 stands for somebody who goes on with no track."""
    watch = MergeWatch(0.5)
    found = [{track: place for track, place in frame.items() if track} for frame in frames]
    spare = [[place for track, place in frame.items() if not track] for frame in frames]
    return [watch.update(tracks, {}, others) for tracks, others in zip(found, spare, strict=True)]


@pytest.mark.parametrize(
    ("frames", "doubtful"),
    [
        # Nobody meets anybody.
        ([{1: box(0)}, {1: box(5)}], [set(), set()]),
        # One leaves far from the other.
        ([{1: box(0), 2: box(200)}, {1: box(0)}], [set(), set()]),
        # Two boxes become one: who goes on is not known.
        ([{1: box(0), 2: box(10)}, {1: box(5)}], [set(), {1}]),
        # ... and part again: neither number can be trusted.
        ([{1: box(0), 2: box(10)}, {1: box(5)}, {1: box(0), 2: box(60)}], [set(), {1}, {1, 2}]),
        # ... and part as somebody the tracker takes for new, beside the one who went on: once.
        (
            [{1: box(0), 2: box(10)}, {1: box(5)}, {1: box(0), 0: box(30)}, {1: box(0), 3: box(35)}],
            [set(), {1}, {1}, set()],
        ),
        # ... while a newcomer far away says nothing, nor does a second box on the same place.
        ([{1: box(0), 2: box(10)}, {1: box(5)}, {1: box(0), 0: box(300)}], [set(), {1}, set()]),
        ([{1: box(0), 2: box(10)}, {1: box(5)}, {1: box(5), 0: box(6)}], [set(), {1}, set()]),
        # The one who went on is lost too, and found again.
        ([{1: box(0), 2: box(10)}, {1: box(5)}, {}, {1: box(5)}], [set(), {1}, set(), {1}]),
        # A slight overlap is no meeting.
        ([{1: box(0), 2: box(30)}, {1: box(0)}], [set(), set()]),
        # Three who become one.
        ([{1: box(0), 2: box(8), 3: box(4)}, {2: box(4)}], [set(), {2}]),
    ],
)
def test_tracks_that_cannot_be_told_apart(frames: list[dict[int, FloatArray]], doubtful: list[set[int]]) -> None:
    assert run(*frames) == doubtful


def test_who_walks_behind_somebody_is_looked_for_where_the_walk_leads() -> None:
    watch = MergeWatch(0.5)
    watch.update({1: box(0), 2: box(30)}, {}, [])
    assert watch.update({1: box(0)}, {2: box(12)}, []) == {1}


def test_a_meeting_is_forgotten_with_the_one_who_ended() -> None:
    watch = MergeWatch(0.5)
    watch.update({1: box(0), 2: box(10)}, {}, [])
    watch.update({1: box(5)}, {}, [])
    watch.forget({2})
    assert watch.update({1: box(5), 3: box(20)}, {}, []) == set()


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (box(0), box(0), 1.0),
        (box(0), box(20), 1 / 3),
        (box(0), box(40), 0.0),  # they touch
        (box(0), box(0, 200), 0.0),
        (box(0), box(0, 0, 0, 0), 0.0),
    ],
)
def test_iou(a: FloatArray, b: FloatArray, expected: float) -> None:
    assert iou(a, b) == pytest.approx(expected)
    assert iou(b, a) == pytest.approx(expected)


def test_a_track_that_ended_between_two_detections_met_nobody() -> None:
    """Detections may come further apart than a track lives: people are followed in between, or the machine is busy."""
    watch = MergeWatch(0.5)
    watch.update({1: box(0), 2: box(10)}, {}, [])
    watch.forget({2})
    assert watch.update({1: box(5)}, {}, []) == set()
