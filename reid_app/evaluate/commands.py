"""What the command line's `eval`, `calibrate` and `embed` do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import yaml
from rich.console import Group, RenderableType
from rich.text import Text

from reid_app.config import Engine
from reid_app.errors import TrainingError
from reid_app.evaluate.calibration import CalibrationReport, calibrate
from reid_app.evaluate.pictures import Progress, embed_folder, embed_pictures, open_network
from reid_app.evaluate.plots import draw_calibration, draw_cmc, draw_precision_recall, draw_rank_lists
from reid_app.evaluate.testing import (
    TestOutcome,
    choose_data,
    cross_domain,
    known_people,
    labels_of,
    render,
    run_test,
)
from reid_app.models import Calibration, find_model, write_manifest
from reid_app.models.registry import ModelFiles


def eval_models(
    models: Sequence[str],
    data: Sequence[str],
    *,
    reranking: bool = False,
    report: Path | None = None,
    engine: Engine = Engine.AUTO,
    seed: int = 0,
    progress: Progress | None = None,
) -> list[TestOutcome]:
    """Test every model on every data set.

    Args:
        models: Names or folders of models, or ``.xml`` and ``.onnx`` files.
        data: ``NAME``, ``NAME=FOLDER`` or a folder of folders; see
            :func:`reid_app.evaluate.testing.choose_data`.
        reranking: Also measure k-reciprocal re-ranking.
        report: Folder for ``results.json``, curves and rank lists; None: none.
        engine: For joint-loss models.
        seed: Of single-shot draws and of the queries shown.
        progress: Told of each test's pictures.

    Raises:
        ModelError: A model cannot be loaded.
        TrainingError: A data set is not there, or a report cannot be written.
    """
    choices = [choose_data(text) for text in data]
    outcomes = []
    for model in models:
        network = open_network(model, engine=engine)
        trained_on = _trained_on(model)
        outcomes += [
            run_test(network, choice, reranking=reranking, seed=seed, trained_on=trained_on, progress=progress)
            for choice in choices
        ]
    if report is not None:
        write_report(outcomes, report, seed=seed)
    return outcomes


def _trained_on(model: str) -> str:
    return "" if _is_file(model) else find_model(model).manifest.provenance.data


def _is_file(model: str) -> bool:
    return Path(model).suffix.lower() in {".xml", ".onnx"}


def render_outcomes(outcomes: Sequence[TestOutcome]) -> RenderableType:
    """Draw outcomes as a table, and a second one across data sets where there are several."""
    several = len({outcome.data.title for outcome in outcomes}) > 1
    return Group(render(outcomes), cross_domain(outcomes)) if several else render(outcomes)


def write_report(outcomes: Sequence[TestOutcome], folder: Path, *, seed: int = 0) -> None:
    """Write ``results.json``, ``cmc.png``, ``precision-recall.png`` and a rank list for each outcome.

    Raises:
        TrainingError: matplotlib is not installed, or a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    results = [outcome.to_dict() for outcome in outcomes]
    (folder / "results.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    draw_cmc(outcomes, folder / "cmc.png")
    draw_precision_recall(outcomes, folder / "precision-recall.png")
    for outcome in outcomes:
        draw_rank_lists(outcome, folder / f"ranks-{outcome.model}-{outcome.data.title}.png", seed=seed)


def calibrate_model(
    model: str,
    data: str,
    *,
    far: tuple[float, float] = (0.001, 0.01),
    part: str = "test",
    picture: Path | None = None,
    engine: Engine = Engine.AUTO,
    seed: int = 0,
    progress: Progress | None = None,
) -> CalibrationReport:
    """Calibrate a model's thresholds on a data set, or on a folder with a folder per person.

    Args:
        model: Name or folder of a model, or an ``.xml`` or ``.onnx`` file.
        data: As for :func:`eval_models`. The model must not have been trained on these people.
        far: False-accept rates of ``accept`` and ``ask``.
        part: Part of the data set, ``train`` or ``test``; a folder per person has one part.
        picture: Where the histogram and the DET curve go; None: nowhere.
        engine: For joint-loss models.
        seed: Of all random choices.
        progress: Told of the pictures.

    Raises:
        ModelError: The model cannot be loaded.
        TrainingError: The data is not there, or the people are too few for the rates.
    """
    choice = choose_data(data)
    samples = known_people(choice, "train" if choice.name == "folders" else part)
    network = open_network(model, engine=engine)
    vectors = embed_pictures(network, [sample.path for sample in samples], progress).vectors
    who = labels_of(samples)
    label = f"{len(set(who.people.tolist()))} people of {choice.title}"
    if choice.name != "folders":
        label += f" ({part})"
    report = calibrate(vectors, who.people, who.cameras, accept_far=min(far), ask_far=max(far), data=label, seed=seed)
    if picture is not None:
        draw_calibration(report, picture)
    return report


def render_calibration(report: CalibrationReport) -> RenderableType:
    """Say the thresholds and what to expect of them."""
    return Group(*(Text(sentence) for sentence in report.sentences()))


def save_calibration(model: str, calibration: Calibration) -> ModelFiles:
    """Write a calibration into the manifest of a model.

    Raises:
        ModelError: There is no such model.
        TrainingError: It is a file without a manifest.
    """
    if _is_file(model):
        raise TrainingError(f"{model} has no manifest to write to; put the thresholds into the site file instead.")
    files = find_model(model)
    write_manifest(files.folder, files.manifest.model_copy(update={"calibration": calibration}))
    return find_model(files.folder)


def site_snippet(calibration: Calibration) -> str:
    """The lines of a site file that put a calibration in force."""
    thresholds = {"accept": calibration.accept, "ask": calibration.ask, "margin": calibration.margin}
    text: str = yaml.safe_dump({"matcher": {"thresholds": thresholds}}, sort_keys=False)
    return f"# calibrated on {calibration.data}\n{text}" if calibration.data else text


def embed_to_file(
    folder: Path, model: str, out: Path, *, engine: Engine = Engine.AUTO, progress: Progress | None = None
) -> int:
    """Embed a folder of pictures; see :func:`reid_app.evaluate.pictures.embed_folder`."""
    return embed_folder(folder, open_network(model, engine=engine), out, progress)
