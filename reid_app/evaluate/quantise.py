"""8-bit models from a folder of typical pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from reid_app.config import ColourOrder, Engine
from reid_app.domain import FloatArray, ImageArray
from reid_app.embed import resized
from reid_app.embed.jointloss import JointLossNetwork
from reid_app.errors import ModelError, TrainingError
from reid_app.evaluate.pictures import pictures_under, read_picture
from reid_app.models import InputSpec, ModelKind, find_model
from reid_app.models.quantising import Quantised, quantise_model

MOST_PICTURES = 300


def quantise(model: str, pictures: Path, folder: Path | None = None, *, seed: int = 0) -> Quantised:
    """Make the 8-bit model ``NAME-int8`` of a joint-loss network or a pose machine.

    Args:
        model: Name or folder of a model with an OpenVINO IR.
        pictures: Folder of typical crops; at most :data:`MOST_PICTURES` are drawn.
        folder: Models folder to write into; None: the model's own.
        seed: Of the draw.

    Raises:
        ModelError: It is another kind, nncf is not installed, or there are too few pictures.
        TrainingError: The folder holds no pictures.
    """
    files = find_model(model)
    if files.kind not in (ModelKind.JOINTLOSS, ModelKind.POSE):
        raise ModelError(
            f"model {files.name} is a {files.kind} model; only jointloss and pose models can be made 8-bit"
        )
    size = files.manifest.input.size
    assert size is not None
    paths = pictures_under(pictures)
    if not paths:
        raise TrainingError(f"{pictures} holds no pictures; name a folder with typical crops.")
    drawn = np.random.default_rng(seed).permutation(len(paths))[:MOST_PICTURES]
    images = [read_picture(paths[index]) for index in drawn]
    inputs = [network_input(resized(images, size), files.manifest.input)]
    if files.kind is ModelKind.JOINTLOSS:
        bodies = JointLossNetwork(files, Engine.OPENVINO).describe(images).bodies
        assert bodies is not None
        sides = np.array([[image.shape[1], image.shape[0]] * 2 for image in images], np.float32)
        inputs.append(bodies.parts / sides[:, None])
    samples = [[values[row : row + 1] for values in inputs] for row in range(len(images))]
    return quantise_model(files, samples, folder or files.folder.parent)


def network_input(pixels: ImageArray, spec: InputSpec) -> FloatArray:
    """(N, H, W, 3) BGR to the (N, 3, H, W) ``float32`` that a network sees."""
    ordered = pixels[..., ::-1] if spec.colour is ColourOrder.RGB else pixels
    scaled = (ordered.astype(np.float32) - np.array(spec.mean, np.float32)) / np.array(spec.scale, np.float32)
    return np.ascontiguousarray(scaled.transpose(0, 3, 1, 2))
