"""Starts the RTSP server of :mod:`reid_app.demo_site.rtsp_server` under the system's Python."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from reid_app.errors import SourceError

SYSTEM_PYTHON = Path("/usr/bin/python3")
"""The Python that Debian's GStreamer bindings belong to."""

PACKAGES = (
    "python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good "
    "gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly"
)
"""Debian packages that the server needs."""


class RtspCameras:
    """Files served as live cameras until closed; a context manager.

    Args:
        sources: Name of each camera to its source: an H.264 file, or ``pattern:640x360@25``.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.

    Raises:
        SourceError: The server could not start; the message says why.
    """

    def __init__(self, sources: Mapping[str, str], *, host: str = "127.0.0.1", port: int = 8554) -> None:
        script = Path(__file__).with_name("rtsp_server.py")
        command = [str(SYSTEM_PYTHON), "-I", str(script), "--host", host, "--port", str(port)]
        command += [f"{name}={source}" for name, source in sources.items()]
        quiet = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "LD_", "GST_"))}
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=quiet
            )
        except OSError as error:
            raise SourceError(
                f"{SYSTEM_PYTHON} cannot run the RTSP server ({error.strerror}); install Debian's {PACKAGES}"
            ) from error
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SourceError(self._why_not())
        self.urls: dict[str, str] = json.loads(line)["urls"]
        """Address of each camera by name."""

    def _why_not(self) -> str:
        _, complaint = self._process.communicate()
        last = (complaint.strip().splitlines() or ["no reason given"])[-1]
        if "gi" in complaint and ("ModuleNotFoundError" in complaint or "not available" in complaint):
            return f"the RTSP server needs GStreamer's bindings ({last}); install Debian's {PACKAGES}"
        return f"the RTSP server could not start: {last}; choose another port, or check the files"

    def order(self, command: str) -> None:
        """Have the server behave badly or well again: ``stall``, ``resume``, ``drop`` or ``restore`` and a name.

        Raises:
            SourceError: It does not obey.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if json.loads(answer or "{}") != {"done": command}:
            raise SourceError(f"the RTSP server did not obey {command!r}: {answer.strip()}")

    @property
    def running(self) -> bool:
        """Whether the server is still there."""
        return self._process.poll() is None

    def wait(self) -> int:
        """Wait until the server ends by itself; returns its exit code."""
        return self._process.wait()

    def close(self) -> None:
        """End the server; may be called twice."""
        if self.running:
            self._process.terminate()
        self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
