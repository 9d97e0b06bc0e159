"""Tiny data sets: people are coloured stripes, cameras a change of light."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from reid_app.imaging import cv2

Painter = Callable[[Path, int, int], Path]


@pytest.fixture(scope="session")
def paint() -> Painter:
    """Write a 64 x 32 picture of a person as seen by a camera; both from 0."""

    def write(path: Path, person: int, camera: int) -> Path:
        rng = np.random.default_rng((person, 1))
        colours = rng.integers(30, 226, (4, 3))
        image = np.repeat(colours, 16, axis=0)[:, None].repeat(32, axis=1).astype(np.float32)
        noise = np.random.default_rng(list(path.name.encode())).normal(0, 4, image.shape)
        path.parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(path), (image * (1 - 0.05 * camera) + noise).clip(0, 255).astype(np.uint8))
        return path

    return write


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory, paint: Painter) -> Path:
    """Market-1501's layout: 8 people, 2 cameras, 2 pictures each."""
    root = tmp_path_factory.mktemp("market")
    for person in range(8):
        for camera in range(2):
            for picture in range(2):
                name = f"{person + 2:04d}_c{camera + 1}s1_{picture:06d}_01.jpg"
                paint(root / "bounding_box_train" / name, person, camera)
    paint(root / "bounding_box_train" / "-1_c1s1_000001_01.jpg", 99, 0)
    paint(root / "bounding_box_train" / "0000_c1s1_000001_01.jpg", 98, 0)
    rows = ["file," + ",".join(f"p{i}_{axis}" for i in range(18) for axis in "xy")]
    for path in sorted((root / "bounding_box_train").glob("00*.jpg")):
        points = [(10 + i % 12, 3 + 3 * i) for i in range(18)]
        cells = [f"{x},{y}" if i % 7 else "-1,-1" for i, (x, y) in enumerate(points)]
        rows.append(f"bounding_box_train/{path.name}," + ",".join(cells))
    (root / "landmarks18.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return root
