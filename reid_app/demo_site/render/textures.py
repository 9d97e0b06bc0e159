"""Surfaces of the site, painted from noise: name of a material to a picture and the metres it covers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reid_app.imaging import cv2

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A material.

    Attributes:
        picture: (h, w, 3) linear RGB reflectance.
        covers: (width, height) in metres that one picture covers; None stretches it over each face.
        gloss: Roughness of a shiny coat, None for a matt surface.
    """

    picture: Array
    covers: tuple[float, float] | None
    gloss: float | None = None


def surface(material: str) -> Surface:
    """Return the surface of ``material``; KeyError for an unknown name."""
    maker = _MAKERS[material]
    return maker(np.random.default_rng(sum(map(ord, material))))


def _noise(rng: np.random.Generator, size: int, cells: int) -> Array:
    grid = rng.random((cells, cells))
    wrapped = np.pad(grid, 1, mode="wrap")
    big = cv2.resize(wrapped, None, fx=size / cells, fy=size / cells, interpolation=cv2.INTER_CUBIC)
    edge = size // cells
    return np.asarray(big[edge : edge + size, edge : edge + size], np.float64)


def _cloud(rng: np.random.Generator, size: int = 256) -> Array:
    value = sum(_noise(rng, size, cells) * share for cells, share in ((4, 0.4), (16, 0.35), (64, 0.25)))
    return np.asarray(value)


def _flat(
    colour: tuple[float, float, float], rough: float = 0.12, gloss: float | None = None
) -> Callable[[np.random.Generator], Surface]:
    def make(rng: np.random.Generator) -> Surface:
        shade = 1 - rough / 2 + rough * _cloud(rng)
        return Surface(np.array(colour) * shade[..., None], (2.5, 2.5), gloss)

    return make


def _tiled(
    colour: tuple[float, float, float],
    joint: tuple[float, float, float],
    columns: int,
    rows: int,
    covers: tuple[float, float],
    vary: float = 0.15,
    shift: bool = False,
    gloss: float | None = None,
) -> Callable[[np.random.Generator], Surface]:
    def make(rng: np.random.Generator) -> Surface:
        size = 512
        picture = np.empty((size, size, 3))
        picture[:] = joint
        high, wide = size / rows, size / columns
        for row in range(rows):
            for column in range(-1, columns + 1):
                tone = 1 + vary * (rng.random() - 0.5) * 2
                x = (column + (0.5 if shift and row % 2 else 0.0)) * wide
                x0, x1 = max(0, round(x + 3)), min(size, round(x + wide - 2))
                y0, y1 = round(row * high + 3), round((row + 1) * high - 2)
                if x1 > x0:
                    picture[y0:y1, x0:x1] = np.array(colour) * tone
        grain = 0.9 + 0.2 * _cloud(rng, size)
        return Surface(picture * grain[..., None], covers, gloss)

    return make


def _products(rng: np.random.Generator) -> Surface:
    """Paint a shelf full of packages in a face-filling picture."""
    height, width, boards = 384, 768, 4
    picture = np.full((height, width, 3), 0.35)
    step = height // boards
    for board in range(boards):
        base = (board + 1) * step - 12
        x = 6
        while x < width - 16:
            wide, tall = int(rng.integers(14, 46)), int(rng.integers(step // 2, step - 18))
            hue = rng.random(3) ** 1.6 * 0.75 + 0.04
            repeat = int(rng.integers(1, 5))
            for _ in range(repeat):
                if x + wide >= width - 6:
                    break
                cv2.rectangle(picture, (x, base - tall), (x + wide - 2, base), hue.tolist(), -1)
                label = (rng.random(3) * 0.3 + 0.55).tolist()
                cv2.rectangle(picture, (x + 3, base - tall * 2 // 3), (x + wide - 5, base - tall // 3), label, -1)
                x += wide
            x += int(rng.integers(2, 10))
        cv2.rectangle(picture, (0, base), (width, base + 11), (0.62, 0.62, 0.6), -1)
        for tag in range(8, width, 60):
            cv2.rectangle(picture, (tag, base + 2), (tag + 22, base + 9), (0.85, 0.8, 0.3), -1)
    return Surface(picture, None)


def _leaves(
    dark: tuple[float, float, float], light: tuple[float, float, float]
) -> Callable[[np.random.Generator], Surface]:
    def make(rng: np.random.Generator) -> Surface:
        size = 256
        picture = np.empty((size, size, 3))
        picture[:] = dark
        for _ in range(1500):
            x, y = (int(v) for v in rng.integers(0, size, 2))
            mix = rng.random()
            colour = np.array(dark) * (1 - mix) + np.array(light) * mix
            axes = (int(rng.integers(3, 8)), int(rng.integers(2, 4)))
            cv2.ellipse(picture, (x, y), axes, float(rng.integers(0, 180)), 0, 360, colour.tolist(), -1)
        return Surface(picture, (0.9, 0.9))

    return make


def _poster(
    ground: tuple[float, float, float], ink: tuple[float, float, float]
) -> Callable[[np.random.Generator], Surface]:
    def make(rng: np.random.Generator) -> Surface:
        picture = np.empty((192, 256, 3))
        picture[:] = ground
        cv2.rectangle(picture, (6, 6), (249, 185), (0.8, 0.8, 0.8), 3)
        cv2.circle(picture, (80, 80), 44, ink, -1)
        cv2.ellipse(picture, (150, 100), (70, 30), 20, 0, 360, (0.75, 0.5, 0.12), -1)
        for line in range(3):
            cv2.rectangle(
                picture, (30, 140 + 14 * line), (int(rng.integers(140, 220)), 146 + 14 * line), (0.1, 0.1, 0.1), -1
            )
        return Surface(picture, None)

    return make


def _sign(rng: np.random.Generator) -> Surface:
    del rng
    picture = np.empty((128, 768, 3))
    picture[:] = (0.03, 0.10, 0.25)
    cv2.circle(picture, (90, 64), 40, (0.85, 0.75, 0.2), -1)
    for k in range(9):
        cv2.rectangle(picture, (180 + 60 * k, 44), (218 + 60 * k, 88), (0.8, 0.8, 0.8), -1)
        cv2.rectangle(picture, (190 + 60 * k, 54), (208 + 60 * k, 70 if k % 2 else 88), (0.03, 0.10, 0.25), -1)
    return Surface(picture, None)


_MAKERS: dict[str, Callable[[np.random.Generator], Surface]] = {
    "paving": _tiled((0.30, 0.29, 0.27), (0.16, 0.155, 0.15), 4, 4, (2.4, 2.4), 0.10),
    "kerb": _tiled((0.36, 0.35, 0.33), (0.2, 0.2, 0.19), 3, 3, (1.5, 1.5), 0.08),
    "tiles": _tiled((0.42, 0.38, 0.32), (0.26, 0.24, 0.21), 4, 4, (2.4, 2.4), 0.06, gloss=0.25),
    "vinyl": _flat((0.22, 0.26, 0.27), 0.15, gloss=0.3),
    "planks": _tiled((0.42, 0.29, 0.18), (0.2, 0.13, 0.08), 2, 8, (2.4, 1.6), 0.18, shift=True, gloss=0.3),
    "ceiling": _tiled((0.72, 0.72, 0.70), (0.5, 0.5, 0.5), 4, 4, (2.4, 2.4), 0.02),
    "brick": _tiled((0.40, 0.17, 0.11), (0.40, 0.38, 0.35), 8, 16, (2.0, 1.3), 0.30, shift=True),
    "plaster": _flat((0.62, 0.57, 0.48)),
    "panel": _tiled((0.34, 0.22, 0.13), (0.1, 0.07, 0.05), 6, 1, (2.4, 2.4), 0.12),
    "wall": _flat((0.55, 0.58, 0.54)),
    "wall2": _flat((0.50, 0.54, 0.53)),
    "shopwall": _flat((0.68, 0.69, 0.70)),
    "column": _flat((0.45, 0.44, 0.42)),
    "desk": _tiled((0.30, 0.19, 0.11), (0.12, 0.08, 0.05), 5, 1, (1.5, 1.5), 0.1),
    "top": _flat((0.60, 0.60, 0.58), 0.08, gloss=0.2),
    "bench": _tiled((0.36, 0.24, 0.14), (0.08, 0.05, 0.03), 1, 5, (1.2, 0.6), 0.15),
    "cabinet": _tiled((0.50, 0.50, 0.48), (0.2, 0.2, 0.2), 2, 3, (1.1, 1.25), 0.04),
    "pot": _flat((0.25, 0.24, 0.23)),
    "steel": _flat((0.18, 0.19, 0.20), 0.08, gloss=0.2),
    "glass": _flat((0.04, 0.05, 0.055), 0.05, gloss=0.05),
    "till": _flat((0.05, 0.05, 0.06), 0.05, gloss=0.2),
    "bin": _flat((0.05, 0.12, 0.08)),
    "bollard": _flat((0.55, 0.45, 0.06)),
    "trunk": _flat((0.12, 0.08, 0.05), 0.4),
    "tyre": _flat((0.02, 0.02, 0.02)),
    "van": _flat((0.42, 0.46, 0.52), 0.05, gloss=0.15),
    "hedge": _leaves((0.02, 0.06, 0.015), (0.10, 0.22, 0.05)),
    "leaves": _leaves((0.03, 0.08, 0.02), (0.14, 0.30, 0.07)),
    "shelf": _products,
    "shelf2": _products,
    "shelf3": _products,
    "poster": _poster((0.75, 0.72, 0.62), (0.10, 0.30, 0.50)),
    "poster2": _poster((0.12, 0.25, 0.30), (0.70, 0.25, 0.10)),
    "sign": _sign,
}
