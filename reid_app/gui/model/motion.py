"""Boxes on pictures that are newer than the frame on which people were found.

The picture of a tile is the newest one; looking for people takes a moment longer. A box is
therefore carried on as its track moved last, so that it stays on the person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from reid_app.domain import NS_PER_S, FloatArray, TrackKey
from reid_app.runtime.facade import CameraView, PersonView

LONGEST_S = 1.0
"""Seconds for which a box is carried on; nobody walks straight on for long."""

LONGEST_STEP_S = 1.0
"""Seconds between two looks at a person from which a speed is still told."""

NEWEST_SHARE = 0.6
"""How much the newest step counts for the speed; the rest is what it was before."""


@dataclass(frozen=True, slots=True)
class _Course:
    """Where a track was, and how fast it moves.

    Attributes:
        time_ns: When.
        centre: (2,) in pixels.
        speed: (2,) in pixels per second.
    """

    time_ns: int
    centre: FloatArray
    speed: FloatArray


class Motion:
    """Follows how the people of one camera move; views come in the order of their times."""

    def __init__(self) -> None:
        self._view: CameraView | None = None
        self._courses: dict[TrackKey, _Course] = {}

    def people_at(self, view: CameraView, time_ns: int) -> tuple[PersonView, ...]:
        """Return the people of ``view`` as they probably stand at ``time_ns``."""
        if view is not self._view:
            self._learn(view)
        ahead = min(LONGEST_S, (time_ns - view.frame.time_ns) / NS_PER_S)
        if ahead <= 0:
            return view.people
        return tuple(_moved(person, self._courses[person.track].speed * np.float32(ahead)) for person in view.people)

    def _learn(self, view: CameraView) -> None:
        if self._view is not None and view.frame.time_ns < self._view.frame.time_ns:
            self._courses = {}
        self._view = view
        self._courses = {person.track: self._course(person, view.frame.time_ns) for person in view.people}

    def _course(self, person: PersonView, time_ns: int) -> _Course:
        centre: FloatArray = (person.box[:2] + person.box[2:]) / np.float32(2)
        before = self._courses.get(person.track)
        if before is None:
            return _Course(time_ns, centre, np.zeros(2, np.float32))
        seconds = (time_ns - before.time_ns) / NS_PER_S
        if seconds <= 0:
            return replace(before, centre=centre)
        if seconds > LONGEST_STEP_S:
            return _Course(time_ns, centre, np.zeros(2, np.float32))
        newest = (centre - before.centre) / np.float32(seconds)
        speed = np.asarray(NEWEST_SHARE * newest + (1 - NEWEST_SHARE) * before.speed, np.float32)
        return _Course(time_ns, centre, speed)


def _moved(person: PersonView, by: FloatArray) -> PersonView:
    """Return a person with everything that is drawn of it moved by (2,) pixels."""
    landmarks, parts = person.landmarks, person.parts
    if landmarks is not None:
        landmarks = np.concatenate([landmarks[:, :2] + by, landmarks[:, 2:]], axis=1)
    if parts is not None:
        parts = parts + np.tile(by, 2)
    return replace(person, box=person.box + np.tile(by, 2), landmarks=landmarks, parts=parts)
