"""Every layout of a data set, written small by the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from reid_app import datasets
from reid_app.datasets import DISTRACTOR, JUNK, Protocol, load, load_test
from reid_app.errors import TrainingError


def touch(root: Path, *files: str) -> Path:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


def market(root: Path) -> Path:
    return touch(
        root,
        "bounding_box_train/0002_c1s1_000451_03.jpg",
        "bounding_box_train/0002_c2s1_000451_03.jpg.jpg",
        "bounding_box_train/Thumbs.db",
        "query/0001_c1s1_001051_00.jpg",
        "bounding_box_test/0001_c2s1_001051_01.jpg",
        "bounding_box_test/0000_c3s1_001051_01.jpg",
        "bounding_box_test/-1_c3s1_001051_01.jpg",
    )


def cuhk03(root: Path) -> Path:
    return touch(
        root,
        *("train/0000_c1_00.jpg", "train/0000_c2_05.jpg", "train/0001_c1_00.jpg"),
        *("test/0000_c1_00.jpg", "test/0000_c2_05.jpg", "test/0000_c2_06.jpg"),
    )


def cuhk01(root: Path) -> Path:
    return touch(root, "0001_c1_001.jpg", "0001_c1_002.jpg", "0001_c2_003.jpg")


def msmt17(root: Path) -> Path:
    (root / "train").mkdir(parents=True)
    for name, lines in {
        "list_train.txt": ["0000/0000_000_01_0303morning_0008_0.jpg 0"],
        "list_val.txt": ["0001/0001_000_02_0303morning_0008_0.jpg 1"],
        "list_query.txt": ["0000/0000_000_03_0303morning_0008_0.jpg 0"],
        "list_gallery.txt": ["0000/0000_001_04_0303morning_0008_0.jpg 0"],
    }.items():
        (root / name).write_text("\n".join(lines))
    return root


def folders(root: Path) -> Path:
    return touch(root, "anna/a_c1.jpg", "anna/b_c1.jpg", "anna/a_c2.png", "bert/c_c2.jpg", "notes.txt")


# name, writer, training people, query (person, camera), gallery (person, camera), protocol
LAYOUTS = [
    ("market1501", market, [2, 2], [(1, 1)], [(JUNK, 3), (DISTRACTOR, 3), (1, 2)], Protocol.SINGLE_QUERY),
    ("dukemtmc", market, [2, 2], [(1, 1)], [(JUNK, 3), (DISTRACTOR, 3), (1, 2)], Protocol.SINGLE_QUERY),
    # The new protocol has Market-1501's folders.
    ("cuhk03", market, [2, 2], [(1, 1)], [(JUNK, 3), (DISTRACTOR, 3), (1, 2)], Protocol.SINGLE_QUERY),
    # People are numbered from 0 on disk, and 0 would be a distractor.
    ("cuhk03", cuhk03, [1, 1, 2], [(1, 1)], [(1, 2), (1, 2)], Protocol.SINGLE_SHOT),
    ("cuhk01", cuhk01, [2, 2, 2], [(2, 1), (2, 1)], [(2, 2)], Protocol.SINGLE_SHOT),
    ("msmt17", msmt17, [1, 2], [(1, 3)], [(1, 4)], Protocol.SINGLE_QUERY),
    (
        "folders",
        folders,
        [1, 1, 1, 2],
        [(1, 1), (1, 2), (2, 2)],
        [(1, 1), (1, 1), (1, 2), (2, 2)],
        Protocol.SINGLE_QUERY,
    ),
]


@pytest.mark.parametrize(("name", "write", "train", "query", "gallery", "protocol"), LAYOUTS)
def test_layouts_are_read(tmp_path, name, write, train, query, gallery, protocol):
    root = write(tmp_path / "set")
    assert sorted(sample.person for sample in load(name, root)) == train
    split = load_test(name, root)
    assert sorted((sample.person, sample.camera) for sample in split.query) == query
    assert sorted((sample.person, sample.camera) for sample in split.gallery) == sorted(gallery)
    assert split.protocol is protocol
    assert split.cross_camera
    assert {sample.dataset for sample in (*load(name, root), *split.query, *split.gallery)} == {name}


def test_every_layout_is_covered():
    # Composed people have no test; they are tested where they are composed.
    assert {layout[0] for layout in LAYOUTS} == set(datasets.names()) - {datasets.COMPOSED}


def test_a_name_is_registered_once():
    known = datasets._REGISTRY["cuhk01"]
    with pytest.raises(ValueError, match="registered twice"):
        datasets.register(known)


def test_folders_of_one_camera_search_their_other_pictures(tmp_path):
    root = touch(tmp_path, "anna/1.jpg", "anna/2.jpg", "anna/3.jpg", "bert/1.jpg", "bert/2.jpg")
    split = load_test("folders", root)
    assert not split.cross_camera
    assert [sample.path.name for sample in split.query] == ["1.jpg", "1.jpg"]
    assert [sample.path.name for sample in split.gallery] == ["2.jpg", "3.jpg", "2.jpg"]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        (name, read)
        for name in sorted(set(datasets.names()) - {"folders"})
        for read in (load, load_test)
        if (name, read) != (datasets.COMPOSED, load_test)
    ],
)
def test_another_layout_is_shown_the_one_wanted(tmp_path, name, read):
    root = touch(tmp_path, "somewhere/else.jpg")
    with pytest.raises(TrainingError, match="which look like this") as caught:
        read(name, root)
    assert str(root) in str(caught.value)
    assert "/" in str(caught.value).splitlines()[1]


@pytest.mark.parametrize("read", [load, load_test])
def test_what_is_not_there_is_said_so(tmp_path, read):
    with pytest.raises(TrainingError, match="is not a folder"):
        read("market1501", tmp_path / "absent")
    with pytest.raises(TrainingError, match="use one of market1501, dukemtmc"):
        read("imagenet", tmp_path)


def test_a_broken_listing_is_named(tmp_path):
    root = msmt17(tmp_path / "set")
    (root / "list_train.txt").write_text("0000/0000_000.jpg zero")
    with pytest.raises(TrainingError, match=r"list_train\.txt.*should be"):
        load("msmt17", root)
