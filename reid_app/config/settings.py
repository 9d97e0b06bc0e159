"""The settings of a site: one pydantic model per section of the site file.

Every field has a title and a description, and bounds where there are any: the
documentation page and the settings dialog are drawn from them. Lengths of time
are seconds, rates are per second, sizes are pixels, similarities are cosines.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from reid_app.config.names import name_mistakes, place
from reid_app.config.redact import origin
from reid_app.config.shapes import Polygon

CAMERA_NAME = re.compile(r"^[\w][\w .()+-]{0,63}$")
"""What a camera may be called: it becomes a file name in exports."""

SCHEMES = ("rtsp", "rtsps", "http", "https", "file", "loop", "webcam")
"""URL schemes that a camera may have; a plain path is a file."""

NETWORK_SCHEMES = ("rtsp", "rtsps", "http", "https")
"""Those of them that name a host."""

_HOST = re.compile(r"://(?:[^/?#]*@)?(?![^/?#]*@)[^/?#:]")


class Section(BaseModel):
    """Base of all sections: unknown keys are mistakes, values do not change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class Pace(StrEnum):
    """How the frames of a file are handed out."""

    FAST = "fast"
    REALTIME = "realtime"


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


class Transport(StrEnum):
    """Transport of an RTSP stream."""

    TCP = "tcp"
    UDP = "udp"


class Decoder(StrEnum):
    """What decodes live video."""

    AUTO = "auto"
    SOFTWARE = "software"
    VAAPI = "vaapi"
    CUDA = "cuda"


class GalleryIndex(StrEnum):
    """How the gallery is searched."""

    EXACT = "exact"
    COMPRESSED = "compressed"


Rate = Annotated[float, Field(gt=0, le=120)]

Coordinate = Annotated[float, Field(ge=-100_000, le=100_000)]


class CameraSettings(Section):
    """One source of frames."""

    name: str = Field(
        title="Name",
        description="What the camera is called everywhere: letters, digits, space and _ . ( ) + -, at most 64.",
    )
    url: SecretStr = Field(
        title="Source",
        description=(
            "A file's path (relative to the site file), an rtsp://, rtsps://, http:// or https:// address, "
            "webcam:0, or loop: and a file's path, which plays the file for ever as if it were a live camera. "
            "It may hold ${NAME} for a password kept in the environment. It is never shown."
        ),
    )
    position: tuple[Coordinate, Coordinate] | None = Field(
        default=None,
        title="Place on the plan",
        description="Where the camera is on the site's `plan`: x and y in pixels of its picture from the upper left "
        "corner (in any unit where there is no picture).",
    )
    start: datetime | None = Field(
        default=None,
        title="Start time of a file",
        description=(
            "When the first frame of a file was taken, ISO 8601 with an offset; without one, UTC. "
            "Left out: the moment when the run starts, the same for all files of the site."
        ),
    )
    rate: Rate | None = Field(
        default=None,
        title="Detections per second",
        description=("Frames in which people are looked for, per second. Left out: the site's `detector.rate`."),
    )
    transport: Transport = Field(
        default=Transport.TCP,
        title="RTSP transport",
        description="tcp loses no packets and passes firewalls; udp has less delay.",
    )
    substream: SecretStr | None = Field(
        default=None,
        title="Smaller stream",
        description="Address of a smaller stream of the same camera, as `url` is written. It is read instead of `url`, "
        "which saves decoding: people are looked for and shown in its pictures. Privacy masks hold for both.",
    )
    masks: tuple[Polygon, ...] = Field(
        default=(),
        max_length=32,
        title="Privacy masks",
        description=(
            "Areas that nobody may see: each is a list of corners [x, y], in shares of the picture's width and height "
            "from its upper left corner. They are blackened in every picture before it is looked at, shown or kept."
        ),
    )

    @field_validator("name")
    @classmethod
    def _name_is_a_file_name(cls, value: str) -> str:
        if not CAMERA_NAME.match(value) or value.endswith((".", " ")):
            raise ValueError(
                f"{value[:70]!r} cannot be a camera's name; use letters, digits, space and _ . ( ) + -, "
                "at most 64, not ending in a full stop or a space"
            )
        return value

    @field_validator("url", "substream")
    @classmethod
    def _known_scheme(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        text = value.get_secret_value()
        scheme, colon, _ = text.partition(":")
        if not text.strip():
            raise ValueError("is empty; give a file, an rtsp:// or http:// address, or webcam:0")
        if (
            colon
            and len(scheme) > 1
            and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme)
            and scheme.lower() not in SCHEMES
            and (text[len(scheme) :].startswith("://") or "/" not in text)
        ):
            raise ValueError(f"{scheme}: is no source that can be opened; use one of {', '.join(SCHEMES)}, or a path")
        if scheme.lower() == "webcam" and colon and not re.fullmatch(r"webcam:\d{1,3}", text.lower()):
            raise ValueError("a webcam is written webcam:0, with the number of the device")
        if scheme.lower() in NETWORK_SCHEMES and colon and not _HOST.match(text, len(scheme)):
            raise ValueError(f"names no host; write it as {scheme.lower()}://HOST/...")
        return value

    @property
    def is_file(self) -> bool:
        """Whether the source is a file rather than a live stream."""
        scheme = self.url.get_secret_value().partition(":")[0].lower()
        return scheme not in SCHEMES or scheme == "file"

    @property
    def is_loop(self) -> bool:
        """Whether the source is a file that is played for ever as if it were a live stream."""
        return self.url.get_secret_value().partition(":")[0].lower() == "loop"

    def path(self, folder: Path) -> Path:
        """Return the file's path, relative paths taken from ``folder`` (the site file's)."""
        text = self.url.get_secret_value()
        if text.lower().startswith(("file:", "loop:")):
            text = text[5:].removeprefix("//")
        return (folder / Path(text).expanduser()).resolve()


class VideoSettings(Section):
    """How sources are read."""

    pace: Pace = Field(
        default=Pace.FAST,
        title="Pace of files",
        description="fast: every frame, as fast as the machine can; realtime: like a live camera.",
    )
    open_timeout: float = Field(
        default=10.0,
        gt=0,
        le=120,
        title="Open time-out (s)",
        description="How long opening a source may take.",
    )
    read_timeout: float = Field(
        default=10.0,
        gt=0,
        le=120,
        title="Read time-out (s)",
        description="How long a source may give no frame before it is abandoned and opened again.",
    )
    stale_after: float = Field(
        default=2.0,
        gt=0,
        le=60,
        title="Stale after (s)",
        description="Age of the newest frame at which a camera is stale.",
    )
    offline_after: float = Field(
        default=20.0,
        gt=0,
        le=600,
        title="Offline after (s)",
        description="Age of the newest frame at which a camera is offline.",
    )
    retry_first: float = Field(
        default=1.0,
        gt=0,
        le=60,
        title="First retry (s)",
        description="Wait before a lost source is opened again.",
    )
    retry_most: float = Field(
        default=30.0,
        gt=0,
        le=600,
        title="Longest wait (s)",
        description="The wait doubles, with jitter, up to this.",
    )
    decoder: Decoder = Field(
        default=Decoder.AUTO,
        title="Decoder",
        description="Of live video. auto: the graphics card (cuda or vaapi) where there is one that can, else "
        "software; a named one falls back to software, too, and says so in the log.",
    )


class DetectorSettings(Section):
    """Finding people in frames."""

    model: str = Field(
        default="yolov8n",
        title="Model",
        description="Name of a model in a models folder, or the path of a model's folder. A .pt is imported first: "
        "`reid-app models import`.",
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


class ThresholdSettings(Section):
    """Cosine similarities that replace those calibrated for the model."""

    accept: float = Field(
        ge=-1,
        le=1,
        title="Accept",
        description="At or above it is the same person, if the runner-up is far enough.",
    )
    ask: float = Field(ge=-1, le=1, title="Ask", description="Between ask and accept the operator is asked.")
    margin: float = Field(default=0.05, ge=0, le=1, title="Margin", description="How far the runner-up must be behind.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.ask > self.accept:
            raise ValueError(f"ask ({self.ask}) is above accept ({self.accept}); it must be at or below")
        return self


class WalkSettings(Section):
    """How long a walk between two cameras takes at least."""

    between: tuple[str, str] = Field(title="Cameras", description="Names of the two cameras; both directions.")
    seconds: float = Field(ge=0, le=86_400, title="Shortest walk (s)", description="Nobody is faster.")


class MatcherSettings(Section):
    """Linking tracks of all cameras to identities."""

    thresholds: ThresholdSettings | None = Field(
        default=None, title="Thresholds", description="Left out: those calibrated for the embedding model."
    )
    overlapping: tuple[tuple[str, str], ...] | None = Field(
        default=None,
        title="Overlapping cameras",
        description="Pairs of cameras that see the same place. Where given, nobody is in two other cameras at one "
        "time; an empty list says that no cameras overlap. Left out: any two may overlap.",
    )
    walks: tuple[WalkSettings, ...] = Field(
        default=(), title="Walking times", description="Shortest walks between cameras."
    )
    evidence_crops: int = Field(
        default=3,
        ge=1,
        le=100,
        title="Crops before a decision",
        description="A track waits for this many good crops, ...",
    )
    evidence_seconds: float = Field(
        default=2.0,
        ge=0,
        le=60,
        title="Longest wait (s)",
        description="... or for this long, whichever comes first.",
    )
    index: GalleryIndex = Field(
        default=GalleryIndex.EXACT,
        title="Gallery index",
        description="exact: every search finds the best views, which is quick up to some 100,000 of them; compressed: "
        "many times faster with a million, at the price of a few missed ones (99 of 100 of the best are found).",
    )
    views_per_identity: int = Field(
        default=24,
        ge=1,
        le=1000,
        title="Views per identity",
        description="Embeddings that the gallery keeps of each identity; older ones stay in the records.",
    )
    identity_seconds: float = Field(
        default=86_400.0,
        gt=0,
        title="Identities kept for (s)",
        description="An identity not seen for longer leaves the gallery (never the records).",
    )


class RecordsSettings(Section):
    """Where everything seen is kept."""

    folder: Path = Field(
        default=Path("records"),
        title="Folder",
        description="Database, thumbnails and match logs; relative to the site file. Left out: `records` beside it.",
    )
    url: SecretStr | None = Field(
        default=None,
        title="Database",
        description="SQLAlchemy address, for example postgresql+psycopg://...; left out: SQLite in the folder.",
    )
    flush_seconds: float = Field(
        default=0.5,
        gt=0,
        le=1.0,
        title="Flush interval (s)",
        description="Longest time before something seen is on disk.",
    )
    thumbnails: bool = Field(default=True, title="Thumbnails", description="Keep a small picture of each sighting.")


class SupervisorSettings(Section):
    """Keeping the parts of a running site alive; live sites only: a run over files fails at the first error."""

    restarts: int = Field(
        default=5,
        ge=0,
        le=100,
        title="Most restarts",
        description="A part that fails is started again at most this often within the window; then it stays off, and "
        "the site ends if nothing works without the part.",
    )
    window: float = Field(
        default=60.0, gt=0, le=86_400, title="Window (s)", description="Restarts longer ago do not count."
    )
    hang_seconds: float = Field(
        default=30.0,
        ge=1,
        le=3600,
        title="Hangs after (s)",
        description="A part that is busy with one thing for longer is left behind and started again.",
    )


class AlarmSettings(Section):
    """Telling others that somebody on the watch list was seen."""

    webhook: SecretStr | None = Field(
        default=None,
        title="Webhook",
        description=(
            "An http:// or https:// address that gets every alarm as JSON by POST; user:password@ before the host is "
            "sent as basic authentication. It may hold ${NAME} for a secret kept in the environment. Of it only the "
            "host is ever shown."
        ),
        json_schema_extra={"shown": "origin"},
    )
    webhook_timeout: float = Field(
        default=5.0,
        ge=0.1,
        le=60,
        title="Time-out of the webhook (s)",
        description="How long its server may take to answer.",
    )
    webhook_tries: int = Field(
        default=3,
        ge=1,
        le=10,
        title="Tries",
        description="How often an alarm is sent at most, 1, 2, 4 ... s apart, until the server takes it.",
    )

    @field_validator("webhook")
    @classmethod
    def _is_http(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and origin(value.get_secret_value()) is None:
            raise ValueError("must be an address such as https://alarms.example.com/reid")
        return value


class MetricsSettings(Section):
    """Figures of a running site over HTTP: `/metrics` for Prometheus, `/health` for `reid-app health`."""

    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        title="Address",
        description="Where it listens. The pages ask for no password: leave them on this machine, or see to it that "
        "only your monitoring reaches them.",
    )
    port: int | None = Field(
        default=9464, ge=1, le=65535, title="Port", description="null: no figures over HTTP, and no `reid-app health`."
    )


class SiteSettings(Section):
    """A site: its cameras and how they are watched."""

    name: str = Field(default="site", min_length=1, max_length=64, title="Site", description="What the site is called.")
    cameras: tuple[CameraSettings, ...] = Field(
        min_length=1, max_length=256, title="Cameras", description="The sources, each with a name of its own."
    )
    video: VideoSettings = Field(default=VideoSettings(), title="Video", description="How sources are read.")
    detector: DetectorSettings = Field(default=DetectorSettings(), title="Detector", description="Finding people.")
    tracker: TrackerSettings = Field(
        default=TrackerSettings(), title="Tracker", description="Following a person within a camera."
    )
    embedder: EmbedderSettings = Field(
        default=EmbedderSettings(), title="Embedder", description="Turning crops into embeddings."
    )
    matcher: MatcherSettings = Field(
        default=MatcherSettings(), title="Matcher", description="Linking tracks to identities."
    )
    records: RecordsSettings = Field(
        default=RecordsSettings(), title="Records", description="Where everything seen is kept."
    )
    plan: Path | None = Field(
        default=None,
        title="Plan",
        description="A PNG or JPEG picture of the site from above, relative to the site file: the report draws on it "
        "who went where. It needs the `position` of the cameras.",
    )
    supervisor: SupervisorSettings = Field(
        default=SupervisorSettings(), title="Supervisor", description="Keeping the parts of a running site alive."
    )
    alarms: AlarmSettings = Field(default=AlarmSettings(), title="Alarms", description="Telling others of alarms.")
    metrics: MetricsSettings = Field(
        default=MetricsSettings(), title="Metrics", description="Figures of a running site over HTTP."
    )
    models_folder: Path | None = Field(
        default=None,
        title="Models folder",
        description="Where models are looked for first, relative to the site file; then in the application's own.",
    )

    @model_validator(mode="after")
    def _names_are_unique_and_known(self) -> Self:
        pairs = [(("matcher", "overlapping", i), pair) for i, pair in enumerate(self.matcher.overlapping or ())]
        walks = [(("matcher", "walks", i, "between"), walk.between) for i, walk in enumerate(self.matcher.walks)]
        mistakes = name_mistakes([camera.name for camera in self.cameras], [*pairs, *walks])
        if mistakes:
            raise ValueError("; ".join(f"{place(where)}: {what}" for where, what in mistakes))
        return self
