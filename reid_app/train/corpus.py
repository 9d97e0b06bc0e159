"""Everything a run knows about its pictures: pixels, people, cameras, landmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reid_app.datasets import Sample, load
from reid_app.domain import LANDMARK_NAMES
from reid_app.errors import TrainingError
from reid_app.train.found_landmarks import found_landmarks
from reid_app.train.images import load_images
from reid_app.train.landmarks import read_landmarks
from reid_app.train.settings import DataSetSettings, PoseMachineSettings
from reid_app.train.validation import split_people


@dataclass(frozen=True)
class Corpus:
    """The pictures of all data sets of a run; N of them, in the same order everywhere.

    Attributes:
        paths: Where they came from.
        images: (N, H, W, 3) BGR, stretched to the network's input.
        landmarks: (N, 18, 3): x and y in fractions of the picture, and confidence.
        labels: (N,) identity, numbered through all data sets.
        cameras: (N,) camera.
        datasets: (N,) name of the data set.
        held_out: (N,) true for people kept for validation.
    """

    paths: tuple[Path, ...]
    images: NDArray[np.uint8]
    landmarks: NDArray[np.float32]
    labels: NDArray[np.intp]
    cameras: NDArray[np.intp]
    datasets: NDArray[np.str_]
    held_out: NDArray[np.bool_]


def load_corpus(
    data: Sequence[DataSetSettings],
    size: tuple[int, int],
    hold_out: int,
    pose_machine: PoseMachineSettings | None = None,
) -> Corpus:
    """Read the data sets of a run.

    Args:
        data: Which, and where.
        size: Height and width of the network's input.
        hold_out: People of each data set kept for validation.
        pose_machine: Finds the landmarks of data sets that give none; without it, their
            pictures have no landmarks.

    Raises:
        TrainingError: A data set is named twice, has another layout, or a picture or
            the landmarks cannot be read.
    """
    if len({item.name for item in data}) < len(data):
        raise TrainingError("A data set is named twice; name each one once.")
    found = {item.name: load(item.name, item.root) for item in data}
    samples = [sample for item in data for sample in found[item.name]]
    paths = tuple(sample.path for sample in samples)
    images, sizes = load_images(paths, size)
    identities = sorted({sample.identity for sample in samples})
    number = {identity: index for index, identity in enumerate(identities)}
    return Corpus(
        paths,
        images,
        _landmarks(data, found, dict(zip(paths, sizes, strict=True)), pose_machine),
        np.array([number[sample.identity] for sample in samples], np.intp),
        np.array([sample.camera for sample in samples], np.intp),
        np.array([sample.dataset for sample in samples]),
        split_people(samples, hold_out),
    )


def _landmarks(
    data: Sequence[DataSetSettings],
    found: Mapping[str, Sequence[Sample]],
    sizes: Mapping[Path, tuple[int, int]],
    pose_machine: PoseMachineSettings | None,
) -> NDArray[np.float32]:
    parts = []
    for item in data:
        samples = found[item.name]
        pixels = [sizes[sample.path] for sample in samples]
        if item.landmarks is not None:
            parts.append(read_landmarks(item.landmarks, samples, item.root, pixels))
        elif pose_machine is not None:
            parts.append(found_landmarks(pose_machine.weights, pose_machine.cache, samples, item.root, pixels))
        else:
            parts.append(np.zeros((len(samples), len(LANDMARK_NAMES), 3), np.float32))
    return np.concatenate(parts)
