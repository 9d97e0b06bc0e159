"""A TCP proxy that misbehaves as a bad network does."""

from __future__ import annotations

import contextlib
import enum
import random
import socket
import threading
from types import TracebackType
from typing import Self


class Mode(enum.Enum):
    """What becomes of connections."""

    PASS = "pass"
    REFUSE = "refuse"
    """New connections and those that are there are closed at once."""
    SILENT = "silent"
    """Nothing is passed on, in either direction; connections stay open, new ones are taken."""
    CORRUPT = "corrupt"
    """Of what the server sends in RTSP's binary frames, bytes behind the RTP header are changed."""


class Proxy:
    """Forwards connections to a port on loopback.

    Args:
        target: The port.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.mode = Mode.PASS
        self.connections = 0
        self._random = random.Random(5)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Close all connections that are open now."""
        with self._lock:
            open_now, self._open = self._open, []
        for one in open_now:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            if self.mode is Mode.REFUSE:
                client.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            with self._lock:
                self._open += [client, server]
            threading.Thread(target=self._pump, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, True), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, corruptible: bool) -> None:
        frames = _Frames(self._random)
        try:
            while data := source.recv(65536):
                if corruptible:
                    data = frames.pass_through(data, spoil=self.mode is Mode.CORRUPT)
                if self.mode is not Mode.SILENT:
                    sink.sendall(data)
        except OSError:
            pass
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class _Frames:
    """Finds the payloads of RTSP's interleaved frames in a stream of bytes."""

    def __init__(self, generator: random.Random) -> None:
        self._random = generator
        self._header = bytearray()
        self._left = 0
        self._place = 0

    def pass_through(self, data: bytes, *, spoil: bool) -> bytes:
        result = bytearray(data)
        for at, byte in enumerate(data):
            if self._left:
                self._place += 1
                self._left -= 1
                if spoil and self._place > 14 and self._random.random() < 0.02:
                    result[at] = self._random.randrange(256)
            elif self._header or byte == ord("$"):
                self._header.append(byte)
                if len(self._header) == 4:
                    self._left, self._place = int.from_bytes(self._header[2:], "big"), 0
                    self._header.clear()
        return bytes(result)
