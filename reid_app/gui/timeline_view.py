"""The timeline: a lane for each camera, bars where the targets were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QBrush, QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PyQt6.QtWidgets import QApplication, QWidget

from reid_app.domain import NS_PER_S
from reid_app.gui.i18n import translate
from reid_app.gui.model.looks import STROKES, Stroke, likelihood_words, look_of
from reid_app.gui.model.timeline import Bar, Span, bar_at, bars
from reid_app.gui.model.times import clock, day_and_clock
from reid_app.gui.painting import paint_badge, shorten
from reid_app.runtime.facade import Presence

FIRST_LENGTH_NS = 120 * NS_PER_S
STEP = 1.5
_PATTERNS = {
    Stroke.SOLID: Qt.BrushStyle.SolidPattern,
    Stroke.DASHED: Qt.BrushStyle.BDiagPattern,
    Stroke.DOTTED: Qt.BrushStyle.Dense5Pattern,
}


class TimelineView(QWidget):
    """Shows presences on a :class:`Span` and lets the operator zoom, pan and pick.

    Args:
        parent: Qt parent.
    """

    picked = pyqtSignal(object, "qint64")
    """A bar's :class:`Presence` was clicked, and the moment under the mouse."""
    moved = pyqtSignal()
    """Another stretch of time is on show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cameras: tuple[str, ...] = ()
        self._former: tuple[str, ...] = ()
        self._presences: tuple[Presence, ...] = ()
        self._now_ns: int | None = None
        self._span = Span(0, FIRST_LENGTH_NS)
        self._cursor_ns: int | None = None
        self._picked: Presence | None = None
        self._pressed: QPointF | None = None
        self._dragged_from: Span | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(translate("Timeline", "Timeline"))

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """Return room for a handful of lanes."""
        return QSize(900, 200)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """Return room for two lanes."""
        return QSize(240, 90)

    # --- what it shows -------------------------------------------------------------------------

    @property
    def span(self) -> Span:
        """The stretch of time on show."""
        return self._span

    @property
    def presences(self) -> tuple[Presence, ...]:
        """What is drawn, as far as it lies in the span."""
        return self._presences

    def set_cameras(self, cameras: Sequence[str]) -> None:
        """Set the lanes."""
        self._cameras = tuple(cameras)
        self.show_presences(self._presences)

    def show_presences(self, presences: Sequence[Presence]) -> None:
        """Draw other presences."""
        self._presences = tuple(presences)
        seen = {presence.track.camera for presence in self._presences}
        self._former = tuple(sorted(seen - set(self._cameras)))
        self.update()

    def set_now(self, now_ns: int) -> None:
        """Set the present (stream time)."""
        if self._now_ns is None:
            self._span = Span(now_ns - FIRST_LENGTH_NS, now_ns).advanced(now_ns)
            self.moved.emit()
        self._now_ns = now_ns
        self._span = self._span.advanced(now_ns)
        self.update()

    def set_cursor(self, time_ns: int | None) -> None:
        """Mark the moment that is played."""
        self._cursor_ns = time_ns
        self.update()

    def zoom(self, factor: float, at: float = 0.5) -> None:
        """Show ``factor`` times as much time."""
        self._set_span(self._span.zoomed(factor, at))

    def pan(self, share: float) -> None:
        """Move by a share of the width, later if positive."""
        self._set_span(self._span.panned(share))

    def follow_now(self) -> None:
        """Keep the present at the right edge from now on."""
        if self._now_ns is not None:
            self._set_span(self._span.following(self._now_ns))

    def reveal(self, presence: Presence) -> None:
        """Show and mark a presence."""
        self._picked = presence
        self._set_span(self._span.revealing(presence.first_ns, presence.last_ns))

    def _set_span(self, span: Span) -> None:
        self._span = span
        self.update()
        self.moved.emit()

    # --- where things are ----------------------------------------------------------------------

    def _gutter(self) -> float:
        metrics = QFontMetricsF(self.font())
        widest = max((metrics.horizontalAdvance(shorten(camera, 20)) for camera in self._all()), default=0.0)
        return min(widest + 16, self.width() * 0.3)

    def _axis(self) -> float:
        return QFontMetricsF(self.font()).height() + 10

    @property
    def lanes(self) -> tuple[str, ...]:
        """The cameras that have a lane: all, or only those with bars where all would be too thin to read.

        Cameras that are watched no more come last, as long as they have bars.
        """
        room = (self.height() - self._axis()) / max(1, QFontMetricsF(self.font()).height())
        cameras = self._all()
        if len(cameras) <= room or not self._presences:
            return cameras
        seen = {presence.track.camera for presence in self._presences}
        return tuple(camera for camera in cameras if camera in seen)

    def _all(self) -> tuple[str, ...]:
        return self._cameras + self._former

    def _lane_height(self) -> float:
        return max(4.0, (self.height() - self._axis()) / max(1, len(self.lanes)))

    def _x(self, share: float) -> float:
        gutter = self._gutter()
        return gutter + share * (self.width() - gutter - 6)

    def _share(self, x: float) -> float:
        gutter = self._gutter()
        return (x - gutter) / max(1.0, self.width() - gutter - 6)

    def laid_out(self) -> list[Bar]:
        """Return the bars as they are drawn."""
        return bars(self._presences, self.lanes, self._span, self._now_ns or 0)

    def bar_rect(self, bar: Bar) -> QRectF:
        """Return where a bar is drawn."""
        height = self._lane_height()
        left, right = self._x(bar.left), self._x(bar.right)
        return QRectF(left, bar.lane * height + 2, max(3.0, right - left), height - 4)

    # --- painting ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802  # Qt's name
        """Paint lanes, ticks, bars and cursor."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#16191D"))
        height, gutter = self._lane_height(), self._gutter()
        bottom = height * len(self.lanes)
        metrics = QFontMetricsF(self.font())
        for lane, camera in enumerate(self.lanes):
            row = QRectF(0, lane * height, self.width(), height)
            painter.fillRect(row, QColor("#1D2126" if lane % 2 else "#23282E"))
            painter.setPen(QColor("#E6E9EC" if camera in self._cameras else "#9AA3AD"))
            if height >= metrics.height() * 0.8:
                flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
                name = metrics.elidedText(shorten(camera, 20), Qt.TextElideMode.ElideRight, gutter - 12)
                painter.drawText(row.adjusted(8, 0, 0, 0), flags, name)
        self._paint_ticks(painter, bottom, metrics)
        painter.setClipRect(QRectF(gutter, 0, self.width() - gutter, self.height()))
        for bar in self.laid_out():
            self._paint_bar(painter, bar)
        for time_ns, colour, pen in (
            (self._now_ns, "#2FC79A", Qt.PenStyle.SolidLine),
            (self._cursor_ns, "#F0E442", Qt.PenStyle.DashLine),
        ):
            if time_ns is not None and 0 <= self._span.share(time_ns) <= 1:
                painter.setPen(QPen(QColor(colour), 2, pen))
                x = self._x(self._span.share(time_ns))
                painter.drawLine(QPointF(x, 0), QPointF(x, bottom))
        if not self._presences:
            painter.setPen(QColor("#AEB6BF"))
            words = translate(
                "Timeline",
                "Track somebody: bars show when and in which camera the person was. A click on a bar plays it.",
            )
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(gutter, 0, self.width() - gutter, max(40.0, bottom)), flags, words)
        painter.end()

    def _paint_ticks(self, painter: QPainter, bottom: float, metrics: QFontMetricsF) -> None:
        width = metrics.horizontalAdvance("00:00:00") + 24
        room = max(1, int((self.width() - self._gutter()) / width))
        times, step = self._span.ticks(room)
        for time_ns in times:
            x = self._x(self._span.share(time_ns))
            painter.setPen(QPen(QColor("#3A424B"), 1))
            painter.drawLine(QPointF(x, 0), QPointF(x, bottom))
            text = clock(time_ns) if step < 86_400 else day_and_clock(time_ns)[5:10]
            left = min(x - width / 2, self.width() - width)
            painter.setPen(QColor("#C4CAD1"))
            painter.drawText(QRectF(left, bottom, width, self._axis()), int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_bar(self, painter: QPainter, bar: Bar) -> None:
        rect = self.bar_rect(bar)
        look = look_of(bar.presence.identity)
        colour = QColor(look.colour)
        painter.setPen(QPen(QColor("white") if bar.presence == self._picked else colour, 2))
        painter.fillRect(rect, QColor(colour.red(), colour.green(), colour.blue(), 70))
        pattern = _PATTERNS[STROKES[bar.presence.likelihood]]
        painter.setBrush(QBrush(colour, pattern))
        painter.drawRect(rect)
        number = str(bar.presence.identity)
        side = min(rect.height() - 2, QFontMetricsF(self.font()).height() + 4)
        if rect.width() >= side + 8 and side >= 12:
            badge = QRectF(rect.left() + 3, rect.center().y() - side / 2, side + 6 * (len(number) - 1), side)
            paint_badge(painter, badge, replace(look, colour="#FFFFFF"), number, self.font())

    # --- mouse and keyboard --------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802  # Qt's name
        """Zoom about the mouse."""
        if event is None or not event.angleDelta().y():
            return
        factor = 1 / STEP if event.angleDelta().y() > 0 else STEP
        self.zoom(factor, min(1.0, max(0.0, self._share(event.position().x()))))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  # Qt's name
        """Begin a click or a drag."""
        if event is not None and event.button() is Qt.MouseButton.LeftButton:
            self._pressed, self._dragged_from = event.position(), None

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  # Qt's name
        """Pan with the mouse."""
        if event is None or self._pressed is None:
            return
        moved = event.position().x() - self._pressed.x()
        if self._dragged_from is None and abs(moved) >= QApplication.startDragDistance():
            self._dragged_from = self._span
        if self._dragged_from is not None:
            self._set_span(self._dragged_from.panned(-moved / max(1.0, self.width() - self._gutter())))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  # Qt's name
        """Pick the bar under the mouse, unless it was a drag."""
        if event is None or self._pressed is None:
            return
        dragged, self._pressed, self._dragged_from = self._dragged_from is not None, None, None
        if dragged:
            return
        share = self._share(event.position().x())
        lane = int(event.position().y() // self._lane_height())
        bar = bar_at(self.laid_out(), lane, share, 6 / max(1.0, self.width() - self._gutter()))
        if bar is not None:
            self._pick(bar, share)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802  # Qt's name
        """Walk from bar to bar with left and right, play one with Enter."""
        if event is None:
            return
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        ordered = sorted(self._presences, key=lambda presence: presence.first_ns)
        if step is not None and ordered:
            here = ordered.index(self._picked) if self._picked in ordered else (-1 if step > 0 else 0)
            self.reveal(ordered[(here + step) % len(ordered)])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._picked is not None:
            self.picked.emit(self._picked, self._picked.first_ns)
        else:
            super().keyPressEvent(event)

    def _pick(self, bar: Bar, share: float) -> None:
        self._picked = bar.presence
        time_ns = min(max(self._span.at(share), bar.presence.first_ns), bar.presence.last_ns)
        self.update()
        self.picked.emit(bar.presence, time_ns)

    def picked_words(self) -> str:
        """Say which bar is marked, for screen readers and the panel's title."""
        if self._picked is None:
            return ""
        presence = self._picked
        return f"{presence.track.camera}, {clock(presence.first_ns)}, {likelihood_words(presence.likelihood)}"
