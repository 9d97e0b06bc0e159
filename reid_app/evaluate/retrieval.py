"""How well embeddings find people: CMC, mAP, mINP, and the protocols of the data sets.

Ties count against the model: of gallery pictures at one distance, the wrong ones rank
first, so that a figure depends neither on the order of the files nor on a sort's whims.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reid_app.datasets import DISTRACTOR, JUNK, Protocol
from reid_app.domain import FloatArray
from reid_app.errors import TrainingError

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DRAWS = 20
"""Draws of a single-shot test."""

RANKS = 50
"""Ranks that a CMC curve covers."""

_ROWS = 512


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Who is on a set of pictures, and which camera took them; both (N,) integers."""

    people: Ints
    cameras: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Retrieval:
    """The outcome of a test; shares in 0..1.

    Attributes:
        cmc: (:data:`RANKS`,) share of queries whose person is among the first k.
        mean_ap: Mean average precision, the mean of the precisions at each right picture, as
            today's libraries count it; None for single shot, where it says nothing new.
        mean_ap_trapezoid: The same with the precision averaged between one right picture and
            the picture before it, as Market-1501's own code counts it; a little lower.
        mean_inp: Mean inverse negative penalty (Ye et al., *Deep Learning for Person
            Re-identification: A Survey and Outlook*, 2021); None likewise.
        precision: (101,) mean interpolated precision at recalls 0, 0.01, ... 1; None likewise.
        queries: Queries counted.
        skipped: Queries left out because nobody in the gallery is their person.
    """

    cmc: NDArray[np.float64]
    mean_ap: float | None
    mean_ap_trapezoid: float | None
    mean_inp: float | None
    precision: NDArray[np.float64] | None
    queries: int
    skipped: int

    def rank(self, k: int) -> float:
        """Share of queries whose person is among the first ``k`` (1 to :data:`RANKS`)."""
        return float(self.cmc[k - 1])

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as plain values, shares in per cent."""
        figures: dict[str, Any] = {f"rank_{k}": round(100 * self.rank(k), 3) for k in (1, 5, 10, 20)}
        for name, share in (("mAP", self.mean_ap), ("mAP_trapezoid", self.mean_ap_trapezoid), ("mINP", self.mean_inp)):
            if share is not None:
                figures[name] = round(100 * share, 3)
        return figures | {"queries": self.queries, "skipped": self.skipped}


def distances(query: FloatArray, gallery: FloatArray) -> FloatArray:
    """Cosine distances, 1 minus the similarity, between unit vectors (Q, D) and (G, D): (Q, G)."""
    return 1.0 - query @ gallery.T


def evaluate(
    distance: FloatArray,
    query: Labels,
    gallery: Labels,
    protocol: Protocol = Protocol.SINGLE_QUERY,
    *,
    cross_camera: bool = True,
    seed: int = 0,
) -> Retrieval:
    """Run a test on a distance matrix.

    Gallery pictures of person :data:`~reid_app.datasets.JUNK` are left out, those of
    :data:`~reid_app.datasets.DISTRACTOR` count as wrong.

    Args:
        distance: (Q, G), smaller is nearer.
        query: Of the rows.
        gallery: Of the columns.
        protocol: Single query, or the mean of :data:`DRAWS` single-shot draws.
        cross_camera: Leave out the pictures of a query's person that its own camera took.
        seed: Of the draws.

    Raises:
        TrainingError: Shapes differ, distances are not numbers, or no query can be found.
    """
    if distance.shape != (len(query.people), len(gallery.people)):
        raise TrainingError(
            f"The distances are {distance.shape} for {len(query.people)} queries and {len(gallery.people)} gallery "
            "pictures; evaluate the set that was embedded."
        )
    if not np.isfinite(distance).all():
        raise TrainingError("Some distances are not numbers; check the embeddings.")
    if protocol is Protocol.SINGLE_QUERY:
        return _single_query(distance, query, gallery, cross_camera)
    generator = np.random.default_rng(seed)
    draws = [_single_shot(distance, query, gallery, cross_camera, generator) for _ in range(DRAWS)]
    return Retrieval(
        cmc=np.mean([draw.cmc for draw in draws], axis=0),
        mean_ap=None,
        mean_ap_trapezoid=None,
        mean_inp=None,
        precision=None,
        queries=draws[0].queries,
        skipped=draws[0].skipped,
    )


def _single_query(distance: FloatArray, query: Labels, gallery: Labels, cross_camera: bool) -> Retrieval:
    first_hits: list[NDArray[np.int64]] = []
    totals = np.zeros(3)
    precision = np.zeros(101)
    for start in range(0, len(distance), _ROWS):
        rows = slice(start, start + _ROWS)
        chosen = Labels(query.people[rows], query.cameras[rows])
        left_out, right = _masks(chosen, gallery, cross_camera)
        found = right.any(axis=1)
        if not found.any():
            continue
        ranks, hits = _ranks_of_hits(distance[rows][found], left_out[found], right[found])
        counts = hits.sum(axis=1)
        first_hits.append(ranks[:, 0])
        order = np.arange(1, hits.shape[1] + 1)
        exact = np.where(hits, order / ranks, 0.0)
        # Precision just before a right picture: 1 where nothing comes before it.
        before = np.where(hits, np.where(ranks > 1, (order - 1) / np.maximum(ranks - 1, 1), 1.0), 0.0)
        totals += [
            float((exact.sum(axis=1) / counts).sum()),
            float(((exact + before).sum(axis=1) / (2 * counts)).sum()),
            float((counts / ranks[np.arange(len(ranks)), counts - 1]).sum()),
        ]
        precision += _interpolated(exact, counts)
    if not first_hits:
        raise TrainingError("No query's person is in the gallery in another camera; check the data set's folder.")
    first = np.concatenate(first_hits)
    return Retrieval(
        cmc=_cmc(first),
        mean_ap=float(totals[0] / len(first)),
        mean_ap_trapezoid=float(totals[1] / len(first)),
        mean_inp=float(totals[2] / len(first)),
        precision=precision / len(first),
        queries=len(first),
        skipped=len(distance) - len(first),
    )


def _single_shot(
    distance: FloatArray, query: Labels, gallery: Labels, cross_camera: bool, generator: np.random.Generator
) -> Retrieval:
    """Rank one random picture of each person in the gallery."""
    candidates = np.flatnonzero(gallery.people > DISTRACTOR)
    shuffled = generator.permutation(candidates)
    _, first = np.unique(gallery.people[shuffled], return_index=True)
    drawn = np.sort(shuffled[first])
    return _single_query(distance[:, drawn], query, Labels(gallery.people[drawn], gallery.cameras[drawn]), cross_camera)


def _masks(query: Labels, gallery: Labels, cross_camera: bool) -> tuple[Bools, Bools]:
    """(Q, G) masks of what does not count, and of what is right."""
    same = query.people[:, None] == gallery.people[None, :]
    left_out = np.broadcast_to(gallery.people == JUNK, same.shape).copy()
    if cross_camera:
        left_out |= same & (query.cameras[:, None] == gallery.cameras[None, :])
    return left_out, same & ~left_out & (gallery.people > DISTRACTOR)


def _ranks_of_hits(distance: FloatArray, left_out: Bools, right: Bools) -> tuple[Ints, Bools]:
    """Ranks, from 1, at which each query finds its right pictures, in order.

    Returns:
        (Q, M) ranks and the mask of those that are real; M is the most right pictures of a query.
    """
    ordered = np.where(left_out, np.inf, distance)
    # Wrong before right at equal distance: lexsort's last key is the first.
    order = np.lexsort((right, ordered), axis=1)
    hits = np.take_along_axis(right, order, axis=1)
    counts = hits.sum(axis=1)
    ranks = np.ones((len(hits), int(counts.max())), np.int64)
    real = np.arange(ranks.shape[1]) < counts[:, None]
    ranks[real] = np.nonzero(hits)[1] + 1
    return ranks, real


def _interpolated(exact: NDArray[np.float64], counts: Ints) -> NDArray[np.float64]:
    """Sum over queries of the interpolated precision at 101 recalls.

    ``exact`` is (Q, M), the precision at each right picture: the interpolated precision at
    a recall is the greatest at that recall or beyond.
    """
    beyond = np.maximum.accumulate(exact[:, ::-1], axis=1)[:, ::-1]
    wanted = np.ceil(np.linspace(0, 1, 101)[None, :] * counts[:, None] - 1e-9).astype(np.int64)
    total: NDArray[np.float64] = np.take_along_axis(beyond, np.maximum(wanted, 1) - 1, axis=1).sum(axis=0)
    return total


def _cmc(first: Ints) -> NDArray[np.float64]:
    curve: NDArray[np.float64] = np.cumsum(np.bincount(first.clip(max=RANKS + 1), minlength=RANKS + 2)[1:-1]) / len(
        first
    )
    return curve
