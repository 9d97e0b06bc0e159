"""Reading YAML with the line of every value, and nothing that a site file does not need.

Values are those of ``yaml.safe_load``, but a key that stands twice is a mistake
(YAML's rule is that the last one silently wins), and a file that unfolds to
something huge is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from reid_app.config.names import Place
from reid_app.errors import SettingsError

MOST_BYTES = 1_000_000
"""Largest site file."""

MOST_VALUES = 50_000
"""Most values in a site file, those that aliases repeat included."""

DEEPEST = 30
"""Most levels of nesting."""

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(slots=True)
class Document:
    """What stands in a YAML file.

    Attributes:
        data: Mappings, lists and plain values.
        lines: Line, from 1, of every place.
        mistakes: What is wrong, with its place.
        secrets: Values that came from the environment, with the name of the variable:
            they are not shown.
        substituted: Places that hold such values.
    """

    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    mistakes: list[tuple[Place, str]] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)
    substituted: set[Place] = field(default_factory=set)


def read_text(path: Path) -> str:
    """Return the text of a site file.

    Raises:
        SettingsError: There is no such file, or it is no text.
    """
    if path.is_dir():
        raise SettingsError(f"{path} is a folder; name the site file in it.")
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise SettingsError(f"There is no file {path}; check the name.") from None
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror}); check its permissions.") from error
    if len(data) > MOST_BYTES:
        raise SettingsError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB; is it a site file?")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise SettingsError(f"{path} is not a text file in UTF-8; is it a site file?")
    return text


def parse(text: str, path: Path, environ: Mapping[str, str]) -> Document:
    """Read YAML; ``${NAME}`` within a text is replaced by the environment's value, ``$${`` stays ``${``.

    Args:
        text: The text of the file.
        path: Its name, for messages.
        environ: The environment.

    Raises:
        SettingsError: It is no YAML at all, or unfolds to too much.
    """
    try:
        _check_depth(text, path)
        loader = yaml.SafeLoader(text)
        return _Reader(loader, path, environ).read(loader.get_single_node())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""
        problem = error.problem or error.context or "it cannot be read"
        raise SettingsError(f"{path}{where}: this is no YAML: {problem}.") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: this is no YAML: {str(error).splitlines()[0]}.") from error


def _check_depth(text: str, path: Path) -> None:
    """Refuse deep nesting before anything recurses into it."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise SettingsError(f"{path} is nested more than {DEEPEST} levels deep; is it a site file?")


class _Reader:
    """Turns nodes into values, counting them."""

    def __init__(self, loader: yaml.SafeLoader, path: Path, environ: Mapping[str, str]) -> None:
        self._loader = loader
        self._path = path
        self._environ = environ
        self._count = 0
        self._document = Document()

    def read(self, node: yaml.Node | None) -> Document:
        if node is not None:
            self._document.data = self._value(node, ())
        return self._document

    def _value(self, node: yaml.Node, where: Place) -> Any:
        self._count += 1
        if self._count > MOST_VALUES:
            raise SettingsError(f"{self._path} unfolds to more than {MOST_VALUES} values; is it a site file?")
        if len(where) > DEEPEST:
            raise SettingsError(f"{self._path} is nested more than {DEEPEST} levels deep; is it a site file?")
        self._document.lines.setdefault(where, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*where, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, where)

    def _mapping(self, node: yaml.MappingNode, where: Place) -> dict[str, Any]:
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if key_node.tag == "tag:yaml.org,2002:merge":
                merged |= self._merged(value_node, where)
                continue
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str):
                self._document.mistakes.append((where, f"line {line} has a key that is not a plain word"))
                continue
            place = (*where, key)
            if key in own:
                first = self._document.lines[place]
                self._document.mistakes.append((place, f"stands twice, in line {first} and in line {line}; keep one"))
                continue
            self._document.lines[place] = line
            own[key] = self._value(value_node, place)
        return merged | own

    def _merged(self, node: yaml.Node, where: Place) -> dict[str, Any]:
        """Return the settings that ``<<`` takes over; of several, the first one's count."""
        found = self._value(node, (*where, "<<"))
        several = found if isinstance(found, list) else [found]
        if not all(isinstance(one, dict) for one in several):
            self._document.mistakes.append((where, "`<<` takes over settings from elsewhere; name a group of settings"))
            return {}
        return {key: value for one in reversed(several) for key, value in one.items()}

    def _scalar(self, node: yaml.Node, where: Place) -> Any:
        try:
            value = self._loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError):
            tag = str(node.tag).replace("tag:yaml.org,2002:", "!!")
            self._document.mistakes.append((where, f"cannot be read as {tag}; put it in quotes if it is a text"))
            return None
        return self._substituted(value, where) if isinstance(value, str) else value

    def _substituted(self, text: str, where: Place) -> str:
        def replacement(found: re.Match[str]) -> str:
            if found.start() > 0 and text[found.start() - 1] == "$":
                return found.group()
            name = found.group(1)
            value = self._environ.get(name)
            if not _VARIABLE_NAME.fullmatch(name):
                what = "has ${...} without the name of an environment variable in it; for a plain ${ write $${"
                self._document.mistakes.append((where, what))
            elif value is None:
                what = f"needs the environment variable {name}, which is not set; set it before the start"
                self._document.mistakes.append((where, what))
            else:
                if value:
                    self._document.secrets[value] = name
                    self._document.substituted.add(where)
                return value
            return ""

        return _VARIABLE.sub(replacement, text).replace("$${", "${")
