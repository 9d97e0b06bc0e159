"""Decoding one video stream with FFmpeg, through PyAV.

PyAV keeps FFmpeg's own log silent unless it is asked for; it must stay so, since the log
names addresses with their passwords.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import av
import av.container
import av.error
import numpy as np
from av.codec.hwaccel import HWAccel
from av.video.reformatter import VideoReformatter

from reid_app.config import Decoder
from reid_app.domain import ImageArray
from reid_app.errors import SourceError

SLOWEST_FPS = 0.1
FASTEST_FPS = 240.0
"""Frames per second that a header may claim and be believed."""

_FAILURES = (av.error.FFmpegError, OSError, ValueError)

_NOT_THE_HARDWARE = (
    ConnectionError,
    TimeoutError,
    FileNotFoundError,
    av.error.HTTPError,
    av.error.ExitError,
    av.error.InvalidDataError,
)
"""Failures that have other causes than a graphics card."""

_DEVICES = {Decoder.CUDA: "nvidia0", Decoder.VAAPI: "dri/renderD128"}

_log = logging.getLogger(__name__)


class SourceRefusedError(SourceError):
    """The other side says no, and will say so again: wrong password, no such stream."""


@dataclass(frozen=True, slots=True)
class Address:
    """What FFmpeg is to open.

    Attributes:
        url: As FFmpeg takes it, secrets included.
        shown: As people may see it.
        format: FFmpeg's name of the format; None: found out.
        options: FFmpeg's options.
        open_timeout: Seconds that opening may take; None: for ever.
        read_timeout: Seconds that a picture may take; None: for ever.
        decoder: What decodes it.
    """

    url: str = field(repr=False)
    shown: str
    format: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    open_timeout: float | None = None
    read_timeout: float | None = None
    decoder: Decoder = Decoder.SOFTWARE


class Stream:
    """The pictures of the first video stream at an address.

    Damaged packets are passed over; pictures may change their size from one to the next.

    Args:
        address: What to open.

    Raises:
        SourceError: It cannot be opened, or holds no video that can be decoded.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._container, self.decoder = self._open()
        try:
            self._packets = self._choose_video()
        except SourceError:
            self._container.close()
            raise
        self._images: deque[tuple[ImageArray, float | None]] = deque()
        self._upright = Upright()
        self.stamp: float | None = None
        """When the picture read last was taken, in seconds by the stream's own clock; None: it does not say."""

    def _open(self) -> tuple[av.container.InputContainer, Decoder]:
        """Open the address, on a graphics card if that is wanted and works; say what decodes."""
        for decoder in hardware(self._address.decoder):
            try:
                return self._open_with(HWAccel(decoder.value, allow_software_fallback=False)), decoder
            except SourceError:
                raise
            except Exception as error:  # noqa: BLE001  whatever a driver throws, the processor can do it
                _log.warning(
                    "%s is decoded in software: %s does not work here (%s)",
                    self._address.shown,
                    decoder.value,
                    type(error).__name__,
                )
        return self._open_with(None), Decoder.SOFTWARE

    def _open_with(self, hardware: HWAccel | None) -> av.container.InputContainer:
        address, began = self._address, time.monotonic()
        try:
            return av.open(
                address.url,
                format=address.format,
                options=dict(address.options),
                timeout=(address.open_timeout, address.read_timeout),
                metadata_errors="replace",
                hwaccel=hardware,
            )
        except _FAILURES as error:
            if hardware is not None and not isinstance(error, _NOT_THE_HARDWARE):
                raise RuntimeError(type(error).__name__) from None
            late = address.open_timeout is not None and time.monotonic() - began >= 0.9 * address.open_timeout
            raise _explain(TimeoutError() if late else error, address) from None

    def _choose_video(self) -> Iterator[av.Packet[av.VideoStream]]:
        if not self._container.streams.video:
            raise SourceError(f"{self._address.shown} holds no video; name a file or stream that does")
        video = self._container.streams.video[0]
        if video.codec_context is None:
            raise SourceError(f"{self._address.shown} uses an unknown codec; convert it, for example to H.264")
        # Cameras are decoded side by side already: more threads for each would only get in each other's way.
        video.codec_context.thread_count = 1
        rate = video.average_rate or video.guessed_rate
        self._fps = float(rate) if rate else None
        return self._container.demux(video)

    @property
    def fps(self) -> float | None:
        """Frames per second that the header claims, None where that cannot be true."""
        return self._fps if self._fps is not None and SLOWEST_FPS <= self._fps <= FASTEST_FPS else None

    def read(self) -> ImageArray | None:
        """Return the next picture, (H, W, 3) BGR ``uint8``; None at the end.

        Raises:
            SourceError: The stream broke off.
        """
        while not self._images:
            try:
                packet = next(self._packets, None)
            except _FAILURES as error:
                raise _explain(error, self._address) from None
            if packet is None:
                return None
            try:
                self._images.extend((self._upright(frame), frame.time) for frame in packet.decode())
            except av.error.EOFError:
                return None
            except _FAILURES:
                # A damaged packet: the decoder goes on at the next one that it understands.
                continue
        image, self.stamp = self._images.popleft()
        return image

    def close(self) -> None:
        """Let go of the file or connection."""
        self._container.close()


def hardware(decoder: Decoder, devices: Path = Path("/dev")) -> tuple[Decoder, ...]:
    """Return the hardware decoders that are worth trying.

    Args:
        decoder: What the settings ask for; auto tries what has a device.
        devices: Where devices are.
    """
    if decoder is Decoder.AUTO:
        return tuple(one for one, device in _DEVICES.items() if (devices / device).exists())
    return () if decoder is Decoder.SOFTWARE else (decoder,)


class Upright:
    """Makes pictures of the frames of one stream, each turned as the file says that the camera was held.

    What FFmpeg prepares for a conversion is kept from one frame to the next: prepared afresh
    for each, and for as many threads as the machine has cores, it costs more than the
    conversion itself.
    """

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def __call__(self, frame: av.VideoFrame) -> ImageArray:
        """Convert ``frame`` to (H, W, 3) BGR ``uint8``."""
        image = np.asarray(self._reformatter.reformat(frame, format="bgr24", threads=1).to_ndarray(), np.uint8)
        turns = round(frame.rotation / 90) % 4
        return np.ascontiguousarray(np.rot90(image, turns)) if turns else image


def _explain(error: Exception, address: Address) -> SourceError:
    """Say what ``error`` means. Its own text is not used: it holds the address."""
    shown = address.shown
    match error:
        case av.error.HTTPUnauthorizedError() | av.error.HTTPForbiddenError():
            return SourceRefusedError(f"{shown} refuses user name or password; correct them in the camera's url")
        case av.error.HTTPNotFoundError():
            return SourceRefusedError(f"{shown} does not exist there; correct the path in the camera's url")
        case av.error.HTTPError():
            return SourceError(f"{shown} answers with an error; look at the camera or its server")
        case av.error.ExitError() | TimeoutError():
            return SourceError(f"{shown} gives no answer in time; check that the camera is on and can be reached")
        case ConnectionError():
            return SourceError(
                f"{shown} refuses or closed the connection; check address, port and that the camera is on"
            )
        case av.error.InvalidDataError():
            return SourceError(f"{shown} is damaged or no video; check it with a player")
        case av.error.DecoderNotFoundError():
            return SourceError(f"{shown} uses an unknown codec; convert it, for example to H.264")
        case FileNotFoundError():
            return SourceError(f"{shown} does not exist; correct the camera's url")
        case _:
            reason = getattr(error, "strerror", None) or type(error).__name__
            return SourceError(f"{shown} cannot be opened or read ({reason}); check the camera's url and the network")
