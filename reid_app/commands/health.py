"""Asks a running site how it is, for scripts."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from reid_app.config import MetricsSettings
from reid_app.config.load import load_site
from reid_app.errors import ReidAppError

WELL, NO_ANSWER, DEGRADED, FAILED = 0, 2, 3, 4
"""Exit codes; 1 stays a site file with mistakes."""

TIMEOUT = 5.0

_CODES = {"well": WELL, "degraded": DEGRADED, "failed": FAILED}
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  where to ask a site that listens there


def ask_health(path: Path, *, as_json: bool = False) -> int:
    """Print how the site of a site file is.

    Returns:
        0: it is well; 3: something is wrong; 4: nothing is seen any more.

    Raises:
        SettingsError: The site file has mistakes (exit code 1).
        ReidAppError: No answer: it does not run, or has no metrics (exit code 2).
    """
    file = load_site(path)
    found = _ask(file.settings.metrics)
    if found.get("site") != file.settings.name:
        raise ReidAppError(
            f"another site, {str(found.get('site'))!r}, answers on port {file.settings.metrics.port}; "
            "give each its own metrics.port"
        )
    if as_json:
        print(json.dumps(found, indent=2))  # noqa: T201  it is what was asked for
    else:
        console = Console(highlight=False, soft_wrap=True)
        console.print(f"{escape(str(found['site']))}: {escape(str(found['condition']))}")
        for problem in found["problems"]:
            console.print(f"  {escape(str(problem))}")
    return _CODES[str(found["condition"])]


def _ask(settings: MetricsSettings) -> dict[str, Any]:
    if settings.port is None:
        raise ReidAppError("the site file switches metrics off (metrics.port: null), so nobody can be asked")
    host = _ANYWHERE.get(settings.host, settings.host)
    url = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/health"
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
            found: dict[str, Any] = json.load(answer)
    except (OSError, ValueError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise ReidAppError(f"no answer from {url} ({reason}); the site does not run, or not on this machine") from None
    return found
