"""Serves the demo site's clips as RTSP cameras until it is interrupted."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from reid_app.demo_site.clips import clip_files, demo_folder, live_values, write_site_values
from reid_app.demo_site.rtsp import RtspCameras
from reid_app.errors import SourceError

INTERRUPTED = 130


def serve_demo(*, host: str = "127.0.0.1", port: int = 8554, site_file: Path | None = None) -> int:
    """Serve the clips, looping, one stream each for all who watch.

    Args:
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        site_file: Where to write a site file for these cameras, if anywhere.

    Returns:
        130: it only ends when it is interrupted.

    Raises:
        SourceError: The server cannot start, or ended by itself.
        SettingsError: The demo site is not there.
    """
    clips = demo_folder()
    console = Console(highlight=False)
    with RtspCameras(clip_files(clips), host=host, port=port) as cameras:
        for name, url in cameras.urls.items():
            console.print(f"{escape(name)}: {escape(url)}", soft_wrap=True)
        if site_file is not None:
            _write_site(clips, cameras.urls, site_file)
            console.print(f"watch them with: reid-app run {escape(str(site_file))}", soft_wrap=True)
        console.print("serving until interrupted (Ctrl+C)")
        try:
            with _interruptible():
                code = cameras.wait()
        except KeyboardInterrupt:
            return INTERRUPTED
    raise SourceError(f"the RTSP server ended by itself with code {code}; start it again")


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let SIGINT and SIGTERM interrupt the block: shells start background jobs with SIGINT ignored."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _write_site(clips: Path, urls: dict[str, str], path: Path) -> None:
    try:
        write_site_values(live_values(clips, urls), path, "The demo site's cameras as served by `reid-app demo-rtsp`.")
    except OSError as error:
        raise SourceError(f"{path} cannot be written ({error.strerror}); choose another place") from error
