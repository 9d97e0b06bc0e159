"""The window's models, without a display."""

from __future__ import annotations

import numpy as np
import pytest

from reid_app.domain import NS_PER_S, CameraState, CameraStatus, Frame, Likelihood, TrackKey, Verdict
from reid_app.gui.frames import fitted, to_bgr, to_qimage
from reid_app.gui.model.following import GONE_AFTER_S, Targets
from reid_app.gui.model.freshness import freshness
from reid_app.gui.model.geometry import Fit, at_pixel
from reid_app.gui.model.layouts import SPOT, Arrangement, View
from reid_app.gui.model.motion import Motion
from reid_app.gui.model.timeline import Span, bar_at, bars
from reid_app.gui.model.times import duration
from reid_app.runtime.facade import CameraView, PersonView, Presence

CAMERAS = tuple("abcdefg")


@pytest.mark.parametrize(
    ("count", "arrangement"),
    [
        (1, Arrangement.ONE),
        (2, Arrangement.FOUR),
        (5, Arrangement.NINE),
        (10, Arrangement.SIXTEEN),
        (40, Arrangement.SIXTEEN),
    ],
)
def test_first_view_is_the_smallest_grid_that_holds_all(count, arrangement):
    assert View.of([f"c{i}" for i in range(count)]).arrangement is arrangement


@pytest.mark.parametrize("arrangement", list(Arrangement))
@pytest.mark.parametrize("count", [1, 2, 3, 5, 16])
@pytest.mark.parametrize("size", [(1600, 900), (300, 200)])
def test_tiles_lie_inside_and_do_not_overlap(arrangement, count, size):
    cells = arrangement.cells(*size, count)
    covered = np.zeros((size[1], size[0]), int)
    for x, y, w, h in cells:
        assert w > 0
        assert h > 0
        assert x >= 0
        assert y >= 0
        assert x + w <= size[0]
        assert y + h <= size[1]
        covered[y : y + h, x : x + w] += 1
    assert covered.max() == 1


def test_pages_hold_every_camera_once():
    view = View.of(CAMERAS).arranged(Arrangement.FOUR)
    seen = []
    for _ in range(view.pages):
        seen += view.shown()
        view = view.turned(1)
    assert sorted(seen) == list(CAMERAS)


def test_spot_takes_the_first_tile_and_no_camera_is_lost():
    view = View.of(CAMERAS).arranged(Arrangement.FOUR).with_spot(True)
    assert view.shown() == (SPOT, "a", "b", "c")
    assert view.pages == 3
    assert view.with_spot(False).shown() == ("a", "b", "c", "d")


def test_going_to_a_camera_turns_to_its_page():
    view = View.of(CAMERAS).arranged(Arrangement.FOUR).revealing("g")
    assert view.shown() == ("e", "f", "g")
    assert view.revealing("nobody") == view


@pytest.mark.parametrize("kept", [None, 3, [], {}, {"order": "abc", "arrangement": 7, "page": "x"}, {"page": 99}])
def test_a_damaged_saved_view_shows_all_cameras(kept):
    assert set(View.from_json(kept, CAMERAS).order) == set(CAMERAS)


def test_a_saved_view_survives_other_cameras():
    kept = View.of(CAMERAS).swapped("a", "c").to_json()
    view = View.from_json(kept, ("c", "b", "new"))
    assert view.order == ("c", "b", "new")


def _person(track: int, identity: int | None, camera: str = "a", width: float = 10) -> PersonView:
    box = np.array([0, 0, width, 20], np.float32)
    return PersonView(TrackKey(camera, track), identity, "", box, Likelihood.LIKELY, 0)


def test_a_target_goes_from_camera_to_camera_and_reappears_once():
    targets = Targets()
    targets.follow(1)
    assert targets.see("a", 0, [_person(1, 1)], 0.0) == ()
    assert targets.current.where.words(0.5) == "in a now"
    assert targets.current.where.words(5.0).startswith("last seen a, ")
    assert targets.see("b", 9 * NS_PER_S, [_person(1, 1, "b")], GONE_AFTER_S + 1) == (1,)
    assert targets.see("b", 9 * NS_PER_S, [_person(1, 1, "b")], GONE_AFTER_S + 1.1) == ()
    assert targets.current.where.camera == "b"


def test_of_two_cameras_at_one_time_the_larger_picture_wins():
    targets = Targets()
    targets.follow(1)
    targets.see("a", 0, [_person(1, 1)], 0.0)
    targets.see("b", 0, [_person(1, 1, "b", 5)], 0.1)
    assert targets.current.where.camera == "a"
    targets.see("b", 0, [_person(1, 1, "b", 50)], 0.2)
    assert targets.current.where.camera == "b"


def test_a_track_becomes_a_target_when_its_identity_is_known():
    targets = Targets()
    targets.follow_track(TrackKey("a", 1))
    assert targets.see("a", 0, [_person(1, None)], 0.0) == ()
    assert targets.see("a", 0, [_person(1, 7)], 0.1) == (7,)
    assert 7 in targets
    assert targets.waiting == frozenset()


def test_merged_targets_become_one():
    targets = Targets()
    for identity in (1, 2, 3):
        targets.follow(identity)
    targets.choose(2)
    targets.merged(1, 2)
    assert [target.identity for target in targets.all] == [1, 3]
    assert targets.current.identity == 1
    targets.leave(1)
    assert targets.current.identity == 3


@pytest.mark.parametrize(
    ("state", "age", "expected", "picture"),
    [
        (CameraState.LIVE, 0.1, CameraState.LIVE, True),
        (CameraState.LIVE, 2.0, CameraState.STALE, True),
        (CameraState.LIVE, 20.0, CameraState.OFFLINE, False),
        (CameraState.STALE, 0.5, CameraState.STALE, True),
        (CameraState.OFFLINE, 0.5, CameraState.OFFLINE, False),
        (CameraState.CONNECTING, None, CameraState.CONNECTING, False),
        (CameraState.LIVE, None, CameraState.CONNECTING, False),
        (CameraState.ENDED, 100.0, CameraState.ENDED, True),
        (CameraState.FAILED, 0.1, CameraState.FAILED, False),
    ],
)
def test_nothing_frozen_looks_live(state, age, expected, picture):
    found = freshness(CameraStatus("a", state, "why", 0), age, 100 * NS_PER_S)
    assert (found.state, found.picture) == (expected, picture)
    assert bool(found.headline) == (expected is not CameraState.LIVE)


def test_retry_is_counted_down():
    status = CameraStatus("a", CameraState.OFFLINE, "No answer.", 0, retry_ns=107 * NS_PER_S)
    assert freshness(status, None, 100 * NS_PER_S).detail == "No answer.\nnext try in 7 s"
    assert freshness(status, None, 108 * NS_PER_S).detail == "No answer.\ntrying again now"


def _presence(camera: str, first: float, last: float, *, live: bool = False) -> Presence:
    times = (round(first * NS_PER_S), round(last * NS_PER_S))
    return Presence(TrackKey(camera, 1), 1, *times, live, Verdict.ACCEPTED, 0.8, Likelihood.LIKELY)


def test_zoom_keeps_the_time_under_the_mouse():
    span = Span(0, 100 * NS_PER_S, follows=False)
    closer = span.zoomed(0.5, 0.25)
    assert closer.length_ns == 50 * NS_PER_S
    assert closer.at(0.25) == span.at(0.25)


def test_bars_lie_in_their_lanes_and_live_ones_reach_the_present():
    span = Span(0, 100 * NS_PER_S, follows=False)
    laid_out = bars(
        [_presence("a", 10, 20), _presence("b", 30, 40, live=True), _presence("x", 0, 1)], "ab", span, 50 * NS_PER_S
    )
    assert [(bar.lane, bar.left, bar.right) for bar in laid_out] == [(0, 0.1, 0.2), (1, 0.3, 0.5)]
    assert bar_at(laid_out, 0, 0.15, 0.0) is laid_out[0]
    assert bar_at(laid_out, 0, 0.205, 0.01) is laid_out[0]
    assert bar_at(laid_out, 1, 0.15, 0.01) is None


@pytest.mark.parametrize("length", [2, 120, 86_400, 14 * 86_400])
def test_ticks_are_few_and_round(length):
    times, step = Span(123, 123 + length * NS_PER_S).ticks(8)
    assert len(times) <= 9
    assert all(time_ns % (step * NS_PER_S) == 0 for time_ns in times)


def test_fit_and_back():
    fit = Fit.into((100, 50), 0, 10, 300, 300)
    assert fit.scale == 3
    assert fit.pixel(*fit.point(40, 20)) == (40, 20)


def test_of_two_people_the_one_behind_is_hit():
    front, behind = _person(1, 1, width=20), _person(2, 2, width=10)
    assert at_pixel([front, behind], 5, 5) is behind
    assert at_pixel([front, behind], 15, 5) is front
    assert at_pixel([front, behind], 50, 5) is None


def test_pictures_own_their_memory_and_keep_their_colours():
    image = np.zeros((9, 7, 3), np.uint8)
    image[:] = (10, 20, 200)
    picture, small = to_qimage(image), fitted(image, (100, 100))
    image[:] = 0
    assert picture.pixelColor(3, 3).getRgb()[:3] == (200, 20, 10)
    assert small.pixelColor(3, 3).getRgb()[:3] == (200, 20, 10)
    assert (to_bgr(picture) == (10, 20, 200)).all()


@pytest.mark.parametrize(
    ("room", "size"), [((160, 90), (160, 90)), ((101, 400), (101, 57)), ((4000, 4000), (1280, 720))]
)
def test_pictures_are_shrunk_to_their_room_and_never_enlarged(room, size):
    image = fitted(np.zeros((720, 1280, 3), np.uint8), room)
    assert (image.width(), image.height()) == size


@pytest.mark.parametrize(("seconds", "words"), [(0, "0 s"), (59.4, "59 s"), (185, "3 min 05 s"), (7_800, "2 h 10 min")])
def test_durations_in_words(seconds, words):
    assert duration(seconds) == words


def _view(time_s: float, **centres: tuple[float, float]) -> CameraView:
    """A view on which tracks 1, 2 ... (``p1``, ``p2``) stand somewhere, 20 pixels wide and 60 high."""
    frame = Frame("Yard", round(time_s * 10), round(time_s * NS_PER_S), np.zeros((240, 320, 3), np.uint8))
    people = []
    for name, (x, y) in centres.items():
        box = np.array([x - 10, y - 30, x + 10, y + 30], np.float32)
        track = TrackKey("Yard", int(name[1:]))
        landmarks = np.array([[x, y, 0.9]], np.float32)
        people.append(PersonView(track, None, "", box, Likelihood.LIKELY, 0, landmarks, box[None]))
    return CameraView(frame, tuple(people))


def _centres(people: tuple[PersonView, ...]) -> list[tuple[float, float]]:
    return [(float(p.box[0] + p.box[2]) / 2, float(p.box[1] + p.box[3]) / 2) for p in people]


def test_a_box_is_carried_on_to_the_picture_that_is_newer():
    motion = Motion()
    assert motion.people_at(_view(1.0, p1=(100, 100)), NS_PER_S) == motion.people_at(motion._view, NS_PER_S)
    for step in range(1, 9):
        view = _view(1.0 + step / 10, p1=(100 + 5 * step, 100 - step), p2=(50, 50))
        motion.people_at(view, view.frame.time_ns)
    (first, second) = motion.people_at(view, view.frame.time_ns + NS_PER_S // 5)
    assert _centres((first,))[0] == pytest.approx((150, 90), abs=0.5)
    assert _centres((second,)) == [(50, 50)]
    assert first.landmarks[0] == pytest.approx((150, 90, 0.9), abs=0.5)
    assert first.parts[0] == pytest.approx(first.box)
    assert _centres(view.people)[0] == (140, 92), "what the site gave is not changed"


@pytest.mark.parametrize(("ahead", "expected"), [(0.0, 140.0), (-1.0, 140.0), (0.4, 160.0), (30.0, 190.0)])
def test_nobody_is_carried_on_for_long_nor_back(ahead, expected):
    motion = Motion()
    for step in range(9):
        view = _view(1.0 + step / 10, p1=(100 + 5 * step, 100))
        motion.people_at(view, view.frame.time_ns)
    (person,) = motion.people_at(view, view.frame.time_ns + round(ahead * NS_PER_S))
    assert _centres((person,))[0][0] == pytest.approx(expected, abs=0.5)


@pytest.mark.parametrize("gap", [5.0, -5.0], ids=["after a break", "when a file starts again"])
def test_a_jump_is_no_speed(gap):
    motion = Motion()
    motion.people_at(_view(10.0, p1=(100, 100)), 10 * NS_PER_S)
    view = _view(10.0 + gap, p1=(300, 100))
    (person,) = motion.people_at(view, view.frame.time_ns + NS_PER_S // 10)
    assert _centres((person,)) == [(300, 100)]
