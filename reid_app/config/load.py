"""The site file: from YAML to validated settings, with every mistake at its place."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from reid_app.config.mistakes import rephrase
from reid_app.config.names import Place, name_mistakes, place
from reid_app.config.networks import EmbedderKind
from reid_app.config.settings import SiteSettings
from reid_app.config.sitefile import Document, parse, read_text
from reid_app.errors import SettingsError

SHORTEST_SECRET = 4
"""Shorter values from the environment are hidden only in messages about their own place."""


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A site file that was read.

    Attributes:
        path: The file.
        folder: The folder that it lies in, absolute: what its relative paths refer to.
        settings: What it says.
    """

    path: Path
    folder: Path
    settings: SiteSettings


class SiteFileError(SettingsError):
    """A site file has mistakes.

    Attributes:
        mistakes: One line each, with its place: ``cameras[1].url: ...``.
    """

    def __init__(self, path: Path, mistakes: tuple[str, ...]) -> None:
        """Collect the ``mistakes`` in ``path``."""
        self.mistakes = mistakes
        count = "a mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        super().__init__("\n".join([f"{path} has {count}:", *(f"  {mistake}" for mistake in mistakes)]))


def load_site(path: Path, environ: Mapping[str, str] | None = None) -> SiteFile:
    """Read a site file.

    Args:
        path: The YAML file.
        environ: Values for ``${NAME}``; None is the process's environment.

    Raises:
        SiteFileError: It has mistakes.
        SettingsError: It cannot be read, or is no site file at all.
    """
    document = parse(read_text(path), path, os.environ if environ is None else environ)
    settings, mistakes = _validated(document, path)
    if settings is None or mistakes:
        raise SiteFileError(path, tuple(_lines(document, mistakes)))
    return SiteFile(path, path.resolve().parent, settings)


def validate_site(path: Path, environ: Mapping[str, str] | None = None) -> list[str]:
    """Return every mistake in a site file as one line, those that only the disk shows included.

    Args:
        path: The YAML file.
        environ: Values for ``${NAME}``; None is the process's environment.
    """
    environ = os.environ if environ is None else environ
    try:
        document = parse(read_text(path), path, environ)
        settings, mistakes = _validated(document, path)
    except SettingsError as error:
        return [str(error)]
    if settings is not None:
        mistakes += _disk_mistakes(settings, path.resolve().parent)
    return _lines(document, mistakes)


def _validated(document: Document, path: Path) -> tuple[SiteSettings | None, list[tuple[Place, str]]]:
    """Return the settings, None if they are not valid, and what is wrong with the file."""
    if document.data is None:
        raise SettingsError(f"{path} is empty; it needs at least `cameras`.")
    if not isinstance(document.data, dict):
        raise SettingsError(f"{path} is no site file: it must hold `name: value` settings, with `cameras` among them.")
    mistakes = list(document.mistakes)
    try:
        return SiteSettings.model_validate(document.data), mistakes
    except ValidationError as error:
        known = {where for where, _ in mistakes}
        # Mistakes of the whole file, without a place, are found again below, each with its own.
        details = [detail for detail in error.errors(include_url=False) if detail["loc"] and detail["loc"] not in known]
        places = known | {detail["loc"] for detail in details}
        mistakes += [(detail["loc"], rephrase(detail)) for detail in details if not _follows(detail, places)]
    mistakes += _name_mistakes(document.data)
    return None, mistakes


def _follows(detail: ErrorDetails, places: Collection[Place]) -> bool:
    """Whether a mistake only follows from another: a list is short because an entry of it is not valid."""
    where = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other) > len(where) and other[: len(where)] == where for other in places
    )


def _name_mistakes(data: Mapping[str, Any]) -> list[tuple[Place, str]]:
    """Check names of cameras in data that has other mistakes as well."""
    cameras = data.get("cameras")
    names = [
        camera.get("name") if isinstance(camera, dict) and isinstance(camera.get("name"), str) else None
        for camera in (cameras if isinstance(cameras, list) else [])
    ]
    matcher = data.get("matcher")
    matcher = matcher if isinstance(matcher, dict) else {}
    candidates: list[tuple[Place, Any]] = []
    for index, pair in enumerate(_as_list(matcher.get("overlapping"))):
        candidates.append((("matcher", "overlapping", index), pair))
    for index, walk in enumerate(_as_list(matcher.get("walks"))):
        if isinstance(walk, dict):
            candidates.append((("matcher", "walks", index, "between"), walk.get("between")))
    pairs = [
        (where, (pair[0], pair[1]))
        for where, pair in candidates
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(name, str) for name in pair)
    ]
    return name_mistakes(names, pairs)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _disk_mistakes(settings: SiteSettings, folder: Path) -> list[tuple[Place, str]]:
    """Return what is wrong with the files that valid settings name."""
    mistakes = list(_camera_mistakes(settings, folder))
    mistakes += _model_mistakes(settings, folder)
    if settings.plan is not None and (what := _file_mistake(_resolved(folder, settings.plan), "file")) is not None:
        mistakes.append((("plan",), what))
    records = _resolved(folder, settings.records.folder)
    if records.exists() and not records.is_dir():
        mistakes.append((("records", "folder"), f"{records} is not a folder; name another one"))
    return mistakes


def _camera_mistakes(settings: SiteSettings, folder: Path) -> Iterator[tuple[Place, str]]:
    for index, camera in enumerate(settings.cameras):
        if (camera.is_file or camera.is_loop) and (what := _file_mistake(camera.path(folder), "file")) is not None:
            yield ("cameras", index, "url"), what


def _model_mistakes(settings: SiteSettings, folder: Path) -> Iterator[tuple[Place, str]]:
    embedder = settings.embedder
    if embedder.path is not None and embedder.kind is not EmbedderKind.JOINTLOSS:
        path = _resolved(folder, embedder.path)
        what = _file_mistake(path, "file")
        if what is None and path.suffix == ".xml":
            what = _file_mistake(path.with_suffix(".bin"), "file beside the .xml")
        if what is not None:
            yield ("embedder", "path"), what
    if settings.models_folder is not None and not _resolved(folder, settings.models_folder).is_dir():
        yield ("models_folder",), f"there is no folder {_resolved(folder, settings.models_folder)}; check the name"


def _file_mistake(path: Path, what: str) -> str | None:
    """Say what is wrong with a file that is to be read, None if nothing is."""
    try:
        if path.is_dir():
            return f"{path} is a folder; name a file"
        if not path.exists():
            return f"there is no {what} {path}; check the name"
        with path.open("rb"):
            return None
    except OSError as error:
        return f"{path} cannot be read ({error.strerror}); check its permissions"


def _resolved(folder: Path, path: Path) -> Path:
    return (folder / path.expanduser()).resolve()


def _lines(document: Document, mistakes: Iterable[tuple[Place, str]]) -> list[str]:
    """Return mistakes as one line each, in the order of the file."""
    return [
        _line(document, where, what) for where, what in sorted(mistakes, key=lambda one: _line_of(document, one[0]))
    ]


def _line_of(document: Document, where: Place) -> int:
    """Return the line of a place, or of what it would stand in."""
    return next(document.lines[where[:end]] for end in range(len(where), -1, -1) if where[:end] in document.lines)


def _line(document: Document, where: Place, what: str) -> str:
    """Return a mistake with the line of its place and without secrets."""
    start = f"{place(where)}: " if where else ""
    text = " ".join(f"{start}{what}".split())
    own = any(where == other[: len(where)] for other in document.substituted)
    # Longest first: a secret may be part of another one.
    for secret, name in sorted(document.secrets.items(), key=lambda item: -len(item[0])):
        if own or len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, f"${{{name}}}")
    return f"{text} (line {_line_of(document, where)})"
