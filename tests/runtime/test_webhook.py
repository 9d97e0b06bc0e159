"""Alarms that are posted to another system."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from reid_app.config import AlarmSettings
from reid_app.config.load import load_site
from reid_app.domain import Event, Likelihood, TrackKey
from reid_app.errors import SettingsError
from reid_app.runtime.events import EventLog
from reid_app.runtime.facade import Alarm
from reid_app.runtime.webhook import MOST_WAITING, AlarmWebhook
from tests.runtime.world import KIM, World, at, picture

SECRET = "gate-7-opens"


def alarm(number: int) -> Alarm:
    return Alarm(number, 1, "Mia", 4, TrackKey("door", 2), at(1), 0.91234567, Likelihood.CERTAIN)


class Server:
    """A server that keeps what is posted and answers as the test wants; a number is a status."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict[str, str], dict[str, object]]] = []
        self.answers: list[int] = []
        self.hold: threading.Event | None = None
        self._changed = threading.Condition()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with outer._changed:
                    outer.posts.append((self.path, dict(self.headers), json.loads(body)))
                    status = outer.answers.pop(0) if outer.answers else 204
                    outer._changed.notify_all()
                if outer.hold is not None:
                    outer.hold.wait(20)
                self.send_response(status)
                if status in (301, 302, 307):
                    self.send_header("Location", f"{outer.url()}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def url(self, user: str = "") -> str:
        return f"http://{f'{user}@' if user else ''}127.0.0.1:{self._server.server_port}"

    def wait_for(self, posts: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.posts) >= posts, 20), self.posts

    def close(self) -> None:
        if self.hold is not None:
            self.hold.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Told:
    """Collects the events and lets a test wait for one of a kind."""

    def __init__(self, events: EventLog) -> None:
        self._changed = threading.Condition()
        self.seen: list[Event] = []
        events.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        with self._changed:
            self.seen.append(event)
            self._changed.notify_all()

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.seen if event.kind == kind]

    def wait_for(self, kind: str, count: int = 1) -> Event:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.of(kind)) >= count, 20), self.seen
        return self.of(kind)[count - 1]


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def events() -> EventLog:
    return EventLog()


@pytest.fixture
def told(events: EventLog) -> Told:
    return Told(events)


@pytest.fixture
def open_webhook(events: EventLog) -> Iterator[Callable[..., AlarmWebhook]]:
    opened: list[AlarmWebhook] = []

    def make(url: str, *, tries: int = 3, timeout: float = 10.0) -> AlarmWebhook:
        settings = AlarmSettings(webhook=url, webhook_tries=tries, webhook_timeout=timeout)
        opened.append(AlarmWebhook(settings, "the site", alarm, events, first_wait=0.01))
        return opened[-1]

    yield make
    for webhook in opened:
        webhook.close(20)
    assert not [thread.name for thread in threading.enumerate() if thread.name == "alarm webhook"]


def test_an_alarm_is_posted_as_json(server: Server, events: EventLog, open_webhook: Callable[..., object]) -> None:
    open_webhook(f"{server.url(f'kim:{SECRET}')}/reid?key=1#top")
    events.publish("decision", {"alarm": 1})
    events.publish("alarm", {"alarm": 7})
    server.wait_for(1)
    path, headers, body = server.posts[0]
    assert path == "/reid?key=1"
    assert headers["Content-Type"] == "application/json"
    assert headers["Authorization"] == "Basic a2ltOmdhdGUtNy1vcGVucw=="
    assert body == {
        "site": "the site",
        "alarm": 7,
        "time": "2026-01-01T10:00:01+00:00",
        "person": "Mia",
        "camera": "door",
        "track": "door#2",
        "identity": 4,
        "score": 0.9123,
        "likelihood": "certain",
    }


def test_a_failure_is_tried_again_and_told_once(
    server: Server, events: EventLog, told: Told, open_webhook: Callable[..., object]
) -> None:
    open_webhook(f"{server.url(f'kim:{SECRET}')}/T0/{SECRET}")
    server.answers = [500, 503, 429, 500, 200]
    events.publish("alarm", {"alarm": 1})
    server.wait_for(3)
    events.publish("alarm", {"alarm": 2})
    told.wait_for("recovered")
    assert [body["alarm"] for _, _, body in server.posts] == [1, 1, 1, 2, 2]
    (error,) = told.of("error")
    assert error.data["part"] == "alarm webhook"
    words = str(error.data["message"])
    assert words.startswith(f"{server.url()} did not take alarm 1: it answers 500; ")
    assert SECRET not in words
    assert "kim" not in words


def test_a_refusal_is_not_tried_again(
    server: Server, events: EventLog, told: Told, open_webhook: Callable[..., object]
) -> None:
    open_webhook(server.url())
    server.answers = [403, 200]
    events.publish("alarm", {"alarm": 1})
    events.publish("alarm", {"alarm": 2})
    told.wait_for("recovered")
    assert [body["alarm"] for _, _, body in server.posts] == [1, 2]


def test_nobody_is_followed_elsewhere(
    server: Server, events: EventLog, told: Told, open_webhook: Callable[..., object]
) -> None:
    open_webhook(f"{server.url()}/here", tries=1)
    server.answers = [302]
    events.publish("alarm", {"alarm": 1})
    assert "it answers 302" in str(told.wait_for("error").data["message"])
    assert [path for path, _, _ in server.posts] == ["/here"]


def test_a_server_that_does_not_answer_holds_nobody_up(
    server: Server, events: EventLog, told: Told, open_webhook: Callable[..., object]
) -> None:
    server.hold = threading.Event()
    open_webhook(server.url(), tries=1, timeout=0.1)
    for number in range(MOST_WAITING + 20):
        events.publish("alarm", {"alarm": number})
    assert "no answer in time" in str(told.wait_for("error").data["message"])
    assert len(told.of("alarm")) == MOST_WAITING + 20


def test_a_server_that_is_not_there_is_said(
    server: Server, events: EventLog, told: Told, open_webhook: Callable[..., object]
) -> None:
    url = server.url(f"kim:{SECRET}")
    server.close()
    open_webhook(f"{url}/{SECRET}", tries=2)
    events.publish("alarm", {"alarm": 1})
    words = str(told.wait_for("error").data["message"])
    assert "it refuses the connection" in words
    assert SECRET not in words


def test_without_an_address_there_is_no_thread_and_no_listener(events: EventLog) -> None:
    webhook = AlarmWebhook(AlarmSettings(), "the site", alarm, events)
    events.publish("alarm", {"alarm": 1})
    webhook.close(1.0)
    assert not [thread for thread in threading.enumerate() if thread.name == "alarm webhook"]


@pytest.mark.parametrize("url", ["ftp://x/y", "file:///etc/passwd", "https:///x", "alarms.example.com", SECRET])
def test_what_is_no_web_address_is_a_mistake_that_shows_nothing(url: str, tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(yaml.safe_dump({"cameras": [{"name": "a", "url": "rtsp://a/b"}], "alarms": {"webhook": url}}))
    with pytest.raises(SettingsError, match=r"alarms.webhook: must be an address such as") as mistake:
        load_site(path)
    assert SECRET not in str(mistake.value)


def test_a_site_posts_the_alarm_of_somebody_seen(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    monkeypatch.setenv("GATE", SECRET)
    settings = yaml.safe_load(world.path.read_text())
    settings["alarms"] = {"webhook": server.url("kim:${GATE}")}
    world.path.write_text(yaml.safe_dump(settings))
    world.reopen()
    world.site.enrol("Mia", [picture(1)], KIM)
    world.walk("door", 1, 1)
    server.wait_for(1)
    (known,) = world.site.alarms()
    world.site.stop()
    _, headers, body = server.posts[0]
    assert "Authorization" in headers
    assert (body["person"], body["camera"], body["alarm"]) == ("Mia", "door", known.number)
