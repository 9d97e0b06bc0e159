"""Makes a model with 8-bit weights and activations out of one with an OpenVINO IR."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
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


def quantise_model(files: ModelFiles, samples: Sequence[Arrays], folder: Path, *, made_by: str) -> Quantised:
    """Write the model ``folder/NAME-int8``.

    Weights have a scale for each channel, and every input shape of the original still
    runs. What a detector does after its last convolutions, whose sizes in pixels do not fit
    8 bits, stays in floating point, and so do these convolutions.

    It is another model: its embeddings differ from the original's, its hash too, and its
    thresholds have to be calibrated anew.

    Args:
        files: A model with an OpenVINO IR.
        samples: Its inputs for some hundred typical pictures: for each one array per input,
            batch 1. They are gone through more than once, each time in order.
        folder: A models folder.
        made_by: The command, for the new model's provenance.

    Raises:
        ModelError: nncf is not installed, there is no IR, too few pictures, or the model exists.
    """
    try:
        import nncf
    except ImportError as error:
        raise ModelError("8-bit export needs nncf; install it with `pip install nncf`") from error
    source = files.path(Role.OPENVINO)
    if len(samples) < LEAST_SAMPLES:
        raise ModelError(f"{len(samples)} pictures are too few to measure activations on; give {LEAST_SAMPLES} or more")
    name = f"{files.name}-int8"
    target = folder / name
    if target.exists():
        raise ModelError(f"{target} exists; remove it first")
    original = ov.Core().read_model(source)
    detects = files.kind is ModelKind.DETECTOR
    graph = nncf.quantize(
        original,
        nncf.Dataset(samples),
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(samples),
        ignored_scope=nncf.IgnoredScope(names=_last_layer(original)) if detects else None,
    )
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=folder) as scratch:
        made = Path(scratch) / "model"
        made.mkdir()
        written = save_graph(graph, files.manifest.input, made)
        compared = slice(_BOXES if detects else 0, None)
        before, after = open_graph(source), open_graph(written[Role.OPENVINO])
        cosine = min(
            least_cosine(before(probe)[:, compared], after(probe)[:, compared])
            for probe in (samples[row] for row in range(_PROBES))
        )
        provenance = files.manifest.provenance
        made_by = "; then ".join(filter(None, (provenance.made_by, made_by)))
        changes = {
            "name": name,
            "calibration": None,
            "provenance": provenance.model_copy(update={"made_by": made_by}),
            "files": {role: FileEntry.of(path) for role, path in written.items()},
        }
        write_manifest(made, files.manifest.model_copy(update=changes))
        made.rename(target)
    return Quantised(find_model(target, (folder, files.folder.parent)), cosine)


def _last_layer(graph: ov.Model) -> list[str]:
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
