"""Every layout is read from a tiny copy of it; other folders are told the layout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from reid_app.errors import TrainingError
from reid_app.train.cuhk03_mat import extract
from reid_app.train.datasets import DataSet, Sample, load, names, register

Painter = Callable[[Path, int, int], Path]


def _people(samples: list[Sample]) -> list[tuple[int, int]]:
    return sorted((sample.person, sample.camera) for sample in samples)


def test_market(market: Path) -> None:
    samples = load("market1501", market)
    assert len(samples) == 32  # junk and distractors left out
    assert set(_people(samples)) == {(person, camera) for person in range(2, 10) for camera in (1, 2)}
    assert {sample.dataset for sample in samples} == {"market1501"}


def test_duke(tmp_path: Path, paint: Painter) -> None:
    paint(tmp_path / "bounding_box_train" / "0005_c2_f0046985.jpg", 5, 2)
    assert _people(load("dukemtmc", tmp_path)) == [(5, 2)]


def test_cuhk03_folders(tmp_path: Path, paint: Painter) -> None:
    paint(tmp_path / "train" / "0000_c1_00.jpg", 0, 0)
    paint(tmp_path / "train" / "0007_c2_05.jpg", 7, 1)
    paint(tmp_path / "test" / "0000_c1_00.jpg", 9, 0)
    assert _people(load("cuhk03", tmp_path)) == [(0, 1), (7, 2)]


def test_cuhk03_in_the_767_700_protocol(tmp_path: Path, paint: Painter) -> None:
    paint(tmp_path / "bounding_box_train" / "0003_c1_1.png", 3, 0)
    paint(tmp_path / "query" / "0009_c1_1.png", 9, 0)
    assert _people(load("cuhk03", tmp_path)) == [(3, 1)]


def test_cuhk01(tmp_path: Path, paint: Painter) -> None:
    paint(tmp_path / "0012_c2_003.jpg", 12, 1)
    assert _people(load("cuhk01", tmp_path)) == [(12, 2)]


def test_msmt17(tmp_path: Path, paint: Painter) -> None:
    name = "0001/0001_002_05_0303morning_0008_0.jpg"
    paint(tmp_path / "train" / name, 1, 4)
    (tmp_path / "list_train.txt").write_text(f"{name} 1\n", encoding="utf-8")
    samples = load("msmt17", tmp_path)
    assert _people(samples) == [(1, 5)]
    assert samples[0].path.is_file()


def test_msmt17_with_a_broken_list(tmp_path: Path) -> None:
    (tmp_path / "list_train.txt").write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(TrainingError, match=r"list_train\.txt: the line 'nonsense'"):
        load("msmt17", tmp_path)


def test_folder_per_person(tmp_path: Path, paint: Painter) -> None:
    paint(tmp_path / "anna" / "gate_c3_1.png", 0, 0)
    paint(tmp_path / "anna" / "hall.jpg", 0, 0)
    paint(tmp_path / "bert" / "1.jpg", 1, 0)
    assert _people(load("folders", tmp_path)) == [(0, 0), (0, 3), (1, 0)]


@pytest.mark.parametrize("name", names())
def test_another_layout_is_told_the_wanted_one(name: str, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="look like this:\n"):
        load(name, tmp_path)
    with pytest.raises(TrainingError, match=r"is not a folder; .* like this:\n"):
        load(name, tmp_path / "missing")


def test_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no data set 'viper'; use one of market1501, "):
        load("viper", tmp_path)


def test_a_name_is_given_once() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        register(DataSet("market1501", lambda root: [], ""))


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
    import cv2

    _write_mat(tmp_path / "cuhk-03.mat")
    assert extract(tmp_path / "cuhk-03.mat", tmp_path / "out") == 29
    samples = load("cuhk03", tmp_path / "out")
    assert set(_people(samples)) == {(0, 1), (0, 2), (1, 1), (1, 2)}
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
