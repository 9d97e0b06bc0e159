"""People who walk through an empty scene, as detections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from reid_app.detect import CameraTracker
from reid_app.domain import NS_PER_S, Detections, Frame, ImageArray, TrackUpdate

WIDTH, HEIGHT = 640, 360

Place = Callable[[float], tuple[float, float] | None]
"""Where the middle of a person's feet is at a time in seconds; None: not to be seen."""


@dataclass(frozen=True)
class Walker:
    """A person of a size in pixels."""

    place: Place
    width: float = 40.0
    height: float = 100.0
    score: float = 0.8

    def box(self, seconds: float) -> list[float] | None:
        place = self.place(seconds)
        if place is None:
            return None
        x, y = place
        return [x - self.width / 2, y - self.height, x + self.width / 2, y]


def straight(x: float, y: float, speed: float, begin: float = 0.0, end: float = 1e9) -> Place:
    """Walk from (x, y) at ``begin``, ``speed`` pixels a second to the right, until ``end``."""
    return lambda seconds: (x + speed * (seconds - begin), y) if begin <= seconds <= end else None


def but_not(place: Place, begin: float, end: float) -> Place:
    """The same walk, hidden from ``begin`` to ``end``."""
    return lambda seconds: None if begin < seconds < end else place(seconds)


def look(walkers: Iterable[Walker], seconds: float) -> Detections:
    """What a perfect detector sees."""
    seen = [(box, walker.score) for walker in walkers if (box := walker.box(seconds)) is not None]
    if not seen:
        return Detections.empty()
    seen.sort(key=lambda each: -each[1])
    return Detections(
        np.array([box for box, _ in seen], np.float32), np.array([score for _, score in seen], np.float32)
    )


def frame_at(seconds: float, index: int = 0, camera: str = "door", image: ImageArray | None = None) -> Frame:
    """A frame of that time."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8) if image is None else image
    return Frame(camera, index, round(seconds * NS_PER_S), picture)


def follow(
    tracker: CameraTracker, walkers: Sequence[Walker], times: Iterable[float], camera: str = "door"
) -> list[TrackUpdate]:
    """Run a tracker over what a perfect detector sees at ``times``."""
    return [
        tracker.update(frame_at(seconds, index, camera), look(walkers, seconds)) for index, seconds in enumerate(times)
    ]


def every(rate: float, seconds: float, begin: float = 0.0) -> list[float]:
    """Times at a rate per second."""
    return [begin + index / rate for index in range(round(seconds * rate))]
