"""Retrieval figures against an independent, slow and plain implementation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reid_app.datasets import JUNK, Protocol
from reid_app.errors import TrainingError
from reid_app.evaluate.rerank import rerank
from reid_app.evaluate.retrieval import RANKS, Labels, distances, evaluate


def plain_single_query(distance, query, gallery, cross_camera=True):
    """The definitions, one query and one picture at a time."""
    first_ranks, precisions, areas, penalties, curves = [], [], [], [], []
    for q in range(len(distance)):
        ranking = []
        for g in range(len(gallery.people)):
            person, camera = gallery.people[g], gallery.cameras[g]
            same = person == query.people[q]
            if person == JUNK or (cross_camera and same and camera == query.cameras[q]):
                continue
            ranking.append((distance[q][g], bool(same and person > 0)))
        ranking.sort()  # at one distance False, the wrong one, comes first
        ranks = [place for place, (_, right) in enumerate(ranking, start=1) if right]
        if not ranks:
            continue
        exact = [(number + 1) / place for number, place in enumerate(ranks)]
        trapezoid, old_recall, old_precision = 0.0, 0.0, 1.0
        for place in range(1, len(ranking) + 1):
            found = sum(rank <= place for rank in ranks)
            recall, precision = found / len(ranks), found / place
            trapezoid += (recall - old_recall) * (old_precision + precision) / 2
            old_recall, old_precision = recall, precision
        areas.append(trapezoid)
        first_ranks.append(ranks[0])
        precisions.append(sum(exact) / len(exact))
        penalties.append(len(ranks) / ranks[-1])
        curves.append(
            [
                max(p for number, p in enumerate(exact, start=1) if number / len(ranks) >= recall / 100 - 1e-12)
                for recall in range(101)
            ]
        )
    cmc = [sum(rank <= k for rank in first_ranks) / len(first_ranks) for k in range(1, RANKS + 1)]
    return (
        np.array(cmc),
        np.mean(precisions),
        np.mean(areas),
        np.mean(penalties),
        np.mean(curves, axis=0),
        len(first_ranks),
    )


@st.composite
def problems(draw):
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    queries, pictures = draw(st.integers(1, 12)), draw(st.integers(1, 70))
    people, cameras = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    distance = generator.random((queries, pictures)).astype(np.float32)
    if draw(st.booleans()):
        distance = np.round(distance * 4) / 4  # many ties
    # Distractors (0) and junk (-1) in the gallery only.
    query = Labels(generator.integers(1, people + 1, queries), generator.integers(1, cameras + 1, queries))
    gallery = Labels(generator.integers(-1, people + 1, pictures), generator.integers(1, cameras + 1, pictures))
    return distance, query, gallery, draw(st.booleans())


@settings(max_examples=150, deadline=None)
@given(problems())
def test_figures_are_those_of_the_plain_implementation(problem):
    distance, query, gallery, cross_camera = problem
    cmc, mean_ap, trapezoid, mean_inp, curve, counted = (
        plain_single_query(distance, query, gallery, cross_camera)
        if any(
            g == q and (not cross_camera or gallery.cameras[column] != query.cameras[row])
            for row, q in enumerate(query.people)
            for column, g in enumerate(gallery.people)
        )
        else (None,) * 6
    )
    if cmc is None:
        with pytest.raises(TrainingError, match="No query's person"):
            evaluate(distance, query, gallery, cross_camera=cross_camera)
        return
    result = evaluate(distance, query, gallery, cross_camera=cross_camera)
    np.testing.assert_allclose(result.cmc, cmc, atol=1e-6)
    assert result.mean_ap == pytest.approx(mean_ap, abs=1e-6)
    assert result.mean_ap_trapezoid == pytest.approx(trapezoid, abs=1e-6)
    assert result.mean_inp == pytest.approx(mean_inp, abs=1e-6)
    np.testing.assert_allclose(result.precision, curve, atol=1e-6)
    assert (result.queries, result.skipped) == (counted, len(distance) - counted)


def labels(*pairs) -> Labels:
    people, cameras = zip(*pairs, strict=True)
    return Labels(np.array(people), np.array(cameras))


@pytest.mark.parametrize(
    ("gallery", "row", "rank_1", "mean_ap"),
    [
        # The right picture first.
        (labels((1, 2), (2, 2)), [0.1, 0.2], 1, 1),
        # A picture of the query's own camera does not count, however near.
        (labels((1, 1), (1, 2), (2, 2)), [0.0, 0.2, 0.1], 0, 0.5),
        # Nor does junk, but a distractor does.
        (labels((-1, 2), (1, 2), (0, 2)), [0.0, 0.2, 0.3], 1, 1),
        (labels((0, 2), (1, 2)), [0.1, 0.2], 0, 0.5),
        # A tie counts against the model, in either order of the files.
        (labels((1, 2), (2, 2)), [0.1, 0.1], 0, 0.5),
        (labels((2, 2), (1, 2)), [0.1, 0.1], 0, 0.5),
    ],
)
def test_what_counts(gallery, row, rank_1, mean_ap):
    result = evaluate(np.array([row], np.float32), labels((1, 1)), gallery)
    assert result.rank(1) == rank_1
    assert result.mean_ap == pytest.approx(mean_ap)


def test_single_shot_is_the_mean_over_seeded_draws():
    generator = np.random.default_rng(0)
    query = Labels(np.arange(1, 9), np.ones(8, int))
    gallery = Labels(np.repeat(np.arange(1, 9), 5), np.full(40, 2))
    distance = generator.random((8, 40)).astype(np.float32)
    one, again = (evaluate(distance, query, gallery, Protocol.SINGLE_SHOT, seed=3) for _ in range(2))
    other = evaluate(distance, query, gallery, Protocol.SINGLE_SHOT, seed=4)
    np.testing.assert_array_equal(one.cmc, again.cmc)
    assert not np.array_equal(one.cmc, other.cmc)
    assert one.mean_ap is None
    # One picture a person and eight people: everybody is among the first eight.
    assert one.rank(8) == 1
    # When a person's pictures are alike, every draw gives what one picture each gives.
    alike = np.repeat(distance[:, ::5], 5, axis=1)
    np.testing.assert_allclose(
        evaluate(alike, query, gallery, Protocol.SINGLE_SHOT).cmc,
        evaluate(distance[:, ::5], query, Labels(np.arange(1, 9), np.full(8, 2))).cmc,
    )


@pytest.mark.parametrize("distance", [np.zeros((1, 3), np.float32), np.array([[np.nan, 0]], np.float32)])
def test_what_does_not_fit_is_refused(distance):
    with pytest.raises(TrainingError):
        evaluate(distance, labels((1, 1)), labels((1, 2), (2, 2)))


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def plain_rerank(query, gallery, k1, k2, weight):
    """Zhong et al., with dense matrices and the paper's equations one by one."""
    vectors = np.concatenate([query, gallery]).astype(np.float64)
    original = ((vectors[:, None] - vectors[None]) ** 2).sum(2)
    original = original / original.max(axis=1, keepdims=True)
    ranking = np.argsort(original + np.diag(np.full(len(vectors), -1.0)), axis=1, kind="stable")

    def reciprocal(i, k):
        return {j for j in ranking[i][: k + 1] if i in ranking[j][: k + 1]}

    v = np.zeros_like(original)
    for i in range(len(vectors)):
        expanded = set(reciprocal(i, k1))
        for j in reciprocal(i, k1):
            theirs = reciprocal(j, round(k1 / 2))
            if len(theirs & reciprocal(i, k1)) > 2 / 3 * len(theirs):
                expanded |= theirs
        for j in expanded:
            v[i, j] = np.exp(-original[i, j])
        v[i] /= v[i].sum()
    v = np.stack([v[ranking[i][:k2]].mean(axis=0) for i in range(len(vectors))])
    smaller = np.minimum(v[:, None], v[None]).sum(2)
    larger = np.maximum(v[:, None], v[None]).sum(2)
    final = (1 - smaller / larger) * (1 - weight) + original * weight
    return final[: len(query), len(query) :]


@pytest.mark.parametrize(("k1", "k2", "weight"), [(6, 3, 0.3), (20, 6, 0.3), (5, 1, 0.0), (500, 600, 0.5)])
def test_reranking_is_that_of_the_paper(k1, k2, weight):
    generator = np.random.default_rng(1)
    centres = generator.standard_normal((6, 16))
    query = unit(centres + 0.4 * generator.standard_normal((6, 16)))
    gallery = unit(np.repeat(centres, 7, axis=0) + 0.4 * generator.standard_normal((42, 16)))
    limit = len(query) + len(gallery)
    expected = plain_rerank(query, gallery, min(k1, limit - 1), min(k2, limit), weight)
    np.testing.assert_allclose(rerank(query, gallery, k1=k1, k2=k2, weight=weight), expected, atol=1e-5)


def test_reranking_helps_where_a_person_s_pictures_hang_together():
    generator = np.random.default_rng(2)
    centres = generator.standard_normal((20, 8))
    query = unit(centres + 0.7 * generator.standard_normal((20, 8)))
    gallery = unit(np.repeat(centres, 8, axis=0) + 0.5 * generator.standard_normal((160, 8)))
    people = np.arange(1, 21)
    who = Labels(people, np.ones(20, int)), Labels(np.repeat(people, 8), np.full(160, 2))
    before = evaluate(distances(query, gallery), *who).mean_ap
    assert evaluate(rerank(query, gallery, k1=10), *who).mean_ap > before
