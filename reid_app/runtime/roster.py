"""Which cameras a running site has: adding, changing and removing them while it runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from reid_app.config import CameraSettings, SiteSettings
from reid_app.config.load import load_site
from reid_app.errors import ReidAppError, SettingsError
from reid_app.runtime.board import Board
from reid_app.runtime.cameras import CameraChanges
from reid_app.runtime.context import SiteContext
from reid_app.runtime.logs import learn_secrets
from reid_app.runtime.machinery import Machinery
from reid_app.runtime.playback import Playback
from reid_app.runtime.ring import Ring
from reid_app.runtime.setup_calls import SiteChanges

log = logging.getLogger(__name__)


class _BusyError(ReidAppError):
    """The analysis did not get to a change in time."""


class Roster:
    """Changes the cameras of a live site; everything else of it goes on meanwhile.

    Args:
        path: The site file.
        context: The site's parts; its settings are replaced.
        machinery: Its threads.
        board: Who is on the newest frames.
        ring: The live cameras' last seconds.
        playback: Past frames.
    """

    def __init__(
        self, path: Path, context: SiteContext, machinery: Machinery, board: Board, ring: Ring, playback: Playback
    ) -> None:
        self._path = path
        self._context = context
        self._machinery = machinery
        self._board = board
        self._ring = ring
        self._playback = playback
        self._lock = threading.Lock()

    def add(self, camera: CameraSettings) -> None:
        """Watch one more camera; see :meth:`reid_app.runtime.setup_calls.SetupCalls.add_camera`."""
        with self._lock:
            names = self._names()
            if camera.name in names:
                raise SettingsError(f"there is a camera named {camera.name!r} already; choose another name")
            self._put(camera, (*self._cameras(), camera))

    def change(self, camera: CameraSettings) -> None:
        """Watch a camera by new settings; see :meth:`reid_app.runtime.setup_calls.SetupCalls.change_camera`."""
        with self._lock:
            self._machinery.cameras.check(camera.name)
            before = {one.name: one.masks for one in self._cameras()}
            self._put(camera, tuple(camera if one.name == camera.name else one for one in self._cameras()))
            if camera.masks != before[camera.name]:  # what is to be hidden from now on is not shown from memory, either
                self._board.drop(camera.name)
                self._ring.drop(camera.name)
                if not camera.is_file:
                    self._ring.add(camera.name)

    def remove(self, name: str) -> None:
        """Watch a camera no more; see :meth:`reid_app.runtime.setup_calls.SetupCalls.remove_camera`."""
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

            self._between(leave)
            self._board.drop(name)
            self._ring.drop(name)
            self._playback.forget(name)
            self._settle(tuple(one for one in self._cameras() if one.name != name))
            log.info("removed", extra={"camera": name})

    def reload(self) -> SiteChanges:
        """Watch the cameras of the site file as it is; see :meth:`reid_app.runtime.setup_calls.SetupCalls.reload`."""
        settings = load_site(self._path).settings
        learn_secrets(settings)
        changes = CameraChanges.between(self._cameras(), settings.cameras)
        later = [
            name
            for name in SiteSettings.model_fields
            if name != "cameras" and getattr(settings, name) != getattr(self._context.settings, name)
        ]
        if self._over_files:
            return SiteChanges(later=(*(["cameras"] if changes else []), *later))
        refused: dict[str, str] = {}
        busy: _BusyError | None = None

        def could(name: str, deed: Callable[[], None]) -> bool:
            nonlocal busy
            try:
                if busy is not None:  # the others need not wait as long
                    raise busy
                deed()
            except ReidAppError as error:
                refused[name] = str(error)
                busy = error if isinstance(error, _BusyError) else busy
            return name not in refused

        return SiteChanges(
            # New ones first, so that all old ones may go.
            added=tuple(one.name for one in changes.added if could(one.name, partial(self.add, one))),
            changed=tuple(one.name for one in changes.changed if could(one.name, partial(self.change, one))),
            removed=tuple(name for name in changes.removed if could(name, partial(self.remove, name))),
            refused=refused,
            later=tuple(later),
        )

    def _put(self, camera: CameraSettings, all_cameras: tuple[CameraSettings, ...]) -> None:
        self._refuse_files()
        records, machinery = self._context.records, self._machinery
        records.add_camera(camera)

        def join() -> None:
            machinery.analyser.add(camera.name, machinery.cameras.rate(camera))
            machinery.cameras.put(camera)

        self._between(join)
        if not camera.is_file:
            self._ring.add(camera.name)
        self._playback.forget(camera.name)
        self._settle(all_cameras)
        log.info("watched by new settings", extra={"camera": camera.name})

    def _between(self, work: Callable[[], None]) -> None:
        """Have ``work`` done between two batches: now, or not at all if the analysis is too busy.

        Raises:
            ReidAppError: It was too busy, or so says ``work``.
        """
        claim = threading.Lock()
        begun = done = withdrawn = False

        def claimed() -> None:
            nonlocal begun, done
            with claim:
                if not withdrawn:
                    begun = True
                    work()
                    done = True

        try:
            self._machinery.analysis.between(claimed)
        except ReidAppError as error:
            with claim:
                withdrawn = not begun
            if not begun:
                raise _BusyError(str(error)) from None
            if not done:
                raise

    def _settle(self, cameras: tuple[CameraSettings, ...]) -> None:
        self._context.settings = self._context.settings.model_copy(update={"cameras": cameras})
        self._context.events.publish("cameras", {"cameras": [camera.name for camera in cameras]})

    def _cameras(self) -> tuple[CameraSettings, ...]:
        return self._context.settings.cameras

    def _names(self) -> list[str]:
        return [camera.name for camera in self._cameras()]

    def _refuse_files(self) -> None:
        if self._over_files:
            raise SettingsError("this site runs over files; its cameras cannot be changed while it runs")

    @property
    def _over_files(self) -> bool:
        return self._machinery.cameras.latest is None
