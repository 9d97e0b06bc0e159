"""Writes clips: H.264 in MP4 with PyAV, whose wheels bring libx264."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av

from reid_app.domain import ImageArray


def write_clip(path: Path, frames: Iterable[ImageArray], fps: float, crf: int) -> None:
    """Encode BGR ``frames`` of one size into ``path``.

    A key frame every two seconds and no B-frames: the streams can be served as
    they are and joined at any time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    rate = Fraction(fps).limit_denominator(1000)
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = None
        for image in frames:
            if stream is None:
                stream = container.add_stream("libx264", rate=rate)
                stream.height, stream.width = image.shape[:2]
                stream.pix_fmt = "yuv420p"
                stream.options = {
                    "crf": str(crf),
                    "preset": "slow",
                    "g": str(round(2 * fps)),
                    "bf": "0",
                    "threads": "1",
                    "x264-params": "scenecut=0",
                }
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        if stream is not None:
            container.mux(stream.encode(None))
