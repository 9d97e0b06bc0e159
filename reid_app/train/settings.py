"""What a training configuration says: YAML to validated settings.

Paths may name environment variables (``${REID_DATA}/market1501``) and are relative to
the working folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from reid_app.domain import PART_NAMES
from reid_app.errors import SettingsError
from reid_app.nets.jointloss import BRANCHES, REDUCED_ROI_SIZES, JointLossArgs

_VARIABLE = re.compile(r"\$\{(\w+)\}")


def _expanded(path: Path) -> Path:
    text = str(path)
    for name in _VARIABLE.findall(text):
        if name not in os.environ:
            raise ValueError(f"the environment variable {name} is not set; point it at the folder of the data sets")
        text = text.replace(f"${{{name}}}", os.environ[name])
    return Path(text)


ExpandedPath = Annotated[Path, AfterValidator(_expanded)]
Weight = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DataSetSettings(_Settings):
    """One data set to train on."""

    name: str = Field(title="Layout", description="Name of the layout, such as market1501.")
    root: ExpandedPath = Field(title="Folder", description="The data set's folder.")
    landmarks: ExpandedPath | None = Field(
        default=None, title="Landmarks", description="CSV of 18 landmarks a picture."
    )


class PoseMachineSettings(_Settings):
    """The pose machine that finds the landmarks of data sets without a CSV of them."""

    weights: ExpandedPath = Field(title="Weights", description="safetensors file of a pose machine's run.")
    cache: ExpandedPath = Field(title="Cache", description="Folder for what it found.")


class SamplerSettings(_Settings):
    """How a batch is drawn: some pictures each of some people."""

    people: int = Field(default=16, ge=2, title="People in a batch")
    pictures: int = Field(default=4, ge=1, title="Pictures of each person")
    by_pictures: bool = Field(default=False, title="Draw every picture equally often, rather than every person")


class AugmentSettings(_Settings):
    """How pictures are varied; deviations and ranges in fractions unless said otherwise."""

    flip: Share = Field(default=0.5, title="Chance of a mirror image")
    scale: Weight = Field(default=0.06, title="Deviation of the logarithm of the scale, each way on its own")
    shift: Weight = Field(default=0.03, title="Deviation of the shift, in fractions of the crop")
    rotation: Weight = Field(default=0.0, title="Deviation of the rotation in radians")
    contrast: Weight = Field(default=0.15, title="Range of the contrast about 1")
    brightness: Weight = Field(default=12.0, title="Range of the brightness in grey levels")
    tint: Weight = Field(default=6.0, title="Range of each channel's own brightness in grey levels")
    blur: Share = Field(default=0.1, title="Chance of a 3x3 blur")
    coarse: Share = Field(default=0.0, title="Chance of lost resolution, to 0.3 to 0.8 of it")
    noise: Share = Field(default=0.0, title="Chance of noise of 2 to 14 grey levels")
    jpeg: Share = Field(default=0.05, title="Chance of JPEG compression at quality 30 to 80")
    erase: Share = Field(default=0.2, title="Chance of a random rectangle of one colour")
    box_jitter: Weight = Field(default=0.012, title="Deviation of the part boxes' edges")


class OptimiserSettings(_Settings):
    """AdamW, SGD with momentum or Muon, warm-up, then a cosine down to nothing."""

    name: Literal["adamw", "sgd", "muon"] = Field(default="adamw", title="Optimiser")
    rate: float = Field(default=1e-3, gt=0, title="Highest learning rate")
    weight_decay: Weight = Field(default=1e-3, title="Weight decay of convolutions and linear layers")
    warmup: int = Field(default=60, ge=0, title="Steps of linear warm-up")
    clip: float = Field(default=20.0, gt=0, title="Largest norm of the gradient")
    ema: float = Field(default=0.998, ge=0, lt=1, title="Decay of the moving average of the weights")


class BudgetSettings(_Settings):
    """How long to train."""

    images: int = Field(gt=0, title="Pictures seen until the learning rate is down")
    validate_every: float = Field(default=10.0, gt=0, title="Minutes between validations")
    checkpoint_every: float = Field(default=3.0, gt=0, title="Minutes between checkpoints")


class LossSettings(_Settings):
    """Weights of the joint loss in phase 2; phase 1 trains the identification loss alone."""

    identification: Weight = Field(default=1.0, title="Weight of the identification loss")
    triplet: Weight = Field(default=1.0, title="Weight of the triplet loss")
    margin: float = Field(default=0.3, gt=0, title="Margin of the triplet loss")
    smoothing: Share = Field(default=0.0, title="Label smoothing")
    pose_constrained: bool = Field(default=True, title="Choose triplets by pose")
    normalised: bool = Field(default=False, title="Measure triplets between vectors of length 1")
    phase1: Share = Field(default=0.5, title="Share of the budget spent on the identification loss alone")

    @model_validator(mode="after")
    def _something_to_learn(self) -> LossSettings:
        if self.identification == 0 and self.triplet == 0:
            raise ValueError("identification and triplet are both 0; give one of them a weight")
        if self.identification == 0 and self.phase1 > 0:
            raise ValueError("phase1 needs the identification loss; set phase1 to 0")
        return self


class TeacherSettings(_Settings):
    """Distillation from an OpenVINO re-identification network; not part of the paper."""

    model: ExpandedPath = Field(title="The teacher's .xml; input 256 x 128 BGR, 0 to 255")
    cache: ExpandedPath = Field(title="Folder for the teacher's outputs")
    cosine: Weight = Field(default=20.0, title="Weight of the cosine distance to the teacher")
    relational: Weight = Field(default=100.0, title="Weight of the difference of the similarities")
    neighbours: Weight = Field(default=0.0, title="Weight of how differently the training people rank")
    last_map: str | None = Field(default=None, title="Operation whose map the conv9_x maps imitate")
    middle_map: str | None = Field(default=None, title="Operation whose map conv4_x imitates")
    maps: Weight = Field(default=2.0, title="Weight of the imitation of each map")
    discriminants: bool = Field(default=False, title="Imitate the embedding behind the training people's discriminants")


class NetworkSettings(_Settings):
    """Shape of the joint-loss network and its input."""

    width: float = Field(default=1.0, gt=0, title="Factor on every channel count")
    neck: Literal["none", "bn"] = Field(default="none", title="Batch norm behind the embedding")
    branches: tuple[str, ...] = Field(default=BRANCHES, title="Branches to build")
    dropout: Share = Field(default=0.5, title="Dropout before the last layer")
    projection: int = Field(default=0, ge=0, title="Length behind a linear map that follows the neck; 0: none")
    height: int = Field(default=219, ge=75, title="Height of the input in pixels")
    width_px: int = Field(default=103, ge=43, title="Width of the input in pixels")
    reduced_roi: bool = Field(default=False, title="RoI grids for an input of 131 x 63")

    def args(self) -> JointLossArgs:
        """What :class:`~reid_app.nets.jointloss.JointLossNet` is built from."""
        sizes = REDUCED_ROI_SIZES if self.reduced_roi else {}
        return JointLossArgs(
            width=self.width,
            neck=self.neck,
            branches=self.branches,
            roi_sizes={name: sizes[name] for name in PART_NAMES if name in sizes and name in self.branches},
            dropout=self.dropout,
            projection=self.projection,
        )


class _AnyTraining(_Settings):
    seed: int = Field(default=0, ge=0, title="Seed of every random choice")
    out: ExpandedPath = Field(title="Folder for logs, checkpoints and weights")
    optimiser: OptimiserSettings = OptimiserSettings()
    budget: BudgetSettings
    processes: int = Field(default=1, ge=1, title="Processes that take each step together, a batch each")
    threads: int = Field(default=0, ge=0, title="Threads that each computes with; 0: all cores")
    amp: Literal["auto", "on", "off"] = Field(default="auto", title="bfloat16 where the hardware has it")


class _Training(_AnyTraining):
    data: tuple[DataSetSettings, ...] = Field(min_length=1, title="Data sets to train on")
    hold_out: int = Field(default=50, ge=0, title="People of each data set kept for validation")
    start: ExpandedPath | None = Field(default=None, title="safetensors file with weights to start from")
    augment: AugmentSettings = AugmentSettings()


class JointLossTraining(_Training):
    """Training of the joint-loss network."""

    kind: Literal["jointloss"]
    network: NetworkSettings = NetworkSettings()
    sampler: SamplerSettings = SamplerSettings()
    loss: LossSettings = LossSettings()
    pose_machine: PoseMachineSettings | None = Field(
        default=None, title="Pose machine for data sets without a CSV; none: predefined part regions"
    )
    teacher: TeacherSettings | None = Field(default=None, title="Distillation")


class PoseMachineTraining(_Training):
    """Training of the pose machine."""

    kind: Literal["cpm"]
    width: float = Field(default=1.0, gt=0, title="Factor on every channel count")
    stages: int = Field(default=6, ge=1, title="Number of stages")
    height: int = Field(default=128, ge=32, multiple_of=4, title="Height of the input in pixels")
    width_px: int = Field(default=64, ge=16, multiple_of=4, title="Width of the input in pixels")
    batch: int = Field(default=64, ge=2, title="Pictures in a batch")
    sigma: float = Field(default=1.0, gt=0, title="Deviation of a landmark's Gaussian in cells")
    unseen_weight: Share = Field(default=0.15, title="Weight of landmarks that the labels do not have")
    distrust: float = Field(default=0.02, ge=0, lt=1, title="Share of the worst maps that are taken for wrong labels")
    least_landmarks: int = Field(default=6, ge=1, le=18, title="Labels with fewer landmarks are left out")


class CameraFaultSettings(_Settings):
    """Faults of surveillance cameras that frames are given."""

    contrast: Weight = Field(default=0.2, title="Range of the contrast about 1")
    brightness: Weight = Field(default=20.0, title="Range of the brightness in grey levels")
    infrared: Share = Field(default=0.15, title="Chance of infrared light")
    dark: Share = Field(default=0.1, title="Chance of low light")
    blur: Share = Field(default=0.2, title="Chance of blur or lost resolution")
    noise: Share = Field(default=0.4, title="Chance of noise")
    most_noise: Weight = Field(default=45.0, title="Largest deviation of the noise in grey levels")
    jpeg: Share = Field(default=0.25, title="Chance of strong compression")


class SelfLabelSettings(_Settings):
    """Videos whose frames the detector labels itself, larger, before its training.

    They keep what it can do already: the labelled pictures alone would make it forget.
    """

    videos: tuple[ExpandedPath, ...] = Field(min_length=1, title="Video files")
    every: int = Field(default=5, ge=1, title="Take every n-th frame")
    size: int = Field(default=960, ge=64, title="Longer side that frames are labelled at")
    sure: Share = Field(default=0.5, title="Least score of a label")
    unsure: Share = Field(default=0.15, title="Least score of what is painted over")


class DetectorTraining(_AnyTraining):
    """Fine-tuning of a pedestrian detector."""

    kind: Literal["detector"]
    model: str = Field(default="yolov8n", title="Name or folder of the detector to start from")
    frames: ExpandedPath = Field(title="Folder of images/{train,val} and labels/{train,val} in YOLO's format")
    self_labelled: SelfLabelSettings | None = Field(default=None, title="Videos against forgetting")
    size: int = Field(default=416, ge=64, multiple_of=32, title="Side of the square input in pixels")
    batch: int = Field(default=16, ge=1, title="Frames in a batch")
    least_scale: float = Field(default=0.6, gt=0, title="Least scale of a frame; 1 fits it to the input")
    most_scale: float = Field(default=1.4, gt=0, title="Largest scale of a frame")
    faults: CameraFaultSettings = CameraFaultSettings()
    keep: Share = Field(default=0.3, title="Share of the start weights in the weights that leave the run")


Training = JointLossTraining | PoseMachineTraining | DetectorTraining
_ADAPTER: TypeAdapter[Training] = TypeAdapter(Annotated[Training, Field(discriminator="kind")])


def read_settings(path: Path, overrides: Mapping[str, Any] | None = None) -> Training:
    """Read a training configuration.

    Args:
        path: The YAML file.
        overrides: Values by dotted name that replace those of the file, such as
            ``{"network.width": 0.25}``.

    Raises:
        SettingsError: The file cannot be read or says something that is not allowed.
    """
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise SettingsError(f"{path} cannot be read as YAML: {error}.") from error
    for name, value in (overrides or {}).items():
        content = _with(content, name.split("."), value)
    try:
        return _ADAPTER.validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or "the file"
        raise SettingsError(f"{path}: {where}: {first['msg']} (given: {first.get('input')!r}).") from error


def parse_overrides(texts: Sequence[str]) -> dict[str, Any]:
    """``NAME=VALUE`` texts to overrides of :func:`read_settings`; values are YAML.

    Raises:
        SettingsError: A text is of another form.
    """
    overrides: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise SettingsError(f"{text!r} should be NAME=VALUE, such as network.width=0.25.")
        try:
            overrides[name] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise SettingsError(f"The value of {text!r} is not YAML: {error}.") from error
    return overrides


def _with(content: Any, names: Sequence[str], value: Any) -> Any:
    if not names:
        return value
    old = content if isinstance(content, dict) else {}
    return old | {names[0]: _with(old.get(names[0]), names[1:], value)}
