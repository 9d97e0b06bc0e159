"""Painting people on a picture, and the badges of identities."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF

from reid_app.domain import TrackKey
from reid_app.gui.i18n import translate
from reid_app.gui.model.geometry import Fit
from reid_app.gui.model.looks import STROKES, Look, Shape, Stroke, likelihood_words, look_of
from reid_app.gui.model.times import clock
from reid_app.runtime.facade import PersonView

_PENS = {
    Stroke.SOLID: Qt.PenStyle.SolidLine,
    Stroke.DASHED: Qt.PenStyle.DashLine,
    Stroke.DOTTED: Qt.PenStyle.DotLine,
}

BONES = (
    *((1, 2), (2, 3), (3, 4), (1, 5), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13)),
    *((0, 1), (0, 14), (14, 16), (0, 15), (15, 17)),
)
"""Pairs of landmarks that are joined by a line."""

SEEN = 0.3
"""Landmarks below this confidence are not drawn."""

LONGEST_NAME = 24


@dataclass(frozen=True, slots=True)
class PeopleStyle:
    """How people are drawn.

    Attributes:
        targets: Identities to highlight; when there are any, all other people are dimmed.
        current: The target that matters most.
        hovered: The person under the mouse.
        chosen: The person that the keyboard has chosen.
        landmarks: Whether to draw landmarks.
        parts: Whether to draw part boxes.
        flash: Whether targets flash now.
    """

    targets: Collection[int] = ()
    current: int | None = None
    hovered: TrackKey | None = None
    chosen: TrackKey | None = None
    landmarks: bool = False
    parts: bool = False
    flash: bool = False


def shorten(text: str, longest: int = LONGEST_NAME) -> str:
    """Cut a name to a length that cannot spoil the picture; line breaks become spaces."""
    flat = " ".join(text[: 4 * longest].split())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"


def paint_people(painter: QPainter, people: Iterable[PersonView], fit: Fit, style: PeopleStyle, font: QFont) -> None:
    """Draw people on a picture: first those of no interest, then the others, then the targets."""
    ordered = sorted(people, key=lambda person: _rank(person, style))
    for person in ordered:
        _paint_person(painter, person, fit, style, font)


def _rank(person: PersonView, style: PeopleStyle) -> int:
    if person.track in (style.hovered, style.chosen):
        return 3
    return 2 if person.identity in style.targets else 1


def _paint_person(painter: QPainter, person: PersonView, fit: Fit, style: PeopleStyle, font: QFont) -> None:
    rect = QRectF(*fit.rect(person.box))
    is_target = person.identity is not None and person.identity in style.targets
    is_chosen = person.track in (style.hovered, style.chosen)
    if style.targets and not is_target and not is_chosen:
        painter.fillRect(rect, QColor(0, 0, 0, 130))
        painter.setPen(QPen(QColor("#909090"), 1, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect)
        return
    look = look_of(person.identity)
    colour = QColor(look.colour)
    width = 3.5 if is_target else 2.0
    if is_target and style.flash:
        painter.fillRect(rect, QColor(colour.red(), colour.green(), colour.blue(), 110))
        width = 6.0
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 180), width + 2))
    painter.drawRect(rect)
    stroke = Stroke.DOTTED if person.identity is None else STROKES[person.likelihood]
    painter.setPen(QPen(colour, width, _PENS[stroke]))
    painter.drawRect(rect)
    if person.track == style.chosen:
        _paint_corners(painter, rect)
    if style.parts and person.parts is not None:
        painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
        for box in person.parts:
            painter.drawRect(QRectF(*fit.rect(box)))
    if style.landmarks and person.landmarks is not None:
        _paint_landmarks(painter, person, fit, colour)
    _paint_label(painter, person, rect, look, font, words=is_chosen or is_target, full=is_chosen)


def _paint_corners(painter: QPainter, rect: QRectF) -> None:
    """Mark the person that the keyboard has chosen with white corners, as a camera's finder does."""
    painter.setPen(QPen(QColor("white"), 3))
    outer = rect.adjusted(-6, -6, 6, 6)
    arm = min(16.0, outer.width() / 3, outer.height() / 3)
    for x, dx in ((outer.left(), arm), (outer.right(), -arm)):
        for y, dy in ((outer.top(), arm), (outer.bottom(), -arm)):
            painter.drawPolyline(QPolygonF([QPointF(x + dx, y), QPointF(x, y), QPointF(x, y + dy)]))


def _paint_landmarks(painter: QPainter, person: PersonView, fit: Fit, colour: QColor) -> None:
    points = person.landmarks
    if points is None:
        return
    painter.setPen(QPen(colour, 1.5))
    spots = [QPointF(*fit.point(float(x), float(y))) for x, y, _ in points]
    seen = [float(confidence) >= SEEN for _, _, confidence in points]
    for one, other in BONES:
        if seen[one] and seen[other]:
            painter.drawLine(spots[one], spots[other])
    painter.setBrush(QColor("white"))
    painter.setPen(Qt.PenStyle.NoPen)
    for spot, visible in zip(spots, seen, strict=True):
        if visible:
            painter.drawEllipse(spot, 2.5, 2.5)


def person_words(person: PersonView) -> str:
    """Say who a person is, how sure that is and since when: the line beside the box."""
    parts = [shorten(person.name)] if person.name else []
    if person.identity is not None:
        parts.append(likelihood_words(person.likelihood))
    parts.append(translate("Tile", "since {0}").format(clock(person.since_ns)))
    return " · ".join(parts)


def _paint_label(
    painter: QPainter, person: PersonView, rect: QRectF, look: Look, font: QFont, *, words: bool, full: bool
) -> None:
    metrics = QFontMetricsF(font)
    height = metrics.height() + 4
    number = "…" if person.identity is None else str(person.identity)
    if full:
        text = person_words(person)
    elif words:
        text = " · ".join(part for part in (shorten(person.name), likelihood_words(person.likelihood)) if part)
    else:
        text = shorten(person.name, 12)
    badge = badge_width(look.shape, number, font)
    width = badge + (metrics.horizontalAdvance(text) + 10 if text else 0)
    view = QRectF(painter.window())
    x = max(0.0, min(rect.left() - 1, view.width() - width))
    y = rect.top() - height - 2 if rect.top() - height - 2 >= 0 else rect.top() + 1
    if text:
        painter.fillRect(QRectF(x + badge / 2, y, width - badge / 2, height), QColor(0, 0, 0, 205))
        painter.setPen(QColor("white"))
        painter.setFont(font)
        room = QRectF(x + badge + 4, y, width - badge - 4, height)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), text)
    paint_badge(painter, QRectF(x, y, badge, height), look, number, font)


def badge_width(shape: Shape, number: str, font: QFont) -> float:
    """Return how wide a badge must be for its number."""
    metrics = QFontMetricsF(font)
    extra = {Shape.CIRCLE: 8, Shape.SQUARE: 8, Shape.HEXAGON: 18, Shape.SLANTED: 20, Shape.ARROW: 18}[shape]
    return max(metrics.height() + 4, metrics.horizontalAdvance(number) + extra)


def paint_badge(painter: QPainter, rect: QRectF, look: Look, number: str, font: QFont) -> None:
    """Draw an identity's number in its colour and shape, dark on bright."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(0, 0, 0, 200), 1))
    painter.setBrush(QColor(look.colour))
    if look.shape is Shape.SQUARE:
        painter.drawRect(rect)
    elif look.shape is Shape.CIRCLE:
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    else:
        painter.drawPolygon(_outline(look.shape, rect))
    bold = QFont(font)
    bold.setBold(True)
    painter.setFont(bold)
    painter.setPen(QColor("#101010"))
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine), number)
    painter.restore()


def _outline(shape: Shape, rect: QRectF) -> QPolygonF:
    left, right, top, bottom = rect.left(), rect.right(), rect.top(), rect.bottom()
    middle = rect.center().y()
    cut = min(8.0, rect.width() / 3)
    if shape is Shape.HEXAGON:
        points = [(left, middle), (left + cut, top), (right - cut, top), (right, middle)]
        points += [(right - cut, bottom), (left + cut, bottom)]
    elif shape is Shape.SLANTED:
        points = [(left + cut, top), (right, top), (right - cut, bottom), (left, bottom)]
    else:
        points = [(left, top), (right - cut, top), (right, middle), (right - cut, bottom), (left, bottom)]
    return QPolygonF([QPointF(x, y) for x, y in points])


def badge_pixmap(identity: int | None, font: QFont, ratio: float = 1.0) -> QPixmap:
    """Return an identity's badge as a picture, for lists."""
    look = look_of(identity)
    number = "…" if identity is None else str(identity)
    width = math.ceil(badge_width(look.shape, number, font)) + 2
    height = math.ceil(QFontMetricsF(font).height()) + 8
    pixmap = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_badge(painter, QRectF(1, 1, width - 2, height - 2), look, number, font)
    painter.end()
    return pixmap
