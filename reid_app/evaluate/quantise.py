"""8-bit models from a folder of typical pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import overload

import numpy as np

from reid_app.config import ColourOrder, DetectorSettings, Engine
from reid_app.detect.letterbox import Letterbox
from reid_app.domain import FloatArray, ImageArray
from reid_app.embed import resized
from reid_app.embed.jointloss import JointLossNetwork
from reid_app.errors import ModelError, TrainingError
from reid_app.evaluate.pictures import pictures_under, read_picture
from reid_app.models import InputSpec, ModelFiles, ModelKind, find_model
from reid_app.models.exporting import Arrays
from reid_app.models.quantising import Quantised, quantise_model

MOST_PICTURES = 300


def quantise(
    model: str, pictures: Path, folder: Path | None = None, *, replace_own: bool = False, seed: int = 0
) -> Quantised:
    """Make the 8-bit model ``NAME-int8`` of a detector, a joint-loss network or a pose machine.

    Args:
        model: Name or folder of a model with an OpenVINO IR.
        pictures: Folder of typical pictures, frames for a detector, crops for the others; at
            most :data:`MOST_PICTURES` are drawn.
        folder: Models folder to write into; None: the model's own.
        replace_own: Make no other model, but the model's own OpenVINO IR 8-bit.
        seed: Of the draw.

    Raises:
        ModelError: It is another kind, nncf is not installed, or there are too few pictures.
        TrainingError: The folder holds no pictures.
    """
    files = find_model(model)
    if files.kind not in (ModelKind.DETECTOR, ModelKind.JOINTLOSS, ModelKind.POSE):
        raise ModelError(
            f"model {files.name} is a {files.kind} model; only detectors, jointloss and pose models can be made 8-bit"
        )
    paths = pictures_under(pictures)
    if not paths:
        raise TrainingError(f"{pictures} holds no pictures; name a folder with typical ones.")
    drawn = [paths[index] for index in np.random.default_rng(seed).permutation(len(paths))[:MOST_PICTURES]]
    samples = _frames(files, drawn) if files.kind is ModelKind.DETECTOR else _crops(files, drawn)
    command = f"reid-app export {files.name} --int8 {pictures.name}"
    if replace_own:
        return quantise_model(files, samples, None, made_by=f"{command} --replace")
    return quantise_model(files, samples, folder or files.folder.parent, made_by=command)


@dataclass(frozen=True)
class _Frames(Sequence[Arrays]):
    """A detector's inputs, read when they are asked for: together they would fill the memory."""

    paths: tuple[Path, ...]
    spec: InputSpec
    long_side: int
    stride: int

    def __len__(self) -> int:
        return len(self.paths)

    @overload
    def __getitem__(self, index: int) -> Arrays: ...
    @overload
    def __getitem__(self, index: slice) -> _Frames: ...
    def __getitem__(self, index: int | slice) -> Arrays | _Frames:
        if isinstance(index, slice):
            return replace(self, paths=self.paths[index])
        image = read_picture(self.paths[index])
        box = Letterbox.fit(image.shape[0], image.shape[1], self.long_side, self.stride)
        pixels = np.empty((1, *box.shape, 3), np.uint8)
        box.apply(image, pixels[0])
        return [network_input(pixels, self.spec)]


def _frames(files: ModelFiles, paths: Sequence[Path]) -> Sequence[Arrays]:
    stride = int(files.architecture.get("stride", 32))
    return _Frames(tuple(paths), files.manifest.input, DetectorSettings().image_size, stride)


def _crops(files: ModelFiles, paths: Sequence[Path]) -> Sequence[Arrays]:
    size = files.manifest.input.size
    assert size is not None
    images = [read_picture(path) for path in paths]
    inputs = [network_input(resized(images, size), files.manifest.input)]
    if files.kind is ModelKind.JOINTLOSS:
        bodies = JointLossNetwork(files, Engine.OPENVINO).describe(images).bodies
        assert bodies is not None
        sides = np.array([[image.shape[1], image.shape[0]] * 2 for image in images], np.float32)
        inputs.append(bodies.parts / sides[:, None])
    return [[values[row : row + 1] for values in inputs] for row in range(len(images))]


def network_input(pixels: ImageArray, spec: InputSpec) -> FloatArray:
    """(N, H, W, 3) BGR to the (N, 3, H, W) ``float32`` that a network sees."""
    ordered = pixels[..., ::-1] if spec.colour is ColourOrder.RGB else pixels
    scaled = (ordered.astype(np.float32) - np.array(spec.mean, np.float32)) / np.array(spec.scale, np.float32)
    return np.ascontiguousarray(scaled.transpose(0, 3, 1, 2))
