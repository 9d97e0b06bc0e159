"""All pictures of a training run, decoded and resized once, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from reid_app.errors import TrainingError
from reid_app.imaging import cv2

MEAN = (0.485, 0.456, 0.406)
"""ImageNet's mean of red, green and blue, in fractions of the largest value."""

DEVIATION = (0.229, 0.224, 0.225)
"""ImageNet's deviation of red, green and blue."""


def load_images(
    paths: Sequence[Path], size: tuple[int, int], *, threads: int = 2
) -> tuple[NDArray[np.uint8], list[tuple[int, int]]]:
    """Decode pictures and bring them to one size.

    Args:
        paths: The pictures.
        size: Height and width.
        threads: Pictures decoded at once.

    Returns:
        (N, height, width, 3) BGR, and the (height, width) that each picture had.

    Raises:
        TrainingError: A picture cannot be decoded.
    """
    images = np.empty((len(paths), *size, 3), np.uint8)

    def decode(index: int) -> tuple[int, int]:
        image = read_image(paths[index])
        images[index] = resized(image, size)
        return image.shape[0], image.shape[1]

    with ThreadPoolExecutor(threads) as pool:
        sizes = list(pool.map(decode, range(len(paths))))
    return images, sizes


def read_image(path: Path) -> NDArray[np.uint8]:
    """One picture as (H, W, 3) BGR.

    Raises:
        TrainingError: It cannot be decoded.
    """
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise TrainingError(f"{path} cannot be decoded as a picture; remove it or copy it again.")
    return np.asarray(image, dtype=np.uint8)


def resized(image: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """A picture stretched to (height, width); averaged where it shrinks."""
    height, width = size
    if image.shape[:2] == size:
        return image
    method = cv2.INTER_AREA if image.shape[0] > height else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (width, height), interpolation=method), dtype=np.uint8)


def to_tensor(images: NDArray[np.uint8]) -> Tensor:
    """(N, H, W, 3) BGR pictures to a (N, 3, H, W) RGB tensor, normalised by ImageNet's figures."""
    mean = torch.tensor(MEAN).view(1, 3, 1, 1) * 255
    deviation = torch.tensor(DEVIATION).view(1, 3, 1, 1) * 255
    rgb = torch.from_numpy(images).permute(0, 3, 1, 2).flip(1).float()
    return ((rgb - mean) / deviation).contiguous(memory_format=torch.channels_last)
