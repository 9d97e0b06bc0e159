"""Joint assignment: several tracks at once, each to an identity or to nobody known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

FORBIDDEN = -1e6
"""Value of a pair that cannot be."""


def assign(values: NDArray[np.float64], alone: NDArray[np.float64], clash: NDArray[np.bool_]) -> list[int | None]:
    """Give rows to columns so that the sum of values is greatest.

    Rows that clash never share a column; rows that do not may.

    Args:
        values: (N, M) gain of giving row to column; :data:`FORBIDDEN` where it cannot be.
        alone: (N,) gain of giving a row to none of the columns.
        clash: (N, N) symmetric; rows that must not share a column.

    Returns:
        For each row the column, or None.
    """
    rows, columns = values.shape
    own = np.full((rows, rows), FORBIDDEN)
    np.fill_diagonal(own, alone)
    chosen_rows, chosen = linear_sum_assignment(np.hstack([values, own]), maximize=True)
    given: list[int | None] = [None] * rows
    for row, column in zip(chosen_rows, chosen, strict=True):
        if column < columns and values[row, column] > FORBIDDEN:
            given[row] = int(column)
    # One row per column was more than asked for: rows that do not clash may share one.
    for row in range(rows):
        mine = given[row]
        best = float(alone[row]) if mine is None else float(values[row, mine])
        for column in range(columns):
            held = any(taken == column and clash[row, other] for other, taken in enumerate(given))
            if values[row, column] > best and not held:
                given[row], best = column, float(values[row, column])
    return given
