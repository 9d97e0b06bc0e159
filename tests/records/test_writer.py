"""The writing thread loses nothing, tells of trouble, and goes on when it is over."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reid_app.errors import RecordsError
from reid_app.records.writer import BatchWriter

LONG = 30.0


class Disk:
    """Takes batches; may be full, slow or broken."""

    def __init__(self) -> None:
        self.items: list[int] = []
        self.batches = 0
        self.full = False
        self.broken: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.tried = threading.Semaphore(0)
        self.told: list[RecordsError | None] = []

    def write(self, items: Sequence[int]) -> None:
        assert self.gate.wait(LONG)
        self.tried.release()
        if self.broken is not None:
            raise self.broken
        if self.full:
            raise RecordsError("The disk is full.")
        self.items += items
        self.batches += 1

    def writer(self, **options: float) -> BatchWriter[int]:
        values = {"flush_seconds": 0.01, "retry_seconds": 0.01, "patience": 0.05} | options
        return BatchWriter(self.write, on_error=self.told.append, **values)  # type: ignore[arg-type]


def test_items_arrive_in_order_and_once() -> None:
    disk = Disk()
    writer = disk.writer()
    for number in range(1000):
        writer.put(number)
    writer.flush()
    assert disk.items == list(range(1000))
    writer.close()
    assert disk.items == list(range(1000))
    assert disk.told == []


def test_items_are_written_without_being_asked() -> None:
    disk = Disk()
    writer = disk.writer()
    writer.put(1)
    assert disk.tried.acquire(timeout=LONG)
    writer.close()
    assert disk.items == [1]


def test_many_items_go_in_few_batches() -> None:
    disk = Disk()
    writer = disk.writer(flush_seconds=1.0)
    for number in range(500):
        writer.put(number)
    writer.flush()
    assert disk.batches <= 2
    writer.close()


def test_closing_writes_the_rest() -> None:
    disk = Disk()
    writer = disk.writer(flush_seconds=1.0)
    writer.put(1)
    writer.close()
    writer.close()
    assert disk.items == [1]
    with pytest.raises(RecordsError, match="closed"):
        writer.put(2)
    writer.flush()  # all that was put is on disk


def test_a_full_queue_makes_the_caller_wait() -> None:
    disk = Disk()
    disk.gate.clear()
    writer = disk.writer(capacity=10)
    done = threading.Event()

    def fill() -> None:
        for number in range(15):
            writer.put(number)
        done.set()

    thread = threading.Thread(target=fill)
    thread.start()
    while writer.waiting < 10:
        assert not done.wait(0.001)
    assert not done.wait(0.2)  # longer than the patience: a slow disk is no failure
    disk.gate.set()
    thread.join(LONG)
    assert done.is_set()
    writer.close()
    assert disk.items == list(range(15))


def test_trouble_is_told_once_and_nothing_is_lost() -> None:
    disk = Disk()
    disk.full = True
    writer = disk.writer()
    writer.put(1)
    for _ in range(3):
        assert disk.tried.acquire(timeout=LONG)
    with pytest.raises(RecordsError, match="disk is full"):
        writer.flush()
    assert str(writer.error) == "The disk is full."
    writer.put(2)
    disk.full = False
    assert disk.tried.acquire(timeout=LONG)
    while writer.waiting:
        assert disk.tried.acquire(timeout=LONG)
    writer.flush()
    assert disk.items == [1, 2]
    assert writer.error is None
    writer.close()
    assert [str(one) for one in disk.told] == ["The disk is full.", "None"]


def test_a_flush_is_not_answered_by_an_attempt_that_was_under_way() -> None:
    begun, go = threading.Event(), threading.Event()
    written: list[int] = []

    def write(items: Sequence[int]) -> None:
        if not begun.is_set():
            begun.set()
            assert go.wait(LONG)
            raise RecordsError("The disk is full.")
        written.extend(items)

    writer = BatchWriter(write, flush_seconds=0.01, retry_seconds=LONG)
    writer.put(1)
    assert begun.wait(LONG)
    with ThreadPoolExecutor(1) as pool:
        flushed = pool.submit(writer.flush)
        while not writer._hurry:
            assert not flushed.done()
        go.set()
        flushed.result(LONG)
    assert written == [1]
    writer.close()


def test_after_patience_the_caller_is_told() -> None:
    disk = Disk()
    disk.full = True
    writer = disk.writer(capacity=3)
    for number in range(3):
        writer.put(number)
    with pytest.raises(RecordsError, match="disk is full"):
        writer.put(3)
    disk.full = False
    writer.flush()
    writer.put(4)
    writer.close()
    assert disk.items == [0, 1, 2, 4]


def test_closing_on_a_full_disk_says_what_is_lost() -> None:
    disk = Disk()
    disk.full = True
    writer = disk.writer()
    writer.put(1)
    writer.put(2)
    with pytest.raises(RecordsError, match=r"The disk is full\. 2 newest entries are lost"):
        writer.close()


def test_closing_tries_once_more() -> None:
    disk = Disk()
    disk.full = True
    writer = disk.writer(retry_seconds=LONG)
    writer.put(1)
    assert disk.tried.acquire(timeout=LONG)
    disk.full = False
    writer.close()
    assert disk.items == [1]


def test_a_mistake_of_ours_does_not_leave_callers_waiting() -> None:
    disk = Disk()
    disk.broken = KeyError("camera")
    writer = disk.writer(capacity=2)
    writer.put(1)
    with pytest.raises(RecordsError, match="stopped: KeyError"):
        writer.flush()
    with pytest.raises(RecordsError, match="please report it"):
        writer.put(2)
    with pytest.raises(RecordsError, match="stopped"):
        writer.close()


@given(failures=st.lists(st.booleans(), max_size=12), counts=st.lists(st.integers(0, 5), max_size=12))
@settings(max_examples=40, deadline=None)
def test_whatever_fails_everything_is_written_in_order_once(failures: list[bool], counts: list[int]) -> None:
    disk = Disk()
    outcomes = iter(failures)

    def write(items: Sequence[int]) -> None:
        if next(outcomes, False):
            raise RecordsError("not now")
        disk.write(items)

    writer: BatchWriter[int] = BatchWriter(write, flush_seconds=0.0001, retry_seconds=0.0001)
    number = 0
    for count in counts:
        for _ in range(count):
            writer.put(number)
            number += 1
    while writer.waiting:
        try:
            writer.flush()
        except RecordsError:
            continue
    writer.close()
    assert disk.items == list(range(number))
