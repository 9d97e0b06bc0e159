"""The ways to search a gallery, against a search through everything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reid_app.match.index import SMALLEST_CUT, CompressedIndex, ExactIndex
from tests.match.spread import people

DIMENSION = 64


def by_brute_force(vectors: np.ndarray, queries: np.ndarray, k: int) -> np.ndarray:
    return np.sort(queries @ vectors.T, axis=1)[:, ::-1][:, :k]


def filled(index: ExactIndex | CompressedIndex, vectors: np.ndarray, step: int = 3000) -> None:
    for begin in range(0, len(vectors), step):
        part = vectors[begin : begin + step]
        index.add(np.arange(begin, begin + len(part)), part)


@pytest.mark.parametrize("rank", [12, 48, DIMENSION], ids=["cut", "hardly cut", "not cut"])
@pytest.mark.parametrize("count", [1, 300, SMALLEST_CUT + 5000])
def test_exact_search_finds_what_brute_force_finds(count: int, rank: int) -> None:
    vectors = people(count, DIMENSION, rank, seed=1)
    queries = people(7, DIMENSION, rank, seed=2)
    queries[:3] = vectors[:3]
    index = ExactIndex(DIMENSION)
    filled(index, vectors)
    k = min(10, count)
    scores, rows = index.search(queries, k)
    np.testing.assert_allclose(scores, by_brute_force(vectors, queries, k), atol=1e-5)
    np.testing.assert_allclose(scores, np.einsum("nkd,nd->nk", vectors[rows], queries), atol=1e-5)


def test_queries_unlike_everybody_are_answered_exactly_too() -> None:
    """They lie in what was cut off, where the bound is weakest."""
    vectors = people(SMALLEST_CUT + 10, DIMENSION, 12, seed=1)
    queries = people(5, DIMENSION, DIMENSION, seed=3)
    index = ExactIndex(DIMENSION)
    filled(index, vectors)
    scores, _ = index.search(queries, 10)
    np.testing.assert_allclose(scores, by_brute_force(vectors, queries, 10), atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), removed=st.sets(st.integers(0, 49), max_size=49))
def test_what_is_removed_is_gone_and_the_rest_is_found(seed: int, removed: set[int]) -> None:
    vectors = people(60, 8, 8, seed=seed)
    index = ExactIndex(8)
    index.add(np.arange(50), vectors[:50])
    index.remove(np.array(sorted(removed), np.int64))
    index.add(np.arange(50, 60), vectors[50:])
    left = [row for row in range(60) if row not in removed]
    scores, rows = index.search(vectors[:4], len(left))
    assert sorted(rows[0].tolist()) == left
    np.testing.assert_allclose(scores, by_brute_force(vectors[left], vectors[:4], len(left)), atol=1e-5)
    np.testing.assert_array_equal(index.vectors(np.array(left)), vectors[left])


def test_a_row_scores_the_same_wherever_it_stands() -> None:
    vectors = people(500, DIMENSION, 32, seed=4)
    there, back = ExactIndex(DIMENSION), ExactIndex(DIMENSION)
    there.add(np.arange(500), vectors)
    back.add(np.arange(500)[::-1].copy(), vectors[::-1].copy())
    for one, other in zip(there.search(vectors[:20], 10), back.search(vectors[:20], 10), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.fixture(scope="module")
def compressed() -> tuple[CompressedIndex, np.ndarray]:
    vectors = people(12_000, DIMENSION, 24, seed=5)
    index = CompressedIndex(DIMENSION, least=4000)
    filled(index, vectors)
    return index, vectors


def test_compressed_vectors_find_nearly_all(compressed: tuple[CompressedIndex, np.ndarray]) -> None:
    index, vectors = compressed
    queries = people(12_200, DIMENSION, 24, seed=5, views_seed=6)[:200]
    scores, rows = index.search(queries, 10)
    found = (scores >= by_brute_force(vectors, queries, 10)[:, -1:] - 1e-5).mean()
    assert found >= 0.99
    np.testing.assert_allclose(scores, np.einsum("nkd,nd->nk", vectors[rows], queries), atol=1e-5)


def test_what_is_removed_is_not_found_through_its_code(compressed: tuple[CompressedIndex, np.ndarray]) -> None:
    index, vectors = compressed
    gone = np.arange(0, 12_000, 7)
    index.remove(gone)
    _, rows = index.search(vectors[gone[:200]], 10)
    assert not np.isin(rows, gone).any()
    left = np.setdiff1d(np.arange(12_000), gone)[:50]
    np.testing.assert_array_equal(index.vectors(left), vectors[left])
    index.add(gone, vectors[gone])
    _, rows = index.search(vectors[gone[:200]], 1)
    assert (rows[:, 0] == gone[:200]).all()


def test_a_row_scores_the_same_alone_and_among_others(compressed: tuple[CompressedIndex, np.ndarray]) -> None:
    index, vectors = compressed
    scores, rows = index.search(vectors[:21], 10)
    for query in range(21):
        one_scores, one_rows = index.search(vectors[query : query + 1], 10)
        np.testing.assert_array_equal(one_scores[0], scores[query])
        np.testing.assert_array_equal(one_rows[0], rows[query])


def test_what_is_cut_off_costs_no_likely_row() -> None:
    """The queries lie in what was cut off, so the rows' order without it says little."""
    vectors = people(6000, DIMENSION, 12, seed=11) + 0.12 * people(6000, DIMENSION, DIMENSION, seed=12)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    queries = people(30, DIMENSION, DIMENSION, seed=3)
    index = CompressedIndex(DIMENSION, least=4000)
    filled(index, vectors)
    scores, _ = index.search(queries, 10)
    assert (scores >= by_brute_force(vectors, queries, 10)[:, -1:] - 1e-5).mean() >= 0.99


@pytest.mark.parametrize("rank", [24, DIMENSION], ids=["cut", "not cut"])
def test_rows_come_and_go_under_their_codes(rank: int) -> None:
    vectors = people(9000, DIMENSION, rank, seed=8)
    index = CompressedIndex(DIMENSION, least=4000)
    index.add(np.arange(6000), vectors[:6000])
    held = set(range(6000))
    rng = np.random.default_rng(9)
    for begin in range(6000, 9000, 500):
        gone = rng.permutation(sorted(held))[:900]
        index.remove(gone)
        held -= set(gone.tolist())
        new = np.arange(begin, begin + 500)
        index.add(new, vectors[new])
        held |= set(new.tolist())
    left = np.array(sorted(held))
    scores, rows = index.search(vectors[left[::10]], 10)
    assert np.isin(rows, left).all()
    assert (rows[:, 0] == left[::10]).all()
    assert (scores >= by_brute_force(vectors[left], vectors[left[::10]], 10)[:, -1:] - 1e-5).mean() >= 0.99
    np.testing.assert_array_equal(index.vectors(left), vectors[left])


@pytest.mark.parametrize("kept", [3950, 2000, 5], ids=["just too few", "half", "hardly any"])
def test_rows_are_found_that_came_when_there_were_few_again(kept: int) -> None:
    vectors = people(4500, DIMENSION, 24, seed=10)
    index = CompressedIndex(DIMENSION, least=4000)
    index.add(np.arange(4400), vectors[:4400])
    index.remove(np.arange(kept, 4400))
    index.add(np.arange(4400, 4420), vectors[4400:4420])
    assert (index.search(vectors[4400:4420], 1)[1][:, 0] == np.arange(4400, 4420)).all()
    index.remove(np.arange(4400, 4410))
    assert (index.search(vectors[4400:4420], 1)[1][:, 0] == np.arange(4400, 4420)).sum() == 10


def test_few_vectors_are_not_compressed() -> None:
    vectors = people(100, DIMENSION, 24, seed=7)
    index = CompressedIndex(DIMENSION)
    index.add(np.arange(100), vectors)
    index.remove(np.array([3]))
    scores, rows = index.search(vectors[:2], 99)
    assert 3 not in rows
    assert scores[0, 0] == pytest.approx(1)
    np.testing.assert_array_equal(index.vectors(np.array([5])), vectors[5:6])
