"""The settings of what looks at frames: detector, tracker, embedder."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from reid_app.config.section import Rate, Section


class Engine(StrEnum):
    """What runs a network."""

    AUTO = "auto"
    OPENVINO = "openvino"
    TORCH = "torch"
    ONNX = "onnx"


class TrackerKind(StrEnum):
    """Single-camera tracker."""

    BYTETRACK = "bytetrack"
    BOTSORT = "botsort"


class EmbedderKind(StrEnum):
    """Where embeddings come from."""

    JOINTLOSS = "jointloss"
    OPENVINO = "openvino"
    ONNX = "onnx"


class ColourOrder(StrEnum):
    """Order of the colour channels that a network expects."""

    BGR = "bgr"
    RGB = "rgb"


AUTO_DETECTOR = "auto"
"""Name of the detector that suits the engine."""


class DetectorSettings(Section):
    """Finding people in frames."""

    model: str = Field(
        default=AUTO_DETECTOR,
        title="Model",
        description="Name of a model in a models folder, or the path of a model's folder. A .pt is imported first: "
        "`reid-app models import`. auto: yolov8n with PyTorch, the quicker yolov8n-int8 with OpenVINO.",
    )
    engine: Engine = Field(
        default=Engine.AUTO,
        title="Engine",
        description="auto: PyTorch where there is a CUDA device, else OpenVINO.",
    )
    rate: Rate | None = Field(
        default=None,
        title="Detections per second",
        description="For each camera. Left out: 10 for live sources and files in real time, every frame for files "
        "as fast as possible.",
    )
    interval: int = Field(
        default=6,
        ge=1,
        le=30,
        title="Largest interval under load",
        description="Where there is no time for a detection in every frame looked at, live, people are followed by "
        "optical flow (median flow) for up to this many frames (at ten a second; as many more where all cameras' are "
        "denser), half as many near one another, none where somebody new moves; with still less time for up to a "
        "second, whoever moves. 1: never.",
    )
    image_size: int = Field(
        default=480,
        ge=160,
        le=1920,
        multiple_of=32,
        title="Image size (px)",
        description="Long side of the network's input.",
    )
    confidence: float = Field(
        default=0.1,
        ge=0.01,
        le=0.95,
        title="Lowest confidence",
        description="Boxes below are dropped; the tracker makes its own use of weak ones.",
    )
    iou: float = Field(
        default=0.6,
        ge=0.1,
        le=0.95,
        title="NMS overlap",
        description="Two boxes that overlap more are one person.",
    )
    batch_size: int = Field(
        default=8,
        ge=1,
        le=256,
        title="Batch size",
        description="Most frames that go through the detector at once.",
    )


class TrackerSettings(Section):
    """Following a person within one camera."""

    kind: TrackerKind = Field(
        default=TrackerKind.BYTETRACK,
        title="Tracker",
        description="bytetrack: motion only; botsort: motion and camera shake.",
    )
    start_confidence: float = Field(
        default=0.5,
        ge=0.05,
        le=0.99,
        title="Confidence of a new track",
        description="A track starts only at or above.",
    )
    high_confidence: float = Field(
        default=0.3,
        ge=0.05,
        le=0.99,
        title="High confidence",
        description="Boxes at or above are matched first; weaker ones only go on with a track that exists.",
    )
    match_distance: float = Field(
        default=0.8,
        ge=0.1,
        le=1.0,
        title="Largest match distance",
        description="1 - overlap at which a box can still go on with a track.",
    )
    lost_seconds: float = Field(
        default=0.5,
        gt=0,
        le=30,
        title="Lost for (s)",
        description="How long a person may be hidden before the track ends. Short is safe: another person who comes to "
        "the same spot must not go on with the track, while one person's tracks are joined again by looks.",
    )
    merge_overlap: float = Field(
        default=0.5,
        ge=0.1,
        le=1.0,
        title="Overlap of a meeting",
        description="Overlap at which one box goes on where two people were: nobody can say who it is, so both tracks "
        "end there. 1 leaves them alone.",
    )


class EmbedderSettings(Section):
    """Turning crops into embeddings."""

    kind: EmbedderKind = Field(
        default=EmbedderKind.JOINTLOSS,
        title="Kind",
        description="jointloss: this application's own network with its pose machine; openvino, onnx: any "
        "re-identification network from a file.",
    )
    model: str = Field(
        default="jointloss-s",
        title="Model",
        description="For jointloss: name of a model in a models folder, or the path of a model's folder.",
    )
    path: Path | None = Field(
        default=None,
        title="File",
        description="For openvino and onnx: the .xml or .onnx file, relative to the site file.",
    )
    engine: Engine = Field(
        default=Engine.AUTO,
        title="Engine",
        description="For jointloss. auto: PyTorch on CUDA, else OpenVINO.",
    )
    input_size: tuple[int, int] | None = Field(
        default=None,
        title="Input size (height, width)",
        description="For openvino and onnx; left out: read from the file.",
    )
    colour: ColourOrder | None = Field(
        default=None,
        title="Colour order",
        description="For openvino and onnx; left out: bgr for openvino, rgb for onnx.",
    )
    mean: tuple[float, float, float] | None = Field(
        default=None,
        title="Mean",
        description="Subtracted from each channel (0..255, in the network's colour order); left out: 0 for openvino, "
        "ImageNet's for onnx.",
    )
    scale: tuple[float, float, float] | None = Field(
        default=None,
        title="Scale",
        description="Each channel is divided by it after the mean; left out: 1 for openvino, ImageNet's for onnx.",
    )
    batch_size: int = Field(
        default=16,
        ge=1,
        le=512,
        title="Batch size",
        description="Most crops that go through the network at once.",
    )
    max_wait_ms: float = Field(
        default=20.0,
        ge=0,
        le=1000,
        title="Longest wait (ms)",
        description="How long a crop of a live camera may wait for others to fill the batch.",
    )
    crop_interval: float = Field(
        default=0.5,
        gt=0,
        le=30,
        title="Crop interval (s)",
        description="A track gives at most its best crop of each interval to the network.",
    )
    min_height: int = Field(
        default=40,
        ge=8,
        le=1000,
        title="Smallest person (px)",
        description="Lower boxes are tracked but not embedded.",
    )

    @model_validator(mode="after")
    def _file_for_foreign_networks(self) -> Self:
        if self.kind is not EmbedderKind.JOINTLOSS and self.path is None:
            raise ValueError(f"kind {self.kind} needs `path`, the network's file")
        return self
