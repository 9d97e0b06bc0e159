"""Starts the window: the application object, the start-up view, the end."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent
from PyQt6.QtWidgets import QApplication, QProgressBar, QPushButton, QVBoxLayout, QWidget

from reid_app.errors import ReidAppError
from reid_app.gui.i18n import install_language, translate
from reid_app.gui.model.notices import Level
from reid_app.gui.pictures import plain_label
from reid_app.gui.preferences import Preferences
from reid_app.gui.theme import apply_theme
from reid_app.gui.window import MainWindow
from reid_app.runtime.facade import SiteFacade

Report = Callable[[str, float], None]
"""Takes a sentence on what is loading, and the share (0..1) that is done."""

OpenSite = Callable[[Report], SiteFacade]
"""Opens and starts a site, telling how far it is; called in a thread of its own."""

logger = logging.getLogger(__name__)


class StartView(QWidget):
    """Shows what is loading, and what went wrong if something did.

    Args:
        open_site: Opens the site.
        title: What is opened.
    """

    ready = pyqtSignal(object)
    """The :class:`SiteFacade` is there."""
    _reported = pyqtSignal(str, float)
    _failed = pyqtSignal(str)

    def __init__(self, open_site: OpenSite, title: str) -> None:
        super().__init__()
        self._open_site = open_site
        self.error = ""
        self.setWindowTitle("reid-app")
        self.resize(640, 260)
        self._heading = plain_label(translate("Start", "Opening {0}").format(title), "heading", wraps=True)
        self._words = plain_label("", wraps=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._close = QPushButton(translate("Start", "Close"))
        self._close.clicked.connect(self.close)
        self._close.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.addWidget(self._heading)
        layout.addWidget(self._words, 1)
        layout.addWidget(self._bar)
        layout.addWidget(self._close, 0, Qt.AlignmentFlag.AlignRight)
        self._reported.connect(self._show)
        self._failed.connect(self._fail)
        self._thread = threading.Thread(target=self._work, name="window-start", daemon=True)

    def start(self) -> None:
        """Begin to open the site."""
        self._thread.start()

    def join(self) -> None:
        """Wait for the thread, once the site is there or failed."""
        self._thread.join()

    @property
    def words(self) -> str:
        """What is being loaded, or what went wrong."""
        return self._words.text()

    @property
    def share(self) -> float:
        """How much is done, 0..1."""
        return self._bar.value() / 1000

    def _work(self) -> None:
        try:
            site = self._open_site(self._reported.emit)
        except ReidAppError as error:
            self._failed.emit(str(error))
        except Exception:  # anything else is a fault of the application: the view says so, the log has the rest
            logger.exception("opening the site failed")
            self._failed.emit(translate("Start", "Something unexpected went wrong; the log says more."))
        else:
            self.ready.emit(site)

    def _show(self, words: str, share: float) -> None:
        self._words.setText(words)
        self._bar.setValue(round(1000 * min(1.0, max(0.0, share))))

    def _fail(self, words: str) -> None:
        self.error = words
        self._heading.setText(translate("Start", "This site cannot be opened"))
        self._words.setObjectName("problem")
        self._words.setText(words)
        self._bar.hide()
        self._close.show()
        self._close.setFocus()

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802  # Qt's name
        """End the application when there is nothing to wait for."""
        super().closeEvent(event)
        app = QApplication.instance()
        if self.isVisible() and app is not None:
            app.exit(2 if self.error else 130)


class _Guard(QObject):
    """Shows an unexpected error in the window instead of ending the application."""

    raised = pyqtSignal(str)

    def hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log an error that no code caught, and tell the operator."""
        logger.error("unexpected error in the window", exc_info=(kind, error, trace))
        if issubclass(kind, KeyboardInterrupt):
            QApplication.exit(130)
        elif issubclass(kind, ReidAppError):
            self.raised.emit(str(error))
        else:
            self.raised.emit(translate("Start", "Something unexpected went wrong; the log says more."))


def make_application(preferences: Preferences) -> QApplication:
    """Return Qt's application object, dressed and speaking the operator's language."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(["reid-app"])
    app.setApplicationName("reid-app")
    install_language(app, preferences.language)
    apply_theme(app, preferences.scale)
    return app


def run_window(open_site: OpenSite, site_file: Path, preferences: Preferences | None = None) -> int:
    """Open a site and show its window until the operator closes it.

    Args:
        open_site: Opens and starts the site; called in a thread while the start-up view is shown.
            Whoever gives it stops the site afterwards.
        site_file: The site file that the set-up dialog changes.
        preferences: What is remembered of the operator; None is the account's own.

    Returns:
        The exit code: 0; 2 when the site could not be opened; 130 when interrupted.
    """
    preferences = preferences or Preferences()
    app = make_application(preferences)
    app.setQuitOnLastWindowClosed(False)
    windows: list[MainWindow] = []
    start = StartView(open_site, site_file.name)
    guard = _Guard()

    def show(site: SiteFacade) -> None:
        window = MainWindow(site, site_file, preferences)
        windows.append(window)
        guard.raised.connect(lambda words: window.notices.say("", words, Level.ERROR))
        window.closed.connect(app.quit)
        window.show()
        start.hide()

    start.ready.connect(show)
    old_hook, sys.excepthook = sys.excepthook, guard.hook
    old_signal = signal.signal(signal.SIGINT, lambda *_: app.exit(130))
    pulse = QTimer()  # gives Python a chance to see Ctrl+C while Qt waits
    pulse.start(200)
    pulse.timeout.connect(lambda: None)
    try:
        start.show()
        start.start()
        return app.exec()
    finally:
        pulse.stop()
        signal.signal(signal.SIGINT, old_signal)
        sys.excepthook = old_hook
        for window in windows:
            window.close()
            window.deleteLater()
        start.deleteLater()
