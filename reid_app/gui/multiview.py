"""The grid of live cameras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import QPointF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QResizeEvent
from PyQt6.QtWidgets import QLabel, QWidget

from reid_app.domain import TrackKey
from reid_app.gui.frames import Shown
from reid_app.gui.hints import KeyHints
from reid_app.gui.i18n import translate
from reid_app.gui.model.layouts import SPOT, View
from reid_app.gui.painting import PeopleStyle
from reid_app.gui.tile import Tile
from reid_app.runtime.facade import CameraLoad, PersonView

TYPED_FOR_MS = 2500
"""How long a typed camera number waits for its next digit or for Enter."""


class MultiView(QWidget):
    """Lays tiles out by a :class:`View` and hands pictures to them.

    Args:
        parent: Qt parent.
    """

    changed = pyqtSignal()
    """The view is another, or tiles have other sizes: other pictures are wanted."""
    picked = pyqtSignal(str, object)
    """A person (:class:`PersonView`) of a camera was clicked."""

    def __init__(self, hints: KeyHints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = View(())
        self._numbers: dict[str, int] = {}
        self._tiles: dict[str, Tile] = {}
        self._style = PeopleStyle()
        self._chosen: dict[str, TrackKey] = {}
        self._spot_camera: str | None = None
        self._typed = ""
        self._typed_label = QLabel(self)
        self._typed_label.setObjectName("typedNumber")
        self._typed_label.setTextFormat(Qt.TextFormat.PlainText)
        self._typed_label.hide()
        self._empty = QLabel(self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hints.sentence(
            self._empty, translate("MultiView", "No cameras yet. Press {set_up} to add one."), set_up="set_up"
        )
        self._forget = QTimer(self)
        self._forget.setSingleShot(True)
        self._forget.setInterval(TYPED_FOR_MS)
        self._forget.timeout.connect(self._forget_typed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(translate("MultiView", "Cameras"))

    # --- the view ------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """What is on show."""
        return self._view

    def set_cameras(self, cameras: Sequence[str]) -> None:
        """Take over the site's cameras; their numbers follow the site file's order."""
        self._numbers = {camera: number for number, camera in enumerate(cameras, 1)}
        self._chosen = {camera: track for camera, track in self._chosen.items() if camera in self._numbers}
        for tile in self._tiles.values():
            tile.watch(tile.camera, self._numbers.get(tile.camera or ""))
        self.set_spot(self._spot_camera)
        self.set_view(self._view.with_cameras(cameras) if self._view.order else View.of(cameras))

    def set_view(self, view: View) -> None:
        """Show another view."""
        self._view = view
        self._arrange()

    def number_of(self, camera: str) -> int | None:
        """Return the number that is typed for a camera."""
        return self._numbers.get(camera)

    def tile(self, name: str) -> Tile | None:
        """Return the tile of a camera (or of the spot) if it is on show."""
        return self._tiles.get(name) if name in self._view.shown() else None

    def tiles(self) -> tuple[Tile, ...]:
        """Return the tiles on show."""
        return tuple(self._tiles.values())

    def wanted(self) -> dict[str, tuple[str, tuple[int, int]]]:
        """Return the camera and the size in device pixels of each tile on show."""
        wanted = {}
        ratio = self.devicePixelRatioF()
        for name in self._view.shown():
            tile = self._tiles[name]
            if tile.camera is not None:
                wanted[name] = (tile.camera, (max(1, int(tile.width() * ratio)), max(1, int(tile.height() * ratio))))
        return wanted

    def set_spot(self, camera: str | None) -> None:
        """Have the spot tile show another camera; one that is watched no more is none."""
        camera = camera if camera in self._numbers else None
        if camera == self._spot_camera:
            return
        self._spot_camera = camera
        spot = self._tiles.get(SPOT)
        if spot is not None:
            spot.watch(camera, self._numbers.get(camera or ""))
            self.changed.emit()

    def _arrange(self) -> None:
        shown = self._view.shown()
        for name in [name for name in self._tiles if name not in shown]:
            old = self._tiles.pop(name)
            old.hide()
            old.deleteLater()
        cells = self._view.arrangement.cells(self.width(), self.height(), len(shown))
        if self._view.enlarged or len(shown) == 1:
            cells = [(0, 0, self.width(), self.height())]
        for name, cell in zip(shown, cells, strict=bool(shown)):
            tile = self._tiles.get(name) or self._new_tile(name)
            tile.setGeometry(*cell)
            tile.selected = name == self._view.selected and len(shown) > 1
            tile.restyle(self._style_of(name))
            tile.show()
        self._empty.setVisible(not shown)
        self._empty.setGeometry(self.rect())
        self._typed_label.raise_()
        self.changed.emit()

    def _new_tile(self, name: str) -> Tile:
        tile = Tile(name, self)
        tile.is_spot = name == SPOT
        camera = self._spot_camera if name == SPOT else name
        tile.watch(camera, self._numbers.get(camera or ""))
        tile.picked.connect(self._pick)
        tile.enlarged.connect(lambda tile_name: self.set_view(self._view.toggled(tile_name)))
        tile.dropped.connect(self._drop)
        self._tiles[name] = tile
        return tile

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802  # Qt's name
        """Lay the tiles out anew."""
        super().resizeEvent(event)
        self._arrange()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  # Qt's name
        """Take the keyboard."""
        super().mousePressEvent(event)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def _pick(self, name: str, person: PersonView | None) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.set_view(self._view.revealing(name))
        camera = self._tiles[name].camera
        if person is not None and camera is not None:
            self.picked.emit(camera, person)

    def _drop(self, name: str, point: QPointF) -> None:
        under = self.childAt(self.mapFromGlobal(point).toPoint())
        if isinstance(under, Tile):
            self.set_view(self._view.swapped(name, under.name))

    # --- pictures ------------------------------------------------------------------------------

    def show_pictures(self, pictures: Mapping[str, Shown]) -> None:
        """Hand new pictures to their tiles."""
        for name, shown in pictures.items():
            tile = self._tiles.get(name)
            if tile is not None:
                tile.show_picture(shown)

    def show_loads(self, loads: Sequence[CameraLoad], now_ns: int) -> None:
        """Hand the cameras' states to their tiles."""
        by_camera = {load.status.camera: load for load in loads}
        for tile in self._tiles.values():
            load = by_camera.get(tile.camera or "")
            if load is not None:
                tile.show_status(load.status, load.processed_fps, now_ns)

    def restyle(self, style: PeopleStyle) -> None:
        """Draw people otherwise in all tiles."""
        self._style = style
        for name, tile in self._tiles.items():
            tile.restyle(self._style_of(name))

    def _style_of(self, name: str) -> PeopleStyle:
        style = self._style
        chosen = self._chosen.get(name) if name == self._view.selected else None
        return PeopleStyle(style.targets, style.current, None, chosen, style.landmarks, style.parts, style.flash)

    # --- the keyboard --------------------------------------------------------------------------

    def choose_person(self, step: int) -> PersonView | None:
        """Choose the next person (from left to right) of the selected tile."""
        name = self._view.selected
        tile = self._tiles.get(name or "")
        if name is None or tile is None or not tile.people:
            return None
        people = sorted(tile.people, key=lambda person: float(person.box[0]))
        tracks = [person.track for person in people]
        now = self._chosen.get(name)
        start = tracks.index(now) if now in tracks else (-1 if step > 0 else 0)
        index = (start + step) % len(tracks)
        self._chosen[name] = tracks[index]
        tile.restyle(self._style_of(name))
        return people[index]

    def chosen_person(self) -> PersonView | None:
        """Return the person chosen in the selected tile, or the only one there."""
        tile = self._tiles.get(self._view.selected or "")
        if tile is None:
            return None
        chosen = self._chosen.get(self._view.selected or "")
        found = next((person for person in tile.people if person.track == chosen), None)
        return found or (tile.people[0] if len(tile.people) == 1 else None)

    def selected_camera(self) -> str | None:
        """Return the camera that keys act on."""
        tile = self._tiles.get(self._view.selected or "")
        return tile.camera if tile is not None else self._view.selected

    def type_digit(self, digit: str) -> None:
        """Add a digit to the camera number that is being typed."""
        self._typed = (self._typed + digit)[-3:]
        name = next((camera for camera, number in self._numbers.items() if str(number) == self._typed), "")
        words = translate("MultiView", "Camera {0} {1} – Enter to go").format(self._typed, name)
        self._typed_label.setText(words)
        self._typed_label.adjustSize()
        self._typed_label.move((self.width() - self._typed_label.width()) // 2, self.height() // 3)
        self._typed_label.show()
        self._typed_label.raise_()
        self._forget.start()

    def go_to_typed(self) -> str | None:
        """Go to the camera whose number was typed.

        Returns:
            What is wrong, None if nothing is. Without a number the selected camera is enlarged.
        """
        typed = self._typed
        self._forget_typed()
        if not typed:
            if self._view.selected is not None:
                self.set_view(self._view.toggled(self._view.selected))
            return None
        for camera, number in self._numbers.items():
            if number == int(typed):
                self.set_view(self._view.revealing(camera))
                return None
        return translate("MultiView", "There is no camera {0}; the highest number is {1}").format(
            typed, len(self._numbers)
        )

    def _forget_typed(self) -> None:
        self._typed = ""
        self._forget.stop()
        self._typed_label.hide()
