"""What the tests of the demo site share."""

from __future__ import annotations

from pathlib import Path

import pytest

from reid_app.demo_site.clips import demo_folder


@pytest.fixture(scope="session")
def folder() -> Path:
    """The folder of the demo site's clips."""
    return demo_folder()
