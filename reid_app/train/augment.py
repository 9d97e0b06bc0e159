"""Variation of training pictures together with their landmarks.

All geometry is one affine map per picture, applied once, so that a picture is
interpolated once and its landmarks and a teacher's maps can follow exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reid_app.domain import LANDMARK_FLIP
from reid_app.imaging import cv2
from reid_app.train.settings import AugmentSettings

Floats = NDArray[np.float32]

_MOST_NOISE = 14.0
"""Largest deviation of the noise in grey levels."""


@dataclass(frozen=True, slots=True)
class Augmented:
    """One varied picture.

    Attributes:
        image: (H, W, 3) BGR.
        landmarks: (18, 3) fractions of the new picture and confidence; 0 confidence
            for what has left it.
        inverse: (2, 3) map from the new picture's coordinates in -1..1 to the old
            one's, as ``torch.nn.functional.affine_grid`` wants it.
    """

    image: NDArray[np.uint8]
    landmarks: Floats
    inverse: Floats


def augment(
    image: NDArray[np.uint8], landmarks: Floats, settings: AugmentSettings, rng: np.random.Generator
) -> Augmented:
    """Vary one picture.

    Args:
        image: (H, W, 3) BGR.
        landmarks: (18, 3): x and y in fractions of the picture, and confidence.
        settings: How much.
        rng: Where the choices come from.
    """
    height, width = image.shape[:2]
    flip = rng.random() < settings.flip
    matrix, shift = _affine(settings, flip, height / width, rng)
    # In pixel coordinates, where 0 is the middle of the first pixel.
    size = np.array([width, height])
    pixels = matrix * size[:, None] / size[None, :]
    offset = shift * size + 0.5 * pixels.sum(axis=1) - 0.5
    warp = np.column_stack([pixels, offset])
    varied = cv2.warpAffine(image, warp, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    varied = _colours(np.asarray(varied, dtype=np.uint8), settings, rng)
    varied = _degrade(varied, settings, rng)
    if rng.random() < settings.erase:
        _erase(varied, rng)
    return Augmented(varied, _moved(landmarks, matrix, shift, flip), _sampling(matrix, shift))


def _affine(
    settings: AugmentSettings, flip: bool, aspect: float, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Map ``new = matrix @ old + shift`` in fractions, about the middle of the picture."""
    scale = np.exp(rng.normal(0.0, settings.scale, 2))
    angle = rng.normal(0.0, settings.rotation)
    cos, sin = np.cos(angle), np.sin(angle)
    # A rotation of pixels is a shear of fractions where a picture is not square.
    rotation = np.array([[cos, -sin * aspect], [sin / aspect, cos]])
    matrix = rotation @ np.diag(scale)
    if flip:
        matrix = matrix @ np.diag([-1.0, 1.0])
    middle = np.full(2, 0.5)
    shift = middle + rng.normal(0.0, settings.shift, 2) - matrix @ middle
    return matrix, shift


def _moved(landmarks: Floats, matrix: NDArray[np.float64], shift: NDArray[np.float64], flip: bool) -> Floats:
    points = landmarks[:, :2] @ matrix.T + shift
    inside = ((points >= 0) & (points <= 1)).all(axis=1)
    moved = np.column_stack([points, landmarks[:, 2] * inside]).astype(np.float32)
    return moved[list(LANDMARK_FLIP)] if flip else moved


def _sampling(matrix: NDArray[np.float64], shift: NDArray[np.float64]) -> Floats:
    inverse = np.linalg.inv(matrix)
    # Fractions f and grid coordinates g are related by g = 2 f - 1.
    offset = inverse @ (1.0 - 2.0 * shift) - 1.0
    return np.column_stack([inverse, offset]).astype(np.float32)


def _colours(image: NDArray[np.uint8], settings: AugmentSettings, rng: np.random.Generator) -> NDArray[np.uint8]:
    gain = 1.0 + rng.uniform(-settings.contrast, settings.contrast)
    bias = rng.uniform(-settings.brightness, settings.brightness)
    tint = rng.uniform(-settings.tint, settings.tint, 3)
    table = np.arange(256)[:, None] * gain + bias + tint
    return np.asarray(cv2.LUT(image, table.clip(0, 255).astype(np.uint8).reshape(256, 1, 3)), dtype=np.uint8)


def _degrade(image: NDArray[np.uint8], settings: AugmentSettings, rng: np.random.Generator) -> NDArray[np.uint8]:
    if rng.random() < settings.blur:
        image = np.asarray(cv2.GaussianBlur(image, (3, 3), 0), dtype=np.uint8)
    # Nothing is drawn for what is switched off, so that older runs resume as they were.
    if settings.coarse and rng.random() < settings.coarse:
        image = _coarser(image, rng.uniform(0.3, 0.8))
    if settings.noise and rng.random() < settings.noise:
        noise = rng.normal(0.0, rng.uniform(2.0, _MOST_NOISE), image.shape)
        image = (image + noise).clip(0, 255).astype(np.uint8)
    if rng.random() < settings.jpeg:
        quality = int(rng.integers(30, 81))
        _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        image = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)
    return image


def _coarser(image: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """The picture as if the person had been smaller in the frame."""
    height, width = image.shape[:2]
    small = (max(8, round(width * scale)), max(8, round(height * scale)))
    reduced = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(reduced, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _erase(image: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """Fill a rectangle of 2 to 15 % of the area with one colour (Zhong et al., 2020)."""
    height, width = image.shape[:2]
    area = rng.uniform(0.02, 0.15) * height * width
    ratio = float(np.exp(rng.uniform(-1.0, 1.0)))
    tall = min(int(np.sqrt(area * ratio)) + 1, height - 1)
    wide = min(int(np.sqrt(area / ratio)) + 1, width - 1)
    top, left = int(rng.integers(0, height - tall)), int(rng.integers(0, width - wide))
    image[top : top + tall, left : left + wide] = rng.integers(0, 256, 3)
