"""How a run measures itself on people that it does not train on.

These are figures to steer a run by, computed within the held-out training people. The
protocols of the literature live in ``reid_app.evaluate``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reid_app.datasets import COMPOSED, Sample


def split_people(samples: Sequence[Sample], hold_out: int, *, seed: int = 7) -> NDArray[np.bool_]:
    """Which pictures are held out: ``hold_out`` people of every data set.

    At most a third of a data set's people are held out, and only people whom two
    cameras saw, or any people in data sets where nobody is seen by two. Composed people are
    never held out.

    Returns:
        (N,) true where a picture is for validation.
    """
    held: set[tuple[str, int]] = set()
    for dataset in sorted({sample.dataset for sample in samples} - {COMPOSED}):
        cameras: dict[int, set[int]] = {}
        for sample in samples:
            if sample.dataset == dataset:
                cameras.setdefault(sample.person, set()).add(sample.camera)
        people = sorted(person for person, seen in cameras.items() if len(seen) > 1) or sorted(cameras)
        count = min(hold_out, len(cameras) // 3)
        chosen = np.random.default_rng(seed).permutation(len(people))[:count]
        held |= {(dataset, people[index]) for index in chosen}
    return np.array([sample.identity in held for sample in samples], dtype=np.bool_)


def retrieval(
    embeddings: NDArray[np.float32], labels: NDArray[np.intp], cameras: NDArray[np.intp]
) -> tuple[float, float]:
    """Rank-1 and mean average precision, every picture once the query.

    Pictures of the query's person by the query's camera do not count; queries without
    any other picture of their person are left out.

    Args:
        embeddings: (N, D), length 1.
        labels: (N,) people.
        cameras: (N,) cameras.

    Returns:
        Both in 0..1; 0 where there is no query.
    """
    similarity = embeddings @ embeddings.T
    first: list[float] = []
    precision: list[float] = []
    for query in range(len(embeddings)):
        kept = (labels != labels[query]) | (cameras != cameras[query])
        hits = labels[kept] == labels[query]
        if not hits.any():
            continue
        ranked = hits[np.argsort(-similarity[query][kept], kind="stable")]
        found = np.cumsum(ranked)
        first.append(float(ranked[0]))
        precision.append(float((found / np.arange(1, len(ranked) + 1))[ranked].mean()))
    if not first:
        return 0.0, 0.0
    return float(np.mean(first)), float(np.mean(precision))
