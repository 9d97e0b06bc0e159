"""The decisions that wait for an operator."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from reid_app.domain import Decision, Merge, TrackKey, Verdict
from reid_app.errors import RecordsError
from reid_app.runtime.context import EVERYTHING, SiteContext
from reid_app.runtime.facade import Picture, Question
from reid_app.runtime.people import People

MOST_KEPT = 1000
"""Questions that wait at most; the oldest are given up, their tracks stay identities of their own."""

MOST_SHOWN = 50
"""Questions in one answer."""

_PICTURES = 4


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A decision that waits for an operator.

    Attributes:
        decision: As the matcher took it.
        identity: Number of the identity that the track provisionally got, after all merges.
        candidate: Number of the identity that it may be, after all merges.
    """

    decision: Decision
    identity: int
    candidate: int


class Questions:
    """Follows the decisions: which are left to the operator, and still open.

    A question is open until another decision on that part of the track is taken, or both
    identities are one.

    Args:
        context: The site's parts.
        people: Gives pictures.
    """

    def __init__(self, context: SiteContext, people: People) -> None:
        self._context = context
        self._people = people
        self._lock = threading.Lock()
        self._asked: dict[tuple[TrackKey, int | None], Decision] = {}
        newest_ns = context.records.last_time_ns() or 0
        since_ns = newest_ns - round(context.settings.matcher.identity_seconds * 1e9)
        parts = context.records.parts(since_ns=max(since_ns, 0), limit=EVERYTHING)
        self.learn([part.decision.decision for part in sorted(parts, key=lambda part: part.decision.number)])

    def learn(self, outcomes: Sequence[Decision | Merge]) -> None:
        """Take what was decided."""
        with self._lock:
            for outcome in outcomes:
                if not isinstance(outcome, Decision):
                    continue
                key = (outcome.track, outcome.since_ns)
                self._asked.pop(key, None)
                if outcome.verdict is Verdict.ASK and outcome.runner_up is not None:
                    self._asked[key] = outcome
            while len(self._asked) > MOST_KEPT:
                del self._asked[next(iter(self._asked))]

    @property
    def count(self) -> int:
        """Number of open questions."""
        return len(self._open())

    def find(self, track: TrackKey) -> OpenQuestion:
        """Return the oldest open question about ``track``.

        Raises:
            RecordsError: There is none.
        """
        for question in self._open():
            if question.decision.track == track:
                return question
        raise RecordsError(f"no question about track {track} is open any more; look at the questions again")

    def all(self) -> tuple[Question, ...]:
        """See :meth:`reid_app.runtime.facade.SiteFacade.questions`."""
        self._context.refresh()
        asked = self._open()[:MOST_SHOWN]
        pictures = self._people.pictures({question.candidate for question in asked}, _PICTURES)
        return tuple(self._question(question, pictures[question.candidate]) for question in asked)

    def _open(self) -> list[OpenQuestion]:
        with self._lock:
            asked = list(self._asked.values())
        final = self._context.register.final
        questions = [
            OpenQuestion(decision, final(decision.identity), final(decision.runner_up))
            for decision in asked
            if decision.runner_up is not None
        ]
        return [question for question in questions if question.identity != question.candidate]

    def _question(self, question: OpenQuestion, candidate_pictures: tuple[Picture, ...]) -> Question:
        decision = question.decision
        return Question(
            track=decision.track,
            identity=question.identity,
            candidate=question.candidate,
            score=decision.score or 0.0,
            likelihood=self._people.words(decision.score),
            runner_up=None,
            runner_up_score=None,
            asked_ns=decision.time_ns,
            pictures=self._people.pictures_of_track(decision.track, _PICTURES),
            candidate_pictures=candidate_pictures,
        )
