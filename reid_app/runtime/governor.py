"""How many of the frames that are wanted can be looked at, and how many by the detector."""

from __future__ import annotations

from dataclasses import dataclass

LEAST = 0.02
"""Share of the wanted detections below which it is never lowered."""

INTERVAL = 1.0
"""Seconds between two changes."""

_LEAST_FOR_CROPS = 0.5
_TOLERATED = 0.05
_STEP = 0.05
_LEAP = 0.5
_IDLE = 0.4
"""Share of the time that looking takes, up to which the share rises quickly."""

_EASY = 0.6
"""Share of the time that detection in every frame may take for the detector to be spared no more."""

_EASY_FOR = 15
"""Updates for which it must have been so."""


@dataclass(frozen=True, slots=True)
class Load:
    """What was done since the start.

    Attributes:
        taken: Frames looked at.
        detected: Those of them that went through the detector.
        missed: Frames that were due and could not be looked at.
        crops: Crops that could not be embedded.
        busy: Seconds spent on looking.
    """

    taken: int
    detected: int
    missed: int
    crops: int
    busy: float


class Governor:
    """Spares the detector, then lowers the rate of all cameras alike, while there is more to do than can be done.

    Without it a machine that cannot keep up looks at whatever frame happens to be the newest
    when it is ready, spends all its time on detection, and leaves none for decoding and for
    recognising people. With it frames are evenly spaced, and their rate is known.

    At the first sign of overload people are followed by optical flow between detections,
    until there would be time for a detection in every frame again. Once a second the share
    falls by what was missed (by at least a twentieth, at most a half), or rises by a
    twentieth while nothing is (by a half while looking takes little of the time). Where
    there is time for detection but not for the crops, it falls too, as both share the
    processor, but to a half at most: people are followed even when they cannot be
    recognised.

    Args:
        most: Largest interval between detections.
    """

    def __init__(self, most: int = 1) -> None:
        self.share = 1.0
        """Of the frames per second that the settings ask for."""
        self.interval = 1
        """Most frames from one detection to the next."""
        self._most = most
        self._due: float | None = None
        self._last = Load(0, 0, 0, 0, 0.0)
        self._easy = 0

    def update(self, now: float, load: Load) -> float:
        """Return the share from now on.

        Args:
            now: Monotonic clock, in seconds.
            load: What was done since the start.
        """
        if self._due is not None and now < self._due:
            return self.share
        last, self._last = self._last, load
        seconds = INTERVAL if self._due is None else INTERVAL + now - self._due
        self._due = now + INTERVAL
        done, lost, late = load.taken - last.taken, load.missed - last.missed, load.crops - last.crops
        too_much = lost / (done + lost) if done + lost else 0.0
        busy = (load.busy - last.busy) / seconds
        self._relax(done, load.detected - last.detected, busy)
        if too_much > _TOLERATED:
            if self.interval < self._most:
                self.interval = self._most
            else:
                self.share = max(LEAST, self.share * (1 - min(0.5, too_much)))
        elif late:
            self.share = min(self.share, max(_LEAST_FOR_CROPS, self.share * (1 - _STEP)))
        else:
            self.share = min(1.0, self.share * (1 + (_STEP if busy > _IDLE else _LEAP)))
        return self.share

    def _relax(self, done: int, detected: int, busy: float) -> None:
        """Let the detector see every frame again when that has been possible for some time."""
        needed = busy * done / max(1, detected)
        self._easy = self._easy + 1 if self.share == 1.0 and needed < _EASY else 0
        if self._easy >= _EASY_FOR:
            self.interval = 1
