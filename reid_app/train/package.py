"""``python -m reid_app.train.package``: a run's weights to a model folder with a manifest."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file

from reid_app.errors import ReidAppError, TrainingError
from reid_app.models import FileEntry, InputSpec, Manifest, ModelKind, Provenance, Resize, Role, write_manifest
from reid_app.nets.jointloss import JointLossArgs
from reid_app.nets.parts import CONFIDENT
from reid_app.train.checkpoint import save_weights
from reid_app.train.images import DEVIATION, MEAN

RESEARCH_ONLY = "weights trained on research-only data; retrain on data of your own for commercial use"


def package(weights: Path, folder: Path, *, data: str, made_by: str, pose: str | None = None) -> Manifest:
    """Write a model folder from the weights of a run.

    Other files of the folder stay, but the manifest no longer names them: exports of
    older weights have to be written again. A projection to fewer values than the 576 of
    the architecture is lifted back to that length by a fixed orthonormal basis, which
    leaves every cosine as it is: the networks of this architecture stay interchangeable.

    Args:
        weights: ``weights.safetensors`` of a run.
        folder: The model's folder; its name is the model's.
        data: What the network was trained on, in words.
        made_by: The command that trained it.
        pose: Name of the pose machine that a joint-loss network is shipped with.

    Raises:
        TrainingError: The file does not say which network it holds.
    """
    notes = _notes(weights)
    if "detector" in notes:
        return _package_detector(weights, notes, folder, data=data, made_by=made_by)
    kind = ModelKind.POSE if "stages" in notes["architecture"] else ModelKind.JOINTLOSS
    if kind is ModelKind.JOINTLOSS and pose is None:
        raise TrainingError(f"{weights} is a joint-loss network; name the pose machine it is shipped with.")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "model.safetensors"
    if kind is ModelKind.JOINTLOSS:
        notes = notes | {"architecture": _write_lifted(weights, notes, target)}
    else:
        shutil.copyfile(weights, target)
    manifest = Manifest(
        name=folder.name,
        kind=kind,
        licence=RESEARCH_ONLY,
        provenance=Provenance(source="trained by this project", made_by=made_by, data=data),
        architecture=_plain(notes["architecture"]),
        input=InputSpec(
            size=(notes["input_size"][0], notes["input_size"][1]),
            mean=(MEAN[0] * 255, MEAN[1] * 255, MEAN[2] * 255),
            scale=(DEVIATION[0] * 255, DEVIATION[1] * 255, DEVIATION[2] * 255),
        ),
        embedding_size=_embedding_size(notes["architecture"]) if kind is ModelKind.JOINTLOSS else None,
        pose=pose if kind is ModelKind.JOINTLOSS else None,
        landmark_confidence=CONFIDENT if kind is ModelKind.POSE else None,
        files={Role.WEIGHTS: FileEntry.of(target)},
    )
    write_manifest(folder, manifest)
    return manifest


def _package_detector(weights: Path, notes: dict[str, Any], folder: Path, *, data: str, made_by: str) -> Manifest:
    # Only this needs ultralytics.
    from reid_app.models.convert_detector import build, write_detector

    folder.mkdir(parents=True, exist_ok=True)
    state = {name: value.float() for name, value in load_file(weights).items()}
    # A run leaves out the batch norms' counters, which nothing reads any more.
    counters = {name: value for name, value in build(dict(notes["detector"])).state_dict().items() if name not in state}
    state |= {name: value for name, value in counters.items() if name.endswith("num_batches_tracked")}
    report = write_detector(notes["detector"], notes["classes"], state, folder, source=weights)
    files = {
        Role.OPENVINO: "model.xml",
        Role.OPENVINO_WEIGHTS: "model.bin",
        Role.WEIGHTS: "model.safetensors",
        Role.ARCHITECTURE: "architecture.yaml",
    }
    manifest = Manifest(
        name=folder.name,
        kind=ModelKind.DETECTOR,
        licence="AGPL-3.0",
        provenance=Provenance(source="trained by this project", made_by=made_by, data=data),
        architecture={"family": "ultralytics", "stride": report["stride"]},
        input=InputSpec(scale=(255.0, 255.0, 255.0), resize=Resize.LETTERBOX),
        classes=tuple(notes["classes"]),
        parameters=report["parameters"],
        gflops=report["gflops"],
        files={role: FileEntry.of(folder / file) for role, file in files.items()},
    )
    write_manifest(folder, manifest)
    return manifest


def _write_lifted(weights: Path, notes: dict[str, Any], target: Path) -> dict[str, Any]:
    """Write the weights with a projection to the full length; return the new architecture."""
    architecture: dict[str, Any] = notes["architecture"]
    size, full = architecture.get("projection", 0), _args(architecture | {"projection": 0}).embedding_size
    if size in (0, full):
        shutil.copyfile(weights, target)
        return architecture
    generator = torch.Generator().manual_seed(0)
    basis, _ = torch.linalg.qr(torch.randn(full, size, generator=generator, dtype=torch.float64))
    parameters = load_file(weights)
    for name in ("projection.weight", "projection.bias"):
        parameters[name] = basis.to(torch.float32) @ parameters[name].float()
    architecture = architecture | {"projection": full}
    save_weights(target, parameters, notes | {"architecture": architecture})
    return architecture


def _notes(weights: Path) -> dict[str, Any]:
    try:
        with safe_open(weights, "pt") as file:
            notes = {key: json.loads(value) for key, value in (file.metadata() or {}).items()}
    except (OSError, SafetensorError, ValueError) as error:
        raise TrainingError(f"{weights} cannot be read as a run's weights: {error}.") from error
    if "detector" not in notes and not {"architecture", "input_size"} <= notes.keys():
        raise TrainingError(f"{weights} does not say which network it holds; give the weights.safetensors of a run.")
    return notes


def _embedding_size(architecture: dict[str, Any]) -> int:
    return _args(architecture).embedding_size


def _args(architecture: dict[str, Any]) -> JointLossArgs:
    return JointLossArgs(**(architecture | {"branches": tuple(architecture["branches"])}))


def _plain(architecture: dict[str, Any]) -> dict[str, Any]:
    """Without what only training needs."""
    return {name: value for name, value in architecture.items() if name != "dropout"}


def main(arguments: list[str] | None = None) -> int:
    """Package; 0 fine, else the exit code of the error, told in one sentence."""
    parser = argparse.ArgumentParser(prog="python -m reid_app.train.package", description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", required=True, help="what it was trained on, in words")
    parser.add_argument("--made-by", required=True, help="the command that trained it")
    parser.add_argument("--pose", help="pose machine of a joint-loss network")
    chosen = parser.parse_args(arguments)
    try:
        package(chosen.weights, chosen.folder, data=chosen.data, made_by=chosen.made_by, pose=chosen.pose)
    except ReidAppError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
