"""The set-up dialog: cameras with a test picture, and every section of the settings."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ValidationError
from PyQt6.QtCore import QSignalBlocker, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QHideEvent, QImage, QShowEvent
from PyQt6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from reid_app.config import CameraSettings, SiteSettings
from reid_app.errors import SettingsError
from reid_app.gui.desk import Desk
from reid_app.gui.frames import to_qimage
from reid_app.gui.i18n import translate
from reid_app.gui.model.notices import Level
from reid_app.gui.painting import shorten
from reid_app.gui.pictures import plain_label
from reid_app.gui.setup.document import SiteDocument
from reid_app.gui.setup.fields import Kind, plan
from reid_app.gui.setup.form import SettingsForm
from reid_app.gui.setup.mask_editor import MaskEditor
from reid_app.gui.setup.saving import Saver
from reid_app.runtime.facade import SiteFacade
from reid_app.runtime.setup_calls import CameraTest

PREVIEW_MS = 500
"""How often the preview of a running camera is renewed."""


class SetupDialog(QDialog):
    """Changes a site file; the running site takes over what is said of cameras, the rest when it is started again.

    Args:
        desk: The line to the site, which tests sources.
        saver: Writes the file.
        path: The site file.
        parent: Qt parent.
    """

    saved = pyqtSignal(str)
    """The file is written, and the site was told: what became of it, for the operator."""
    tested = pyqtSignal(object)
    """What came of a camera's test."""

    def __init__(self, desk: Desk, saver: Saver, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._saver = saver
        saver.refused.connect(self._refuse)
        saver.saved.connect(self._tell)
        self._document: SiteDocument | None = None
        self._camera = -1
        self._forms: dict[str, SettingsForm] = {}
        self.setWindowTitle(translate("Setup", "Set-up"))
        self.resize(1180, 820)
        self._preview = QTimer(self)
        self._preview.setInterval(PREVIEW_MS)
        self._preview.timeout.connect(self._ask_preview)
        self._previewed = ""
        self._tabs = QTabWidget()
        self._tabs.addTab(self._build_cameras(), translate("Setup", "Cameras"))
        general = ("cameras", *(field.name for field in plan(SiteSettings) if field.kind is Kind.SECTION))
        self._add_form("", translate("Setup", "Site"), SiteSettings, skip=general)
        for field in plan(SiteSettings):
            if field.section is not None:
                self._add_form(field.name, field.title, field.section)
        self._message = plain_label("", "quiet", wraps=True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self._save = QPushButton(translate("Setup", "Save"))
        self._save.clicked.connect(self.save)
        close = QPushButton(translate("Setup", "Close"))
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(self._message, 1)
        buttons.addWidget(self._save)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(plain_label(str(path), "quiet", wraps=True))
        when = translate("Setup", "Cameras change as soon as this is saved, all other settings at the next start.")
        layout.addWidget(plain_label(when, "quiet", wraps=True))
        layout.addWidget(self._tabs, 1)
        layout.addLayout(buttons)
        try:
            self._document = SiteDocument(path)
        except SettingsError as error:
            self._say(str(error))
            self._save.setEnabled(False)
        else:
            self._show_document(self._document)

    # --- building ------------------------------------------------------------------------------

    def _build_cameras(self) -> QWidget:
        self._list = QListWidget()
        self._list.setAccessibleName(translate("Setup", "Cameras"))
        self._list.setWordWrap(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.currentRowChanged.connect(self._choose)
        add = QPushButton(translate("Setup", "Add a camera"))
        add.clicked.connect(self.add_camera)
        remove = QPushButton(translate("Setup", "Remove"))
        remove.clicked.connect(self.remove_camera)
        left = QWidget()
        column = QVBoxLayout(left)
        column.addWidget(self._list, 1)
        column.addWidget(add)
        column.addWidget(remove)
        self._camera_form = SettingsForm(CameraSettings, skip=("masks",), narrow=True)
        self._test = QPushButton(translate("Setup", "Test this camera"))
        self._test.clicked.connect(self.test_camera)
        self._result = plain_label("", wraps=True)
        self._masks = MaskEditor(next(field for field in plan(CameraSettings) if field.name == "masks"))
        right = QWidget()
        column = QVBoxLayout(right)
        column.addWidget(self._test)
        column.addWidget(self._result)
        column.addWidget(self._masks, 1)
        splitter = QSplitter()
        splitter.addWidget(left)
        splitter.addWidget(_scrolled(self._camera_form))
        splitter.addWidget(right)
        splitter.setSizes([230, 410, 540])
        for place in (1, 2):
            splitter.setStretchFactor(place, 1)
        return splitter

    def _add_form(self, name: str, title: str, model: type[BaseModel], skip: tuple[str, ...] = ()) -> None:
        form = SettingsForm(model, skip)
        self._forms[name] = form
        page: QWidget = form
        if name == "matcher":
            page = self._with_explanation(form)
        self._tabs.addTab(_scrolled(page), title)

    def _with_explanation(self, form: SettingsForm) -> QWidget:
        """Put a plain explanation of the threshold under the matcher's form."""
        self._explained = plain_label("", "heading", wraps=True)
        form.edited.connect(self._explain)
        page = QWidget()
        column = QVBoxLayout(page)
        column.addWidget(self._explained)
        column.addWidget(form, 1)
        return page

    # --- what it shows -------------------------------------------------------------------------

    @property
    def message(self) -> str:
        """What keeps the settings from being saved, or what became of them; or empty."""
        return self._message.text()

    @property
    def test_result(self) -> str:
        """What came of the last test of a camera."""
        return self._result.text()

    @property
    def explanation(self) -> str:
        """What the accept threshold means, in words."""
        return self._explained.text()

    @property
    def masks(self) -> MaskEditor:
        """The picture of the chosen camera with its privacy masks."""
        return self._masks

    def form(self, section: str) -> SettingsForm:
        """Return the form of a section; ``cameras`` is the chosen camera's, empty the site's own."""
        return self._camera_form if section == "cameras" else self._forms[section]

    def _show_document(self, document: SiteDocument) -> None:
        self._list_cameras(document, 0)
        for name, form in self._forms.items():
            form.show_values(document.get((name,) if name else ()))
        self._explain()

    def _list_cameras(self, document: SiteDocument, row: int) -> None:
        with QSignalBlocker(self._list):
            self._list.clear()
            for camera in document.cameras():
                self._list.addItem(shorten(str(camera.get("name", "?")), 64))
        self._camera = -1
        self._list.setCurrentRow(min(row, self._list.count() - 1))
        self._choose(self._list.currentRow())

    def _choose(self, row: int) -> None:
        document = self._document
        if document is None or not self._keep_camera():
            return
        self._camera = row
        self._camera_form.setEnabled(row >= 0)
        self._test.setEnabled(row >= 0)
        self._camera_form.show_values(document.get(("cameras", row)) if row >= 0 else None)
        self._masks.setEnabled(row >= 0)
        self._masks.show_value(document.get(("cameras", row, "masks")) if row >= 0 else None)
        self._result.setText("")
        self._preview_running()

    def _explain(self) -> None:
        accept: object = None
        try:
            thresholds = self._forms["matcher"].values().get("thresholds")
            accept = thresholds.get("accept") if isinstance(thresholds, dict) else None
        except SettingsError:
            accept = None
        if not isinstance(accept, (int, float)):
            self._explained.setText(translate("Setup", "Thresholds: those calibrated for the model are used."))
            return
        value = float(accept)
        self._desk.ask("wrong matches", lambda site: site.wrong_matches(value), self._say_wrong)

    def _say_wrong(self, share: float | None) -> None:
        if share is None:
            words = translate("Setup", "How often this threshold is wrong is not known for this model.")
        else:
            words = translate("Setup", "With this threshold: about {0:.1f} wrong matches in 1,000.").format(
                1000 * share
            )
        self._explained.setText(words)

    # --- what the operator does ----------------------------------------------------------------

    def choose_camera(self, row: int) -> None:
        """Choose a camera of the list."""
        self._list.setCurrentRow(row)

    def add_camera(self) -> None:
        """Add a camera, to be filled in."""
        document = self._document
        if document is None or not self._keep_camera():
            return
        names = {str(camera.get("name", "")).casefold() for camera in document.cameras()}
        number = next(n for n in range(1, len(names) + 2) if f"camera {n}" not in names)
        row = document.add_camera({"name": f"Camera {number}", "url": "rtsp://"})
        self._list_cameras(document, row)

    def remove_camera(self) -> None:
        """Take the chosen camera out; nothing is final before it is saved."""
        if self._document is not None and self._camera >= 0:
            row, self._camera = self._camera, -1
            self._document.remove_camera(row)
            self._list_cameras(self._document, row)

    def test_camera(self) -> None:
        """Open the chosen camera's source once and show what comes."""
        self._preview.stop()
        try:
            values = {key: value for key, value in self._camera_form.values().items() if value is not None}
            if (masks := self._masks.value()) is not None:
                values["masks"] = masks
            values["url"] = os.path.expandvars(str(values.get("url", "")))
            camera = CameraSettings.model_validate(values)
        except SettingsError as error:
            self._result.setText(str(error))
            return
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            self._result.setText(f"{where}: {first['msg'].removeprefix('Value error, ')}")
            return
        self._result.setText(translate("Setup", "Testing..."))
        self._desk.ask("test camera", lambda site: site.test_camera(camera), self._show_test)

    def _show_test(self, test: CameraTest) -> None:
        self._result.setText(("✓ " if test.ok else "✕ ") + shorten(test.message, 400))
        self._masks.canvas.show_image(None if test.image is None else to_qimage(test.image))
        self.tested.emit(test)

    # --- the preview of a camera that runs -----------------------------------------------------

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802  # Qt's name
        """Begin with the preview."""
        super().showEvent(event)
        self._preview_running()

    def hideEvent(self, event: QHideEvent | None) -> None:  # noqa: N802  # Qt's name
        """End the preview."""
        super().hideEvent(event)
        self._preview.stop()

    def _preview_running(self) -> None:
        """Show what the chosen camera gives now, if the site runs it."""
        document = self._document
        name = None if document is None or self._camera < 0 else document.get(("cameras", self._camera, "name"))
        self._previewed = str(name or "")
        self._masks.canvas.show_image(None)
        if self._previewed and self.isVisible():
            self._preview.start()
            self._ask_preview()
        else:
            self._preview.stop()

    def _ask_preview(self) -> None:
        name = self._previewed
        self._desk.ask("preview", lambda site: (name, _picture_of(site, name)), self._show_preview)

    def _show_preview(self, answer: tuple[str, QImage | None]) -> None:
        name, image = answer
        if name == self._previewed and image is not None and self._preview.isActive():
            self._masks.canvas.show_image(image)

    def _keep_camera(self) -> bool:
        """Take over what was typed for the chosen camera; False when it cannot be."""
        if self._document is None or self._camera < 0:
            return True
        try:
            values = self._camera_form.values()
        except SettingsError as error:
            self._say(str(error))
            return False
        for key, value in {**values, "masks": self._masks.value()}.items():
            self._document.set(("cameras", self._camera, key), value)
        item = self._list.item(self._camera)
        if item is not None:
            item.setText(shorten(str(values.get("name") or "?"), 64))
        return True

    def save(self) -> None:
        """Check everything and write the site file."""
        document = self._document
        if document is None or not self._keep_camera():
            return
        try:
            for name, form in self._forms.items():
                for key, value in form.values().items():
                    document.set((name, key) if name else (key,), value)
        except SettingsError as error:
            self._say(str(error))
            return
        self._save.setEnabled(False)
        self._say(translate("Setup", "Checking..."), "quiet")
        self._saver.save(document)

    def _refuse(self, mistakes: tuple[str, ...]) -> None:
        self._save.setEnabled(True)
        self._say("\n".join(mistakes[:6]))

    def _tell(self, words: str, level: Level) -> None:
        self._save.setEnabled(True)
        self._say(words, "quiet" if level is Level.INFO else "problem")
        self.saved.emit(words)

    def _say(self, words: str, name: str = "problem") -> None:
        self._message.setObjectName(name)
        self._message.setText(words)
        style = self._message.style()
        if style is not None:  # the theme goes by the name
            style.unpolish(self._message)
            style.polish(self._message)


def _picture_of(site: SiteFacade, camera: str) -> QImage | None:
    """Return the newest picture of a camera; None when the site does not run it, or has none yet."""
    try:
        frame = site.frame(camera)
    except SettingsError:
        return None
    return None if frame is None else to_qimage(frame.image)


def _scrolled(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(widget)
    return area
