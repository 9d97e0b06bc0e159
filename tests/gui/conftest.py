"""A window on a generated site; and checks that a test leaves nothing behind."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt6 import sip
from PyQt6.QtCore import QAbstractAnimation, QCoreApplication, QEvent, QTimer
from PyQt6.QtWidgets import QApplication, QWidget

from reid_app.gui.preferences import Preferences
from reid_app.gui.theme import apply_theme
from reid_app.gui.window import MainWindow
from tests.gui.generated_site import GeneratedSite

SITE_FILE = """\
# The site of the tests.
name: Generated
cameras:
  # By the gate.
  - name: Yard
    url: rtsp://user:secret@camera-1/stream  # main entrance
  - name: Corridor
    url: rtsp://camera-2/stream
matcher:
  thresholds: {accept: 0.8, ask: 0.6}  # measured in spring
"""


def _delete_later_now() -> None:
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()


def _living(kind: type) -> list[object]:
    return [thing for thing in gc.get_objects() if issubclass(type(thing), kind) and not sip.isdeleted(thing)]


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test with widgets that leaves a thread, a running timer or animation, or a top-level widget."""
    if "qtbot" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("qapp")
    threads = set(threading.enumerate())
    widgets = {id(widget) for widget in QApplication.topLevelWidgets()}
    yield
    _delete_later_now()
    gc.collect()
    left = [thread.name for thread in threading.enumerate() if thread not in threads and thread.is_alive()]
    assert not left, f"threads left running: {left}"
    timers = [timer for timer in _living(QTimer) if timer.isActive()]
    assert not timers, f"timers left running: {timers}"
    moving = [a for a in _living(QAbstractAnimation) if a.state() is QAbstractAnimation.State.Running]
    assert not moving, f"animations left running: {moving}"
    more = [widget for widget in QApplication.topLevelWidgets() if id(widget) not in widgets]
    assert not more, f"widgets left: {more}"


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The application object, dressed as the window's."""
    apply_theme(qapp)
    return qapp


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the screenshots."""
    return tmp_path_factory.mktemp("shots", numbered=False)


@pytest.fixture
def shoot(shots: Path) -> Callable[[QWidget, str], Path]:
    """Save a picture of a widget, to be looked at."""

    def save(widget: QWidget, name: str) -> Path:
        path = shots / f"{name}.png"
        picture = widget.grab()
        assert picture.save(str(path))
        assert not picture.isNull()
        return path

    return save


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    path = tmp_path / "site.yaml"
    path.write_text(SITE_FILE)
    return path


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    kept = Preferences(tmp_path / "window.ini")
    kept.operator = "Kim"
    return kept


@pytest.fixture
def site() -> Iterator[GeneratedSite]:
    generated = GeneratedSite()
    generated.advance(1.0)
    yield generated
    generated.stop()


@pytest.fixture
def open_window(
    qtbot, site: GeneratedSite, site_file: Path, preferences: Preferences
) -> Iterator[Callable[[], MainWindow]]:
    """Open a window on ``site`` and wait for its first pictures."""
    opened: list[MainWindow] = []

    def make() -> MainWindow:
        window = MainWindow(site, site_file, preferences)
        opened.append(window)
        window.resize(1500, 940)
        window.show()
        qtbot.waitUntil(lambda: all_shown(window))
        return window

    yield make
    for window in opened:
        if not sip.isdeleted(window):
            window.close()
            window.deleteLater()
    _delete_later_now()


def all_shown(window: MainWindow) -> bool:
    """Say whether every tile on show has its first picture."""
    view = window.multiview.view
    tiles = [window.multiview.tile(name) for name in view.shown()]
    return bool(tiles) and all(tile is not None and tile.shown is not None for tile in tiles)


@pytest.fixture
def window(open_window: Callable[[], MainWindow]) -> MainWindow:
    return open_window()
