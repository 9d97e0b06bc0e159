"""Arrays as bytes: paths of tracks, numbers of frames, embeddings.

All numbers are little-endian whatever machine wrote them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from reid_app.domain import FloatArray, TrackBox

PATH_TYPE = np.dtype([("frame", "<i8"), ("time_ns", "<i8"), ("box", "<f4", (4,)), ("score", "<f4")])
"""One row of a path: where a track was in one processed frame."""

FRAME_TYPE = np.dtype([("frame", "<i8"), ("time_ns", "<i8")])
"""One processed frame."""


_BOX = struct.Struct("<qq5f")
_FRAME = struct.Struct("<qq")


def pack_box(box: TrackBox) -> bytes:
    """Pack one row of a path; a chunk is the rows one behind the other."""
    return _BOX.pack(box.frame_index, box.time_ns, *box.box.tolist(), box.score)


def unpack_path(chunks: Iterable[bytes]) -> NDArray[np.void]:
    """Return the rows of a path, (N,) of :data:`PATH_TYPE`, from its chunks in order."""
    return np.frombuffer(b"".join(chunks), PATH_TYPE)


def pack_frame(index: int, time_ns: int) -> bytes:
    """Pack one processed frame."""
    return _FRAME.pack(index, time_ns)


def unpack_frames(chunks: Iterable[bytes]) -> NDArray[np.void]:
    """Return processed frames, (N,) of :data:`FRAME_TYPE`, from their chunks in order."""
    return np.frombuffer(b"".join(chunks), FRAME_TYPE)


def pack_vector(vector: FloatArray) -> bytes:
    """Pack an embedding of shape (D,)."""
    return np.ascontiguousarray(vector, "<f4").tobytes()


def unpack_vector(data: bytes) -> FloatArray:
    """Return an embedding of shape (D,), read-only."""
    return np.frombuffer(data, "<f4").astype(np.float32, copy=False)


def frame_ranges(frames: Iterable[int]) -> list[tuple[int, int, int]]:
    """Fold ascending numbers into ranges ``(first, last, step)``, both ends inclusive.

    >>> frame_ranges([1, 3, 5, 6, 7, 20])
    [(1, 5, 2), (6, 7, 1), (20, 20, 1)]
    """
    ranges: list[tuple[int, int, int]] = []
    run: list[int] = []
    for number in frames:
        if len(run) > 1 and number - run[-1] != run[1] - run[0]:
            ranges.append((run[0], run[-1], run[1] - run[0]))
            run = []
        run.append(number)
    if run:
        ranges.append((run[0], run[-1], run[1] - run[0] if len(run) > 1 else 1))
    return ranges


def range_numbers(ranges: Iterable[tuple[int, int, int]]) -> list[int]:
    """Unfold what :func:`frame_ranges` folded.

    >>> range_numbers([(1, 5, 2), (6, 7, 1)])
    [1, 3, 5, 6, 7]
    """
    return [number for first, last, step in ranges for number in range(first, last + 1, step)]
