"""Tells another system of alarms: each as JSON by POST to an address of the site file."""

from __future__ import annotations

import base64
import http.client
import json
import logging
import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import unquote, urlsplit, urlunsplit

from reid_app.config import AlarmSettings
from reid_app.config.redact import origin
from reid_app.domain import Event, from_ns
from reid_app.errors import ReidAppError
from reid_app.runtime.events import EventLog
from reid_app.runtime.facade import Alarm

log = logging.getLogger(__name__)

PART = "alarm webhook"
"""What the webhook is called in events."""

MOST_WAITING = 100
"""Alarms that may wait to be sent; beyond it the oldest is given up."""

FIRST_WAIT = 1.0
"""Seconds before the second try; the wait doubles from try to try."""

_LATER = frozenset({408, 425, 429})
"""Refusals (4xx) that ask to try again."""


class AlarmWebhook:
    """Posts alarms in a thread of its own, which begins with the first one.

    An alarm that cannot be delivered is given up after the last try: the records have it in
    any case. An event ``error`` tells of the first failure, an event ``recovered`` of the
    first success after it.

    Args:
        settings: Where to, and how often.
        site: Name of the site, for the message.
        find: Gives an alarm by its number, None if there is none.
        events: Brings the alarms, and takes what is told.
        first_wait: Seconds before the second try.
    """

    def __init__(
        self,
        settings: AlarmSettings,
        site: str,
        find: Callable[[int], Alarm | None],
        events: EventLog,
        first_wait: float = FIRST_WAIT,
    ) -> None:
        self._settings = settings
        self._site = site
        self._find = find
        self._events = events
        self._first_wait = first_wait
        self._waiting: queue.Queue[int] = queue.Queue(MOST_WAITING)
        self._closing = threading.Event()
        self._failing = False
        self._thread: threading.Thread | None = None
        self._opener = _opener()
        self._unsubscribe = events.subscribe(self._hear) if settings.webhook is not None else None

    def close(self, timeout: float) -> None:
        """Take no more alarms and end; one that is being sent is left behind after ``timeout`` seconds."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        self._closing.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def _hear(self, event: Event) -> None:
        """Take an alarm in; events come one after the other."""
        number = event.data.get("alarm")
        if event.kind != "alarm" or not isinstance(number, int) or self._closing.is_set():
            return
        if self._waiting.full():
            log.warning("alarm %s was given up for the webhook: too many wait", self._waiting.get_nowait())
        self._waiting.put_nowait(number)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="alarm webhook", daemon=True)
            self._thread.start()

    # In the webhook's own thread ------------------------------------------------------------

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                number = self._waiting.get(timeout=0.2)
            except queue.Empty:
                continue
            try:
                alarm = self._find(number)
            except ReidAppError as error:
                self._fail(f"alarm {number} cannot be sent: {error}")
                continue
            if alarm is not None:
                self._deliver(alarm)

    def _deliver(self, alarm: Alarm) -> None:
        body = json.dumps(message(self._site, alarm)).encode()
        wait = self._first_wait
        for left in range(self._settings.webhook_tries - 1, -1, -1):
            problem, hopeless = self._post(body)
            if not problem:
                self._recover()
                return
            self._fail(f"{self._shown()} did not take alarm {alarm.number}: {problem}")
            if hopeless or not left or self._closing.wait(wait):
                return
            wait *= 2

    def _post(self, body: bytes) -> tuple[str, bool]:
        """Send once; return what went wrong (empty: nothing), and whether it will again."""
        try:
            with self._opener.open(self._request(body), timeout=self._settings.webhook_timeout):
                return "", False
        except urllib.error.HTTPError as error:
            with error:
                final = error.code < 500 and error.code not in _LATER
                return f"it answers {error.code}; check the address and who may send to it", final
        except (OSError, http.client.HTTPException, ValueError) as error:
            # The text of an error may hold the address, and with it a secret.
            return f"{_reason(error)}; check the address, and that its server runs", False

    def _request(self, body: bytes) -> urllib.request.Request:
        secret = self._settings.webhook
        parts = urlsplit("" if secret is None else secret.get_secret_value())
        headers = {"Content-Type": "application/json", "User-Agent": "reid-app"}
        user, at, place = parts.netloc.rpartition("@")
        if at:
            headers["Authorization"] = f"Basic {base64.b64encode(unquote(user).encode()).decode()}"
        url = urlunsplit((parts.scheme, place, parts.path, parts.query, ""))
        return urllib.request.Request(url, body, headers, method="POST")  # noqa: S310  the settings allow http(s) only

    def _shown(self) -> str:
        secret = self._settings.webhook
        return origin("" if secret is None else secret.get_secret_value()) or "the webhook"

    def _fail(self, sentence: str) -> None:
        log.warning("webhook: %s", sentence)
        if not self._failing:
            self._failing = True
            self._events.publish("error", {"part": PART, "message": sentence})

    def _recover(self) -> None:
        if self._failing:
            self._failing = False
            self._events.publish("recovered", {"part": PART})


def message(site: str, alarm: Alarm) -> dict[str, object]:
    """Return what is posted of an alarm, as values for JSON."""
    return {
        "site": site,
        "alarm": alarm.number,
        "time": from_ns(alarm.time_ns).isoformat(),
        "person": alarm.name,
        "camera": alarm.track.camera,
        "track": str(alarm.track),
        "identity": alarm.identity,
        "score": round(alarm.score, 4),
        "likelihood": alarm.likelihood.value,
    }


def _opener() -> urllib.request.OpenerDirector:
    """Return what opens http and https, by a proxy if the environment names one, and follows nobody elsewhere."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _reason(error: Exception) -> str:
    """Say in words what an error is, without its own text."""
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    match inner:
        case TimeoutError():
            return "it gives no answer in time"
        case ConnectionRefusedError():
            return "it refuses the connection"
        case _:
            return f"it cannot be reached ({type(inner).__name__})"
