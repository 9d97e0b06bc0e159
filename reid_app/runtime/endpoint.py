"""Figures and health of a site over HTTP."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from prometheus_client import CONTENT_TYPE_LATEST

from reid_app.config import MetricsSettings
from reid_app.runtime.health import Health

log = logging.getLogger(__name__)


class Endpoint:
    """Answers ``/metrics`` in Prometheus's text format and ``/health`` in JSON.

    A port that is taken is no reason not to watch cameras: the log says so, and nothing
    answers. As a context manager it serves while the block runs.

    Args:
        settings: Where it listens.
        metrics: Gives the figures.
        health: Says how the site is.
    """

    def __init__(self, settings: MetricsSettings, metrics: Callable[[], bytes], health: Callable[[], Health]) -> None:
        self._server = _open(settings, metrics, health)
        self._thread = threading.Thread(target=self._serve, name="metrics", daemon=True)

    @property
    def port(self) -> int | None:
        """The port that it listens on, None if it does not."""
        return None if self._server is None else int(self._server.server_address[1])

    def __enter__(self) -> Self:
        """Begin to serve."""
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        self._thread.join(2.0)

    def _serve(self) -> None:
        if self._server is not None:
            self._server.serve_forever(poll_interval=0.2)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 16


class _ServerV6(_Server):
    address_family = socket.AF_INET6


def _open(
    settings: MetricsSettings, metrics: Callable[[], bytes], health: Callable[[], Health]
) -> ThreadingHTTPServer | None:
    if settings.port is None:
        return None

    class Handler(BaseHTTPRequestHandler):
        timeout = 5.0
        server_version = "reid-app"
        sys_version = ""

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/metrics":
                self._answer(CONTENT_TYPE_LATEST, metrics())
            elif path == "/health":
                self._answer("application/json", json.dumps(health().as_dict()).encode())
            else:
                self.send_error(HTTPStatus.NOT_FOUND, "there are /metrics and /health")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
            log.debug(format, *args)

        def _answer(self, kind: str, body: bytes) -> None:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = _ServerV6 if ":" in settings.host else _Server
    try:
        return server((settings.host, settings.port), Handler)
    except OSError as error:
        log.warning(
            "nothing can listen on %s:%s (%s): this site has no metrics; give it another metrics.port",
            settings.host,
            settings.port,
            error.strerror,
        )
        return None
