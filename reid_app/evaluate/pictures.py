"""Folders of pictures to embeddings, with any model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from reid_app.config import EmbedderKind, EmbedderSettings, Engine
from reid_app.datasets import SUFFIXES
from reid_app.domain import ImageArray
from reid_app.embed import Bodies, Descriptions, Network, load_network
from reid_app.errors import TrainingError
from reid_app.imaging import cv2

Progress = Callable[[int, int], None]
"""Told how much of how much is done."""

BATCH = 64


def open_network(model: str, *, engine: Engine = Engine.AUTO, models_folders: Sequence[Path] = ()) -> Network:
    """Load what makes embeddings.

    Args:
        model: Name or folder of a model, or the path of an ``.xml`` or ``.onnx`` file.
        engine: For joint-loss models.
        models_folders: Where names are looked for first.

    Raises:
        ModelError: It is missing, damaged or no embedding network.
    """
    path = Path(model)
    kind = {".xml": EmbedderKind.OPENVINO, ".onnx": EmbedderKind.ONNX}.get(path.suffix.lower())
    settings = EmbedderSettings(model=model, engine=engine) if kind is None else EmbedderSettings(kind=kind, path=path)
    return load_network(settings, models_folders=models_folders)[0]


def pictures_under(folder: Path) -> list[Path]:
    """Picture files anywhere under a folder, sorted."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())


def read_picture(path: Path) -> ImageArray:
    """Read a picture as BGR.

    Raises:
        TrainingError: It is missing or no picture.
    """
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise TrainingError(f"{path} cannot be read as a picture; remove or replace it.")
    pixels: ImageArray = np.asarray(image, np.uint8)
    return pixels


def embed_pictures(network: Network, paths: Sequence[Path], progress: Progress | None = None) -> Descriptions:
    """Embed picture files, in their order; at least one.

    Raises:
        TrainingError: A file is no picture, or there is none.
        ModelError: The network failed.
    """
    if not paths:
        raise TrainingError("There are no pictures to embed.")
    batches = []
    for start in range(0, len(paths), BATCH):
        chosen = paths[start : start + BATCH]
        batches.append(network.describe([read_picture(path) for path in chosen]))
        if progress is not None:
            progress(start + len(chosen), len(paths))
    vectors = np.concatenate([batch.vectors for batch in batches])
    bodies = [batch.bodies for batch in batches if batch.bodies is not None]
    if not bodies:
        return Descriptions(vectors)
    return Descriptions(
        vectors,
        Bodies(
            np.concatenate([body.landmarks for body in bodies]),
            np.concatenate([body.parts for body in bodies]),
            tuple(pose for body in bodies for pose in body.poses),
            np.concatenate([body.seen for body in bodies]),
        ),
    )


def embed_folder(folder: Path, network: Network, out: Path, progress: Progress | None = None) -> int:
    """Embed all pictures under a folder and write them for other tools.

    The file is a NumPy ``.npz`` without pickles: ``names`` (N,) paths relative to the
    folder, ``embeddings`` (N, D) ``float32`` of length 1, ``model`` its hash and, where the
    model has them, ``landmarks`` (N, 18, 3) and ``parts`` (N, 3, 4) in pixels of each picture.

    Returns:
        The number of pictures.

    Raises:
        TrainingError: There is no such folder, no picture in it, or a file is none.
        ModelError: The network failed.
    """
    if not folder.is_dir():
        raise TrainingError(f"{folder} is not a folder; name one with pictures of people.")
    paths = pictures_under(folder)
    if not paths:
        raise TrainingError(f"{folder} holds no pictures ({', '.join(SUFFIXES)}); name a folder with some.")
    described = embed_pictures(network, paths, progress)
    arrays = {
        "names": np.array([path.relative_to(folder).as_posix() for path in paths]),
        "embeddings": described.vectors,
        "model": np.array(network.model),
    }
    if described.bodies is not None:
        arrays |= {"landmarks": described.bodies.landmarks, "parts": described.bodies.parts}
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    return len(paths)
