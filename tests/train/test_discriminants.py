"""Discriminants forget what differs within people and keep what differs between them."""

from __future__ import annotations

import numpy as np

from reid_app.train.discriminants import discriminants, discriminating
from reid_app.train.validation import retrieval


def _people(count: int, seed: int, loudness: float = 5.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Embeddings in which the camera is loud and the person quiet; labels; cameras."""
    rng = np.random.default_rng(seed)
    mixing = np.random.default_rng(99).normal(size=(20, 20))
    labels = np.arange(count).repeat(6)
    cameras = np.tile(np.arange(6) % 2, count)
    hidden = 0.2 * rng.normal(size=(len(labels), 20))
    hidden[:, :8] += rng.normal(size=(count, 8))[labels]
    hidden[:, 8:14] += loudness * rng.normal(size=(len(labels), 6))
    return (hidden @ mixing).astype(np.float32), labels, cameras


def _rank1(embeddings: np.ndarray, labels: np.ndarray, cameras: np.ndarray) -> float:
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    return retrieval(unit.astype(np.float32), labels, cameras)[0]


def test_people_never_seen_are_told_apart() -> None:
    embeddings, labels, _ = _people(80, seed=0)
    matrix, offset = discriminants(embeddings, labels, np.zeros_like(labels), 8, damping=0.01)
    other, other_labels, other_cameras = _people(40, seed=1)
    assert matrix.shape == (8, 20)
    assert offset.shape == (8,)
    before = _rank1(other - embeddings.mean(axis=0), other_labels, other_cameras)
    after = _rank1(other @ matrix.T + offset, other_labels, other_cameras)
    assert before < 0.3
    assert after > 0.7


def test_mean_goes_to_the_origin() -> None:
    embeddings, labels, _ = _people(30, seed=0)
    matrix, offset = discriminants(embeddings + 50, labels, np.zeros_like(labels), 4)
    assert np.abs((embeddings + 50).mean(axis=0) @ matrix.T + offset).max() < 1e-2


def test_what_distinguishes_data_sets_does_not_count() -> None:
    embeddings, labels, _ = _people(60, seed=0)
    domains = labels % 2
    shifted = embeddings.copy()
    direction = np.random.default_rng(3).normal(size=20).astype(np.float32)
    shifted += 100 * domains[:, None] * direction
    matrix, _ = discriminants(shifted, labels, domains, 4)
    apart, _ = discriminants(shifted, labels, np.zeros_like(domains), 4)
    assert np.abs(matrix @ direction).max() < 0.5 * np.abs(apart @ direction).max()


def test_a_teacher_behind_discriminants_knows_people_better_whom_they_were_not_taken_from() -> None:
    embeddings, labels, cameras = _people(100, seed=0, loudness=1.0)
    datasets, known = np.full(len(labels), "one"), labels < 70
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    behind = discriminating(unit, labels, datasets, known)
    np.testing.assert_allclose(np.linalg.norm(behind, axis=1), 1, atol=1e-5)
    other = ~known
    before, after = (_rank1(vectors[other], labels[other], cameras[other]) for vectors in (unit, behind))
    assert after > before + 0.2
    # Who the others are is not used.
    relabelled = np.where(known, labels, 70)
    np.testing.assert_array_equal(discriminating(unit, relabelled, datasets, known), behind)
