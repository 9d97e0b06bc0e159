"""How long to wait before a lost source is opened again."""

from __future__ import annotations

import random


class Backoff:
    """Waits that double from ``first`` to ``most`` seconds, with jitter.

    The jitter keeps cameras that were lost together from coming back together. It is drawn
    from a generator seeded with ``seed``, so a camera's waits can be told in advance.

    >>> waits = Backoff(1.0, 30.0, seed="door")
    >>> all(1.0 <= waits.next() <= 30.0 for _ in range(20))
    True
    """

    def __init__(self, first: float, most: float, *, seed: str) -> None:
        self._first = first
        self._most = max(first, most)
        self._random = random.Random(seed)  # noqa: S311  nothing secret depends on it
        self._failures = 0

    def next(self) -> float:
        """Return the wait after one more failure, in seconds."""
        wait = self._first * 2.0 ** min(self._failures, 32) * self._random.uniform(0.75, 1.25)
        self._failures += 1
        return min(self._most, max(self._first, wait))

    def longest(self) -> float:
        """Return the wait after a refusal that will not pass by itself, in seconds."""
        return self._most * self._random.uniform(0.75, 1.0)

    def reset(self) -> None:
        """Start again from the first wait: the source works."""
        self._failures = 0
