"""The site file: YAML in, validated settings out."""

from __future__ import annotations

from reid_app.config.settings import (
    CameraSettings,
    ColourOrder,
    Decoder,
    DetectorSettings,
    EmbedderKind,
    EmbedderSettings,
    Engine,
    GalleryIndex,
    MatcherSettings,
    MetricsSettings,
    Pace,
    RecordsSettings,
    SiteSettings,
    SupervisorSettings,
    ThresholdSettings,
    TrackerKind,
    TrackerSettings,
    Transport,
    VideoSettings,
    WalkSettings,
)

__all__ = [
    "CameraSettings",
    "ColourOrder",
    "Decoder",
    "DetectorSettings",
    "EmbedderKind",
    "EmbedderSettings",
    "Engine",
    "GalleryIndex",
    "MatcherSettings",
    "MetricsSettings",
    "Pace",
    "RecordsSettings",
    "SiteSettings",
    "SupervisorSettings",
    "ThresholdSettings",
    "TrackerKind",
    "TrackerSettings",
    "Transport",
    "VideoSettings",
    "WalkSettings",
]
