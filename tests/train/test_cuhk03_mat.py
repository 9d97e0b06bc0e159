"""CUHK03's MATLAB file, written small by the test, becomes the folder layout."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reid_app.datasets import Sample, load
from reid_app.errors import TrainingError
from reid_app.imaging import cv2
from reid_app.train.cuhk03_mat import extract


def _people(samples: list[Sample]) -> list[tuple[int, int]]:
    return sorted((sample.person, sample.camera) for sample in samples)


def _write_mat(path: Path) -> None:
    """A CUHK03 file of one camera pair: 3 people, person 2 for testing, one gap."""
    h5py = pytest.importorskip("h5py")
    references = h5py.special_dtype(ref=h5py.Reference)
    with h5py.File(path, "w") as file:
        views = file.create_dataset("pair1", (10, 3), dtype=references)
        for person in range(3):
            for view in range(10):
                name = f"p{person}v{view}"
                if (person, view) == (0, 9):
                    file[name] = np.zeros(2, np.uint64)
                else:
                    picture = np.zeros((3, 6, 12), np.uint8)
                    picture[0] = 200  # red
                    file[name] = picture
                views[view, person] = file[name].ref
        file.create_dataset("labeled", (1, 1), dtype=references)[0, 0] = views.ref
        file["split1"] = np.array([[1.0], [2.0]])
        file.create_dataset("testsets", (1, 1), dtype=references)[0, 0] = file["split1"].ref


def test_cuhk03_mat_becomes_the_folder_layout(tmp_path: Path) -> None:
    _write_mat(tmp_path / "cuhk-03.mat")
    assert extract(tmp_path / "cuhk-03.mat", tmp_path / "out") == 29
    samples = load("cuhk03", tmp_path / "out")
    assert set(_people(samples)) == {(1, 1), (1, 2), (2, 1), (2, 2)}
    assert len(list((tmp_path / "out" / "test").iterdir())) == 10
    image = cv2.imread(str(samples[0].path))
    assert image.shape == (12, 6, 3)
    assert image[..., 2].mean() > 190 > 10 > image[..., 0].mean()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"boxes": "drawn"}, "boxes must be"),
        ({"boxes": "detected"}, "has no 'detected'"),
        ({"split": 1}, "split must be 0 to 0"),
        ({"pairs": (2,)}, "Camera pairs are 1 to 1"),
    ],
)
def test_cuhk03_mat_refuses(arguments: dict[str, object], message: str, tmp_path: Path) -> None:
    _write_mat(tmp_path / "cuhk-03.mat")
    with pytest.raises(TrainingError, match=message):
        extract(tmp_path / "cuhk-03.mat", tmp_path / "out", **arguments)  # type: ignore[arg-type]


def test_another_file_is_not_cuhk03(tmp_path: Path) -> None:
    pytest.importorskip("h5py")
    (tmp_path / "cuhk-03.mat").write_bytes(b"no")
    with pytest.raises(TrainingError, match=r"not a MATLAB 7\.3 file"):
        extract(tmp_path / "cuhk-03.mat", tmp_path / "out")
