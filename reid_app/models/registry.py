"""Finding a model by name or path, and checking that its files are what the manifest says."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reid_app.domain import Thresholds
from reid_app.errors import ModelError
from reid_app.models.manifest import MANIFEST_NAME, Manifest, ModelKind, Role, read_manifest, sha256_of

MODELS_VARIABLE = "REID_APP_MODELS"
"""Environment variable that names one more models folder."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model whose files were found and match its manifest.

    Attributes:
        folder: Where it lies.
        manifest: What it says.
        pose: The pose machine that a joint-loss network names, else None.
    """

    folder: Path
    manifest: Manifest
    pose: ModelFiles | None = None

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.manifest.name

    @property
    def kind(self) -> ModelKind:
        """What the model does."""
        return self.manifest.kind

    @property
    def architecture(self) -> dict[str, Any]:
        """Arguments that build the network."""
        return self.manifest.architecture

    @property
    def thresholds(self) -> Thresholds | None:
        """Similarities calibrated for this model, if it was calibrated."""
        calibration = self.manifest.calibration
        return None if calibration is None else calibration.thresholds()

    @property
    def hash(self) -> str:
        """Hash of all that decides what the model puts out, 64 hex digits.

        It covers kind, architecture, input, classes, embedding size, the pose machine and
        the parameters: those of the safetensors file where there is one, so that a model
        is the same model on every engine, else all files. Name, thresholds and texts do
        not count.
        """
        manifest = self.manifest
        weights = [manifest.files[Role.WEIGHTS]] if Role.WEIGHTS in manifest.files else list(manifest.files.values())
        content = {
            "kind": manifest.kind,
            "architecture": manifest.architecture,
            "input": manifest.input.model_dump(mode="json"),
            "classes": manifest.classes,
            "embedding_size": manifest.embedding_size,
            "landmark_confidence": manifest.landmark_confidence,
            "pose": self.pose.hash if self.pose else None,
            "files": sorted(entry.sha256 for entry in weights),
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def has(self, role: Role | str) -> bool:
        """Whether the model has a file of this ``role``."""
        return Role(role) in self.manifest.files

    def path(self, role: Role | str) -> Path:
        """Path of the file of this ``role``.

        Raises:
            ModelError: The model has none.
        """
        entry = self.manifest.files.get(Role(role))
        if entry is None:
            have = ", ".join(self.manifest.files)
            raise ModelError(
                f"model {self.name} in {self.folder} has no {Role(role)} file (only {have}); "
                "choose another engine or export the model"
            )
        return self.folder / entry.path

    def verify(self) -> None:
        """Compare every file with the manifest, and the pose machine's with its own.

        Raises:
            ModelError: A file is missing, lies elsewhere, or has another size or hash.
        """
        home = self.folder.resolve()
        for entry in self.manifest.files.values():
            path = self.folder / entry.path
            if not path.is_file():
                raise ModelError(f"model file {path} is missing; fetch or import model {self.name} again")
            if path.resolve().parent != home:
                raise ModelError(f"model file {path} is a link out of its folder; put the file itself there")
            size = path.stat().st_size
            if size != entry.size:
                raise ModelError(
                    f"model file {path} is damaged: {size} bytes instead of {entry.size}; "
                    f"fetch or import model {self.name} again"
                )
            if sha256_of(path) != entry.sha256:
                raise ModelError(
                    f"model file {path} is damaged or was changed: its SHA-256 is not the manifest's; "
                    f"fetch or import model {self.name} again"
                )
        if self.pose is not None:
            self.pose.verify()


def application_folders() -> tuple[Path, ...]:
    """Models folders that are looked into after a site's own.

    They are the one that the environment variable ``REID_APP_MODELS`` names, ``models/``
    of the source tree, and ``share/reid-app/models`` of the Python installation; those
    that exist.
    """
    named = os.environ.get(MODELS_VARIABLE)
    candidates = [Path(named).expanduser()] if named else []
    candidates += [Path(__file__).parents[2] / "models", Path(sys.prefix) / "share" / "reid-app" / "models"]
    return tuple(folder for folder in candidates if folder.is_dir())


def find_model(
    name_or_path: str | Path,
    folders: Sequence[Path] | None = None,
    *,
    kind: ModelKind | Iterable[ModelKind] | None = None,
) -> ModelFiles:
    """Find a model and check its files.

    Args:
        name_or_path: Name of a folder within ``folders``, or the path of a model's folder.
        folders: Where names are looked for, first hit wins; None: :func:`application_folders`.
        kind: What the model must be; None: anything.

    Raises:
        ModelError: There is no such model, it is of another kind, its manifest is not valid
            or a file is missing or damaged.
    """
    searched = application_folders() if folders is None else tuple(folders)
    folder = _locate(str(name_or_path), searched)
    model = _open(folder, searched)
    wanted = (kind,) if isinstance(kind, ModelKind) else tuple(kind or ())
    if wanted and model.kind not in wanted:
        raise ModelError(
            f"model {model.name} in {folder} is a {model.kind} model, not {' or '.join(wanted)}; name one of that kind"
        )
    model.verify()
    return model


def list_models(folders: Sequence[Path] | None = None) -> list[ModelFiles]:
    """List the models in ``folders`` by name; files are not hashed.

    Of two with the same name the first counts. A folder with an invalid manifest is left
    out with a warning in the log.
    """
    searched = application_folders() if folders is None else tuple(folders)
    found: dict[str, ModelFiles] = {}
    for parent in searched:
        for manifest in sorted(parent.glob(f"*/{MANIFEST_NAME}")):
            if manifest.parent.name in found:
                continue
            try:
                found[manifest.parent.name] = _open(manifest.parent, searched)
            except ModelError as error:
                _log.warning("model left out: %s", error)
    return [found[name] for name in sorted(found)]


def _locate(name: str, folders: Sequence[Path]) -> Path:
    path = Path(name).expanduser()
    is_path = path.is_absolute() or len(path.parts) != 1 or name in {".", ".."}
    candidates = [path] if is_path else [*(folder / name for folder in folders), path]
    for candidate in candidates:
        if (candidate / MANIFEST_NAME).is_file():
            return candidate
    if path.suffix == ".pt":
        raise ModelError(f"{name} is a pickle, which is never loaded; convert it once with `reid-app models import`")
    if path.exists():
        raise ModelError(f"{name} is no model: it has no {MANIFEST_NAME}; name a model or a model's folder")
    places = ", ".join(str(folder) for folder in folders) or "no models folder"
    raise ModelError(f"there is no model {name!r} in {places}; `reid-app models` lists those that there are")


def _open(folder: Path, folders: Sequence[Path]) -> ModelFiles:
    manifest = read_manifest(folder)
    pose = None
    if manifest.pose is not None:
        try:
            pose_folder = _locate(manifest.pose, (folder.parent, *folders))
        except ModelError as error:
            raise ModelError(f"model {manifest.name} in {folder} needs its pose machine: {error}") from error
        pose_manifest = read_manifest(pose_folder)
        if pose_manifest.kind is not ModelKind.POSE:
            raise ModelError(
                f"model {manifest.name} in {folder} names {manifest.pose} as its pose machine, which is a "
                f"{pose_manifest.kind} model; name a pose model"
            )
        pose = ModelFiles(pose_folder, pose_manifest)
    return ModelFiles(folder, manifest, pose)
