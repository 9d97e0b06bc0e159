"""Trying a camera before it is added to the site."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from reid_app.config import CameraSettings, VideoSettings
from reid_app.config.redact import redact
from reid_app.errors import ReidAppError
from reid_app.runtime.setup_calls import CameraTest
from reid_app.video import WallClock
from reid_app.video.sources import Source, open_source

_PATIENCE = 1.25
"""A source's own time-out says more than ours, so it gets a little longer."""


class CameraTrial:
    """Opens a source once, beside the running ones, and reads one picture.

    It happens in a thread of its own, which is left behind when the source hangs.

    Args:
        camera: The camera.
        video: Time-outs.
        folder: Relative paths of files start here.
    """

    def __init__(self, camera: CameraSettings, video: VideoSettings, folder: Path) -> None:
        self._camera = camera
        self._video = video
        self._folder = folder
        self._result: CameraTest | None = None
        self._thread = threading.Thread(target=self._run, name=f"trial {camera.name}", daemon=True)

    def run(self) -> CameraTest:
        """Try it; takes up to the open and read time-outs."""
        limit = (self._video.open_timeout + self._video.read_timeout) * _PATIENCE
        self._thread.start()
        self._thread.join(limit)
        shown = redact(self._camera.url.get_secret_value())
        return self._result or CameraTest(
            False, f"{shown} gave no picture for {limit:.0f} s; check that the camera is on and can be reached"
        )

    def _run(self) -> None:
        shown = redact(self._camera.url.get_secret_value())
        try:
            source = open_source(self._camera, self._video, self._folder, 0, WallClock())
        except ReidAppError as error:
            self._result = CameraTest(False, str(error))
            return
        except Exception as error:  # noqa: BLE001  whatever a decoder throws; its text may hold the address
            self._result = CameraTest(False, f"{shown} cannot be opened ({type(error).__name__}); check the address")
            return
        self._result = self._read(source, shown)

    def _read(self, source: Source, shown: str) -> CameraTest:
        try:
            picture = source.read()
        except ReidAppError as error:
            return CameraTest(False, str(error))
        except Exception as error:  # noqa: BLE001  as above
            return CameraTest(False, f"{shown} cannot be read ({type(error).__name__}); check the camera")
        finally:
            source.close()
        if picture is None:
            return CameraTest(False, f"{shown} opens but gives no picture; check the camera")
        height, width = picture.image.shape[:2]
        fine = CameraTest(True, f"{width} x {height}", picture.image)
        if source.fps is None:
            return fine
        return replace(fine, message=f"{width} x {height} at {source.fps:g} frames per second")
