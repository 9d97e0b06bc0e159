"""The two ways in which a gallery is searched: exactly, and through compressed vectors.

**Exactly** (:class:`ExactIndex`). Comparing a query with N vectors of length D reads all
N * D numbers, and reading is what it costs. Embeddings of people do not fill all their
dimensions, so each vector is also kept turned into the axes along which the gallery
spreads most, cut off after d of them: ``p`` with rest ``r = sqrt(1 - |p|^2)``. By Cauchy and
Schwarz the cosine of a query is within ``r_query * r`` of the product of what is left.
That is computed for all N, and the true cosine only for those that can still be among the
best: the answer is that of a full search, for d / D of the reading.

**Compressed** (:class:`CompressedIndex`). What is left of each vector is coded in four bits
for four numbers (product quantisation, Jégou et al., 2011), which FAISS scans in registers
(André et al., 2015); among the likeliest the best are found as above. How many of them it
takes is measured on the vectors themselves, so that 99 of 100 of the ten best are found.
"""

from __future__ import annotations

from typing import Any, Protocol

import faiss
import numpy as np
from numpy.typing import NDArray

from reid_app.domain import FloatArray

Rows = NDArray[np.int64]
Found = tuple[FloatArray, Rows]

SMALLEST_CUT = 4096
"""Vectors from which cutting axes off pays."""

_REST = 0.05
"""Share of the vectors' length (squared) that may be cut off."""

_SAMPLE = 4096
_BLOCK = 256
_FEWEST, _MOST = 64, 1024
_TRAINED = 50_000
_ROUNDING = 1e-5
_MANY = 8
"""Times as many candidates as are wanted from which a closer bound pays."""
_EIGHT_QUERIES = 0x2222
"""How FAISS scans codes for many queries: for eight in one pass, two by two; a fifth quicker than by default."""


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
            self._cut[begin:end] = _project(vectors, self._axes)
        if end >= max(SMALLEST_CUT, 4 * self._fitted):
            self._fit()

    def remove(self, rows: Rows) -> None:
        """See :meth:`Index.remove`; the last rows take the places that become free."""
        for row in rows.tolist():
            place, last = self._places.pop(row), self._count - 1
            if place != last:
                self._move(last, place)
            self._count = last

    def search(self, vectors: FloatArray, k: int) -> Found:
        """See :meth:`Index.search`."""
        # The tall matrix on the left: BLAS takes two thirds of the time that it takes the other way round.
        likely = np.ascontiguousarray((self._short() @ self._shortened(vectors).T).T)
        scores = np.empty((len(vectors), k), np.float32)
        found = np.empty((len(vectors), k), np.int64)
        for query, (vector, near) in enumerate(zip(vectors, likely, strict=True)):
            scores[query], found[query] = self._nearest(vector, None, near, k)
        return scores, found

    def vectors(self, rows: Rows) -> FloatArray:
        """See :meth:`Index.vectors`."""
        return self._full[[self._places[row] for row in rows.tolist()]]

    def _move(self, old: int, new: int) -> None:
        """Move the row at a place to another."""
        moved = int(self._numbers[old])
        self._numbers[new], self._full[new] = moved, self._full[old]
        self._places[moved] = new
        if self._axes is not None:
            self._cut[new] = self._cut[old]

    def _short(self) -> FloatArray:
        """Return what is left of the vectors, by place, and their rests where something was cut off."""
        return (self._full if self._axes is None else self._cut)[: self._count]

    def _shortened(self, vectors: FloatArray) -> FloatArray:
        """Return what is left of other vectors (N, D), and their rests where something was cut off."""
        return vectors if self._axes is None else _project(vectors, self._axes)

    def _nearest(self, vector: FloatArray, places: NDArray[np.intp] | None, near: FloatArray, k: int) -> Found:
        """Return the exact cosines and numbers of the ``k`` nearest, nearest first.

        Args:
            vector: The query.
            places: Among which; none for all.
            near: What the cosine of each is at most.
            k: How many.
        """
        good = _good_ones(near, k)
        bound = self._scores(vector, good if places is None else places[good]).min() - _ROUNDING
        left = np.flatnonzero(near >= bound)
        near, places = near[left], left if places is None else places[left]
        if len(places) > _MANY * k:
            likeliest = np.argpartition(-near, 2 * k)[: 2 * k]
            bound = np.partition(self._scores(vector, places[likeliest]), -k)[-k] - _ROUNDING
            places = places[near >= bound]
        exact = self._scores(vector, places)
        best = np.lexsort((self._numbers[places], -exact))[:k]
        return exact[best], self._numbers[places[best]]

    def _scores(self, vector: FloatArray, places: NDArray[np.intp]) -> FloatArray:
        """Return exact cosines; a row's does not depend on the others, as it may in a matrix product."""
        scores: FloatArray = np.einsum("nd,d->n", self._full.take(places, axis=0), vector)
        return scores

    def _reserve(self, count: int) -> None:
        if count <= len(self._numbers):
            return
        size = max(count, 2 * len(self._numbers), 64)
        self._numbers = _grown(self._numbers, size)
        self._full = _grown(self._full, size)
        self._cut = _grown(self._cut, size)

    def _fit(self) -> None:
        """Find the axes along which the vectors spread most, and cut all vectors off after enough of them."""
        self._fitted = self._count
        sample = self._full[: self._count][:: max(1, self._count // _SAMPLE)]
        strengths, axes = np.linalg.eigh((sample.T @ sample).astype(np.float64) / len(sample))
        rest = 1 - np.cumsum(strengths[::-1]) / strengths.sum()
        # By eights: two codes of four numbers each, which FAISS scans together.
        enough = 8 * (int(np.argmax(rest <= _REST)) // 8 + 1)
        if enough > self._dimension // 2:
            self._axes = None
            return
        self._axes = np.ascontiguousarray(axes[:, ::-1][:, :enough], np.float32)
        self._cut = np.empty((len(self._numbers), enough + 1), np.float32)
        for begin in range(0, self._count, _SAMPLE):
            part = slice(begin, min(begin + _SAMPLE, self._count))
            self._cut[part] = _project(self._full[part], self._axes)


class CompressedIndex(ExactIndex):
    """Finds nearly all of the nearest vectors, many times faster; exact while there are few.

    Codes stay where they are when their row is removed, and are passed over; all codes are made
    anew (or given up, where few rows are left) when a quarter of them is dead, or when there are four times as many.

    Args:
        dimension: Length D of a vector.
        recall: Share of the ten best that is to be found.
        least: Vectors from which they are compressed.
    """

    def __init__(self, dimension: int, *, recall: float = 0.995, least: int = 20_000) -> None:
        super().__init__(dimension)
        self._recall = recall
        self._least = least
        self._codes: Any = None
        self._place_of = np.empty(0, np.intp)  # of each code, -1 where its row was removed
        self._code_at = np.empty(0, np.intp)  # of each place
        self._made = 0
        self._likely = _FEWEST

    def add(self, rows: Rows, vectors: FloatArray) -> None:
        """See :meth:`Index.add`."""
        begin = self._count
        super().add(rows, vectors)
        usable = self._codes is not None and self._count < 4 * self._made
        if usable and self._codes.ntotal <= 4 / 3 * self._count + 1000:
            self._code(begin)
        elif self._count >= self._least:
            self._build()
        else:
            self._codes = None

    def remove(self, rows: Rows) -> None:
        """See :meth:`Index.remove`."""
        if self._codes is None:
            super().remove(rows)
            return
        # Until all are removed, one of them may still move to the place of another.
        dead = self._code_at[[self._places[row] for row in rows.tolist()]]
        super().remove(rows)
        self._place_of[dead] = -1

    def search(self, vectors: FloatArray, k: int) -> Found:
        """See :meth:`Index.search`."""
        if self._codes is None:
            return super().search(vectors, k)
        table, short = self._short(), self._shortened(vectors)
        _, likely = self._codes.search(self._coded(short), min(self._codes.ntotal, max(self._likely, 4 * k)))
        scores = np.empty((len(vectors), k), np.float32)
        found = np.empty((len(vectors), k), np.int64)
        for query, codes in enumerate(likely):
            places = self._place_of[codes[codes >= 0]]
            places = places[places >= 0]
            if len(places) < min(2 * k, self._count):  # what was removed lies just there
                scores[query : query + 1], found[query : query + 1] = super().search(vectors[query : query + 1], k)
                continue
            near = table.take(places, axis=0) @ short[query]
            scores[query], found[query] = self._nearest(vectors[query], places, near, k)
        return scores, found

    def _move(self, old: int, new: int) -> None:
        super()._move(old, new)
        if self._codes is not None:
            code = self._code_at[old]
            self._code_at[new], self._place_of[code] = code, new

    def _fit(self) -> None:
        """Find other axes, by which all codes have to be made anew."""
        super()._fit()
        self._codes = None

    def _build(self) -> None:
        """Make codes for all vectors, and measure how many likely ones have to be looked at."""
        self._made = self._count
        length = self._dimension if self._axes is None else self._axes.shape[1]
        self._codes = faiss.index_factory(length, f"PQ{_codes_of(length)}x4fs", faiss.METRIC_INNER_PRODUCT)
        self._codes.qbs = _EIGHT_QUERIES
        self._codes.train(self._coded(self._short()[:: max(1, self._count // _TRAINED)]))
        self._code(0)
        queries = self._full[: self._count][:: max(1, self._count // 256)][:256]
        truth, _ = super().search(queries, 11)
        self._likely = _FEWEST
        while self._likely < _MOST:
            scores, _ = self.search(queries, 11)
            # By their scores, since rows may have equal ones; each finds itself.
            hits = (scores >= truth[:, -1:] - _ROUNDING).sum(axis=1) - 1
            if hits.sum() >= self._recall * len(queries) * 10:
                return
            self._likely *= 2

    def _coded(self, short: FloatArray) -> FloatArray:
        """Return what codes are made of: what is left of vectors, without the rests."""
        return np.ascontiguousarray(short if self._axes is None else short[:, :-1])

    def _code(self, begin: int) -> None:
        """Make codes for the vectors from a place on."""
        first, end = self._codes.ntotal, self._count
        self._codes.add(self._coded(self._short()[begin:]))
        last = self._codes.ntotal
        if last > len(self._place_of):
            self._place_of = _grown(self._place_of, 2 * last)
        if end > len(self._code_at):
            self._code_at = _grown(self._code_at, len(self._numbers))
        self._place_of[first:last] = np.arange(begin, end)
        self._code_at[begin:end] = np.arange(first, last)


def _project(vectors: FloatArray, axes: FloatArray) -> FloatArray:
    """Return what is left of unit vectors (N, D) on ``axes`` (D, d), and the length of the rest: (N, d + 1)."""
    cut = vectors @ axes
    rests = np.sqrt(np.clip(1 - np.einsum("nd,nd->n", cut, cut), 0, None) + _ROUNDING)
    return np.column_stack([cut, rests]).astype(np.float32, copy=False)


def _good_ones(near: FloatArray, k: int) -> NDArray[np.intp]:
    """Return the places of ``k`` different high values of ``near`` (N,): not the highest, but found in one pass."""
    blocks = len(near) // _BLOCK
    if blocks < 4 * k:
        return np.argpartition(-near, k - 1)[:k] if k < len(near) else np.arange(len(near))
    tops = near[: blocks * _BLOCK].reshape(blocks, _BLOCK)
    best: NDArray[np.intp] = np.argpartition(-tops.max(axis=1), k - 1)[:k]
    places: NDArray[np.intp] = best * _BLOCK + tops[best].argmax(axis=1)
    return places


def _codes_of(length: int) -> int:
    """Return how many codes a vector of ``length`` numbers becomes: each is four of them, if they come out even."""
    return next(length // each for each in (4, 2, 1) if length % each == 0)


def _grown(array: Any, size: int) -> Any:
    """Return ``array`` with room for ``size`` rows."""
    bigger = np.empty((size, *array.shape[1:]), array.dtype)
    bigger[: len(array)] = array
    return bigger
