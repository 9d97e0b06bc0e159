"""Batches of varied pictures, prepared in threads while the network computes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from reid_app.imaging import cv2
from reid_app.train.augment import augment
from reid_app.train.images import to_tensor
from reid_app.train.settings import AugmentSettings

B = TypeVar("B")


@dataclass(frozen=True)
class Batch:
    """One step's pictures.

    Attributes:
        index: (N,) which pictures of the data set these are.
        images: (N, 3, H, W), normalised.
        landmarks: (N, 18, 3) fractions of the varied pictures, and confidence.
        inverse: (N, 2, 3) maps to the unvaried pictures, for ``affine_grid``.
    """

    index: NDArray[np.intp]
    images: Tensor
    landmarks: Tensor
    inverse: Tensor


class BatchMaker:
    """Varies pictures; what a step gets depends on the seed and the step alone.

    Args:
        images: (N, H, W, 3) BGR.
        landmarks: (N, 18, 3) fractions and confidence.
        settings: How much to vary.
        seed: Seed of every choice.
    """

    def __init__(
        self, images: NDArray[np.uint8], landmarks: NDArray[np.float32], settings: AugmentSettings, seed: int
    ) -> None:
        self._images = images
        self._landmarks = landmarks
        self._settings = settings
        self._seed = seed
        # One picture is too little work to share; the threads here are the parallelism.
        cv2.setNumThreads(1)

    def make(self, step: int, index: NDArray[np.intp]) -> Batch:
        """The batch of ``step`` from the pictures at ``index``."""
        rng = np.random.default_rng((self._seed, 3, step))
        varied = [augment(self._images[i], self._landmarks[i], self._settings, rng) for i in index]
        return Batch(
            index,
            to_tensor(np.stack([item.image for item in varied])),
            torch.from_numpy(np.stack([item.landmarks for item in varied])),
            torch.from_numpy(np.stack([item.inverse for item in varied])),
        )


def prefetched(make: Callable[[int], B], first: int, last: int, *, ahead: int = 3) -> Iterator[B]:
    """Batches of steps ``first`` to ``last`` - 1 in order, made ``ahead`` of time.

    Leaving the iteration early cancels what has not begun.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="batches") as pool:
        waiting: deque[Future[B]] = deque()
        try:
            for step in range(first, last):
                waiting.append(pool.submit(make, step))
                if len(waiting) >= ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
