"""The clips as live cameras, over a real RTSP server."""

from __future__ import annotations

import socket
from itertools import islice
from pathlib import Path

import av
import pytest

from reid_app.demo_site.clips import clip_files
from reid_app.demo_site.rtsp import RtspCameras
from reid_app.errors import SourceError
from tests.rtsp import why_not

REASON = why_not()
pytestmark = pytest.mark.skipif(bool(REASON), reason=REASON)


def _read(url: str, frames: int) -> list[tuple[int, int]]:
    with av.open(url, options={"rtsp_transport": "tcp"}, timeout=20) as client:
        return [(picture.height, picture.width) for picture in islice(client.decode(video=0), frames)]


def test_a_clip_is_served_as_a_camera(folder: Path) -> None:
    with RtspCameras(clip_files(folder), port=0) as cameras:
        assert list(cameras.urls) == ["yard", "entrance", "corridor", "shop"]
        assert _read(cameras.urls["yard"], 15) == [(360, 640)] * 15
        assert cameras.running
    assert not cameras.running


def test_a_short_clip_goes_on_from_its_start(tmp_path: Path) -> None:
    encode = pytest.importorskip("reid_app.demo_site.render.encode", reason="the extra `render` is not installed")
    import numpy as np

    frames = [np.full((64, 96, 3), 40 * (k % 5), np.uint8) for k in range(20)]
    encode.write_clip(tmp_path / "short.mp4", frames, 20.0, 25)
    with RtspCameras({"short": str(tmp_path / "short.mp4")}, port=0) as cameras:
        assert len(_read(cameras.urls["short"], 70)) == 70


def test_a_missing_file_and_a_taken_port_are_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="neither a file nor"):
        RtspCameras({"yard": str(tmp_path / "none.mp4")}, port=0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SourceError, match="choose another"):
            RtspCameras({"test": "pattern:160x120@10"}, port=taken.getsockname()[1])
