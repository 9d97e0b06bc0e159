"""The events of a site: numbered, kept for a while, handed to whoever listens."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping

from reid_app.domain import Event

log = logging.getLogger(__name__)

Listener = Callable[[Event], None]


class EventLog:
    """Numbers events from 1, keeps the newest, and calls the listeners in order.

    A listener that raises is told off in the log and keeps its subscription; it
    never disturbs the part of the site that published the event.
    """

    def __init__(self, keep: int = 4096) -> None:
        self._events: deque[Event] = deque(maxlen=keep)
        self._listeners: dict[int, Listener] = {}
        self._next_listener = 0
        self._sequence = 0
        self._lock = threading.RLock()

    def publish(self, kind: str, data: Mapping[str, object]) -> Event:
        """Number an event of ``kind``, keep it, and hand it to every listener."""
        with self._lock:
            self._sequence += 1
            event = Event(self._sequence, time.time_ns(), kind, data)
            self._events.append(event)
            for listener in tuple(self._listeners.values()):
                try:
                    listener(event)
                except Exception:
                    log.exception("a listener failed on event %s (%s)", event.sequence, kind)
            return event

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have ``listener`` called with every event from now on; return the call that ends it."""
        with self._lock:
            key = self._next_listener
            self._next_listener += 1
            self._listeners[key] = listener

        def unsubscribe() -> None:
            with self._lock:
                self._listeners.pop(key, None)

        return unsubscribe

    def since(self, sequence: int) -> tuple[Event, ...]:
        """Return the kept events with a number above ``sequence``, oldest first."""
        with self._lock:
            return tuple(event for event in self._events if event.sequence > sequence)
