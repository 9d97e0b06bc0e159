"""The match log: one row for each continuous presence of an identity in a camera.

docs/match-log.md describes the columns for whoever reads the files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from reid_app.domain import NS_PER_S, Verdict, iso, likelihood
from reid_app.records.parts import Span
from reid_app.records.reader import RecordsReader
from reid_app.records.values import Part


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of the records is exported; None is no limit.

    Attributes:
        identity: One identity, with those merged into it.
        since_ns: Seen at or after.
        until_ns: Seen at or before.
        run: Number of a run.
    """

    identity: int | None = None
    since_ns: int | None = None
    until_ns: int | None = None
    run: int | None = None

    @property
    def span(self) -> Span:
        """The same for a query of parts."""
        return Span(identity=self.identity, since_ns=self.since_ns, until_ns=self.until_ns, run=self.run)


@dataclass(frozen=True, slots=True)
class MatchRow:
    """One row of the match log; the fields are its columns, in this order."""

    identity: int
    name: str
    camera: str
    track: int
    first: str
    last: str
    seconds: float
    first_frame: int
    last_frame: int
    frames: int
    detection_score: float
    verdict: str
    likelihood: str
    score: float | None
    runner_up: int | None
    runner_up_score: float | None
    accept: float
    ask: float
    margin: float
    decided: str
    reason: str
    operator_action: int | None
    run: int
    model: str


COLUMNS = tuple(field.name for field in fields(MatchRow))
"""Names of the columns, in order."""


def match_rows(records: RecordsReader, selection: Selection) -> Iterator[MatchRow]:
    """Yield the rows of the match log in order of time, in flat memory.

    Raises:
        RecordsError: The records cannot be read.
    """
    names: dict[int, str] = {}
    for part in records.iter_parts(selection.span):
        if part.identity not in names:
            names[part.identity] = records.identity(part.identity).name
        yield _row(part, names[part.identity])


def _row(part: Part, name: str) -> MatchRow:
    decision = part.decision.decision
    thresholds = decision.thresholds
    # The score of somebody new is that to the nearest other person: no word for "how sure" fits it.
    sure = "" if decision.verdict is Verdict.NEW else likelihood(decision.score, thresholds).value
    if decision.verdict is Verdict.CONFIRMED:
        sure = "certain"
    return MatchRow(
        identity=part.identity,
        name=name,
        camera=part.track.camera,
        track=part.track.number,
        first=iso(part.first_ns),
        last=iso(part.last_ns),
        seconds=round((part.last_ns - part.first_ns) / NS_PER_S, 3),
        first_frame=part.first_frame + 1,
        last_frame=part.last_frame + 1,
        frames=part.frames,
        detection_score=round(part.best_score, 4),
        verdict=decision.verdict.value,
        likelihood=sure,
        score=_rounded(decision.score),
        runner_up=decision.runner_up,
        runner_up_score=_rounded(decision.runner_up_score),
        accept=round(thresholds.accept, 4),
        ask=round(thresholds.ask, 4),
        margin=round(thresholds.margin, 4),
        decided=iso(decision.time_ns),
        reason=decision.reason,
        operator_action=part.decision.action,
        run=part.run,
        model=decision.model,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
