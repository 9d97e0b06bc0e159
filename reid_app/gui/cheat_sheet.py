"""All actions with their keys: the cheat sheet, where keys can be changed."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from reid_app.errors import SettingsError
from reid_app.gui.i18n import translate
from reid_app.gui.model.actions import ACTIONS, Group, KeyMap
from reid_app.gui.pictures import plain_label


def native(keys: tuple[str, ...]) -> str:
    """Write keys as the operator's system does."""
    form = QKeySequence.SequenceFormat.NativeText
    return "  /  ".join(QKeySequence(key).toString(form) for key in keys)


class CheatSheet(QDialog):
    """Lists every action; the keys of the selected one can be changed.

    Args:
        keys: The keys in force.
        parent: Qt parent.
    """

    rebound = pyqtSignal()
    """Keys have changed."""

    def __init__(self, keys: KeyMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self.setWindowTitle(translate("CheatSheet", "Keys"))
        self.resize(760, 760)
        self._filter = QLineEdit()
        self._filter.setPlaceholderText(translate("CheatSheet", "Find an action or a key"))
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._sift)
        self._tree = QTreeWidget()
        self._tree.setAccessibleName(translate("CheatSheet", "Actions and their keys"))
        self._tree.setHeaderLabels([translate("CheatSheet", "Action"), translate("CheatSheet", "Keys")])
        self._tree.currentItemChanged.connect(lambda *_: self._select())
        self._edit = QKeySequenceEdit()
        self._edit.setMaximumSequenceLength(1)
        self._edit.setAccessibleName(translate("CheatSheet", "New key"))
        self._set = QPushButton(translate("CheatSheet", "Use this key"))
        self._set.clicked.connect(self._rebind)
        self._reset = QPushButton(translate("CheatSheet", "Default keys"))
        self._reset.clicked.connect(self._to_default)
        self._problem = plain_label("", "problem", wraps=True)
        row = QHBoxLayout()
        row.addWidget(plain_label(translate("CheatSheet", "New key:")))
        row.addWidget(self._edit, 1)
        row.addWidget(self._set)
        row.addWidget(self._reset)
        layout = QVBoxLayout(self)
        layout.addWidget(self._filter)
        layout.addWidget(self._tree, 1)
        layout.addWidget(
            plain_label(
                translate(
                    "CheatSheet",
                    "A camera: type its number, then Enter. Mouse: click a person to track, "
                    "double-click a camera to enlarge it, drag it to another place.",
                ),
                "quiet",
                wraps=True,
            )
        )
        layout.addLayout(row)
        layout.addWidget(self._problem)
        self._fill()

    def select(self, name: str) -> None:
        """Select an action."""
        for item in self._items():
            if item.data(0, Qt.ItemDataRole.UserRole) == name:
                self._tree.setCurrentItem(item)

    def use_key(self, key: str) -> None:
        """Give the selected action a key; the problem line says why not, if not."""
        self._edit.setKeySequence(QKeySequence(key))
        self._rebind()

    @property
    def problem(self) -> str:
        """Why the last change of keys was refused, or empty."""
        return self._problem.text()

    def lines(self) -> list[tuple[str, str]]:
        """Return the visible actions with their keys, as they are written."""
        return [(item.text(0), item.text(1)) for item in self._items() if not item.isHidden()]

    def _items(self) -> list[QTreeWidgetItem]:
        found = []
        for chapter in range(self._tree.topLevelItemCount()):
            top = self._tree.topLevelItem(chapter)
            if top is not None:
                children = (top.child(row) for row in range(top.childCount()))
                found += [child for child in children if child is not None]
        return found

    def _fill(self) -> None:
        self._tree.clear()
        for group in Group:
            top = QTreeWidgetItem([group.title])
            top.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = top.font(0)
            font.setBold(True)
            top.setFont(0, font)
            self._tree.addTopLevelItem(top)
            for action in ACTIONS:
                if action.group is group:
                    item = QTreeWidgetItem([action.title, native(self._keys.keys(action.name))])
                    item.setData(0, Qt.ItemDataRole.UserRole, action.name)
                    top.addChild(item)
        self._tree.expandAll()
        self._tree.resizeColumnToContents(0)
        self._select()

    def _sift(self, text: str) -> None:
        for item in self._items():
            hidden = text.casefold() not in f"{item.text(0)} {item.text(1)}".casefold()
            item.setHidden(hidden)
        for chapter in range(self._tree.topLevelItemCount()):
            top = self._tree.topLevelItem(chapter)
            if top is not None:
                children = [top.child(row) for row in range(top.childCount())]
                top.setHidden(all(child is None or child.isHidden() for child in children))

    def _current(self) -> str | None:
        item = self._tree.currentItem()
        name: str | None = None if item is None else item.data(0, Qt.ItemDataRole.UserRole)
        return name

    def _select(self) -> None:
        chosen = self._current() is not None
        self._problem.setText("")
        self._edit.clear()
        for widget in (self._edit, self._set, self._reset):
            widget.setEnabled(chosen)

    def _rebind(self) -> None:
        key = self._edit.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        name = self._current()
        if name is not None and key:
            self._try(name, (key,))

    def _to_default(self) -> None:
        name = self._current()
        if name is not None:
            self._try(name, next(action.keys for action in ACTIONS if action.name == name))

    def _try(self, name: str, keys: tuple[str, ...]) -> None:
        try:
            self._keys.rebind(name, keys)
        except SettingsError as error:
            self._problem.setText(str(error))
            return
        self._problem.setText("")
        for item in self._items():
            if item.data(0, Qt.ItemDataRole.UserRole) == name:
                item.setText(1, native(self._keys.keys(name)))
        self.rebound.emit()
