"""How alike people's looks are.

The measure is average linkage: the mean cosine between the tracks of one and the
tracks of the other. The nearest pair of tracks alone would let two people grow
together through one bad track; the centroids alone forgive too much, since the mean
of many looks is near to everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reid_app.domain import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """What a person looks like.

    Attributes:
        vectors: (K, D) ``float32`` unit vectors, means of tracks.
        weights: (K,) ``float32``: how many tracks each stands for, above 0.
    """

    vectors: FloatArray
    weights: FloatArray

    def __len__(self) -> int:
        """Number of vectors."""
        return len(self.vectors)

    @property
    def mean(self) -> FloatArray:
        """Weighted mean of the vectors, (D,), not normalised."""
        mean: FloatArray = self.weights @ self.vectors / self.weights.sum()
        return mean


def similarity(one: Looks, other: Looks) -> float:
    """Weighted mean of the cosines between the vectors of ``one`` and those of ``other``, neither empty."""
    return float(one.mean @ other.mean)


def look_of(vector: FloatArray) -> Looks:
    """Return the looks of one track with the mean ``vector`` (D,)."""
    return Looks(vector[None], np.ones(1, np.float32))
