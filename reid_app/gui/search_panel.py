"""Search: a picture in, the people most like it out."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QMimeData, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QImageReader, QPixmap
from PyQt6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from reid_app.domain import NS_PER_S, ImageArray
from reid_app.gui.desk import Desk
from reid_app.gui.frames import to_bgr, to_qimage
from reid_app.gui.hints import KeyHints
from reid_app.gui.i18n import translate
from reid_app.gui.model.looks import likelihood_words
from reid_app.gui.model.times import day_and_clock
from reid_app.gui.painting import shorten
from reid_app.gui.pictures import icon_of, plain_label
from reid_app.runtime.facade import Candidate

LARGEST_SIDE = 4096
SPANS_S = (None, 600, 3_600, 86_400, 7 * 86_400)
"""Time spans that can be searched, in seconds back from now; None is everything."""


class SearchPanel(QWidget):
    """Finds the people who look most like a picture.

    Args:
        desk: The line to the site.
        hints: Writes keys.
        parent: Qt parent.
    """

    track = pyqtSignal(int, str)
    """Number and name of the identity to track."""

    def __init__(self, desk: Desk, hints: KeyHints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._image: ImageArray | None = None
        self._now_ns: int | None = None
        self.setAcceptDrops(True)
        self._preview = plain_label(translate("Search", "Drop a picture of a person here"), "empty", wraps=True)
        self._preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._preview.setMinimumSize(96, 160)
        choose = QPushButton(translate("Search", "Choose a picture..."))
        choose.clicked.connect(self.choose_file)
        paste = QPushButton(translate("Search", "Paste"))
        paste.clicked.connect(self.paste)
        self._span = QComboBox()
        self._span.setAccessibleName(translate("Search", "Time span"))
        for words in (
            translate("Search", "All times"),
            translate("Search", "The last 10 minutes"),
            translate("Search", "The last hour"),
            translate("Search", "The last day"),
            translate("Search", "The last week"),
        ):
            self._span.addItem(words)
        self._span.currentIndexChanged.connect(lambda _: self._search())
        self._way = plain_label("", "quiet", wraps=True)
        hints.sentence(
            self._way,
            translate(
                "Search",
                "Or choose a person in a camera ({next_person}) and press {search_box}; "
                "or pause ({pause}) and draw a box.",
            ),
            next_person="next_person",
            search_box="search_box",
            pause="pause",
        )
        self._state = plain_label("", "quiet", wraps=True)
        self._results = QListWidget()
        self._results.setAccessibleName(translate("Search", "People found, most alike first"))
        self._results.setIconSize(QSize(48, 96))
        self._results.itemActivated.connect(lambda _: self._track())
        self._follow = QPushButton(translate("Search", "Track this one"))
        self._follow.clicked.connect(self._track)
        self._follow.setEnabled(False)
        side = QVBoxLayout()
        side.addWidget(choose)
        side.addWidget(paste)
        side.addWidget(self._span)
        side.addStretch(1)
        top = QHBoxLayout()
        top.addWidget(self._preview, 1)
        top.addLayout(side)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self._way)
        layout.addWidget(self._state)
        layout.addWidget(self._results, 1)
        layout.addWidget(self._follow)
        self.setFocusProxy(choose)

    def set_now(self, now_ns: int) -> None:
        """Set the present (stream time), from which time spans count back."""
        self._now_ns = now_ns

    def search_for(self, image: ImageArray) -> None:
        """Search for the person in ``image``."""
        self._image = image
        pixmap = QPixmap.fromImage(to_qimage(image))
        kept, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        self._preview.setPixmap(pixmap.scaled(QSize(150, 160), kept, smooth))
        self._search()

    def choose_file(self) -> None:
        """Let the operator choose a picture."""
        dialog = QFileDialog(self, translate("Search", "Picture of a person"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(translate("Search", "Pictures (*.png *.jpg *.jpeg *.bmp *.webp)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.open_file)
        dialog.open()

    def open_file(self, path: str) -> None:
        """Search for the person in a picture file."""

        def take(image: ImageArray | None) -> None:
            if image is None:
                self._desk.refuse(translate("Search", "{0} is no picture that can be read").format(shorten(path, 120)))
            else:
                self.search_for(image)

        self._desk.ask("picture file", lambda _: read_picture(path), take)

    def paste(self) -> None:
        """Search for the picture in the clipboard."""
        clipboard = QGuiApplication.clipboard()
        image = clipboard.image() if clipboard is not None else QImage()
        if image.isNull():
            self._desk.refuse(translate("Search", "There is no picture in the clipboard; copy one first"))
        else:
            self.search_for(to_bgr(image))

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802  # Qt's name
        """Accept pictures and picture files."""
        if event is not None and _can_take(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802  # Qt's name
        """Search for what was dropped."""
        data = event.mimeData() if event is not None else None
        if data is None:
            return
        if data.hasImage():
            image = data.imageData()
            if isinstance(image, QImage) and not image.isNull():
                self.search_for(to_bgr(image))
        elif data.hasUrls():
            self.open_file(data.urls()[0].toLocalFile())

    @property
    def state(self) -> str:
        """What it says of the search."""
        return self._state.text()

    def found(self) -> tuple[Candidate, ...]:
        """Return the people on show, most alike first."""
        items = (self._results.item(row) for row in range(self._results.count()))
        return tuple(item.data(Qt.ItemDataRole.UserRole) for item in items if item is not None)

    def _search(self) -> None:
        if self._image is None:
            return
        image, seconds = self._image, SPANS_S[self._span.currentIndex()]
        since = None if seconds is None or self._now_ns is None else self._now_ns - seconds * NS_PER_S
        self._state.setText(translate("Search", "Searching..."))
        self._desk.ask("search", lambda site: site.search(image, since, None), self._show)

    def _show(self, candidates: tuple[Candidate, ...]) -> None:
        self._results.clear()
        for rank, candidate in enumerate(candidates, 1):
            identity = candidate.identity
            name = translate("People", "Person {0}").format(f"{identity.number} {shorten(identity.name, 24)}".strip())
            words = likelihood_words(candidate.likelihood)
            seen = translate("Search", "last seen {0}, {1}").format(
                identity.cameras[-1] if identity.cameras else "", day_and_clock(identity.last_ns)
            )
            item = QListWidgetItem(f"{rank}.  {name}   {words} ({candidate.score:.2f})\n{seen}")
            item.setData(Qt.ItemDataRole.UserRole, candidate)
            self._results.addItem(item)
            if candidate.pictures:
                self._desk.picture(candidate.pictures[0].key, partial(self._set_icon, identity.number))
        self._results.setCurrentRow(0)
        self._follow.setEnabled(bool(candidates))
        if candidates:
            self._state.setText(translate("Search", "{0} people, the most alike first").format(len(candidates)))
        else:
            self._state.setText(translate("Search", "Nobody in this time span; choose a longer one"))

    def _set_icon(self, number: int, image: QImage) -> None:
        for row in range(self._results.count()):
            item = self._results.item(row)
            if item is not None and item.data(Qt.ItemDataRole.UserRole).identity.number == number:
                item.setIcon(icon_of(image, self._results.iconSize()))

    def _track(self) -> None:
        item = self._results.currentItem()
        if item is not None:
            identity = item.data(Qt.ItemDataRole.UserRole).identity
            self.track.emit(identity.number, identity.name)


def _can_take(data: QMimeData | None) -> bool:
    return data is not None and (data.hasImage() or (data.hasUrls() and data.urls()[0].isLocalFile()))


def read_picture(path: str) -> ImageArray | None:
    """Read a picture file as BGR, turned as its camera was held; None when it is none, or absurdly large."""
    reader = QImageReader(path)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > LARGEST_SIDE:
        reader.setScaledSize(size.scaled(LARGEST_SIDE, LARGEST_SIDE, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else to_bgr(image)
