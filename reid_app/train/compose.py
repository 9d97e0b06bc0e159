"""``python -m reid_app.train.compose``: more people, made of the halves of two.

The upper body of one training person above the lower body of another is somebody whom
no camera has seen, dressed in a way that no training person is. A teacher says where
such people belong, and a student that learns it from them depends less on the few people
there are. Both halves come from one camera and, where there is such a picture, from one
pose, so that light and view agree; people held out for validation lend nothing. Some
halves are dyed another colour, the same in all pictures of the person.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from reid_app.datasets import COMPOSED
from reid_app.domain import LANDMARK_NAMES
from reid_app.errors import ReidAppError, SettingsError, TrainingError
from reid_app.imaging import cv2
from reid_app.nets.parts import CONFIDENT, pose_codes
from reid_app.train.corpus import Corpus, load_corpus
from reid_app.train.images import read_image
from reid_app.train.settings import JointLossTraining, parse_overrides, read_settings

_HIPS = tuple(LANDMARK_NAMES.index(name) for name in ("right_hip", "left_hip"))
_NECK = LANDMARK_NAMES.index("neck")
_USUAL_WAIST = (0.5, 0.53)
_USUAL_NECK = 0.2
_SEAM = 0.03
"""Deviation of the seam about the hips, in fractions of the height: jackets differ in length."""
_SOFT = 0.012
"""Width of the transition, likewise."""
_MOST_STRETCH = 1.25
_DYE = (22.0, 16.0, 16.0)
"""Deviations of what is added to the colour: lightness, green to red, blue to yellow, of CIELAB's 100 and +-128."""
_BODY = 0.27
"""Half of the width of what is dyed, in fractions of the picture's width."""
_TRIES = 50
_LOADED_AT = (32, 16)
"""The pictures are read again one by one; of the corpus only the landmarks are wanted."""

Pictures = NDArray[np.intp]
Dye = NDArray[np.float32]


@dataclass(frozen=True)
class _People:
    """Pictures of a data set's training people by camera."""

    pictures: dict[int, dict[int, Pictures]]
    poses: NDArray[np.intp]


def compose(settings: JointLossTraining, out: Path, *, people: int, pictures: int, dyed: float = 0.5) -> int:
    """Write pictures of composed people, ``00001_c2_03.jpg`` for person 1 in camera 2.

    Args:
        settings: A run's configuration; its data sets but the composed one lend the halves.
        out: The folder to write to; made where it is missing.
        people: How many to compose, spread over the data sets by their numbers of people.
        pictures: Pictures of each.
        dyed: Share of halves that get another colour.

    Returns:
        Pictures written.

    Raises:
        TrainingError: The data cannot be read, or the folder holds something already.
    """
    if out.is_dir() and any(out.iterdir()):
        raise TrainingError(f"{out} is not empty; remove it or name another folder.")
    data = [item for item in settings.data if item.name != COMPOSED]
    corpus = load_corpus(data, _LOADED_AT, settings.hold_out, settings.pose_machine)
    sources = _sources(corpus)
    weights = np.array([len(source.pictures) for source in sources], float)
    rng = np.random.default_rng((settings.seed, 6))
    out.mkdir(parents=True, exist_ok=True)
    written = 0
    for person in range(1, people + 1):
        source = sources[rng.choice(len(sources), p=weights / weights.sum())]
        upper, lower, cameras = _pair(source, rng)
        dyes = tuple(rng.normal(0.0, _DYE).astype(np.float32) if rng.random() < dyed else None for _ in range(2))
        for number in range(pictures):
            camera = cameras[number % len(cameras)]
            above = int(rng.choice(source.pictures[upper][camera]))
            below = _alike(source, above, source.pictures[lower][camera], rng)
            image = composed(
                read_image(corpus.paths[above]),
                corpus.landmarks[above],
                read_image(corpus.paths[below]),
                corpus.landmarks[below],
                seam=float(rng.normal(0.0, _SEAM)),
                dyes=(dyes[0], dyes[1]),
            )
            cv2.imwrite(str(out / f"{person:05d}_c{camera}_{number:02d}.jpg"), image, [cv2.IMWRITE_JPEG_QUALITY, 95])
            written += 1
    return written


def composed(
    upper: NDArray[np.uint8],
    upper_landmarks: NDArray[np.float32],
    lower: NDArray[np.uint8],
    lower_landmarks: NDArray[np.float32],
    *,
    seam: float = 0.0,
    dyes: tuple[Dye | None, Dye | None] = (None, None),
) -> NDArray[np.uint8]:
    """One person's upper body above another's lower body, hips upon hips.

    Args:
        upper: (H, W, 3) BGR; the result has its size.
        upper_landmarks: (18, 3) fractions of ``upper`` and confidence.
        lower: (h, w, 3) BGR, stretched to that size.
        lower_landmarks: Likewise for ``lower``.
        seam: How far below the hips the halves meet, in fractions of the height.
        dyes: What is added to the colours of the upper and the lower body, (3,) in CIELAB.
    """
    height, width = upper.shape[:2]
    x, y = _waist(upper_landmarks)
    other_x, other_y = _waist(lower_landmarks)
    stretch = float(np.clip((1 - y) / (1 - other_y), 1 / _MOST_STRETCH, _MOST_STRETCH))
    across, down = width / lower.shape[1], height / lower.shape[0] * stretch
    warp = np.array([[across, 0.0, (x - other_x) * width], [0.0, down, (y - stretch * other_y) * height]])
    moved = cv2.warpAffine(lower, warp, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    rows = (np.arange(height) + 0.5) / height
    share = _rise(rows - y - seam)[:, None, None]
    neck = _neck(upper_landmarks, y)
    worn = _edges(rows, neck, y + seam)[:, None] * _around(x, width)
    lower_worn = _edges(rows, y + seam, 1.0)[:, None] * _around(x, width)
    mixed = _dyed(upper, dyes[0], worn) * (1 - share) + _dyed(moved, dyes[1], lower_worn) * share
    return np.asarray(mixed.round(), np.uint8)


def _dyed(image: NDArray[Any], dye: Dye | None, worn: NDArray[np.float64]) -> NDArray[np.float32]:
    """(H, W, 3) with the dye where ``worn``, (H, W) from 0 to 1, says so."""
    if dye is None:
        return image.astype(np.float32)
    lab: NDArray[np.float32] = np.asarray(cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_BGR2LAB), np.float32)
    lab = lab + dye * worn[..., None].astype(np.float32)
    lab[..., 0] = lab[..., 0].clip(0, 100)
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2BGR).clip(0, 1) * 255, np.float32)


def _edges(rows: NDArray[np.float64], top: float, bottom: float) -> NDArray[np.float64]:
    """1 between two heights, softly."""
    return _rise(rows - top) * _rise(bottom - rows)


def _around(x: float, width: int) -> NDArray[np.float64]:
    """1 at the body, softly 0 beside it."""
    away = np.abs((np.arange(width) + 0.5) / width - x)
    return _rise(_BODY - away, softness=0.04)


def _rise(beyond: NDArray[np.float64], *, softness: float = _SOFT) -> NDArray[np.float64]:
    """From 0 to 1 where ``beyond`` passes 0."""
    return np.asarray(1 / (1 + np.exp(-beyond / softness)))


def _neck(landmarks: NDArray[np.float32], waist: float) -> float:
    """Height of the neck in a fraction, where it usually is if it was not found."""
    _, y, seen = landmarks[_NECK]
    return float(min(y, waist - 0.1)) if seen >= CONFIDENT else _USUAL_NECK


def _waist(landmarks: NDArray[np.float32]) -> tuple[float, float]:
    """Middle of the hips in fractions, where it usually is if they were not found."""
    hips = landmarks[list(_HIPS)]
    if (hips[:, 2] < CONFIDENT).any():
        return _USUAL_WAIST
    return float(hips[:, 0].mean()), float(np.clip(hips[:, 1].mean(), 0.3, 0.75))


def _sources(corpus: Corpus) -> list[_People]:
    poses = pose_codes(torch.from_numpy(corpus.landmarks)).numpy()
    sources = []
    for name in np.unique(corpus.datasets):
        grouped: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for index in np.flatnonzero((corpus.datasets == name) & ~corpus.held_out):
            grouped[int(corpus.labels[index])][int(corpus.cameras[index])].append(int(index))
        pictures = {
            person: {camera: np.array(indices, np.intp) for camera, indices in seen.items()}
            for person, seen in grouped.items()
        }
        sources.append(_People(pictures, poses))
    return sources


def _pair(source: _People, rng: np.random.Generator) -> tuple[int, int, list[int]]:
    """Two people and the cameras that saw both, in any order; two cameras if it can be."""
    known = sorted(source.pictures)
    best: tuple[int, int, list[int]] | None = None
    for _ in range(_TRIES):
        upper, lower = (known[index] for index in rng.choice(len(known), 2, replace=False))
        cameras = sorted(source.pictures[upper].keys() & source.pictures[lower].keys())
        if cameras and (best is None or len(cameras) > len(best[2])):
            best = upper, lower, [cameras[index] for index in rng.permutation(len(cameras))]
        if best is not None and len(best[2]) > 1:
            return best
    if best is None:
        raise TrainingError("No two people were seen by one camera; there is nothing to compose.")
    return best


def _alike(source: _People, picture: int, among: Pictures, rng: np.random.Generator) -> int:
    """One of the pictures, in the same pose if there is one."""
    same = among[source.poses[among] == source.poses[picture]]
    return int(rng.choice(same if len(same) else among))


def main(arguments: list[str] | None = None) -> int:
    """Compose and write; 0 fine, else the exit code of the error, told in one sentence."""
    parser = argparse.ArgumentParser(prog="python -m reid_app.train.compose", description=__doc__)
    parser.add_argument("config", type=Path, help="the run's configuration, with a data set named composed")
    parser.add_argument("--people", type=int, default=5000, help="people to compose")
    parser.add_argument("--pictures", type=int, default=8, help="pictures of each")
    parser.add_argument("--dyed", type=float, default=0.5, help="share of upper and lower bodies in another colour")
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="replace a setting")
    chosen = parser.parse_args(arguments)
    try:
        settings = read_settings(chosen.config, parse_overrides(chosen.set))
        data = settings.data if isinstance(settings, JointLossTraining) else ()
        roots = [item.root for item in data if item.name == COMPOSED]
        if not isinstance(settings, JointLossTraining) or not roots:
            raise SettingsError(f"{chosen.config} trains on no data set named {COMPOSED}; name one and its folder.")
        written = compose(settings, roots[0], people=chosen.people, pictures=chosen.pictures, dyed=chosen.dyed)
    except ReidAppError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stdout.write(f"{written} pictures in {roots[0]}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
