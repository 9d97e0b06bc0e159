"""What a run reports: a CSV, TensorBoard events where installed, a progress bar."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class RunLog:
    """Averages of the losses and results of validations over the pictures seen.

    ``log.csv`` gets one row per report, with a column for every figure reported so far.
    A resumed run appends to it.

    Args:
        folder: The run's folder.
        total: Pictures of the whole run, for the progress bar.
        quiet: Show no progress bar.
    """

    def __init__(self, folder: Path, total: int, *, quiet: bool = False) -> None:
        self._table = folder / "log.csv"
        self._events = _tensorboard(folder)
        self._sums: dict[str, float] = {}
        self._count = 0
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=quiet,
        )
        self._task = self._progress.add_task("training", total=total)

    def __enter__(self) -> Self:
        """Start the progress bar."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the progress bar and close the files."""
        self._progress.stop()
        if self._events is not None:
            self._events.close()

    def add(self, images: int, figures: Mapping[str, float]) -> None:
        """Count one step's figures into the next report."""
        for name, value in figures.items():
            self._sums[name] = self._sums.get(name, 0.0) + value
        self._count += 1
        self._progress.update(self._task, completed=images)

    def report(self, images: int, figures: Mapping[str, float]) -> dict[str, float]:
        """Write the averages since the last report together with ``figures``."""
        row = {name: value / max(1, self._count) for name, value in self._sums.items()} | dict(figures)
        self._sums, self._count = {}, 0
        self._append({"images": float(images), **row})
        if self._events is not None:
            for name, value in row.items():
                self._events.add_scalar(name, value, images)
        shown = "  ".join(f"{name} {value:.4g}" for name, value in row.items())
        self._progress.console.print(f"{images} pictures: {shown}", highlight=False)
        return row

    def _append(self, row: Mapping[str, float]) -> None:
        old: list[dict[str, str]] = []
        columns: list[str] = []
        if self._table.is_file():
            with self._table.open(newline="", encoding="utf-8") as file:
                reader = csv.DictReader(file)
                old = list(reader)
                columns = list(reader.fieldnames or [])
        columns += [name for name in row if name not in columns]
        with self._table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(old)
            writer.writerow({name: f"{value:.6g}" for name, value in row.items()})


def _tensorboard(folder: Path) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    return SummaryWriter(str(folder / "tensorboard"))
