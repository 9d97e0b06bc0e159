"""Events are numbered, kept for a while and handed on in order."""

from __future__ import annotations

import threading

import pytest

from reid_app.domain import Event
from reid_app.runtime.events import EventLog


def test_events_are_numbered_from_one_and_kept() -> None:
    log = EventLog(keep=3)
    for number in range(5):
        log.publish("camera", {"n": number})
    assert [event.sequence for event in log.since(0)] == [3, 4, 5]
    assert [event.data["n"] for event in log.since(4)] == [4]
    assert log.since(5) == ()


def test_a_listener_hears_everything_until_it_leaves() -> None:
    log = EventLog()
    heard: list[Event] = []
    leave = log.subscribe(heard.append)
    first = log.publish("decision", {})
    leave()
    leave()
    log.publish("decision", {})
    assert heard == [first]


def test_a_listener_that_fails_disturbs_nobody(caplog: pytest.LogCaptureFixture) -> None:
    log = EventLog()
    heard: list[int] = []

    def fail(event: Event) -> None:
        raise ValueError("broken listener")

    log.subscribe(fail)
    log.subscribe(lambda event: heard.append(event.sequence))
    log.publish("merge", {})
    assert heard == [1]
    assert "broken listener" in caplog.text


def test_events_from_many_threads_reach_a_listener_in_the_order_of_their_numbers() -> None:
    log = EventLog()
    heard: list[int] = []
    log.subscribe(lambda event: heard.append(event.sequence))
    threads = [threading.Thread(target=lambda: [log.publish("x", {}) for _ in range(200)] and None) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == list(range(1, 801))
