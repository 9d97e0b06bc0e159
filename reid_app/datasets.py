"""Re-identification data sets on disk: every picture with its person and camera.

Each layout has one loader for its training pictures and one for its test, registered
under a name. A folder in another layout is refused with a message that shows the layout
wanted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from reid_app.errors import TrainingError

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp")
"""Endings of picture files, in lower case."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture of a data set.

    Attributes:
        path: The picture.
        person: Number of the person within the data set, from 1; in a test also
            :data:`DISTRACTOR` and :data:`JUNK`.
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


DISTRACTOR = 0
"""Person of pictures that show nobody who is searched for: they count as wrong."""

JUNK = -1
"""Person of pictures that are left out of every ranking."""

COMPOSED = "composed"
"""Data set of people who do not exist: :mod:`reid_app.train.compose` made them."""


class Protocol(StrEnum):
    """How a test is run."""

    SINGLE_QUERY = "single query"
    """Every query ranks the whole gallery without its own camera's pictures of that person
    (Zheng et al., *Scalable Person Re-identification: A Benchmark*, ICCV 2015)."""
    SINGLE_SHOT = "single shot"
    """Every query ranks one picture of each person, drawn from the gallery; mean over draws
    (Li et al., *DeepReID*, CVPR 2014)."""


@dataclass(frozen=True, slots=True)
class TestSplit:
    """The test of a data set.

    Attributes:
        query: Pictures that are searched with.
        gallery: Pictures that are searched.
        protocol: How.
        cross_camera: Whether a person is to be found in another camera only.
        label: What a table calls the test.
    """

    query: tuple[Sample, ...]
    gallery: tuple[Sample, ...]
    protocol: Protocol
    cross_camera: bool
    label: str


@dataclass(frozen=True)
class DataSet:
    """A layout: its name, how it is read, and how it must look.

    Attributes:
        name: What configurations call it.
        load: Folder to training pictures.
        load_test: Folder to its test; without pictures where there is none.
        layout: The folder drawn as text, for the message about a wrong one.
    """

    name: str
    load: Callable[[Path], list[Sample]]
    load_test: Callable[[Path], TestSplit]
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
    dataset = _known(name, root)
    samples = sorted(dataset.load(root), key=lambda sample: sample.path)
    if not samples:
        raise TrainingError(f"{root} holds no training pictures of {name!r}, which look like this:\n{dataset.layout}")
    return samples


def load_test(name: str, root: Path) -> TestSplit:
    """The test of a data set, pictures sorted by path.

    Args:
        name: One of :func:`names`.
        root: The data set's folder.

    Raises:
        TrainingError: The name is unknown, or the folder has another layout.
    """
    dataset = _known(name, root)
    split = dataset.load_test(root)
    if not split.query or not split.gallery:
        raise TrainingError(f"{root} holds no test pictures of {name!r}, which look like this:\n{dataset.layout}")
    return split


def _known(name: str, root: Path) -> DataSet:
    if name not in _REGISTRY:
        raise TrainingError(f"There is no data set {name!r}; use one of {', '.join(_REGISTRY)}.")
    dataset = _REGISTRY[name]
    if not root.is_dir():
        raise TrainingError(f"{root} is not a folder; point the data set {name!r} at one like this:\n{dataset.layout}")
    return dataset


def pictures(folder: Path) -> Iterator[Path]:
    """Pictures directly in ``folder``, sorted by name; none where there is no folder."""
    if folder.is_dir():
        yield from sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)


def _matched(folder: Path, pattern: re.Pattern[str], dataset: str, *, least: int = 1, shift: int = 0) -> list[Sample]:
    """Pictures whose name tells person and camera; people below ``least`` left out."""
    samples = []
    for path in pictures(folder):
        match = pattern.match(path.name)
        if match and int(match["person"]) + shift >= least:
            samples.append(Sample(path, int(match["person"]) + shift, int(match["camera"]), dataset))
    return samples


_MARKET_NAME = re.compile(r"(?P<person>-?\d+)_c(?P<camera>\d+)")
_CUHK_NAME = re.compile(r"(?P<person>\d+)_c(?P<camera>\d+)_\d+\.")


def _market_like(dataset: str, label: str) -> tuple[Callable[[Path], list[Sample]], Callable[[Path], TestSplit]]:
    """Market-1501's folders: junk is person -1, distractors are person 0."""

    def train(root: Path) -> list[Sample]:
        return _matched(root / "bounding_box_train", _MARKET_NAME, dataset)

    def test(root: Path) -> TestSplit:
        return TestSplit(
            query=tuple(_matched(root / "query", _MARKET_NAME, dataset)),
            gallery=tuple(_matched(root / "bounding_box_test", _MARKET_NAME, dataset, least=JUNK)),
            protocol=Protocol.SINGLE_QUERY,
            cross_camera=True,
            label=label,
        )

    return train, test


_cuhk03_new_train, _cuhk03_new_test = _market_like("cuhk03", "CUHK03, 767/700")


def _cuhk03(root: Path) -> list[Sample]:
    if (root / "bounding_box_train").is_dir():
        return _cuhk03_new_train(root)
    return _matched(root / "train", _CUHK_NAME, "cuhk03", shift=1)


def _cuhk03_test(root: Path) -> TestSplit:
    if (root / "bounding_box_test").is_dir():
        return _cuhk03_new_test(root)
    return _two_cameras(_matched(root / "test", _CUHK_NAME, "cuhk03", shift=1), "CUHK03, labelled")


def _cuhk01(root: Path) -> list[Sample]:
    return _matched(root, _CUHK_NAME, "cuhk01", shift=1)


def _cuhk01_test(root: Path) -> TestSplit:
    return _two_cameras(_cuhk01(root), "CUHK01, all people")


def _two_cameras(samples: list[Sample], label: str) -> TestSplit:
    """The first camera's pictures search one picture a person of the other's."""
    return TestSplit(
        query=tuple(sample for sample in samples if sample.camera == 1),
        gallery=tuple(sample for sample in samples if sample.camera != 1),
        protocol=Protocol.SINGLE_SHOT,
        cross_camera=True,
        label=label,
    )


_MSMT_NAME = re.compile(r"\d+_\d+_(?P<camera>\d+)_")


def _msmt17(root: Path) -> list[Sample]:
    return [*_listed(root, "list_train.txt", "train"), *_listed(root, "list_val.txt", "train")]


def _msmt17_test(root: Path) -> TestSplit:
    return TestSplit(
        query=tuple(_listed(root, "list_query.txt", "test")),
        gallery=tuple(_listed(root, "list_gallery.txt", "test")),
        protocol=Protocol.SINGLE_QUERY,
        cross_camera=True,
        label="MSMT17",
    )


def _listed(root: Path, listing: str, folder: str) -> list[Sample]:
    """Pictures of a listing; people are numbered from 0 there, hence the + 1."""
    path = root / listing
    if not path.is_file():
        return []
    samples = []
    for line in path.read_text(encoding="utf-8").splitlines():
        name, _, person = line.strip().rpartition(" ")
        match = _MSMT_NAME.match(Path(name).name)
        if not match or not person.isdigit():
            raise TrainingError(f"{path}: the line {line!r} should be 'PPPP/PPPP_NNN_CC_....jpg PERSON'.")
        samples.append(Sample(root / folder / name, int(person) + 1, int(match["camera"]), "msmt17"))
    return samples


def _composed(root: Path) -> list[Sample]:
    return _matched(root, _CUHK_NAME, COMPOSED)


def _composed_test(root: Path) -> TestSplit:
    raise TrainingError(f"{root} holds composed people, who are for training only; test on real ones.")


_CAMERA_IN_NAME = re.compile(r"(?:^|_)c(?P<camera>\d+)")


def _folders(root: Path) -> list[Sample]:
    samples = []
    for person, folder in enumerate(sorted(path for path in root.iterdir() if path.is_dir()), start=1):
        for path in pictures(folder):
            match = _CAMERA_IN_NAME.search(path.name)
            samples.append(Sample(path, person, int(match["camera"]) if match else 0, "folders"))
    return samples


def _folders_test(root: Path) -> TestSplit:
    """The first picture of each person in each camera searches all others."""
    samples = _folders(root)
    query: dict[tuple[int, int], Sample] = {}
    for sample in samples:
        query.setdefault((sample.person, sample.camera), sample)
    cross_camera = len({sample.camera for sample in samples}) > 1
    firsts = set(query.values())
    # Across cameras a query may be found too: its own camera does not count for it anyway.
    gallery = samples if cross_camera else [sample for sample in samples if sample not in firsts]
    return TestSplit(tuple(query.values()), tuple(gallery), Protocol.SINGLE_QUERY, cross_camera, "folders")


_MARKET_LAYOUT = """  {name}/
    bounding_box_train/0002_c1s1_000451_03.jpg   person 2, camera 1
    bounding_box_test/
    query/"""

register(DataSet("market1501", *_market_like("market1501", "Market-1501"), _MARKET_LAYOUT.format(name="market1501")))
register(DataSet("dukemtmc", *_market_like("dukemtmc", "DukeMTMC-reID"), _MARKET_LAYOUT.format(name="DukeMTMC-reID")))
register(
    DataSet(
        "cuhk03",
        _cuhk03,
        _cuhk03_test,
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
register(DataSet("cuhk01", _cuhk01, _cuhk01_test, "  cuhk01/\n    0001_c1_001.jpg   person 1, camera 1"))
register(
    DataSet(
        "msmt17",
        _msmt17,
        _msmt17_test,
        """  MSMT17_V1/
    list_train.txt   lines such as '0000/0000_000_01_0303morning_0008_0.jpg 0'
    list_val.txt, list_query.txt, list_gallery.txt
    test/
    train/0000/0000_000_01_0303morning_0008_0.jpg   camera 1""",
    )
)
register(
    DataSet(
        "folders",
        _folders,
        _folders_test,
        """  my-site/
    anna/anything_c1.jpg   camera 1; without c1 in the name, camera 0
    anna/anything_c2.jpg
    bert/...""",
    )
)
register(
    DataSet(
        COMPOSED,
        _composed,
        _composed_test,
        """  composed/   (written by python -m reid_app.train.compose)
    00001_c2_03.jpg   person 1, camera 2""",
    )
)
