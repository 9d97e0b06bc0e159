"""The clock that gives live frames their time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class WallClock:
    """UTC in nanoseconds since 1970 that never goes back.

    It is the machine's wall clock until that is set back; from then on it counts on by the
    monotonic clock, since trackers and matcher rely on times that grow. All cameras of a
    site share one, so that their times agree.

    Args:
        wall: The wall clock, in nanoseconds.
        monotonic: The monotonic clock, in nanoseconds.
    """

    def __init__(
        self, wall: Callable[[], int] = time.time_ns, monotonic: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._last = (wall(), monotonic())

    def __call__(self) -> int:
        """Return the time now."""
        with self._lock:
            monotonic = self._monotonic()
            now = max(self._wall(), self._last[0] + monotonic - self._last[1])
            self._last = (now, monotonic)
            return now
