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


class EmbedWorker(Generic[T]):
    """Embeds groups of crops in a thread and delivers them in the order in which they came.

    A group is whatever belongs together, for example one tick of the pipeline: ``item``
    comes back with the sightings of its crops. Live, groups are joined until there are
    ``batch_size`` crops or the oldest waited ``max_wait``; crops that wait in vain are
    dropped, oldest first, their group is still delivered. Lossless, nothing is dropped
    and each group is embedded on its own, so that what the network is given depends on
    the data only.

    Args:
        embedder: What embeds.
        deliver: Called in the worker's thread with each group's item and sightings.
        batch_size: Most crops given to the embedder at once.
        max_wait: Seconds that a crop may wait for others; live only.
        lossless: Whether the run must not lose a crop.
        capacity: Most crops that wait; live only.
        most_groups: Most groups that wait; ``submit`` waits while there are as many.
        on_error: Called once, in the worker's thread, with what ended it.
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
        on_error: Callable[[Exception], None] | None = None,
    ) -> None:
        self._embedder = embedder
        self._deliver = deliver
        self._batch_size = batch_size
        self._max_wait = max_wait
        self._lossless = lossless
        self._capacity = max(capacity, batch_size)
        self._most_groups = most_groups
        self._on_error = on_error
        self._changed = threading.Condition()
        self._waiting: deque[_Group[T]] = deque()
        self._busy: list[_Group[T]] = []
        self._closing = False
        self._stopping = False
        self._error: Exception | None = None
        self._batches = self._crops = self._dropped = 0
        self._seconds = 0.0
        self._thread = threading.Thread(target=self._run, name="embed", daemon=True)

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

    def submit(self, item: T, crops: Sequence[Crop]) -> None:
        """Hand over one group; waits while ``most_groups`` wait already.

        Raises:
            ReidAppError: The worker was stopped, or an error ended it (its cause).
        """
        with self._changed:
            self._changed.wait_for(lambda: len(self._waiting) < self._most_groups or self._ended)
            if self._ended or self._closing:
                raise ReidAppError("the embedding worker has ended and takes no more crops") from self._error
            self._waiting.append(_Group(item, tuple(crops), time.monotonic()))
            if not self._lossless:
                self._drop_oldest()
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

    def _drop_oldest(self) -> None:
        excess = sum(len(group.crops) for group in self._waiting) - self._capacity
        for group in self._waiting:
            if excess <= 0:
                return
            dropped = min(excess, len(group.crops))
            group.crops = group.crops[dropped:]
            self._dropped += dropped
            excess -= dropped

    def _run(self) -> None:
        try:
            while self._take():
                self._embed()
        except Exception as error:  # noqa: BLE001  whatever it is, it is handed on
            with self._changed:
                self._error = error
                self._changed.notify_all()
            _log.debug("the embedding worker ended", exc_info=True)
            if self._on_error is not None:
                self._on_error(error)

    def _take(self) -> bool:
        """Wait for groups and move those to be embedded together to ``_busy``; False at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            while not self._stopping and (left := self._time_left()) > 0:
                self._changed.wait(left)
            if self._stopping:
                return False
            crops = 0
            while self._waiting and (not self._busy or not self._lossless):
                if self._busy and crops + len(self._waiting[0].crops) > self._batch_size:
                    break
                group = self._waiting.popleft()
                crops += len(group.crops)
                self._busy.append(group)
            self._changed.notify_all()
            return True

    def _time_left(self) -> float:
        """Seconds for which the groups that wait may still be joined by others."""
        if self._lossless or self._closing or not self._waiting[0].crops:
            return 0.0
        if sum(len(group.crops) for group in self._waiting) >= self._batch_size:
            return 0.0
        return self._waiting[0].since + self._max_wait - time.monotonic()

    def _embed(self) -> None:
        """Embed the groups at hand, one batch after the other, and deliver them in order."""
        places = [(group, crop) for group in self._busy for crop in group.crops]
        for start in range(0, len(places), self._batch_size):
            if self._stopping:
                return
            chosen = places[start : start + self._batch_size]
            began = time.perf_counter()
            sightings = self._embedder.embed([crop for _, crop in chosen])
            took = time.perf_counter() - began
            with self._changed:
                for (group, _), sighting in zip(chosen, sightings, strict=True):
                    group.sightings.append(sighting)
                self._batches += 1
                self._crops += len(chosen)
                self._seconds += took
        while self._busy:
            group = self._busy[0]
            self._deliver(group.item, group.sightings)
            with self._changed:
                self._busy.pop(0)
                self._changed.notify_all()
