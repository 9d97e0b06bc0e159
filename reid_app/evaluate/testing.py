"""Runs a model on the test of a data set."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.table import Table

from reid_app.datasets import Sample, TestSplit, load, load_test, names
from reid_app.domain import FloatArray
from reid_app.embed import Network
from reid_app.errors import TrainingError
from reid_app.evaluate.pictures import Progress, embed_pictures
from reid_app.evaluate.rerank import rerank
from reid_app.evaluate.retrieval import Labels, Retrieval, distances, evaluate

DATA_VARIABLE = "REID_DATA"
"""Environment variable that names the folder of the data sets."""


@dataclass(frozen=True, slots=True)
class DataChoice:
    """A data set as named on the command line.

    Attributes:
        name: Its layout.
        root: Its folder.
    """

    name: str
    root: Path

    @property
    def title(self) -> str:
        """What a table calls it."""
        return self.root.name if self.name == "folders" else self.name


@dataclass(frozen=True, slots=True, eq=False)
class TestOutcome:
    """What a model did on a test.

    Attributes:
        model: Its name.
        model_hash: Its hash.
        data: The data set.
        split: The test.
        distance: (Q, G) distances.
        retrieval: Figures without re-ranking.
        reranked: Figures with it, where asked for.
        crops_per_second: Pictures embedded in a second, reading included.
        trained_on: What the model was trained on, in words, where its manifest says it.
    """

    model: str
    model_hash: str
    data: DataChoice
    split: TestSplit
    distance: FloatArray
    retrieval: Retrieval
    reranked: Retrieval | None
    crops_per_second: float
    trained_on: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return names and figures as plain values."""
        return {
            "model": self.model,
            "model_hash": self.model_hash,
            "trained_on": self.trained_on,
            "data": self.data.title,
            "protocol": f"{self.split.label}, {self.split.protocol}",
            "figures": self.retrieval.to_dict(),
            "reranked": self.reranked.to_dict() if self.reranked else None,
            "crops_per_second": round(self.crops_per_second, 1),
        }


def choose_data(text: str) -> DataChoice:
    """Understand ``NAME``, ``NAME=FOLDER`` or ``FOLDER`` (a folder of folders, one per person).

    A name alone is looked for in the folder that the environment variable ``REID_DATA`` names.

    Raises:
        TrainingError: It is neither a data set's name nor a folder.
    """
    name, given, folder = text.partition("=")
    if name in names():
        if given:
            return DataChoice(name, Path(folder).expanduser())
        home = os.environ.get(DATA_VARIABLE)
        if home is None:
            raise TrainingError(
                f"Where is {name}? Write {name}=FOLDER, or set {DATA_VARIABLE} to the data sets' folder."
            )
        return DataChoice(name, Path(home).expanduser() / name)
    root = Path(text).expanduser()
    if not root.is_dir():
        raise TrainingError(f"{text!r} is neither a folder nor a data set; the sets are {', '.join(names())}.")
    return DataChoice("folders", root)


def labels_of(samples: Sequence[Sample]) -> Labels:
    """Who is on the pictures, and which camera took them."""
    return Labels(np.array([sample.person for sample in samples]), np.array([sample.camera for sample in samples]))


def run_test(
    network: Network,
    data: DataChoice,
    *,
    reranking: bool = False,
    seed: int = 0,
    trained_on: str = "",
    progress: Progress | None = None,
) -> TestOutcome:
    """Embed a data set's test and measure how well people are found.

    Args:
        network: What embeds.
        data: The data set.
        reranking: Also measure k-reciprocal re-ranking.
        seed: Of single-shot draws.
        trained_on: For the table: what the network was trained on.
        progress: Told of the pictures.

    Raises:
        TrainingError: The folder has another layout, or a picture cannot be read.
        ModelError: The network failed.
    """
    split = load_test(data.name, data.root)
    # Folders without cameras have queries that are in the gallery too: each picture once.
    paths = sorted({sample.path for sample in (*split.query, *split.gallery)})
    began = time.perf_counter()
    vectors = embed_pictures(network, paths, progress).vectors
    speed = len(paths) / (time.perf_counter() - began)
    place = {path: row for row, path in enumerate(paths)}
    query = vectors[[place[sample.path] for sample in split.query]]
    gallery = vectors[[place[sample.path] for sample in split.gallery]]
    who = labels_of(split.query), labels_of(split.gallery)

    def figures(distance: FloatArray) -> Retrieval:
        return evaluate(distance, *who, split.protocol, cross_camera=split.cross_camera, seed=seed)

    distance = distances(query, gallery)
    return TestOutcome(
        model=network.name,
        model_hash=network.model,
        data=data,
        split=split,
        distance=distance,
        retrieval=figures(distance),
        reranked=figures(rerank(query, gallery)) if reranking else None,
        crops_per_second=speed,
        trained_on=trained_on,
    )


def known_people(data: DataChoice, part: str) -> list[Sample]:
    """Pictures of known people of a data set's ``train`` or ``test`` part, for calibration.

    Raises:
        TrainingError: The part is neither, or the folder has another layout.
    """
    if part == "train":
        return load(data.name, data.root)
    if part == "test":
        split = load_test(data.name, data.root)
        samples = {sample.path: sample for sample in (*split.query, *split.gallery) if sample.person > 0}
        return [samples[path] for path in sorted(samples)]
    raise TrainingError(f"{part!r} is no part of a data set; use train or test.")


def render(outcomes: Sequence[TestOutcome]) -> Table:
    """Draw outcomes as a table, one row each; re-ranking has a row of its own."""
    table = Table(title="Retrieval (%)")
    for heading in ("model", "data", "protocol"):
        table.add_column(heading)
    for heading in ("rank-1", "rank-5", "rank-10", "mAP", "mINP", "queries", "crops/s"):
        table.add_column(heading, justify="right")
    for outcome in outcomes:
        rows = [(outcome.model, outcome.retrieval, f"{outcome.crops_per_second:.0f}")]
        if outcome.reranked:
            rows.append((f"{outcome.model} + re-ranking", outcome.reranked, ""))
        for name, figures, speed in rows:
            table.add_row(
                name,
                outcome.split.label if outcome.data.name != "folders" else outcome.data.title,
                outcome.split.protocol.value,
                *(_percent(figures.rank(k)) for k in (1, 5, 10)),
                _percent(figures.mean_ap),
                _percent(figures.mean_inp),
                str(figures.queries),
                speed,
            )
    return table


def cross_domain(outcomes: Sequence[TestOutcome]) -> Table:
    """Draw rank-1 / mAP with one row a model and one column a data set."""
    sets = list(dict.fromkeys(outcome.data.title for outcome in outcomes))
    table = Table(title="Across data sets: rank-1 / mAP (%)")
    table.add_column("model")
    table.add_column("trained on")
    for title in sets:
        table.add_column(title, justify="right")
    for model, trained_on in dict.fromkeys((outcome.model, outcome.trained_on) for outcome in outcomes):
        cells = {
            outcome.data.title: f"{_percent(outcome.retrieval.rank(1))} / {_percent(outcome.retrieval.mean_ap)}"
            for outcome in outcomes
            if outcome.model == model
        }
        table.add_row(model, trained_on or "–", *(cells.get(title, "–") for title in sets))
    return table


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.2f}"
