"""Pedestrian detectors: one for all cameras, frames of several cameras at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import yaml
from numpy.typing import NDArray

from reid_app.config import DetectorSettings, Engine
from reid_app.config.networks import AUTO_DETECTOR
from reid_app.detect.letterbox import Letterbox, detections
from reid_app.domain import Detections, FloatArray, Frame, ImageArray
from reid_app.errors import ModelError
from reid_app.models import ModelFiles, Role, application_folders, find_model

_PERSON_NAMES = frozenset({"person", "pedestrian", "people", "human"})
_FAMILY = "ultralytics"


class Network(Protocol):
    """A detection network on some engine."""

    largest_batch: int
    """Pictures that are worth computing at once; several batches may run side by side."""

    def run(self, batches: Sequence[ImageArray]) -> list[FloatArray]:
        """Run batches (B, H, W, 3) BGR ``uint8``; return (B, 4 + classes, anchors) for each."""
        ...


class Detector:
    """Finds people in frames.

    Args:
        network: The network.
        settings: Input size, thresholds, batch size.
        person: Index of the class person.
        stride: Both sides of the input are multiples of it.
    """

    def __init__(self, network: Network, settings: DetectorSettings, *, person: int, stride: int) -> None:
        self._network = network
        self._settings = settings
        self._person = person
        self._stride = stride

    def detect(self, frames: Sequence[Frame]) -> list[Detections]:
        """Find the people in ``frames`` of any sizes; one result for each, in their order."""
        boxes = [
            Letterbox.fit(frame.image.shape[0], frame.image.shape[1], self._settings.image_size, self._stride)
            for frame in frames
        ]
        groups: dict[tuple[int, int], list[int]] = {}
        for index, box in enumerate(boxes):
            groups.setdefault(box.shape, []).append(index)
        parts = [part for members in groups.values() for part in self._split(members)]
        outputs = self._network.run([self._batch(frames, boxes, part) for part in parts])
        found = [Detections.empty()] * len(frames)
        for part, output in zip(parts, outputs, strict=True):
            for index, raw in zip(part, output, strict=True):
                found[index] = detections(
                    raw, boxes[index], self._person, self._settings.confidence, self._settings.iou
                )
        return found

    def warm_up(self) -> None:
        """Run once, so that the first frames do not wait for the engine to prepare itself."""
        side = self._settings.image_size
        self._network.run([np.zeros((1, side, side, 3), np.uint8)])

    def _split(self, members: list[int]) -> list[list[int]]:
        size = min(self._settings.batch_size, self._network.largest_batch)
        return [members[start : start + size] for start in range(0, len(members), size)]

    def _batch(self, frames: Sequence[Frame], boxes: list[Letterbox], part: list[int]) -> ImageArray:
        batch = np.empty((len(part), *boxes[part[0]].shape, 3), np.uint8)
        for row, index in enumerate(part):
            boxes[index].apply(frames[index].image, batch[row])
        return batch


def find_detector(settings: DetectorSettings, folders: Sequence[Path] = ()) -> ModelFiles:
    """Find the detector that the settings name, or the one that suits the engine.

    Args:
        settings: The site's `detector` section.
        folders: Where models are looked for before the application's own folders.

    Raises:
        ModelError: There is no such model, or it is damaged.
    """
    name = settings.model
    if name == AUTO_DETECTOR:
        with_torch = settings.engine is Engine.TORCH or (settings.engine is Engine.AUTO and _has_cuda())
        name = "yolov8n" if with_torch else "yolov8n-int8"
    return find_model(name, (*folders, *application_folders()))


def load_detector(settings: DetectorSettings, files: ModelFiles) -> Detector:
    """Load a detector from its verified ``files``.

    Raises:
        ModelError: The engine is not there, the model has no file for it, or is no person detector.
    """
    architecture = files.architecture
    if architecture.get("family") != _FAMILY:
        raise ModelError(
            f"model {files.name} in {files.folder} is no {_FAMILY} detector; import one with `reid-app models import`"
        )
    engine = settings.engine
    if engine is Engine.AUTO:
        engine = Engine.TORCH if files.has(Role.WEIGHTS) and _has_cuda() else Engine.OPENVINO
    try:
        make = _ENGINES[engine]
    except KeyError:
        raise ModelError(f"detector.engine: {engine} runs no detector; choose auto, {' or '.join(_ENGINES)}") from None
    person = _person(files)
    network = make(files)
    return Detector(network, settings, person=person, stride=int(architecture.get("stride", 32)))


class OpenVinoNetwork:
    """A detection network on the processor, several pictures side by side.

    One picture on each core is faster than a batch of them on all cores: what a layer
    puts out is still in the core's cache when the next layer takes it up. A picture that
    is alone gets all cores.
    """

    largest_batch = 1

    def __init__(self, files: ModelFiles) -> None:
        import openvino
        from openvino.preprocess import PrePostProcessor

        try:
            core = openvino.Core()
            steps = PrePostProcessor(core.read_model(files.path(Role.OPENVINO)))
            steps.input().tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC"))
            steps.input().model().set_layout(openvino.Layout("NCHW"))
            steps.input().preprocess().convert_element_type(openvino.Type.f32).reverse_channels().scale(255.0)
            model = steps.build()
            compiled = core.compile_model(model, "CPU", {"PERFORMANCE_HINT": "THROUGHPUT"})
            alone = core.compile_model(model, "CPU", {"PERFORMANCE_HINT": "LATENCY"})
        except RuntimeError as error:
            raise ModelError(
                f"OpenVINO cannot load {files.path(Role.OPENVINO)} ({_first_line(error)}); import the model again"
            ) from error
        self._queue = openvino.AsyncInferQueue(compiled, compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        self._queue.set_callback(_keep_output)
        self._alone = alone.create_infer_request()

    def run(self, batches: Sequence[ImageArray]) -> list[FloatArray]:
        """See :class:`Network`."""
        if len(batches) == 1:
            self._alone.infer({0: batches[0]})
            return [self._alone.get_output_tensor(0).data.copy()]
        outputs: list[FloatArray] = [np.empty(0, np.float32)] * len(batches)
        for index, batch in enumerate(batches):
            self._queue.start_async({0: batch}, (outputs, index))
        self._queue.wait_all()
        return outputs


class TorchNetwork:
    """A detection network in PyTorch: half precision on a CUDA device, else on the processor."""

    largest_batch = 64

    def __init__(self, files: ModelFiles) -> None:
        import torch
        from safetensors.torch import load_file

        from reid_app.models.convert_detector import build

        self._torch = torch
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._type = torch.float16 if self._device.type == "cuda" else torch.float32
        network = build(yaml.safe_load(files.path(Role.ARCHITECTURE).read_text(encoding="utf-8")))
        state = {name: tensor.float() for name, tensor in load_file(files.path(Role.WEIGHTS)).items()}
        try:
            network.load_state_dict(state)
        except RuntimeError as error:
            raise ModelError(
                f"{files.path(Role.WEIGHTS)} does not fit its architecture ({_first_line(error)}); "
                "import the model again with the installed release of ultralytics"
            ) from error
        network.eval().requires_grad_(False)
        self._network = network.to(self._device, self._type).to(memory_format=torch.channels_last)

    def run(self, batches: Sequence[ImageArray]) -> list[FloatArray]:
        """See :class:`Network`."""
        torch = self._torch
        outputs: list[FloatArray] = []
        with torch.inference_mode():
            for batch in batches:
                pixels = torch.from_numpy(batch).to(self._device, non_blocking=True).permute(0, 3, 1, 2).flip(1)
                outputs.append(self._network(pixels.to(self._type) / 255).float().cpu().numpy())
        return outputs


_ENGINES: dict[Engine, Callable[[ModelFiles], Network]] = {
    Engine.OPENVINO: OpenVinoNetwork,
    Engine.TORCH: TorchNetwork,
}


def _keep_output(request: Any, place: tuple[list[NDArray[np.float32]], int]) -> None:
    outputs, index = place
    outputs[index] = request.get_output_tensor(0).data.copy()


def _person(files: ModelFiles) -> int:
    names = [name.casefold() for name in files.manifest.classes]
    for index, name in enumerate(names):
        if name in _PERSON_NAMES:
            return index
    if len(names) == 1:
        return 0
    raise ModelError(f"model {files.name} in {files.folder} finds no people; its classes are {', '.join(names[:10])}")


def _has_cuda() -> bool:
    import torch

    return bool(torch.cuda.is_available())


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[-1][:200]
