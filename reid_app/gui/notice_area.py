"""The one place where the window says what happened."""

from __future__ import annotations

import time

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QListWidget, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from reid_app.gui.hints import KeyHints
from reid_app.gui.i18n import translate
from reid_app.gui.model.notices import Level, Notice, Notices
from reid_app.gui.model.times import clock
from reid_app.gui.painting import shorten

SHOWN_FOR_MS = {Level.INFO: 6_000, Level.WARNING: 15_000, Level.ERROR: 30_000}
"""How long the newest message stays on the bar; an alarm stays until it is dealt with."""

_GLYPHS = {Level.INFO: "ℹ", Level.WARNING: "▲", Level.ERROR: "✕", Level.ALARM: "⚠"}
LONGEST = 300


class NoticeArea(QFrame):
    """A bar with the newest message, and the list of all of them under it.

    Args:
        hints: Writes keys.
        parent: Qt parent.
    """

    acknowledge = pyqtSignal()
    """The operator takes the alarm over."""
    go = pyqtSignal()
    """The operator wants to see what the alarm is about."""

    def __init__(self, hints: KeyHints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hints = hints
        self._notices = Notices()
        self._alarm: Notice | None = None
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # no word widens the window
        self._facts = QLabel()
        self._facts.setTextFormat(Qt.TextFormat.PlainText)
        self._facts.setObjectName("quiet")
        self._facts.setContentsMargins(8, 0, 12, 0)
        self._go = QPushButton(translate("Notices", "Show"))
        self._take = QPushButton()
        hints.on(self._take, translate("Notices", "Acknowledge"), "acknowledge")
        self._all = QPushButton()
        self._go.clicked.connect(self.go)
        self._take.clicked.connect(self.acknowledge)
        self._all.clicked.connect(self.toggle_list)
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 4, 8, 4)
        bar.addWidget(self._words, 1)
        for widget in (self._go, self._take, self._facts, self._all):
            bar.addWidget(widget)
        self._list = QListWidget()
        self._list.setAccessibleName(translate("Notices", "All messages"))
        self._list.setWordWrap(True)
        self._list.setMaximumHeight(220)
        self._list.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self._list)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.timeout.connect(self._fall_quiet)
        self._fall_quiet()

    @property
    def notices(self) -> Notices:
        """The messages."""
        return self._notices

    def say(self, source: str, text: str, level: Level = Level.INFO) -> None:
        """Show a message, unless its source has said just this and has not recovered since."""
        notice = Notice(source, shorten(text, LONGEST), level, time.time_ns())
        if not self._notices.add(notice):
            return
        self._list.insertItem(0, f"{clock(notice.time_ns)}  {_GLYPHS[level]}  {_line(notice)}")
        while self._list.count() > len(self._notices.all):
            self._list.takeItem(self._list.count() - 1)
        if level is Level.ALARM:
            self._alarm = notice
        if self._alarm is None or level is Level.ALARM:
            self._show(notice)
        self._count()

    def recovered(self, source: str) -> None:
        """Note that a source is well again."""
        self._notices.recovered(source)

    def clear_alarm(self) -> None:
        """Take the alarm off the bar: all alarms are acknowledged."""
        if self._alarm is not None:
            self._alarm = None
            self._fall_quiet()

    def toggle_list(self) -> None:
        """Show or hide all messages."""
        self._list.setVisible(not self._list.isVisible())
        self._notices.read()
        self._count()
        if self._list.isVisible():
            self._list.setFocus()

    def set_facts(self, words: str) -> None:
        """Set what stands beside the messages all the time."""
        self._facts.setText(words)

    @property
    def words(self) -> str:
        """What the bar says now."""
        return self._words.text()

    def _show(self, notice: Notice) -> None:
        self._words.setText(f"{_GLYPHS[notice.level]}  {_line(notice)}")
        self._restyle({
            Level.INFO: "noticeInfo",
            Level.WARNING: "noticeWarning",
            Level.ERROR: "noticeError",
            Level.ALARM: "noticeAlarm",
        }[notice.level])  # fmt: skip
        is_alarm = notice.level is Level.ALARM
        self._facts.setVisible(not is_alarm)
        self._go.setVisible(is_alarm)
        self._take.setVisible(is_alarm)
        if is_alarm:
            self._quiet.stop()
        else:
            self._quiet.start(SHOWN_FOR_MS[notice.level])

    def _fall_quiet(self) -> None:
        self._quiet.stop()
        self._words.setText("")
        self._go.hide()
        self._take.hide()
        self._facts.show()
        self._restyle("noticeQuiet")
        self._count()

    def _restyle(self, name: str) -> None:
        self.setObjectName(name)
        style = self.style()
        if style is not None:
            style.unpolish(self)
            style.polish(self)

    def _count(self) -> None:
        unread = self._notices.unread
        words = translate("Notices", "Messages")
        self._hints.on(self._all, f"{words}: {unread}" if unread else words, "notifications")


def _line(notice: Notice) -> str:
    return f"{shorten(notice.source, 40)}: {notice.text}" if notice.source else notice.text
