"""Privacy masks: nothing of what they cover is left, nothing else is harmed."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reid_app.config import CameraSettings, VideoSettings
from reid_app.domain import ImageArray
from reid_app.runtime.trial import CameraTrial
from reid_app.video.masks import PrivacyMasks
from reid_app.video.seeking import SeekableFile
from reid_app.video.sources import open_source
from tests.clips import write_clip
from tests.video.sources import make_reader

Rectangle = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]

LEFT: Rectangle = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
shares = st.floats(0, 1)


def rectangle(x1: float, y1: float, x2: float, y2: float) -> Rectangle:
    return ((x1, y1), (x2, y1), (x2, y2), (x1, y2))


def white(width: int, height: int) -> ImageArray:
    return np.full((height, width, 3), 255, np.uint8)


@given(shares, shares, shares, shares, st.integers(1, 90), st.integers(1, 70))
def test_every_pixel_that_an_area_touches_is_black(
    x1: float, y1: float, x2: float, y2: float, width: int, height: int
) -> None:
    (left, right), (top, bottom) = sorted((x1, x2)), sorted((y1, y2))
    image = PrivacyMasks([rectangle(left, top, right, bottom)]).burn(white(width, height))
    rows = slice(int(top * height), int(np.ceil(bottom * height)))
    columns = slice(int(left * width), int(np.ceil(right * width)))
    assert not image[rows, columns].any()
    black = np.argwhere(image[:, :, 0] == 0)
    if len(black):
        (first_y, first_x), (last_y, last_x) = black.min(axis=0), black.max(axis=0)
        assert first_x >= left * width - 3
        assert first_y >= top * height - 3
        assert last_x <= right * width + 3
        assert last_y <= bottom * height + 3


@pytest.mark.parametrize(("width", "height"), [(64, 48), (1920, 1080), (1080, 1920)])
def test_an_area_fits_pictures_of_every_size(width: int, height: int) -> None:
    image = PrivacyMasks([((0.25, 0.25), (0.75, 0.25), (0.5, 0.75))]).burn(white(width, height))
    inside = [(0.5, 0.3), (0.5, 0.7), (0.3, 0.27), (0.7, 0.27)]
    outside = [(0.1, 0.5), (0.5, 0.9), (0.3, 0.6), (0.7, 0.6)]
    assert not any(image[int(y * height), int(x * width)].any() for x, y in inside)
    assert all((image[int(y * height), int(x * width)] == 255).all() for x, y in outside)


def test_an_area_whose_edges_cross_has_no_holes() -> None:
    star = [(0.5 + 0.45 * np.sin(0.8 * np.pi * k), 0.5 - 0.45 * np.cos(0.8 * np.pi * k)) for k in range(5)]
    image = PrivacyMasks([star]).burn(white(200, 200))
    assert not image[80:120, 80:120].any()
    assert image[5, 5].all()


def test_a_ring_of_areas_leaves_its_middle() -> None:
    sides = [(0.1, 0.1, 0.9, 0.2), (0.1, 0.8, 0.9, 0.9), (0.1, 0.1, 0.2, 0.9), (0.8, 0.1, 0.9, 0.9)]
    image = PrivacyMasks([rectangle(*side) for side in sides]).burn(white(100, 100))
    assert image[30:70, 30:70].all()
    assert not image[10:20, 10:90].any()


def test_areas_overlap_without_taking_each_other_back() -> None:
    image = PrivacyMasks([rectangle(0.1, 0.1, 0.6, 0.6), rectangle(0.4, 0.4, 0.9, 0.9)]).burn(white(100, 100))
    assert not image[40:60, 40:60].any()


def test_a_picture_that_nobody_may_write_to_is_copied() -> None:
    image = white(8, 8)
    image.flags.writeable = False
    assert not PrivacyMasks([LEFT]).burn(image)[:, :4].any()
    assert image.all()


def test_without_areas_a_picture_stays_as_it_is() -> None:
    image = white(8, 8)
    assert PrivacyMasks(()).burn(image) is image


def _is_masked(image: ImageArray) -> bool:
    return not image[:, :32].any() and bool(image[:, 36:].all())


def test_no_way_to_a_camera_leads_round_its_masks(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.avi", 12)
    camera = CameraSettings(name="door", url=str(path), masks=(LEFT,))
    video = VideoSettings()

    source = open_source(camera, video, tmp_path, 0, time.time_ns)
    first = source.read()
    source.close()
    assert first is not None
    assert _is_masked(first.image)

    file = SeekableFile(path, 0, PrivacyMasks(camera.masks))
    pictures = [file.picture(index) for index in (7, 6, 5, 11, 0)]
    file.close()
    assert all(picture is not None and _is_masked(picture.image) for picture in pictures)

    tried = CameraTrial(camera, video, tmp_path).run()
    assert tried.image is not None
    assert _is_masked(tried.image)


def test_a_reader_hands_out_masked_frames_only(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.avi", 12)
    reader = make_reader(url=str(path), lossless=True, masks=(LEFT,))
    reader.start()
    frames = 0
    while (frame := reader.next_frame(5.0)) is not None:
        frames += 1
        assert _is_masked(frame.image)
    assert reader.stop()
    assert frames == 12
