"""The shipped detector on every engine."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reid_app.config import DetectorSettings, Engine
from reid_app.detect import Detector, load_detector
from reid_app.detect.letterbox import Letterbox
from reid_app.domain import Detections, Frame, ImageArray
from reid_app.errors import ModelError
from reid_app.imaging import cv2
from reid_app.models import ModelFiles, Role, find_model

ENGINES = (Engine.OPENVINO, Engine.TORCH)
SETTINGS = DetectorSettings(image_size=320, confidence=0.25)


@pytest.fixture(scope="module")
def files() -> ModelFiles:
    return find_model("yolov8n")


@pytest.fixture(scope="module")
def detectors(files: ModelFiles) -> dict[Engine, Detector]:
    loaded = {}
    for engine in ENGINES:
        loaded[engine] = load_detector(SETTINGS.model_copy(update={"engine": engine}), files)
        loaded[engine].warm_up()
    return loaded


def frame(image: ImageArray, camera: str = "door") -> Frame:
    return Frame(camera, 0, 0, image)


@pytest.fixture(scope="module")
def street() -> ImageArray:
    """A photograph with four people; it comes with ultralytics."""
    from ultralytics.utils import ASSETS

    image: ImageArray = cv2.imread(str(ASSETS / "bus.jpg"))
    return image


def reference(files: ModelFiles, image: ImageArray) -> Any:
    """What ultralytics makes of the same network: (N, 6) boxes in the frame, score, class."""
    import torch
    import yaml
    from safetensors.torch import load_file
    from ultralytics.data.augment import LetterBox
    from ultralytics.utils.nms import non_max_suppression
    from ultralytics.utils.ops import scale_boxes

    from reid_app.models.convert_detector import build

    network = build(yaml.safe_load(files.path(Role.ARCHITECTURE).read_text()))
    network.load_state_dict({name: value.float() for name, value in load_file(files.path(Role.WEIGHTS)).items()})
    network.eval()
    fitted = LetterBox((320, 320), auto=True, stride=32)(image=image)
    pixels = torch.from_numpy(np.ascontiguousarray(fitted[..., ::-1].transpose(2, 0, 1)))[None].float() / 255
    with torch.inference_mode():
        (found,) = non_max_suppression(network(pixels), 0.25, SETTINGS.iou, classes=[0])
    found = found.clone()
    found[:, :4] = scale_boxes(fitted.shape[:2], found[:, :4], image.shape)
    return found.numpy()


def assert_same(found: Detections, boxes: Any, scores: Any, *, pixels: float = 2.0, score: float = 0.02) -> None:
    assert len(found) == len(scores)
    np.testing.assert_allclose(found.scores, scores, atol=score)
    np.testing.assert_allclose(found.boxes, boxes, atol=pixels)


@pytest.mark.parametrize("engine", ENGINES)
def test_it_finds_whom_ultralytics_finds(
    detectors: dict[Engine, Detector], files: ModelFiles, street: ImageArray, engine: Engine
) -> None:
    expected = reference(files, street)
    (found,) = detectors[engine].detect([frame(street)])
    assert len(found) >= 3
    assert found.boxes.dtype == found.scores.dtype == np.float32
    assert_same(found, expected[:, :4], expected[:, 4])


@pytest.mark.parametrize("engine", ENGINES)
def test_frames_of_different_sizes_go_together_and_keep_their_order(
    detectors: dict[Engine, Detector], street: ImageArray, engine: Engine
) -> None:
    half = cv2.resize(street, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    images = [street, np.full((120, 320, 3), 90, np.uint8), half, np.ascontiguousarray(street[:, ::-1]), street]
    together = detectors[engine].detect([frame(image, f"c{index}") for index, image in enumerate(images)])
    assert [len(found) for found in together][1] == 0
    for image, found in zip(images, together, strict=True):
        (alone,) = detectors[engine].detect([frame(image)])
        assert_same(found, alone.boxes, alone.scores, pixels=0.5, score=0.005)
        assert (found.boxes[:, 2:] <= image.shape[1::-1]).all()
    np.testing.assert_allclose(together[2].boxes * 2, together[0].boxes, atol=12)


def test_no_frames_no_results(detectors: dict[Engine, Detector]) -> None:
    assert detectors[Engine.OPENVINO].detect([]) == []


def test_openvino_gives_the_same_result_in_every_company(detectors: dict[Engine, Detector], street: ImageArray) -> None:
    other = np.ascontiguousarray(street[::-1])
    (alone,) = detectors[Engine.OPENVINO].detect([frame(street)])
    company = detectors[Engine.OPENVINO].detect([frame(other), frame(street), frame(other)])
    np.testing.assert_array_equal(company[1].boxes, alone.boxes)
    np.testing.assert_array_equal(company[1].scores, alone.scores)


class Recorder:
    """A network that finds nobody and remembers the batches."""

    def __init__(self, largest_batch: int) -> None:
        self.largest_batch = largest_batch
        self.shapes: list[tuple[int, ...]] = []

    def run(self, batches: Any) -> Any:
        self.shapes += [batch.shape for batch in batches]
        return [np.zeros((len(batch), 5, 10), np.float32) for batch in batches]


@pytest.mark.parametrize(
    ("largest", "batch_size", "sizes"),
    [(64, 8, [5]), (64, 2, [2, 2, 1]), (2, 8, [2, 2, 1]), (1, 8, [1, 1, 1, 1, 1])],
)
def test_batches_are_as_large_as_settings_and_engine_allow(largest: int, batch_size: int, sizes: list[int]) -> None:
    network = Recorder(largest)
    settings = SETTINGS.model_copy(update={"batch_size": batch_size})
    detector = Detector(network, settings, person=0, stride=32)
    images = [np.zeros((48, 64, 3), np.uint8)] * 5 + [np.zeros((64, 48, 3), np.uint8)]
    assert [len(found) for found in detector.detect([frame(image) for image in images])] == [0] * 6
    assert network.shapes == [(size, 256, 320, 3) for size in sizes] + [(1, 320, 256, 3)]


def with_classes(files: ModelFiles, *classes: str, **changes: object) -> ModelFiles:
    manifest = files.manifest.model_copy(update={"classes": classes, **changes})
    return replace(files, manifest=manifest)


@pytest.mark.parametrize(
    ("classes", "finds"),
    [
        (("person", *("x" * n for n in range(1, 80))), True),
        (("Pedestrian", *("x" * n for n in range(1, 80))), True),
        (("x", "person", *("x" * n for n in range(2, 80))), False),  # then the bus is the person
    ],
)
def test_people_are_found_by_the_name_of_the_class(
    files: ModelFiles, street: ImageArray, classes: tuple[str, ...], finds: bool
) -> None:
    settings = SETTINGS.model_copy(update={"engine": Engine.OPENVINO})
    (found,) = load_detector(settings, with_classes(files, *classes)).detect([frame(street)])
    assert (len(found) >= 3) is finds


@pytest.mark.parametrize(
    ("classes", "changes", "engine", "says"),
    [
        (("car", "dog"), {}, Engine.OPENVINO, "finds no people; its classes are car, dog"),
        (("person",), {"architecture": {}}, Engine.OPENVINO, "is no ultralytics detector"),
        (("person",), {}, Engine.ONNX, "onnx runs no detector; choose auto, openvino or torch"),
    ],
)
def test_a_model_that_will_not_do_is_one_sentence(
    files: ModelFiles, classes: tuple[str, ...], changes: dict[str, object], engine: Engine, says: str
) -> None:
    settings = SETTINGS.model_copy(update={"engine": engine})
    with pytest.raises(ModelError, match=says):
        load_detector(settings, with_classes(files, *classes, **changes))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_damaged_model_is_one_sentence(files: ModelFiles, tmp_path: Path, engine: Engine) -> None:
    folder = tmp_path / "model"
    shutil.copytree(files.folder, folder)
    broken = replace(files, folder=folder)
    if engine is Engine.OPENVINO:
        broken.path(Role.OPENVINO).write_text("<net/>")
    else:
        architecture = broken.path(Role.ARCHITECTURE)
        architecture.write_text(architecture.read_text().replace("nc: 80", "nc: 3"))
    with pytest.raises(ModelError, match="import the model again") as caught:
        load_detector(SETTINGS.model_copy(update={"engine": engine}), broken)
    assert "\n" not in str(caught.value)


def test_nothing_is_unpickled_and_nobody_is_called_when_a_detector_loads(files: ModelFiles) -> None:
    program = f"""
import json, pickle, socket, sys
events = []
sys.addaudithook(lambda name, args: events.append(name) if name in ("pickle.find_class", "socket.connect") else None)
from reid_app.config import DetectorSettings
from reid_app.detect import load_detector
from reid_app.models import find_model
for engine in ("openvino", "torch"):
    load_detector(DetectorSettings(engine=engine), find_model({str(files.folder)!r}))
print(json.dumps(events))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == []


@pytest.mark.gpu
def test_cuda_in_half_precision_agrees_with_the_processor(
    detectors: dict[Engine, Detector], street: ImageArray
) -> None:
    (fast,) = detectors[Engine.TORCH].detect([frame(street)])
    (slow,) = detectors[Engine.OPENVINO].detect([frame(street)])
    assert_same(fast, slow.boxes, slow.scores)


def test_letterbox_shape_is_shared_by_cameras_of_one_shape() -> None:
    assert Letterbox.fit(1080, 1920, 480).shape == Letterbox.fit(720, 1280, 480).shape
