"""Pictures for reports: curves, rank lists, histograms."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import norm

from reid_app.datasets import JUNK
from reid_app.domain import ImageArray
from reid_app.errors import TrainingError
from reid_app.evaluate.calibration import CalibrationReport
from reid_app.evaluate.pictures import read_picture
from reid_app.evaluate.retrieval import RANKS
from reid_app.evaluate.testing import TestOutcome, labels_of
from reid_app.imaging import cv2

RIGHT, WRONG, QUERY = (60, 160, 30), (40, 40, 210), (120, 120, 120)
"""Frames (BGR) of right and wrong pictures and of the query; wrong ones are crossed too, for the colour-blind."""

CELL = (128, 64)
"""Height and width of a picture in a rank list."""


def draw_cmc(outcomes: Sequence[TestOutcome], path: Path, *, most: int = 20) -> None:
    """Draw the share of queries found among the first k, k up to ``most``.

    Raises:
        TrainingError: matplotlib is not installed.
    """
    figure = new_figure(7, 5)
    axes = figure.add_subplot(xlabel="rank", ylabel="queries found (%)", title="CMC")
    most = min(most, RANKS)
    for outcome in outcomes:
        axes.plot(range(1, most + 1), 100 * outcome.retrieval.cmc[:most], label=_title(outcome))
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path)


def draw_precision_recall(outcomes: Sequence[TestOutcome], path: Path) -> None:
    """Draw the mean interpolated precision over recall; single-shot tests have none.

    Raises:
        TrainingError: matplotlib is not installed.
    """
    figure = new_figure(7, 5)
    axes = figure.add_subplot(xlabel="recall (%)", ylabel="precision (%)", title="Precision and recall")
    for outcome in outcomes:
        if outcome.retrieval.precision is not None:
            axes.plot(range(101), 100 * outcome.retrieval.precision, label=_title(outcome))
    axes.grid(alpha=0.3)
    if axes.lines:
        axes.legend()
    figure.savefig(path)


def draw_rank_lists(outcome: TestOutcome, path: Path, *, queries: int = 12, most: int = 10, seed: int = 0) -> None:
    """Draw what some queries found: half of them queries whose first picture is wrong, if there are.

    The query is on the left; right pictures are framed green, wrong ones red with a cross.

    Raises:
        TrainingError: A picture cannot be read or written.
    """
    asked, searched = labels_of(outcome.split.query), labels_of(outcome.split.gallery)
    same = asked.people[:, None] == searched.people
    left_out = np.broadcast_to(searched.people == JUNK, same.shape).copy()
    if outcome.split.cross_camera:
        left_out |= same & (asked.cameras[:, None] == searched.cameras)
    ranked = np.where(left_out, np.inf, outcome.distance)
    first_right = same[np.arange(len(same)), ranked.argmin(axis=1)]
    generator = np.random.default_rng(seed)
    wrong, right = (generator.permutation(np.flatnonzero(mask)) for mask in (~first_right, first_right))
    half = queries // 2
    chosen = [*wrong[:half], *right, *wrong[half:]][:queries]
    rows = []
    for query in chosen:
        row = [_cell(outcome.split.query[query].path, QUERY, crossed=False)]
        for column in np.argsort(ranked[query], kind="stable")[:most]:
            hit = bool(same[query, column])
            row.append(_cell(outcome.split.gallery[column].path, RIGHT if hit else WRONG, crossed=not hit))
        row += [np.full_like(row[0], 255)] * (1 + most - len(row))
        rows.append(np.concatenate(row, axis=1))
    if not cv2.imwrite(str(path), np.concatenate(rows, axis=0)):
        raise TrainingError(f"{path} cannot be written; choose another folder.")


def draw_calibration(report: CalibrationReport, path: Path) -> None:
    """Draw the histogram of similarities with the thresholds, and the DET curve.

    The curve shows the share of right matches missed over the share of wrong ones
    accepted, both on the scale of the normal deviate (Martin et al., *The DET Curve in
    Assessment of Detection Task Performance*, Eurospeech 1997).

    Raises:
        TrainingError: matplotlib is not installed.
    """
    same, different = report.scores.same, report.scores.different
    made = report.calibration
    figure = new_figure(12, 5)
    left, right = figure.subplots(1, 2)
    edges = np.linspace(min(float(different.min()), 0.0), 1.0, 81)
    left.hist(different, edges, density=True, alpha=0.6, label="different people")
    left.hist(same, edges, density=True, alpha=0.6, label="one person")
    for value, name, style in ((made.accept, "accept", "-"), (made.ask, "ask", "--")):
        left.axvline(value, color="black", linestyle=style, label=f"{name} {value:.3f}")
    left.set(xlabel="similarity", ylabel="density", title=f"{report.people} people, {report.comparisons} comparisons")
    left.legend()

    limits = np.unique(np.quantile(np.concatenate([same, different]), np.linspace(0, 1, 2000)))
    false_accepts = 1 - np.searchsorted(np.sort(different), limits) / len(different)
    misses = np.searchsorted(np.sort(same), limits) / len(same)
    drawn = (false_accepts > 0) & (misses > 0)
    right.plot(norm.ppf(false_accepts[drawn]), norm.ppf(misses[drawn]))
    for value, name in ((made.accept, "accept"), (made.ask, "ask")):
        rate, missed = float((different >= value).mean()), float((same < value).mean())
        if 0 < missed < 1:
            right.plot(norm.ppf(rate), norm.ppf(missed), "o", label=f"{name}: {100 * missed:.1f} % missed")
    ticks = [0.0001, 0.001, 0.01, 0.05, 0.2, 0.5]
    names = [f"{100 * tick:g}" for tick in ticks]
    right.set_xticks(norm.ppf(ticks), names)
    right.set_yticks(norm.ppf(ticks), names)
    right.set(xlabel="different people accepted (%)", ylabel="one person missed (%)", title="DET")
    right.grid(alpha=0.3)
    right.legend()
    figure.savefig(path)


def new_figure(width: float, height: float) -> Any:
    """A matplotlib figure of its own, without the library's global state.

    Raises:
        TrainingError: matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise TrainingError("Plots need matplotlib; install it with `pip install 'reid-app[train]'`.") from error
    return Figure(figsize=(width, height), layout="constrained", dpi=100)


def _title(outcome: TestOutcome) -> str:
    return f"{outcome.model}, {outcome.split.label}"


def _cell(path: Path, colour: tuple[int, int, int], *, crossed: bool) -> ImageArray:
    height, width = CELL
    cell = np.full((height + 8, width + 8, 3), 255, np.uint8)
    cell[4:-4, 4:-4] = cv2.resize(read_picture(path), (width, height))
    cv2.rectangle(cell, (2, 2), (width + 5, height + 5), colour, 3)
    if crossed:
        cv2.line(cell, (width - 8, 6), (width + 2, 16), colour, 2)
        cv2.line(cell, (width + 2, 6), (width - 8, 16), colour, 2)
    return cell
