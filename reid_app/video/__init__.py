"""Cameras in: sources, one reader for each camera, and the feeds that bring frames to the detector."""

from __future__ import annotations

from reid_app.video.camera import CameraReader, StateChange
from reid_app.video.clock import WallClock
from reid_app.video.feed import USUAL_RATE, LatestFeed, LosslessFeed, detection_rate, is_lossless

__all__ = [
    "USUAL_RATE",
    "CameraReader",
    "LatestFeed",
    "LosslessFeed",
    "StateChange",
    "WallClock",
    "detection_rate",
    "is_lossless",
]
