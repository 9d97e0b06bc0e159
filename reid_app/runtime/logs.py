"""The log: one line an entry, the camera's name first, nothing secret in it.

Two formats: for people ``Yard 2026-01-31T08:00:00.123Z WARNING video.camera: offline: ...``
(``-`` stands for no camera), and JSON for machines. Whatever is written goes through a
:class:`Redactor` as the last thing, tracebacks included, so that an address in an error of
some library cannot take a password along.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TextIO
from urllib.parse import quote, unquote

from pydantic import BaseModel, SecretStr

from reid_app.config.redact import redact

HIDDEN = "***"

_LOGIN = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)[^\n]*@")
_QUERY = re.compile(r"(://[^\s?#\"']*)[?#]\S*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SHORTEST = 3
"""Passwords shorter than this are hidden within addresses only: they are part of half the words there are."""


class Redactor:
    """Takes secrets out of text.

    Within an address all between ``://`` and the last ``@`` of the line goes, and so does what
    comes after a ``?``; passwords that it was told of go wherever they stand, also as they look
    quoted, escaped or percent-encoded.

    >>> redactor = Redactor()
    >>> redactor("cannot open rtsp://admin:p@ss w/?rd@10.0.0.7/1?key=abc")
    'cannot open rtsp://***@10.0.0.7/1?***'
    >>> redactor.learn("rtsp://admin:s3cret@10.0.0.7/1")
    >>> redactor("the camera says: wrong password s3cret")
    'the camera says: wrong password ***'
    """

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def learn(self, url: str) -> None:
        """Remember an address and the secrets in it."""
        shown = redact(url)
        if shown == url:
            return
        rest = url.partition("://")[2]
        login, _, place = rest.rpartition("@")
        secrets = {url: shown}
        # Where the user's name ends is not sure if it holds a colon, too.
        passwords = [login[at + 1 :] for at, character in enumerate(login) if character == ":"]
        for secret in (*passwords, place.partition("?")[2]):
            if len(secret) >= _SHORTEST:
                secrets[secret] = HIDDEN
        for secret, instead in secrets.items():
            for variant in _variants(secret):
                self._known.setdefault(variant, instead)
        self._known = dict(sorted(self._known.items(), key=lambda item: -len(item[0])))

    def __call__(self, text: str) -> str:
        """Return ``text`` without secrets."""
        for secret, instead in self._known.items():
            text = text.replace(secret, instead)
        text = _LOGIN.sub(rf"\1{HIDDEN}@", text)
        return _QUERY.sub(rf"\1?{HIDDEN}", text)


class Formatter(logging.Formatter):
    """One line an entry; a traceback follows indented, or as a value in JSON.

    Args:
        redactor: Takes secrets out.
        as_json: Whether to write JSON.
    """

    def __init__(self, redactor: Redactor, *, as_json: bool = False) -> None:
        super().__init__()
        self.redactor = redactor
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry as text."""
        camera = str(getattr(record, "camera", "-"))
        time = f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S}.{int(record.msecs):03d}Z"
        place = record.name.removeprefix("reid_app.")
        message = self._safe(record.getMessage())
        trace = self._trace(record)
        if self._as_json:
            values = {"camera": camera, "time": time, "level": record.levelname, "logger": place, "message": message}
            if trace:
                values["trace"] = trace
            return self.redactor(json.dumps(values, ensure_ascii=False))
        line = f"{camera} {time} {record.levelname} {place}: {message}"
        return "\n".join([line, *(f"  {one}" for one in trace.split("\n") if trace)])

    def _trace(self, record: logging.LogRecord) -> str:
        if not record.exc_info:
            return ""
        return "\n".join(self._safe(line) for line in self.formatException(record.exc_info).split("\n"))

    def _safe(self, text: str) -> str:
        """Return text on one line, without secrets: as it is, and as it looks escaped."""
        return self.redactor(_CONTROL.sub(lambda found: _escaped(found[0]), self.redactor(text)))


def configure(level: int, *, as_json: bool = False, stream: TextIO | None = None) -> None:
    """Send the log of the whole process to standard error.

    Args:
        level: Entries below are left out.
        as_json: Whether to write JSON.
        stream: Where to write instead.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Formatter(Redactor(), as_json=as_json))
    logging.basicConfig(level=level, handlers=[handler], force=True)


def learn_secrets(settings: BaseModel) -> None:
    """Let the log know every secret of a site file, so that none is written."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, Formatter):
            for secret in _secrets(settings):
                handler.formatter.redactor.learn(secret)


def _secrets(value: object) -> Iterator[str]:
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _secrets(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _secrets(one)


def _variants(secret: str) -> Iterator[str]:
    """Yield what a secret may look like in a text."""
    for one in (secret, unquote(secret), quote(secret), quote(secret, safe="")):
        yield one
        yield _CONTROL.sub(lambda found: _escaped(found[0]), one)
        yield _CONTROL.sub(" ", one)
        yield repr(one)[1:-1]
        yield json.dumps(one)[1:-1]
        yield json.dumps(one, ensure_ascii=False)[1:-1]


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()
