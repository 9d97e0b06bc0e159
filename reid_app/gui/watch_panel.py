"""The watch list: people to alarm on, and the alarms."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage
from PyQt6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from reid_app.domain import ImageArray
from reid_app.gui.desk import Desk
from reid_app.gui.frames import to_qimage
from reid_app.gui.hints import KeyHints
from reid_app.gui.i18n import translate
from reid_app.gui.model.looks import likelihood_words
from reid_app.gui.model.times import day_and_clock
from reid_app.gui.painting import shorten
from reid_app.gui.pictures import icon_of, plain_label
from reid_app.gui.search_panel import read_picture
from reid_app.runtime.facade import Alarm, PictureRating, RatedPicture, SiteFacade, WatchEntry

_DOTS = {PictureRating.GOOD: "#2FC79A", PictureRating.MIXED: "#F0E442", PictureRating.POOR: "#FF7F50"}
_GLYPHS = {PictureRating.GOOD: "●", PictureRating.MIXED: "◐", PictureRating.POOR: "○"}


def rating_words(rating: PictureRating) -> str:
    """Say a rating in the operator's language, with a glyph that differs."""
    words = {
        PictureRating.GOOD: translate("Watch", "good"),
        PictureRating.MIXED: translate("Watch", "mixed"),
        PictureRating.POOR: translate("Watch", "poor"),
    }
    return f"{_GLYPHS[rating]} {words[rating]}"


class WatchPanel(QWidget):
    """Alarms, the watch list, and enrolling.

    Args:
        desk: The line to the site.
        hints: Writes keys.
        parent: Qt parent.
    """

    track = pyqtSignal(int, str)
    """Number and name of the identity to track."""
    open_alarms = pyqtSignal(object)
    """The alarms that nobody has acknowledged, newest first."""

    def __init__(self, desk: Desk, hints: KeyHints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._hints = hints
        self._alarms: tuple[Alarm, ...] = ()
        self._new: list[tuple[ImageArray, RatedPicture | None]] = []
        self.setAcceptDrops(True)
        self._tabs = QTabWidget()
        self._tabs.addTab(self._build_alarms(), translate("Watch", "Alarms"))
        self._tabs.addTab(self._build_list(), translate("Watch", "Watch list"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._tabs)
        self.setFocusProxy(self._alarm_list)

    def _build_alarms(self) -> QWidget:
        page = QWidget()
        self._alarm_list = QListWidget()
        self._alarm_list.setAccessibleName(translate("Watch", "Alarms, newest first"))
        self._alarm_list.setWordWrap(True)
        self._alarm_list.itemActivated.connect(lambda _: self.show_alarm())
        self._alarm_list.currentRowChanged.connect(lambda _: self._judge())
        self._no_alarms = plain_label(translate("Watch", "No alarm so far."), "empty")
        self._note = QLineEdit()
        self._note.setPlaceholderText(translate("Watch", "Note (kept with the alarm)"))
        self._note.setAccessibleName(translate("Watch", "Note"))
        self._take = QPushButton()
        self._hints.on(self._take, translate("Watch", "Acknowledge"), "acknowledge")
        self._take.clicked.connect(self.acknowledge)
        self._go = QPushButton(translate("Watch", "Track"))
        self._go.clicked.connect(self.show_alarm)
        row = QHBoxLayout()
        row.addWidget(self._note, 1)
        row.addWidget(self._take)
        row.addWidget(self._go)
        layout = QVBoxLayout(page)
        layout.addWidget(self._no_alarms)
        layout.addWidget(self._alarm_list, 1)
        layout.addLayout(row)
        return page

    def _build_list(self) -> QWidget:
        page = QWidget()
        self._entries = QListWidget()
        self._entries.setAccessibleName(translate("Watch", "People on the watch list"))
        self._entries.setIconSize(QSize(32, 64))
        self._nobody = plain_label("", "empty", wraps=True)
        self._hints.sentence(
            self._nobody,
            translate(
                "Watch",
                "Nobody is on the watch list.\n\nTrack somebody and press {watch_target}; or add pictures of a person "
                "below. When the person is seen, there is an alarm.",
            ),
            watch_target="watch_target",
        )
        withdraw = QPushButton(translate("Watch", "Take off the list"))
        withdraw.clicked.connect(self.withdraw)
        self._name, self._reason = QLineEdit(), QLineEdit()
        self._name.setPlaceholderText(translate("Watch", "Name"))
        self._name.setMaxLength(80)
        self._name.textChanged.connect(lambda _: self._judge())
        self._reason.setPlaceholderText(translate("Watch", "Reason (kept with the entry)"))
        self._pictures = QListWidget()
        self._pictures.setAccessibleName(translate("Watch", "Pictures to enrol"))
        self._pictures.setIconSize(QSize(40, 80))
        self._pictures.setWordWrap(True)
        self._hint = plain_label(translate("Watch", "Add pictures, or drop them here."), "quiet", wraps=True)
        add = QPushButton(translate("Watch", "Add pictures..."))
        add.clicked.connect(self.choose_files)
        self._remove = QPushButton(translate("Watch", "Remove picture"))
        self._remove.clicked.connect(self._remove_picture)
        self._enrol = QPushButton(translate("Watch", "Put on the list"))
        self._enrol.clicked.connect(self.enrol)
        buttons = QHBoxLayout()
        for button in (add, self._remove, self._enrol):
            buttons.addWidget(button)
        layout = QVBoxLayout(page)
        layout.addWidget(self._nobody)
        layout.addWidget(self._entries, 1)
        layout.addWidget(withdraw)
        layout.addWidget(plain_label(translate("Watch", "Somebody new"), "heading"))
        layout.addWidget(self._name)
        layout.addWidget(self._reason)
        layout.addWidget(self._pictures, 1)
        layout.addWidget(self._hint)
        layout.addLayout(buttons)
        self._judge()
        return page

    # --- what it shows -------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask the site for the alarms and the list."""
        self._desk.ask("alarms", lambda site: site.alarms(), self._show_alarms)
        self._desk.ask("watch list", lambda site: site.watch_list(), self._show_entries)

    @property
    def waiting(self) -> tuple[Alarm, ...]:
        """The alarms that nobody has acknowledged, newest first."""
        return tuple(alarm for alarm in self._alarms if not alarm.owner)

    def _show_alarms(self, alarms: tuple[Alarm, ...]) -> None:
        chosen = self._chosen_alarm()
        self._alarms = alarms
        self._alarm_list.clear()
        for row, alarm in enumerate(alarms):
            if alarm.owner:
                state = translate("Watch", "✓ {0}: {1}").format(shorten(alarm.owner), shorten(alarm.note, 80))
            else:
                state = translate("Watch", "⚠ OPEN")
            words = likelihood_words(alarm.likelihood)
            where = f"{day_and_clock(alarm.time_ns)}   {alarm.track.camera}   {words}"
            item = QListWidgetItem(f"{shorten(alarm.name, 40)}   {state}\n{where}")
            if not alarm.owner:
                font = item.font()
                font.setBold(True)
                item.setFont(font)
            self._alarm_list.addItem(item)
            if chosen is not None and chosen.number == alarm.number:
                self._alarm_list.setCurrentRow(row)
        if self._alarm_list.currentRow() < 0:
            self._alarm_list.setCurrentRow(0)
        self._no_alarms.setVisible(not alarms)
        self._judge()
        self.open_alarms.emit(self.waiting)

    def _show_entries(self, entries: tuple[WatchEntry, ...]) -> None:
        self._entries.clear()
        for entry in entries:
            ratings = ", ".join(rating_words(picture.rating) for picture in entry.pictures)
            who = translate("Watch", "by {0}, {1}").format(shorten(entry.operator), day_and_clock(entry.enrolled_ns))
            item = QListWidgetItem(f"{shorten(entry.name, 40)}   {ratings}\n{who}   {shorten(entry.reason, 60)}")
            item.setData(Qt.ItemDataRole.UserRole, entry.number)
            self._entries.addItem(item)
            keys = [picture.key for picture in entry.pictures if picture.key]
            if keys:
                self._desk.picture(keys[0], partial(self._set_icon, entry.number))
        self._nobody.setVisible(not entries)

    def _set_icon(self, number: int, image: QImage) -> None:
        for row in range(self._entries.count()):
            item = self._entries.item(row)
            if item is not None and item.data(Qt.ItemDataRole.UserRole) == number:
                item.setIcon(icon_of(image, self._entries.iconSize()))

    def _chosen_alarm(self) -> Alarm | None:
        row = self._alarm_list.currentRow()
        return self._alarms[row] if 0 <= row < len(self._alarms) else None

    def _judge(self) -> None:
        alarm = self._chosen_alarm()
        self._take.setEnabled(alarm is not None and not alarm.owner)
        self._go.setEnabled(alarm is not None)
        usable = any(rated is not None and rated.rating is not PictureRating.POOR for _, rated in self._new)
        self._enrol.setEnabled(usable and bool(self._name.text().strip()))
        self._remove.setEnabled(bool(self._new))
        if not self._new:
            hint = translate("Watch", "Add pictures, or drop them here.")
        elif not usable:
            hint = translate("Watch", "At least one picture must be good or mixed.")
        elif not self._name.text().strip():
            hint = translate("Watch", "Give the person a name.")
        else:
            hint = ""
        self._hint.setText(hint)

    # --- what the operator does ----------------------------------------------------------------

    def acknowledge(self) -> None:
        """Take the chosen alarm over, or else the newest open one."""
        alarm = self._chosen_alarm()
        if alarm is None or alarm.owner:
            alarm = self.waiting[0] if self.waiting else None
        if alarm is None:
            self._desk.refuse(translate("Watch", "No alarm is open"))
            return
        number, note, author = alarm.number, self._note.text().strip(), self._desk.author(self._note.text())
        self._note.clear()
        words = translate("Watch", "Alarm about {0} acknowledged").format(shorten(alarm.name, 40))
        self._desk.order(words, lambda site: site.acknowledge(number, note, author), lambda _: self.refresh())

    def show_alarm(self) -> None:
        """Track the person of the chosen alarm, or else of the newest open one."""
        alarm = self._chosen_alarm() or (self.waiting[0] if self.waiting else None)
        if alarm is not None:
            self.track.emit(alarm.identity, alarm.name)

    def begin_enrolling(self, name: str, images: list[ImageArray]) -> None:
        """Show the list with pictures to enrol."""
        self._tabs.setCurrentIndex(1)
        self._name.setText(name)
        for image in images:
            self.add_picture(image)
        self._name.setFocus()

    def choose_files(self) -> None:
        """Let the operator choose pictures."""
        dialog = QFileDialog(self, translate("Watch", "Pictures of the person"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(translate("Search", "Pictures (*.png *.jpg *.jpeg *.bmp *.webp)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self.open_files)
        dialog.open()

    def open_files(self, paths: list[str]) -> None:
        """Read picture files and have them rated."""

        def take(path: str, image: ImageArray | None) -> None:
            if image is None:
                self._desk.refuse(translate("Search", "{0} is no picture that can be read").format(shorten(path, 120)))
            else:
                self.add_picture(image)

        for path in paths:
            self._desk.ask(f"picture file {path}", partial(_read, path), partial(take, path))

    def add_picture(self, image: ImageArray) -> None:
        """Add a picture to enrol, and have it rated."""
        place = len(self._new)
        self._new.append((image, None))
        item = QListWidgetItem(translate("Watch", "looking at it..."))
        item.setIcon(icon_of(to_qimage(image), self._pictures.iconSize()))
        self._pictures.addItem(item)
        self._desk.ask(f"rate {id(image)}", lambda site: site.rate_picture(image), partial(self._rate, place, image))

    def _rate(self, place: int, image: ImageArray, rated: RatedPicture) -> None:
        if place >= len(self._new) or self._new[place][0] is not image:
            return
        self._new[place] = (image, rated)
        item = self._pictures.item(place)
        if item is not None:
            words = rating_words(rated.rating)
            item.setText(f"{words}\n{shorten(rated.why, 160)}" if rated.why else words)
            item.setForeground(QColor(_DOTS[rated.rating]))
        self._judge()

    def _remove_picture(self) -> None:
        row = max(0, self._pictures.currentRow())
        kept = [image for place, (image, _) in enumerate(self._new) if place != row]
        self._new.clear()
        self._pictures.clear()
        for image in kept:
            self.add_picture(image)
        self._judge()

    def enrol(self) -> None:
        """Put the person on the list."""
        name = self._name.text().strip()
        images = [image for image, rated in self._new if rated is not None and rated.rating is not PictureRating.POOR]
        author = self._desk.author(self._reason.text())
        words = translate("Watch", "{0} is on the watch list").format(shorten(name, 40))

        def finish(_: object) -> None:
            self._new.clear()
            self._pictures.clear()
            self._name.clear()
            self._reason.clear()
            self._judge()
            self.refresh()

        self._desk.order(words, lambda site: site.enrol(name, images, author), finish)

    def withdraw(self) -> None:
        """Take the chosen person off the list."""
        item = self._entries.currentItem()
        if item is None:
            self._desk.refuse(translate("Watch", "Choose somebody on the list first"))
            return
        number, author = item.data(Qt.ItemDataRole.UserRole), self._desk.author(self._reason.text())
        words = translate("Watch", "Taken off the watch list")
        self._desk.order(words, lambda site: site.withdraw(number, author), lambda _: self.refresh())

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802  # Qt's name
        """Accept picture files."""
        data = event.mimeData() if event is not None else None
        if event is not None and data is not None and data.hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802  # Qt's name
        """Take picture files to enrol."""
        data = event.mimeData() if event is not None else None
        if data is not None:
            self._tabs.setCurrentIndex(1)
            self.open_files([url.toLocalFile() for url in data.urls() if url.isLocalFile()])


def _read(path: str, site: SiteFacade) -> ImageArray | None:
    del site
    return read_picture(path)
