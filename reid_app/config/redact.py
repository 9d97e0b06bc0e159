"""Addresses as they may be shown: without user names, passwords and queries."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def redact(url: str) -> str:
    """Return ``url`` without anything that could be a secret, on one line.

    Everything between ``://`` and the last ``@`` goes, since passwords are often written
    without escaping their ``@``, ``/`` or ``?``; so does the query, where many cameras take
    user name and password. Paths of files stay as they are.

    >>> redact("rtsp://admin:p@ss/w?rd@10.0.0.7:554/stream1?token=abc")
    'rtsp://***@10.0.0.7:554/stream1?***'
    >>> redact("clips/door@night.mp4")
    'clips/door@night.mp4'
    """
    scheme, separator, rest = url.partition("://")
    if separator and scheme.lower() != "file":
        secret, at, place = rest.rpartition("@")
        place, mark, _ = re.sub(r"[?#]", "?", place).partition("?")
        rest = f"{'***@' if at and secret else ''}{place}{'?***' if mark else ''}"
    return _CONTROL.sub(" ", f"{scheme}{separator}{rest}")


def origin(url: str) -> str | None:
    """Return scheme, host and port of an ``http://`` or ``https://`` address; None when it is none.

    Nothing else is left: the paths of webhooks are often secrets, too.

    >>> origin("https://user:secret@alarms.example.com:8443/T0/B0/token?key=1")
    'https://alarms.example.com:8443'
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or not re.fullmatch(r"[\w.:-]+", host):
        return None
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port is not None else "")
