"""How fast a gallery is beside a brute-force search in numpy."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from reid_app.bench.report import BenchReport, Value, percentile, ratio, side_by_side
from reid_app.config import GalleryIndex
from reid_app.domain import FloatArray
from reid_app.match import Gallery

DIMENSION = 576
RANK = 160
"""Directions that the embeddings of the shipped jointloss-s fill, of 576: the others hold nothing but rounding."""

VIEWS = 24
BATCH = 16
K = 10
ROUNDS = 15

_MODEL = "bench"
_STEP = 20_000


def bench_gallery(
    sizes: Sequence[int], *, rank: int = RANK, compressed: bool = True, report: Callable[[str], None] = lambda _: None
) -> BenchReport:
    """Measure adding, searching and removing at several sizes.

    Args:
        sizes: Numbers of embeddings.
        rank: Directions that the made-up embeddings fill, at most 576.
        compressed: Whether the compressed index is measured, too.
        report: Told what is being done.
    """
    rows: list[dict[str, Value]] = []
    for size in sizes:
        report(f"{size:,} embeddings: making them up")
        vectors, queries = made_up(size, rank)
        kinds = [GalleryIndex.EXACT, GalleryIndex.COMPRESSED] if compressed else [GalleryIndex.EXACT]
        galleries, adding = {}, {}
        for kind in kinds:
            report(f"{size:,} embeddings: adding to the {kind.value} index")
            gallery = galleries[kind] = Gallery(_MODEL, DIMENSION, capacity=size, index=kind)
            began = time.process_time()
            for begin in range(0, size, _STEP):
                part = vectors[begin : begin + _STEP]
                gallery.add(np.arange(begin, begin + len(part)), part, _MODEL)
            adding[kind] = size / (time.process_time() - began)
        report(f"{size:,} embeddings: searching")
        for kind, gallery in galleries.items():
            rows += _searches(size, kind, gallery, galleries[GalleryIndex.EXACT], vectors, queries, adding[kind])
        del vectors, galleries
    return BenchReport(
        "gallery",
        tuple(rows),
        ("what", "times numpy"),
        (
            f"made-up people with {VIEWS} views each, in {rank} of {DIMENSION} directions; the {K} best are asked for",
            "numpy: matrix product and argpartition over float32; the ways are measured in turns",
            "all times are processor time, of all threads: what else the machine does does not count",
        ),
    )


def made_up(size: int, rank: int, seed: int = 0) -> tuple[FloatArray, FloatArray]:
    """Make up unit vectors (size, 576) of people with several views, and further views (64, 576) of some of them."""
    rng = np.random.default_rng(seed)
    axes = np.linalg.qr(rng.standard_normal((DIMENSION, rank)))[0].T.astype(np.float32)
    strengths = (1 / np.sqrt(1 + np.arange(rank) / 8)).astype(np.float32)
    people = -(-size // VIEWS)
    centres = rng.standard_normal((people, rank), np.float32) * strengths
    vectors = np.empty((size, DIMENSION), np.float32)
    for begin in range(0, size, _STEP):
        who = np.arange(begin, min(begin + _STEP, size)) // VIEWS
        vectors[begin : begin + len(who)] = _views(centres[who], strengths, axes, rng)
    return vectors, _views(centres[rng.integers(0, people, 64)], strengths, axes, rng)


def _views(centres: FloatArray, strengths: FloatArray, axes: FloatArray, rng: np.random.Generator) -> FloatArray:
    points = centres + np.float32(0.6) * rng.standard_normal(centres.shape, np.float32) * strengths
    vectors: FloatArray = points @ axes
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def _searches(
    size: int,
    kind: GalleryIndex,
    gallery: Gallery,
    exact: Gallery,
    vectors: FloatArray,
    queries: FloatArray,
    added: float,
) -> list[dict[str, Value]]:
    rows: list[dict[str, Value]] = []
    truth = np.concatenate([brute_force(vectors, queries[begin : begin + BATCH])[0] for begin in range(0, 64, BATCH)])
    found = gallery.search(queries, K, _MODEL)[0]
    recall = float((found >= truth[:, -1:] - 1e-5).mean())
    removing = _removing(gallery, vectors)
    for count in (1, BATCH):
        ways: dict[str, Callable[[], object]] = {
            "numpy": _Asker(partial(brute_force, vectors), queries, count),
            "exact": _Asker(partial(_search, exact), queries, count),
            "gallery": _Asker(partial(_search, gallery), queries, count),
        }
        if kind is GalleryIndex.EXACT:
            del ways["exact"]
        seconds = side_by_side(ways, rounds=ROUNDS if size <= 100_000 else 7, clock=time.process_time)
        ours = seconds["gallery"]
        rows.append(
            {
                "what": f"{kind.value}, {size:,}, {count} at a time",
                "times numpy": ratio(seconds["numpy"], ours),
                "times exact": ratio(seconds["exact"], ours) if "exact" in seconds else None,
                "recall at 10": recall,
                "ms a query p50": 1000 * percentile(ours, 0.5) / count,
                "ms a query p95": 1000 * percentile(ours, 0.95) / count,
                "added a second": added,
                "removed a second": removing,
            }
        )
    return rows


class _Asker:
    """Asks a way of searching for one batch of queries after the other."""

    def __init__(self, search: Callable[[FloatArray], object], queries: FloatArray, count: int) -> None:
        self._search = search
        self._batches = cycle([queries[begin : begin + count] for begin in range(0, len(queries), count)])

    def __call__(self) -> object:
        return self._search(next(self._batches))


def _search(gallery: Gallery, queries: FloatArray) -> FloatArray:
    return gallery.search(queries, K, _MODEL)[0]


def _removing(gallery: Gallery, vectors: FloatArray) -> float:
    """Remove some rows, make sure that they are gone, and put them back; return the rows a second."""
    gone = np.arange(0, len(vectors), max(1, len(vectors) // 500))
    began = time.process_time()
    gallery.remove(gone)
    seconds = time.process_time() - began
    _, rows = gallery.search(vectors[gone[:20]], 1, _MODEL)
    if np.isin(rows, gone).any():
        raise AssertionError("a row that was removed was found")
    gallery.add(gone, vectors[gone], _MODEL)
    return len(gone) / seconds


def brute_force(vectors: FloatArray, queries: FloatArray) -> tuple[FloatArray, NDArray[np.intp]]:
    """Search with numpy: scores (N, 10), best first, and places."""
    scores = queries @ vectors.T
    places: NDArray[np.intp] = np.argpartition(-scores, K, axis=1)[:, :K]
    best = np.take_along_axis(scores, places, 1)
    order = np.argsort(-best, axis=1)
    return np.take_along_axis(best, order, 1), np.take_along_axis(places, order, 1)
