"""What the set-up dialog must know of a setting, read from the settings themselves."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined


class Kind(enum.Enum):
    """How a setting is edited."""

    SWITCH = "switch"
    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"
    SECRET = "secret"  # noqa: S105  # a kind of field
    SECTION = "section"
    YAML = "yaml"


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One setting as the dialog draws it.

    Attributes:
        name: Its key in the site file.
        title: What it is called.
        description: What it does.
        kind: How it is edited.
        choices: Values of a choice.
        bounds: Its bounds in words that need no translation ("0 ... 1", "> 0"), or empty.
        default: The default as text, empty where there is none.
        required: Whether it must be given.
        whole: Whether a number must be whole.
        section: The settings of a section.
        origin_only: Whether of a secret only the host may be shown.
    """

    name: str
    title: str
    description: str
    kind: Kind
    choices: tuple[str, ...] = ()
    bounds: str = ""
    default: str = ""
    required: bool = False
    whole: bool = False
    section: type[BaseModel] | None = None
    origin_only: bool = False


def plan(model: type[BaseModel]) -> tuple[FieldPlan, ...]:
    """Return the plan of each setting of a section, in order."""
    return tuple(_plan(name, info) for name, info in model.model_fields.items())


def _plan(name: str, info: FieldInfo) -> FieldPlan:
    kinds, metadata = _unfold(info.annotation)
    metadata += list(info.metadata)
    title, description = info.title or name, info.description or ""
    required = info.is_required()
    bounds, default = _bounds(metadata), _default(info)
    only = kinds[0] if len(kinds) == 1 else None
    if only is bool:
        return FieldPlan(name, title, description, Kind.SWITCH, default=default, required=required)
    if isinstance(only, type) and issubclass(only, enum.Enum):
        choices = tuple(str(member.value) for member in only)
        return FieldPlan(name, title, description, Kind.CHOICE, choices, default=default, required=required)
    if only in (int, float):
        whole = only is int
        return FieldPlan(name, title, description, Kind.NUMBER, (), bounds, default, required, whole)
    if only is SecretStr:
        said = info.json_schema_extra
        origin_only = isinstance(said, dict) and said.get("shown") == "origin"
        return FieldPlan(name, title, description, Kind.SECRET, required=required, origin_only=origin_only)
    if isinstance(only, type) and issubclass(only, BaseModel):
        return FieldPlan(name, title, description, Kind.SECTION, required=required, section=only)
    if only is not None and get_origin(only) is None:
        return FieldPlan(name, title, description, Kind.TEXT, default=default, required=required)
    return FieldPlan(name, title, description, Kind.YAML, default=default, required=required)


def _unfold(annotation: Any) -> tuple[list[Any], list[Any]]:
    """Return the types of a union without None, and what ``Annotated`` says of them."""
    if get_origin(annotation) in (Union, UnionType):
        kinds: list[Any] = []
        metadata: list[Any] = []
        for part in get_args(annotation):
            if part is not type(None):
                inner, said = _unfold(part)
                kinds += inner
                metadata += said
        return kinds, metadata
    if hasattr(annotation, "__metadata__"):
        inner, said = _unfold(annotation.__origin__)
        return inner, [*said, *annotation.__metadata__]
    return [annotation], []


def _bounds(metadata: list[Any]) -> str:
    low = high = step = ""
    flat: list[Any] = []
    for item in metadata:
        flat += item.metadata if isinstance(item, FieldInfo) else [item]
    for item in flat:
        if isinstance(item, annotated_types.Ge):
            low = f"≥ {item.ge}"
        elif isinstance(item, annotated_types.Gt):
            low = f"> {item.gt}"
        elif isinstance(item, annotated_types.Le):
            high = f"≤ {item.le}"
        elif isinstance(item, annotated_types.Lt):
            high = f"< {item.lt}"
        elif isinstance(item, annotated_types.MultipleOf):
            step = f"n × {item.multiple_of}"
    return ", ".join(part for part in (low, high, step) if part)


def _default(info: FieldInfo) -> str:
    value = info.default
    if value in (PydanticUndefined, None, ()) or isinstance(value, BaseModel):
        return ""
    if isinstance(value, enum.Enum):
        return str(value.value)
    return str(value).lower() if isinstance(value, bool) else str(value)
