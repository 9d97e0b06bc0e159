"""The gallery: every embedding that the matcher searches, by row number.

Searches are over inner products (cosines, since all vectors are unit vectors), exact or
through compressed vectors: see :mod:`reid_app.match.index`. Several threads may search at a time but not
while the gallery is changed, so it has one writer and many readers, held apart by a lock.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from reid_app.config import GalleryIndex
from reid_app.domain import Embedding, FloatArray
from reid_app.errors import GalleryError

from .index import CompressedIndex, ExactIndex, Index

_UNIT_TOLERANCE = 1e-3


class Gallery:
    """Unit vectors of one model.

    Rows are numbered by the caller. Any thread may search; one thread at a time
    adds and removes.

    Args:
        model: Hash of the embedding model; vectors of another are refused.
        dimension: Length of its vectors.
        capacity: Most rows that it holds.
        index: How it is searched.
    """

    def __init__(
        self,
        model: str,
        dimension: int,
        capacity: int = 1_000_000,
        index: GalleryIndex = GalleryIndex.EXACT,
    ) -> None:
        if dimension < 1:
            raise GalleryError(f"a gallery of vectors of length {dimension} makes no sense; the length is at least 1")
        self.model = model
        self.dimension = dimension
        self.capacity = capacity
        self._index: Index = ExactIndex(dimension) if index is GalleryIndex.EXACT else CompressedIndex(dimension)
        self._rows: set[int] = set()
        self._lock = _ReadersWriterLock()

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._rows)

    def __contains__(self, row: object) -> bool:
        """Whether a row number is taken."""
        return row in self._rows

    def check(self, embedding: Embedding) -> FloatArray:
        """Return the vector of ``embedding`` if it may be compared with this gallery's.

        Raises:
            GalleryError: It was made by another model, or has another length.
        """
        self._check_model(embedding.model)
        if embedding.vector.shape != (self.dimension,):
            raise GalleryError(
                f"an embedding has shape {embedding.vector.shape}, the gallery holds vectors of length "
                f"{self.dimension}; both must come from one model"
            )
        return embedding.vector

    def add(self, rows: NDArray[np.int64], vectors: FloatArray, model: str) -> None:
        """Add ``vectors`` (N, D) of ``model`` under the numbers ``rows`` (N,).

        Raises:
            GalleryError: Another model or length, not unit vectors, a number that is
                taken or given twice, or more rows than the gallery may hold. Nothing
                is added then.
        """
        self._check_model(model)
        vectors = self._matrix(vectors)
        new = [int(row) for row in rows]
        if len(new) != len(vectors):
            raise GalleryError(f"{len(new)} row numbers were given for {len(vectors)} vectors; give one each")
        if not new:
            return
        norms = np.linalg.norm(vectors, axis=1)
        if not np.all(np.abs(norms - 1) < _UNIT_TOLERANCE):
            worst = float(norms[np.argmax(np.abs(norms - 1))])
            raise GalleryError(f"a vector of length {worst:.4f} was given; the gallery holds unit vectors only")
        if min(new) < 0 or len(set(new)) != len(new) or not self._rows.isdisjoint(new):
            raise GalleryError("a row number is negative, given twice or taken; remove the old row first")
        if len(self._rows) + len(new) > self.capacity:
            raise GalleryError(f"the gallery is full at {self.capacity} rows; let older identities leave first")
        with self._lock.writing():
            self._index.add(np.asarray(new, np.int64), vectors)
            self._rows.update(new)

    def remove(self, rows: NDArray[np.int64]) -> None:
        """Remove the rows with the numbers ``rows`` (N,).

        Raises:
            GalleryError: A number is unknown. Nothing is removed then.
        """
        old = {int(row) for row in rows}
        unknown = old - self._rows
        if unknown:
            raise GalleryError(f"row {min(unknown)} is not in the gallery; it may have been removed before")
        if not old:
            return
        with self._lock.writing():
            self._index.remove(np.asarray(sorted(old), np.int64))
            self._rows -= old

    def search(self, vectors: FloatArray, k: int, model: str) -> tuple[FloatArray, NDArray[np.int64]]:
        """Find the ``k`` nearest rows of each of ``vectors`` (N, D), unit vectors of ``model``.

        Returns:
            Cosines (N, K) ``float32``, highest first, and row numbers (N, K); K is
            ``k``, or the number of rows where that is less.

        Raises:
            GalleryError: Another model or length.
        """
        self._check_model(model)
        vectors = self._matrix(vectors)
        with self._lock.reading():
            k = min(k, len(self._rows))
            if k < 1 or not len(vectors):
                return np.zeros((len(vectors), 0), np.float32), np.zeros((len(vectors), 0), np.int64)
            return self._index.search(vectors, k)

    def vectors(self, rows: NDArray[np.int64]) -> FloatArray:
        """Return the vectors (N, D) of ``rows`` (N,).

        Raises:
            GalleryError: A number is unknown.
        """
        with self._lock.reading():
            unknown = {int(row) for row in rows} - self._rows
            if unknown:
                raise GalleryError(f"row {min(unknown)} is not in the gallery; it may have been removed before")
            if not len(rows):
                return np.zeros((0, self.dimension), np.float32)
            return self._index.vectors(np.asarray(rows, np.int64))

    def _check_model(self, model: str) -> None:
        if model != self.model:
            raise GalleryError(
                f"an embedding of model {model[:12]} was given, the gallery holds those of model {self.model[:12]}; "
                "vectors of two models cannot be compared: start with records of their own for the new model"
            )

    def _matrix(self, vectors: FloatArray) -> FloatArray:
        matrix = np.ascontiguousarray(vectors, np.float32)
        if matrix.ndim != 2 or matrix.shape[1] != self.dimension:
            raise GalleryError(
                f"vectors of shape {matrix.shape} were given, the gallery holds vectors of length {self.dimension}; "
                "both must come from one model"
            )
        return matrix


class _ReadersWriterLock:
    """Many readers or one writer; a waiting writer goes before new readers."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._readers = 0
        self._writers = 0
        self._is_writing = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: not self._writers)
            self._readers += 1
        try:
            yield
        finally:
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self._changed:
            self._writers += 1
            self._changed.wait_for(lambda: not self._readers and not self._is_writing)
            self._is_writing = True
        try:
            yield
        finally:
            with self._changed:
                self._writers -= 1
                self._is_writing = False
                self._changed.notify_all()
