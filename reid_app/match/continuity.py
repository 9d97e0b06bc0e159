"""Continuity: a track that begins where another one of the same camera was just lost.

Somebody walks behind a pillar or another person, the tracker loses them, and half a
second later a new track begins a step further on. Where that place is the only one
that fits, it speaks for the same person as looks do, and it does so when looks are at
their worst: half hidden.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from reid_app.domain import NS_PER_S, FloatArray

LONGEST_NS = 2 * NS_PER_S
"""How long somebody can be hidden and still be expected where they were going."""

_MEMORY_NS = NS_PER_S
"""Stretch of a track from which its speed is read."""

_SHORTEST_NS = NS_PER_S // 5
"""A stretch shorter than this shows no speed."""

_STEPS = 32
"""Boxes that are remembered at most."""

_NEAR = 0.4
"""How far from the expected place a track may begin, in heights of the box..."""

_DRIFT = 0.4
"""...and how much farther for each second in between."""

_ALIKE = 0.7
"""Least ratio of the heights."""


@dataclass(slots=True, eq=False)
class Trail:
    """The last second of a track's boxes: where it went."""

    _steps: deque[tuple[int, float, float, float]] = field(default_factory=lambda: deque(maxlen=_STEPS))

    def add(self, time_ns: int, box: FloatArray) -> None:
        """Take in a box (4,) in pixels of the frame."""
        x1, y1, x2, y2 = box.tolist()
        # The head's end of the box: legs are hidden more often.
        self._steps.append((time_ns, (x1 + x2) / 2, y1, y2 - y1))
        while self._steps[0][0] < time_ns - _MEMORY_NS:
            self._steps.popleft()

    def leads_to(self, time_ns: int, box: FloatArray) -> bool:
        """Whether the person may be the one in ``box`` (4,) at ``time_ns``."""
        last_ns, x, y, _ = self._steps[-1]
        gap_ns = time_ns - last_ns
        if not 0 < gap_ns <= LONGEST_NS:
            return False
        x1, y1, x2, y2 = box.tolist()
        usual, height = float(np.median([step[3] for step in self._steps])), y2 - y1
        if min(usual, height) < _ALIKE * max(usual, height) or height <= 0:
            return False
        gap = gap_ns / NS_PER_S
        speed_x, speed_y = self._speed()
        away = np.hypot((x1 + x2) / 2 - (x + speed_x * gap), y1 - (y + speed_y * gap))
        return bool(away <= usual * (_NEAR + _DRIFT * gap))

    def _speed(self) -> tuple[float, float]:
        """Pixels a second to the right and down."""
        first, last = self._steps[0], self._steps[-1]
        span_ns = last[0] - first[0]
        if span_ns < _SHORTEST_NS:
            return 0.0, 0.0
        seconds = span_ns / NS_PER_S
        return (last[1] - first[1]) / seconds, (last[2] - first[2]) / seconds
