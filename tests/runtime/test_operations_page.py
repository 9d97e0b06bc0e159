"""docs/operations.md tells of every state, every metric and every message of the log, and of no others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from reid_app.domain import CameraState
from reid_app.runtime.health import Condition
from reid_app.runtime.supervisor import PartState
from tests.runtime.world import World

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text()
TOOLS = {"train", "evaluate", "demo_site", "bench"}
"""Rooms that do not run with a site; what they log is their own affair."""


def section(heading: str) -> str:
    """Return the part of the page below a heading."""
    return PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def first_cells(heading: str) -> list[str]:
    """Return the first cells of the table below a heading, without its head."""
    rows = [line.split(" | ")[0].removeprefix("| ") for line in section(heading).splitlines() if line.startswith("| ")]
    return rows[1:]


def messages() -> Iterator[tuple[str, str]]:
    """Yield where something is logged, and what: with ``X`` for what is filled in."""
    for path in sorted((ROOT / "reid_app").rglob("*.py")):
        if path.relative_to(ROOT / "reid_app").parts[0] in TOOLS:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="log" | "_log" | "logger"), attr=level), args=[first, *_]
                ) if level in {"info", "warning", "error", "exception", "critical"}:
                    assert isinstance(first, ast.Constant), f"{path}:{node.lineno}: a message begins with fixed words"
                    yield f"{path.name}:{node.lineno}", re.sub(r"%[\d.]*[a-z]", "X", str(first.value))


def test_every_message_of_the_log_is_told_of() -> None:
    told = [text for cell in first_cells("Log") for text in re.findall(r"`([^`]+)`", cell)]
    assert len(told) > 20
    used = {f"{state.value}: ..." for state in CameraState}
    for where, message in messages():
        found = [text for text in told if fnmatchcase(message, re.sub(r"[.]{3}", "*", text) + "*")]
        assert found, f"{where}: {message!r} is not in docs/operations.md"
        used.update(found)
    assert set(told) <= used, "no message is told of that is never written"


def test_every_metric_is_told_of(world: World) -> None:
    world.walk("door", 1, 1)
    given = set()
    for line in world.site.telemetry.text().decode().splitlines():
        if line.startswith("# TYPE reid_"):
            name, kind = line.split()[2:]
            if not name.endswith("_created"):
                given.add((name, kind))
    assert len(given) > 15
    told = {name for cell in first_cells("Metrics") for name in re.findall(r"`(reid_\w+)", cell)}
    assert told == {name for name, _ in given}


@pytest.mark.parametrize(
    ("heading", "states"),
    [
        ("States of a camera", [state.value for state in CameraState]),
        ("Parts and their supervisor", [state.value for state in PartState]),
    ],
)
def test_every_state_is_told_of(heading: str, states: list[str]) -> None:
    assert [cell.strip("`") for cell in first_cells(heading)] == states


def test_every_condition_is_told_of() -> None:
    meanings = section("Is it well?")
    assert all(f"| {condition.value}" in meanings for condition in Condition)
