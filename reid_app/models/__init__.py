"""The registry of model files: manifests, hashes, look-up, and the one-time import of detectors.

A model is a folder ``NAME/`` in a models folder. Its ``manifest.yaml`` says what it is
and pins every file by size and SHA-256; nothing is loaded that does not match. See
``docs/models.md`` for the format.
"""

from __future__ import annotations

from reid_app.models.importing import import_detector
from reid_app.models.manifest import (
    INPUT_NOTE,
    Calibration,
    FileEntry,
    InputSpec,
    Manifest,
    ModelKind,
    Provenance,
    Resize,
    Role,
    read_manifest,
    sha256_of,
    write_manifest,
)
from reid_app.models.registry import ModelFiles, application_folders, find_model, list_models

__all__ = [
    "INPUT_NOTE",
    "Calibration",
    "FileEntry",
    "InputSpec",
    "Manifest",
    "ModelFiles",
    "ModelKind",
    "Provenance",
    "Resize",
    "Role",
    "application_folders",
    "find_model",
    "import_detector",
    "list_models",
    "read_manifest",
    "sha256_of",
    "write_manifest",
]
