"""Privacy masks drawn on a camera's picture: the picture, its buttons, and what they mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from reid_app.config.shapes import Polygon
from reid_app.gui.i18n import translate
from reid_app.gui.model.masks import Area, MaskDrawing
from reid_app.gui.pictures import plain_label
from reid_app.gui.setup.fields import FieldPlan
from reid_app.gui.setup.mask_canvas import MaskCanvas

_AREAS: TypeAdapter[tuple[Area, ...]] = TypeAdapter(tuple[Polygon, ...])


class MaskEditor(QWidget):
    """The canvas with its buttons and explanation.

    Args:
        field: The setting, which says what masks are.
        parent: Qt parent.
    """

    edited = pyqtSignal()
    """The operator changed an area."""

    def __init__(self, field: FieldPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing = MaskDrawing()
        self._written: Any = None
        self._touched = False
        self.canvas = MaskCanvas(self._drawing)
        self.canvas.edited.connect(self._edit)
        self.canvas.chosen.connect(self._say)
        self._add = _button(translate("Setup", "Add an area (A)"), self.canvas.add_area)
        self._corner = _button(translate("Setup", "Add a corner (Ins)"), self.canvas.add_corner)
        self._delete = _button(translate("Setup", "Delete (Del)"), self.canvas.delete)
        self._state = plain_label("", wraps=True)
        buttons = QHBoxLayout()
        for button in (self._add, self._corner, self._delete):
            buttons.addWidget(button)
        hint = translate(
            "Setup",
            "Mouse: drag beside the areas for a new one, drag an area or a corner to move it, double-click an edge for "
            "another corner. Keys: N next area, C next corner, arrows move, Shift with arrows a little, Esc lets go.",
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(plain_label(field.title, "heading"))
        layout.addWidget(plain_label(field.description, "quiet", wraps=True))
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self._state)
        layout.addLayout(buttons)
        layout.addWidget(plain_label(hint, "quiet", wraps=True))
        self._say()

    @property
    def drawing(self) -> MaskDrawing:
        """The areas and what is chosen of them."""
        return self._drawing

    @property
    def state(self) -> str:
        """What the editor says of the areas."""
        return self._state.text()

    def show_value(self, written: Any) -> None:
        """Show what stands in the site file; what is no list of areas is left as it is until areas are drawn."""
        self._written, self._touched = written, False
        try:
            areas: Sequence[Area] = _AREAS.validate_python(written or ())
        except ValidationError:
            areas = ()
        self._drawing.show(areas)
        self.canvas.update()
        self._say()

    def value(self) -> Any:
        """Return what is to stand in the site file; None is left out."""
        if not self._touched:
            return self._written
        return [[list(corner) for corner in area] for area in self._drawing.areas] or None

    def _edit(self) -> None:
        self._touched = True
        self.edited.emit()

    def _say(self) -> None:
        drawing = self._drawing
        self._corner.setEnabled(drawing.area is not None)
        self._delete.setEnabled(drawing.area is not None)
        if drawing.area is not None and drawing.corner is not None:
            words = translate("Setup", "Corner {1} of area {0} is chosen.")
            self._state.setText(words.format(drawing.area + 1, drawing.corner + 1))
        elif drawing.area is not None:
            self._state.setText(translate("Setup", "Area {0} is chosen.").format(drawing.area + 1))
        elif drawing.areas:
            self._state.setText(translate("Setup", "Areas that nobody sees: {0}").format(len(drawing.areas)))
        elif self._written and not self._touched:
            self._state.setText(translate("Setup", "What the site file says of masks cannot be shown; draw them anew."))
        else:
            self._state.setText(translate("Setup", "Everything is seen: there is no mask."))


def _button(words: str, deed: Callable[[], None]) -> QPushButton:
    button = QPushButton(words)
    button.setAutoDefault(False)
    button.clicked.connect(lambda _: deed())
    return button
