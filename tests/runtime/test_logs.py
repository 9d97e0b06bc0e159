"""The log: the camera first, one line an entry, nothing secret whatever is tried."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reid_app.config import SiteSettings
from reid_app.runtime import logs
from reid_app.runtime.logs import Formatter, Redactor

NASTY = "@:/?#&=%\"'\\ \n\r\t<>{}[]$`|;*+-é\u2028\x00"
ODD = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.text(NASTY, max_size=12)
KINDS = pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])


def written(message: str, *arguments: object, redactor: Redactor | None = None, as_json: bool = False) -> str:
    record = logging.LogRecord("reid_app.video.stream", logging.WARNING, "x.py", 1, message, arguments, None)
    record.created, record.msecs, record.camera = 0.0, 0.0, "Yard"
    return Formatter(redactor or Redactor(), as_json=as_json).format(record)


def test_the_camera_comes_first() -> None:
    assert written("offline: %s", "why") == "Yard 1970-01-01T00:00:00.000Z WARNING video.stream: offline: why"
    entry = json.loads(written("offline", as_json=True))
    assert next(iter(entry.items())) == ("camera", "Yard")
    assert entry["level"] == "WARNING"


@KINDS
@settings(max_examples=60, deadline=None)
@given(user=ODD, password=ODD)
def test_what_is_written_does_not_depend_on_user_and_password(user: str, password: str, as_json: bool) -> None:
    """Nobody told the log of these addresses: it has to see by itself where the secret is."""
    line = written("cannot open %s: no answer", f"rtsp://{user}:{password}@10.0.0.7:554/1", as_json=as_json)
    assert line == written("cannot open %s: no answer", "rtsp://x:y@10.0.0.7:554/1", as_json=as_json)
    assert "\n" not in line


@KINDS
@settings(max_examples=60, deadline=None)
@given(user=ODD, password=ODD.filter(lambda text: len(text) >= 3), quoted=st.booleans())
def test_a_password_that_the_log_knows_is_hidden_wherever_it_stands(
    user: str, password: str, quoted: bool, as_json: bool
) -> None:
    password = f"q{password}z"
    redactor = Redactor()
    redactor.learn(f"rtsp://{user}:{password}@10.0.0.7/1")
    shown = repr(password) if quoted else password
    line = written("the camera refused %s", shown, redactor=redactor, as_json=as_json)
    assert password not in line
    assert repr(password)[1:-1] not in line
    assert "***" in line


@given(key=st.text("abcdefgh%=&.+", min_size=3))
def test_queries_are_hidden(key: str) -> None:
    assert written("http://host/video?%s broke", key) == written("http://host/video?%s broke", "other")


def test_tracebacks_are_redacted_too() -> None:
    with pytest.raises(RuntimeError) as caught:
        raise RuntimeError("rtsp://admin:s3cret@host/1 timed out")
    info = (caught.type, caught.value, caught.tb)
    for as_json in (False, True):
        record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "it broke", (), info)
        line = Formatter(Redactor(), as_json=as_json).format(record)
        assert "s3cret" not in line
        assert "rtsp://***@host/1 timed out" in line
        assert line.startswith(("- ", '{"camera": "-"'))


def test_a_message_cannot_forge_an_entry() -> None:
    assert "\n" not in written("name %s", "a\nYard 1970 ERROR forged")


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, put back as it was."""
    logger = logging.getLogger()
    before, level = list(logger.handlers), logger.level
    yield logger
    logger.handlers[:] = before
    logger.setLevel(level)


def test_the_secrets_of_a_site_file_are_learnt(root: logging.Logger) -> None:
    stream = io.StringIO()
    logs.configure(logging.INFO, stream=stream)
    logs.learn_secrets(
        SiteSettings.model_validate(
            {
                "cameras": [{"name": "a", "url": "rtsp://u:hunter2@h/1", "substream": "rtsp://u:swordfish@h/2"}],
                "records": {"url": "postgresql://me:geheim@db/reid"},
            }
        )
    )
    logging.getLogger("another.package").info("hunter2, swordfish and geheim", extra={"camera": "a"})
    text = stream.getvalue()
    assert text.startswith("a ")
    assert text.endswith(": ***, *** and ***\n")
