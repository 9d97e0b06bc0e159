"""Held-out people are whole; retrieval agrees with a ranking worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reid_app.datasets import Sample
from reid_app.train.validation import retrieval, split_people


def test_held_out_people_are_whole_and_seen_by_two_cameras() -> None:
    samples = [Sample(Path(f"{p}_{c}"), p, c, "a") for p in range(12) for c in (1, 2) if (p, c) != (0, 2)]
    held = split_people(samples, 3)
    people = {sample.person for sample, out in zip(samples, held, strict=True) if out}
    assert len(people) == 3
    assert 0 not in people
    assert sum(held) == 6


def test_retrieval_by_hand() -> None:
    angle = np.radians([0, 10, 20, 90])
    embeddings = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
    labels, cameras = np.array([0, 1, 0, 1]), np.array([1, 2, 2, 1])
    # queries 0: finds 1 (wrong) then 2; 1: 0 and 2 (wrong) then 3; 2: 1 (wrong) then 0; 3: 2 (wrong) then 1
    rank1, precision = retrieval(embeddings, labels, cameras)
    assert rank1 == 0.0
    assert precision == pytest.approx((1 / 2 + 1 / 3 + 1 / 2 + 1 / 2) / 4)


def test_own_camera_does_not_count() -> None:
    embeddings = np.eye(2, dtype=np.float32)
    assert retrieval(embeddings, np.array([0, 0]), np.array([1, 1])) == (0.0, 0.0)
