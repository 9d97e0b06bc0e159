"""Finding people in frames, following them within one camera, and choosing crops of them."""

from __future__ import annotations

from reid_app.detect.crops import CropSelector
from reid_app.detect.engines import Detector, find_detector, load_detector
from reid_app.detect.tracking import CameraTracker

__all__ = ["CameraTracker", "CropSelector", "Detector", "find_detector", "load_detector"]
