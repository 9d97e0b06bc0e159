"""All about the current target: pictures, place, trail, candidates."""

from __future__ import annotations

import time
from functools import partial

from PyQt6.QtCore import QSignalBlocker, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QIcon, QImage
from PyQt6.QtWidgets import (
    QGridLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from reid_app.domain import NS_PER_S, TrackKey
from reid_app.gui.desk import Desk
from reid_app.gui.hints import KeyHints
from reid_app.gui.i18n import translate
from reid_app.gui.model.following import Targets
from reid_app.gui.model.looks import likelihood_words
from reid_app.gui.model.times import clock, duration
from reid_app.gui.painting import badge_pixmap, shorten
from reid_app.gui.pictures import PictureRow, icon_of, plain_label
from reid_app.runtime.facade import Candidate, Person, Presence

REFRESH_MS = 1_500
LONGEST_NAME = 80
LONGEST_NOTE = 2_000


class TargetPanel(QWidget):
    """Shows the current target of :class:`Targets` and lets the operator put it right.

    Args:
        desk: The line to the site.
        targets: The targets; the panel changes which one is current.
        hints: Writes keys.
        parent: Qt parent.
    """

    changed = pyqtSignal()
    """Another target is current, or one is gone."""
    play = pyqtSignal(str, "qint64")
    """The operator wants to see a camera at a moment."""
    export = pyqtSignal(int)
    """The operator wants to export an identity."""
    watch = pyqtSignal(int)
    """The operator wants to put an identity on the watch list."""
    loaded = pyqtSignal(object)
    """The :class:`Person` on show is there or is renewed."""

    def __init__(self, desk: Desk, targets: Targets, hints: KeyHints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._targets = targets
        self._hints = hints
        self._person: Person | None = None
        self._stretch: TrackKey | None = None
        self._build()
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self.sync()

    # --- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self._tabs = QTabBar()
        self._tabs.setAccessibleName(translate("TargetPanel", "Targets"))
        self._tabs.setExpanding(False)
        self._tabs.setUsesScrollButtons(True)
        self._tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self._tabs.setTabsClosable(True)
        self._tabs.setIconSize(QSize(40, 28))
        self._tabs.currentChanged.connect(self._choose)
        self._tabs.tabCloseRequested.connect(self._close)
        self._empty = plain_label("", "empty", wraps=True)
        self._hints.sentence(
            self._empty,
            translate(
                "TargetPanel",
                "Nobody is tracked.\n\nClick a person in any camera; or select a camera with the arrow keys, "
                "a person with {next_person}, and press {track}.",
            ),
            next_person="next_person",
            track="track",
        )
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setMargin(20)
        self._place = plain_label("", "heading", wraps=True)
        self._sums = plain_label("", "quiet", wraps=True)
        self._pictures = PictureRow(self._desk, translate("TargetPanel", "Best pictures"), QSize(48, 96))
        self._pictures.chosen.connect(lambda picture: self.play.emit(picture.track.camera, picture.time_ns))
        self._trail = QListWidget()
        self._trail.setAccessibleName(translate("TargetPanel", "Trail"))
        self._trail.itemActivated.connect(self._play_stretch)
        self._candidates = QListWidget()
        self._candidates.setAccessibleName(translate("TargetPanel", "Candidates"))
        self._candidates.setIconSize(QSize(36, 72))
        self._candidates.itemActivated.connect(lambda _: self._track_candidate())
        self._no_candidates = plain_label(translate("TargetPanel", "Nobody else looks like this person."), "quiet")
        body = QVBoxLayout()
        body.setContentsMargins(8, 4, 8, 8)
        body.addWidget(self._place)
        body.addWidget(self._sums)
        body.addWidget(self._pictures)
        body.addLayout(self._build_names())
        body.addWidget(plain_label(translate("TargetPanel", "Trail (Enter plays it; tick to split off)"), "heading"))
        for wide, least in ((self._trail, 72), (self._candidates, 96)):
            wide.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
            wide.setMinimumHeight(least)
        body.addWidget(self._trail, 3)
        body.addWidget(plain_label(translate("TargetPanel", "May be the same person"), "heading"))
        body.addWidget(self._no_candidates)
        body.addWidget(self._candidates, 2)
        inner = QWidget()
        inner.setLayout(body)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        self._body = QWidget()
        whole = QVBoxLayout(self._body)
        whole.setContentsMargins(0, 0, 0, 4)
        whole.addWidget(area, 1)
        whole.addLayout(self._build_buttons())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._tabs)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self._body, 1)

    def _build_names(self) -> QGridLayout:
        self._name, self._note, self._tags, self._reason = (QLineEdit() for _ in range(4))
        self._name.setMaxLength(LONGEST_NAME)
        self._note.setMaxLength(LONGEST_NOTE)
        self._tags.setPlaceholderText(translate("TargetPanel", "bag, red coat"))
        self._reason.setPlaceholderText(translate("TargetPanel", "for the log"))
        self._name.editingFinished.connect(self._rename)
        self._note.editingFinished.connect(self._annotate)
        self._tags.editingFinished.connect(self._annotate)
        form = QGridLayout()
        for place, (words, edit) in enumerate(
            (
                (translate("TargetPanel", "Name"), self._name),
                (translate("TargetPanel", "Tags"), self._tags),
                (translate("TargetPanel", "Note"), self._note),
                (translate("TargetPanel", "Reason"), self._reason),
            )
        ):
            edit.setAccessibleName(words)
            form.addWidget(plain_label(words), place // 2, 2 * (place % 2))
            form.addWidget(edit, place // 2, 2 * (place % 2) + 1)
        return form

    def _build_buttons(self) -> QGridLayout:
        self._same = QPushButton(translate("TargetPanel", "Same person"))
        self._same.clicked.connect(self.merge_candidate)
        words = translate("TargetPanel", "The chosen candidate is this person: one number from now on")
        self._hints.tip(self._same, words, "same_person")
        self._follow = QPushButton(translate("TargetPanel", "Track too"))
        self._follow.clicked.connect(self._track_candidate)
        self._follow.setToolTip(translate("TargetPanel", "Track the chosen candidate as well"))
        self._split = QPushButton(translate("TargetPanel", "Split off"))
        self._split.clicked.connect(self.split_ticked)
        words = translate("TargetPanel", "The ticked stretches of the trail are somebody else")
        self._hints.tip(self._split, words, "split")
        export = QPushButton(translate("TargetPanel", "Export..."))
        export.clicked.connect(lambda: self._tell(self.export))
        self._hints.tip(export, translate("TargetPanel", "Hand on what is known of this person"), "export")
        watch = QPushButton(translate("TargetPanel", "Watch list..."))
        watch.clicked.connect(lambda: self._tell(self.watch))
        self._hints.tip(
            watch, translate("TargetPanel", "Raise an alarm when this person is seen again"), "watch_target"
        )
        stop = QPushButton(translate("TargetPanel", "Stop tracking"))
        stop.clicked.connect(self.leave)
        self._hints.tip(stop, translate("TargetPanel", "This person is no target any more"), "untrack")
        grid = QGridLayout()
        for place, button in enumerate((self._same, self._follow, self._split, export, watch, stop)):
            grid.addWidget(button, place // 3, place % 3)
        return grid

    # --- what is on show -----------------------------------------------------------------------

    @property
    def person(self) -> Person | None:
        """The person on show, as the site told it last."""
        return self._person

    @property
    def place(self) -> str:
        """Where the target is, in words."""
        return self._place.text()

    def sync(self) -> None:
        """Show what :class:`Targets` holds now."""
        current = self._targets.current
        with QSignalBlocker(self._tabs):
            while self._tabs.count() > len(self._targets):
                self._tabs.removeTab(self._tabs.count() - 1)
            for index, target in enumerate(self._targets.all):
                if index == self._tabs.count():
                    self._tabs.addTab("")
                self._tabs.setTabText(index, shorten(target.name, 14))
                self._tabs.setTabIcon(
                    index, QIcon(badge_pixmap(target.identity, self.font(), self.devicePixelRatioF()))
                )
                self._tabs.setTabData(index, target.identity)
                if target is current:
                    self._tabs.setCurrentIndex(index)
        self._tabs.setVisible(current is not None)
        self._empty.setVisible(current is None)
        self._body.setVisible(current is not None)
        if current is None:
            self._person = None
            self._timer.stop()
            return
        if self._person is None or self._person.identity.number != current.identity:
            self._person = None
            self._show_nothing_yet()
        self.show_place()
        self._timer.start()
        self.refresh()

    def show_place(self) -> None:
        """Say where the target is now."""
        current = self._targets.current
        if current is None:
            return
        title = translate("People", "Person {0}").format(f"{current.identity} {shorten(current.name, 40)}".strip())
        if current.where is None:
            words = translate("TargetPanel", "looking for the latest sighting")
        else:
            words = current.where.words(time.monotonic())
        text = f"{title} – {words}"
        if text != self._place.text():
            self._place.setText(text)

    def refresh(self) -> None:
        """Ask the site for the target anew."""
        current = self._targets.current
        if current is not None:
            number = current.identity
            self._desk.ask(
                "target", lambda site: site.person(number), lambda person: self._show(number, person), urgent=True
            )

    def _show_nothing_yet(self) -> None:
        self._sums.setText("")
        self._pictures.show_pictures(())
        self._trail.clear()
        self._candidates.clear()
        for edit in (self._name, self._note, self._tags):
            edit.clear()

    def _show(self, asked: int, person: Person) -> None:
        current = self._targets.current
        if current is None or current.identity != asked:
            return
        number = person.identity.number
        if number != asked:
            self._targets.merged(number, asked)
        self._targets.name(number, person.identity.name)
        self._targets.recall(number, person.trail, time.monotonic())
        old, self._person = self._person, person
        if old is None or (old.identity.name, old.identity.number) != (person.identity.name, number) or number != asked:
            self.sync_title()
        self._fill(person)
        self.show_place()
        self.loaded.emit(person)

    def sync_title(self) -> None:
        """Renew names and numbers on the tabs."""
        with QSignalBlocker(self._tabs):
            for index, target in enumerate(self._targets.all[: self._tabs.count()]):
                self._tabs.setTabText(index, shorten(target.name, 14))
                self._tabs.setTabData(index, target.identity)

    def _fill(self, person: Person) -> None:
        identity = person.identity
        seen = duration((identity.last_ns - identity.first_ns) / NS_PER_S)
        if len(person.trail) == 1:
            words = translate("TargetPanel", "Seen once, for {0}").format(seen)
        else:
            words = translate("TargetPanel", "Seen {0} times, cameras: {1}, over {2}").format(
                len(person.trail), len(identity.cameras), seen
            )
        self._sums.setText(words)
        self._show_pictures(person)
        for edit, text in (
            (self._name, identity.name),
            (self._note, person.note),
            (self._tags, ", ".join(person.tags)),
        ):
            if not edit.hasFocus() and edit.text() != text:
                edit.setText(text)
        self._fill_trail(person.trail)
        self._fill_candidates(person.candidates)

    def show_stretch(self, presence: Presence) -> None:
        """Put the pictures of a stretch of the current target's trail first, and choose it in the trail."""
        self._stretch = presence.track
        if self._person is None or self._person.identity.number != presence.identity:
            return
        self._show_pictures(self._person)
        for row in range(self._trail.count()):
            item = self._trail.item(row)
            if item is not None and item.data(Qt.ItemDataRole.UserRole).track == presence.track:
                self._trail.setCurrentRow(row)
                break

    def _show_pictures(self, person: Person) -> None:
        self._pictures.show_pictures(sorted(person.pictures, key=lambda picture: picture.track != self._stretch))

    def _fill_trail(self, trail: tuple[Presence, ...]) -> None:
        newest_first = tuple(reversed(trail))
        while self._trail.count() > len(newest_first):
            self._trail.takeItem(self._trail.count() - 1)
        ticked = set(self.ticked())
        for row, presence in enumerate(newest_first):
            item = self._trail.item(row)
            if item is None:
                item = QListWidgetItem()
                self._trail.addItem(item)
            end = translate("TargetPanel", "now") if presence.live else clock(presence.last_ns)
            words = likelihood_words(presence.likelihood)
            item.setText(f"{clock(presence.first_ns)} – {end}   {presence.track.camera}   {words}")
            item.setData(Qt.ItemDataRole.UserRole, presence)
            state = Qt.CheckState.Checked if presence.track in ticked else Qt.CheckState.Unchecked
            item.setCheckState(state)

    def _fill_candidates(self, candidates: tuple[Candidate, ...]) -> None:
        """Show the candidates; entries are used again, since every new icon would stay in Qt's cache for a while."""
        while self._candidates.count() > len(candidates):
            self._candidates.takeItem(self._candidates.count() - 1)
        for row, candidate in enumerate(candidates):
            item = self._candidates.item(row)
            if item is None:
                item = QListWidgetItem()
                self._candidates.addItem(item)
            identity = candidate.identity
            where = identity.cameras[-1] if identity.cameras else ""
            name = translate("People", "Person {0}").format(f"{identity.number} {shorten(identity.name, 20)}".strip())
            item.setText(f"{name}   {likelihood_words(candidate.likelihood)}\n{where}, {clock(identity.last_ns)}")
            before: Candidate | None = item.data(Qt.ItemDataRole.UserRole)
            item.setData(Qt.ItemDataRole.UserRole, candidate)
            if before is None or _best_key(before) != _best_key(candidate):
                item.setIcon(QIcon())
                if candidate.pictures:
                    self._desk.picture(_best_key(candidate), partial(self._set_icon, _best_key(candidate)))
        self._candidates.setCurrentRow(min(max(0, self._candidates.currentRow()), self._candidates.count() - 1))
        self._no_candidates.setVisible(not candidates)
        self._candidates.setVisible(bool(candidates))
        self._same.setEnabled(bool(candidates))
        self._follow.setEnabled(bool(candidates))

    def _set_icon(self, key: str, image: QImage) -> None:
        for row in range(self._candidates.count()):
            item = self._candidates.item(row)
            if item is not None and _best_key(item.data(Qt.ItemDataRole.UserRole)) == key:
                item.setIcon(icon_of(image, self._candidates.iconSize()))

    # --- what the operator does ----------------------------------------------------------------

    def ticked(self) -> tuple[TrackKey, ...]:
        """Return the tracks that are ticked in the trail."""
        items = (self._trail.item(row) for row in range(self._trail.count()))
        return tuple(
            item.data(Qt.ItemDataRole.UserRole).track
            for item in items
            if item is not None and item.checkState() is Qt.CheckState.Checked
        )

    def merge_candidate(self) -> None:
        """Say that the chosen candidate (the first, if none is) is the target."""
        candidate = self._candidate()
        if self._person is None or candidate is None:
            return
        kept, absorbed = self._person.identity.number, candidate.identity.number
        author = self._desk.author(self._take_reason())
        words = translate("TargetPanel", "{0} and {1} are one person ({undo} takes it back)")
        words = self._hints.words(words, kept, absorbed, undo="undo")
        self._desk.order(words, lambda site: site.merge(kept, absorbed, author), lambda _: self.refresh())

    def split_ticked(self) -> None:
        """Say that the ticked stretches are another person."""
        tracks = self.ticked()
        if self._person is None or not tracks:
            self._desk.refuse(translate("TargetPanel", "Tick the stretches of the trail that are somebody else first"))
            return
        if len(tracks) == len({presence.track for presence in self._person.trail}):
            self._desk.refuse(translate("TargetPanel", "Leave at least one stretch unticked: that is the target"))
            return
        author = self._desk.author(self._take_reason())
        words = translate("TargetPanel", "{0} stretches are another person ({undo} takes it back)")
        words = self._hints.words(words, len(tracks), undo="undo")
        self._desk.order(words, lambda site: site.split(tracks, author), lambda _: self.refresh())

    def leave(self) -> None:
        """Track the current target no longer."""
        current = self._targets.current
        if current is not None:
            self._targets.leave(current.identity)
            self.sync()
            self.changed.emit()

    def edit_name(self) -> None:
        """Put the keyboard into the name."""
        self._name.setFocus()
        self._name.selectAll()

    def edit_note(self) -> None:
        """Put the keyboard into the note."""
        self._note.setFocus()

    def latest_stretch(self) -> Presence | None:
        """Return the newest stretch of the trail."""
        return self._person.trail[-1] if self._person is not None and self._person.trail else None

    def _candidate(self) -> Candidate | None:
        item = self._candidates.currentItem() or self._candidates.item(0)
        candidate: Candidate | None = None if item is None else item.data(Qt.ItemDataRole.UserRole)
        return candidate

    def _track_candidate(self) -> None:
        candidate = self._candidate()
        if candidate is not None:
            self._targets.follow(candidate.identity.number, candidate.identity.name)
            self.sync()
            self.changed.emit()

    def _rename(self) -> None:
        name = self._name.text().strip()
        if self._person is None or name == self._person.identity.name:
            return
        number, author = self._person.identity.number, self._desk.author(self._take_reason())
        words = translate("TargetPanel", "Name of {0} changed ({undo} takes it back)")
        words = self._hints.words(words, number, undo="undo")
        self._desk.order(words, lambda site: site.rename(number, name, author), lambda _: self.refresh())

    def _annotate(self) -> None:
        note = self._note.text().strip()
        tags = tuple(tag.strip() for tag in self._tags.text().split(",") if tag.strip())
        if self._person is None or (note, tags) == (self._person.note, self._person.tags):
            return
        number, author = self._person.identity.number, self._desk.author(self._take_reason())
        words = translate("TargetPanel", "Note and tags of {0} changed ({undo} takes it back)")
        words = self._hints.words(words, number, undo="undo")
        self._desk.order(words, lambda site: site.annotate(number, note, tags, author), lambda _: self.refresh())

    def _take_reason(self) -> str:
        reason = self._reason.text()
        self._reason.clear()
        return reason

    def _choose(self, index: int) -> None:
        number = self._tabs.tabData(index)
        if number is not None:
            self._targets.choose(number)
            self.sync()
            self.changed.emit()

    def _close(self, index: int) -> None:
        self._targets.leave(self._tabs.tabData(index))
        self.sync()
        self.changed.emit()

    def _play_stretch(self, item: QListWidgetItem) -> None:
        presence: Presence = item.data(Qt.ItemDataRole.UserRole)
        self.play.emit(presence.track.camera, presence.first_ns)

    def _tell(self, signal: object) -> None:
        current = self._targets.current
        if current is not None:
            signal.emit(current.identity)  # type: ignore[attr-defined]


def _best_key(candidate: Candidate) -> str:
    return candidate.pictures[0].key if candidate.pictures else ""
