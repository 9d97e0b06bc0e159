"""What a client of a running site may ask and tell it about its cameras and settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from reid_app.config import CameraSettings
from reid_app.domain import ImageArray


@dataclass(frozen=True, slots=True, eq=False)
class CameraTest:
    """What came of opening a source once.

    Attributes:
        ok: Whether a frame came.
        message: The size and rate, or what is wrong and what to do; without secrets.
        image: That frame in BGR, None when there was none.
    """

    ok: bool
    message: str
    image: ImageArray | None = None


@dataclass(frozen=True, slots=True)
class SiteChanges:
    """What a running site took over of its site file.

    Attributes:
        added: Names of the cameras that are watched from now on.
        changed: Names of the cameras that are watched by other settings from now on.
        removed: Names of the cameras that are watched no more.
        refused: Why a camera could not be added, changed or removed, one sentence by its name; it goes on as before.
        later: Keys of the site file's settings that are others than those in force; the next start takes them over.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    later: tuple[str, ...] = ()


class SetupCalls(Protocol):
    """The part of :class:`reid_app.runtime.facade.SiteFacade` with which a site is set up."""

    def test_camera(self, camera: CameraSettings) -> CameraTest:
        """Open a source once, beside the running ones; takes up to the site's open time-out."""

    def add_camera(self, camera: CameraSettings) -> None:
        """Watch one more camera from now on; a relative path starts at the site file's folder.

        The site file stays as it is. An event of kind ``cameras`` tells the names of all cameras.

        Raises:
            SettingsError: The name is taken, or the site runs over files as fast as possible.
            RecordsError: The records cannot take it in now.
            ReidAppError: The detector is busy for so long that cameras cannot be changed now.
        """

    def change_camera(self, camera: CameraSettings) -> None:
        """Watch the camera of that name by new settings from now on; raises as :meth:`add_camera` does.

        Raises:
            SettingsError: There is no such camera.
        """

    def remove_camera(self, name: str) -> None:
        """Watch a camera no more; what it saw stays in the records.

        Raises:
            SettingsError: There is no such camera, or no other one.
        """

    def reload(self) -> SiteChanges:
        """Read the site file again and watch its cameras from now on.

        A camera that cannot be taken over keeps no other from it. All other settings need a restart.

        Raises:
            SettingsError: The file has mistakes or cannot be read; nothing is changed.
        """

    def wrong_matches(self, accept: float) -> float | None:
        """Return the share of different people that reach ``accept`` in the model's calibration, None if unknown."""
