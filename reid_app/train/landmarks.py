"""Landmarks of training pictures: read from a CSV, or none at all."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reid_app.datasets import Sample
from reid_app.domain import LANDMARK_NAMES
from reid_app.errors import TrainingError

COLUMNS = ("file", *(f"{name}_{axis}" for name in LANDMARK_NAMES for axis in ("x", "y")))
"""Header of a landmark CSV; short forms such as ``r_shoulder_x`` are read too."""


def read_landmarks(
    table: Path, samples: Sequence[Sample], root: Path, sizes: Sequence[tuple[int, int]]
) -> NDArray[np.float32]:
    """Landmarks of ``samples`` from a CSV.

    Each row names a picture relative to ``root`` and gives 18 points in pixels, or -1
    where a landmark is not seen. An optional 55-column form adds a confidence after
    each point.

    Args:
        table: The CSV.
        samples: The pictures wanted; those without a row get no landmarks.
        root: Folder that the names in the CSV are relative to.
        sizes: (height, width) in pixels of each picture.

    Returns:
        (N, 18, 3): x and y in fractions of the picture, and confidence, 0 where unseen.

    Raises:
        TrainingError: The CSV cannot be read or has another shape.
    """
    rows = _rows(table)
    result = np.zeros((len(samples), len(LANDMARK_NAMES), 3), np.float32)
    for index, (sample, size) in enumerate(zip(samples, sizes, strict=True)):
        row = rows.get(sample.path.relative_to(root).as_posix())
        if row is not None:
            result[index] = _fractions(row, size)
    return result


def write_landmarks(
    table: Path, names: Sequence[str], landmarks: NDArray[np.float32], sizes: Sequence[tuple[int, int]]
) -> None:
    """Write landmarks in the form that :func:`read_landmarks` reads, with confidences.

    Args:
        table: The CSV to write.
        names: Picture names as the CSV should have them.
        landmarks: (N, 18, 3): fractions of the picture, and confidence.
        sizes: (height, width) in pixels of each picture.
    """
    header = ["file", *(f"{name}_{axis}" for name in LANDMARK_NAMES for axis in ("x", "y", "confidence"))]
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for name, points, (height, width) in zip(names, landmarks, sizes, strict=True):
            pixels = points * np.array([width, height, 1.0]) - np.array([0.5, 0.5, 0.0])
            writer.writerow([name, *(f"{value:.2f}" for value in pixels.ravel())])


def _rows(table: Path) -> dict[str, NDArray[np.float32]]:
    try:
        with table.open(newline="", encoding="utf-8") as file:
            lines = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(f"{table} cannot be read as a CSV of landmarks: {error}.") from error
    width = len(lines[0]) - 1 if lines else 0
    if width not in (36, 54):
        raise TrainingError(
            f"{table} has {width + 1} columns; wanted are 'file' and 18 points of x, y or x, y, confidence."
        )
    try:
        return {line[0]: np.array(line[1:], np.float32).reshape(18, -1) for line in lines[1:]}
    except ValueError as error:
        raise TrainingError(f"{table} has a row that is not a name and {width} numbers: {error}.") from error


def _fractions(row: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    height, width = size
    points = (row[:, :2] + 0.5) / np.array([width, height], np.float32)
    result = np.zeros((len(row), 3), np.float32)
    result[:, 2] = row[:, 2] if row.shape[1] == 3 else np.all(row[:, :2] >= 0, axis=1)
    result[:, :2] = np.where(result[:, 2:] > 0, points, 0.0)
    return result
