"""The window's dialogs: each is open at most once, and none keeps the operator from the pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QDialog, QWidget

from reid_app.gui.cheat_sheet import CheatSheet
from reid_app.gui.desk import Desk
from reid_app.gui.export_dialog import ExportDialog
from reid_app.gui.i18n import translate
from reid_app.gui.model.actions import KeyMap
from reid_app.gui.preferences import Preferences
from reid_app.gui.prompt import ask_text
from reid_app.gui.setup.dialog import SetupDialog
from reid_app.gui.setup.saving import Saver


class Dialogs(QObject):
    """Opens dialogs over a window.

    Args:
        window: The window.
        desk: The line to the site.
        keys: The keys in force.
        preferences: What is remembered of the operator.
        site_file: The site file that the set-up dialog changes.
    """

    rebound = pyqtSignal()
    """Keys have changed."""
    view_named = pyqtSignal(str)
    """The view on show is to be saved under a name."""
    operator_named = pyqtSignal(str)
    """Somebody else sits at the window."""
    said = pyqtSignal(str, object)
    """Something that the operator should know, and its :class:`Level`."""

    def __init__(self, window: QWidget, desk: Desk, keys: KeyMap, preferences: Preferences, site_file: Path) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._keys = keys
        self._preferences = preferences
        self._site_file = site_file
        self._open: dict[str, QDialog] = {}
        self._saver = Saver(desk, self)
        self._saver.saved.connect(self.said)

    def cheat_sheet(self) -> None:
        """Show all actions with their keys."""

        def make() -> QDialog:
            sheet = CheatSheet(self._keys, self._window)
            sheet.rebound.connect(self._keep_keys)
            return sheet

        self._show("cheat sheet", make)

    def export(self, identity: int, name: str = "") -> None:
        """Export an identity."""
        self._show(f"export {identity}", lambda: ExportDialog(self._desk, identity, name, self._window))

    def set_up(self) -> None:
        """Set cameras and settings up."""
        self._show("set-up", lambda: SetupDialog(self._desk, self._saver, self._site_file, self._window))

    def save_view(self) -> None:
        """Ask for a name and save the view under it."""
        title, words = translate("Window", "Save this view"), translate("Window", "Name of the view")
        self._show("save view", lambda: ask_text(self._window, title, words, "", self.view_named.emit))

    def operator(self) -> None:
        """Ask who sits at the window."""
        title, words = (
            translate("Window", "Operator"),
            translate("Window", "Who acts? The name is kept with every action."),
        )
        now = self._preferences.operator
        self._show("operator", lambda: ask_text(self._window, title, words, now, self.operator_named.emit))

    def find(self, name: str) -> QDialog | None:
        """Return an open dialog by name."""
        return self._open.get(name)

    def _show(self, name: str, make: Callable[[], QDialog]) -> None:
        dialog = self._open.get(name)
        if dialog is None:
            dialog = make()
            self._open[name] = dialog
            dialog.finished.connect(lambda _: self._close(name))
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _close(self, name: str) -> None:
        dialog = self._open.pop(name, None)
        if dialog is not None:
            dialog.deleteLater()

    def _keep_keys(self) -> None:
        self._preferences.keys = self._keys.changes
        self.rebound.emit()
