"""Which frames the detector has to see."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from reid_app.detect.turns import Turns
from reid_app.domain import NS_PER_S, FloatArray, ImageArray

FRAME_NS = NS_PER_S // 25


def picture(*people: tuple[int, int, int, int]) -> ImageArray:
    """A grey scene with bright people at (x1, y1, x2, y2)."""
    image = np.full((360, 640, 3), 90, np.uint8)
    for x1, y1, x2, y2 in people:
        image[y1:y2, x1:x2] = 200
    return image


def box(*corners: float) -> FloatArray:
    return np.array(corners, np.float32)


def ask(
    turns: Turns, index: int, image: ImageArray, boxes: Sequence[FloatArray] = (), *, interval: int = 4, **said: bool
) -> bool:
    return turns.take(
        image,
        index * FRAME_NS,
        boxes,
        interval=interval,
        is_unsure=said.get("is_unsure", False),
        pause_ns=said.get("pause", 0) * FRAME_NS,
    )


def started(image: ImageArray) -> Turns:
    """After a first frame, which the detector saw."""
    turns = Turns()
    assert ask(turns, 0, image)
    return turns


def test_every_frame_at_an_interval_of_one() -> None:
    turns = Turns()
    assert all(ask(turns, index, picture(), interval=1) for index in range(10))


def test_every_nth_frame_of_a_quiet_scene() -> None:
    turns = Turns()
    assert [ask(turns, index, picture()) for index in range(9)] == [index % 4 == 0 for index in range(9)]


def test_at_least_once_a_second() -> None:
    turns = started(picture())
    times = (0.6, 0.98, 1.0, 1.8, 2.0)
    turned = [turns.take(picture(), round(s * NS_PER_S), [], interval=30, is_unsure=False) for s in times]
    assert turned == [False, False, True, False, True]


def test_at_once_where_somebody_new_moves() -> None:
    turns = started(picture())
    assert ask(turns, 1, picture((300, 100, 340, 220)))


def test_not_for_those_who_are_followed_and_their_shadows() -> None:
    before, now = picture((300, 100, 340, 220)), picture((306, 100, 346, 220))
    for image, shift in ((before, 0), (now, 6)):
        image[216:226, 340 + shift : 420 + shift] = 40
    turns = started(before)
    assert not ask(turns, 1, now, [box(300, 100, 340, 220)])


def test_not_for_noise() -> None:
    rng = np.random.default_rng(0)
    noisy = [(picture() + rng.normal(0, 12, (360, 640, 3))).clip(0, 255).astype(np.uint8) for _ in range(3)]
    turns = started(noisy[0])
    assert not any(ask(turns, index, noisy[index]) for index in (1, 2))


@pytest.mark.parametrize(("gap", "wanted"), [(-10, [False, True, False, True]), (120, [False, False, False, True])])
def test_every_second_frame_where_people_are_near_one_another(gap: int, wanted: list[bool]) -> None:
    people = [box(100, 100, 140, 220), box(140 + gap, 100, 180 + gap, 220)]
    turns = started(picture())
    assert [ask(turns, index, picture(), people) for index in range(1, 5)] == wanted


def test_at_once_where_somebody_was_lost_or_is_not_sure() -> None:
    turns = started(picture())
    assert ask(turns, 1, picture(), is_unsure=True)


def test_at_once_where_the_picture_has_another_size() -> None:
    turns = started(picture())
    assert ask(turns, 1, picture()[:200])


def test_not_before_the_pause_is_over() -> None:
    turns = started(picture())
    new = [picture((300, 100 + index, 340, 220 + index)) for index in range(5)]
    assert [ask(turns, index, new[index], is_unsure=True, pause=4) for index in (1, 2, 3, 4)] == [False] * 3 + [True]
    assert not ask(turns, 5, new[0], is_unsure=True, pause=4)
    assert ask(turns, 6, new[1], is_unsure=True)
