"""Which cameras a running site has: adding, changing and removing them while it runs."""

from __future__ import annotations

import logging
import threading

from reid_app.config import CameraSettings, SiteSettings
from reid_app.config.load import SiteFile
from reid_app.errors import SettingsError
from reid_app.runtime.board import Board
from reid_app.runtime.cameras import CameraChanges
from reid_app.runtime.context import SiteContext
from reid_app.runtime.machinery import Machinery
from reid_app.runtime.playback import Playback
from reid_app.runtime.ring import Ring

log = logging.getLogger(__name__)


class Roster:
    """Changes the cameras of a live site; everything else of it goes on meanwhile.

    Args:
        context: The site's parts; its settings are replaced.
        machinery: Its threads.
        board: Who is on the newest frames.
        ring: The live cameras' last seconds.
        playback: Past frames.
    """

    def __init__(
        self, context: SiteContext, machinery: Machinery, board: Board, ring: Ring, playback: Playback
    ) -> None:
        self._context = context
        self._machinery = machinery
        self._board = board
        self._ring = ring
        self._playback = playback
        self._lock = threading.Lock()

    def add(self, camera: CameraSettings) -> None:
        """Watch one more camera; see :meth:`reid_app.runtime.facade.SiteFacade.add_camera`."""
        with self._lock:
            names = self._names()
            if camera.name in names:
                raise SettingsError(f"there is a camera named {camera.name!r} already; choose another name")
            self._put(camera, (*self._cameras(), camera))

    def change(self, camera: CameraSettings) -> None:
        """Watch a camera by new settings; see :meth:`reid_app.runtime.facade.SiteFacade.change_camera`."""
        with self._lock:
            self._machinery.cameras.check(camera.name)
            self._put(camera, tuple(camera if one.name == camera.name else one for one in self._cameras()))

    def remove(self, name: str) -> None:
        """Watch a camera no more; see :meth:`reid_app.runtime.facade.SiteFacade.remove_camera`."""
        with self._lock:
            self._refuse_files()
            self._machinery.cameras.check(name)
            if len(self._names()) == 1:
                raise SettingsError(f"{name!r} is the only camera of the site; stop the site instead")
            machinery = self._machinery

            def leave() -> None:
                machinery.cameras.drop(name)
                tick = machinery.analyser.remove(name)
                if tick is not None:
                    machinery.worker.submit(tick, tick.crops)

            machinery.analysis.between(leave)
            self._board.drop(name)
            self._ring.drop(name)
            self._playback.forget(name)
            self._settle(tuple(one for one in self._cameras() if one.name != name))
            log.info("removed", extra={"camera": name})

    def apply(self, file: SiteFile) -> CameraChanges:
        """Watch the cameras of another version of the site file; see :meth:`reid_app.runtime.site.Site.apply`."""
        changes = CameraChanges.between(self._cameras(), file.settings.cameras)
        others = [
            name
            for name in SiteSettings.model_fields
            if name != "cameras" and getattr(file.settings, name) != getattr(self._context.settings, name)
        ]
        if others:
            log.warning("the site file has other settings in %s; start the site again to use them", ", ".join(others))
        for camera in changes.added:
            self.add(camera)
        for camera in changes.changed:
            self.change(camera)
        for name in changes.removed:
            self.remove(name)
        return changes

    def _put(self, camera: CameraSettings, all_cameras: tuple[CameraSettings, ...]) -> None:
        self._refuse_files()
        records, machinery = self._context.records, self._machinery
        records.add_camera(camera)
        if not camera.is_file:
            self._ring.add(camera.name)

        def join() -> None:
            machinery.analyser.add(camera.name, machinery.cameras.rate(camera))
            machinery.cameras.put(camera)

        machinery.analysis.between(join)
        self._playback.forget(camera.name)
        self._settle(all_cameras)
        log.info("watched by new settings", extra={"camera": camera.name})

    def _settle(self, cameras: tuple[CameraSettings, ...]) -> None:
        self._context.settings = self._context.settings.model_copy(update={"cameras": cameras})
        self._context.events.publish("cameras", {"cameras": [camera.name for camera in cameras]})

    def _cameras(self) -> tuple[CameraSettings, ...]:
        return self._context.settings.cameras

    def _names(self) -> list[str]:
        return [camera.name for camera in self._cameras()]

    def _refuse_files(self) -> None:
        if self._machinery.cameras.latest is None:
            raise SettingsError("this site runs over files; its cameras cannot be changed while it runs")
