"""The cameras of a running site: one reader each, and the feed that they fill."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reid_app.config import CameraSettings, SiteSettings
from reid_app.domain import CameraStatus, Frame
from reid_app.errors import SettingsError
from reid_app.runtime.supervisor import Supervisor
from reid_app.video import USUAL_RATE, CameraReader, LatestFeed, LosslessFeed, detection_rate


@dataclass(frozen=True, slots=True)
class CameraChanges:
    """What has to be done so that a site has the cameras of another site file.

    Attributes:
        added: Cameras that are new.
        changed: Cameras whose settings are others.
        removed: Names of cameras that are gone.
    """

    added: tuple[CameraSettings, ...]
    changed: tuple[CameraSettings, ...]
    removed: tuple[str, ...]

    @classmethod
    def between(cls, old: Sequence[CameraSettings], new: Sequence[CameraSettings]) -> CameraChanges:
        """Compare the cameras of two site files by name."""
        known, wanted = {camera.name: camera for camera in old}, {camera.name for camera in new}
        return cls(
            tuple(camera for camera in new if camera.name not in known),
            tuple(camera for camera in new if camera.name in known and camera != known[camera.name]),
            tuple(name for name in known if name not in wanted),
        )

    def __bool__(self) -> bool:
        """Whether anything has to be done."""
        return bool(self.added or self.changed or self.removed)


class Cameras:
    """Readers by name, in the site file's order, and the feed of their frames.

    Args:
        settings: The site's.
        folder: Folder of the site file.
        start_ns: Time of a file's first frame, for a camera that names none.
        clock: UTC in nanoseconds, for all cameras.
        lossless: Whether no frame may be lost.
        supervisor: Looks after the readers' threads.
        on_change: Told of each change of a camera's state.
    """

    def __init__(
        self,
        settings: SiteSettings,
        *,
        folder: Path,
        start_ns: int,
        clock: Callable[[], int],
        lossless: bool,
        supervisor: Supervisor,
        on_change: Callable[[CameraStatus], None],
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._start_ns = start_ns
        self._clock = clock
        self._lossless = lossless
        self._supervisor = supervisor
        self._on_change = on_change
        self._is_started = False
        self.rates = {one.name: self.rate(one) for one in settings.cameras}
        self._readers = {one.name: self._reader(one) for one in settings.cameras}
        readers = list(self._readers.values())
        size = settings.detector.batch_size
        self.latest = None if lossless else LatestFeed(readers, self.rates, size)
        """The feed of a live site, None for files as fast as possible."""
        self.feed = self.latest or LosslessFeed(readers, self.rates, size)

    def __getitem__(self, name: str) -> CameraReader:
        """Return the reader of a camera.

        Raises:
            SettingsError: There is no such camera.
        """
        try:
            return self._readers[name]
        except KeyError:
            raise SettingsError(f"there is no camera named {name!r}; the site has {', '.join(self._readers)}") from None

    def check(self, name: str) -> None:
        """Make sure that there is a camera of this name.

        Raises:
            SettingsError: There is none.
        """
        _ = self[name]

    def __iter__(self) -> Iterator[CameraReader]:
        """Return all readers, in the site file's order."""
        return iter(list(self._readers.values()))

    def rate(self, camera: CameraSettings) -> float | None:
        """Return the detections per second that a camera's settings ask for; None is every frame."""
        return detection_rate(camera, self._settings, lossless=self._lossless)

    @property
    def highest_rate(self) -> float:
        """Most detections per second that are wanted of a camera."""
        return max((rate or USUAL_RATE for rate in self.rates.values()), default=USUAL_RATE)

    @property
    def lowest_rate(self) -> float:
        """Fewest detections per second that are wanted of a camera."""
        return min((rate or USUAL_RATE for rate in self.rates.values()), default=USUAL_RATE)

    def start(self) -> None:
        """Begin to read all cameras."""
        self._is_started = True
        for reader in self:
            reader.start()

    def stop(self, timeout: float) -> None:
        """Stop all readers together, within ``timeout`` seconds; what hangs is left behind."""
        until = time.monotonic() + timeout
        for reader in self:
            reader.cancel()
        for reader in self:
            reader.stop(max(0.0, until - time.monotonic()))

    def put(self, camera: CameraSettings) -> None:
        """Read one more camera, or one that is known by its new settings; live sites only."""
        assert self.latest is not None
        old = self._readers.get(camera.name)
        if old is not None:
            old.cancel()
        self.rates[camera.name] = self.rate(camera)
        reader = self._readers[camera.name] = self._reader(camera, 0 if old is None else old.next_index)
        self.latest.add(reader, self.rates[camera.name])
        if self._is_started:
            reader.start()

    def drop(self, name: str) -> None:
        """Read a camera no more; live sites only."""
        assert self.latest is not None
        self.latest.remove(name)
        self._supervisor.forget(_part(name))
        del self.rates[name]
        self._readers.pop(name).cancel()

    def leave_out(self, frames: Sequence[Frame]) -> None:
        """Count frames that cannot be looked at as dropped."""
        if self.latest is not None:
            self.latest.leave_out(frames)

    def _reader(self, camera: CameraSettings, first_index: int = 0) -> CameraReader:
        part = _part(camera.name)
        reader = CameraReader(
            camera,
            self._settings.video,
            folder=self._folder,
            start_ns=self._start_ns,
            lossless=self._lossless,
            on_change=self._on_change,
            on_failure=lambda error: self._supervisor.failed(part, error),
            first_index=first_index,
            clock=self._clock,
        )
        self._supervisor.watch(part, reader.restart)
        return reader


def _part(camera: str) -> str:
    return f"camera {camera}"
