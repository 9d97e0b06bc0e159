"""The one-time import of a detector from an ultralytics checkpoint."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from reid_app.errors import ModelError
from reid_app.models.manifest import (
    FileEntry,
    InputSpec,
    Manifest,
    ModelKind,
    PlainName,
    Provenance,
    Resize,
    Role,
    sha256_of,
    write_manifest,
)
from reid_app.models.registry import ModelFiles, find_model

CONVERSION_TIMEOUT = 900.0
"""Seconds after which a conversion is given up."""

PERSON_CLASSES = ("person", "pedestrian")
"""Names under which a detector's classes may hold people."""

_FILES = {
    Role.OPENVINO: "model.xml",
    Role.OPENVINO_WEIGHTS: "model.bin",
    Role.WEIGHTS: "model.safetensors",
    Role.ARCHITECTURE: "architecture.yaml",
}


def import_detector(
    checkpoint: Path,
    name: str,
    folder: Path,
    *,
    licence: str = "AGPL-3.0",
    source: str | None = None,
    replace: bool = False,
) -> ModelFiles:
    """Convert an ultralytics detection checkpoint into the model ``folder/name``.

    The checkpoint, a pickle, is read once, in a process of its own, with
    ``torch.load(weights_only=True)`` and a fixed list of layer classes; one that holds
    anything else is refused and never read in another way. Written are an OpenVINO IR
    (half precision, any batch, height and width), a safetensors file with its
    architecture for the torch engine, and the manifest. Nothing is downloaded.

    Args:
        checkpoint: The ``.pt`` file.
        name: Name of the model to make.
        folder: The models folder.
        licence: Licence of the weights; ultralytics' own are AGPL-3.0.
        source: Where the checkpoint comes from, in words; None: its file name.
        replace: Whether a model of that name may be replaced.

    Raises:
        ModelError: The checkpoint cannot be converted, it finds no people, or the model exists.
    """
    try:
        TypeAdapter(PlainName).validate_python(name)
    except ValidationError:
        raise ModelError(f"{name!r} cannot be a model's name; use letters, digits, . _ and -, at most 64") from None
    if not checkpoint.is_file():
        raise ModelError(f"there is no file {checkpoint}; name an ultralytics .pt checkpoint")
    target = folder / name
    if target.exists() and not replace:
        raise ModelError(f"{target} exists; choose another name, or say that it may be replaced")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=folder) as scratch:
        made = Path(scratch) / "model"
        made.mkdir()
        report = _convert(checkpoint, made, Path(scratch))
        classes = tuple(report["classes"])
        if len(classes) > 1 and not any(person in classes for person in PERSON_CLASSES):
            raise ModelError(
                f"{checkpoint} finds {', '.join(classes[:5])}, not people; import a detector with a class "
                f"called {' or '.join(PERSON_CLASSES)}"
            )
        manifest = Manifest(
            name=name,
            kind=ModelKind.DETECTOR,
            licence=licence,
            provenance=Provenance(
                source=source or checkpoint.name,
                source_sha256=sha256_of(checkpoint),
                made_by=f"reid-app models import {checkpoint.name} --name {name}",
            ),
            architecture={"family": "ultralytics", "stride": report["stride"]},
            input=InputSpec(scale=(255.0, 255.0, 255.0), resize=Resize.LETTERBOX),
            classes=classes,
            parameters=report["parameters"],
            gflops=report["gflops"],
            files={role: FileEntry.of(made / file) for role, file in _FILES.items()},
        )
        write_manifest(made, manifest)
        if target.exists():
            for kept in target.glob("*.md"):
                shutil.copy2(kept, made / kept.name)
            target.rename(Path(scratch) / "replaced")
        made.rename(target)
    return find_model(target, (folder,))


def _convert(checkpoint: Path, made: Path, scratch: Path) -> dict[str, Any]:
    """Run the converter on its own; return what it reports."""
    environment = os.environ | {
        "YOLO_OFFLINE": "true",
        "YOLO_AUTOINSTALL": "false",
        "YOLO_CONFIG_DIR": str(scratch),
        "YOLO_VERBOSE": "false",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    command = [sys.executable, "-m", "reid_app.models.convert_detector", str(checkpoint.resolve()), str(made.resolve())]
    try:
        done = subprocess.run(
            command,
            env=environment,
            cwd=scratch,
            capture_output=True,
            text=True,
            timeout=CONVERSION_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ModelError(f"converting {checkpoint} took over {CONVERSION_TIMEOUT:.0f} s and was given up") from None
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"the converter ended with code {done.returncode}"]
        raise ModelError(lines[-1])
    report: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return report
