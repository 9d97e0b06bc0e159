"""Calibration from what a site's operators answered to the matcher's questions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reid_app.config.load import load_site
from reid_app.domain import FloatArray, TrackKey, Verdict
from reid_app.errors import TrainingError
from reid_app.evaluate.calibration import operator_calibration
from reid_app.models import Calibration
from reid_app.records.reader import RecordsReader

_ALL = 1_000_000_000


@dataclass(frozen=True)
class Answers:
    """Similarities that operators judged, all of one embedding model.

    Attributes:
        same: (A,) of what they said is one person.
        different: (B,) of what they said are two.
        model: Hash of the model.
    """

    same: FloatArray
    different: FloatArray
    model: str


def calibrate_site(site: Path, *, far: tuple[float, float] = (0.01, 0.05)) -> Calibration:
    """Calibrate from the records of a site.

    Args:
        site: The site file.
        far: False-accept rates of ``accept`` and ``ask``, among the cases that were doubtful.

    Raises:
        SettingsError: The site file cannot be read.
        RecordsError: There are no records.
        TrainingError: The answers are too few for the rates, or contradict the model.
    """
    file = load_site(site)
    with RecordsReader.open_existing(file.settings.records, file.folder, file.settings.name) as records:
        answers = read_answers(records)
    label = f"{len(answers.same) + len(answers.different)} answers of operators of {file.settings.name}"
    return operator_calibration(answers.same, answers.different, accept_far=far[0], ask_far=far[1], data=label)


def read_answers(records: RecordsReader) -> Answers:
    """Collect the answers that stand, of the model that was asked about last.

    An answer that was taken back does not count, nor does one about another model: its
    similarities say nothing about this one.

    Raises:
        TrainingError: Nothing was answered.
    """
    actions = records.actions(limit=_ALL)
    undone = {action.undoes for action in actions if action.undoes is not None}
    judged: list[tuple[str, float, bool]] = []
    for action in actions:
        if action.kind != "answer" or action.number in undone:
            continue
        track = TrackKey(str(action.data["camera"]), int(str(action.data["number"])))
        asked = [
            one.decision
            for one in records.decisions(track=track, limit=_ALL)
            if one.decision.verdict is Verdict.ASK and one.decision.score is not None
        ]
        if asked:
            newest = asked[-1]
            judged.append((newest.model, float(newest.score or 0.0), bool(action.data["same"])))
    if not judged:
        raise TrainingError("No question of this site was answered yet; calibrate on a data set instead.")
    model = judged[0][0]
    scores = [(score, same) for of, score, same in judged if of == model]
    return Answers(
        np.array([score for score, same in scores if same], np.float32),
        np.array([score for score, same in scores if not same], np.float32),
        model,
    )
