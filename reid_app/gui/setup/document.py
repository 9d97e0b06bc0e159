"""The site file as a document that can be changed and still keeps its comments and its order."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from reid_app.config.load import validate_site
from reid_app.errors import SettingsError

Where = tuple[str | int, ...]
"""A place in the file, for example ``("cameras", 1, "name")``."""


class SiteDocument:
    """A site file that is being changed; nothing is written before :meth:`save`.

    Args:
        path: The file.

    Raises:
        SettingsError: It cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path} cannot be read ({error}); check the file.") from error
        self._yaml = YAML()
        self._yaml.preserve_quotes = True
        self._yaml.width = 4096
        if "\n  - " in text:
            self._yaml.indent(mapping=2, sequence=4, offset=2)
        try:
            data = self._yaml.load(text)
        except YAMLError as error:
            raise SettingsError(f"{path} is not valid YAML; mend it in an editor first. {error}") from error
        if not isinstance(data, CommentedMap):
            raise SettingsError(f"{path} is no site file: it must hold `name: value` settings.")
        self._data = data

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def get(self, where: Where) -> Any:
        """Return what stands at a place as plain data, None where there is nothing."""
        here: Any = self._data
        for key in where:
            try:
                here = here[key]
            except (KeyError, IndexError, TypeError):
                return None
        return _plain(here)

    def set(self, where: Where, value: Any) -> None:
        """Write a value to a place; None takes it out, so that the default holds.

        What is the same already stays as it is written, with its comments.
        """
        if self.get(where) == value:
            return
        here: Any = self._data
        for key in where[:-1]:
            if isinstance(here, CommentedMap) and (key not in here or here[key] is None):
                if value is None:
                    return
                here[key] = CommentedMap()
            here = here[key]
        old = here.get(where[-1]) if isinstance(here, CommentedMap) else None
        if value is None:
            here.pop(where[-1], None)
        elif isinstance(old, CommentedSeq) and isinstance(value, list):
            _change_list(old, value)
        else:
            here[where[-1]] = _written(value)

    def cameras(self) -> list[dict[str, Any]]:
        """Return the cameras as they are written."""
        found = self.get(("cameras",))
        return found if isinstance(found, list) else []

    def add_camera(self, values: Mapping[str, Any]) -> int:
        """Add a camera; return its place in the list."""
        cameras = self._data.setdefault("cameras", CommentedSeq())
        cameras.append(CommentedMap(values))
        return len(cameras) - 1

    def remove_camera(self, index: int) -> None:
        """Take a camera out."""
        del self._data["cameras"][index]

    def text(self) -> str:
        """Return the file as it would be written."""
        out = io.StringIO()
        self._yaml.dump(self._data, out)
        return out.getvalue()

    def save(self, text: str | None = None) -> Sequence[str]:
        """Check the settings and write the file, in one step.

        Args:
            text: What :meth:`text` gave; None is what it gives now.

        Returns:
            What is wrong with them, one line each with its place; then nothing is written.

        Raises:
            SettingsError: The file cannot be written.
        """
        try:
            with tempfile.NamedTemporaryFile(
                "w",
                encoding="utf-8",
                dir=self._path.parent,
                prefix=f".{self._path.stem}-",
                suffix=".yaml",
                delete=False,
            ) as file:
                file.write(self.text() if text is None else text)
                draft = Path(file.name)
        except OSError as error:
            raise SettingsError(f"{self._path} cannot be written ({error.strerror}); check the folder.") from error
        try:
            mistakes = validate_site(draft)
            if not mistakes:
                if self._path.exists():
                    draft.chmod(self._path.stat().st_mode)
                os.replace(draft, self._path)  # noqa: PTH105  # the one call that is atomic on every system
        except OSError as error:
            raise SettingsError(f"{self._path} cannot be written ({error.strerror}); check the folder.") from error
        finally:
            draft.unlink(missing_ok=True)
        return mistakes


def _change_list(old: CommentedSeq, new: Sequence[Any]) -> None:
    """Make ``old`` say ``new``; entries that stay keep their comments."""
    now = [repr(_plain(item)) for item in old]
    steps = SequenceMatcher(None, now, [repr(item) for item in new], autojunk=False).get_opcodes()
    for what, first, last, new_first, new_last in reversed(steps):
        if what == "equal":
            continue
        changed = min(last - first, new_last - new_first)
        for place in range(changed):
            old[first + place] = _on_one_line(new[new_first + place])
        for place in reversed(range(first + changed, last)):
            del old[place]
        for place in range(new_first + changed, new_last):
            old.insert(first + place - new_first, _on_one_line(new[place]))


def _written(value: Any) -> Any:
    """Return a value as it is written: what is within the entries of a list goes on one line."""
    if not isinstance(value, list):
        return value
    entries = CommentedSeq(value)
    if not any(isinstance(item, list) for item in value):
        entries.fa.set_flow_style()
        return entries
    for place, item in enumerate(value):
        entries[place] = _on_one_line(item)
    return entries


def _on_one_line(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    inner = CommentedSeq(_on_one_line(item) for item in value)
    inner.fa.set_flow_style()
    return inner


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
