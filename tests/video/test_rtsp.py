"""Cameras over a real RTSP server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from reid_app.config import VideoSettings
from reid_app.domain import CameraState, CameraStatus
from reid_app.video import CameraReader
from tests.rtsp import RtspServer, why_not
from tests.video.sources import Changes, make_reader

REASON = why_not()
pytestmark = pytest.mark.skipif(bool(REASON), reason=REASON)

VIDEO = VideoSettings(
    open_timeout=5, read_timeout=0.6, stale_after=0.3, offline_after=30, retry_first=0.05, retry_most=0.2
)
SOURCES = {"door": "pattern:160x120@25"}


class Watched:
    """A reader of the server's stream and its changes of state."""

    def __init__(self, url: str, video: VideoSettings = VIDEO) -> None:
        self.changes = Changes()
        self.reader: CameraReader = make_reader(url=url, video=video, on_change=self.changes)
        self.reader.start()

    def until(self, state: CameraState, *, after: int = 0) -> int:
        return self.changes.wait_for(lambda status: status.state is state, after=after)

    def until_reason(self, fits: Callable[[CameraStatus], bool], *, after: int = 0) -> int:
        return self.changes.wait_for(fits, after=after)

    def stop(self) -> None:
        self.reader.stop()


@pytest.fixture
def watch() -> Iterator[Callable[..., Watched]]:
    watched: list[Watched] = []

    def start(url: str, video: VideoSettings = VIDEO) -> Watched:
        watched.append(Watched(url, video))
        return watched[-1]

    yield start
    for each in watched:
        each.stop()


def test_a_stream_is_read_and_a_killed_server_is_found_again_at_another_size(watch: Callable[..., Watched]) -> None:
    with RtspServer(SOURCES) as server:
        camera = watch(server.urls["door"])
        live = camera.until(CameraState.LIVE)
        assert camera.reader.status().size == (160, 120)
    lost = camera.until(CameraState.STALE, after=live)
    with RtspServer({"door": "pattern:320x240@25"}, port=server.port):
        camera.until(CameraState.LIVE, after=lost)
        latest = camera.reader.latest()
        assert latest is not None
        assert latest.image.shape == (240, 320, 3)
        assert camera.reader.status().reconnects >= 1


def test_a_server_that_falls_silent_is_left_and_opened_again(watch: Callable[..., Watched]) -> None:
    with RtspServer(SOURCES) as server:
        camera = watch(server.urls["door"])
        live = camera.until(CameraState.LIVE)
        server.order("stall door")
        stale = camera.until(CameraState.STALE, after=live)
        left = camera.until_reason(lambda status: status.retry_ns is not None, after=stale)
        assert camera.changes.seen[left - 1].state is CameraState.STALE
        server.order("resume door")
        camera.until(CameraState.LIVE, after=left)


def test_a_stream_that_is_taken_away_comes_back(watch: Callable[..., Watched]) -> None:
    with RtspServer(SOURCES) as server:
        camera = watch(server.urls["door"])
        live = camera.until(CameraState.LIVE)
        server.order("drop door")
        lost = camera.until_reason(lambda status: "does not exist there" in status.reason, after=live)
        server.order("restore door")
        camera.until(CameraState.LIVE, after=lost)


def test_the_password_is_used_and_never_shown(watch: Callable[..., Watched]) -> None:
    with RtspServer(SOURCES, login=("admin", "s3cret")) as server:
        address = f"127.0.0.1:{server.port}/door"
        right = watch(f"rtsp://admin:s3cret@{address}")
        right.until(CameraState.LIVE)
        wrong = watch(f"rtsp://admin:wr0ng@{address}")
        wrong.until(CameraState.OFFLINE)
        reason = wrong.reader.status().reason
        assert reason.startswith(f"rtsp://***@{address} refuses user name or password")
        assert "wr0ng" not in repr((wrong.changes.seen, wrong.reader.history()))


def test_stop_does_not_wait_for_the_server(watch: Callable[..., Watched]) -> None:
    with RtspServer(SOURCES) as server:
        camera = watch(server.urls["door"])
        camera.until(CameraState.LIVE)
        assert camera.reader.stop(timeout=10)
