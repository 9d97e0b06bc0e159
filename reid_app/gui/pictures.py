"""Rows of recorded pictures, and small plain widgets that several panels use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QIcon, QImage, QPixmap
from PyQt6.QtWidgets import QAbstractItemView, QLabel, QListWidget, QListWidgetItem, QWidget

from reid_app.gui.desk import Desk
from reid_app.gui.model.times import clock
from reid_app.runtime.facade import Picture

ICON = QSize(64, 128)


def plain_label(text: str = "", name: str = "", *, wraps: bool = False) -> QLabel:
    """Return a label that never takes its text for HTML.

    Args:
        text: What it says.
        name: ``heading``, ``quiet``, ``empty`` or ``problem``; empty is usual text.
        wraps: Whether long text goes on in the next line.
    """
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    label.setObjectName(name)
    label.setText(text)
    return label


class PictureRow(QListWidget):
    """Thumbnails side by side; the keyboard walks through them.

    Args:
        desk: Fetches the pictures.
        name: What it is called, for screen readers.
        icon: Size of a thumbnail.
        parent: Qt parent.
    """

    chosen = pyqtSignal(object)
    """A :class:`Picture` was activated (double click or Enter)."""

    def __init__(self, desk: Desk, name: str, icon: QSize = ICON, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._pictures: tuple[Picture, ...] = ()
        self._generation = 0
        self.setAccessibleName(name)
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setFlow(QListWidget.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMovement(QListWidget.Movement.Static)
        self.setIconSize(icon)
        self.setSpacing(2)
        self.setFixedHeight(icon.height() + self.fontMetrics().height() + 26)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.itemActivated.connect(self._activate)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures on show."""
        return self._pictures

    def show_pictures(self, pictures: Sequence[Picture]) -> None:
        """Show other pictures; the same ones again change nothing."""
        if tuple(pictures) == self._pictures:
            return
        self._pictures = tuple(pictures)
        self._generation += 1
        generation = self._generation
        self.clear()
        for row, picture in enumerate(self._pictures):
            item = QListWidgetItem(clock(picture.time_ns))
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            item.setIcon(_grey(self.iconSize()))
            self.addItem(item)
            self._desk.picture(picture.key, partial(self._fill, generation, row))

    def _fill(self, generation: int, row: int, image: QImage) -> None:
        item = self.item(row)
        if generation == self._generation and item is not None:
            item.setIcon(icon_of(image, self.iconSize()))

    def _activate(self, item: QListWidgetItem) -> None:
        self.chosen.emit(self._pictures[self.row(item)])


def icon_of(image: QImage, size: QSize) -> QIcon:
    """Return a picture as an icon that fits ``size``."""
    kept, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return QIcon(QPixmap.fromImage(image.scaled(size, kept, smooth)))


def _grey(size: QSize) -> QIcon:
    pixmap = QPixmap(size)
    pixmap.fill(Qt.GlobalColor.darkGray)
    return QIcon(pixmap)
