"""What a real camera adds to light: exposure, tint, blur, vignette, grain. Deterministic from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reid_app.domain import ImageArray
from reid_app.imaging import cv2


@dataclass(frozen=True, slots=True)
class Sensor:
    """A camera's character.

    Attributes:
        exposure: Factor from radiance to sensor signal.
        balance: Factors on red, green, blue.
        saturation: 1 leaves colours as they are.
        blur: Standard deviation of the lens's blur, pixels.
        sharpen: Strength of the edge enhancement that cameras apply.
        grain: Standard deviation of the noise at middle grey, 0..255.
        vignette: Loss of light in the corners, 0..1.
        shutter: Exposure time, seconds.
        squeeze: Added to the encoder's rate factor: grain costs bits.
    """

    exposure: float
    balance: tuple[float, float, float]
    saturation: float
    blur: float
    sharpen: float
    grain: float
    vignette: float
    shutter: float
    squeeze: int = 0


def demo_sensors() -> dict[str, Sensor]:
    """Return the sensor of each camera of the demo site, by name."""
    return {
        "yard": Sensor(1.35, (0.98, 1.0, 1.03), 1.0, 0.45, 0.35, 1.6, 0.12, 1 / 120),
        "entrance": Sensor(3.6, (0.98, 1.0, 1.10), 0.95, 0.55, 0.3, 2.4, 0.22, 1 / 50),
        "corridor": Sensor(8.0, (1.02, 1.02, 0.98), 0.85, 0.65, 0.4, 3.6, 0.25, 1 / 30, squeeze=1),
        "shop": Sensor(4.0, (0.98, 1.0, 1.0), 1.05, 0.5, 0.3, 2.0, 0.15, 1 / 50),
    }


def develop(light: NDArray[np.float32], sensor: Sensor, rng: np.random.Generator) -> ImageArray:
    """Return the (H, W, 3) BGR picture that ``sensor`` makes of linear RGB ``light``."""
    height, width = light.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    radius2 = ((x - width / 2) ** 2 + (y - height / 2) ** 2) / ((width / 2) ** 2 + (height / 2) ** 2)
    signal: NDArray[Any] = light * np.float32(sensor.exposure) * np.array(sensor.balance, np.float32)
    signal *= (1 - np.float32(sensor.vignette) * radius2)[..., None]
    signal = cv2.GaussianBlur(signal, (0, 0), sensor.blur)
    grey = signal.mean(2, keepdims=True)
    signal = grey + (signal - grey) * np.float32(sensor.saturation)
    signal = _tone(np.maximum(signal, 0))
    if sensor.sharpen:
        signal = signal + np.float32(sensor.sharpen) * (signal - cv2.GaussianBlur(signal, (0, 0), 1.2))
    strength = np.float32(sensor.grain / 255) * (0.6 + 0.8 * np.sqrt(np.clip(signal.mean(2, keepdims=True), 0, 1)))
    fine = rng.standard_normal((height, width, 1), np.float32)
    coarse = cv2.resize(rng.standard_normal((height // 2, width // 2, 3), np.float32), (width, height))
    signal = signal + strength * (0.8 * fine + 0.7 * coarse)
    return np.ascontiguousarray((np.clip(signal, 0, 1) * 255 + 0.5).astype(np.uint8)[..., ::-1])


def _tone(signal: NDArray[Any]) -> NDArray[np.float32]:
    """Gamma with a soft shoulder, so that lamps and sunlit walls do not clip hard."""
    rolled = np.where(signal > 0.7, 0.7 + 0.3 * (1 - np.exp(-(signal - 0.7) / 0.3)), signal)
    return np.asarray(np.power(rolled, np.float32(1 / 2.2)), np.float32)
