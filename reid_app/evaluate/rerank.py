"""k-reciprocal re-ranking of a gallery.

Zhong, Zheng, Cao, Li, *Re-ranking Person Re-identification with k-reciprocal Encoding*,
CVPR 2017. It looks at the whole gallery, and at the other queries, at once: what it
reaches is no figure for a live site and always has a row of its own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from reid_app.domain import FloatArray

_ROWS = 1024


def rerank(query: FloatArray, gallery: FloatArray, *, k1: int = 20, k2: int = 6, weight: float = 0.3) -> FloatArray:
    """Distances between queries and gallery after re-ranking.

    Args:
        query: (Q, D) unit vectors.
        gallery: (G, D) unit vectors.
        k1: Size of the k-reciprocal neighbourhood.
        k2: Neighbours over which encodings are averaged.
        weight: Share of the original distance; the rest is the Jaccard distance.

    Returns:
        (Q, G) distances; memory is (Q + G) x k1 plus blocks of rows, not (Q + G) squared.
    """
    vectors = np.concatenate([query, gallery]).astype(np.float32)
    count = len(vectors)
    k1, k2 = min(k1, count - 1), min(k2, count)
    near, original_scale = _nearest(vectors, k1)
    encodings = _encode(vectors, near, k1, original_scale)
    if k2 > 1:
        rows = np.repeat(np.arange(count), k2)
        average = csr_matrix((np.full(count * k2, 1 / k2, np.float32), (rows, near[:, :k2].ravel())), (count, count))
        encodings = (average @ encodings).tocsr()
    result = np.empty((len(query), len(gallery)), np.float32)
    by_feature = encodings.tocsc()
    for row in range(len(query)):
        # Sum of the smaller weights over shared neighbours; rows sum to 1, so the union is 2 minus it.
        shared = np.zeros(count, np.float32)
        start, stop = encodings.indptr[row], encodings.indptr[row + 1]
        for neighbour, value in zip(encodings.indices[start:stop], encodings.data[start:stop], strict=True):
            low, high = by_feature.indptr[neighbour], by_feature.indptr[neighbour + 1]
            shared[by_feature.indices[low:high]] += np.minimum(value, by_feature.data[low:high])
        jaccard = 1 - shared / (2 - shared)
        original = _squared(vectors[row : row + 1], vectors)[0] / original_scale[row]
        result[row] = (jaccard * (1 - weight) + original * weight)[len(query) :]
    return result


def _squared(rows: FloatArray, vectors: FloatArray) -> FloatArray:
    """Squared Euclidean distances of unit vectors."""
    squared: FloatArray = np.maximum(2 - 2 * (rows @ vectors.T), 0)
    return squared


def _nearest(vectors: FloatArray, k1: int) -> tuple[NDArray[np.int64], FloatArray]:
    """The k1 + 1 nearest of each vector, itself first, and each row's greatest distance."""
    near = np.empty((len(vectors), k1 + 1), np.int64)
    greatest = np.empty(len(vectors), np.float32)
    for start in range(0, len(vectors), _ROWS):
        rows = slice(start, start + _ROWS)
        squared = _squared(vectors[rows], vectors)
        greatest[rows] = squared.max(axis=1)
        squared[np.arange(len(squared)), np.arange(start, start + len(squared))] = -1
        part = np.argpartition(squared, k1, axis=1)[:, : k1 + 1]
        order = np.argsort(np.take_along_axis(squared, part, axis=1), axis=1, kind="stable")
        near[rows] = np.take_along_axis(part, order, axis=1)
    return near, np.maximum(greatest, 1e-12)


def _encode(vectors: FloatArray, near: NDArray[np.int64], k1: int, scale: FloatArray) -> csr_matrix:
    """Weights of each vector's expanded k-reciprocal neighbours (equations 5 to 7), rows sum to 1."""
    half = round(k1 / 2)
    members = [set(row) for row in near]
    half_members = [set(row[: half + 1]) for row in near]
    reciprocal = [_reciprocal(index, near[index], members) for index in range(len(near))]
    half_reciprocal = [_reciprocal(index, near[index][: half + 1], half_members) for index in range(len(near))]
    indices: list[NDArray[np.int64]] = []
    weights: list[FloatArray] = []
    for index, own in enumerate(reciprocal):
        chosen = set(own)
        for candidate in own:
            theirs = half_reciprocal[candidate]
            if len(own.keys() & theirs.keys()) > 2 / 3 * len(theirs):
                chosen |= theirs.keys()
        columns = np.array(sorted(chosen), np.int64)
        squared = np.maximum(2 - 2 * (vectors[columns] @ vectors[index]), 0) / scale[index]
        value = np.exp(-squared)
        indices.append(columns)
        weights.append((value / value.sum()).astype(np.float32))
    pointers = np.concatenate([[0], np.cumsum([len(columns) for columns in indices])])
    return csr_matrix((np.concatenate(weights), np.concatenate(indices), pointers), (len(near), len(near)))


def _reciprocal(index: int, row: NDArray[np.int64], members: list[set[int]]) -> dict[int, None]:
    """Those of a neighbourhood that have ``index`` in their own, in order."""
    return {int(other): None for other in row if index in members[other]}
