"""The clock that gives live frames their time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from reid_app.domain import NS_PER_S

LATEST = 5.0
"""Seconds by which a picture may come late and still be given the time that its stream says."""

_CREEP = 0.002
"""Seconds a second by which a stream's clock may be too slow."""


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


class StreamClock:
    """UTC of a live stream's pictures, by the stream's own time stamps.

    Pictures arrive early or late by whatever the network and the decoder do, but a stream
    counts evenly. Its clock is put to UTC by the picture that came with the least delay, and
    never gives a time that is not after the one before, or after now. A stream whose stamps
    jump, or that has none, has the times of arrival.

    Args:
        clock: UTC now, in nanoseconds.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._offset_ns: int | None = None
        self._last_ns = 0
        self._seen_ns = 0

    def __call__(self, stamp: float | None) -> int:
        """Return when a picture was taken that arrives now.

        Args:
            stamp: By the stream, in seconds.
        """
        now_ns = self._clock()
        if stamp is None:
            time_ns = now_ns
        else:
            time_ns = round(stamp * NS_PER_S) + self._offset(now_ns - round(stamp * NS_PER_S), now_ns)
        self._last_ns = max(self._last_ns + 1, min(time_ns, now_ns))
        return self._last_ns

    def _offset(self, offset_ns: int, now_ns: int) -> int:
        """Return what has to be added to a stamp, after one that arrived ``offset_ns`` after it said."""
        before_ns, self._seen_ns = self._seen_ns, now_ns
        if self._offset_ns is None or offset_ns - self._offset_ns > LATEST * NS_PER_S:
            self._offset_ns = offset_ns
        else:
            crept_ns = self._offset_ns + round(_CREEP * (now_ns - before_ns))
            self._offset_ns = min(crept_ns, offset_ns)
        return self._offset_ns
