"""Any re-identification network from an OpenVINO IR or ONNX file."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import openvino as ov
import yaml

from reid_app.config import ColourOrder, EmbedderKind, EmbedderSettings
from reid_app.domain import ImageArray, Thresholds
from reid_app.embed.network import Descriptions, unit_rows
from reid_app.embed.openvino_runner import Runner, read_graph, resized, with_pixels_in
from reid_app.errors import ModelError
from reid_app.models import INPUT_NOTE, InputSpec, sha256_of

IMAGENET_MEAN = (123.675, 116.28, 103.53)
IMAGENET_SCALE = (58.395, 57.12, 57.375)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A published file, recognised by its SHA-256.

    Attributes:
        name: Its published name.
        input: What it expects.
        thresholds: Calibrated with `reid-app calibrate`, if it was.
    """

    name: str
    input: InputSpec | None
    thresholds: Thresholds | None


class FileNetwork:
    """A network that takes one picture and puts out one vector.

    Input size, colour order, mean and scale come from the settings where given, else
    from the file where it says them, else from what is usual for its kind (see
    :class:`reid_app.config.EmbedderSettings`).

    Args:
        path: The ``.xml`` (with its ``.bin`` beside it) or ``.onnx`` file.
        settings: Kind, and what the file does not say.

    Raises:
        ModelError: The file is missing, damaged, or no network of that shape.
    """

    def __init__(self, path: Path, settings: EmbedderSettings) -> None:
        graph = read_graph(path)
        self._name = path.stem
        digests = [sha256_of(file) for file in _files_of(path)]
        self.known = _known_files().get(digests[-1])
        layout, file_size = _input_shape(graph, path)
        self.input = _input_spec(graph, path, settings, self.known, file_size)
        assert self.input.size is not None
        height, width = self.input.size
        shape = [1, 3, height, width] if layout == "NCHW" else [1, height, width, 3]
        try:
            graph.reshape(shape)
        except RuntimeError as error:
            raise ModelError(
                f"{path} cannot take pictures of {height} x {width}; correct `embedder.input_size`"
            ) from error
        self._dimension = _dimension(graph, path)
        self._runner = Runner(with_pixels_in(graph, self.input, layout), self._name)
        content = {"files": digests, "input": self.input.model_dump(mode="json")}
        self._model = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        self._check()

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        return self._name

    @property
    def model(self) -> str:
        """Hash of the file's bytes and of the pre-processing."""
        return self._model

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def describe(self, images: Sequence[ImageArray]) -> Descriptions:
        """Embed BGR crops; see :meth:`reid_app.embed.network.Network.describe`."""
        assert self.input.size is not None
        raw = self._runner.run(resized(images, self.input.size))
        return Descriptions(unit_rows(raw.reshape(len(images), self._dimension), self._name))

    def _check(self) -> None:
        """Refuse a network whose output does not depend on the picture.

        Raises:
            ModelError: It does not, or it is not finite.
        """
        noise = np.random.default_rng(0).integers(0, 256, (2, 64, 32, 3), np.uint8)
        first, second = self.describe([noise[0], noise[1]]).vectors
        if np.array_equal(first, second):
            raise ModelError(f"model {self._name} puts out the same vector for any picture; it is no embedding network")


def _files_of(path: Path) -> tuple[Path, ...]:
    return (path, path.with_suffix(".bin")) if path.suffix == ".xml" else (path,)


def _known_files() -> dict[str, KnownFile]:
    """Published files by the SHA-256 of their weights (``.bin`` or ``.onnx``)."""
    text = resources.files("reid_app.embed").joinpath("known_files.yaml").read_text(encoding="utf-8")
    return {
        entry["sha256"]: KnownFile(
            name=entry["name"],
            input=InputSpec.model_validate(entry["input"]) if "input" in entry else None,
            thresholds=Thresholds(**entry["thresholds"]) if "thresholds" in entry else None,
        )
        for entry in yaml.safe_load(text)
    }


def _input_shape(graph: ov.Model, path: Path) -> tuple[str, tuple[int, int] | None]:
    """Layout of the one input, and (height, width) where the file fixes them."""
    if len(graph.inputs) != 1:
        raise ModelError(f"{path} takes {len(graph.inputs)} inputs, not one picture; name a re-identification network")
    shape = graph.inputs[0].get_partial_shape()
    sides = [d.get_length() if d.is_static else -1 for d in shape] if shape.rank.is_static else []
    if len(sides) == 4 and sides[1] == 3:
        layout, (height, width) = "NCHW", sides[2:]
    elif len(sides) == 4 and sides[3] == 3:
        layout, (height, width) = "NHWC", sides[1:3]
    else:
        raise ModelError(f"{path} takes input of shape {shape}, not (N, 3, H, W); name a re-identification network")
    return layout, (height, width) if min(height, width) > 0 else None


def _dimension(graph: ov.Model, path: Path) -> int:
    """Length of the vector; the graph has a batch of 1."""
    if len(graph.outputs) != 1:
        raise ModelError(
            f"{path} puts out {len(graph.outputs)} tensors, not one vector; name a re-identification network"
        )
    shape = graph.outputs[0].get_partial_shape()
    sides = list(shape.to_shape()) if shape.is_static else []
    if len(sides) < 2 or sides[0] != 1 or sides[1] < 2 or any(side != 1 for side in sides[2:]):
        raise ModelError(f"{path} puts out {shape} for one picture, not a vector; name a re-identification network")
    return int(sides[1])


def _input_spec(
    graph: ov.Model,
    path: Path,
    settings: EmbedderSettings,
    known: KnownFile | None,
    file_size: tuple[int, int] | None,
) -> InputSpec:
    usual = (
        InputSpec(colour=ColourOrder.RGB, mean=IMAGENET_MEAN, scale=IMAGENET_SCALE)
        if settings.kind is EmbedderKind.ONNX
        else InputSpec(colour=ColourOrder.BGR)
    )
    said = (known.input if known else None) or _said_by(graph)
    if said is None and None in (settings.colour, settings.mean, settings.scale):
        _log.warning(
            "%s does not say how its input is scaled: taken to be %s, mean %s, scale %s where the site file does not "
            "say otherwise (embedder: colour, mean, scale)",
            path.name,
            usual.colour,
            usual.mean,
            usual.scale,
        )
    base = said or usual
    size = settings.input_size or file_size or base.size
    if size is None:
        raise ModelError(f"{path} takes pictures of any size; say which in the site file (`embedder.input_size`)")
    return InputSpec(
        size=size,
        colour=settings.colour or base.colour,
        mean=settings.mean or base.mean,
        scale=settings.scale or base.scale,
    )


def _said_by(graph: ov.Model) -> InputSpec | None:
    """What the file notes on its input, if it does.

    This application's own exports note everything. OpenVINO's model converter notes the
    mean and scale that it built in, and whether it reversed the channels: such a graph
    takes raw values, in BGR if it was reversed.
    """
    for place in ([INPUT_NOTE], ["framework", INPUT_NOTE]):
        if graph.has_rt_info(place):
            return InputSpec.model_validate_json(str(graph.get_rt_info(place).value))
    place = ["conversion_parameters", "reverse_input_channels"]
    if graph.has_rt_info(place):
        is_reversed = str(graph.get_rt_info(place).value).lower() in {"true", "yes", "1"}
        return InputSpec(colour=ColourOrder.BGR if is_reversed else ColourOrder.RGB)
    return None
