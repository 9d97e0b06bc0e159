"""What is known of one track's looks: its mean, its best few views, and whether it is still one person.

Single-camera trackers slip: when two people cross, a track may go on with the
other one. The embeddings show it. A sighting that looks unlike the track is put
in doubt; if the next ones look like the track again it was an occlusion and is
forgotten, but if several in a row agree with one another, the track has become
another person, and a new *part* of it starts with them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from reid_app.domain import FloatArray

BEST_VIEWS = 4
"""Embeddings of a track that are kept apart from its mean."""

DOUBTS = 3
"""Sightings in a row that must agree with one another against the track before it is cut."""

_SETTLED = 3
"""Sightings after which a track's mean is solid enough to doubt a new sighting."""

_MEMORY = 60.0
"""Weight at which older looks begin to fade, so that the mean follows a person who is watched for hours."""

LEAST_WEIGHT = 0.01
"""A crop of no measurable quality still counts a little; else nothing could be said of its track."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One embedded crop of a track.

    Attributes:
        time_ns: When it was seen.
        vector: (D,) ``float32`` unit vector.
        quality: ``Quality.total``, in 0..1.
    """

    time_ns: int
    vector: FloatArray
    quality: float

    @property
    def weight(self) -> float:
        """Weight in a mean, above 0."""
        return max(self.quality, LEAST_WEIGHT)


@dataclass(slots=True, eq=False)
class Evidence:
    """The looks of one part of a track, in bounded memory.

    Attributes:
        alike: Cosine to the mean below which a look is put in doubt.
        count: Looks that count.
        best: The best few looks, diverse, in order of time.
        doubts: The latest looks, which do not fit.
    """

    alike: float
    count: int = 0
    best: list[Look] = field(default_factory=list)
    doubts: list[Look] = field(default_factory=list)
    last_good_ns: int | None = None
    _sum: FloatArray | None = None
    _mean: FloatArray | None = None
    _weight: float = 0.0
    _looks: float = 0.0

    def __bool__(self) -> bool:
        """Whether anything is known."""
        return self.count > 0

    @property
    def mean(self) -> FloatArray:
        """Quality-weighted mean of all looks, (D,) unit vector; only where something is known."""
        if self._mean is None:
            assert self._sum is not None
            self._mean = _unit(self._sum)
        return self._mean

    @property
    def quality(self) -> float:
        """Mean weight of the looks, in 0..1."""
        return self._looks / self.count if self.count else 0.0

    def add(self, look: Look) -> list[Look]:
        """Take in ``look``; return the looks with which another person starts, if one does.

        Those returned are not part of this evidence: they belong to the next part.
        """
        if self.count >= _SETTLED and float(look.vector @ self.mean) < self.alike:
            self.doubts.append(look)
            if len(self.doubts) < DOUBTS:
                return []
            doubts, self.doubts = self.doubts, []
            if self._agree(doubts):
                return doubts
            self.doubts = doubts[1:]
            return []
        self.doubts.clear()
        self._take(look)
        return []

    def _agree(self, looks: list[Look]) -> bool:
        matrix = np.stack([look.vector for look in looks])
        alike = matrix @ matrix.T
        return bool(alike.min() >= self.alike)

    def _take(self, look: Look) -> None:
        weighted = look.vector * np.float32(look.weight)
        self._sum = weighted if self._sum is None else self._sum + weighted
        self._weight += look.weight
        self._looks += look.weight
        if self._weight > _MEMORY:
            self._sum = self._sum * np.float32(_MEMORY / self._weight)
            self._weight = _MEMORY
        self._mean = None
        self.count += 1
        self.last_good_ns = look.time_ns
        self.best.append(look)
        if len(self.best) > BEST_VIEWS:
            del self.best[_most_redundant(self.best)]


def _most_redundant(looks: list[Look]) -> int:
    """Index of the worse one of the two looks that are most alike."""
    matrix = np.stack([look.vector for look in looks])
    alike = matrix @ matrix.T
    np.fill_diagonal(alike, -np.inf)
    first, second = sorted(divmod(int(np.argmax(alike)), len(looks)))
    return second if looks[second].quality < looks[first].quality else first


def _unit(vector: FloatArray) -> FloatArray:
    norm = float(np.linalg.norm(vector))
    return (vector / np.float32(norm)).astype(np.float32) if norm > 0 else vector
