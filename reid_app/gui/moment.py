"""A recorded moment: play, pause, step frame by frame, click or box a person."""

from __future__ import annotations

import time
from collections.abc import Collection

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from reid_app.domain import NS_PER_S, ImageArray, TrackKey
from reid_app.gui.desk import Desk
from reid_app.gui.frames import to_qimage
from reid_app.gui.hints import KeyHints
from reid_app.gui.i18n import translate
from reid_app.gui.model.geometry import Fit, at_pixel
from reid_app.gui.model.times import clock_exact
from reid_app.gui.painting import PeopleStyle, paint_people, shorten
from reid_app.gui.pictures import plain_label
from reid_app.runtime.facade import CameraView, PersonView, SiteFacade

PLAY_EVERY_MS = 40
SMALLEST_BOX = (8, 16)
"""Width and height in pixels of the smallest box that is searched for."""


class MomentCanvas(QWidget):
    """Shows one recorded frame; a click picks a person, a drag draws a box.

    Args:
        parent: Qt parent.
    """

    picked = pyqtSignal(object)
    """The :class:`PersonView` that was clicked."""
    boxed = pyqtSignal(object)
    """The BGR picture inside the box that was drawn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view: CameraView | None = None
        self.style_of_people = PeopleStyle()
        self._image: QImage | None = None
        self._from: QPointF | None = None
        self._to: QPointF | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(160, 90)

    def show_view(self, view: CameraView | None, image: QImage | None) -> None:
        """Show another frame."""
        self.view, self._image = view, image
        self.update()

    def _fit(self) -> Fit | None:
        if self.view is None:
            return None
        height, width = self.view.frame.image.shape[:2]
        return Fit.into((width, height), 0, 0, self.width(), self.height())

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802  # Qt's name
        """Paint the frame, the people and the box being drawn."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#101214"))
        fit = self._fit()
        if fit is not None and self.view is not None and self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(fit.x, fit.y, fit.width * fit.scale, fit.height * fit.scale), self._image)
            paint_people(painter, self.view.people, fit, self.style_of_people, self.font())
        if self._from is not None and self._to is not None:
            painter.setPen(QPen(QColor("white"), 2, Qt.PenStyle.DashLine))
            painter.setBrush(QColor(255, 255, 255, 30))
            painter.drawRect(QRectF(self._from, self._to).normalized())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  # Qt's name
        """Begin a click or a box."""
        if event is not None and event.button() is Qt.MouseButton.LeftButton:
            self._from, self._to = event.position(), None

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  # Qt's name
        """Draw the box."""
        if event is not None and self._from is not None and (event.position() - self._from).manhattanLength() > 6:
            self._to = event.position()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  # Qt's name
        """Search for what is in the box, or pick who was clicked."""
        fit, begin, end = self._fit(), self._from, self._to
        self._from = self._to = None
        self.update()
        if event is None or fit is None or self.view is None or begin is None:
            return
        if end is None:
            person = at_pixel(self.view.people, *fit.pixel(begin.x(), begin.y()))
            if person is not None:
                self.picked.emit(person)
            return
        xs = sorted((fit.pixel(begin.x(), 0)[0], fit.pixel(end.x(), 0)[0]))
        ys = sorted((fit.pixel(0, begin.y())[1], fit.pixel(0, end.y())[1]))
        picture = crop(self.view.frame.image, np.array([xs[0], ys[0], xs[1], ys[1]], np.float32))
        if picture is not None:
            self.boxed.emit(picture)


def crop(image: ImageArray, box: object) -> ImageArray | None:
    """Cut a box out of a picture; None when hardly anything of it lies inside."""
    height, width = image.shape[:2]
    x1, y1, x2, y2 = (round(float(value)) for value in np.asarray(box, np.float32))
    x1, x2, y1, y2 = max(0, x1), min(width, x2), max(0, y1), min(height, y2)
    if x2 - x1 < SMALLEST_BOX[0] or y2 - y1 < SMALLEST_BOX[1]:
        return None
    return image[y1:y2, x1:x2].copy()


class MomentPlayer(QWidget):
    """Plays recorded moments of one camera.

    Args:
        desk: Fetches the frames.
        hints: Writes keys.
        parent: Qt parent.
    """

    closed = pyqtSignal()
    """Back to the live cameras."""
    tracked = pyqtSignal(object)
    """The :class:`PersonView` that was clicked."""
    searched = pyqtSignal(object)
    """A BGR picture to search for."""
    moved = pyqtSignal("qint64")
    """Another moment is on show."""

    def __init__(self, desk: Desk, hints: KeyHints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._hints = hints
        self.camera = ""
        self._time_ns = 0
        self._playing = False
        self._base = (0, 0.0)
        self._words = plain_label("", "heading")
        self._hint = plain_label("", "quiet")
        self.canvas = MomentCanvas()
        self.canvas.picked.connect(self.tracked)
        self.canvas.boxed.connect(self._search)
        banner = QFrame()
        banner.setObjectName("recordedBanner")
        row = QHBoxLayout(banner)
        row.addWidget(self._words)
        row.addWidget(self._hint, 1)
        self._back = QPushButton()
        hints.on(self._back, translate("Moment", "Back to live"), "back")
        self._back.clicked.connect(self.closed)
        row.addWidget(self._back)
        self._play = QPushButton()
        self._play.clicked.connect(self.toggle)
        controls = QHBoxLayout()
        controls.addStretch(1)
        for text, action, seconds, frames in (
            (translate("Moment", "−5 s"), "jump_back", -5, 0),
            (translate("Moment", "Frame back"), "step_back", 0, -1),
            ("", "pause", 0, 0),
            (translate("Moment", "Frame on"), "step_on", 0, 1),
            (translate("Moment", "+5 s"), "jump_on", 5, 0),
        ):
            button = QPushButton() if text else self._play
            hints.on(button, text, action)
            if frames:
                button.clicked.connect(lambda _, frames=frames: self.step(frames))
            elif seconds:
                button.clicked.connect(lambda _, seconds=seconds: self.jump(seconds))
            controls.addWidget(button)
        controls.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(banner)
        layout.addWidget(self.canvas, 1)
        layout.addLayout(controls)
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(PLAY_EVERY_MS)
        self._next.timeout.connect(self._ask_playing)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._say("")

    # --- what it shows -------------------------------------------------------------------------

    @property
    def time_ns(self) -> int:
        """The moment on show."""
        return self._time_ns

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._playing

    @property
    def hint(self) -> str:
        """What it says beside the time."""
        return self._hint.text()

    def highlight(self, targets: Collection[int]) -> None:
        """Highlight targets."""
        self.canvas.style_of_people = PeopleStyle(targets)
        self.canvas.update()

    def open(self, camera: str, time_ns: int, *, play: bool) -> None:
        """Show a camera at a moment."""
        self.camera, self._time_ns = camera, time_ns
        self.canvas.show_view(None, None)
        self._ask(time_ns, 0)
        if play:
            self._start()
        else:
            self.pause()

    def hold(self, view: CameraView) -> None:
        """Show a frame that is at hand, paused: the live picture that the operator stopped."""
        self.camera = view.frame.camera
        self.pause()
        self._show((view, to_qimage(view.frame.image)))

    # --- playing -------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Play or pause."""
        if self._playing:
            self.pause()
        else:
            self._start()

    def pause(self) -> None:
        """Stop at the frame on show."""
        self._playing = False
        self._next.stop()
        self._say("")

    def step(self, frames: int) -> None:
        """Go some frames on, or back if negative; this pauses."""
        self.pause()
        self._ask(self._time_ns, frames)

    def jump(self, seconds: float) -> None:
        """Go some seconds on, or back if negative."""
        time_ns = self._time_ns + round(seconds * NS_PER_S)
        self._base = (time_ns, time.monotonic())
        self._ask(time_ns, 0)

    def leave(self) -> None:
        """Stop; nothing is asked any more."""
        self.pause()
        self.canvas.show_view(None, None)

    def _start(self) -> None:
        self._playing = True
        self._base = (self._time_ns, time.monotonic())
        self._say("")
        self._next.start()

    def _ask_playing(self) -> None:
        start_ns, began = self._base
        self._ask(start_ns + round((time.monotonic() - began) * NS_PER_S), 0)

    def _ask(self, time_ns: int, step: int) -> None:
        camera = self.camera

        def question(site: SiteFacade) -> tuple[CameraView, QImage] | None:
            view = site.moment(camera, time_ns, step)
            return None if view is None else (view, to_qimage(view.frame.image))

        self._desk.ask("moment", question, self._show)

    def _show(self, found: tuple[CameraView, QImage] | None) -> None:
        if found is None:
            self.pause()
            self._say(translate("Moment", "No picture is kept for this moment"))
            return
        view, image = found
        if view.frame.camera != self.camera:
            return
        self._time_ns = view.frame.time_ns
        self.canvas.show_view(view, image)
        self._say("")
        self.moved.emit(self._time_ns)
        if self._playing:
            self._next.start()

    def _say(self, problem: str) -> None:
        state = translate("Moment", "playing") if self._playing else translate("Moment", "paused")
        when = clock_exact(self._time_ns) if self._time_ns else ""
        recorded = translate("Moment", "RECORDED")
        self._words.setText(f"{recorded}   {shorten(self.camera, 40)}   {when}   {state}")
        self._hint.setText(problem or translate("Moment", "Click a person to track; draw a box to search"))
        words = translate("Moment", "Pause") if self._playing else translate("Moment", "Play")
        self._hints.on(self._play, words, "pause")

    # --- people --------------------------------------------------------------------------------

    def person_picture(self, track: TrackKey | None = None) -> ImageArray | None:
        """Cut a person out of the frame on show: the one of ``track``, or the only one there."""
        view = self.canvas.view
        if view is None:
            return None
        return picture_of(view, track)

    def only_person(self) -> PersonView | None:
        """Return who is on the frame, if it is one person."""
        view = self.canvas.view
        return view.people[0] if view is not None and len(view.people) == 1 else None

    def _search(self, picture: ImageArray) -> None:
        self.pause()
        self.searched.emit(picture)


def picture_of(view: CameraView, track: TrackKey | None) -> ImageArray | None:
    """Cut a person out of a frame: the one of ``track``, or without one the only one there."""
    found = [person for person in view.people if track in (None, person.track)]
    return crop(view.frame.image, found[0].box) if len(found) == 1 else None
