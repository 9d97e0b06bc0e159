"""A site of real RTSP cameras: identities while it runs, and an end when it is told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import pytest

from reid_app.config.load import load_site
from reid_app.domain import CameraState, Event
from reid_app.imaging import cv2
from reid_app.runtime.site import Site
from tests.e2e.conftest import FPS, SiteMaker
from tests.rtsp import RtspServer, why_not

REASON = why_not()
pytestmark = pytest.mark.skipif(bool(REASON), reason=REASON)


def _as_h264(source: Path, target: Path) -> Path:
    """Write a clip as a camera would send it: H.264 with a key frame each second."""
    capture = cv2.VideoCapture(str(source))
    with av.open(str(target), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"g": str(FPS), "bf": "0", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.time_base = Fraction(1, FPS)
        while (read := capture.read())[0]:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(read[1], format="bgr24")))
        container.mux(stream.encode(None))
    return target


@pytest.fixture(scope="module")
def server(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtspServer]:
    folder = tmp_path_factory.mktemp("rtsp")
    names = ("door", "yard")
    files = {name: str(_as_h264(clips / f"{name}.mp4", folder / f"{name}.mp4")) for name in names}
    with RtspServer(files) as running:
        yield running


class Watcher:
    """Waits for events of a site."""

    def __init__(self, site: Site) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()
        site.subscribe(self._take)

    def _take(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait_for_decisions(self, count: int, timeout: float) -> None:
        """Wait until the matcher decided ``count`` times."""
        with self._changed:
            found = self._changed.wait_for(
                lambda: sum(event.kind == "decision" for event in self.events) >= count, timeout
            )
        assert found, self.events


def test_a_live_site_recognises_people_and_stops_at_once(
    server: RtspServer, make_site: SiteMaker, tmp_path: Path
) -> None:
    settings = make_site.settings()
    for camera in settings["cameras"]:  # type: ignore[attr-defined]
        camera["url"] = server.urls[camera["name"]]
        del camera["start"]
    settings["detector"] |= {"rate": 8}  # type: ignore[operator]
    with Site.open(load_site(make_site.write(tmp_path, settings))) as site:
        assert not site.lossless
        watcher = Watcher(site)
        site.start()
        watcher.wait_for_decisions(3, timeout=60)
        snapshot = site.snapshot()
        assert snapshot.running
        assert {load.status.state for load in snapshot.cameras} == {CameraState.LIVE}
        views = [site.view(load.status.camera) for load in snapshot.cameras]
        assert all(view is not None and view.frame.image.shape == (240, 320, 3) for view in views)
        site.halt()
        assert not site.snapshot().running
        identities = site.identities()
        assert identities
        assert all(identity.tracks for identity in identities)
        sequences = [event.sequence for event in watcher.events]
        assert sequences == list(range(1, len(sequences) + 1))
