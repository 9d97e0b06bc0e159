"""The site file: YAML in, validated settings out."""

from __future__ import annotations

from reid_app.config.settings import (
    CameraSettings,
    ColourOrder,
    DetectorSettings,
    EmbedderKind,
    EmbedderSettings,
    Engine,
    MatcherSettings,
    Pace,
    RecordsSettings,
    SiteSettings,
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
    "DetectorSettings",
    "EmbedderKind",
    "EmbedderSettings",
    "Engine",
    "MatcherSettings",
    "Pace",
    "RecordsSettings",
    "SiteSettings",
    "ThresholdSettings",
    "TrackerKind",
    "TrackerSettings",
    "Transport",
    "VideoSettings",
    "WalkSettings",
]
