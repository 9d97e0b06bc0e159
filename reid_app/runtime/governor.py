"""How many of the frames that are wanted can be looked at."""

from __future__ import annotations

LEAST = 0.02
"""Share of the wanted detections below which it is never lowered."""

INTERVAL = 1.0
"""Seconds between two changes."""

_LEAST_FOR_CROPS = 0.5
_TOLERATED = 0.05
_STEP = 0.05


class Governor:
    """Lowers the detection rate of all cameras alike while there is more to do than can be done.

    Without it a machine that cannot keep up looks at whatever frame happens to be the newest
    when it is ready, spends all its time on detection, and leaves none for decoding and for
    recognising people. With it frames are evenly spaced, and their rate is known.

    Once a second the share falls by what was missed (by at least a twentieth, at most a
    half), or rises by a twentieth while nothing is. Where there is time for detection but
    not for the crops, it falls too, as both share the processor, but to a half at most:
    people are followed even when they cannot be recognised.
    """

    def __init__(self) -> None:
        self.share = 1.0
        """Of the detections per second that the settings ask for."""
        self._due: float | None = None
        self._taken = self._missed = self._crops = 0

    def update(self, now: float, taken: int, missed: int, crops: int) -> float:
        """Return the share from now on.

        Args:
            now: Monotonic clock, in seconds.
            taken: Frames looked at since the start.
            missed: Frames that were due and could not be looked at, since the start.
            crops: Crops that could not be embedded, since the start.
        """
        if self._due is not None and now < self._due:
            return self.share
        done, lost, late = taken - self._taken, missed - self._missed, crops - self._crops
        self._due, self._taken, self._missed, self._crops = now + INTERVAL, taken, missed, crops
        too_much = lost / (done + lost) if done + lost else 0.0
        if too_much > _TOLERATED:
            self.share = max(LEAST, self.share * (1 - min(0.5, too_much)))
        elif late:
            self.share = min(self.share, max(_LEAST_FOR_CROPS, self.share * (1 - _STEP)))
        else:
            self.share = min(1.0, self.share * (1 + _STEP))
        return self.share
