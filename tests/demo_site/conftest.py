"""What the tests of the demo site share."""

from __future__ import annotations

from pathlib import Path

import pytest

from reid_app.demo_site.clips import demo_folder
from reid_app.errors import SettingsError


@pytest.fixture(scope="session")
def folder() -> Path:
    """The folder of the demo site's clips."""
    try:
        return demo_folder()
    except SettingsError as error:
        pytest.skip(f"the clips are not in this checkout: {error}")
