"""What tests do with a window: click people, press keys, wait."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QWidget

from reid_app.gui.tile import Tile
from reid_app.gui.window import MainWindow
from tests.gui.generated_site import GeneratedSite


def press(widget: QWidget, key: str) -> None:
    """Press a key as the operator would, in the widget that has the keyboard."""
    combination = QKeySequence(key)[0]
    target = widget.window().focusWidget() or widget
    QTest.keyClick(target, combination.key(), combination.keyboardModifiers())


def tile_of(window: MainWindow, camera: str) -> Tile:
    tile = window.multiview.tile(camera)
    assert tile is not None
    return tile


def middle_of(window: MainWindow, camera: str, identity: int | None) -> QPoint:
    """Return where a person is in a tile."""
    tile = tile_of(window, camera)
    assert tile.shown is not None
    person = next(person for person in tile.people if person.identity == identity)
    x, y, w, h = tile._fit(tile.shown).rect(person.box)
    return QPoint(int(x + w / 2), int(y + h / 2))


def click_person(window: MainWindow, camera: str, identity: int | None) -> None:
    QTest.mouseClick(tile_of(window, camera), Qt.MouseButton.LeftButton, pos=middle_of(window, camera, identity))


def new_pictures(qtbot, window: MainWindow, site: GeneratedSite, seconds: float = 0.1) -> None:
    """Move the site's clock on and wait until every tile shows the new picture."""
    site.advance(seconds)

    def here() -> bool:
        tiles = [window.multiview.tile(name) for name in window.multiview.view.shown()]
        return all(
            tile is not None and (tile.camera is None or (tile.shown is not None and tile.shown.time_ns == site.now_ns))
            for tile in tiles
        )

    qtbot.waitUntil(here)
