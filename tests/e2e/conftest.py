"""A small site of two cameras through which three photographed people walk, with its truth.

The people come from the picture that the ultralytics package ships; the embedder is a
network of one pooling layer, which tells them apart by their colours. Both make the whole
program run on real files in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import ultralytics
import yaml

from reid_app.domain import ImageArray
from reid_app.imaging import cv2

WIDTH, HEIGHT, FPS = 320, 240, 10
PEOPLE = ((51, 396, 243, 906), (224, 402, 344, 854), (667, 374, 810, 877))
"""Boxes of three people in the picture."""


@dataclass(frozen=True)
class Walk:
    """A person (from 1) who crosses a camera's picture between two frames, from left or right."""

    person: int
    first: int
    last: int
    from_left: bool = True


WALKS = {
    "door": (Walk(1, 5, 45), Walk(2, 30, 70, from_left=False), Walk(3, 60, 100)),
    "yard": (Walk(1, 55, 95, from_left=False), Walk(2, 80, 118), Walk(3, 105, 149)),
}


def _cutouts() -> list[ImageArray]:
    image = cv2.imread(str(Path(ultralytics.__file__).parent / "assets" / "bus.jpg"))
    result = []
    for x1, y1, x2, y2 in PEOPLE:
        height = 150
        result.append(cv2.resize(image[y1:y2, x1:x2], (round((x2 - x1) * height / (y2 - y1)), height)))
    return result


def _draw(folder: Path, camera: str, walks: tuple[Walk, ...], shade: int, length: int) -> None:
    cutouts = _cutouts()
    writer = cv2.VideoWriter(str(folder / f"{camera}.mp4"), cv2.VideoWriter.fourcc(*"mp4v"), FPS, (WIDTH, HEIGHT))
    assert writer.isOpened()
    rng = np.random.default_rng(shade)
    backdrop = np.full((HEIGHT, WIDTH, 3), shade, np.uint8) + rng.integers(0, 12, (HEIGHT, WIDTH, 3), np.uint8)
    truth = []
    for frame in range(length):
        picture = backdrop.copy()
        for walk in walks:
            if not walk.first <= frame <= walk.last:
                continue
            cutout = cutouts[walk.person - 1]
            height, width = cutout.shape[:2]
            share = (frame - walk.first) / (walk.last - walk.first)
            x = round((WIDTH - width) * (share if walk.from_left else 1 - share))
            y = 60
            picture[y : y + height, x : x + width] = cutout
            truth.append(f"{frame + 1},{walk.person},{x},{y},{width},{height},1,1,1")
        writer.write(picture)
    writer.release()
    (folder / f"gt_{camera}.txt").write_text("\n".join(truth) + "\n")


def _colour_network(path: Path) -> None:
    """Write a network that averages the colours of an 8 x 4 grid."""
    import onnx
    from onnx import TensorProto, helper

    node = helper.make_node("AveragePool", ["images"], ["cells"], kernel_shape=[8, 8], strides=[8, 8])
    flat = helper.make_node("Flatten", ["cells"], ["embedding"])
    graph = helper.make_graph(
        [node, flat],
        "colours",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 3, 64, 32])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", 96])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(path))


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with door.mp4, yard.mp4, their truth, and colours.onnx."""
    folder = tmp_path_factory.mktemp("clips")
    _draw(folder, "door", WALKS["door"], 90, 150)
    _draw(folder, "yard", WALKS["yard"], 140, 150)
    _colour_network(folder / "colours.onnx")
    return folder


@dataclass(frozen=True)
class SiteMaker:
    """Writes site files for the clips."""

    clips: Path

    def settings(self, cameras: tuple[str, ...] = ("door", "yard")) -> dict[str, object]:
        """Settings as plain values, to be changed by a test."""
        return {
            "cameras": [
                {"name": name, "url": str(self.clips / f"{name}.mp4"), "start": "2026-01-01T10:00:00Z"}
                for name in cameras
            ],
            "detector": {"model": "yolov8n", "image_size": 320},
            "embedder": {"kind": "onnx", "path": str(self.clips / "colours.onnx"), "crop_interval": 0.3},
            "matcher": {"thresholds": {"accept": 0.9, "ask": 0.85, "margin": 0.02}},
        }

    def write(self, folder: Path, settings: dict[str, object] | None = None) -> Path:
        """Write a site file into ``folder``; its records go beside it."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "site.yaml"
        path.write_text(yaml.safe_dump(settings or self.settings()))
        return path


@pytest.fixture
def make_site(clips: Path) -> SiteMaker:
    """Writes site files for the clips."""
    return SiteMaker(clips)
