"""The shipped 8-bit detector beside the one that it was made of."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from reid_app.config import DetectorSettings, Engine
from reid_app.demo_site.clips import demo_folder
from reid_app.detect import find_detector, load_detector
from reid_app.detect.merging import iou
from reid_app.domain import Detections, Frame, ImageArray
from reid_app.imaging import cv2
from reid_app.models import Role, find_model, list_models

FRAME = 200


@pytest.fixture(scope="module")
def yard() -> ImageArray:
    """A frame of the demo site with several people."""
    capture = cv2.VideoCapture(str(demo_folder() / "yard.mp4"), cv2.CAP_FFMPEG)
    for _ in range(FRAME + 1):
        read, image = capture.read()
        assert read
    capture.release()
    return np.asarray(image, np.uint8)


def find(model: str, image: ImageArray, size: int) -> Detections:
    settings = DetectorSettings(model=model, engine=Engine.OPENVINO, image_size=size, confidence=0.4)
    return load_detector(settings, find_model(model)).detect([Frame("yard", 0, 0, image)])[0]


@pytest.mark.parametrize("size", [480, 640])
def test_it_finds_whom_the_original_finds(yard: ImageArray, size: int) -> None:
    before, after = find("yolov8n", yard, size), find("yolov8n-int8", yard, size)
    assert len(before) >= 2
    assert len(after) == len(before)
    for box in before.boxes:
        assert max(iou(box, other) for other in after.boxes) > 0.8


def test_it_is_listed_and_is_another_model() -> None:
    listed = {files.name: files for files in list_models()}
    assert listed["yolov8n-int8"].hash != listed["yolov8n"].hash
    assert not listed["yolov8n-int8"].has(Role.WEIGHTS)


@pytest.mark.parametrize(
    ("engine", "has_cuda", "name"),
    [
        (Engine.AUTO, False, "yolov8n-int8"),
        (Engine.AUTO, True, "yolov8n"),
        (Engine.OPENVINO, True, "yolov8n-int8"),
        (Engine.TORCH, False, "yolov8n"),
    ],
)
def test_sites_use_it_on_a_processor(
    engine: Engine, has_cuda: bool, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: has_cuda)
    assert find_detector(DetectorSettings(engine=engine)).name == name
    assert find_detector(DetectorSettings(engine=engine, model="pedestrian-n")).name == "pedestrian-n"
