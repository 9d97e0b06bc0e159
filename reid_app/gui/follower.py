"""Follows the targets through the frames: who is where, who re-appeared, what is highlighted."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from reid_app.domain import ImageArray, TrackKey
from reid_app.gui.model.following import Targets
from reid_app.gui.moment import picture_of
from reid_app.gui.painting import PeopleStyle
from reid_app.runtime.facade import CameraView, PersonView

FLASHES = 8
FLASH_MS = 250


class Follower(QObject):
    """Holds the targets and the newest views, and says how people are to be drawn.

    Args:
        parent: Qt parent.
    """

    changed = pyqtSignal()
    """The set of targets, or the current one, is another."""
    styled = pyqtSignal(object)
    """People are to be drawn by another :class:`PeopleStyle`."""
    appeared = pyqtSignal(int, str)
    """A target (its number) re-appeared in a camera."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.targets = Targets()
        self._views: dict[str, CameraView] = {}
        self._landmarks = False
        self._parts = False
        self._flashes = 0
        self._flasher = QTimer(self)
        self._flasher.setInterval(FLASH_MS)
        self._flasher.timeout.connect(self._flash)

    @property
    def style(self) -> PeopleStyle:
        """How people are to be drawn now."""
        current = self.targets.current
        return PeopleStyle(
            targets=frozenset(target.identity for target in self.targets.all),
            current=None if current is None else current.identity,
            landmarks=self._landmarks,
            parts=self._parts,
            flash=self._flashes % 2 == 1,
        )

    @property
    def camera(self) -> str | None:
        """The camera where the current target was seen last."""
        current = self.targets.current
        return None if current is None or current.where is None else current.where.camera

    def see(self, views: Mapping[str, CameraView]) -> None:
        """Take new views in."""
        before = (len(self.targets), self.targets.current and self.targets.current.identity)
        now = time.monotonic()
        news: list[tuple[int, str]] = []
        for camera, view in views.items():
            self._views[camera] = view
            seen = self.targets.see(camera, view.frame.time_ns, view.people, now)
            news += [(identity, camera) for identity in seen]
        if before != (len(self.targets), self.targets.current and self.targets.current.identity):
            self.tell()
        for identity, camera in news:
            self._start_flashing()
            self.appeared.emit(identity, camera)

    def keep(self, cameras: Collection[str]) -> None:
        """Forget the views of cameras that are watched no more."""
        self._views = {camera: view for camera, view in self._views.items() if camera in cameras}

    def view(self, camera: str) -> CameraView | None:
        """Return the newest view of a camera."""
        return self._views.get(camera)

    def picture_of(self, camera: str, track: TrackKey | None) -> ImageArray | None:
        """Cut a person out of the newest view of a camera."""
        view = self._views.get(camera)
        return None if view is None else picture_of(view, track)

    def follow(self, identity: int, name: str = "") -> None:
        """Make an identity the current target."""
        self.targets.follow(identity, name)
        self._place_in_views(identity)
        self.tell()

    def follow_person(self, person: PersonView) -> bool:
        """Make a person the current target; False while it is not known yet who it is."""
        if person.identity is None:
            self.targets.follow_track(person.track)
            return False
        self.follow(person.identity, person.name)
        return True

    def show_landmarks(self, *, on: bool) -> None:
        """Draw landmarks, or not."""
        self._landmarks = on
        self.styled.emit(self.style)

    def show_parts(self, *, on: bool) -> None:
        """Draw part boxes, or not."""
        self._parts = on
        self.styled.emit(self.style)

    def tell(self) -> None:
        """Say that the targets have changed."""
        self.changed.emit()
        self.styled.emit(self.style)

    def _place_in_views(self, identity: int) -> None:
        """Find a new target in the views at hand, so that its place is known at once."""
        newest = max((view.frame.time_ns for view in self._views.values()), default=0)
        for camera, view in self._views.items():
            recent = newest - view.frame.time_ns < 2_000_000_000
            if recent and any(person.identity == identity for person in view.people):
                self.targets.see(camera, view.frame.time_ns, view.people, time.monotonic())

    def _start_flashing(self) -> None:
        self._flashes = 0
        self._flasher.start()
        self._flash()

    def _flash(self) -> None:
        self._flashes += 1
        if self._flashes > FLASHES:
            self._flashes = 0
            self._flasher.stop()
        self.styled.emit(self.style)
