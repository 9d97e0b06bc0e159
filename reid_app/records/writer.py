"""The one thread that writes: takes items in order, writes them in batches, loses none."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from reid_app.errors import RecordsError

Item = TypeVar("Item")


class BatchWriter(Generic[Item]):
    """Hands items to ``write`` in batches, in a thread of its own, oldest first.

    Items stay queued until ``write`` has returned. When it fails the same items are
    tried again, with newer ones behind them, until it succeeds: a full disk that
    gets space again goes on where it stopped. The queue is bounded: :meth:`put`
    waits while it is full, and raises when writing has failed for too long.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], None],
        *,
        flush_seconds: float,
        capacity: int = 2048,
        patience: float = 10.0,
        retry_seconds: float = 1.0,
        on_error: Callable[[RecordsError | None], None] | None = None,
    ) -> None:
        """Start the thread.

        Args:
            write: Writes a batch, all or nothing; called again with the same items after
                it raised :class:`RecordsError`.
            flush_seconds: Longest time that an item waits before it is written.
            capacity: Most items in the queue.
            patience: How long :meth:`put` waits on a full queue while writing fails, seconds.
            retry_seconds: Pause after a failure.
            on_error: Told from the writing thread when writing starts to fail, and with
                None when it works again.
        """
        self._write = write
        self._flush_seconds = flush_seconds
        self._capacity = capacity
        self._patience = patience
        self._retry_seconds = retry_seconds
        self._on_error = on_error
        self._items: deque[Item] = deque()
        self._changed = threading.Condition()
        self._put = 0
        self._written = 0
        self._begun = 0
        self._attempts = 0
        self._hurry = False
        self._closing = False
        self._error: RecordsError | None = None
        self._broken: BaseException | None = None
        self._thread = self._start_thread()

    def restart(self) -> None:
        """Go on with what is queued after an error that nobody foresaw ended the thread."""
        with self._changed:
            if self._broken is None or self._closing:
                return
            self._broken = None
            self._thread = self._start_thread()

    @property
    def broken(self) -> BaseException | None:
        """What nobody foresaw and ended the thread, if anything did; what is queued stays queued."""
        return self._broken

    @property
    def has_room(self) -> bool:
        """Whether there is room for about as much again as there is now, and somebody to write it."""
        with self._changed:
            return self._broken is None and len(self._items) < self._capacity // 2

    @property
    def waiting(self) -> int:
        """Items that are not on disk yet."""
        with self._changed:
            return len(self._items)

    @property
    def error(self) -> RecordsError | None:
        """Why the last batch could not be written; None when it was."""
        return self._error

    def put(self, item: Item) -> None:
        """Queue an item; waits while the queue is full.

        Raises:
            RecordsError: Writing has failed for as long as the patience lasts, or the writer is closed.
        """
        with self._changed:
            give_up: float | None = None
            while len(self._items) >= self._capacity and not self._closing and self._broken is None:
                self._changed.notify_all()
                if self._error is None:
                    give_up = None
                elif give_up is None:
                    give_up = time.monotonic() + self._patience
                elif time.monotonic() >= give_up:
                    raise RecordsError(str(self._error)) from self._error
                self._changed.wait(0.1)
            self._refuse_if_over()
            self._items.append(item)
            self._put += 1
            if len(self._items) == 1 or len(self._items) >= self._capacity:
                self._changed.notify_all()

    def flush(self) -> None:
        """Wait until everything put so far is on disk.

        Raises:
            RecordsError: It cannot be written now; it stays queued and is tried again.
        """
        with self._changed:
            target = self._put
            tried = self._begun  # what is under way now fails for what may be over
            while self._written < target:
                self._refuse_if_over()
                if self._error is not None and self._attempts > tried:
                    raise RecordsError(str(self._error)) from self._error
                self._hurry = True
                self._changed.notify_all()
                self._changed.wait(1.0)

    def close(self) -> None:
        """Write what is queued and stop the thread.

        Raises:
            RecordsError: The rest cannot be written; the message says how many items are lost.
        """
        with self._changed:
            if self._closing:
                return
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        if self._broken is not None:
            raise RecordsError(f"The records writer stopped: {self._broken!r}; please report it.") from self._broken
        if self._items and self._error is not None:
            raise RecordsError(f"{self._error} {len(self._items)} newest entries are lost.") from self._error

    def _refuse_if_over(self) -> None:
        if self._broken is not None:
            raise RecordsError(f"The records writer stopped: {self._broken!r}; please report it.") from self._broken
        if self._closing:
            raise RecordsError("The records are closed; nothing can be written any more.")

    def _start_thread(self) -> threading.Thread:
        thread = threading.Thread(target=self._run, name="records-writer", daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        try:
            while self._wait_for_batch() and self._write_batch():
                pass
        except BaseException as error:  # noqa: BLE001 (whatever it is, the waiting callers must learn of it)
            with self._changed:
                self._broken = error
                self._changed.notify_all()

    def _wait_for_batch(self) -> bool:
        """Wait until there is something to write and it is time; False when it is over."""
        with self._changed:
            while not self._items:
                if self._closing:
                    return False
                self._changed.wait()
            pause = self._flush_seconds if self._error is None else self._retry_seconds
            due = time.monotonic() + pause
            while not self._closing and not self._hurry:
                left = due - time.monotonic()
                if left <= 0 or (len(self._items) >= self._capacity and self._error is None):
                    break
                self._changed.wait(left)
            return True

    def _write_batch(self) -> bool:
        """Write all that is queued; False when it failed and there will be no other try."""
        with self._changed:
            batch = tuple(self._items)
            last_try = self._closing
            self._hurry = False
            self._begun += 1
        failure: RecordsError | None = None
        try:
            self._write(batch)
        except RecordsError as error:
            failure = error
        with self._changed:
            before, self._error = self._error, failure
            self._attempts += 1
            if failure is None:
                for _ in batch:
                    self._items.popleft()
                self._written += len(batch)
            self._changed.notify_all()
        if self._on_error is not None and (failure is None) != (before is None):
            self._on_error(failure)
        return failure is None or not last_try
