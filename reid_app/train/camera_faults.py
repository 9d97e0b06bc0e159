"""What surveillance cameras do to a picture: noise, darkness, infrared, blur, compression."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reid_app.imaging import cv2
from reid_app.train.settings import CameraFaultSettings

Picture = NDArray[np.uint8]


def with_faults(image: Picture, settings: CameraFaultSettings, rng: np.random.Generator) -> Picture:
    """A picture as a worse camera would have taken it.

    Light comes first, then the lens, the sensor's noise and the encoder, as in a camera.

    Args:
        image: (H, W, 3) BGR.
        settings: Chances of each fault, and the most noise.
        rng: Where the choices come from.
    """
    values = image.astype(np.float32)
    gain = 1.0 + rng.uniform(-settings.contrast, settings.contrast)
    values = (values - 128) * gain + 128 + rng.uniform(-settings.brightness, settings.brightness)
    if rng.random() < settings.infrared:
        values = _infrared(values, rng)
    dark = rng.random() < settings.dark
    if dark:
        values = values * rng.uniform(0.15, 0.5)
    if rng.random() < settings.blur:
        values = _blurred(values, rng)
    if rng.random() < settings.noise or dark:
        # The darker the scene, the more the camera amplifies; noise is stronger in most low light.
        deviation = rng.uniform(2, settings.most_noise) * (0.5 if dark else 1.0)
        coarse = rng.random() < 0.3
        values = values + deviation * _noise(values.shape, rng, coarse=coarse)
    result = values.clip(0, 255).astype(np.uint8)
    if rng.random() < settings.jpeg:
        _, packed = cv2.imencode(".jpg", result, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(12, 70))])
        result = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return result


def _infrared(values: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Grey, with other weights of the colours than daylight has, and brighter in the middle."""
    weights = rng.dirichlet(np.ones(3) * 2).astype(np.float32)
    grey = values @ weights
    height, width = grey.shape
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    lamp = 1.0 - rng.uniform(0.0, 0.5) * (x**2 + y**2) / 2
    if rng.random() < 0.3:
        grey = 255 * (grey.clip(0, 255) / 255) ** rng.uniform(0.5, 0.9)
    return np.asarray(np.repeat((grey * lamp)[..., None], 3, axis=2), np.float32)


def _blurred(values: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    if rng.random() < 0.5:
        return np.asarray(cv2.GaussianBlur(values, (0, 0), rng.uniform(0.6, 1.8)), np.float32)
    height, width = values.shape[:2]
    factor = rng.uniform(0.4, 0.8)
    size = (max(8, int(width * factor)), max(8, int(height * factor)))
    small = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _noise(shape: tuple[int, ...], rng: np.random.Generator, *, coarse: bool) -> NDArray[np.float32]:
    """Noise of deviation 1, of each pixel or, where the encoder has smeared it, of patches."""
    height, width, channels = shape
    if not coarse:
        return rng.standard_normal(shape, np.float32)
    small = rng.standard_normal((height // 2 + 1, width // 2 + 1, channels), np.float32)
    large = np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    return np.asarray(large / max(float(large.std()), 1e-6), np.float32)
