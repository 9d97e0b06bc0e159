"""The one place that imports OpenCV: ``from reid_app.imaging import cv2``.

OpenCV's wheel points ``QT_QPA_PLATFORM_PLUGIN_PATH`` and ``QT_QPA_FONTDIR`` at the Qt
that it ships. PyQt6 reads the same variables and then aborts on a real display, so they
are put back to what they were. Libraries that import cv2 themselves (ultralytics) are
imported after this module.
"""

from __future__ import annotations

import os

_QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
_before = {name: os.environ.get(name) for name in _QT_VARIABLES}

import cv2  # noqa: E402  the environment is read first

for _name, _value in _before.items():
    if _value is None:
        os.environ.pop(_name, None)
    else:
        os.environ[_name] = _value

__all__ = ["cv2"]
