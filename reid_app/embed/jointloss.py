"""The application's own embedder: pose machine, part boxes, joint-loss network.

Liu, Jiang, Zhou, Xu, *Person Re-identification with Joint-loss*.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch

from reid_app.config import Engine
from reid_app.domain import FloatArray, ImageArray
from reid_app.embed.network import Bodies, Descriptions, unit_rows
from reid_app.embed.openvino_runner import Runner, read_graph, resized, with_pixels_in
from reid_app.errors import ModelError
from reid_app.models import ModelFiles, Role
from reid_app.models.building import build_jointloss, build_pose_machine
from reid_app.nets.cpm import peaks
from reid_app.nets.parts import CONFIDENT, POSES, part_boxes, pose_codes

LARGEST_TORCH_BATCH = 64
"""Most crops at once on a GPU, so that memory stays bounded."""


class Stage(Protocol):
    """One network of the two, run on (N, H, W, 3) BGR ``uint8`` and further inputs."""

    def run(self, pixels: ImageArray, *others: FloatArray) -> FloatArray:
        """Return the network's output, (N, ...)."""


class JointLossNetwork:
    """Crops to landmarks, part boxes and embeddings.

    Args:
        files: A joint-loss model; its manifest names the pose machine.
        engine: auto: PyTorch where there is a CUDA device, else OpenVINO.

    Raises:
        ModelError: A network does not load, or the engine has no file to run.
    """

    def __init__(self, files: ModelFiles, engine: Engine = Engine.AUTO) -> None:
        if files.pose is None or files.manifest.embedding_size is None:
            raise ModelError(f"model {files.name} in {files.folder} is no joint-loss model; name one that is")
        self._files = files
        self._size = _size_of(files)
        self._pose_size = _size_of(files.pose)
        self._dimension = files.manifest.embedding_size
        self._map_size = map_size(self._size)
        self._confident = files.pose.manifest.landmark_confidence or CONFIDENT
        self.engine = _choose(engine, files)
        self._pose_stage: Stage
        self._embed_stage: Stage
        if self.engine is Engine.TORCH:
            device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
            self._pose_stage = _TorchStage(build_pose_machine(files.pose), files.pose, device)
            self._embed_stage = _TorchStage(build_jointloss(files), files, device)
        else:
            self._pose_stage = _GraphStage(files.pose)
            self._embed_stage = _GraphStage(files)

    @property
    def name(self) -> str:
        """The model's name."""
        return self._files.name

    @property
    def model(self) -> str:
        """The model's hash, the same on every engine."""
        return self._files.hash

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def describe(self, images: Sequence[ImageArray]) -> Descriptions:
        """Describe BGR crops; see :meth:`reid_app.embed.network.Network.describe`."""
        beliefs = self._pose_stage.run(resized(images, self._pose_size))
        landmarks = peaks(torch.from_numpy(beliefs))
        boxes = part_boxes(landmarks, confident=self._confident, map_size=self._map_size)
        poses = tuple(POSES[int(code)] for code in pose_codes(landmarks, confident=self._confident))
        points = landmarks.numpy().astype(np.float32)
        parts = boxes.numpy().astype(np.float32)
        vectors = self._embed_stage.run(resized(images, self._size), parts)
        if vectors.shape != (len(images), self._dimension):
            raise ModelError(
                f"model {self.name} puts out {vectors.shape[1:]} instead of ({self._dimension},); its files do not "
                "belong together, fetch or export it again"
            )
        sides = np.array([[image.shape[1], image.shape[0]] for image in images], np.float32)
        points[..., :2] *= sides[:, None]
        seen = (points[..., 2] >= self._confident).mean(axis=1, dtype=np.float32)
        return Descriptions(
            unit_rows(vectors, self.name), Bodies(points, parts * np.tile(sides, 2)[:, None], poses, seen)
        )


def map_size(size: tuple[int, int]) -> tuple[int, int]:
    """Height and width of the conv4_x map, from which parts are pooled, for an input of ``size``."""
    # Stride 2; a 3x3 without padding, in height only; max pool with stride 2; the valid conv2_x.
    height, width = ((side - 3) // 2 + 1 for side in size)
    return (height - 2 - 3) // 2 + 1 - 2, (width - 3) // 2 + 1 - 2


def _choose(engine: Engine, files: ModelFiles) -> Engine:
    assert files.pose is not None
    both = (files, files.pose)
    if engine is Engine.AUTO:
        wants_torch = torch.cuda.is_available() and all(model.has(Role.WEIGHTS) for model in both)
        return Engine.TORCH if wants_torch else Engine.OPENVINO
    return Engine.TORCH if engine is Engine.TORCH else Engine.OPENVINO


def _size_of(files: ModelFiles) -> tuple[int, int]:
    size = files.manifest.input.size
    if size is None:
        raise ModelError(f"the manifest of model {files.name} in {files.folder} lacks input.size; add it")
    return size


class _GraphStage:
    """A network's OpenVINO IR, or its ONNX file, on the CPU."""

    def __init__(self, files: ModelFiles) -> None:
        role = Role.OPENVINO if files.has(Role.OPENVINO) or not files.has(Role.ONNX) else Role.ONNX
        path = files.path(role)
        graph = read_graph(path)
        height, width = _size_of(files)
        shapes = {item: [1, *item.get_partial_shape()[1:]] for item in graph.inputs}
        shapes[graph.inputs[0]] = [1, 3, height, width]
        try:
            graph.reshape(shapes)
        except RuntimeError as error:
            raise ModelError(f"{path} cannot take pictures of {height} x {width}; export it again") from error
        self._runner = Runner(with_pixels_in(graph, files.manifest.input, "NCHW"), files.name)

    def run(self, pixels: ImageArray, *others: FloatArray) -> FloatArray:
        return self._runner.run(pixels, *others)


class _TorchStage:
    """A network in PyTorch, on the GPU where there is one."""

    def __init__(self, network: torch.nn.Module, files: ModelFiles, device: torch.device) -> None:
        self._network = network.to(device)
        self._device = device
        spec = files.manifest.input
        self._reverse = spec.colour == "rgb"
        self._mean = torch.tensor(spec.mean, device=device).view(3, 1, 1)
        self._scale = torch.tensor(spec.scale, device=device).view(3, 1, 1)

    def run(self, pixels: ImageArray, *others: FloatArray) -> FloatArray:
        with torch.inference_mode():
            outputs = [
                self._run_batch(pixels[chosen], [values[chosen] for values in others])
                for chosen in (
                    slice(start, start + LARGEST_TORCH_BATCH) for start in range(0, len(pixels), LARGEST_TORCH_BATCH)
                )
            ]
        result: FloatArray = np.concatenate(outputs)
        return result

    def _run_batch(self, pixels: ImageArray, others: Sequence[FloatArray]) -> FloatArray:
        batch = torch.from_numpy(pixels).to(self._device).permute(0, 3, 1, 2)
        batch = ((batch.flip(1) if self._reverse else batch).float() - self._mean) / self._scale
        further = [torch.from_numpy(values).to(self._device) for values in others]
        on_gpu = self._device.type == "cuda"
        if on_gpu:
            batch = batch.contiguous(memory_format=torch.channels_last)
        with torch.autocast(self._device.type, torch.float16, enabled=on_gpu):
            output: FloatArray = self._network(batch, *further).float().cpu().numpy()
        return output
