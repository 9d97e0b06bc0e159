"""Landmarks found by a trained pose machine, computed once per data set and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from reid_app.datasets import Sample
from reid_app.errors import TrainingError
from reid_app.nets.cpm import PoseMachine, PoseMachineArgs, peaks
from reid_app.train.checkpoint import load_weights
from reid_app.train.images import load_images, to_tensor
from reid_app.train.landmarks import read_landmarks, write_landmarks

_CHUNK = 2000
_BATCH = 100


def found_landmarks(
    weights: Path, cache: Path, samples: Sequence[Sample], root: Path, sizes: Sequence[tuple[int, int]]
) -> NDArray[np.float32]:
    """Landmarks of one data set's pictures, from the cache where it has them.

    The cache is a CSV named after the data set and the pose machine's weights.

    Args:
        weights: safetensors file of a pose machine, as training writes it.
        cache: Folder of the CSV.
        samples: Pictures of one data set.
        root: The data set's folder.
        sizes: (height, width) in pixels of each picture.

    Returns:
        (N, 18, 3): x and y in fractions of the picture, and confidence.

    Raises:
        TrainingError: The weights cannot be read.
    """
    names = [sample.path.relative_to(root).as_posix() for sample in samples]
    table = cache / f"{samples[0].dataset}-{_key(weights, names)}.csv"
    if not table.is_file():
        net, size = read_pose_machine(weights)
        found = find_landmarks(net, size, [sample.path for sample in samples])
        cache.mkdir(parents=True, exist_ok=True)
        write_landmarks(table, names, found, sizes)
    return read_landmarks(table, samples, root, sizes)


def read_pose_machine(weights: Path) -> tuple[PoseMachine, tuple[int, int]]:
    """A pose machine and its input's (height, width) from a file that training wrote.

    Raises:
        TrainingError: The file is not a pose machine's.
    """
    try:
        with safe_open(weights, "pt") as file:
            notes = {key: json.loads(value) for key, value in (file.metadata() or {}).items()}
        net = PoseMachine(PoseMachineArgs(**notes["architecture"]))
        height, width = notes["input_size"]
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise TrainingError(
            f"{weights} does not say which pose machine it holds; give the weights.safetensors of a pose machine's run."
        ) from error
    load_weights(net, weights)
    return net.eval(), (int(height), int(width))


def find_landmarks(net: PoseMachine, size: tuple[int, int], paths: Sequence[Path]) -> NDArray[np.float32]:
    """(N, 18, 3) landmarks of pictures, in fractions of each.

    Args:
        net: The pose machine.
        size: Height and width of its input.
        paths: The pictures.
    """
    parts = []
    for start in range(0, len(paths), _CHUNK):
        images, _ = load_images(paths[start : start + _CHUNK], size)
        parts.append(predict(net, images, torch.device("cpu")))
    return np.concatenate(parts)


@torch.no_grad()
def predict(net: PoseMachine, images: NDArray[np.uint8], device: torch.device) -> NDArray[np.float32]:
    """(N, 18, 3) landmarks of (N, H, W, 3) BGR pictures at the network's size."""
    net.eval()
    parts = []
    for start in range(0, len(images), _BATCH):
        batch = to_tensor(images[start : start + _BATCH]).to(device)
        parts.append(peaks(net(batch)).cpu().numpy())
    return np.concatenate(parts)


def _key(weights: Path, names: Sequence[str]) -> str:
    try:
        digest = hashlib.sha256(weights.read_bytes())
    except OSError as error:
        raise TrainingError(f"The pose machine {weights} cannot be read: {error}.") from error
    digest.update("\n".join(names).encode())
    return digest.hexdigest()[:12]
