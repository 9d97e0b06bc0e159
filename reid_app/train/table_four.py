"""``python -m reid_app.train.table_four``: every row of Table IV with one budget.

At full width the table is a matter for a GPU. Reduced in width, input and budget, the
same for all rows, it can show the order of the rows, not the paper's figures.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from reid_app.errors import ReidAppError, TrainingError
from reid_app.train import Outcome, train


def train_rows(configs: Path, out: Path, *, width: float, images: int, hold_out: int) -> dict[str, Outcome]:
    """Train every ``table4-*.yaml`` in ``configs`` with the same reductions.

    Rows that have finished before are resumed, which ends at once.

    Args:
        configs: Folder of the configurations.
        out: Folder that gets one folder a row.
        width: Factor on every channel count.
        images: Pictures seen in each run.
        hold_out: People kept for the figures.

    Returns:
        The outcome of each row by name of its configuration.

    Raises:
        TrainingError: There is no such configuration, or one cannot be trained.
    """
    rows = sorted(configs.glob("table4-*.yaml"))
    if not rows:
        raise TrainingError(f"{configs} has no table4-*.yaml; point --configs at configs/train.")
    outcomes = {}
    for row in rows:
        folder = out / row.stem
        changes = {
            "out": str(folder),
            "hold_out": hold_out,
            "network.width": width,
            "network.height": 131,
            "network.width_px": 63,
            "network.reduced_roi": True,
            "budget.images": images,
            "optimiser.rate": 1e-3,
            "optimiser.warmup": 100,
            "optimiser.ema": 0.99,
        }
        outcomes[row.stem] = train(row, resume=(folder / "checkpoint.pt").is_file(), overrides=changes)
    return outcomes


def main(arguments: list[str] | None = None) -> int:
    """Train the rows and print their figures; 0 fine, else the exit code of the error."""
    parser = argparse.ArgumentParser(prog="python -m reid_app.train.table_four", description=__doc__)
    parser.add_argument("--configs", type=Path, default=Path("configs/train"))
    parser.add_argument("--out", type=Path, default=Path("runs/table-four"))
    parser.add_argument("--width", type=float, default=0.25)
    parser.add_argument("--images", type=int, default=60_000, help="pictures seen in each run")
    parser.add_argument("--hold-out", type=int, default=100, help="people that the figures are measured on")
    chosen = parser.parse_args(arguments)
    try:
        outcomes = train_rows(
            chosen.configs, chosen.out, width=chosen.width, images=chosen.images, hold_out=chosen.hold_out
        )
    except ReidAppError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    for name, outcome in outcomes.items():
        figures = "  ".join(f"{figure} {value:.3f}" for figure, value in outcome.figures.items())
        sys.stdout.write(f"{name}  {figures}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
