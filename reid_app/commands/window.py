"""Opens the window on a site."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from reid_app.config.load import load_site
from reid_app.errors import ReidAppError

_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def why_no_window(environ: Mapping[str, str] = os.environ) -> str:
    """Say why no window can be opened here, in half a sentence; empty when one can."""
    if importlib.util.find_spec("PyQt6") is None:
        return "the window needs PyQt6; install reid-app[gui]"
    if sys.platform == "linux" and not any(map(environ.get, _DISPLAYS)):
        return "there is no display for the window"
    return ""


def run_with_window(path: Path) -> int:
    """Open the window on a site file; the site stops when the window is closed.

    Returns:
        The exit code.

    Raises:
        ReidAppError: The site file is wrong, or there can be no window.
    """
    file = load_site(path)
    if why := why_no_window():
        raise ReidAppError(f"{why}; add --headless to run without one")

    from reid_app.gui import run_window
    from reid_app.runtime.logs import learn_secrets
    from reid_app.runtime.site import Report, Site

    learn_secrets(file.settings)
    with ExitStack() as stack:

        def open_site(report: Report) -> Site:
            site = stack.enter_context(Site.open(file, report))
            stack.enter_context(site.endpoint())
            site.start()
            return site

        return run_window(open_site, file.path)
