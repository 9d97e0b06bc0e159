from __future__ import annotations

import numpy as np
import pytest

from reid_app.config import TrackerKind, TrackerSettings
from reid_app.detect import CameraTracker
from reid_app.domain import NS_PER_S, Detections, ImageArray, TrackKey, TrackUpdate
from reid_app.imaging import cv2
from tests.detect.walks import HEIGHT, WIDTH, Walker, but_not, every, follow, frame_at, look, straight

KINDS = list(TrackerKind)
RATES = [5.0, 10.0, 25.0]


def tracker(
    kind: TrackerKind = TrackerKind.BYTETRACK,
    camera: str = "door",
    *,
    rate: float | None = None,
    first_number: int = 1,
    **settings: float,
) -> CameraTracker:
    return CameraTracker(
        camera, TrackerSettings.model_validate({"kind": kind, **settings}), rate=rate, first_number=first_number
    )


def numbers(updates: list[TrackUpdate]) -> set[int]:
    return {box.track.number for update in updates for box in update.boxes}


def summary(updates: list[TrackUpdate]) -> list[tuple[int, list[tuple[int, list[float]]], list[int]]]:
    return [
        (
            update.time_ns,
            [(box.track.number, box.box.tolist()) for box in update.boxes],
            [key.number for key in update.ended],
        )
        for update in updates
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rate", RATES)
def test_two_people_are_two_tracks_all_the_way(kind: TrackerKind, rate: float) -> None:
    walkers = [Walker(straight(100, 200, 60)), Walker(straight(500, 330, -60))]
    updates = follow(tracker(kind), walkers, every(rate, 4))
    assert numbers(updates) == {1, 2}
    assert all(len(update.boxes) == 2 for update in updates[1:])
    assert not any(update.ended for update in updates)


def test_boxes_are_those_measured_not_predicted_and_keep_their_scores() -> None:
    walker = Walker(straight(100, 200, 90), score=0.77)
    times = every(10, 2)
    for seconds, update in zip(times, follow(tracker(), [walker], times), strict=True):
        for box in update.boxes:
            np.testing.assert_array_equal(box.box, np.array(walker.box(seconds), np.float32))
            assert box.score == pytest.approx(0.77)
            assert box.time_ns == update.time_ns == round(seconds * NS_PER_S)


def test_boxes_are_clipped_to_the_frame_and_own_their_memory() -> None:
    walker = Walker(straight(5, 355, 0), height=400)
    updates = follow(tracker(), [walker], every(10, 1))
    box = updates[-1].boxes[0].box
    np.testing.assert_array_equal(box, [0, 0, 25, 355])
    assert box.base is None
    assert box.dtype == np.float32


def test_where_a_track_was_before_it_was_sure_is_told_with_its_second_box() -> None:
    walker = Walker(straight(100, 200, 30, begin=1.0))
    updates = follow(tracker(), [walker], every(10, 2))
    (told,) = [update for update in updates if update.earlier]
    (earlier,) = told.earlier
    assert told.frame_index == 11
    assert (earlier.track, earlier.frame_index, earlier.time_ns) == (told.boxes[0].track, 10, NS_PER_S)
    np.testing.assert_array_equal(earlier.box, np.array(walker.box(1.0), np.float32))


def test_a_box_that_is_seen_once_is_nobody() -> None:
    updates = follow(tracker(), [Walker(straight(100, 200, 30, begin=1.0, end=1.05))], every(10, 3))
    assert not any(update.boxes or update.earlier or update.ended for update in updates)


def test_weak_boxes_go_on_with_a_track_but_start_none() -> None:
    weak = Walker(straight(100, 200, 30), score=0.15)
    assert numbers(follow(tracker(), [weak], every(10, 2))) == set()
    strong = Walker(straight(100, 200, 30, end=1.0))
    faded = Walker(straight(131, 200, 30, begin=1.05), score=0.15)
    assert numbers(follow(tracker(), [strong, faded], every(10, 3))) == {1}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(("hidden", "same"), [(0.5, True), (1.5, False)])
def test_lifetimes_are_seconds_whatever_the_rate(kind: TrackerKind, rate: float, hidden: float, same: bool) -> None:
    walker = Walker(but_not(straight(100, 200, 20), 2.0, 2.0 + hidden))
    updates = follow(tracker(kind, lost_seconds=1.0), [walker], every(rate, 6))
    assert numbers(updates) == ({1} if same else {1, 2})
    ended = [(update.time_ns, key.number) for update in updates for key in update.ended]
    if same:
        assert ended == []
    else:
        ((time_ns, number),) = ended
        assert number == 1
        assert 1.0 < time_ns / NS_PER_S - 2.0 <= 1.0 + 2 / rate


@pytest.mark.parametrize("rate", RATES)
def test_a_short_pause_of_the_camera_breaks_no_track(rate: float) -> None:
    walker = Walker(straight(60, 200, 80))
    times = every(rate, 2) + every(rate, 3, begin=2.2)
    assert numbers(follow(tracker(), [walker], times)) == {1}


@pytest.mark.parametrize("rate", [0.5, 1.0, 2.0])
def test_at_a_very_low_rate_a_track_lives_to_the_next_frame(rate: float) -> None:
    assert numbers(follow(tracker(rate=rate), [Walker(straight(100, 200, 2))], every(rate, 20))) == {1}


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_pause_of_the_camera_ends_all_tracks(kind: TrackerKind) -> None:
    walkers = [Walker(straight(100, 200, 0)), Walker(straight(400, 200, 0))]
    follower = tracker(kind)
    follow(follower, walkers, every(10, 2))
    after = follow(follower, walkers, every(10, 2, begin=30))
    assert after[0].ended == (TrackKey("door", 1), TrackKey("door", 2))
    assert numbers(after) == {3, 4}


def test_finish_ends_every_track_once() -> None:
    follower = tracker()
    updates = follow(follower, [Walker(straight(100, 200, 10)), Walker(straight(400, 200, 10))], every(10, 2))
    last = follower.finish()
    assert last.ended == (TrackKey("door", 1), TrackKey("door", 2))
    assert (last.boxes, last.frame_index, last.time_ns) == ((), None, updates[-1].time_ns)
    assert follower.finish().ended == ()


@pytest.mark.parametrize("kind", KINDS)
def test_cameras_do_not_share_numbers_or_anything_else(kind: TrackerKind) -> None:
    first = [Walker(straight(100, 200, 40, begin=begin, end=begin + 2)) for begin in (0.0, 3.0, 6.0)]
    second = [Walker(straight(300, 300, -40, begin=begin, end=begin + 1.5)) for begin in (0.5, 2.5, 4.5, 6.5)]
    times = every(10, 9)
    alone = [
        summary(follow(tracker(kind, name), walkers, times, name)) for name, walkers in (("a", first), ("b", second))
    ]
    a, b = tracker(kind, "a"), tracker(kind, "b")
    together: list[list[TrackUpdate]] = [[], []]
    for index, seconds in enumerate(times):
        together[0].append(a.update(frame_at(seconds, index, "a"), look(first, seconds)))
        together[1].append(b.update(frame_at(seconds, index, "b"), look(second, seconds)))
        if index == 40:
            tracker(kind, "c").finish()  # making and resetting another one disturbs nobody
    assert [summary(updates) for updates in together] == alone
    assert numbers(together[0]) == {1, 2, 3}
    assert numbers(together[1]) == {1, 2, 3, 4}


def test_numbers_go_on_from_the_first_one_asked_for() -> None:
    walkers = [Walker(straight(100, 200, 40, begin=begin, end=begin + 2)) for begin in (0.0, 3.0)]
    assert numbers(follow(tracker(first_number=41), walkers, every(10, 6))) == {41, 42}


def test_nobody_at_all() -> None:
    updates = follow(tracker(), [], every(10, 1))
    assert all(update.boxes == update.ended == () for update in updates)
    assert [update.frame_index for update in updates] == list(range(10))


def test_boxes_without_area_are_survived() -> None:
    follower = tracker()
    flat = Detections(np.array([[10, 10, 10, 50], [5, 5, 5, 5]], np.float32), np.array([0.9, 0.8], np.float32))
    for index in range(5):
        assert follower.update(frame_at(index / 10, index), flat).boxes == ()


def test_memory_does_not_grow_with_the_tracks_that_ended() -> None:
    follower = tracker()
    for index in range(600):
        seconds = index / 10
        x = 100 + 400 * (index // 10 % 2)
        follower.update(frame_at(seconds, index), look([Walker(straight(x, 200, 0))], seconds))
    assert len(follower._tracks) <= 2
    assert len(follower._merges._boxes) <= 2
    assert len(follower._tracker.removed_stracks) <= 2
    assert len(follower._tracker.lost_stracks) <= 2


def owners(updates: list[TrackUpdate], times: list[float], walkers: list[Walker]) -> dict[int, set[int]]:
    """Which walkers each track held: of those whose box it is alone."""
    held: dict[int, set[int]] = {}
    for seconds, update in zip(times, updates, strict=True):
        truth = [walker.box(seconds) for walker in walkers]
        for box in update.boxes:
            fits = [i for i, own in enumerate(truth) if own is not None and np.allclose(own, box.box, atol=0.01)]
            held.setdefault(box.track.number, set()).update(fits)
    return held


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("kind", KINDS)
def test_two_who_turn_round_behind_one_another_never_share_a_track(kind: TrackerKind, rate: float) -> None:
    """The worst case for motion: both turn round while one hides the other."""

    def left(seconds: float) -> tuple[float, float]:
        return (310 - 60 * abs(seconds - 3), 300)

    def right(seconds: float) -> tuple[float, float] | None:
        return None if abs(seconds - 3) < 0.17 else (310 + 60 * abs(seconds - 3), 301)

    walkers = [Walker(left), Walker(right, width=41)]
    times = every(rate, 6)
    held = owners(follow(tracker(kind), walkers, times), times, walkers)
    assert set().union(*held.values()) == {0, 1}
    assert all(len(people) <= 1 for people in held.values()), held


def test_somebody_else_who_comes_to_the_same_spot_later_is_another_track() -> None:
    walkers = [Walker(straight(200, 200, 0, end=2.0)), Walker(straight(205, 205, 0, begin=2.8))]
    times = every(10, 5)
    held = owners(follow(tracker(), walkers, times), times, walkers)
    assert sorted(held.values(), key=str) == [{0}, {1}]


def test_passing_at_a_distance_breaks_no_track() -> None:
    walkers = [Walker(straight(200, 150, 60), height=60, width=25), Walker(straight(440, 330, -60), height=140)]
    assert numbers(follow(tracker(), walkers, every(10, 4))) == {1, 2}


def test_frame_size_may_change() -> None:
    follower = tracker()
    walker = Walker(straight(100, 200, 10))
    follow(follower, [walker], every(10, 1))
    smaller = np.zeros((HEIGHT // 2, WIDTH // 2, 3), np.uint8)
    update = follower.update(frame_at(1.0, 10, image=smaller), look([walker], 1.0))
    assert (update.boxes[0].box <= [WIDTH // 2, HEIGHT // 2] * 2).all()


def textured(seconds: float, walkers: list[Walker]) -> ImageArray:
    """The walkers as patches with something to hold on to, before a grey wall."""
    image = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    for number, walker in enumerate(walkers):
        box = walker.box(seconds)
        if box is not None:
            x1, y1, x2, y2 = (round(value) for value in box)
            rough = np.random.default_rng(number).integers(0, 256, (20, 8, 3), np.uint8)
            patch = cv2.resize(rough, (x2 - x1, y2 - y1), interpolation=cv2.INTER_LINEAR)
            image[y1:y2, x1:x2] = patch[:, : WIDTH - x1]
    return image


def spared(
    walkers: list[Walker], times: list[float], *, interval: int, misses: frozenset[int] = frozenset()
) -> tuple[list[TrackUpdate], list[bool]]:
    """Run a tracker that asks for detections; return what it says, and when it asked."""
    mine = tracker(rate=10)
    mine.interval = interval
    updates, asked = [], []
    for index, seconds in enumerate(times):
        frame = frame_at(seconds, index, image=textured(seconds, walkers))
        asked.append(mine.wants_detections(frame))
        seen = Detections.empty() if index in misses else look(walkers, seconds)
        updates.append(mine.update(frame, seen) if asked[-1] else mine.follow(frame))
    return updates, asked


def test_between_detections_boxes_follow_the_picture() -> None:
    walkers = [Walker(straight(100, 200, 60)), Walker(straight(500, 330, -60))]
    times = every(10, 3)
    updates, asked = spared(walkers, times, interval=3)
    assert sum(asked) <= 0.5 * len(times)
    assert numbers(updates) == {1, 2}
    for seconds, update in zip(times[2:], updates[2:], strict=True):
        assert [box.track.number for box in update.boxes] == [1, 2]
        for box, walker in zip(update.boxes, walkers, strict=True):
            np.testing.assert_allclose(box.box, walker.box(seconds), atol=4)
            assert box.time_ns == update.time_ns


def test_a_track_tells_afterwards_where_it_was_between_its_first_two_detections() -> None:
    walker = Walker(straight(100, 200, 60, begin=0.3))
    updates, asked = spared([walker], every(10, 3), interval=3, misses=frozenset({5, 6}))
    began = next(update for update in updates if update.boxes)
    times = [one.time_ns for one in (*began.earlier, *began.boxes)]
    assert times == sorted(times)
    assert times[0] < began.time_ns
    assert {one.track for one in began.earlier} == {began.boxes[0].track}
    assert sum(asked) < len(asked)


def test_what_is_followed_without_the_detector_ends_when_the_detector_sees_nobody() -> None:
    """A poster that the detector took for a person once or twice is not kept by looking at it."""
    walker = Walker(straight(300, 250, 0))
    times = every(10, 5)
    misses = frozenset(range(8, len(times)))
    updates, _ = spared([walker], times, interval=3, misses=misses)
    assert all(not update.boxes for update in updates[12:])
    assert [key.number for update in updates for key in update.ended] == [1]


def test_who_leaves_the_picture_is_not_followed_outside() -> None:
    walker = Walker(straight(560, 300, 90, end=0.85))
    updates, _ = spared([walker], every(10, 1), interval=3)
    for update in updates:
        for box in update.boxes:
            assert box.box[2] <= WIDTH
            assert box.box[2] - box.box[0] >= 0.5 * walker.width - 1
