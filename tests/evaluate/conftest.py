"""A small data set in Market-1501's layout, and a network that can tell its people apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reid_app.imaging import cv2
from tests.embed.networks import exported_models, mean_colour


def picture(path: Path, person: int, generator: np.random.Generator, noise: float = 12) -> None:
    """Write a picture of a person: a colour of their own, with noise and a cast."""
    colour = np.random.default_rng(person).integers(30, 220, 3) + generator.normal(0, noise, 3)
    image = np.clip(colour + generator.normal(0, 20, (32, 16, 3)), 0, 255).astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), image)


@pytest.fixture(scope="session")
def market(tmp_path_factory) -> Path:
    """24 people in 3 cameras, with junk and distractors."""
    root = tmp_path_factory.mktemp("data") / "market1501"
    generator = np.random.default_rng(0)
    for person in range(1, 25):
        picture(root / "query" / f"{person:04d}_c1s1_000001_00.jpg", person, generator)
        picture(root / "bounding_box_train" / f"{person + 100:04d}_c1s1_000001_01.jpg", person + 100, generator)
        for camera in (1, 2, 3):
            for shot in range(3):
                name = f"{person:04d}_c{camera}s1_{shot:06d}_01.jpg"
                picture(root / "bounding_box_test" / name, person, generator)
    for shot in range(6):
        picture(root / "bounding_box_test" / f"-1_c2s1_{shot:06d}_01.jpg", 1, generator)
        picture(root / "bounding_box_test" / f"0000_c2s1_{shot:06d}_01.jpg", 99, generator)
    return root


@pytest.fixture(scope="session")
def colour_model(tmp_path_factory) -> Path:
    """A network file whose vector is the mean colour about grey."""
    note = '{"colour": "bgr", "mean": [127, 127, 127], "scale": [1, 1, 1]}'
    return mean_colour(tmp_path_factory.mktemp("net") / "colour.xml", rt_info={"reid_app.input": note})


@pytest.fixture(scope="session")
def models(tmp_path_factory) -> Path:
    """A models folder with ``jointloss-t``, ready to run."""
    return exported_models(tmp_path_factory.mktemp("models"))
