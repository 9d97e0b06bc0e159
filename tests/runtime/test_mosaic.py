"""The mosaic shows every camera, with boxes and the identity known when it is drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reid_app.domain import NS_PER_S, Frame, TrackBox, TrackKey, TrackUpdate
from reid_app.errors import RecordsError
from reid_app.imaging import cv2
from reid_app.runtime.mosaic import MosaicWriter, identity_colour

KEY = TrackKey("a", 1)


def feed(writer: MosaicWriter, camera: str, index: int, grey: int, boxed: bool = False) -> None:
    time_ns = index * NS_PER_S // 10
    image = np.full((90, 160, 3), grey, np.uint8)
    box = TrackBox(KEY, index, time_ns, np.array([40, 20, 80, 70], np.float32), 0.9)
    writer.add(Frame(camera, index, time_ns, image), TrackUpdate(camera, time_ns, (box,) if boxed else ()))


def frames(path: Path) -> list[np.ndarray]:
    capture = cv2.VideoCapture(str(path))
    result = []
    while True:
        more, image = capture.read()
        if not more:
            return result
        result.append(image)


def test_cameras_stand_side_by_side_for_the_whole_length(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    with MosaicWriter(path, ["a", "b"], lambda box: None, fps=10) as writer:
        for index in range(20):
            feed(writer, "a", index, 60)
            feed(writer, "b", index, 200)
    pictures = frames(path)
    assert len(pictures) == 20
    height, width = pictures[-1].shape[:2]
    left, right = pictures[-1][height // 2, width // 4], pictures[-1][height // 2, 3 * width // 4]
    assert abs(int(left.mean()) - 60) < 8
    assert abs(int(right.mean()) - 200) < 8


def test_an_identity_decided_later_is_drawn_on_earlier_pictures(tmp_path: Path) -> None:
    known: dict[TrackKey, int] = {}
    path = tmp_path / "out.mp4"
    with MosaicWriter(path, ["a"], lambda box: known.get(box.track), fps=10, delay=2.0) as writer:
        for index in range(40):
            if index == 15:
                known[KEY] = 7
            feed(writer, "a", index, 0, boxed=True)
    first = frames(path)[0]
    scale = first.shape[1] / 160
    edge = first[round(45 * scale), round(40 * scale)].astype(int)
    assert np.abs(edge - identity_colour(7)).max() < 60


def test_a_gap_of_hours_does_not_fill_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    with MosaicWriter(path, ["a"], lambda box: None, fps=10) as writer:
        feed(writer, "a", 0, 10)
        feed(writer, "a", 36_000, 10)
    assert len(frames(path)) < 20


def test_a_folder_that_is_not_there_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match=r"nowhere.*cannot be written"):
        MosaicWriter(tmp_path / "nowhere" / "out.mp4", ["a"], lambda box: None)
