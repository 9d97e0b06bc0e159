"""What every embedding network gives, whatever runs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from reid_app.domain import FloatArray, ImageArray, Pose
from reid_app.errors import ModelError


@dataclass(frozen=True, slots=True, eq=False)
class Bodies:
    """What a pose machine says of N crops.

    Attributes:
        landmarks: (N, 18, 3) ``float32``: x and y in pixels of each crop, confidence.
        parts: (N, 3, 4) ``float32`` part boxes in pixels of each crop.
        poses: N poses.
        seen: (N,) ``float32`` share of each crop's landmarks that are confident.
    """

    landmarks: FloatArray
    parts: FloatArray
    poses: tuple[Pose, ...]
    seen: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Descriptions:
    """What a network says of N crops.

    Attributes:
        vectors: (N, D) ``float32``, each row of length 1.
        bodies: Landmarks and parts; None where no pose machine runs.
    """

    vectors: FloatArray
    bodies: Bodies | None = None


class Network(Protocol):
    """Crops to embeddings. One thread at a time may use it."""

    @property
    def name(self) -> str:
        """What people call the model."""

    @property
    def model(self) -> str:
        """Hash of the model and its pre-processing; vectors of two models never meet."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def describe(self, images: Sequence[ImageArray]) -> Descriptions:
        """Describe BGR crops of any sizes, at least one.

        A crop's result does not depend on the others in the batch (on a GPU, up to rounding).

        Raises:
            ModelError: The network put out something that is no embedding.
        """


def unit_rows(vectors: FloatArray, name: str) -> FloatArray:
    """Scale each row of (N, D) to length 1.

    Raises:
        ModelError: A row is zero or not finite; ``name`` says of which model.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or (lengths == 0).any():
        raise ModelError(
            f"model {name} put out a vector that is zero or not finite; check its input size, mean and scale"
        )
    rows: FloatArray = (vectors / lengths).astype(np.float32, copy=False)
    return rows
