"""Who was taken for whom: people of the truth against identities of a log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from reid_app.errors import SettingsError
from reid_app.evaluate.mot_files import read_log, read_truth
from reid_app.evaluate.tracking import OVERLAP, iou


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """How often each person was seen under each identity, all cameras together.

    Attributes:
        people: (P,) identities of the truth, ascending.
        identities: (I,) identities of the log, ascending.
        boxes: (P, I) number of boxes of the truth with a box of the log on them.
    """

    people: NDArray[np.int64]
    identities: NDArray[np.int64]
    boxes: NDArray[np.int64]

    def between(self, first: int, second: int) -> float:
        """Return the share of the boxes of two people that bear an identity which is rather that of the other one.

        An identity that both bear is that of the person who has more boxes with it. 0 is never
        confused; 0.5 is one identity for both, or a coin thrown for every box.

        Raises:
            SettingsError: One of them is not in the truth.
        """
        boxes = self.boxes[[self._row(first), self._row(second)]]
        total = int(boxes.sum())
        return int(boxes.min(axis=0).sum()) / total if total else 0.0

    def _row(self, person: int) -> int:
        found = np.flatnonzero(self.people == person)
        if not len(found):
            raise SettingsError(f"there is no person {person} in the truth; it has {', '.join(map(str, self.people))}")
        return int(found[0])


def confusion(truth_dir: Path, log_dir: Path) -> Confusion:
    """Compare a log in MOT format with truth.

    Args:
        truth_dir: As :func:`reid_app.evaluate.tracking.score` takes it.
        log_dir: As the export format ``mot`` writes it.

    Raises:
        SettingsError: A file is missing or not as it should be.
    """
    counts: dict[tuple[int, int], int] = {}
    people: set[int] = set()
    identities: set[int] = set()
    for truth in read_truth(truth_dir):
        log = read_log(log_dir, truth.camera)
        people.update(truth.boxes.identities.tolist())
        identities.update(log.identities.tolist())
        for frame in np.unique(log.frames):
            there, seen = truth.boxes.keep(truth.boxes.frames == frame), log.keep(log.frames == frame)
            overlaps = iou(there.xywh, seen.xywh)
            matched = linear_sum_assignment(np.where(overlaps >= OVERLAP, -1 - overlaps, 0.0))
            for row, column in zip(*matched, strict=True):
                if overlaps[row, column] >= OVERLAP:
                    key = int(there.identities[row]), int(seen.identities[column])
                    counts[key] = counts.get(key, 0) + 1
    rows, columns = sorted(people), sorted(identities)
    boxes = np.zeros((len(rows), len(columns)), np.int64)
    for (person, identity), count in counts.items():
        boxes[rows.index(person), columns.index(identity)] = count
    return Confusion(np.array(rows, np.int64), np.array(columns, np.int64), boxes)
