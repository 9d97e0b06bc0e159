"""Any picture of a video file, by its place."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from reid_app.domain import NS_PER_S, ImageArray
from reid_app.errors import SourceError
from reid_app.video.masks import PrivacyMasks
from reid_app.video.sources import USUAL_FPS, Picture, file_address
from reid_app.video.stream import Stream, Upright

LARGEST_INDEXED = 256 * 2**20
"""Bytes up to which a file's time stamps are read one by one; those of larger files are taken as even."""

NEAR = 48
"""Pictures that are decoded on to rather than sought."""

KEPT = 8
"""Decoded pictures that are kept: those before the one that was asked for, for steps back."""

_FAILURES = (av.error.FFmpegError, OSError, ValueError)


class SeekableFile:
    """The pictures of a file as :class:`~reid_app.video.sources.FileSource` counts and times them.

    One thread at a time may use it.

    Args:
        path: The file.
        start_ns: Time of its first picture.
        masks: Burned into every picture.

    Raises:
        SourceError: It cannot be opened, or holds no video.
    """

    def __init__(self, path: Path, start_ns: int, masks: PrivacyMasks) -> None:
        address = file_address(path)
        stream = Stream(address)
        self._fps = stream.fps or USUAL_FPS
        stream.close()
        self._shown = address.shown
        self._start_ns = start_ns
        self._masks = masks
        self._container = av.open(address.url, options=dict(address.options), metadata_errors="replace")
        self._video = self._container.streams.video[0]
        self._stamps, self._slack = self._index(path.stat().st_size)
        self._upright = Upright()
        self._images: OrderedDict[int, ImageArray] = OrderedDict()
        self._frames: Iterator[av.VideoFrame] = iter(())
        self._next = len(self._stamps)

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self._stamps)

    def close(self) -> None:
        """Let go of the file."""
        self._images.clear()
        self._container.close()

    def index_at(self, time_ns: int) -> int:
        """Return the index of the newest picture that is not after ``time_ns``; negative before the first."""
        # A picture's time is rounded to the nanosecond, so half of one is allowed for.
        index = int(np.floor((time_ns - self._start_ns + 0.5) * self._fps / NS_PER_S))
        return min(index, len(self) - 1)

    def picture(self, index: int) -> Picture | None:
        """Return the picture at ``index``, None beyond the first or the last.

        Raises:
            SourceError: The file cannot be read there.
        """
        if not 0 <= index < len(self):
            return None
        image = self._images.get(index)
        if image is None:
            try:
                image = self._decode(index)
            except _FAILURES as error:
                raise SourceError(
                    f"{self._shown} cannot be read at picture {index} ({type(error).__name__}); copy the video again"
                ) from None
        if image is None:
            return None
        return Picture(index, self._start_ns + round(index * NS_PER_S / self._fps), image)

    def _index(self, size: int) -> tuple[NDArray[np.int64], int]:
        """Return the time stamps of all pictures, and how far those of a picture may be off."""
        base = float(self._video.time_base or 1)
        if size <= LARGEST_INDEXED:
            stamps = [
                stamp
                for packet in self._container.demux(self._video)
                if (stamp := packet.pts if packet.pts is not None else packet.dts) is not None and not packet.is_discard
            ]
            if stamps:
                return np.unique(np.array(stamps, np.int64)), 0
        count = self._video.frames or round(float(self._video.duration or 0) * base * self._fps)
        if not count:
            raise SourceError(f"{self._shown} has no time stamps to find pictures by; convert it, for example to MP4")
        even = (self._video.start_time or 0) + np.arange(count) / (self._fps * base)
        return np.round(even).astype(np.int64), int(0.5 / (self._fps * base))

    def _decode(self, index: int) -> ImageArray | None:
        if not 0 <= index - self._next < NEAR:
            self._seek(index)
            if self._next > index:  # the file has no key picture there, or none that it knows of
                self._seek(0)
        first_kept = index - KEPT + 1
        for frame in self._frames:
            if frame.pts is None:
                continue
            place = int(np.searchsorted(self._stamps, frame.pts - self._slack))
            self._next = place + 1
            if place >= first_kept:
                self._keep(min(place, index), self._masks.burn(self._upright(frame)))
            if place >= index:
                return self._images[index]
        return None

    def _seek(self, index: int) -> None:
        """Go to the key picture before ``index``."""
        self._container.seek(int(self._stamps[index]), stream=self._video, backward=True)
        self._frames = iter(self._container.decode(self._video))
        first = next(self._frames, None)
        if first is None or first.pts is None:
            self._next = 0
            return
        self._next = int(np.searchsorted(self._stamps, first.pts - self._slack))
        self._frames = _with_first(first, self._frames)

    def _keep(self, index: int, image: ImageArray) -> None:
        self._images[index] = image
        self._images.move_to_end(index)
        while len(self._images) > KEPT:
            self._images.popitem(last=False)


def _with_first(first: av.VideoFrame, rest: Iterator[av.VideoFrame]) -> Iterator[av.VideoFrame]:
    yield first
    yield from rest
