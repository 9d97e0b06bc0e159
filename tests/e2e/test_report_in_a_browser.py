"""The report in a real browser: it is drawn, says nothing on the console, and asks nobody for anything."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from reid_app.config import CameraSettings, RecordsSettings
from reid_app.domain import Verdict
from reid_app.imaging import cv2
from reid_app.records.matchlog import Selection
from reid_app.records.records import Records
from reid_app.records.report import SitePlan, report_pieces
from tests.records.conftest import decision, sighting, update

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr",
)  # fmt: skip


class Server(ThreadingHTTPServer):
    """Serves one page and remembers what it was asked for."""

    def __init__(self, page: bytes) -> None:
        self.asked: list[str] = []
        server = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                self.send_response(200 if self.path == "/report.html" else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(page if self.path == "/report.html" else b"")

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        super().__init__(("127.0.0.1", 0), Answer)
        self.thread = threading.Thread(target=self.serve_forever)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def stop(self) -> None:
        self.shutdown()
        self.thread.join()
        self.server_close()


@pytest.fixture
def serve() -> Iterator[object]:
    servers: list[Server] = []

    def start(page: bytes) -> Server:
        servers.append(Server(page))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def look(server: Server, folder: Path) -> tuple[np.ndarray, list[str], str]:
    """Return a screenshot, what the browser wrote on its console, and the page as it then was."""
    shot = folder / "shot.png"
    assert CHROMIUM is not None
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={folder / 'profile'}", "--window-size=1240,1400"]
    command += [f"--screenshot={shot}", "--dump-dom", f"{server.address}/report.html"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)
    picture = cv2.imread(str(shot))
    assert picture is not None
    return picture, [line for line in done.stderr.splitlines() if "CONSOLE" in line], done.stdout


def page_of(folder: Path, name: str) -> bytes:
    """A report of two people in two cameras, everything in it called ``name``."""
    cameras = [CameraSettings.model_validate({"name": camera, "url": f"{camera}.mp4"}) for camera in ("a", "b")]
    with Records.open(RecordsSettings(), folder, cameras) as records:
        for camera, identity, frames in (("a", 1, range(30)), ("b", 1, range(50, 70)), ("b", 2, range(10, 90))):
            for frame in frames:
                records.write_track_update(update(camera, frame, (identity,)))
            key = update(camera, 0, (identity,)).boxes[0].track
            verdict = Verdict.ACCEPTED if frames[0] == 50 else Verdict.NEW
            records.write_decision(decision(key, identity, frames[-1] / 10, verdict, reason=name))
            records.write_sighting(sighting(key, frames[0], identity))
        records.write_name(1, name)
        records.flush()
        return b"".join(report_pieces(records, Selection(), SitePlan(name, ("a", "b"))))


def test_the_report_is_drawn_and_asks_nobody(tmp_path: Path, serve) -> None:  # type: ignore[no-untyped-def]
    trap = serve(b"")
    attack = (
        f"<img src='{trap.address}/img'><script>document.title='taken'</script><style>@import '{trap.address}/css';"
    )
    server = serve(page_of(tmp_path / "records", attack))
    picture, console, page = look(server, tmp_path)
    assert console == []
    assert server.asked == ["/report.html"]
    assert trap.asked == []
    assert "<title>taken" not in page
    assert picture.shape == (1400, 1240, 3)
    colours = {tuple(colour) for colour in picture[::7, ::7].reshape(-1, 3).tolist()}
    assert len(colours) > 50, "charts, bars and pictures are drawn"


def test_what_the_browser_complains_of_would_be_noticed(tmp_path: Path, serve) -> None:  # type: ignore[no-untyped-def]
    server = serve(b"<!DOCTYPE html><title>x</title><img src='/missing.png'><script>console.error('seen')</script>")
    _, console, _ = look(server, tmp_path)
    assert any("seen" in line for line in console)
    assert "/missing.png" in server.asked
