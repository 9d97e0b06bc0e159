"""What is installed is what the project says it needs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def named(requirement: str) -> str:
    """The name of a requirement as package indexes compare it."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


LOCKED = {named(line) for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines() if line.strip()}


@pytest.mark.parametrize("extra", ["", *(name for name in EXTRAS if name not in {"all", "render"})])
def test_the_lock_file_has_every_dependency_but_those_of_the_renderer(extra: str) -> None:
    wanted = EXTRAS[extra] if extra else PROJECT["dependencies"]
    assert sorted({named(one) for one in wanted} - LOCKED) == []
