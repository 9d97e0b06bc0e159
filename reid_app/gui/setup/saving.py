"""Saves a site file and has the running site take it over; goes on when the dialog is closed meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QObject, pyqtSignal

from reid_app.config import SiteSettings
from reid_app.errors import ReidAppError, SettingsError
from reid_app.gui.desk import Desk
from reid_app.gui.i18n import translate
from reid_app.gui.model.notices import Level
from reid_app.gui.painting import shorten
from reid_app.gui.setup.document import SiteDocument
from reid_app.runtime.facade import SiteFacade
from reid_app.runtime.setup_calls import SiteChanges

MOST_NAMED = 3
"""Of more cameras than these the others are not named."""

LONGEST_REASON = 160


class Saver(QObject):
    """Writes site files and says what became of them.

    Args:
        desk: The line to the site.
        parent: Qt parent; a saver should live as long as the window.
    """

    refused = pyqtSignal(object)
    """Nothing was written: what is wrong with the settings (a tuple, one line each)."""
    saved = pyqtSignal(str, object)
    """The file is written: what the site took over, in words, and their :class:`Level`."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk

    def save(self, document: SiteDocument) -> None:
        """Check the settings as they are now, write them, and have the site take them over."""
        text = document.text()
        self._desk.order("", lambda _: _write(document, text), self._written)

    def _written(self, mistakes: tuple[str, ...]) -> None:
        if mistakes:
            self.refused.emit(mistakes)
        else:
            self._desk.order("", _reload, self._taken_over)

    def _taken_over(self, outcome: SiteChanges | str) -> None:
        if isinstance(outcome, str):
            words = translate("Setup", "Saved, but the running site could not take it over: {0}").format(outcome)
            self.saved.emit(words, Level.WARNING)
        else:
            self.saved.emit(in_words(outcome), Level.WARNING if outcome.refused else Level.INFO)


def in_words(changes: SiteChanges) -> str:
    """Say what the running site took over, what it could not, and what waits for the next start."""
    parts = [
        f"{words.format(len(cameras))} ({_names(cameras)})"
        for words, cameras in (
            (translate("Setup", "{0} added"), changes.added),
            (translate("Setup", "{0} changed"), changes.changed),
            (translate("Setup", "{0} removed"), changes.removed),
        )
        if cameras
    ]
    sentences = [translate("Setup", "Saved.")]
    if parts:
        sentences.append(translate("Setup", "Cameras: {0}.").format(", ".join(parts)))
    for why, cameras in _by_reason(changes).items():
        words = translate("Setup", "Left as before: {0} ({1}).")
        sentences.append(words.format(_names(cameras), shorten(why, LONGEST_REASON)))
    if changes.later:
        titles = (SiteSettings.model_fields[key].title or key for key in changes.later)
        sentences.append(translate("Setup", "Takes effect at the next start: {0}.").format(", ".join(titles)))
    if len(sentences) == 1:
        sentences.append(translate("Setup", "The site runs by these settings already."))
    return " ".join(sentences)


def _names(cameras: Sequence[str]) -> str:
    named = [shorten(camera, 32) for camera in cameras[:MOST_NAMED]]
    return ", ".join([*named, "…"] if len(cameras) > MOST_NAMED else named)


def _by_reason(changes: SiteChanges) -> dict[str, list[str]]:
    cameras: dict[str, list[str]] = {}
    for camera, why in changes.refused.items():
        cameras.setdefault(why, []).append(camera)
    return cameras


def _write(document: SiteDocument, text: str) -> tuple[str, ...]:
    try:
        return tuple(document.save(text))
    except SettingsError as error:
        return (str(error),)


def _reload(site: SiteFacade) -> SiteChanges | str:
    try:
        return site.reload()
    except ReidAppError as error:
        return str(error)
