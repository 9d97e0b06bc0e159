"""Landmarks and a teacher's maps follow the picture through every variation."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from reid_app.domain import LANDMARK_FLIP
from reid_app.train.augment import augment
from reid_app.train.settings import AugmentSettings

STILL = AugmentSettings(
    flip=0, scale=0, shift=0, contrast=0, brightness=0, tint=0, blur=0, jpeg=0, erase=0, box_jitter=0
)


def _gradient(height: int = 40, width: int = 20) -> np.ndarray:
    image = np.zeros((height, width, 3), np.uint8)
    image[..., 0] = np.linspace(0, 240, width).astype(np.uint8)
    image[..., 1] = np.linspace(0, 240, height).astype(np.uint8)[:, None]
    return image


class TestAugment:
    def test_no_variation_changes_nothing(self) -> None:
        image, landmarks = _gradient(), np.random.default_rng(0).random((18, 3), np.float32)
        result = augment(image, landmarks, STILL, np.random.default_rng(0))
        assert np.array_equal(result.image, image)
        np.testing.assert_allclose(result.landmarks, landmarks, atol=1e-6)
        np.testing.assert_allclose(result.inverse, [[1, 0, 0], [0, 1, 0]], atol=1e-6)

    def test_flip_swaps_left_and_right(self) -> None:
        image, landmarks = _gradient(), np.random.default_rng(0).random((18, 3), np.float32)
        result = augment(image, landmarks, STILL.model_copy(update={"flip": 1.0}), np.random.default_rng(0))
        assert np.array_equal(result.image, image[:, ::-1])
        mirrored = landmarks * np.float32([-1, 1, 1]) + np.float32([1, 0, 0])
        np.testing.assert_allclose(result.landmarks, mirrored[list(LANDMARK_FLIP)], atol=1e-6)

    @pytest.mark.parametrize("rotation", [0.0, 0.2])
    def test_landmarks_follow_the_picture(self, rotation: float) -> None:
        image = np.zeros((120, 60, 3), np.uint8)
        image[70:73, 25:28] = 255
        landmarks = np.zeros((18, 3), np.float32)
        landmarks[0] = [26.5 / 60, 71.5 / 120, 1.0]
        settings = STILL.model_copy(update={"scale": 0.1, "shift": 0.05, "rotation": rotation, "flip": 0.5})
        for seed in range(10):
            result = augment(image, landmarks, settings, np.random.default_rng(seed))
            rows, columns = np.nonzero(result.image[..., 0] > 60)
            place = np.array([(columns.mean() + 0.5) / 60, (rows.mean() + 0.5) / 120])
            assert np.abs(place - result.landmarks[0, :2]).max() < 0.02

    def test_inverse_leads_back_to_the_picture(self) -> None:
        image = _gradient(64, 32)
        settings = STILL.model_copy(update={"scale": 0.1, "shift": 0.05, "flip": 0.5})
        original = torch.from_numpy(image).permute(2, 0, 1)[None].float()
        for seed in range(5):
            result = augment(image, np.zeros((18, 3), np.float32), settings, np.random.default_rng(seed))
            grid = nn.functional.affine_grid(
                torch.from_numpy(result.inverse)[None], [1, 3, 64, 32], align_corners=False
            )
            again = nn.functional.grid_sample(original, grid, align_corners=False)[0].permute(1, 2, 0).numpy()
            inner = (slice(12, -12), slice(8, -8))
            assert np.abs(again[inner] - result.image[inner].astype(np.float32)).max() < 6

    def test_landmarks_that_leave_the_picture_are_unseen(self) -> None:
        landmarks = np.full((18, 3), 0.99, np.float32)
        settings = STILL.model_copy(update={"shift": 0.3})
        seen = [augment(_gradient(), landmarks, settings, np.random.default_rng(s)).landmarks[0, 2] for s in range(20)]
        assert 0.0 in seen

    def test_everything_at_once_gives_a_picture(self) -> None:
        settings = AugmentSettings(flip=0.5, rotation=0.1, blur=1, jpeg=1, erase=1)
        results = [
            augment(_gradient(), np.zeros((18, 3), np.float32), settings, np.random.default_rng(s)) for s in (1, 1, 2)
        ]
        assert results[0].image.shape == (40, 20, 3)
        assert np.array_equal(results[0].image, results[1].image)
        assert not np.array_equal(results[0].image, results[2].image)
