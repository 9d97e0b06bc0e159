"""The settings of a site: one pydantic model per section of the site file, by subject in the modules beside this one.

Every field has a title and a description, and bounds where there are any: the
documentation page and the settings dialog are drawn from them. Lengths of time
are seconds, rates are per second, sizes are pixels, similarities are cosines.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from reid_app.config.cameras import CameraSettings, VideoSettings
from reid_app.config.matching import MatcherSettings
from reid_app.config.names import name_mistakes, place
from reid_app.config.networks import DetectorSettings, EmbedderSettings, TrackerSettings
from reid_app.config.operation import AlarmSettings, MetricsSettings, RecordsSettings, SupervisorSettings
from reid_app.config.section import Section


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
