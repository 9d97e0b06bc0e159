"""What the analysis does with the frames of several cameras."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

from reid_app.config import SiteSettings
from reid_app.domain import NS_PER_S, Detections, Frame, ImageArray
from reid_app.errors import ModelError
from reid_app.runtime.analysis import AnalysisThread
from reid_app.runtime.metrics import StageClock
from reid_app.runtime.pipeline import Analyser, Tick

STILL: ImageArray = np.full((90, 160, 3), 120, np.uint8)


class Nobody:
    """A detector that sees nobody and does as it is told meanwhile."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], None] = lambda: None
        self.seen: list[list[str]] = []

    def detect(self, frames: Sequence[Frame]) -> list[Detections]:
        self.seen.append([frame.camera for frame in frames])
        self.meanwhile()
        return [Detections.empty()] * len(frames)


@pytest.fixture
def detector() -> Nobody:
    return Nobody()


@pytest.fixture
def analyser(detector: Nobody) -> Iterator[Analyser]:
    """Two cameras, each detected every fourth frame at most; both have been detected once."""
    settings = SiteSettings.model_validate(
        {"cameras": [{"name": "door", "url": "door.mp4"}, {"name": "yard", "url": "yard.mp4"}]}
    )
    made = Analyser(settings, detector, {"door": 10.0, "yard": 10.0}, {}, StageClock())
    made.spare_detector(4, 0.0)
    made.analyse([frame("door", 0), frame("yard", 0)])
    yield made
    made.close()


def frame(camera: str, index: int, image: ImageArray = STILL) -> Frame:
    return Frame(camera, index, index * NS_PER_S // 10, image)


def moving() -> ImageArray:
    """A picture in which somebody has appeared, so that the detector has to look."""
    image = STILL.copy()
    image[20:80, 60:90] = 250
    return image


def test_people_are_followed_in_one_camera_while_the_detector_looks_at_another(
    detector: Nobody, analyser: Analyser
) -> None:
    def wait_for_the_yard() -> None:
        until = time.monotonic() + 10.0
        while analyser.processed("yard")[0] < 2 and time.monotonic() < until:
            time.sleep(0.001)

    detector.meanwhile = wait_for_the_yard
    began = time.monotonic()
    tick = analyser.analyse([frame("door", 1, moving()), frame("yard", 1)])
    assert time.monotonic() - began < 5.0
    assert detector.seen == [["door", "yard"], ["door"]]
    assert [update.camera for update in tick.updates] == ["door", "yard"]
    assert analyser.processed("door")[0] == analyser.processed("yard")[0] == 2


def test_frames_of_a_camera_that_was_removed_since_they_were_taken_are_left_out(analyser: Analyser) -> None:
    def feed() -> Iterator[list[Frame]]:
        yield [frame("door", 1), frame("yard", 1)]
        analyser.remove("yard")
        yield [frame("yard", 2)]
        yield [frame("door", 2), frame("yard", 3)]

    ticks: list[Tick] = []
    errors: list[Exception] = []
    ended = threading.Event()
    thread = AnalysisThread(
        feed(),
        analyser,
        submit=ticks.append,
        show=lambda frame, update: None,
        admit=lambda frames: True,
        on_batch=lambda frames, seconds: None,
        on_error=lambda error: (errors.append(error), ended.set()),
        on_end=ended.set,
    )
    thread.start()
    assert ended.wait(30)
    assert not errors
    assert [[one.camera for one in tick.frames] for tick in ticks if tick.frames] == [["door", "yard"], ["door"]]


def test_updates_are_in_the_order_of_the_frames(detector: Nobody, analyser: Analyser) -> None:
    tick = analyser.analyse([frame("yard", 1), frame("door", 1, moving())])
    assert [update.camera for update in tick.updates] == ["yard", "door"]
    assert [update.frame_index for update in tick.updates] == [1, 1]


def test_an_error_of_the_detector_leaves_the_other_cameras_whole(detector: Nobody, analyser: Analyser) -> None:
    def fail() -> None:
        raise ModelError("the detector is out of order")

    detector.meanwhile = fail
    with pytest.raises(ModelError):
        analyser.analyse([frame("door", 1, moving()), frame("yard", 1)])
    assert analyser.processed("yard")[0] == 2
    assert analyser.renew(hung=False) is None
    detector.meanwhile = lambda: None
    assert len(analyser.analyse([frame("door", 2), frame("yard", 2)]).updates) == 2
