"""The two ways in which a gallery is searched: exactly, and by cells.

**Exactly** (:class:`ExactIndex`). Comparing a query with N vectors of length D reads all
N * D numbers, and reading is what it costs. Embeddings of people do not fill all their
dimensions, so each vector is also kept turned into the axes along which the gallery
spreads most, cut off after d of them: ``p`` with rest ``r = sqrt(1 - |p|^2)``. By Cauchy and
Schwarz the cosine of a query is within ``r_query * r`` of the product of what is left.
That is computed for all N, and the true cosine only for those that can still be among the
best: the answer is that of a full search, for d / D of the reading.

**By cells** (:class:`CellIndex`). FAISS's inverted file: vectors are sorted into cells, and
only the cells nearest to a query are searched. How many of them is measured on the vectors
themselves, so that 99 of 100 of the ten best are found.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import faiss
import numpy as np
from numpy.typing import NDArray

from reid_app.domain import FloatArray

Rows = NDArray[np.int64]
Found = tuple[FloatArray, Rows]

NOTHING = -1
"""Row number where a search found fewer rows than asked for."""

SMALLEST_CUT = 4096
"""Vectors from which cutting axes off pays."""

_REST = 0.02
"""Share of the vectors' length (squared) that may be cut off."""

_SAMPLE = 4096
_BLOCK = 256
_ROUNDING = 1e-5
_HASHED: Any = getattr(faiss, "DirectMap").Hashtable  # noqa: B009  its type hints leave it out


class Index(Protocol):
    """Unit vectors by row number; one thread at a time changes it, several may search."""

    def add(self, rows: Rows, vectors: FloatArray) -> None:
        """Add vectors (N, D) under new numbers (N,)."""

    def remove(self, rows: Rows) -> None:
        """Remove known rows."""

    def search(self, vectors: FloatArray, k: int) -> Found:
        """Return the cosines and numbers of the ``k`` nearest rows of each vector, nearest first."""

    def vectors(self, rows: Rows) -> FloatArray:
        """Return the vectors of known rows, (N, D)."""


class ExactIndex:
    """Finds the nearest vectors, always.

    Args:
        dimension: Length D of a vector.
    """

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._count = 0
        self._numbers = np.empty(0, np.int64)
        self._full = np.empty((0, dimension), np.float32)
        self._places: dict[int, int] = {}
        self._axes: FloatArray | None = None
        self._cut = np.empty((0, 0), np.float32)
        self._rests = np.empty(0, np.float32)
        self._fitted = 0

    def add(self, rows: Rows, vectors: FloatArray) -> None:
        """See :meth:`Index.add`."""
        begin, end = self._count, self._count + len(rows)
        self._reserve(end)
        self._numbers[begin:end] = rows
        self._full[begin:end] = vectors
        self._places.update(zip(rows.tolist(), range(begin, end), strict=True))
        self._count = end
        if self._axes is not None:
            self._cut[begin:end], self._rests[begin:end] = _project(vectors, self._axes)
        if end >= max(SMALLEST_CUT, 4 * self._fitted):
            self._fit()

    def remove(self, rows: Rows) -> None:
        """See :meth:`Index.remove`; the last rows take the places that become free."""
        for row in rows.tolist():
            place, last = self._places.pop(row), self._count - 1
            if place != last:
                moved = int(self._numbers[last])
                self._numbers[place], self._full[place] = moved, self._full[last]
                self._places[moved] = place
                if self._axes is not None:
                    self._cut[place], self._rests[place] = self._cut[last], self._rests[last]
            self._count = last

    def search(self, vectors: FloatArray, k: int) -> Found:
        """See :meth:`Index.search`."""
        count = self._count
        if self._axes is None:
            likely, slack = vectors @ self._full[:count].T, np.zeros(len(vectors), np.float32)
        else:
            cut, rests = _project(vectors, self._axes)
            likely, slack = cut @ self._cut[:count].T, rests * self._rests[:count].max()
        scores = np.empty((len(vectors), k), np.float32)
        found = np.empty((len(vectors), k), np.int64)
        for query, (vector, near, most) in enumerate(zip(vectors, likely, slack, strict=True)):
            bound = self._scores(vector, _good_ones(near, k)).min() - most - _ROUNDING
            candidates = np.flatnonzero(near >= bound)
            exact = self._scores(vector, candidates)
            best = np.lexsort((self._numbers[candidates], -exact))[:k]
            scores[query], found[query] = exact[best], self._numbers[candidates[best]]
        return scores, found

    def vectors(self, rows: Rows) -> FloatArray:
        """See :meth:`Index.vectors`."""
        return self._full[[self._places[row] for row in rows.tolist()]]

    def _scores(self, vector: FloatArray, places: NDArray[np.intp]) -> FloatArray:
        """Return exact cosines; a row's does not depend on the others, as it may in a matrix product."""
        scores: FloatArray = np.einsum("nd,d->n", self._full[places], vector)
        return scores

    def _reserve(self, count: int) -> None:
        if count <= len(self._numbers):
            return
        size = max(count, 2 * len(self._numbers), 64)
        self._numbers = _grown(self._numbers, size)
        self._full = _grown(self._full, size)
        self._rests = _grown(self._rests, size)
        self._cut = _grown(self._cut, size)

    def _fit(self) -> None:
        """Find the axes along which the vectors spread most, and cut all vectors off after enough of them."""
        self._fitted = self._count
        sample = self._full[: self._count][:: max(1, self._count // _SAMPLE)]
        strengths, axes = np.linalg.eigh((sample.T @ sample).astype(np.float64) / len(sample))
        rest = 1 - np.cumsum(strengths[::-1]) / strengths.sum()
        enough = int(np.argmax(rest <= _REST)) + 1
        if enough > self._dimension // 2:
            self._axes = None
            return
        self._axes = np.ascontiguousarray(axes[:, ::-1][:, :enough], np.float32)
        self._cut = np.empty((len(self._numbers), enough), np.float32)
        for begin in range(0, self._count, _SAMPLE):
            part = slice(begin, min(begin + _SAMPLE, self._count))
            self._cut[part], self._rests[part] = _project(self._full[part], self._axes)


class CellIndex:
    """Finds nearly all of the nearest vectors, many times faster; exact while there are few.

    Args:
        dimension: Length D of a vector.
        recall: Share of the ten best that is to be found.
        least: Vectors from which cells are made.
    """

    def __init__(self, dimension: int, *, recall: float = 0.995, least: int = 20_000) -> None:
        self._dimension = dimension
        self._recall = recall
        self._least = least
        self._exact: ExactIndex | None = ExactIndex(dimension)
        self._index: Any = None
        self._count = 0
        self._trained = 0

    def add(self, rows: Rows, vectors: FloatArray) -> None:
        """See :meth:`Index.add`; cells are made anew whenever there are four times as many vectors."""
        self._count += len(rows)
        if self._exact is not None:
            self._exact.add(rows, vectors)
            if self._count >= self._least:
                numbers = np.fromiter(self._exact._places, np.int64)  # noqa: SLF001  the two are one module
                self._build(numbers, self._exact.vectors(numbers))
                self._exact = None
            return
        self._index.add_with_ids(vectors, rows)
        if self._count >= 4 * self._trained:
            numbers = np.concatenate(
                [
                    faiss.rev_swig_ptr(self._index.invlists.get_ids(cell), self._index.invlists.list_size(cell)).copy()
                    for cell in range(self._index.nlist)
                ]
            )
            self._build(numbers, self.vectors(numbers))

    def remove(self, rows: Rows) -> None:
        """See :meth:`Index.remove`."""
        self._count -= len(rows)
        if self._exact is not None:
            self._exact.remove(rows)
            return
        self._index.remove_ids(faiss.IDSelectorArray(rows))

    def search(self, vectors: FloatArray, k: int) -> Found:
        """See :meth:`Index.search`; :data:`NOTHING` where the searched cells held fewer rows."""
        if self._exact is not None:
            return self._exact.search(vectors, k)
        scores, rows = self._index.search(vectors, k)
        return scores, rows

    def vectors(self, rows: Rows) -> FloatArray:
        """See :meth:`Index.vectors`."""
        if self._exact is not None:
            return self._exact.vectors(rows)
        found: FloatArray = np.stack([self._index.reconstruct(row) for row in rows.tolist()])
        return found

    def _build(self, numbers: Rows, vectors: FloatArray) -> None:
        """Sort all vectors into cells, and measure how many cells have to be searched."""
        self._trained = self._count = len(numbers)
        cells = max(16, 2 ** round(np.log2(np.sqrt(self._count))))
        index: Any = faiss.index_factory(self._dimension, f"IVF{cells},Flat", faiss.METRIC_INNER_PRODUCT)
        index.cp.niter = 8
        index.cp.max_points_per_centroid = 64
        index.cp.spherical = True
        index.set_direct_map_type(_HASHED)
        index.train(vectors)
        index.add_with_ids(vectors, numbers)
        self._index = index
        self._choose_probes(vectors)

    def _choose_probes(self, vectors: FloatArray) -> None:
        """Search as many cells as it takes to find enough of the ten best, other than itself, of 256 vectors."""
        queries = vectors[:: max(1, len(vectors) // 256)][:256]
        k = min(11, len(vectors))
        truth = [set(row.tolist()) for row in _best_of_all(queries, vectors, k)]
        self._index.nprobe = 1
        while self._index.nprobe < self._index.nlist:
            scores, _ = self._index.search(queries, k)
            if self._share_found(scores, queries, vectors, truth) >= self._recall:
                return
            self._index.nprobe = min(self._index.nlist, 2 * self._index.nprobe)

    @staticmethod
    def _share_found(scores: FloatArray, queries: FloatArray, vectors: FloatArray, truth: Sequence[set[int]]) -> float:
        """Return the share of true neighbours found, told by their scores: rows may have equal ones."""
        worst = np.array([min(vectors[list(rows)] @ query) for query, rows in zip(queries, truth, strict=True)])
        hits = (scores >= worst[:, None] - _ROUNDING).sum(axis=1) - 1  # each finds itself
        return float(hits.sum() / (len(queries) * (len(truth[0]) - 1)))


def _project(vectors: FloatArray, axes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what is left of unit vectors (N, D) on ``axes`` (D, d), and the lengths (N,) of the rests."""
    cut = vectors @ axes
    return cut, np.sqrt(np.clip(1 - np.einsum("nd,nd->n", cut, cut), 0, None) + _ROUNDING).astype(np.float32)


def _good_ones(near: FloatArray, k: int) -> NDArray[np.intp]:
    """Return the places of ``k`` different high values of ``near`` (N,): not the highest, but found in one pass."""
    blocks = len(near) // _BLOCK
    if blocks < 4 * k:
        return np.argpartition(-near, k - 1)[:k] if k < len(near) else np.arange(len(near))
    tops = near[: blocks * _BLOCK].reshape(blocks, _BLOCK)
    best = np.argpartition(-tops.max(axis=1), k - 1)[:k]
    return best * _BLOCK + tops[best].argmax(axis=1)


def _best_of_all(queries: FloatArray, vectors: FloatArray, k: int) -> NDArray[np.intp]:
    """Return the places of the ``k`` vectors nearest to each query, in pieces that fit into memory."""
    scores = np.full((len(queries), 0), -np.inf, np.float32)
    places = np.empty((len(queries), 0), np.intp)
    for begin in range(0, len(vectors), 65_536):
        part = queries @ vectors[begin : begin + 65_536].T
        some = min(k, part.shape[1])
        best = np.argpartition(-part, some - 1, axis=1)[:, :some]
        scores = np.concatenate([scores, np.take_along_axis(part, best, 1)], axis=1)
        places = np.concatenate([places, best + begin], axis=1)
        keep = np.argsort(-scores, axis=1)[:, :k]
        scores, places = np.take_along_axis(scores, keep, 1), np.take_along_axis(places, keep, 1)
    best_places: NDArray[np.intp] = places
    return best_places


def _grown(array: Any, size: int) -> Any:
    """Return ``array`` with room for ``size`` rows."""
    bigger = np.empty((size, *array.shape[1:]), array.dtype)
    bigger[: len(array)] = array
    return bigger
