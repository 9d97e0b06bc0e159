"""Telling the service manager how the site is: systemd's notification protocol (sd_notify).

A message is a datagram of ``NAME=VALUE`` lines to the socket named by ``NOTIFY_SOCKET``.
Without that variable nobody wants to know, and nothing is sent.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Mapping
from typing import Self

log = logging.getLogger(__name__)


class Notifier:
    """Sends messages to the service manager.

    Args:
        address: Of the socket: a path, or ``@NAME`` in the abstract namespace; None: nobody listens.
    """

    def __init__(self, address: str | None) -> None:
        self._address = None if not address else address.replace("@", "\0", 1) if address[0] == "@" else address

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Return a notifier for whoever started this process."""
        return cls(environ.get("NOTIFY_SOCKET"))

    def ready(self) -> None:
        """Say that the site runs."""
        self._send("READY=1")

    def reloading(self) -> None:
        """Say that the site file is being read again; :meth:`ready` follows."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """Say that the site is about to end."""
        self._send("STOPPING=1")

    def alive(self) -> None:
        """Say that the site is well; a watchdog waits for it."""
        self._send("WATCHDOG=1")

    def status(self, sentence: str) -> None:
        """Say in one line what the site is doing."""
        self._send(f"STATUS={' '.join(sentence.split())}")

    def _send(self, message: str) -> None:
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
                channel.sendto(message.encode(), self._address)
        except OSError as error:
            log.warning("the service manager cannot be told anything (%s)", error.strerror)
            self._address = None
