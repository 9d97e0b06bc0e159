"""The site file: YAML in, validated settings out."""

from __future__ import annotations

from reid_app.config.cameras import CameraSettings, Decoder, Pace, Transport, VideoSettings
from reid_app.config.matching import GalleryIndex, MatcherSettings, ThresholdSettings, WalkSettings
from reid_app.config.networks import (
    ColourOrder,
    DetectorSettings,
    EmbedderKind,
    EmbedderSettings,
    Engine,
    TrackerKind,
    TrackerSettings,
)
from reid_app.config.operation import AlarmSettings, MetricsSettings, RecordsSettings, SupervisorSettings
from reid_app.config.settings import SiteSettings

__all__ = [
    "AlarmSettings",
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
