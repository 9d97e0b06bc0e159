"""CUHK03 as its authors publish it: one MATLAB 7.3 file with all pictures in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from reid_app.errors import TrainingError
from reid_app.imaging import cv2

TEST_PEOPLE = 100
"""People of camera pair 1 that each of the authors' 20 splits keeps for testing."""


def extract(mat: Path, out: Path, *, boxes: str = "labeled", split: int = 0, pairs: tuple[int, ...] = (1,)) -> int:
    """Write the pictures of ``cuhk-03.mat`` as the folder layout ``train/`` and ``test/``.

    Names are ``PPPP_cC_NN.jpg``: person, camera 1 or 2, picture. People of the test
    split are those of the authors' split number ``split``; train and test number their
    people separately.

    Args:
        mat: The authors' ``cuhk-03.mat``.
        out: Folder to write into; made if it is not there.
        boxes: ``"labeled"`` or ``"detected"``.
        split: Which of the 20 test splits, from 0.
        pairs: Which of the five camera pairs, from 1.

    Returns:
        Number of pictures written.

    Raises:
        TrainingError: h5py is missing, the file is not CUHK03, or an argument is wrong.
    """
    try:
        import h5py  # type: ignore[import-untyped,unused-ignore]
    except ImportError as error:
        raise TrainingError("Reading cuhk-03.mat needs h5py; install it with 'pip install h5py'.") from error
    if boxes not in ("labeled", "detected"):
        raise TrainingError(f"boxes must be 'labeled' or 'detected', not {boxes!r}.")
    try:
        file = h5py.File(mat, "r")
    except OSError as error:
        raise TrainingError(f"{mat} is not a MATLAB 7.3 file; give the authors' cuhk-03.mat.") from error
    with file:
        if boxes not in file or "testsets" not in file:
            raise TrainingError(f"{mat} has no '{boxes}' and 'testsets'; give the authors' cuhk-03.mat.")
        tested = _test_people(file, split)
        return sum(_extract_pair(file, boxes, pair, tested, out) for pair in pairs)


def _test_people(file: Any, split: int) -> set[tuple[int, int]]:
    """(camera pair, person), both from 1, of one test split."""
    splits = file["testsets"][0]
    if not 0 <= split < len(splits):
        raise TrainingError(f"split must be 0 to {len(splits) - 1}, not {split}.")
    rows = np.array(file[splits[split]]).T.astype(int)
    return {(int(pair), int(person)) for pair, person in rows}


def _extract_pair(file: Any, boxes: str, pair: int, tested: set[tuple[int, int]], out: Path) -> int:
    references = file[boxes][0]
    if not 1 <= pair <= len(references):
        raise TrainingError(f"Camera pairs are 1 to {len(references)}, not {pair}.")
    views = file[references[pair - 1]]
    counts = {"train": 0, "test": 0}
    written = 0
    for person in range(views.shape[1]):
        part = "test" if (pair, person + 1) in tested else "train"
        number = counts[part]
        counts[part] += 1
        for view in range(views.shape[0]):
            picture = file[views[view][person]]
            # An empty cell is stored as two zeros; a picture as (3, width, height) RGB.
            if picture.ndim != 3:
                continue
            image = np.ascontiguousarray(np.array(picture).transpose(2, 1, 0)[..., ::-1])
            camera = 1 if view < views.shape[0] // 2 else 2
            # Pairs follow one another, so that no two people share a number.
            name = f"{(pair - 1) * 1000 + number:04d}_c{camera}_{view:02d}.jpg"
            target = out / part / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if not cv2.imwrite(str(target), image, [cv2.IMWRITE_JPEG_QUALITY, 95]):
                raise TrainingError(f"{target} cannot be written; is the disk full?")
            written += 1
    return written
