"""How many of the frames that are wanted can be looked at, and how many by the detector."""

from __future__ import annotations

from dataclasses import dataclass

from reid_app.video import USUAL_RATE

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
"""Share of the time that looking may take for the detector to be spared less."""

_EASY_FOR = 10
"""Updates for which it must have been so."""

MOST_PAUSE = 1.0
"""Seconds between two detections in a camera up to which people are followed."""

_PAUSE_STEP = 0.25
_PAUSE_BACK = 0.05
_LEAST_FOLLOWED = 3.0
"""Frames a second below which optical flow loses people who walk."""


@dataclass(frozen=True, slots=True)
class Load:
    """What was done since the start.

    Attributes:
        taken: Frames looked at.
        missed: Frames that were due and could not be looked at.
        crops: Crops that could not be embedded.
        busy: Seconds spent on looking.
    """

    taken: int
    missed: int
    crops: int
    busy: float


class Governor:
    """Spares the detector, then lowers the rate of all cameras alike, while there is more to do than can be done.

    Without it a machine that cannot keep up looks at whatever frame happens to be the newest
    when it is ready, spends all its time on detection, and leaves none for decoding and for
    recognising people. With it frames are evenly spaced, and their rate is known.

    Where more and more frames have to be left out, people are followed by optical flow
    first, for more and more frames from one detection to the next; for fewer again while
    there is time. What is left to do is done by the share: once a second it falls by what
    was missed (by at least a twentieth, at most a half), or rises by a twentieth while
    nothing is (by a half while looking takes little of the time). Before it falls so low
    that people cannot be followed any more, detections are set further apart, up to a
    second, whoever comes: to follow somebody from one detection to the next costs less than
    to find and to recognise him anew after each. Where there is time for
    detection but not for the crops, it falls too, as both share the processor, but to a
    half at most: people are followed even when they cannot be recognised.

    Args:
        most: Largest interval between detections in frames, where ten a second are looked at; where
            all cameras' frames are denser it is as many more.
    """

    def __init__(self, most: int = 1) -> None:
        self.share = 1.0
        """Of the frames per second that the settings ask for."""
        self.interval = 1
        """Most frames from one detection to the next."""
        self.pause = 0.0
        """Least seconds from one detection to the next."""
        self._most = most
        self._due: float | None = None
        self._last = Load(0, 0, 0, 0.0)
        self._easy = 0

    def update(self, now: float, load: Load, rate: float = USUAL_RATE, slowest: float | None = None) -> float:
        """Return the share from now on.

        Args:
            now: Monotonic clock, in seconds.
            load: What was done since the start.
            rate: Most frames a second that are wanted of a camera.
            slowest: Fewest that are wanted of one; as many where it is not given.
        """
        if self._due is not None and now < self._due:
            return self.share
        last, self._last = self._last, load
        seconds = INTERVAL if self._due is None else INTERVAL + now - self._due
        self._due = now + INTERVAL
        done, lost, late = load.taken - last.taken, load.missed - last.missed, load.crops - last.crops
        too_much = lost / (done + lost) if done + lost else 0.0
        busy = (load.busy - last.busy) / seconds
        # What people do between two detections depends on the time between them, not on the frames.
        dense = max(1.0, (slowest or rate) / USUAL_RATE) if self._most > 1 else 1.0
        most = round(self._most * dense)
        self._relax(busy, round(dense))
        if too_much > _TOLERATED:
            if self.interval < most:
                self.interval = min(most, self.interval + round(dense))
            else:
                self._lower(min(0.5, too_much), rate)
        elif late:
            self.share = min(self.share, max(_LEAST_FOR_CROPS, self.share * (1 - _STEP)))
        else:
            self._raise(rate, quickly=busy <= _IDLE)
        return self.share

    def _lower(self, part: float, rate: float) -> None:
        followed = min(1.0, _LEAST_FOLLOWED / rate)
        if self._most == 1 or self.pause >= MOST_PAUSE or self.share < followed:
            self.share = max(LEAST, self.share * (1 - part))
        elif self.share > followed:
            self.share = max(followed, self.share * (1 - part))
        else:
            self.pause = min(MOST_PAUSE, self.pause + _PAUSE_STEP)

    def _raise(self, rate: float, *, quickly: bool) -> None:
        if self.pause > 0 and self.share >= min(1.0, _LEAST_FOLLOWED / rate):
            self.pause = 0.0 if quickly else max(0.0, self.pause - _PAUSE_BACK)
        else:
            self.share = min(1.0, self.share * (1 + (_LEAP if quickly else _STEP)))

    def _relax(self, busy: float, step: int) -> None:
        """Let the detector see more when there has been time for some time."""
        self._easy = self._easy + 1 if self.share == 1.0 and busy < _EASY else 0
        if self._easy >= _EASY_FOR:
            self._easy = 0
            self.interval = max(1, self.interval - step)
