"""Turns the table of actions into Qt's actions, with the keys in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PyQt6.QtCore import QObject, Qt
from PyQt6.QtGui import QAction, QKeySequence, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QMenu, QMenuBar, QToolButton, QWidget

from reid_app.gui.hints import KeyHints
from reid_app.gui.model.actions import ACTIONS, RESERVED_KEYS, Group, KeyMap, Scope


class Commands(QObject):
    """All actions of the window.

    Args:
        deeds: What each action does, by name; one for every action of the table.
        places: The widget in which the keys of each scope work.
        keys: The keys in force.
        hints: Writes them.
        parent: Qt parent.
    """

    def __init__(
        self,
        deeds: Mapping[str, Callable[[], None]],
        places: Mapping[Scope, QWidget],
        keys: KeyMap,
        hints: KeyHints,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._keys = keys
        self._hints = hints
        self._actions: dict[str, QAction] = {}
        for action in ACTIONS:
            made = QAction(action.title, self)
            made.setObjectName(action.name)
            made.setCheckable(action.toggles)
            made.setIconText(action.label)
            made.setMenuRole(QAction.MenuRole.NoRole)
            if action.scope is Scope.WINDOW:
                made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            else:
                made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.triggered.connect(_without_argument(deeds[action.name]))
            places[action.scope].addAction(made)
            self._actions[action.name] = made
        self.apply()

    def __getitem__(self, name: str) -> QAction:
        """Return an action by name."""
        return self._actions[name]

    def apply(self) -> None:
        """Put the keys in force on the actions."""
        for name, action in self._actions.items():
            action.setShortcuts([QKeySequence(key) for key in self._keys.keys(name)])
            action.setToolTip(f"{action.text()}  ({self._hints.key(name)})")

    def fill(self, bar: QMenuBar, extra: Mapping[Group, QMenu]) -> None:
        """Make a menu for each group; ``extra`` are submenus at the end of some."""
        for group in Group:
            menu = bar.addMenu(group.title)
            if menu is None:
                continue
            for action in ACTIONS:
                if action.group is group:
                    menu.addAction(self._actions[action.name])
            if group in extra:
                menu.addMenu(extra[group])

    def buttons(self) -> QWidget:
        """Return a row of buttons for the actions that have one; hovering explains them."""
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 2, 6, 2)
        layout.setSpacing(3)
        for action in ACTIONS:
            if action.short:
                button = QToolButton()
                button.setDefaultAction(self._actions[action.name])
                button.setAccessibleName(action.title)
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                layout.addWidget(button)
        return row


def digit_keys(place: QWidget, typed: Callable[[str], None]) -> None:
    """Have the digits call ``typed`` while the keyboard is in ``place``."""
    for digit in RESERVED_KEYS:
        shortcut = QShortcut(QKeySequence(digit), place)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(lambda digit=digit: typed(digit))


def _without_argument(deed: Callable[[], None]) -> Callable[[], None]:
    """Hide from Qt that a callable could take the "checked" argument."""

    def call() -> None:
        deed()

    return call
