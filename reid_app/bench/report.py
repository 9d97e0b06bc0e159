"""What a benchmark measured: for people as a table, for machines as JSON, and as a picture."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.markup import escape
from rich.table import Table

from reid_app import __version__

Value = float | int | str | None

_MOST_COLUMNS = 8


@dataclass(frozen=True, slots=True)
class BenchReport:
    """Rows of one benchmark.

    Attributes:
        name: ``embed``, ``site``, ``gallery``, ``lock`` or ``gpu``.
        rows: Values by column, the same columns in each row.
        bar: The columns that are drawn: one for the labels, one for the lengths.
        notes: What one has to know to read the figures.
        machine: Where it was measured.
    """

    name: str
    rows: tuple[Mapping[str, Value], ...]
    bar: tuple[str, str]
    notes: tuple[str, ...] = ()
    machine: Mapping[str, str] = field(default_factory=lambda: dict(machine()))

    def as_dict(self) -> dict[str, Any]:
        """Return values that can be written as JSON."""
        return {
            "bench": self.name,
            "version": __version__,
            "machine": dict(self.machine),
            "notes": list(self.notes),
            "rows": [dict(row) for row in self.rows],
        }

    def table(self) -> Table:
        """Return a table for people; what has many columns is turned, so that it fits a terminal."""
        where = ", ".join(self.machine.values())
        table = Table(title=escape(f"bench {self.name}: {where}"), title_justify="left")
        if len(self.rows[0]) <= _MOST_COLUMNS:
            for column in self.rows[0]:
                text = any(isinstance(row[column], str) for row in self.rows)
                table.add_column(column, justify="left" if text else "right")
            for row in self.rows:
                table.add_row(*(escape(_shown(value)) for value in row.values()))
            return table
        first, *others = self.rows[0]
        table.add_column(first)
        for row in self.rows:
            table.add_column(escape(_shown(row[first])), justify="right")
        for column in others:
            table.add_row(column, *(escape(_shown(row[column])) for row in self.rows))
        return table

    def write(self, folder: Path) -> tuple[Path, ...]:
        """Write ``NAME.json`` and, where matplotlib is installed, ``NAME.png`` into ``folder``; return the paths."""
        folder.mkdir(parents=True, exist_ok=True)
        values = folder / f"{self.name}.json"
        values.write_text(json.dumps(self.as_dict(), indent=2) + "\n")
        picture = folder / f"{self.name}.png"
        return (values, picture) if self._draw(picture) else (values,)

    def _draw(self, path: Path) -> bool:
        try:
            import matplotlib as mpl
        except ImportError:
            return False
        mpl.use("Agg")
        from matplotlib import pyplot as plt

        label, length = self.bar
        rows = [row for row in self.rows if isinstance(row[length], int | float)]
        figure, axes = plt.subplots(figsize=(8, 0.4 * len(rows) + 1.2), layout="constrained")
        places = np.arange(len(rows))
        axes.barh(places, [float(row[length] or 0) for row in rows], color="#4477aa")
        axes.set_yticks(places, [str(row[label]) for row in rows])
        axes.invert_yaxis()
        axes.set_xlabel(length)
        axes.set_title(f"reid-app bench {self.name}")
        figure.savefig(path, dpi=90)
        plt.close(figure)
        return True


def side_by_side(
    ways: Mapping[str, Callable[[], object]],
    *,
    rounds: int,
    warm_up: int = 1,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Time several ways to do a thing in turns, so that whatever else the machine does meets all alike.

    On a busy machine only what takes long is interrupted, so that by the wall clock a quick way
    looks better than it is beside a slow one; processor time knows no interruptions.

    Args:
        ways: What to do, by name.
        rounds: How often each is timed.
        warm_up: How often each is done before.
        clock: Seconds, of the wall clock or of processor time.

    Returns:
        The seconds of each round, by name.
    """
    for _ in range(warm_up):
        for do in ways.values():
            do()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, do in ways.items():
            began = clock()
            do()
            seconds[name].append(clock() - began)
    return seconds


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that ``share`` (0..1) of ``values`` do not exceed."""
    return float(np.quantile(np.asarray(values), share))


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """Return the median of the ratios of two lists that were measured in turns."""
    return float(np.median(np.asarray(over) / np.asarray(under)))


def machine() -> dict[str, str]:
    """Say what this machine is."""
    processor = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return {"processor": processor, "cores": f"{os.cpu_count()} cores", "load": f"load {busy:.1f} at the start"}


def _shown(value: Value) -> str:
    match value:
        case None:
            return "-"
        case float():
            return f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}"
        case int():
            return f"{value:,}"
        case _:
            return value
