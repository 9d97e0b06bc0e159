"""Writes a model in another format, and checks that it still says the same.

Networks go through ONNX: its RoI max pooling is what every runtime knows. The result
lies in the model's folder and is pinned in its manifest, or in a folder of its own.
"""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import openvino as ov
import torch
from numpy.typing import NDArray
from torch.utils.flop_counter import FlopCounterMode

from reid_app.errors import ModelError
from reid_app.models.building import build_jointloss, build_pose_machine
from reid_app.models.manifest import INPUT_NOTE, FileEntry, InputSpec, ModelKind, Role, write_manifest
from reid_app.models.registry import ModelFiles
from reid_app.nets.parts import PREDEFINED_REGIONS

LEAST_COSINE = 0.999
"""Least similarity of what the exported and the original network put out."""

OPSET = 17

Arrays = list[NDArray[np.float32]]


class ExportFormat(StrEnum):
    """What a model can be written as."""

    ONNX = "onnx"
    OPENVINO = "openvino"


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export wrote, and how close it is to the original.

    Attributes:
        files: The files written.
        cosine: Least cosine similarity between the outputs of both on test pictures.
        size: Bytes of all files.
    """

    files: tuple[Path, ...]
    cosine: float
    size: int


def export_model(files: ModelFiles, to: ExportFormat | str, out: Path | None = None) -> ExportReport:
    """Export a joint-loss network or a pose machine from its safetensors file.

    Both take any batch. Inputs are ``images`` (N, 3, H, W), normalised as the manifest
    says, and for a joint-loss network ``part_boxes`` (N, 3, 4) in fractions of the crop;
    the output is ``embeddings`` (N, D) or ``beliefs`` (N, 19, H / 4, W / 4). OpenVINO
    IRs hold their weights in half precision.

    Args:
        files: The model.
        to: The format.
        out: Folder to write into; None: the model's own, whose manifest then pins the files.

    Raises:
        ModelError: It is another kind, there is nothing to write with, or the result differs.
    """
    target = ExportFormat(to)
    network, inputs = _network_and_inputs(files)
    with torch.inference_mode():
        expected = network(*[torch.from_numpy(values) for values in inputs]).numpy()
    folder = files.folder if out is None else out
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as scratch:
        onnx = Path(scratch) / "model.onnx"
        _to_onnx(network, inputs, files, onnx)
        made = {Role.ONNX: onnx}
        if target is ExportFormat.OPENVINO:
            made = save_graph(ov.Core().read_model(onnx), files.manifest.input, Path(scratch))
        cosine = least_cosine(expected, run_graph(made.get(Role.OPENVINO, onnx), inputs))
        if not cosine > LEAST_COSINE:
            raise ModelError(
                f"the exported {files.name} differs from the original (cosine {cosine:.5f}); it was not kept"
            )
        written = _move(made, folder)
    if out is None:
        pinned = files.manifest.files | {role: FileEntry.of(path) for role, path in written.items()}
        costs = {
            "parameters": sum(parameter.numel() for parameter in network.parameters()),
            "gflops": round(gflops(network, [values[:1] for values in inputs]), 4),
        }
        write_manifest(files.folder, files.manifest.model_copy(update={"files": pinned, **costs}))
    return ExportReport(tuple(written.values()), cosine, sum(path.stat().st_size for path in written.values()))


def run_graph(path: Path, inputs: Arrays) -> NDArray[np.float32]:
    """Run an ONNX or OpenVINO file in float32; return its first output."""
    return open_graph(path)(inputs)


def open_graph(path: Path) -> Callable[[Arrays], NDArray[np.float32]]:
    """Load an ONNX or OpenVINO file to run in float32: inputs to its first output."""
    compiled = ov.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})

    def run(inputs: Arrays) -> NDArray[np.float32]:
        return np.array(compiled(inputs)[0], np.float32)

    return run


def least_cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Least cosine similarity between the rows of two outputs of equal shape (N, ...).

    Raises:
        ModelError: The shapes differ.
    """
    if one.shape != other.shape:
        raise ModelError(f"the exported network puts out {other.shape} instead of {one.shape}")
    a, b = one.reshape(len(one), -1), other.reshape(len(other), -1)
    cosines = (a * b).sum(1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))
    return float(cosines.min())


def save_graph(graph: ov.Model, spec: InputSpec, folder: Path) -> dict[Role, Path]:
    """Write ``model.xml`` and ``model.bin`` in half precision; the file notes its input ``spec``."""
    graph.set_rt_info(_note(spec), [INPUT_NOTE])
    path = folder / "model.xml"
    ov.save_model(graph, path, compress_to_fp16=True)
    return {Role.OPENVINO: path, Role.OPENVINO_WEIGHTS: path.with_suffix(".bin")}


def gflops(network: torch.nn.Module, inputs: Arrays) -> float:
    """Count the floating-point operations of one run, in 10^9; a multiply-add counts two."""
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        network(*[torch.from_numpy(values) for values in inputs])
    return float(counter.get_total_flops()) / 1e9


def _network_and_inputs(files: ModelFiles) -> tuple[torch.nn.Module, Arrays]:
    """The network, and inputs of a batch of 3 to export and compare it with."""
    if files.manifest.input.size is None:
        raise ModelError(f"the manifest of model {files.name} in {files.folder} lacks input.size; add it")
    generator = np.random.default_rng(0)
    images = generator.standard_normal((3, 3, *files.manifest.input.size)).astype(np.float32)
    if files.kind is ModelKind.POSE:
        return build_pose_machine(files), [images]
    if files.kind is ModelKind.JOINTLOSS:
        boxes = np.array(PREDEFINED_REGIONS, np.float32)[None] + generator.uniform(-0.05, 0.05, (3, 3, 4))
        return build_jointloss(files), [images, boxes.clip(0, 1).astype(np.float32)]
    raise ModelError(f"model {files.name} is a {files.kind} model; only jointloss and pose models can be exported")


def _to_onnx(network: torch.nn.Module, inputs: Arrays, files: ModelFiles, path: Path) -> None:
    try:
        import onnx
    except ImportError as error:
        raise ModelError("export needs onnx; install it with `pip install 'reid-app[onnx]'`") from error
    names = ["images", "part_boxes"][: len(inputs)]
    output = "embeddings" if files.kind is ModelKind.JOINTLOSS else "beliefs"
    with warnings.catch_warnings():
        # The exporter by tracing is called old, but the new one has no RoI pooling.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            tuple(torch.from_numpy(values) for values in inputs),
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=names,
            output_names=[output],
            dynamic_axes={name: {0: "n"} for name in (*names, output)},
        )
    model = onnx.load(str(path))
    note = model.metadata_props.add()
    note.key, note.value = INPUT_NOTE, _note(files.manifest.input)
    onnx.save(model, str(path))


def _note(spec: InputSpec) -> str:
    return json.dumps(spec.model_dump(mode="json"))


def _move(made: dict[Role, Path], folder: Path) -> dict[Role, Path]:
    return {role: path.replace(folder / path.name) for role, path in made.items()}
