"""The matcher's open questions: two people side by side; same, different or later."""

from __future__ import annotations

from PyQt6.QtCore import QSize, pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from reid_app.domain import TrackKey
from reid_app.gui.desk import Desk
from reid_app.gui.hints import KeyHints
from reid_app.gui.i18n import translate
from reid_app.gui.model.looks import likelihood_words
from reid_app.gui.model.queue import Queue
from reid_app.gui.model.times import clock
from reid_app.gui.pictures import PictureRow, plain_label
from reid_app.runtime.facade import Question


class DecidePanel(QWidget):
    """Puts one question after the other to the operator.

    Args:
        desk: The line to the site.
        hints: Writes keys.
        parent: Qt parent.
    """

    counted = pyqtSignal(int)
    """How many questions wait."""
    play = pyqtSignal(str, "qint64")
    """The operator wants to see a camera at a moment."""

    def __init__(self, desk: Desk, hints: KeyHints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._hints = hints
        self._queue = Queue()
        self._heading = plain_label("", "heading", wraps=True)
        self._score = plain_label("", wraps=True)
        icon = QSize(96, 192)
        self._left = PictureRow(desk, translate("Decide", "The person in question"), icon)
        self._right = PictureRow(desk, translate("Decide", "The person that it may be"), icon)
        for row in (self._left, self._right):
            row.chosen.connect(lambda picture: self.play.emit(picture.track.camera, picture.time_ns))
        self._left_words = plain_label("", wraps=True)
        self._right_words = plain_label("", wraps=True)
        pair = QGridLayout()
        for column, (words, row) in enumerate(((self._left_words, self._left), (self._right_words, self._right))):
            pair.addWidget(words, 0, column)
            pair.addWidget(row, 1, column)
            pair.setColumnStretch(column, 1)
        self._reason = QLineEdit()
        self._reason.setPlaceholderText(translate("Decide", "Reason (may be empty; kept with the answer)"))
        self._reason.setAccessibleName(translate("Decide", "Reason"))
        self._same = QPushButton()
        self._different = QPushButton()
        self._later = QPushButton()
        hints.on(self._same, translate("Decide", "Same person"), "same")
        hints.on(self._different, translate("Decide", "Different people"), "different")
        hints.on(self._later, translate("Decide", "Later"), "later")
        self._same.clicked.connect(lambda: self.answer(same=True))
        self._different.clicked.connect(lambda: self.answer(same=False))
        self._later.clicked.connect(self.later)
        buttons = QHBoxLayout()
        for button in (self._same, self._different, self._later):
            buttons.addWidget(button)
        self._empty = plain_label(
            translate(
                "Decide", "Nothing to decide.\n\nWhen the application is not sure who somebody is, it asks here."
            ),
            "empty",
            wraps=True,
        )
        self._empty.setMargin(20)
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.addWidget(self._heading)
        body.addLayout(pair)
        body.addWidget(self._score)
        body.addWidget(self._reason)
        body.addLayout(buttons)
        body.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._empty)
        layout.addWidget(self._body)
        layout.addStretch(1)
        self.setFocusProxy(self._same)
        desk.failed.connect(lambda *_: self._settle())
        self._show()

    @property
    def question(self) -> Question | None:
        """The question on show."""
        return self._queue.current

    @property
    def score_words(self) -> str:
        """What is said of the score."""
        return self._score.text()

    def refresh(self) -> None:
        """Ask the site for its questions."""
        self._desk.ask("questions", lambda site: site.questions(), self._take)

    def answer(self, *, same: bool) -> None:
        """Answer the question on show, and go on to the next."""
        question = self._queue.current
        if question is None:
            return
        track: TrackKey = question.track
        author = self._desk.author(self._reason.text())
        self._reason.clear()
        if same:
            words = translate("Decide", "{0} is {1} ({undo} takes it back)")
        else:
            words = translate("Decide", "{0} is not {1} ({undo} takes it back)")
        words = self._hints.words(words, question.identity, question.candidate, undo="undo")
        self._queue.answered(track)
        self._show()
        self._desk.order(words, lambda site: site.answer(track, same, author), lambda _: self._settle())

    def _settle(self) -> None:
        self._queue.settled()
        self.refresh()

    def later(self) -> None:
        """Put the question on show to the end of the queue."""
        self._queue.put_off()
        self._show()

    def _take(self, questions: tuple[Question, ...]) -> None:
        before = self._queue.current
        self._queue.take(questions)
        if self._queue.current != before or before is None:
            self._show()
        else:
            self._show_heading()
        self.counted.emit(len(self._queue))

    def _show(self) -> None:
        question = self._queue.current
        self._empty.setVisible(question is None)
        self._body.setVisible(question is not None)
        self.counted.emit(len(self._queue))
        if question is None:
            return
        self._show_heading()
        self._left.show_pictures(question.pictures)
        self._right.show_pictures(question.candidate_pictures)
        self._left_words.setText(
            translate("Decide", "{0}, {1}\n(person {2} for now)").format(
                question.track.camera, clock(question.asked_ns), question.identity
            )
        )
        self._right_words.setText(translate("Decide", "Person {0}").format(question.candidate) + "\n")
        likely = translate("Decide", "The same person: {0} (score {1:.2f}).").format(
            likelihood_words(question.likelihood), question.score
        )
        if question.runner_up is not None and question.runner_up_score is not None:
            likely += " " + translate("Decide", "Next most alike: person {0} (score {1:.2f}).").format(
                question.runner_up, question.runner_up_score
            )
        self._score.setText(likely)

    def _show_heading(self) -> None:
        self._heading.setText(translate("Decide", "Is this the same person?  {0} waiting").format(len(self._queue)))
