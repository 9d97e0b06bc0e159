"""Merging: two identities that turn out to be one person."""

from __future__ import annotations

from .deciding import SHORTLIST
from .identities import Person
from .scoring import link
from .state import Outcome, State


class Consolidator:
    """Looks for identities that are one person.

    Args:
        state: What the matcher knows.
    """

    def __init__(self, state: State) -> None:
        self._state = state

    def consolidate(self, touched: set[int]) -> list[Outcome]:
        """Merge the identities in ``touched``, which have something new, with those that they are."""
        outcomes: list[Outcome] = []
        waiting = sorted(number for number in touched if number in self._state.book)
        while waiting:
            number = waiting.pop(0)
            if number not in self._state.book:
                continue
            found = self._likest(self._state.book[number])
            if found is not None:
                other, score = found
                kept, absorbed = sorted((number, other))
                outcomes.append(self._state.merge(kept, absorbed, score, f"{absorbed} and {kept} look the same"))
                waiting.insert(0, kept)
        return outcomes

    def _likest(self, person: Person) -> tuple[int, float] | None:
        """The identity that ``person`` is too, and how alike they are; None if there is none."""
        views = self._state.views(person)
        if not len(views):
            return None
        best: tuple[int, float] | None = None
        for other in self._state.candidates(views, SHORTLIST):
            if other is person or self._state.persons_conflict(person, other):
                continue
            theirs = self._state.views(other)
            score = link(views, theirs) if len(theirs) else -1.0
            if score >= self._state.thresholds.accept and (best is None or score > best[1]):
                best = other.number, score
        return best
