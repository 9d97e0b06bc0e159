"""A real RTSP server for tests: the one that serves the demo site's clips, run with the system's Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

import reid_app

SCRIPT = Path(reid_app.__file__).parent / "demo_site" / "rtsp_server.py"
PYTHON = "/usr/bin/python3"
PACKAGES = (
    "python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good "
    "gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly"
)

_PROBE = """
import gi
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst, GstRtspServer
Gst.init(None)
raise SystemExit(not all(Gst.ElementFactory.find(name) for name in ("x264enc", "h264parse", "rtph264pay", "qtdemux")))
"""


def why_not() -> str:
    """Say why no RTSP server can be started here; empty when one can."""
    able = shutil.which(PYTHON) is not None
    if not able or subprocess.run([PYTHON, "-c", _PROBE], capture_output=True, check=False).returncode != 0:
        return f"no RTSP server on this machine: apt-get install {PACKAGES}"
    return ""


class RtspServer:
    """An RTSP server on loopback.

    Args:
        sources: What it serves by name: ``pattern:320x240@15`` or the path of an H.264 file.
        port: 0 takes a free one; a restarted server takes the port of the one before.
        login: User name and password that it asks for.
    """

    def __init__(self, sources: dict[str, str], *, port: int = 0, login: tuple[str, str] | None = None) -> None:
        command = [PYTHON, str(SCRIPT), "--port", str(port)]
        environment = dict(os.environ)
        if login is not None:
            command += ["--user", login[0]]
            environment["RTSP_PASSWORD"] = login[1]
        command += [f"{name}={source}" for name, source in sources.items()]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        started = self._answer()
        self.port = int(str(started["port"]))
        self.urls: dict[str, str] = dict(started["urls"])  # type: ignore[call-overload]

    def order(self, command: str) -> None:
        """Give a command such as ``stall NAME`` and wait until it is obeyed."""
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        assert self._answer() == {"done": command}

    def kill(self) -> None:
        """End it without a word to its clients."""
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def _answer(self) -> dict[str, object]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the RTSP server ended"
        answer: dict[str, object] = json.loads(line)
        return answer
