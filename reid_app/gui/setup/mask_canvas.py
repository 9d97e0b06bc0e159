"""A camera's picture on which privacy masks are drawn, by mouse or by keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QWidget

from reid_app.gui.i18n import translate
from reid_app.gui.model.geometry import Fit
from reid_app.gui.model.masks import Area, Corner, MaskDrawing

REACH = 9.0
"""Pixels around a corner or an edge within which a click means it."""

STEP, FINE_STEP = 0.02, 0.002
"""How far an arrow key moves, in shares of the picture; with Shift the smaller one."""

_ARROWS: Mapping[int, Corner] = MappingProxyType(
    {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
)
_BLANK = QSize(1280, 720)


class MaskCanvas(QWidget):
    """A picture with areas on it that can be drawn, moved and deleted.

    Args:
        drawing: The areas.
        parent: Qt parent.
    """

    edited = pyqtSignal()
    """The operator changed an area."""
    chosen = pyqtSignal()
    """Another area or corner is chosen."""

    def __init__(self, drawing: MaskDrawing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing = drawing
        self._image: QImage | None = None
        self._pressed: Corner | None = None
        self._grabbed: Corner | None = None
        self._dragged_to: Corner | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 180)
        self.setAccessibleName(translate("Setup", "Picture with privacy masks"))

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """Return a size to begin with."""
        return QSize(480, 270)

    @property
    def image(self) -> QImage | None:
        """The picture that is drawn on, None while there is none."""
        return self._image

    def show_image(self, image: QImage | None) -> None:
        """Draw on another picture."""
        self._image = image
        self.update()

    def position(self, corner: Corner) -> QPointF:
        """Return where a place of the picture is on the widget."""
        fit = self._fit()
        return QPointF(*fit.point(corner[0] * fit.width, corner[1] * fit.height))

    def _fit(self) -> Fit:
        size = _BLANK if self._image is None else self._image.size()
        return Fit.into((size.width(), size.height()), 0, 0, self.width(), self.height())

    def _place(self, event: QMouseEvent) -> Corner:
        fit = self._fit()
        x, y = fit.pixel(event.position().x(), event.position().y())
        return x / fit.width, y / fit.height

    def _reach(self) -> tuple[float, float]:
        fit = self._fit()
        return REACH / fit.scale / fit.width, REACH / fit.scale / fit.height

    # --- the mouse -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  # Qt's name
        """Take hold of a corner or an area; beside them a new area begins."""
        if event is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        at = self._place(event)
        near = self._drawing.corner_near(at, self._reach())
        area = self._drawing.area_at(at)
        self._pressed = None
        self._grabbed = at
        if near is not None:
            self._drawing.choose(*near)
        elif area is not None:
            self._drawing.choose(area)
        else:
            self._drawing.choose(None)
            self._grabbed, self._pressed = None, at
        self._choose()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  # Qt's name
        """Move what is held, or draw a rectangle."""
        if event is None:
            return
        at = self._place(event)
        if self._grabbed is not None:
            if self._drawing.corner is not None:
                self._drawing.put_corner(at)
            else:
                self._drawing.move(at[0] - self._grabbed[0], at[1] - self._grabbed[1])
            self._grabbed = at
            self._change()
        elif self._pressed is not None:
            self._dragged_to = at
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  # Qt's name
        """Let go; a rectangle that was drawn becomes an area."""
        if event is None:
            return
        first, last = self._pressed, self._dragged_to
        self._pressed = self._grabbed = self._dragged_to = None
        reach = self._reach()
        if first and last and abs(first[0] - last[0]) > reach[0] and abs(first[1] - last[1]) > reach[1]:
            self._drawing.add(first, last)
            self._change()
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  # Qt's name
        """Add a corner where an edge is double-clicked."""
        if event is None:
            return
        at = self._place(event)
        edge = self._drawing.edge_near(at, self._reach())
        if edge is not None and self._drawing.corner_near(at, self._reach()) is None:
            self._drawing.split_edge(*edge, at)
            self._change()

    # --- the keyboard --------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802  # Qt's name
        """Choose, move, add and delete."""
        if event is None:
            return
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        arrow = _ARROWS.get(key)
        if arrow is not None and self._drawing.area is not None:
            step = FINE_STEP if shift else STEP
            self._drawing.move(arrow[0] * step, arrow[1] * step)
            self._change()
        elif key in (Qt.Key.Key_N, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._drawing.choose_next(-1 if shift or key == Qt.Key.Key_PageUp else 1)
            self._choose()
        elif key == Qt.Key.Key_C:
            self._drawing.choose_next_corner(-1 if shift else 1)
            self._choose()
        elif key == Qt.Key.Key_Escape and self._drawing.area is not None:
            self._drawing.choose(None if self._drawing.corner is None else self._drawing.area)
            self._choose()
        elif key == Qt.Key.Key_A:
            self.add_area()
        elif key == Qt.Key.Key_Insert:
            self.add_corner()
        elif key == Qt.Key.Key_Delete:
            self.delete()
        else:
            super().keyPressEvent(event)

    def add_area(self) -> None:
        """Add an area in the middle."""
        if self._drawing.add():
            self._change()

    def add_corner(self) -> None:
        """Add a corner to the chosen area."""
        if self._drawing.add_corner():
            self._change()

    def delete(self) -> None:
        """Delete the chosen corner or area."""
        if self._drawing.area is not None:
            self._drawing.delete()
            self._change()

    def _change(self) -> None:
        self.edited.emit()
        self._choose()

    def _choose(self) -> None:
        self.chosen.emit()
        self.update()

    # --- painting ------------------------------------------------------------------------------

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802  # Qt's name
        """Paint the picture and the areas."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor("#101214"))
        fit = self._fit()
        frame = QRectF(fit.x, fit.y, fit.width * fit.scale, fit.height * fit.scale)
        if self._image is None:
            painter.fillRect(frame, QColor("#2A3038"))
            painter.setPen(QColor("#AEB6BF"))
            words = translate("Setup", "No picture yet: test the camera. Areas can be drawn all the same.")
            painter.drawText(
                frame.adjusted(12, 12, -12, -12), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words
            )
        else:
            painter.drawImage(frame, self._image)
        for place, area in enumerate(self._drawing.areas):
            self._paint_area(painter, place, area)
        if self._pressed is not None and self._dragged_to is not None:
            painter.setPen(QPen(QColor("#FFFFFF"), 1, Qt.PenStyle.DashLine))
            painter.setBrush(QColor(0, 0, 0, 120))
            painter.drawRect(QRectF(self.position(self._pressed), self.position(self._dragged_to)).normalized())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus():
            painter.setPen(QPen(QColor("#56B4E9"), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_area(self, painter: QPainter, place: int, area: Area) -> None:
        mine = place == self._drawing.area
        polygon = QPolygonF([self.position(corner) for corner in area])
        painter.setPen(QPen(QColor("#F0E442" if mine else "#FFFFFF"), 3 if mine else 1.5))
        painter.setBrush(QColor(0, 0, 0, 150 if mine else 225))
        painter.drawPolygon(polygon)
        painter.setPen(QColor("#FFFFFF"))
        painter.drawText(polygon.boundingRect(), Qt.AlignmentFlag.AlignCenter, str(place + 1))
        for number, point in enumerate(map(self.position, area if mine else ())):
            held = number == self._drawing.corner
            painter.setPen(QPen(QColor("#000000"), 1))
            painter.setBrush(QColor("#F0E442" if held else "#FFFFFF"))
            side = 6.0 if held else 4.0
            painter.drawRect(QRectF(point.x() - side, point.y() - side, 2 * side, 2 * side))

    def focusInEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802  # Qt's name
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802  # Qt's name
        """Show that the keyboard is elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent | None) -> bool:
        """Keep the keys of the canvas from the window's actions and the dialog's buttons."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride:
            mine = (Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_N, Qt.Key.Key_Insert, Qt.Key.Key_Delete)
            if event.key() in (*mine, *_ARROWS):
                event.accept()
                return True
        return super().event(event)
