"""Sources of pictures: files, RTSP and HTTP streams, webcams."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from reid_app.config import CameraSettings, VideoSettings
from reid_app.config.redact import redact
from reid_app.domain import NS_PER_S, ImageArray
from reid_app.errors import SourceError
from reid_app.video.clock import StreamClock
from reid_app.video.masks import PrivacyMasks
from reid_app.video.stream import Address, Stream

USUAL_FPS = 25.0
"""Frames per second of a file whose header names none that can be true."""

LATEST_LOOP = 0.5
"""Seconds by which a picture of a loop may be late and is still shown."""

LONGEST_CATCH_UP = 10.0
"""Seconds by which a loop may be late and still hurries to where it should be."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One picture of a source.

    Attributes:
        index: Count within the source, from 0.
        time_ns: When it was taken, nanoseconds since 1970 UTC.
        image: (H, W, 3) BGR ``uint8``.
    """

    index: int
    time_ns: int
    image: ImageArray


class Source(Protocol):
    """An open source; it is used by one thread."""

    live: bool
    """Whether it goes on by itself: what is not read in time is gone."""
    fps: float | None
    """Frames per second, None where that is not known."""

    def read(self) -> Picture | None:
        """Return the next picture, None at the end.

        Raises:
            SourceError: The source broke off, or holds no picture.
        """
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class FileSource:
    """A file: the time of a picture is the start time + index / frames per second.

    Args:
        stream: The open file.
        shown: What the file is called in messages.
        start_ns: Time of the first picture.
    """

    live = False

    def __init__(self, stream: Stream, *, shown: str, start_ns: int) -> None:
        self._stream = stream
        self._shown = shown
        self._start_ns = start_ns
        self._index = 0
        self.fps: float | None = stream.fps or USUAL_FPS
        if stream.fps is None:
            _log.warning(
                "%s does not say how many frames it has per second; its times are those of %g a second",
                shown,
                USUAL_FPS,
            )

    def read(self) -> Picture | None:
        """See :meth:`Source.read`."""
        image = self._stream.read()
        if image is None:
            if self._index == 0:
                raise SourceError(f"{self._shown} holds no picture that can be decoded; check it with a player")
            return None
        picture = Picture(self._index, self._start_ns + round(self._index * NS_PER_S / (self.fps or USUAL_FPS)), image)
        self._index += 1
        return picture

    def close(self) -> None:
        """See :meth:`Source.close`."""
        self._stream.close()


class LiveSource:
    """A camera: the time of a picture is what its stream says, put to UTC by the arrivals.

    Args:
        stream: The open stream.
        clock: UTC now, in nanoseconds.
    """

    live = True

    def __init__(self, stream: Stream, *, clock: Callable[[], int]) -> None:
        self._stream = stream
        self._clock = StreamClock(clock)
        self._index = 0
        self.fps = stream.fps

    def read(self) -> Picture | None:
        """See :meth:`Source.read`."""
        image = self._stream.read()
        if image is None:
            return None
        picture = Picture(self._index, self._clock(self._stream.stamp), image)
        self._index += 1
        return picture

    def close(self) -> None:
        """See :meth:`Source.close`."""
        self._stream.close()


class LoopSource:
    """A file that is played for ever in real time, as if it were a live camera.

    The pictures have the times that a file's would have, so loops of one site stay together. A
    picture that comes too late is left out.

    Args:
        address: The file.
        start_ns: Time of the first picture of the first round.
        clock: UTC now, in nanoseconds.
        sleep: Waits for so many seconds.
    """

    live = True

    def __init__(
        self, address: Address, *, start_ns: int, clock: Callable[[], int], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._address = address
        self._stream = Stream(address)
        self._start_ns = start_ns
        self._clock = clock
        self._sleep = sleep
        self._index = 0
        self.fps: float | None = self._stream.fps or USUAL_FPS

    def read(self) -> Picture | None:
        """See :meth:`Source.read`."""
        while True:
            picture = Picture(self._index, self._due(), self._next())
            self._index += 1
            late = self._clock() - picture.time_ns
            if late > LONGEST_CATCH_UP * NS_PER_S:  # after a standstill, rather go on from here
                self._start_ns += late
            elif late <= LATEST_LOOP * NS_PER_S:
                self._sleep(max(0.0, -late / NS_PER_S))
                return picture

    def close(self) -> None:
        """See :meth:`Source.close`."""
        self._stream.close()

    def _due(self) -> int:
        return self._start_ns + round(self._index * NS_PER_S / (self.fps or USUAL_FPS))

    def _next(self) -> ImageArray:
        image = self._stream.read()
        if image is None:
            self._stream.close()
            self._stream = Stream(self._address)
            image = self._stream.read()
        if image is None:
            raise SourceError(f"{self._address.shown} holds no picture that can be decoded; check it with a player")
        return image


class MaskedSource:
    """A source whose pictures do not show what is masked.

    Args:
        source: Gives the pictures.
        masks: What nobody may see.
    """

    def __init__(self, source: Source, masks: PrivacyMasks) -> None:
        self._source = source
        self._masks = masks
        self.live = source.live
        self.fps = source.fps

    def read(self) -> Picture | None:
        """See :meth:`Source.read`."""
        picture = self._source.read()
        return None if picture is None else replace(picture, image=self._masks.burn(picture.image))

    def close(self) -> None:
        """See :meth:`Source.close`."""
        self._source.close()


def open_source(
    camera: CameraSettings, video: VideoSettings, folder: Path, start_ns: int, clock: Callable[[], int]
) -> Source:
    """Open the source of ``camera``. It blocks, for the open time-out at most where that can be kept.

    The camera's privacy masks are burned into every picture: nobody gets one without them.

    Args:
        camera: The camera.
        video: Time-outs.
        folder: Relative paths of files are taken from it.
        start_ns: Time of a file's first picture, for a camera that names none.
        clock: UTC now in nanoseconds, for live sources.

    Raises:
        SourceError: It cannot be opened; the message holds no secrets.
    """
    source = _open_unmasked(camera, video, folder, start_ns, clock)
    return MaskedSource(source, PrivacyMasks(camera.masks)) if camera.masks else source


def _open_unmasked(
    camera: CameraSettings, video: VideoSettings, folder: Path, start_ns: int, clock: Callable[[], int]
) -> Source:
    if camera.is_file:
        address = file_address(camera.path(folder))
        return FileSource(Stream(address), shown=address.shown, start_ns=start_ns)
    if camera.is_loop:
        return LoopSource(file_address(camera.path(folder)), start_ns=start_ns, clock=clock)
    url = (camera.substream or camera.url).get_secret_value()
    scheme = url.partition(":")[0].lower()
    return LiveSource(Stream(LIVE_ADDRESSES[scheme](url, camera, video)), clock=clock)


def file_address(path: Path) -> Address:
    """Return the address of the file at ``path``.

    Raises:
        SourceError: There is none, or it is empty.
    """
    try:
        size = path.stat().st_size if path.is_file() else None
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); check its permissions") from None
    if size is None:
        problem = "is no file" if path.exists() else "does not exist"
        raise SourceError(f"{path} {problem}; correct the camera's url (relative paths start at the site file)")
    if size == 0:
        raise SourceError(f"{path} is empty; copy the video again")
    # A playlist in a file must not send the reader into the network.
    return Address(f"file:{path}", str(path), options={"protocol_whitelist": "file,crypto,data"})


def _rtsp(url: str, camera: CameraSettings, video: VideoSettings) -> Address:
    options = {
        "rtsp_transport": camera.transport.value,
        "allowed_media_types": "video",
        "protocol_whitelist": "rtsp,rtsps,rtp,srtp,tcp,udp,tls,crypto",
    }
    return Address(url, redact(url), None, options, video.open_timeout, video.read_timeout, video.decoder)


def _http(url: str, camera: CameraSettings, video: VideoSettings) -> Address:  # noqa: ARG001  one signature for all
    options = {"protocol_whitelist": "http,https,httpproxy,tcp,tls,crypto,data"}
    return Address(url, redact(url), None, options, video.open_timeout, video.read_timeout, video.decoder)


def _webcam(url: str, camera: CameraSettings, video: VideoSettings) -> Address:  # noqa: ARG001  one signature for all
    number = url.partition(":")[2]
    shown = f"webcam:{number}"
    platform: str = sys.platform
    if platform == "linux":
        return Address(f"/dev/video{number}", shown, "v4l2", {}, video.open_timeout, video.read_timeout)
    if platform == "darwin":
        return Address(number, shown, "avfoundation", {}, video.open_timeout, video.read_timeout)
    raise SourceError(f"{shown} cannot be opened on {platform}; webcams are read on Linux and macOS")


LIVE_ADDRESSES: Mapping[str, Callable[[str, CameraSettings, VideoSettings], Address]] = MappingProxyType(
    {"rtsp": _rtsp, "rtsps": _rtsp, "http": _http, "https": _http, "webcam": _webcam}
)
"""How the address of each kind of live source is opened, by scheme."""
