"""What a detector finds, against truth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from reid_app.domain import Detections, Frame
from reid_app.errors import SourceError
from reid_app.evaluate.clip_recall import Found, find_people
from reid_app.evaluate.mot_files import CameraTruth, read_truth
from tests.clips import write_clip


class Fixed:
    """Finds the same boxes in every picture."""

    def __init__(self, *boxes: tuple[float, float, float, float, float]) -> None:
        table = np.array(boxes, np.float32).reshape(-1, 5)
        self.found = Detections(table[:, :4], table[:, 4])
        self.frames: list[int] = []

    def detect(self, frames: Sequence[Frame]) -> list[Detections]:
        self.frames += [frame.index for frame in frames]
        return [self.found] * len(frames)


@pytest.fixture
def truth(tmp_path: Path) -> CameraTruth:
    """In frame 1 two people who count and one who does not; in frame 3 one of them."""
    (tmp_path / "gt_a.txt").write_text(
        "1,1,0,0,10,20,1,1,1\n1,2,30,0,10,20,1,1,1\n1,3,50,0,10,20,0,1,0.2\n3,1,0,0,10,20,1,1,1\n"
    )
    return read_truth(tmp_path)[0]


def test_people_are_found_once_and_who_does_not_count_is_no_mistake(tmp_path: Path, truth: CameraTruth) -> None:
    clip = write_clip(tmp_path / "a.avi", 3)
    detector = Fixed((0, 0, 10, 20, 0.9), (1, 0, 11, 20, 0.8), (50, 0, 60, 20, 0.7), (30, 0, 40, 20, 0.2))
    assert find_people(detector, clip, truth, confidence=0.5) == Found(people=3, found=2, false=1 + 3 + 2)
    assert find_people(detector, clip, truth, confidence=0.1).found == 3
    detector.frames.clear()
    found = find_people(detector, clip, truth, confidence=0.5, every=2)
    assert detector.frames == [0, 2]
    assert found.recall == pytest.approx(2 / 3)


def test_nobody_there_is_nobody_missed() -> None:
    assert Found().recall == 1
    assert Found(2, 1, 1) + Found(1, 1, 0) == Found(3, 2, 1)


def test_a_clip_that_is_not_there_is_told(tmp_path: Path, truth: CameraTruth) -> None:
    with pytest.raises(SourceError, match=r"none\.mp4 cannot be read"):
        find_people(Fixed(), tmp_path / "none.mp4", truth, confidence=0.5)
