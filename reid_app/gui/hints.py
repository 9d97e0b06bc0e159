"""Keys in the words of buttons and sentences: always those in force."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import QAbstractButton, QLabel

from reid_app.gui.model.actions import KeyMap

NO_KEY = "–"


class KeyHints:
    """Writes keys into the window's words, and again when the operator changes them.

    Args:
        keys: The keys in force.
    """

    def __init__(self, keys: KeyMap) -> None:
        self._keys = keys
        self._writers: dict[object, Callable[[], None]] = {}

    def key(self, action: str) -> str:
        """Return an action's first key as the operator's system writes it."""
        keys = self._keys.keys(action)
        return QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if keys else NO_KEY

    def on(self, button: QAbstractButton, words: str, action: str) -> None:
        """Label a button with words and the key of an action; again: with other words."""
        self._write(button, lambda: button.setText(f"{words}  ({self.key(action)})"))

    def tip(self, button: QAbstractButton, words: str, action: str) -> None:
        """Explain a button on hovering, with the key of an action."""
        self._write((button, "tip"), lambda: button.setToolTip(f"{words}  ({self.key(action)})"))

    def sentence(self, label: QLabel, words: str, **actions: str) -> None:
        """Put words on a label; each name in braces stands for the key of an action."""
        self._write(label, lambda: label.setText(self.words(words, **actions)))

    def words(self, words: str, *values: object, **actions: str) -> str:
        """Return words with values filled in, and keys for the names in braces."""
        return words.format(*values, **{name: self.key(action) for name, action in actions.items()})

    def renew(self) -> None:
        """Write all again: the keys have changed."""
        for write in self._writers.values():
            write()

    def _write(self, what: object, write: Callable[[], None]) -> None:
        self._writers[what] = write
        write()
