"""One camera's tile."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QEnterEvent, QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from reid_app.domain import CameraState, CameraStatus
from reid_app.gui.frames import Shown
from reid_app.gui.i18n import translate
from reid_app.gui.model.freshness import Freshness, freshness
from reid_app.gui.model.geometry import Fit, at_pixel
from reid_app.gui.model.looks import state_look
from reid_app.gui.model.times import clock, duration
from reid_app.gui.painting import PeopleStyle, paint_people, person_words, shorten
from reid_app.runtime.facade import PersonView

BACKGROUND = "#101214"
HEADER = "#1D2126"
SELECTED = "#FFFFFF"
DELAYS_KEPT = 2000


class Tile(QWidget):
    """Shows one camera: its newest picture, the people on it, and how fresh it is.

    Args:
        name: What the tile is called among tiles (a camera's name, or the spot tile's).
        parent: Qt parent.
    """

    picked = pyqtSignal(str, object)
    """A click: the tile's name and the :class:`PersonView` under the mouse, or None."""
    enlarged = pyqtSignal(str)
    """A double click."""
    dropped = pyqtSignal(str, QPointF)
    """The tile was dragged and let go at a point in global coordinates."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.camera: str | None = None
        self.number: int | None = None
        self.is_spot = False
        self.selected = False
        self.delays: deque[float] = deque(maxlen=DELAYS_KEPT)
        self._style = PeopleStyle()
        self._shown: Shown | None = None
        self._status: CameraStatus | None = None
        self._processed_fps = 0.0
        self._news = 0.0
        self._unpainted: float | None = None
        self._freshness = freshness(None, None, 0)
        self._pressed: QPointF | None = None
        self._dragging = False
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(48, 36)

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """Return a size to begin with."""
        return QSize(480, 300)

    # --- what it shows -------------------------------------------------------------------------

    def watch(self, camera: str | None, number: int | None) -> None:
        """Show another camera, or none."""
        if camera != self.camera:
            self._shown, self._status, self._news = None, None, 0.0
            self._freshness = freshness(None, None, 0)
        self.camera, self.number = camera, number
        self.setAccessibleName(f"{number or ''} {camera or translate('Tile', 'Spot tile')}".strip())
        self.update()

    def show_picture(self, shown: Shown) -> None:
        """Take a new picture in; it is painted with the next pass of the event loop."""
        if shown.camera != self.camera:
            return
        if self._shown is None or (shown.index, shown.time_ns) != (self._shown.index, self._shown.time_ns):
            self._news = time.monotonic()
            self._unpainted = shown.arrived or None
        self._shown = shown
        hovered = self._style.hovered
        if hovered is not None and hovered not in (person.track for person in shown.people):
            self._style = replace(self._style, hovered=None)
        self.update()

    def show_status(self, status: CameraStatus, processed_fps: float, now_ns: int) -> None:
        """Take in what the site says of the camera."""
        self._status, self._processed_fps = status, processed_fps
        self._freshness = freshness(status, self.age, now_ns)
        self.update()

    def restyle(self, style: PeopleStyle) -> None:
        """Draw people otherwise; who is under the mouse stays."""
        self._style = replace(style, hovered=self._style.hovered)
        self.update()

    @property
    def age(self) -> float | None:
        """Seconds since a new picture came, None before the first."""
        return time.monotonic() - self._news if self._news else None

    @property
    def state(self) -> Freshness:
        """What the tile says of its camera."""
        return self._freshness

    @property
    def shown(self) -> Shown | None:
        """The picture on show."""
        return self._shown if self._freshness.picture else None

    @property
    def people(self) -> tuple[PersonView, ...]:
        """Who can be clicked."""
        return () if self.shown is None or self._freshness.state is not CameraState.LIVE else self.shown.people

    # --- painting ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802  # Qt's name
        """Paint the picture, the people and the words."""
        del event
        painter = QPainter(self)
        self.paint(painter)
        painter.end()
        if self._unpainted is not None:
            self.delays.append(time.monotonic() - self._unpainted)
            self._unpainted = None

    def paint(self, painter: QPainter) -> None:
        """Paint the tile with ``painter``."""
        painter.fillRect(self.rect(), QColor(BACKGROUND))
        font = self.font()
        header = QFontMetricsF(font).height() + 8
        room = QRectF(0, header, self.width(), self.height() - header)
        shown = self.shown
        if self.camera is None:
            words = translate("Tile", "Spot tile") if self.is_spot else translate("Tile", "No camera")
            detail = translate("Tile", "Follows the target once there is one") if self.is_spot else ""
            _paint_message(painter, room, words, detail, font, over_picture=False)
        elif shown is not None:
            fit = self._fit(shown)
            target = QRectF(fit.x, fit.y, shown.size[0] * fit.scale, shown.size[1] * fit.scale)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shown.image.width() < target.width())
            painter.drawImage(target, shown.image)
            if self._freshness.state is CameraState.LIVE:
                paint_people(painter, shown.people, fit, self._style, font)
            else:
                painter.fillRect(room, QColor(0, 0, 0, 150))
        if self._freshness.headline and self.camera is not None:
            self._paint_state(painter, room, font, over_picture=shown is not None)
        self._paint_header(painter, header, font)
        if self.selected:
            painter.setPen(QPen(QColor(SELECTED), 3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        elif self._freshness.state in (CameraState.STALE, CameraState.OFFLINE, CameraState.FAILED) and self.camera:
            painter.setPen(QPen(QColor(state_look(self._freshness.state).colour), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))

    def _fit(self, shown: Shown) -> Fit:
        header = QFontMetricsF(self.font()).height() + 8
        return Fit.into(shown.size, 0, header, self.width(), self.height() - header)

    def _paint_state(self, painter: QPainter, room: QRectF, font: QFont, *, over_picture: bool) -> None:
        look = state_look(self._freshness.state)
        words = f"{look.glyph} {self._freshness.headline}"
        _paint_message(
            painter, room, words, self._freshness.detail, font, over_picture=over_picture, colour=look.colour
        )

    def _paint_header(self, painter: QPainter, height: float, font: QFont) -> None:
        painter.fillRect(QRectF(0, 0, self.width(), height), QColor(HEADER))
        if self.camera is None:
            return
        look = state_look(self._freshness.state)
        metrics = QFontMetricsF(font)
        bold = QFont(font)
        bold.setBold(True)
        title = f"{self.number}  {shorten(self.camera, 64)}" if self.number is not None else shorten(self.camera, 64)
        if self.is_spot:
            title = f"◎ {title}"
        parts, state = self._facts(), f"{look.glyph} {look.word}"
        room = self.width() - 16.0 - QFontMetricsF(bold).horizontalAdvance(title) - 12

        def taken() -> float:
            return metrics.horizontalAdvance(state) + sum(metrics.horizontalAdvance(f" · {part}") for part in parts)

        while len(parts) > 1 and taken() > room:
            parts.pop()
        if self._freshness.state is CameraState.LIVE and taken() > room:
            state = look.glyph
        if taken() > max(room, 0.6 * self.width()):
            parts.clear()
        facts = " · ".join(parts)
        centre = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        facts_width, state_width = metrics.horizontalAdvance(facts), metrics.horizontalAdvance(state)
        painter.setFont(font)
        painter.setPen(QColor("#D6DADF"))
        painter.drawText(QRectF(self.width() - 8 - facts_width, 0, facts_width + 1, height), centre, facts)
        x = self.width() - 8 - facts_width - (12 if facts else 0) - state_width
        painter.setPen(QColor(look.colour))
        painter.drawText(QRectF(x, 0, state_width + 1, height), centre, state)
        painter.setFont(bold)
        painter.setPen(QColor("white"))
        space = max(0.0, x - 16)
        title = QFontMetricsF(bold).elidedText(title, Qt.TextElideMode.ElideRight, space)
        painter.drawText(QRectF(8, 0, space, height), centre, title)

    def _facts(self) -> list[str]:
        """Clock, age of the picture and rates, the most important first."""
        facts = []
        if self._shown is not None and self._freshness.picture:
            facts.append(clock(self._shown.time_ns))
        if self._status is not None and self._freshness.state is CameraState.LIVE:
            facts.append(translate("Tile", "{0:.0f} fps").format(self._status.fps))
            facts.append(translate("Tile", "{0:.0f} searched/s").format(self._processed_fps))
        elif self.age is not None:
            facts.append(translate("Tile", "{0} old").format(duration(self.age)))
        return facts

    # --- the mouse -----------------------------------------------------------------------------

    def person_at(self, point: QPointF) -> PersonView | None:
        """Return the person under a point of the tile."""
        if self.shown is None:
            return None
        return at_pixel(self.people, *self._fit(self.shown).pixel(point.x(), point.y()))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  # Qt's name
        """Note where a click or a drag begins."""
        if event is not None and event.button() is Qt.MouseButton.LeftButton:
            self._pressed, self._dragging = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  # Qt's name
        """Drag the tile, or show who is under the mouse."""
        if event is None:
            return
        if self._pressed is not None:
            if (event.position() - self._pressed).manhattanLength() >= QApplication.startDragDistance():
                self._dragging = True
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
            return
        person = self.person_at(event.position())
        hovered = person.track if person is not None else None
        if hovered != self._style.hovered:
            self._style = replace(self._style, hovered=hovered)
            self.setCursor(Qt.CursorShape.PointingHandCursor if person is not None else Qt.CursorShape.ArrowCursor)
            if person is None:
                QToolTip.hideText()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  # Qt's name
        """Pick what is under the mouse, or let the dragged tile go."""
        if event is None or self._pressed is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        dragged, self._pressed, self._dragging = self._dragging, None, False
        self.unsetCursor()
        if dragged:
            self.dropped.emit(self.name, event.globalPosition())
        else:
            self.picked.emit(self.name, self.person_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  # Qt's name
        """Enlarge the tile, or show all again."""
        if event is not None and event.button() is Qt.MouseButton.LeftButton:
            self._pressed = None
            self.enlarged.emit(self.name)

    def leaveEvent(self, event: QEvent | None) -> None:  # noqa: N802  # Qt's name
        """Nobody is under the mouse any more."""
        del event
        self._style = replace(self._style, hovered=None)
        self.update()

    def enterEvent(self, event: QEnterEvent | None) -> None:  # noqa: N802  # Qt's name
        """Repaint, for the person under the mouse."""
        del event
        self.update()

    def hovered_words(self) -> str:
        """Return what the label of the person under the mouse says, empty when there is none."""
        for person in self.people:
            if person.track == self._style.hovered:
                return person_words(person)
        return ""


def _paint_message(
    painter: QPainter,
    room: QRectF,
    headline: str,
    detail: str,
    font: QFont,
    *,
    over_picture: bool,
    colour: str = "#D6DADF",
) -> None:
    """Write large words and smaller ones under them into the middle of ``room``."""
    big = QFont(font)
    big.setPointSizeF(min(font.pointSizeF() * 1.7, max(font.pointSizeF(), room.width() / 22)))
    big.setBold(True)
    flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
    inner = room.adjusted(10, 4, -10, -4)
    head = QFontMetricsF(big).boundingRect(inner, flags, headline)
    lines = "\n".join(shorten(line, 160) for line in detail.splitlines())
    body = QFontMetricsF(font).boundingRect(inner, flags, lines) if lines else QRectF()
    total = head.height() + (body.height() + 6 if lines else 0)
    top = inner.center().y() - total / 2
    if over_picture:
        width = max(head.width(), body.width()) + 24
        band = QRectF(inner.center().x() - width / 2, top - 8, width, total + 16)
        painter.fillRect(band.intersected(room), QColor(0, 0, 0, 200))
    painter.setFont(big)
    painter.setPen(QColor(colour))
    painter.drawText(QRectF(inner.left(), top, inner.width(), head.height()), flags, headline)
    if lines:
        painter.setFont(font)
        painter.setPen(QColor("#E6E9EC"))
        painter.drawText(QRectF(inner.left(), top + head.height() + 6, inner.width(), body.height()), flags, lines)
