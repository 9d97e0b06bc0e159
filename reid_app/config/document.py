"""The page of docs about the site file, drawn from the settings themselves.

``python -m reid_app.config.document docs/configuration.md`` writes it anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen, MultipleOf
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from reid_app.config.mistakes import choices_of, section_of
from reid_app.config.settings import SiteSettings
from reid_app.config.shapes import Polygon

_HEAD = """\
# The site file

<!-- Written by `python -m reid_app.config.document docs/configuration.md` from the settings. -->

A site file is YAML. The smallest one names the cameras; everything else has a default:

```yaml
cameras:
  - {name: a, url: a.mp4}
  - {name: b, url: b.mp4}
```

- Relative paths are taken from the folder of the site file.
- `${NAME}` within a text is replaced by the environment variable `NAME`; that is where passwords belong. A plain `${`
  is written `$${`.
- A name that is no setting, or one that stands twice, is a mistake. `reid-app validate SITE.yaml` prints every mistake
  with its place and its line, and checks that the files are there.

[configs/site.example.yaml](../configs/site.example.yaml) shows every setting in its place.
"""

_KINDS: dict[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    Path: "path",
    SecretStr: "text",
}
"""What types are called on the page."""


def page() -> str:
    """Return the page as Markdown."""
    return "\n".join([_HEAD, *_section(SiteSettings, "", "The whole file")]).rstrip() + "\n"


def _section(section: type[BaseModel], prefix: str, title: str) -> Iterator[str]:
    """Yield the lines about a section, then those about the sections within it."""
    yield f"## {f'`{prefix}`' if prefix else title}"
    yield ""
    yield _sentence(section)
    yield ""
    yield "| setting | kind | default | meaning |"
    yield "|---|---|---|---|"
    inner: list[tuple[type[BaseModel], str, str]] = []
    for name, field in section.model_fields.items():
        meaning = _cell(f"**{field.title}.** {field.description}")
        yield f"| `{name}` | {_cell(_kind(field))} | {_cell(_default(field))} | {meaning} |"
        if (below := section_of(field.annotation)) is not None:
            many = "[]" if get_origin(_bare(field.annotation)) is tuple else ""
            inner.append((below, f"{prefix}.{name}{many}".removeprefix("."), str(field.title)))
    yield ""
    for below, place, below_title in inner:
        yield from _section(below, place, below_title)


def _sentence(section: type[BaseModel]) -> str:
    return (section.__doc__ or "").strip().splitlines()[0]


def _cell(text: str) -> str:
    """Make a text fit a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def _bare(annotation: Any) -> Any:
    """Return a type without its ``| None``."""
    if get_origin(annotation) in {Union, UnionType}:
        return next(argument for argument in get_args(annotation) if argument is not NoneType)
    return annotation


def _kind(field: FieldInfo) -> str:
    annotation = _bare(field.annotation)
    bounds = _bounds(field)
    return _kind_of(annotation) + (f", {bounds}" if bounds else "")


def _kind_of(annotation: Any) -> str:
    annotation = _bare(annotation)
    if annotation == Polygon:
        return "areas of 3 to 64 corners `[x, y]`, numbers from 0 to 1"
    if choices := choices_of(annotation):
        return " or ".join(f"`{choice}`" for choice in choices)
    if get_origin(annotation) is tuple:
        arguments = get_args(annotation)
        if arguments[-1] is Ellipsis:
            return f"list of {_kind_of(arguments[0])}"
        return f"list of {len(arguments)}: {_kind_of(arguments[0])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "settings, see below"
    metadata = getattr(annotation, "__metadata__", ())
    if metadata:
        bounds = ", ".join(_bounds(said) for said in metadata if isinstance(said, FieldInfo))
        return ", ".join(part for part in (_kind_of(get_args(annotation)[0]), bounds) if part)
    return _KINDS.get(annotation, "time" if getattr(annotation, "__name__", "") == "datetime" else str(annotation))


def _bounds(field: FieldInfo) -> str:
    """Return the bounds of a field in words."""
    words = []
    for bound in field.metadata:
        match bound:
            case Gt(limit):
                words.append(f"above {limit}")
            case Ge(limit):
                words.append(f"from {limit}")
            case Lt(limit):
                words.append(f"below {limit}")
            case Le(limit):
                words.append(f"to {limit}")
            case MultipleOf(step):
                words.append(f"a multiple of {step}")
            case MinLen(count):
                words.append(f"at least {count}")
            case MaxLen(count):
                words.append(f"at most {count}")
            case _:
                pass
    return ", ".join(words)


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is PydanticUndefined:
        return "must be given"
    if value is None:
        return "left out"
    if isinstance(value, BaseModel):
        return "all defaults"
    if isinstance(value, Enum):
        return f"`{value.value}`"
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, tuple):
        return "none" if not value else f"`{list(value)}`"
    return f"`{value:,.10g}`".replace(",", "") if isinstance(value, float) else f"`{value}`"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(page(), encoding="utf-8")
    else:
        sys.stdout.write(page())
