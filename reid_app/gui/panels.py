"""The panels around the pictures, each in a dock."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QDockWidget,
    QMainWindow,
    QPushButton,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from reid_app.gui.decide_panel import DecidePanel
from reid_app.gui.desk import Desk
from reid_app.gui.hints import KeyHints
from reid_app.gui.i18n import translate
from reid_app.gui.model.following import Targets
from reid_app.gui.model.times import day_and_clock
from reid_app.gui.painting import shorten
from reid_app.gui.search_panel import SearchPanel
from reid_app.gui.target_panel import TargetPanel
from reid_app.gui.timeline_view import TimelineView
from reid_app.gui.watch_panel import WatchPanel
from reid_app.runtime.facade import OperatorAction

RIGHT_WIDTH = 430
BOTTOM_HEIGHT = 210


class LogPanel(QWidget):
    """What operators did, newest first.

    Args:
        desk: The line to the site.
        undo: Takes the operator's last action back.
        hints: Writes keys.
        parent: Qt parent.
    """

    loaded = pyqtSignal(int)
    """How many actions are on show."""

    def __init__(self, desk: Desk, undo: Callable[[], None], hints: KeyHints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tree = QTreeWidget()
        self._tree.setRootIsDecorated(False)
        self._tree.setAccessibleName(translate("Log", "What operators did, newest first"))
        self._tree.setHeaderLabels(
            [
                translate("Log", "Time"),
                translate("Log", "Operator"),
                translate("Log", "What"),
                translate("Log", "Reason"),
            ]
        )
        button = QPushButton()
        hints.on(button, translate("Log", "Take back my last action"), "undo")
        button.clicked.connect(lambda _: undo())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._tree)
        layout.addWidget(button)
        self.setFocusProxy(self._tree)

    def refresh(self) -> None:
        """Ask the site for the actions."""
        self._desk.ask("actions", lambda site: site.actions(), self._show)

    def _show(self, actions: tuple[OperatorAction, ...]) -> None:
        self._tree.clear()
        for action in actions:
            what = translate("Log", "{0} (taken back)").format(action.what) if action.undone else action.what
            cells = [day_and_clock(action.time_ns), action.operator, what, action.reason]
            self._tree.addTopLevelItem(QTreeWidgetItem([shorten(cell, 200) for cell in cells]))
        for column in range(4):
            self._tree.resizeColumnToContents(column)
        self.loaded.emit(len(actions))


class Panels:
    """Makes all panels and docks them into a window.

    Args:
        window: The window.
        desk: The line to the site.
        targets: The targets that the target panel shows.
        undo: Takes the operator's last action back.
        hints: Writes keys.
    """

    def __init__(
        self, window: QMainWindow, desk: Desk, targets: Targets, undo: Callable[[], None], hints: KeyHints
    ) -> None:
        self._window = window
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.target = TargetPanel(desk, targets, hints)
        self.decide = DecidePanel(desk, hints)
        self.search = SearchPanel(desk, hints)
        self.watch = WatchPanel(desk, hints)
        self.timeline = TimelineView()
        self.log = LogPanel(desk, undo, hints)
        right, bottom = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
        self._docks = {
            "target": self._dock("target", translate("Panels", "Target"), self.target, right),
            "decide": self._dock("decide", translate("Panels", "Decide"), self.decide, right),
            "search": self._dock("search", translate("Panels", "Search"), self.search, right),
            "watch": self._dock("watch", translate("Panels", "Watch list"), self.watch, right),
            "timeline": self._dock("timeline", translate("Panels", "Timeline"), self.timeline, bottom),
            "log": self._dock("log", translate("Panels", "What operators did"), self.log, bottom),
        }
        for name in ("decide", "search", "watch"):
            window.tabifyDockWidget(self._docks["target"], self._docks[name])
        window.tabifyDockWidget(self._docks["timeline"], self._docks["log"])
        window.resizeDocks([self._docks["target"]], [RIGHT_WIDTH], Qt.Orientation.Horizontal)
        window.resizeDocks([self._docks["timeline"]], [BOTTOM_HEIGHT], Qt.Orientation.Vertical)
        self.raise_panel("target")
        self.raise_panel("timeline")

    def _dock(self, name: str, title: str, panel: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setWidget(panel)
        self._window.addDockWidget(area, dock)
        return dock

    def raise_panel(self, name: str) -> None:
        """Bring a panel to the front."""
        dock = self._docks[name]
        dock.show()
        dock.raise_()

    def focus_panel(self, name: str) -> None:
        """Bring a panel to the front and put the keyboard into it."""
        self.raise_panel(name)
        panel = self._docks[name].widget()
        if panel is not None:
            panel.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def name_panel(self, name: str, title: str) -> None:
        """Give a panel another title."""
        self._docks[name].setWindowTitle(title)

    def dock(self, name: str) -> QDockWidget:
        """Return a panel's dock."""
        return self._docks[name]
