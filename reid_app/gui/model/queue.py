"""The questions that wait for the operator, in the order in which they are put."""

from __future__ import annotations

from collections.abc import Iterable

from reid_app.domain import TrackKey
from reid_app.runtime.facade import Question


class Queue:
    """Open questions; one that was put off comes last, one that was answered does not come back at once."""

    def __init__(self) -> None:
        self._questions: list[Question] = []
        self._put_off: list[TrackKey] = []
        self._answered: set[TrackKey] = set()

    def __len__(self) -> int:
        """Number of questions that wait."""
        return len(self._questions)

    @property
    def current(self) -> Question | None:
        """The question to put now."""
        return self._questions[0] if self._questions else None

    def take(self, questions: Iterable[Question]) -> None:
        """Take over the site's open questions; those whose answer is under way stay hidden."""
        open_ones = [question for question in questions if question.track not in self._answered]
        ranks = {track: rank for rank, track in enumerate(self._put_off, 1)}
        self._questions = sorted(open_ones, key=lambda question: ranks.get(question.track, 0))

    def answered(self, track: TrackKey) -> None:
        """Drop a question whose answer is on its way to the site."""
        self._answered.add(track)
        self._questions = [question for question in self._questions if question.track != track]

    def settled(self) -> None:
        """Note that no answer is under way: what the site asks now is put again (after an undo, for example)."""
        self._answered.clear()

    def put_off(self) -> None:
        """Put the current question to the end."""
        if self._questions:
            first = self._questions.pop(0)
            self._questions.append(first)
            self._put_off = [track for track in self._put_off if track != first.track] + [first.track]
