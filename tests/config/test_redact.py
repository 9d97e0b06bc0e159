from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reid_app.config.redact import origin, redact


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rtsp://10.0.0.7:554/stream1", "rtsp://10.0.0.7:554/stream1"),  # nothing to hide
        ("rtsp://admin:secret@10.0.0.7/stream1", "rtsp://***@10.0.0.7/stream1"),
        ("rtsp://admin@10.0.0.7/stream1", "rtsp://***@10.0.0.7/stream1"),
        ("RTSPS://a:b@[::1]:322/x", "RTSPS://***@[::1]:322/x"),
        ("http://cam/video?user=admin&pwd=secret", "http://cam/video?***"),
        ("http://cam/video#secret", "http://cam/video?***"),
        ("rtsp://a:p@ss@cam/x", "rtsp://***@cam/x"),  # unescaped characters, as people write them
        ("rtsp://a:p/ss@cam/x", "rtsp://***@cam/x"),
        ("rtsp://a:p?s#s@cam/x", "rtsp://***@cam/x"),
        ("rtsp://a:p\nss@cam/x", "rtsp://***@cam/x"),
        ("clips/door@night.mp4", "clips/door@night.mp4"),  # files stay as they are
        ("file:///clips/door@night.mp4", "file:///clips/door@night.mp4"),
        ("webcam:0", "webcam:0"),
        ("", ""),
    ],
)
def test_what_is_shown(url: str, shown: str) -> None:
    assert redact(url) == shown


@given(
    scheme=st.sampled_from(["rtsp", "rtsps", "http", "https"]),
    user=st.text(),
    password=st.text(),
    query=st.none() | st.text().filter(lambda text: "@" not in text),
)
def test_no_user_name_password_or_query_gets_through(scheme: str, user: str, password: str, query: str | None) -> None:
    asked = "" if query is None else f"?{query}"
    hidden = "***@" if f"{user}:{password}" else ""
    shown = f"{scheme}://{hidden}10.1.2.3/stream{'' if query is None else '?***'}"
    assert redact(f"{scheme}://{user}:{password}@10.1.2.3/stream{asked}") == shown


@given(st.text())
def test_the_result_is_one_line(text: str) -> None:
    assert len(redact(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://alarms.example.com/T0/token?key=1#x", "https://alarms.example.com"),
        ("http://user:secret@10.0.0.7:8080/x", "http://10.0.0.7:8080"),
        ("HTTPS://[::1]:322/x", "https://[::1]:322"),
        ("ftp://alarms.example.com", None),
        ("file:///etc/passwd", None),
        ("https:///path", None),
        ("https://host:port/x", None),  # no port
        ("https://a b/x", None),
        ("alarms.example.com", None),
        ("", None),
    ],
)
def test_of_a_webhook_only_its_origin_is_shown(url: str, shown: str | None) -> None:
    assert origin(url) == shown


@given(st.text())
def test_whatever_an_address_is_the_origin_is_one_line_or_none(text: str) -> None:
    assert len((origin(f"https://{text}") or "").splitlines()) <= 1
