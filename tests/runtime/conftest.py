from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A site of two cameras in which nobody walked yet."""
    made = World(tmp_path)
    yield made
    made.site.stop()
