"""What a model folder says about itself: the schema of ``manifest.yaml``."""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from reid_app.config import ColourOrder
from reid_app.domain import Thresholds
from reid_app.errors import ModelError

MANIFEST_NAME = "manifest.yaml"
FORMAT = 1
"""Version of the manifest's format that this release reads and writes."""

INPUT_NOTE = "reid_app.input"
"""Key under which an exported ONNX or OpenVINO file notes its :class:`InputSpec`, as JSON."""

_LARGEST_MANIFEST = 1 << 20
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")

PlainName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$")]
Triple = tuple[float, float, float]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ModelKind(StrEnum):
    """What a model does."""

    DETECTOR = "detector"
    """Finds people in frames."""
    REID = "reid"
    """Crop to embedding, nothing else needed."""
    JOINTLOSS = "jointloss"
    """Crop and part boxes to embedding; needs a pose machine."""
    POSE = "pose"
    """Crop to 18 landmarks."""


class Role(StrEnum):
    """What a file of a model is for."""

    OPENVINO = "openvino"
    """The ``.xml`` of an OpenVINO IR."""
    OPENVINO_WEIGHTS = "openvino_weights"
    """Its ``.bin``."""
    ONNX = "onnx"
    """An ONNX file."""
    WEIGHTS = "weights"
    """A safetensors file with the parameters by name, half precision where that is harmless."""
    ARCHITECTURE = "architecture"
    """YAML from which the network is built before the weights are loaded."""


class Resize(StrEnum):
    """How a picture is brought to the input size."""

    STRETCH = "stretch"
    """Height and width on their own, bilinear."""
    LETTERBOX = "letterbox"
    """Keeping the proportions, the rest filled with grey 114."""


class FileEntry(_Part):
    """One file of a model: its name in the model's folder, size in bytes, SHA-256 in hex."""

    path: str
    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @field_validator("path")
    @classmethod
    def _stays_in_the_folder(cls, value: str) -> str:
        if not _FILE_NAME.fullmatch(value):
            raise ValueError(f"{value!r} is no plain file name; a model's files lie directly in its folder")
        return value

    @classmethod
    def of(cls, path: Path) -> Self:
        """Measure the file at ``path``."""
        return cls(path=path.name, size=path.stat().st_size, sha256=sha256_of(path))


class InputSpec(_Part):
    """What a network expects.

    ``size`` is (height, width) in pixels; None where any will do. A value v of 0..255 in
    the given colour order enters as ``(v - mean) / scale``.
    """

    size: tuple[int, int] | None = None
    colour: ColourOrder = ColourOrder.RGB
    mean: Triple = (0.0, 0.0, 0.0)
    scale: Triple = (1.0, 1.0, 1.0)
    resize: Resize = Resize.STRETCH

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.size is not None and not all(8 <= side <= 4096 for side in self.size):
            raise ValueError(f"size {self.size} is out of range; both sides must be 8 to 4096 pixels")
        if min(self.scale) <= 0:
            raise ValueError(f"scale {self.scale} must be positive; use 1 for no scaling")
        return self


class Calibration(_Part):
    """Cosine similarities measured for a model, and what they were measured on.

    ``accept_far`` and ``ask_far`` are the shares of pairs of different people that
    reach the threshold; ``data`` names the pictures, in words.
    """

    accept: float = Field(ge=-1, le=1)
    ask: float = Field(ge=-1, le=1)
    margin: float = Field(ge=0, le=1)
    accept_far: float | None = Field(default=None, gt=0, lt=1)
    ask_far: float | None = Field(default=None, gt=0, lt=1)
    data: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.ask > self.accept:
            raise ValueError(f"ask ({self.ask}) is above accept ({self.accept}); it must be at or below")
        return self

    def thresholds(self) -> Thresholds:
        """Return them as the matcher takes them."""
        return Thresholds(self.accept, self.ask, self.margin)


class Provenance(_Part):
    """Where a model comes from: ``source`` in words, the hash of the file it was made of, how."""

    source: str
    source_sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    made_by: str = ""
    data: str = ""


class Manifest(_Part):
    """The content of ``manifest.yaml``.

    ``architecture`` holds the arguments that build the network, and whatever else its
    engine has to know, as plain YAML values; each kind has its own. ``pose`` names the
    pose machine of a joint-loss network; ``landmark_confidence`` is the least confidence at
    which a pose machine's landmark counts as seen. ``parameters`` and ``gflops`` (10^9 floating-point
    operations for one input, a multiply-add counts two) are for people.
    """

    format: int = FORMAT
    name: PlainName
    kind: ModelKind
    description: str = ""
    licence: str
    provenance: Provenance
    architecture: dict[str, Any] = Field(default_factory=dict)
    input: InputSpec = InputSpec()
    embedding_size: int | None = Field(default=None, ge=2, le=65_536)
    pose: PlainName | None = None
    landmark_confidence: float | None = Field(default=None, gt=0, lt=1)
    classes: tuple[str, ...] = ()
    calibration: Calibration | None = None
    parameters: int | None = Field(default=None, ge=0)
    gflops: float | None = Field(default=None, ge=0)
    files: dict[Role, FileEntry] = Field(min_length=1)

    @field_validator("format")
    @classmethod
    def _known_format(cls, value: int) -> int:
        if value != FORMAT:
            raise ValueError(f"is {value}, this release reads {FORMAT}; update the application")
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        names = [entry.path for entry in self.files.values()]
        if len(set(names)) < len(names):
            raise ValueError("files: one file has two roles; give each role a file of its own")
        if (Role.OPENVINO in self.files) != (Role.OPENVINO_WEIGHTS in self.files):
            raise ValueError("files: openvino and openvino_weights belong together; name both or neither")
        if self.kind in (ModelKind.REID, ModelKind.JOINTLOSS) and self.embedding_size is None:
            raise ValueError(f"embedding_size is missing; a {self.kind} model needs it")
        if self.kind is ModelKind.JOINTLOSS and self.pose is None:
            raise ValueError("pose is missing; a jointloss model names its pose machine")
        if self.kind is ModelKind.POSE and self.landmark_confidence is None:
            raise ValueError("landmark_confidence is missing; a pose model says which landmarks count as seen")
        if self.kind is ModelKind.DETECTOR and not self.classes:
            raise ValueError("classes is missing; a detector names what it finds")
        return self


def read_manifest(folder: Path) -> Manifest:
    """Read and validate ``folder/manifest.yaml``.

    Raises:
        ModelError: There is none, or it is not valid.
    """
    path = folder / MANIFEST_NAME
    try:
        if path.stat().st_size > _LARGEST_MANIFEST:
            raise ModelError(f"{path} is larger than a manifest can be; put the model's own manifest there")
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{folder} is no model: it has no {MANIFEST_NAME}; name a model's folder") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path} cannot be read ({error}); check the file") from error
    except yaml.YAMLError as error:
        raise ModelError(f"{path} is not valid YAML ({_one_line(error)}); restore the model's manifest") from error
    try:
        return Manifest.model_validate(data)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(place) for place in problem['loc']) or 'manifest'}: {problem['msg']}"
            for problem in error.errors()
        )
        raise ModelError(f"{path} is not a valid manifest: {problems}; correct it or restore the model") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write ``folder/manifest.yaml``, replacing it in one step."""
    text = yaml.safe_dump(
        {"format": manifest.format} | manifest.model_dump(mode="json", exclude_defaults=True),
        sort_keys=False,
        allow_unicode=True,
        width=110,
    )
    part = folder / f"{MANIFEST_NAME}.part"
    part.write_text(text, encoding="utf-8")
    part.replace(folder / MANIFEST_NAME)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
