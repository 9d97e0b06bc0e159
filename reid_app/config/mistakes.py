"""pydantic's errors in the words of whoever writes a site file."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from reid_app.config.names import Place
from reid_app.config.settings import SiteSettings

_PLAIN: Mapping[str, str] = {
    "missing": "is missing",
    "string_type": "must be text; put it in quotes",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number that is not infinite",
    "path_type": "must be a path",
    "tuple_type": "must be a list, written [a, b] or one entry a line after a -",
    "list_type": "must be a list, written [a, b] or one entry a line after a -",
    "model_type": "must be a group of settings, written `name: value`, one a line and further in",
    "model_attributes_type": "must be a group of settings, written `name: value`, one a line and further in",
    "dict_type": "must be a group of settings, written `name: value`, one a line and further in",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be {le} or less",
    "multiple_of": "must be a multiple of {multiple_of}",
    "string_too_short": "must have {min_length} characters or more",
    "string_too_long": "must have {max_length} characters or fewer",
    "too_short": "must have {min_length} entries or more",
    "too_long": "must have {max_length} entries or fewer",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
}
"""What each type of error says; the names in braces are pydantic's."""

_TIME = "must be a time such as 2026-01-31T08:00:00+01:00"


def rephrase(error: ErrorDetails) -> str:
    """Say what is wrong, without the value that is."""
    kind = error["type"]
    if kind == "value_error":
        return str(error.get("ctx", {}).get("error", error["msg"]))
    if kind == "extra_forbidden":
        return _unknown(error["loc"])
    if error.get("input", "") is None and kind in {"model_type", "tuple_type", "dict_type"}:
        return "is empty; leave it out or put something under it"
    if kind.startswith(("datetime", "date_", "timezone")):
        return _TIME
    if kind in _PLAIN:
        return _PLAIN[kind].format(**{name: _shown(value) for name, value in error.get("ctx", {}).items()})
    return f"is not valid: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _shown(value: Any) -> str:
    """Write a bound as people do: 30, not 30.0; ``'a' or 'b'`` without quotes."""
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).replace("'", "")


def _unknown(where: Place) -> str:
    """Say that a key is no setting, and which one may be meant."""
    names = sorted(_section_at(SiteSettings, where[:-1]).model_fields)
    close = difflib.get_close_matches(str(where[-1]), names, n=1)
    return f"is no setting; did you mean {close[0]!r}?" if close else f"is no setting; there are {', '.join(names)}"


def _section_at(section: type[BaseModel], where: Iterable[str | int]) -> type[BaseModel]:
    for step in where:
        if isinstance(step, str):
            inner = section_of(section.model_fields[step].annotation)
            assert inner is not None, f"pydantic put a mistake below {step}, which holds no settings"
            section = inner
    return section


def section_of(annotation: Any) -> type[BaseModel] | None:
    """Return the section within a field's type, such as ``tuple[CameraSettings, ...]``; None if there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (section_of(argument) for argument in get_args(annotation))
    return next((section for section in inner if section is not None), None)


def choices_of(annotation: Any) -> tuple[str, ...]:
    """Return the values of the enumeration within a field's type, in order; none if there is none."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(str(member.value) for member in annotation)
    inner = (choices_of(argument) for argument in get_args(annotation))
    return next((choices for choices in inner if choices), ())
