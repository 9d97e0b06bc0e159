"""Makes a model with 8-bit weights and activations out of one with an OpenVINO IR."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import openvino as ov

from reid_app.errors import ModelError
from reid_app.models.exporting import Arrays, least_cosine, open_graph, save_graph
from reid_app.models.manifest import FileEntry, ModelKind, Role, write_manifest
from reid_app.models.registry import ModelFiles, find_model

LEAST_SAMPLES = 32
"""Fewest pictures that activations can be measured on."""

_PROBES = 8

_BOXES = 4
"""Rows of a detector's output before those of the class scores."""

_FIRST_LAYERS = "/conv1_3/"
"""How the names of a joint-loss network's first layers begin."""

_LAYER = re.compile(r"__module\.model\.(\d+)[./]")
"""How OpenVINO names what comes from one layer of an ultralytics network."""


@dataclass(frozen=True, slots=True)
class Quantised:
    """An 8-bit model, and how far it moved.

    Attributes:
        files: The new model.
        cosine: Least cosine similarity between its output (a detector's class scores) and the
            original's on pictures that it was made from. What that costs has to be measured
            with the evaluation.
    """

    files: ModelFiles
    cosine: float


def quantise_model(files: ModelFiles, samples: Sequence[Arrays], folder: Path | None, *, made_by: str) -> Quantised:
    """Write the model ``folder/NAME-int8``, or make the model's own IR 8-bit.

    Weights have a scale for each channel, and every input shape of the original still
    runs. What does not fit 8 bits stays in floating point: of a detector the last
    convolutions and what follows them, whose sizes are in pixels; of a joint-loss network
    the part boxes, the first three convolutions, whose channels differ too much in range,
    and what follows the pooling, which costs nothing; of a pose machine the last
    convolution, whose maps have faint peaks that decide.

    It is another model: its embeddings differ from the original's, its hash too, and its
    thresholds have to be calibrated anew. A model whose own IR becomes 8-bit keeps its hash
    if it has a weights file: a gallery of the same people stays of use, as between engines.

    Args:
        files: A model with an OpenVINO IR.
        samples: Its inputs for some hundred typical pictures: for each one array per input,
            batch 1. They are gone through more than once, each time in order.
        folder: A models folder; None: the model keeps its name and its other files, and its
            IR is replaced.
        made_by: The command, for the new model's provenance.

    Raises:
        ModelError: nncf is not installed, there is no IR, it is 8-bit already, too few
            pictures, or the model exists.
    """
    try:
        import nncf
    except ImportError as error:
        raise ModelError("8-bit export needs nncf; install it with `pip install nncf`") from error
    source = files.path(Role.OPENVINO)
    if len(samples) < LEAST_SAMPLES:
        raise ModelError(f"{len(samples)} pictures are too few to measure activations on; give {LEAST_SAMPLES} or more")
    name = files.name if folder is None else f"{files.name}-int8"
    target = files.folder if folder is None else folder / name
    if folder is not None and target.exists():
        raise ModelError(f"{target} exists; remove it first")
    original = ov.Core().read_model(source)
    if any(operation.get_type_name() == "FakeQuantize" for operation in original.get_ops()):
        raise ModelError(f"the OpenVINO IR of {files.name} is 8-bit already; export it anew first")
    kept = _KEPT[files.kind](original)
    graph = nncf.quantize(
        original,
        nncf.Dataset(samples),
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(samples),
        ignored_scope=nncf.IgnoredScope(names=kept) if kept else None,
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=target.parent) as scratch:
        made = Path(scratch) / "model"
        made.mkdir()
        written = save_graph(graph, files.manifest.input, made)
        compared = slice(_BOXES if files.kind is ModelKind.DETECTOR else 0, None)
        before, after = open_graph(source), open_graph(written[Role.OPENVINO])
        cosine = min(
            least_cosine(before(probe)[:, compared], after(probe)[:, compared])
            for probe in (samples[row] for row in range(_PROBES))
        )
        provenance = files.manifest.provenance
        made_by = "; then ".join(filter(None, (provenance.made_by, made_by)))
        entries = {role: FileEntry.of(path) for role, path in written.items()}
        changes = {
            "name": name,
            "calibration": None,
            "provenance": provenance.model_copy(update={"made_by": made_by}),
            "files": entries if folder is not None else files.manifest.files | entries,
        }
        manifest = files.manifest.model_copy(update=changes)
        if folder is None:
            for path in written.values():
                path.replace(target / path.name)
            write_manifest(target, manifest)
        else:
            write_manifest(made, manifest)
            made.rename(target)
    return Quantised(find_model(target, (target.parent, files.folder.parent)), cosine)


def _joint_loss_floats(graph: ov.Model) -> list[str]:
    """Operations of a joint-loss network that stay in floating point."""
    boxes = [node for node in graph.get_parameters() if node.get_friendly_name() == "part_boxes"]
    pooled = [node for node in graph.get_ops() if node.get_type_name() == "ReduceMean"]
    first = [
        node.get_friendly_name()
        for node in graph.get_ops()
        if node.get_type_name() == "Convolution" and node.get_friendly_name().startswith(_FIRST_LAYERS)
    ]
    return [*_downstream(boxes, until="ROIPooling"), *_downstream(pooled, until="Result"), *first]


def _pose_floats(graph: ov.Model) -> list[str]:
    """The last convolution of a pose machine."""
    names = [node.get_friendly_name() for node in graph.get_ordered_ops() if node.get_type_name() == "Convolution"]
    return names[-1:]


def _downstream(nodes: Sequence[ov.Node], *, until: str) -> list[str]:
    """Names of the operations that use the nodes' results, up to those of a type."""
    found: dict[str, None] = {}
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        for port in node.outputs():
            for user in (target.get_node() for target in port.get_target_inputs()):
                name = user.get_friendly_name()
                if user.get_type_name() != until and name not in found:
                    found[name] = None
                    waiting.append(user)
    return list(found)


def _detector_floats(graph: ov.Model) -> list[str]:
    """Operations of an ultralytics detector's last layer, which turns maps into boxes and scores.

    Its convolutions that are followed by a normalisation are not among them: once that is
    folded into their weights, they bear no layer's name.
    """
    layers = {}
    for operation in graph.get_ops():
        found = _LAYER.match(operation.get_friendly_name())
        if found is not None and operation.get_type_name() != "Constant":
            layers[operation.get_friendly_name()] = int(found[1])
    return [name for name, layer in layers.items() if layer == max(layers.values())]


_KEPT: dict[ModelKind, Callable[[ov.Model], list[str]]] = {
    ModelKind.DETECTOR: _detector_floats,
    ModelKind.JOINTLOSS: _joint_loss_floats,
    ModelKind.POSE: _pose_floats,
}
"""What of a model stays in floating point, by its kind."""
