"""A small world for the matcher: people with looks, cameras that see them, and the ticks that come of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from reid_app.config import MatcherSettings
from reid_app.domain import (
    NS_PER_S,
    Crop,
    Decision,
    Embedding,
    FloatArray,
    Merge,
    Quality,
    Sighting,
    Thresholds,
    TrackBox,
    TrackKey,
    TrackUpdate,
)
from reid_app.match import Matcher

MODEL = "model-of-the-test"
DIMENSION = 32
THRESHOLDS = Thresholds(accept=0.6, ask=0.4, margin=0.05)
START_NS = 1_700_000_000 * NS_PER_S
PIXEL = np.zeros((1, 1, 3), np.uint8)


def ns(seconds: float) -> int:
    """Stream time of ``seconds`` after the start."""
    return START_NS + round(seconds * NS_PER_S)


def unit(vector: FloatArray) -> FloatArray:
    """Return ``vector`` with norm 1."""
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def person(number: int) -> FloatArray:
    """The look of one of 32 people who are nothing like one another."""
    return np.eye(DIMENSION, dtype=np.float32)[number]


def blend(one: FloatArray, other: FloatArray, cosine: float) -> FloatArray:
    """A look whose cosine to ``one`` is ``cosine``; the rest of it is ``other``, orthogonal to it."""
    return unit(cosine * one + np.sqrt(1 - cosine**2) * other)


@dataclass(frozen=True)
class Walk:
    """A person who walks through a camera: one track.

    Looks come every half second, in time order; ``looks`` are repeated if too few. The box
    begins at ``start`` pixels from the left and moves to the right by ``speed`` a second.
    """

    camera: str
    number: int
    first: float
    last: float
    looks: Sequence[FloatArray]
    quality: float = 0.8
    score: float = 0.9
    start: float = 10.0
    speed: float = 0.0

    @property
    def key(self) -> TrackKey:
        return TrackKey(self.camera, self.number)


@dataclass
class World:
    """Walks, and what a matcher is told of them ten times a second."""

    walks: Sequence[Walk]
    rate: float = 10.0
    model: str = MODEL

    def ticks(self, cameras: Sequence[str] | None = None) -> Iterable[tuple[int, list[TrackUpdate], list[Sighting]]]:
        order = cameras or sorted({walk.camera for walk in self.walks})
        end = max(walk.last for walk in self.walks) + 1.0
        for step in range(round(end * self.rate) + 1):
            time = step / self.rate
            updates, sightings = [], []
            for camera in order:
                here = [walk for walk in self.walks if walk.camera == camera]
                boxes = tuple(self._box(walk, step) for walk in here if walk.first <= time <= walk.last)
                ended = tuple(walk.key for walk in here if walk.last + 0.5 <= time < walk.last + 0.5 + 1 / self.rate)
                updates.append(TrackUpdate(camera, ns(time), boxes, ended, step))
                sightings += [s for walk in here if (s := self._look(walk, step)) is not None]
            yield ns(time), updates, sightings

    def _box(self, walk: Walk, step: int) -> TrackBox:
        left = walk.start + walk.speed * (step / self.rate - walk.first)
        box = np.array([left, 10, left + 50, 130], np.float32)
        return TrackBox(walk.key, step, ns(step / self.rate), box, walk.score)

    def _look(self, walk: Walk, step: int) -> Sighting | None:
        since = step / self.rate - walk.first
        every = round(0.5 * self.rate)
        if not 0 <= since <= walk.last - walk.first or round(since * self.rate) % every:
            return None
        look = walk.looks[min(round(since * self.rate) // every, len(walk.looks) - 1)]
        box = np.array([10, 10, 60, 130], np.float32)
        crop = Crop(walk.key, step, ns(step / self.rate), box, PIXEL, walk.score, Quality(size=walk.quality))
        return Sighting(crop, Embedding(look, self.model))


@dataclass
class Story:
    """What a matcher said, and what follows from it."""

    outcomes: list[Decision | Merge] = field(default_factory=list)

    @property
    def decisions(self) -> list[Decision]:
        return [outcome for outcome in self.outcomes if isinstance(outcome, Decision)]

    @property
    def merges(self) -> list[Merge]:
        return [outcome for outcome in self.outcomes if isinstance(outcome, Merge)]

    def final(self, number: int) -> int:
        """The identity that ``number`` is in the end."""
        into = {}
        for merge in self.merges:
            if merge.undone:
                into.pop(merge.absorbed, None)
            else:
                into[merge.absorbed] = merge.kept
        while number in into:
            number = into[number]
        return number

    def parts(self, track: TrackKey) -> dict[int | None, int]:
        """Identity of each part of a track in the end."""
        last = {d.since_ns: d.identity for d in self.decisions if d.track == track}
        return {since: self.final(number) for since, number in last.items()}

    def identity(self, walk: Walk) -> int | None:
        """Identity of a track of one part in the end; None without any."""
        parts = self.parts(walk.key)
        assert set(parts) <= {None}
        return parts.get(None)


def matcher(settings: MatcherSettings | None = None, thresholds: Thresholds = THRESHOLDS) -> Matcher:
    """A matcher for the looks of this world."""
    return Matcher(settings or MatcherSettings(), thresholds, MODEL, DIMENSION)


def tell(matcher: Matcher, world: World, cameras: Sequence[str] | None = None, finish: bool = True) -> Story:
    """Tell ``matcher`` what happens in ``world``."""
    story = Story()
    time_ns = START_NS
    for time_ns, updates, sightings in world.ticks(cameras):
        story.outcomes += matcher.update(time_ns, updates, sightings)
    if finish:
        story.outcomes += matcher.finish(time_ns)
    return story
