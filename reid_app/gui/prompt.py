"""Short questions to the operator; nothing else is blocked while one is open."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QInputDialog, QWidget


def ask_text(parent: QWidget, title: str, words: str, text: str, done: Callable[[str], None]) -> QInputDialog:
    """Ask for a line of text; ``done`` is called with it, stripped, unless it is empty or the operator declines."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setLabelText(words)
    dialog.setTextValue(text)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def finish(value: str) -> None:
        if value.strip():
            done(value.strip())

    dialog.textValueSelected.connect(finish)
    dialog.show()
    return dialog
