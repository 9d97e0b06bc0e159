"""The window's language: source texts are English, translations are Qt ``.ts`` files.

The ``.ts`` files are read as they are, so that no compiled file has to be kept beside them.
After changing texts: ``pylupdate6 reid_app/gui --ts reid_app/gui/translations/reid_app_de.ts``.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

from PyQt6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

FOLDER = Path(__file__).with_name("translations")


def translate(context: str, text: str) -> str:
    """Return ``text`` in the window's language."""
    return QCoreApplication.translate(context, text)


class TsTranslator(QTranslator):
    """Translates by a ``.ts`` file; texts marked unfinished or empty stay English."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts: dict[tuple[str, str], str] = {}
        for context in ET.parse(path).getroot().iter("context"):  # noqa: S314  # a file of the application's own
            name = context.findtext("name", "")
            for message in context.iter("message"):
                translation = message.find("translation")
                if translation is None or translation.get("type") == "unfinished" or not translation.text:
                    continue
                self._texts[name, message.findtext("source", "")] = translation.text

    def translate(self, context: str | None, source: str | None, *_: object) -> str | None:  # type: ignore[override]
        """Return the translation, None where there is none (Qt then asks the next translator)."""
        return self._texts.get((context or "", source or ""))

    def isEmpty(self) -> bool:  # noqa: N802  # Qt's name
        """Say whether there is anything in it; Qt refuses an empty one."""
        return not self._texts


def languages() -> tuple[str, ...]:
    """Return the codes of the languages that the window speaks, English first."""
    return ("en", *sorted(path.stem.removeprefix("reid_app_") for path in FOLDER.glob("reid_app_*.ts")))


def install_language(app: QCoreApplication, code: str | None) -> list[QTranslator]:
    """Have ``app`` speak ``code`` (None: the system's language) where there is a translation, else English.

    Returns:
        The translators installed, for :func:`remove_language`.
    """
    wanted = code or QLocale.system().name().partition("_")[0]
    translators: list[QTranslator] = []
    path = FOLDER / f"reid_app_{wanted}.ts"
    if path.is_file():
        translators.append(TsTranslator(path, app))
        standard = QTranslator(app)
        if standard.load(f"qtbase_{wanted}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            translators.append(standard)
    for translator in translators:
        app.installTranslator(translator)
    return translators


def remove_language(app: QCoreApplication, translators: list[QTranslator]) -> None:
    """Take ``translators`` back out of ``app``."""
    for translator in translators:
        app.removeTranslator(translator)
