"""Makes a model with 8-bit weights and activations out of one with an OpenVINO IR."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openvino as ov

from reid_app.errors import ModelError
from reid_app.models.exporting import Arrays, least_cosine, run_graph, save_graph
from reid_app.models.manifest import FileEntry, Role, write_manifest
from reid_app.models.registry import ModelFiles, find_model

LEAST_SAMPLES = 32
"""Fewest pictures that activations can be measured on."""

_PROBES = 8


@dataclass(frozen=True, slots=True)
class Quantised:
    """An 8-bit model, and how far it moved.

    Attributes:
        files: The new model.
        cosine: Least cosine similarity between its output and the original's on pictures
            that it was made from. What that costs has to be measured with the evaluation.
    """

    files: ModelFiles
    cosine: float


def quantise_model(files: ModelFiles, samples: Sequence[Arrays], folder: Path) -> Quantised:
    """Write the model ``folder/NAME-int8``.

    It is another model: its embeddings differ from the original's, its hash too, and its
    thresholds have to be calibrated anew.

    Args:
        files: A model with an OpenVINO IR.
        samples: Its inputs for some hundred typical pictures: for each one array per input, batch 1.
        folder: A models folder.

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
    graph = nncf.quantize(
        ov.Core().read_model(source),
        nncf.Dataset(samples),
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(samples),
    )
    probe = [np.concatenate(values) for values in zip(*samples[:_PROBES], strict=True)]
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=folder) as scratch:
        made = Path(scratch) / "model"
        made.mkdir()
        written = save_graph(graph, files.manifest.input, made)
        cosine = least_cosine(run_graph(source, probe), run_graph(written[Role.OPENVINO], probe))
        changes = {
            "name": name,
            "calibration": None,
            "files": {role: FileEntry.of(path) for role, path in written.items()},
        }
        write_manifest(made, files.manifest.model_copy(update=changes))
        made.rename(target)
    return Quantised(find_model(target, (folder, files.folder.parent)), cosine)
