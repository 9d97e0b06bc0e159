"""What the window remembers of an operator between two runs."""

from __future__ import annotations

import getpass
import json
from collections.abc import Mapping
from pathlib import Path

from PyQt6.QtCore import QByteArray, QSettings


class Preferences:
    """Keys, saved views, language, size of text, and where things were.

    Args:
        path: The file; None is the operator's own, in the usual place of the system.
    """

    def __init__(self, path: Path | None = None) -> None:
        if path is None:
            form, scope = QSettings.Format.IniFormat, QSettings.Scope.UserScope
            self._settings = QSettings(form, scope, "reid-app", "window")
        else:
            self._settings = QSettings(str(path), QSettings.Format.IniFormat)

    def save(self) -> None:
        """Write to disk now."""
        self._settings.sync()

    def _json(self, key: str) -> object:
        try:
            value: object = json.loads(str(self._settings.value(key, "null")))
        except ValueError:
            return None
        return value

    def _put(self, key: str, value: object) -> None:
        self._settings.setValue(key, json.dumps(value))

    @property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """The operator's own keys, by action name."""
        value = self._json("keys")
        if not isinstance(value, dict):
            return {}
        return {str(name): tuple(map(str, keys)) for name, keys in value.items() if isinstance(keys, list)}

    @keys.setter
    def keys(self, value: Mapping[str, tuple[str, ...]]) -> None:
        self._put("keys", {name: list(keys) for name, keys in value.items()})

    def view(self, site: str) -> object:
        """Return the view that a site was left with, as :meth:`View.to_json` gave it."""
        views = self._json("last_views")
        return views.get(site) if isinstance(views, dict) else None

    def keep_view(self, site: str, value: object) -> None:
        """Note the view that a site is left with."""
        views = self._json("last_views")
        self._put("last_views", {**(views if isinstance(views, dict) else {}), site: value})

    def named_views(self, site: str) -> dict[str, object]:
        """Return a site's saved views by name."""
        views = self._json("named_views")
        mine = views.get(site) if isinstance(views, dict) else None
        return {str(name): view for name, view in mine.items()} if isinstance(mine, dict) else {}

    def keep_named_view(self, site: str, name: str, value: object | None) -> None:
        """Save a site's view under a name; None deletes it."""
        views = self._json("named_views")
        mine = {**self.named_views(site), name: value}
        mine = {key: view for key, view in mine.items() if view is not None}
        self._put("named_views", {**(views if isinstance(views, dict) else {}), site: mine})

    @property
    def language(self) -> str | None:
        """Code of the language, None for the system's."""
        value = self._json("language")
        return value if isinstance(value, str) else None

    @language.setter
    def language(self, value: str | None) -> None:
        self._put("language", value)

    @property
    def scale(self) -> float:
        """Size of text, 1 is usual."""
        value = self._json("scale")
        return float(value) if isinstance(value, (int, float)) else 1.0

    @scale.setter
    def scale(self, value: float) -> None:
        self._put("scale", value)

    @property
    def operator(self) -> str:
        """Name of the operator: the one typed last, else the account's."""
        value = self._json("operator")
        if isinstance(value, str) and value:
            return value
        try:
            return getpass.getuser()
        except OSError:  # no account has this number, as in some containers
            return "operator"

    @operator.setter
    def operator(self, value: str) -> None:
        self._put("operator", value)

    @property
    def geometry(self) -> tuple[QByteArray, QByteArray]:
        """Place and size of the window, and of its panels; empty at first."""
        empty = QByteArray()
        return self._settings.value("geometry", empty), self._settings.value("state", empty)

    @geometry.setter
    def geometry(self, value: tuple[QByteArray, QByteArray]) -> None:
        self._settings.setValue("geometry", value[0])
        self._settings.setValue("state", value[1])
