"""A bounded set of an identity's views that stays diverse.

A person seen from the front, from behind and under two lights is several points
in the embedding space, not one. A set of views keeps the best few of them: when
it is full, of the two views that are most alike the worse one goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reid_app.domain import FloatArray, TrackKey


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One look of a person that the gallery keeps.

    Attributes:
        vector: (D,) ``float32`` unit vector.
        quality: What it is worth, above 0.
        camera: The camera that saw it.
        track: The track that it comes from; None after a restart.
        owner: Number of the identity that it was first given to; still known after a
            merge, so that the merge can be undone.
        row: Its number in the gallery.
        weight: Number of tracks that it stands for; 0 for a single look, which is found by a
            search but does not speak for its identity.
    """

    vector: FloatArray
    quality: float
    camera: str
    track: TrackKey | None
    owner: int
    row: int
    weight: float = 0.0


def select(views: Sequence[View], limit: int) -> list[View]:
    """Return at most ``limit`` of ``views``, in their order, the most diverse ones.

    Two thirds of the places are for views that stand for tracks, the rest for single
    looks. Of the two that are most alike the one of less quality goes (the older one
    where they are equal), and the other stands for its tracks too.
    """
    tracks = [view for view in views if view.weight > 0]
    looks = [view for view in views if view.weight <= 0]
    places = max(1, 2 * limit // 3)
    kept = {view.row: view for view in (*_thin(tracks, places), *_thin(looks, limit - places))}
    return [kept[view.row] for view in views if view.row in kept]


def _thin(views: list[View], limit: int) -> list[View]:
    if len(views) <= limit or limit < 1:
        return views[:limit]
    kept = list(views)
    matrix = stack(kept, len(kept[0].vector))
    alike: NDArray[np.float32] = matrix @ matrix.T
    np.fill_diagonal(alike, -np.inf)
    alive = list(range(len(kept)))
    while len(alive) > limit:
        part = alike[np.ix_(alive, alive)]
        first, second = sorted(divmod(int(np.argmax(part)), len(alive)))
        if kept[alive[second]].quality < kept[alive[first]].quality:
            first, second = second, first
        worse, better = kept[alive[first]], kept[alive[second]]
        kept[alive[second]] = replace(better, weight=better.weight + worse.weight)
        del alive[first]
    return [kept[index] for index in alive]


def stack(views: Iterable[View], dimension: int) -> FloatArray:
    """Return the vectors of ``views`` as (N, ``dimension``) ``float32``."""
    vectors = [view.vector for view in views]
    return np.stack(vectors) if vectors else np.zeros((0, dimension), np.float32)
