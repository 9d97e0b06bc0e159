"""Boxes that move along with the picture."""

from __future__ import annotations

import numpy as np
import pytest

from reid_app.detect.flow import Flow
from reid_app.domain import FloatArray, ImageArray
from reid_app.imaging import cv2


def scene(seed: int = 0, height: int = 360, width: int = 640) -> ImageArray:
    """A picture with something to hold on to everywhere."""
    rough = np.random.default_rng(seed).integers(0, 256, (height // 8, width // 8, 3), np.uint8)
    return np.asarray(cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def with_person(at: tuple[int, int], size: tuple[int, int] = (60, 160), seed: int = 1) -> ImageArray:
    """The scene with somebody of width and height ``size`` whose left top corner is ``at``."""
    picture = scene()
    person = scene(seed, 160, 64)[:160, :60]
    x, y = at
    picture[y : y + size[1], x : x + size[0]] = cv2.resize(person, size, interpolation=cv2.INTER_AREA)
    return picture


def box(*corners: float) -> FloatArray:
    return np.array(corners, np.float32)


def test_a_box_goes_where_its_person_goes_and_the_background_stays() -> None:
    flow = Flow()
    flow.see(with_person((200, 100)))
    (moved,) = flow.follow(with_person((209, 104)), [box(200, 100, 260, 260)])
    assert moved is not None
    np.testing.assert_allclose(moved, [209, 104, 269, 264], atol=1.5)


def test_it_goes_on_from_picture_to_picture() -> None:
    flow = Flow()
    flow.see(with_person((100, 100)))
    place = box(100, 100, 160, 260)
    for step in range(1, 6):
        (moved,) = flow.follow(with_person((100 + 8 * step, 100)), [place])
        assert moved is not None
        place = moved
    np.testing.assert_allclose(place, [140, 100, 200, 260], atol=3)


def test_a_person_who_comes_nearer_gets_a_larger_box() -> None:
    flow = Flow()
    flow.see(with_person((200, 100)))
    (moved,) = flow.follow(with_person((197, 92), (66, 176)), [box(200, 100, 260, 260)])
    assert moved is not None
    np.testing.assert_allclose(moved, [197, 92, 263, 268], atol=3)


def test_large_pictures_are_followed_in_their_own_pixels() -> None:
    large, later = (cv2.resize(with_person(at), (1920, 1080)) for at in ((200, 100), (205, 100)))
    flow = Flow()
    flow.see(np.asarray(large, np.uint8))
    (moved,) = flow.follow(np.asarray(later, np.uint8), [box(600, 300, 780, 780)])
    assert moved is not None
    np.testing.assert_allclose(moved, [615, 300, 795, 780], atol=4)


def test_who_walks_behind_somebody_is_not_carried_away() -> None:
    """The one in front walks; of the one behind only a strip is seen, and that stands still."""
    flow = Flow()
    behind = box(200, 90, 260, 250)
    first, later = with_person((240, 110)), with_person((247, 110))
    for picture in (first, later):
        picture[90:250, 200:240] = scene(2, 160, 64)[:160, :40]
    flow.see(first)
    moved, front = flow.follow(later, [behind, box(240, 110, 300, 270)])
    assert front is not None
    np.testing.assert_allclose(front, [247, 110, 307, 270], atol=1.5)
    assert moved is not None
    np.testing.assert_allclose(moved, behind, atol=1.5)


@pytest.mark.parametrize(
    "later",
    [scene(7), scene()[:180, :320], np.zeros((360, 640, 3), np.uint8)],
    ids=["another scene", "another size", "black"],
)
def test_what_cannot_be_told_is_not_made_up(later: ImageArray) -> None:
    flow = Flow()
    flow.see(with_person((200, 100)))
    assert flow.follow(np.ascontiguousarray(later), [box(200, 100, 260, 260)]) == [None]


def test_the_first_picture_has_nothing_to_compare_with() -> None:
    flow = Flow()
    assert flow.follow(scene(), [box(0, 0, 50, 100)]) == [None]
    assert flow.follow(scene(), []) == []


def test_who_is_covered_altogether_is_not_followed() -> None:
    flow = Flow()
    flow.see(with_person((200, 100)))
    hidden, front = box(205, 110, 255, 240), box(200, 100, 260, 260)
    moved = flow.follow(with_person((203, 100)), [hidden, front])
    assert moved[0] is None
    assert moved[1] is not None
