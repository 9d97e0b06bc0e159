"""The settings of cameras, and of how their sources are read."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from reid_app.config.section import Rate, Section
from reid_app.config.shapes import Polygon

CAMERA_NAME = re.compile(r"^[\w][\w .()+-]{0,63}$")
"""What a camera may be called: it becomes a file name in exports."""

SCHEMES = ("rtsp", "rtsps", "http", "https", "file", "loop", "webcam")
"""URL schemes that a camera may have; a plain path is a file."""

NETWORK_SCHEMES = ("rtsp", "rtsps", "http", "https")
"""Those of them that name a host."""

_HOST = re.compile(r"://(?:[^/?#]*@)?(?![^/?#]*@)[^/?#:]")


class Pace(StrEnum):
    """How the frames of a file are handed out."""

    FAST = "fast"
    REALTIME = "realtime"


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


Coordinate = Annotated[float, Field(ge=-100_000, le=100_000)]
"""A place on the plan, in pixels of its picture."""


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
