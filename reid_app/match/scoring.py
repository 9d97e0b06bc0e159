"""How alike people's looks are.

The measure is average linkage: the mean cosine between the tracks of one and the
tracks of the other. The nearest pair of tracks alone would let two people grow
together through one bad track; normalised centroids forgive too much, since the mean
of many looks is near to everybody. As the mean cosine between two sets of vectors is
the product of their means, one vector for each person is enough to compute it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reid_app.domain import FloatArray

_LOWEST = 0.25
"""Weight of the least alike pair of tracks when identities are merged."""


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """What a person looks like.

    Attributes:
        mean: (D,) ``float32``: mean of the unit vectors of the person's tracks, not normalised.
        tracks: How many tracks there are, above 0.
    """

    mean: FloatArray
    tracks: float


def similarity(one: Looks, other: Looks) -> float:
    """Mean of the cosines between the tracks of ``one`` and those of ``other``."""
    return float(one.mean @ other.mean)


def linkage(one: FloatArray, other: FloatArray) -> float:
    """How alike two people with the tracks (K, D) and (L, D) are: the mean cosine, pulled towards the lowest.

    One pair of tracks that cannot be the same person speaks louder against a merge than
    a mean shows (between average and complete linkage). Never above :func:`similarity`.
    """
    cosines = one @ other.T
    return float((1 - _LOWEST) * np.mean(cosines) + _LOWEST * np.min(cosines))


def look_of(vector: FloatArray) -> Looks:
    """Return the looks of one track with the mean ``vector`` (D,), a unit vector."""
    return Looks(vector, 1.0)
