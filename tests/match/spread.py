"""Made-up embeddings: people with several views each, in few of the dimensions."""

from __future__ import annotations

import numpy as np


def people(
    count: int, dimension: int, rank: int, *, seed: int, views: int = 8, views_seed: int | None = None
) -> np.ndarray:
    """Unit vectors (count, dimension) of ``views`` of each person, within ``rank`` directions.

    With another ``views_seed``: other views of the same people.
    """
    rng = np.random.default_rng(seed)
    axes = np.linalg.qr(rng.normal(size=(dimension, rank)))[0].T
    strengths = 1 / np.sqrt(1 + np.arange(rank))
    centres = rng.normal(size=(-(-count // views), rank)) * strengths
    noise = np.random.default_rng(seed + 1 if views_seed is None else views_seed)
    points = np.repeat(centres, views, axis=0)[:count] + 0.4 * noise.normal(size=(count, rank)) * strengths
    vectors = (points @ axes).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
