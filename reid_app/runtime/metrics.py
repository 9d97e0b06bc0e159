"""What the stages of the pipeline cost: busy time, counts, rates."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class StageClock:
    """Adds up the busy wall time of named stages; safe to use from any thread.

    Args:
        observe: Told of each stretch: the stage's name and the seconds.
    """

    def __init__(self, observe: Callable[[str, float], None] | None = None) -> None:
        self._observe = observe
        self._seconds: dict[str, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Count the time spent in the ``with`` block for ``stage``."""
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            with self._lock:
                self._seconds[stage] = self._seconds.get(stage, 0.0) + spent
            if self._observe is not None:
                self._observe(stage, spent)

    def seconds(self) -> dict[str, float]:
        """Return the busy seconds of each stage so far."""
        with self._lock:
            return dict(self._seconds)


class RateMeter:
    """Counts events and gives their rate over the last few seconds of the monotonic clock."""

    def __init__(self, window: float = 5.0) -> None:
        self._window = window
        self._times: deque[float] = deque()
        self.count = 0

    def tick(self) -> None:
        """Count one event now."""
        now = time.monotonic()
        self.count += 1
        self._times.append(now)
        self._forget(now)

    def rate(self) -> float:
        """Return events per second over the window."""
        now = time.monotonic()
        self._forget(now)
        times = tuple(self._times)
        return len(times) / max(self._window if self.count > len(times) else now - times[0], 0.5) if times else 0.0

    def _forget(self, now: float) -> None:
        while self._times and self._times[0] < now - self._window:
            self._times.popleft()
