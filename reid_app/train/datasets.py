"""Re-identification data sets on disk: every picture with its person and camera.

Each layout has one loader, registered under a name. A folder in another layout is
refused with a message that shows the layout wanted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reid_app.errors import TrainingError

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp")
"""Endings of picture files, in lower case."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture of a data set.

    Attributes:
        path: The picture.
        person: Number of the person within the data set.
        camera: Number of the camera within the data set.
        dataset: Name of the loader; people of two data sets are never the same.
    """

    path: Path
    person: int
    camera: int
    dataset: str

    @property
    def identity(self) -> tuple[str, int]:
        """Names the person across data sets."""
        return self.dataset, self.person


Loader = Callable[[Path], list[Sample]]


@dataclass(frozen=True)
class DataSet:
    """A layout: its name, how it is read, and how it must look.

    Attributes:
        name: What configurations call it.
        load: Folder to training pictures.
        layout: The folder drawn as text, for the message about a wrong one.
    """

    name: str
    load: Loader
    layout: str


_REGISTRY: dict[str, DataSet] = {}


def register(dataset: DataSet) -> DataSet:
    """Make a layout known by its name.

    Raises:
        ValueError: The name is taken.
    """
    if dataset.name in _REGISTRY:
        raise ValueError(f"data set {dataset.name!r} is registered twice")
    _REGISTRY[dataset.name] = dataset
    return dataset


def names() -> tuple[str, ...]:
    """Names of all layouts."""
    return tuple(_REGISTRY)


def load(name: str, root: Path) -> list[Sample]:
    """Training pictures of a data set, sorted by path.

    Args:
        name: One of :func:`names`.
        root: The data set's folder.

    Raises:
        TrainingError: The name is unknown, or the folder has another layout.
    """
    if name not in _REGISTRY:
        raise TrainingError(f"There is no data set {name!r}; use one of {', '.join(_REGISTRY)}.")
    dataset = _REGISTRY[name]
    if not root.is_dir():
        raise TrainingError(f"{root} is not a folder; point the data set {name!r} at one like this:\n{dataset.layout}")
    samples = sorted(dataset.load(root), key=lambda sample: sample.path)
    if not samples:
        raise TrainingError(f"{root} holds no training pictures of {name!r}, which look like this:\n{dataset.layout}")
    return samples


def pictures(folder: Path) -> Iterator[Path]:
    """Pictures directly in ``folder``, sorted by name; none where there is no folder."""
    if folder.is_dir():
        yield from sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)


def _matched(folder: Path, pattern: re.Pattern[str], dataset: str) -> list[Sample]:
    """Pictures whose name tells person and camera; junk (person below 1) left out."""
    samples = []
    for path in pictures(folder):
        match = pattern.match(path.name)
        if match and int(match["person"]) >= 1:
            samples.append(Sample(path, int(match["person"]), int(match["camera"]), dataset))
    return samples


_MARKET_NAME = re.compile(r"(?P<person>-?\d+)_c(?P<camera>\d+)")
_CUHK_NAME = re.compile(r"(?P<person>\d+)_c(?P<camera>\d+)_\d+\.")


def _market(root: Path) -> list[Sample]:
    return _matched(root / "bounding_box_train", _MARKET_NAME, "market1501")


def _duke(root: Path) -> list[Sample]:
    return _matched(root / "bounding_box_train", _MARKET_NAME, "dukemtmc")


def _cuhk03(root: Path) -> list[Sample]:
    """Both folder layouts; the 767/700 protocol's names are Market-1501's."""
    if (root / "bounding_box_train").is_dir():
        return _matched(root / "bounding_box_train", _MARKET_NAME, "cuhk03")
    return _cuhk_style(root / "train", "cuhk03")


def _cuhk01(root: Path) -> list[Sample]:
    return _cuhk_style(root, "cuhk01")


def _cuhk_style(folder: Path, dataset: str) -> list[Sample]:
    return [
        Sample(path, int(match["person"]), int(match["camera"]), dataset)
        for path in pictures(folder)
        if (match := _CUHK_NAME.match(path.name))
    ]


_MSMT_NAME = re.compile(r"\d+_\d+_(?P<camera>\d+)_")


def _msmt17(root: Path) -> list[Sample]:
    samples = []
    for listing in ("list_train.txt", "list_val.txt"):
        path = root / listing
        if not path.is_file():
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            name, _, person = line.strip().rpartition(" ")
            match = _MSMT_NAME.match(Path(name).name)
            if not match or not person.isdigit():
                raise TrainingError(f"{path}: the line {line!r} should be 'PPPP/PPPP_NNN_CC_....jpg PERSON'.")
            samples.append(Sample(root / "train" / name, int(person), int(match["camera"]), "msmt17"))
    return samples


_CAMERA_IN_NAME = re.compile(r"(?:^|_)c(?P<camera>\d+)")


def _folders(root: Path) -> list[Sample]:
    samples = []
    for person, folder in enumerate(sorted(path for path in root.iterdir() if path.is_dir())):
        for path in pictures(folder):
            match = _CAMERA_IN_NAME.search(path.name)
            samples.append(Sample(path, person, int(match["camera"]) if match else 0, "folders"))
    return samples


_MARKET_LAYOUT = """  {name}/
    bounding_box_train/0002_c1s1_000451_03.jpg   person 2, camera 1
    bounding_box_test/
    query/"""

register(DataSet("market1501", _market, _MARKET_LAYOUT.format(name="market1501")))
register(DataSet("dukemtmc", _duke, _MARKET_LAYOUT.format(name="DukeMTMC-reID")))
register(
    DataSet(
        "cuhk03",
        _cuhk03,
        """  cuhk03/
    train/0001_c2_05.jpg   person 1, camera 2
    test/
  or, in the 767/700 protocol,
  cuhk03-np/labeled/
    bounding_box_train/0001_c1_1.png
    bounding_box_test/
    query/
  (the authors' cuhk-03.mat: write the first layout out of it with
  reid_app.train.cuhk03_mat.extract)""",
    )
)
register(DataSet("cuhk01", _cuhk01, "  cuhk01/\n    0001_c1_001.jpg   person 1, camera 1"))
register(
    DataSet(
        "msmt17",
        _msmt17,
        """  MSMT17_V1/
    list_train.txt   lines such as '0000/0000_000_01_0303morning_0008_0.jpg 0'
    list_val.txt
    train/0000/0000_000_01_0303morning_0008_0.jpg   camera 1""",
    )
)
register(
    DataSet(
        "folders",
        _folders,
        """  my-site/
    anna/anything_c1.jpg   camera 1; without c1 in the name, camera 0
    anna/anything_c2.jpg
    bert/...""",
    )
)
