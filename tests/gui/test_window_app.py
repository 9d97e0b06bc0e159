"""The window's entry: from the start-up view to the exit code."""

from __future__ import annotations

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication

from reid_app.errors import SourceError
from reid_app.gui import run_window
from reid_app.gui.app import StartView
from reid_app.gui.window import MainWindow


def _soon(kind, deed, every_ms=50):
    """Call ``deed`` with the first visible top-level widget of a kind, once there is one."""
    timer = QTimer()

    def look():
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, kind) and widget.isVisible() and deed(widget):
                timer.stop()
                return

    timer.timeout.connect(look)
    timer.start(every_ms)
    return timer


def test_window_opens_and_closes_with_0(qtbot, site, site_file, preferences):
    opened = []

    def close(window):
        opened.append(window.windowTitle())
        window.close()
        return True

    timer = _soon(MainWindow, close)
    assert run_window(lambda report: site, site_file, preferences) == 0
    assert not timer.isActive()
    assert opened


def test_a_site_that_cannot_be_opened_ends_with_2(qtbot, site_file, preferences):
    said = []

    def open_site(report):
        raise SourceError("camera Yard: no such file; check its url")

    def close(view):
        if not view.error:
            return False
        said.append(view.words)
        view.close()
        return True

    timer = _soon(StartView, close)
    assert run_window(open_site, site_file, preferences) == 2
    assert not timer.isActive()
    assert said == ["camera Yard: no such file; check its url"]


def test_an_unexpected_error_is_shown_and_the_window_goes_on(qtbot, site, site_file, preferences, caplog):
    said = []

    def fail(window):
        QTimer.singleShot(0, lambda: 1 / 0)
        QTimer.singleShot(100, lambda: said.append(window.notices.words))
        QTimer.singleShot(150, window.close)
        return True

    with qtbot.captureExceptions() as raised:
        timer = _soon(MainWindow, fail)
        assert run_window(lambda report: site, site_file, preferences) == 0
    assert not timer.isActive()
    assert not raised, "the window's own hook is in force while it runs"
    assert "Something unexpected went wrong" in said[0]
    assert "ZeroDivisionError" in caplog.text
