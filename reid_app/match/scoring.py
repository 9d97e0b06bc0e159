"""How alike two people's looks are."""

from __future__ import annotations

import numpy as np

from reid_app.domain import FloatArray

NEAREST = 3
"""Views of an identity that a look is compared with: the nearest few stand for its side and its light."""


def similarity(vector: FloatArray, views: FloatArray) -> float:
    """Cosine of ``vector`` (D,) to the nearest few of ``views`` (K, D), K >= 1."""
    cosines = views @ vector
    if len(cosines) > NEAREST:
        cosines = np.partition(cosines, -NEAREST)[-NEAREST:]
    return float(cosines.mean())


def link(one: FloatArray, other: FloatArray) -> float:
    """How alike two identities with the views (K, D) and (L, D) are; symmetric.

    One may have been seen from sides that the other was not; so it is enough that
    the views of one all find their like in the other.
    """
    cosines = one @ other.T
    return max(_mean_of_nearest(cosines), _mean_of_nearest(cosines.T))


def _mean_of_nearest(cosines: FloatArray) -> float:
    if cosines.shape[1] > NEAREST:
        cosines = np.partition(cosines, -NEAREST, axis=1)[:, -NEAREST:]
    return float(cosines.mean())
