from __future__ import annotations

import numpy as np
import pytest

from reid_app.config import EmbedderKind, EmbedderSettings
from reid_app.detect import CropSelector
from reid_app.detect.crops import FIRST_INTERVAL, covered, cut, measure, sharpness
from reid_app.domain import NS_PER_S, Crop, FloatArray, Frame, ImageArray, TrackBox, TrackKey, TrackUpdate
from reid_app.imaging import cv2

SETTINGS = EmbedderSettings(kind=EmbedderKind.JOINTLOSS, crop_interval=0.5, min_height=40)
ONE, TWO = TrackKey("door", 1), TrackKey("door", 2)


def noise(seed: int = 0) -> ImageArray:
    return np.random.default_rng(seed).integers(0, 256, (240, 320, 3), dtype=np.uint8)


def box(x: float = 100, y: float = 60, width: float = 50, height: float = 120) -> FloatArray:
    return np.array([x, y, x + width, y + height], np.float32)


def step(
    selector: CropSelector,
    seconds: float,
    boxes: dict[TrackKey, FloatArray],
    ended: tuple[TrackKey, ...] = (),
    image: ImageArray | None = None,
) -> list[Crop]:
    time_ns = round(seconds * NS_PER_S)
    frame = Frame("door", round(seconds * 10), time_ns, noise() if image is None else image)
    seen = tuple(TrackBox(key, frame.index, time_ns, place, 0.8) for key, place in boxes.items())
    return selector.update(frame, TrackUpdate("door", time_ns, seen, ended, frame.index))


def test_the_first_crop_comes_soon_and_then_one_per_interval() -> None:
    selector = CropSelector(SETTINGS)
    given = [(index, len(step(selector, index / 10, {ONE: box()}))) for index in range(20)]
    assert [index for index, crops in given if crops] == [2, 8, 14]
    assert FIRST_INTERVAL == 0.2


def test_the_best_look_of_the_interval_is_given() -> None:
    selector = CropSelector(SETTINGS)
    given: list[Crop] = []
    for index in range(13):
        height = {4: 110, 6: 128, 7: 100}.get(index, 60)
        given += step(selector, index / 10, {ONE: box(height=height)})
    assert [crop.frame_index for crop in given] == [0, 6]
    crop = given[1]
    assert (crop.track, crop.time_ns, crop.score) == (ONE, 600_000_000, 0.8)
    np.testing.assert_array_equal(crop.image, noise()[60:188, 100:150])
    np.testing.assert_array_equal(crop.box, box(height=128))
    assert crop.quality.size == 1.0


def test_a_crop_owns_its_memory() -> None:
    selector = CropSelector(SETTINGS)
    image = noise()
    step(selector, 0, {ONE: box()}, image=image)
    (crop,) = step(selector, 0.3, {})
    before = crop.image.copy()
    image[:] = 0
    np.testing.assert_array_equal(crop.image, before)
    assert crop.image.base is None


def test_the_end_of_a_track_gives_what_is_pending_and_forgets_it() -> None:
    selector = CropSelector(SETTINGS)
    step(selector, 0, {ONE: box(), TWO: box(200)})
    assert [crop.track for crop in step(selector, 0.1, {TWO: box(200)}, ended=(ONE,))] == [ONE]
    last = selector.update(None, TrackUpdate("door", NS_PER_S // 10, (), (TWO,)))
    assert [crop.track for crop in last] == [TWO]
    assert selector.update(None, TrackUpdate("door", NS_PER_S, (), (ONE, TWO))) == []
    assert selector._windows == {}


def test_a_person_who_is_hidden_for_a_moment_still_gives_the_pending_crop() -> None:
    selector = CropSelector(SETTINGS)
    step(selector, 0, {ONE: box()})
    assert step(selector, 0.1, {}) == []
    assert len(step(selector, 0.3, {})) == 1
    assert step(selector, 0.9, {}) == []


def test_small_people_and_boxes_outside_the_frame_give_nothing() -> None:
    selector = CropSelector(SETTINGS)
    for index in range(10):
        assert step(selector, index / 10, {ONE: box(height=39), TWO: box(400)}) == []


def test_cameras_keep_to_their_own_time() -> None:
    selector = CropSelector(SETTINGS)
    step(selector, 0, {ONE: box()})
    other = TrackUpdate("yard", 100 * NS_PER_S, (), (), 0)
    assert selector.update(Frame("yard", 0, 100 * NS_PER_S, noise()), other) == []
    assert len(step(selector, 0.3, {})) == 1


def test_crops_come_in_the_order_of_their_tracks() -> None:
    selector = CropSelector(SETTINGS)
    step(selector, 0, {TWO: box(200), ONE: box()})
    assert [crop.track for crop in step(selector, 0.3, {})] == [ONE, TWO]


@pytest.mark.parametrize(
    ("own", "others", "share"),
    [
        (box(), [], 0.0),
        (box(), [box(200)], 0.0),  # beside
        (box(), [box(125, 70)], 0.5 * 110 / 120),  # in front: lower feet
        (box(), [box(125, 50)], 0.0),  # behind: higher feet
        (box(), [box(90, 70), box(135, 70)], (0.8 + 0.3 - 0.1) * 110 / 120),  # two in front count once
        (box(), [box(90, 40, 100, 200)], 1.0),
        (box(100, 140, 50, 100), [box(100, 100, 50, 140)], 1.0),  # both at the lower border: the taller is nearer
        (box(100, 100, 50, 140), [box(100, 140, 50, 100)], 0.0),
    ],
)
def test_who_is_covered_by_whom(own: FloatArray, others: list[FloatArray], share: float) -> None:
    assert covered(own, others) == pytest.approx(share, abs=0.07)


@pytest.mark.parametrize(
    ("place", "border"),
    [
        (box(), 1.0),
        (box(0), 0.6),
        (box(y=1), 0.6),
        (box(270), 0.6),
        (box(y=119), 0.6),
    ],
)
def test_a_person_cut_by_the_border_is_worth_less(place: FloatArray, border: float) -> None:
    assert measure(cut(noise(), place), place, [], 320, 240).border == border


def test_quality_is_within_bounds_and_multiplies() -> None:
    quality = measure(cut(noise(), box()), box(), [box(110, 90)], 320, 240)
    parts = (quality.size, quality.sharpness, quality.clear, quality.border, quality.landmarks)
    assert all(0 <= part <= 1 for part in parts)
    assert quality.total == pytest.approx(np.prod(parts))
    assert quality.clear < 0.5


def test_sharpness_falls_with_blur_and_does_not_depend_on_size() -> None:
    sharp = cv2.resize(noise()[:32, :16], (64, 128), interpolation=cv2.INTER_NEAREST)
    blurred = cv2.GaussianBlur(sharp, (0, 0), 3)
    values = [sharpness(image) for image in (sharp, blurred, np.full_like(sharp, 127))]
    assert values[0] > values[1] > values[2] == 0.0
    large = cv2.resize(blurred, (256, 512), interpolation=cv2.INTER_LINEAR)
    assert sharpness(large) == pytest.approx(values[1], abs=0.1)


@pytest.mark.parametrize(
    ("place", "shape"),
    [
        (np.array([10, 20, 30, 60], np.float32), (40, 20, 3)),
        (np.array([-10, -20, 30, 60], np.float32), (60, 30, 3)),
        (np.array([300, 200, 400, 400], np.float32), (40, 20, 3)),
        (np.array([400, 20, 450, 60], np.float32), (40, 0, 3)),
        (np.array([30, 60, 10, 20], np.float32), (0, 0, 3)),
    ],
)
def test_cutting_stays_inside_the_picture(place: FloatArray, shape: tuple[int, ...]) -> None:
    assert cut(noise(), place).shape == shape
