"""Export of a target: what, where to, and what exactly will leave the machine."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from reid_app.gui.desk import Desk
from reid_app.gui.i18n import translate
from reid_app.gui.painting import shorten
from reid_app.gui.pictures import plain_label
from reid_app.runtime.facade import ExportFile, SiteFacade


class ExportDialog(QDialog):
    """Exports one identity; it blocks nothing else.

    Args:
        desk: The line to the site.
        identity: The identity.
        name: Its name, or empty.
        parent: Qt parent.
    """

    done_writing = pyqtSignal(object)
    """The files (a tuple of paths) are written."""

    def __init__(self, desk: Desk, identity: int, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._identity = identity
        self._kinds: dict[str, QCheckBox] = {}
        self._ready = False
        self.setWindowTitle(translate("Export", "Export of person {0}").format(identity))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 520)
        self._kinds_layout = QVBoxLayout()
        self._folder = QLineEdit()
        self._folder.setPlaceholderText(translate("Export", "Folder to write into"))
        self._folder.setAccessibleName(translate("Export", "Folder"))
        self._folder.textChanged.connect(self._judge)
        browse = QPushButton(translate("Export", "Choose..."))
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self._folder, 1)
        row.addWidget(browse)
        self._files = QTreeWidget()
        self._files.setAccessibleName(translate("Export", "Files that will be written"))
        self._files.setRootIsDecorated(False)
        self._files.setHeaderLabels(
            [translate("Export", "File"), translate("Export", "What is in it"), translate("Export", "Entries")]
        )
        self._state = plain_label("", "quiet", wraps=True)
        self._write = QPushButton(translate("Export", "Export"))
        self._write.setDefault(True)
        self._write.clicked.connect(self.write)
        close = QPushButton(translate("Export", "Close"))
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(self._state, 1)
        buttons.addWidget(self._write)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        title = f"{identity} {shorten(name, 40)}".strip()
        layout.addWidget(plain_label(translate("Export", "What of person {0}?").format(title), "heading"))
        layout.addLayout(self._kinds_layout)
        layout.addWidget(plain_label(translate("Export", "Where to?"), "heading"))
        layout.addLayout(row)
        layout.addWidget(plain_label(translate("Export", "This leaves the machine:"), "heading"))
        layout.addWidget(self._files, 1)
        layout.addLayout(buttons)
        self._judge()
        desk.ask("export kinds", lambda site: site.export_kinds(), self._show_kinds)

    def set_folder(self, folder: str) -> None:
        """Choose the folder."""
        self._folder.setText(folder)

    def chosen(self) -> tuple[str, ...]:
        """Return the kinds that are ticked."""
        return tuple(kind for kind, box in self._kinds.items() if box.isChecked())

    def tick(self, kind: str, *, on: bool) -> None:
        """Tick a kind, or take the tick away."""
        self._kinds[kind].setChecked(on)

    def preview(self) -> tuple[str, ...]:
        """Return the names of the files that would be written."""
        items = (self._files.topLevelItem(row) for row in range(self._files.topLevelItemCount()))
        return tuple(item.text(0) for item in items if item is not None)

    def write(self) -> None:
        """Write the files."""
        folder = Path(self._folder.text()).expanduser()
        if not self._ready or not self.chosen():
            return
        self._write.setEnabled(False)
        self._state.setText(translate("Export", "Writing..."))
        self._desk.export(self.chosen(), folder, self._identity, self._written)

    def _show_kinds(self, kinds: dict[str, str]) -> None:
        for place, (kind, words) in enumerate(kinds.items()):
            box = QCheckBox(f"{kind} – {words}")
            box.setChecked(place == 0)
            box.toggled.connect(lambda _: self._look())
            self._kinds[kind] = box
            self._kinds_layout.addWidget(box)
        self._look()

    def _look(self) -> None:
        self._judge()
        kinds, identity = self.chosen(), self._identity

        def question(site: SiteFacade) -> tuple[ExportFile, ...]:
            return tuple(file for kind in kinds for file in site.preview_export(kind, identity))

        self._desk.ask("export preview", question, self._show_files)

    def _show_files(self, files: tuple[ExportFile, ...]) -> None:
        self._files.clear()
        for file in files:
            self._files.addTopLevelItem(QTreeWidgetItem([file.name, file.content, str(file.rows)]))
        for column in range(3):
            self._files.resizeColumnToContents(column)
        self._judge()

    def _judge(self) -> None:
        """Say what is missing before anything can be written."""
        folder = Path(self._folder.text()).expanduser()
        if not self.chosen():
            problem = translate("Export", "Tick what to export.")
        elif not self._folder.text():
            problem = translate("Export", "Choose a folder.")
        elif not folder.is_dir():
            problem = translate("Export", "There is no such folder.")
        else:
            problem = ""
        self._ready = not problem
        self._state.setText(problem)
        self._write.setEnabled(self._ready)

    def _browse(self) -> None:
        dialog = QFileDialog(self, translate("Export", "Folder to write into"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._folder.setText)
        dialog.open()

    def _written(self, paths: tuple[Path, ...]) -> None:
        self._state.setText(translate("Export", "{0} files written.").format(len(paths)))
        self._write.setEnabled(True)
        self.done_writing.emit(paths)
