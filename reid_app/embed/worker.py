"""The thread that embeds the crops of all cameras in batches."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, Self, TypeVar

from reid_app.domain import Crop, Sighting
from reid_app.errors import ReidAppError

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Embeds(Protocol):
    """Turns crops into sightings; see :class:`reid_app.embed.Embedder`."""

    def embed(self, crops: Sequence[Crop]) -> list[Sighting]:
        """Embed crops, in their order."""


@dataclass(frozen=True, slots=True)
class WorkerStats:
    """Counters of a worker since its start.

    Attributes:
        waiting_groups: Groups not yet delivered.
        waiting_crops: Crops not yet embedded.
        batches: Calls of the network.
        crops: Crops embedded.
        dropped: Crops given up because newer ones pushed them out.
        mean_batch: Crops per call.
        mean_ms: Milliseconds per crop.
    """

    waiting_groups: int
    waiting_crops: int
    batches: int
    crops: int
    dropped: int
    mean_batch: float
    mean_ms: float


@dataclass(slots=True)
class _Group(Generic[T]):
    item: T
    crops: tuple[Crop, ...]
    since: float
    sightings: list[Sighting] = field(default_factory=list)
    is_delivered: bool = False

    def give_up(self, count: int) -> int:
        """Leave the oldest ``count`` crops out that were not embedded; return how many there were."""
        done = len(self.sightings)
        given_up = min(count, len(self.crops) - done)
        self.crops = self.crops[:done] + self.crops[done + given_up :]
        return given_up


class EmbedWorker(Generic[T]):
    """Embeds groups of crops in a thread and delivers them in the order in which they came.

    A group is whatever belongs together, for example one tick of the pipeline: ``item``
    comes back with the sightings of its crops. Live, groups are joined until there are
    ``batch_size`` crops or the oldest waited ``max_wait``; crops that the network cannot
    get to within ``most_age`` are dropped, oldest first, their group is still delivered,
    and who hands over never waits: see :attr:`behind`. Lossless, nothing is dropped and
    each group is embedded on its own, so that what the network is given depends on the
    data only.

    An error ends the thread; :meth:`restart` starts another, also in place of one that
    hangs. What was being embedded is given up then, and its groups are delivered with the
    looks that they had; a group whose delivery failed is not delivered again.

    Args:
        embedder: What embeds.
        deliver: Called in the worker's thread with each group's item and sightings.
        batch_size: Most crops given to the embedder at once.
        max_wait: Seconds that a crop may wait for others; live only.
        lossless: Whether the run must not lose a crop.
        capacity: Most crops that wait; live only.
        most_groups: Most groups that wait. Lossless, ``submit`` waits while there are as many;
            live, it does not, but the worker says that it is behind.
        most_age: Seconds after which a crop that still waits is dropped; live only.
        on_error: Called in the worker's thread with what ended it.
        on_batch: Called in the worker's thread after each call of the network, with the
            number of crops and the seconds that it took.
    """

    def __init__(
        self,
        embedder: Embeds,
        deliver: Callable[[T, list[Sighting]], None],
        *,
        batch_size: int = 16,
        max_wait: float = 0.02,
        lossless: bool = False,
        capacity: int = 64,
        most_groups: int = 32,
        most_age: float = 0.5,
        on_error: Callable[[Exception], None] | None = None,
        on_batch: Callable[[int, float], None] | None = None,
    ) -> None:
        self._embedder = embedder
        self._deliver = deliver
        self._batch_size = batch_size
        self._max_wait = max_wait
        self._lossless = lossless
        self._capacity = max(capacity, batch_size)
        self._most_groups = most_groups
        self._most_age = most_age
        self._on_error = on_error
        self._on_batch = on_batch
        self._changed = threading.Condition()
        self._waiting: deque[_Group[T]] = deque()
        self._busy: list[_Group[T]] = []
        self._closing = False
        self._stopping = False
        self._error: Exception | None = None
        self._batches = self._crops = self._dropped = 0
        self._seconds = 0.0
        self._crop_seconds = 0.0
        self._busy_since: float | None = None
        self._lease = object()
        self._thread = self._new_thread()

    def __enter__(self) -> Self:
        """Start the thread."""
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop the thread; what waits is given up."""
        self.stop()

    @property
    def error(self) -> Exception | None:
        """What ended the thread, if an error did."""
        return self._error

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def restart(self) -> None:
        """Start a new thread after an error, or leave one that hangs behind; live only."""
        with self._changed:
            self._lease = object()
            self._error = None
            self._busy_since = None
            if self._busy and self._busy[0].is_delivered:
                self._dropped += self._busy.pop(0).give_up(self._capacity)
            for group in self._busy:
                self._dropped += group.give_up(len(group.crops))
            self._thread = self._new_thread()
            self._thread.start()

    @property
    def behind(self) -> bool:
        """Whether what is handed over now would wait too long; live, nothing more should be handed over then."""
        with self._changed:
            if not self._waiting:
                return False
            age = time.monotonic() - self._waiting[0].since
            return len(self._waiting) >= self._most_groups or age > self._most_age + self._max_wait

    def busy(self) -> float:
        """Seconds for which the thread has been at the call at hand; 0 while it waits for crops."""
        since = self._busy_since
        return 0.0 if since is None else time.monotonic() - since

    def beat(self) -> None:
        """Take that the delivery at hand waits for something else on purpose, and does not hang."""
        if self._busy_since is not None:
            self._busy_since = time.monotonic()

    def submit(self, item: T, crops: Sequence[Crop]) -> None:
        """Hand over one group; lossless, it waits while ``most_groups`` wait already.

        Raises:
            ReidAppError: The worker was stopped, or lossless an error ended it (its cause).
        """
        with self._changed:
            if self._lossless:
                self._changed.wait_for(lambda: len(self._waiting) < self._most_groups or self._ended)
            if self._stopping or self._closing or (self._lossless and self._error is not None):
                raise ReidAppError("the embedding worker has ended and takes no more crops") from self._error
            self._waiting.append(_Group(item, tuple(crops), time.monotonic()))
            if not self._lossless:
                self._drop_oldest(self._capacity)
            self._changed.notify_all()

    def drain(self, timeout: float | None = None) -> bool:
        """Wait until all that was submitted is delivered; groups do not wait to be joined any more.

        Returns:
            Whether all was delivered: False after ``timeout`` seconds, a stop or an error.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._idle or self._ended, timeout)
            self._closing = False
            return self._idle and self._error is None

    def stop(self, timeout: float = 2.0) -> bool:
        """End the thread after the batch at hand; what waits is given up.

        Returns:
            Whether it ended within ``timeout`` seconds.
        """
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def stats(self) -> WorkerStats:
        """Return the counters."""
        with self._changed:
            groups = [*self._busy, *self._waiting]
            return WorkerStats(
                waiting_groups=len(groups),
                waiting_crops=sum(len(group.crops) - len(group.sightings) for group in groups),
                batches=self._batches,
                crops=self._crops,
                dropped=self._dropped,
                mean_batch=self._crops / self._batches if self._batches else 0.0,
                mean_ms=1000 * self._seconds / self._crops if self._crops else 0.0,
            )

    @property
    def _ended(self) -> bool:
        return self._stopping or self._error is not None

    @property
    def _idle(self) -> bool:
        return not self._waiting and not self._busy

    def _new_thread(self) -> threading.Thread:
        return threading.Thread(target=self._run, args=(self._lease,), name="embed", daemon=True)

    def _drop_oldest(self, most: int) -> None:
        """Drop waiting crops beyond ``most``."""
        excess = sum(len(group.crops) for group in self._waiting) - most
        for group in self._waiting:
            if excess <= 0:
                return
            dropped = group.give_up(excess)
            self._dropped += dropped
            excess -= dropped

    def _drop_late(self) -> None:
        """Drop crops that have waited too long, and those that would have by the time it is their turn."""
        limit = time.monotonic() - self._most_age
        for group in self._waiting:
            if group.since >= limit:
                break
            self._dropped += group.give_up(len(group.crops))
        if self._crop_seconds:
            self._drop_oldest(min(self._capacity, max(1, int(self._most_age / self._crop_seconds))))

    def _run(self, lease: object) -> None:
        try:
            while self._take(lease):
                self._embed(lease)
        except Exception as error:  # noqa: BLE001  whatever it is, it is handed on
            with self._changed:
                if lease is not self._lease:
                    return
                self._error = error
                self._busy_since = None
                self._changed.notify_all()
            _log.debug("the embedding worker ended", exc_info=True)
            if self._on_error is not None:
                self._on_error(error)

    def _take(self, lease: object) -> bool:
        """Wait for groups and move those to be embedded together to ``_busy``; False at the end."""
        with self._changed:
            if lease is not self._lease:
                return False
            self._busy_since = None
            if self._busy:  # left over by the thread before
                self._busy_since = time.monotonic()
                return not self._stopping
            self._changed.wait_for(lambda: self._waiting or self._stopping or lease is not self._lease)
            while not self._stopping and self._waiting and (left := self._time_left()) > 0:
                self._changed.wait(left)
            if self._stopping or lease is not self._lease:
                return False
            if not self._lossless:
                self._drop_late()
            crops = 0
            while self._waiting and (not self._busy or not self._lossless):
                if self._busy and crops + len(self._waiting[0].crops) > self._batch_size:
                    break
                group = self._waiting.popleft()
                crops += len(group.crops)
                self._busy.append(group)
            self._busy_since = time.monotonic()
            self._changed.notify_all()
            return True

    def _time_left(self) -> float:
        """Seconds for which the groups that wait may still be joined by others."""
        if self._lossless or self._closing or not self._waiting[0].crops:
            return 0.0
        if sum(len(group.crops) for group in self._waiting) >= self._batch_size:
            return 0.0
        return self._waiting[0].since + self._max_wait - time.monotonic()

    def _embed(self, lease: object) -> None:
        """Embed the groups at hand, one batch after the other, and deliver them in order."""
        places = [(group, crop) for group in self._busy for crop in group.crops[len(group.sightings) :]]
        for start in range(0, len(places), self._batch_size):
            if self._stopping or lease is not self._lease:
                return
            chosen = places[start : start + self._batch_size]
            self._busy_since = began = time.monotonic()
            sightings = self._embedder.embed([crop for _, crop in chosen])
            took = time.monotonic() - began
            with self._changed:
                if lease is not self._lease:  # it was left behind: another thread has delivered the groups
                    return
                for (group, _), sighting in zip(chosen, sightings, strict=True):
                    group.sightings.append(sighting)
                self._count(len(chosen), took)
            if self._on_batch is not None:
                self._on_batch(len(chosen), took)
        while True:
            with self._changed:
                if lease is not self._lease or not self._busy:
                    return
                group = self._busy[0]
                group.is_delivered = True
                self._busy_since = time.monotonic()
            self._deliver(group.item, group.sightings)
            with self._changed:
                if lease is not self._lease:
                    return
                self._busy.pop(0)
                self._changed.notify_all()

    def _count(self, crops: int, seconds: float) -> None:
        self._batches += 1
        self._crops += crops
        self._seconds += seconds
        each = seconds / crops
        self._crop_seconds = each if not self._crop_seconds else 0.8 * self._crop_seconds + 0.2 * each
