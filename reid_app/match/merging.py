"""Merging: two identities that turn out to be one person.

Identities that are alike beyond doubt are merged at once. A likeness between `ask`
and `accept` waits: in the meantime a better match may come, and the order in which
tracks happen to end shall not decide. When an identity has had no news for a while,
or at the end of the run, the most alike pair is merged first, as in agglomerative
clustering (see :func:`~reid_app.match.scoring.linkage`).
"""

from __future__ import annotations

import heapq

from reid_app.domain import NS_PER_S

from .deciding import SHORTLIST
from .identities import Person
from .scoring import linkage, similarity
from .state import Outcome, State

PATIENCE_NS = 20 * NS_PER_S
"""How long a likely merge waits for something better after the last news of an identity."""

LIKELY = 0.4
"""How far from `ask` to `accept` a likeness must be to be merged after waiting."""


class Consolidator:
    """Looks for identities that are one person.

    Args:
        state: What the matcher knows.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._sure = state.thresholds.accept
        self._likely = state.thresholds.ask + LIKELY * (state.thresholds.accept - state.thresholds.ask)
        self._due: dict[int, int] = {}
        self._queue: list[tuple[int, int]] = []

    def consolidate(self, touched: set[int]) -> list[Outcome]:
        """Merge the identities in ``touched``, which have news, with those that they surely are.

        Those whose waiting time is over are merged with those that they likely are.
        """
        now_ns = self._state.now_ns
        outcomes = self._merge(touched, self._sure)
        for number in sorted(touched):
            if number in self._state.book:
                self._due[number] = now_ns + PATIENCE_NS
                heapq.heappush(self._queue, (self._due[number], number))
        due = set()
        while self._queue and self._queue[0][0] <= now_ns:
            due_ns, number = heapq.heappop(self._queue)
            if self._due.get(number) == due_ns:
                del self._due[number]
                due.add(number)
        return outcomes + self._merge(due, self._likely)

    def conclude(self) -> list[Outcome]:
        """Merge all that likely are one person, waiting no longer."""
        due = set(self._due)
        self._due.clear()
        self._queue.clear()
        return self._merge(due, self._likely)

    def _merge(self, numbers: set[int], threshold: float) -> list[Outcome]:
        """Merge the most alike pair first, as long as there is one with one of ``numbers`` in it."""
        state = self._state
        outcomes: list[Outcome] = []
        best = {number: self._likest(state.book[number], threshold) for number in numbers if number in state.book}
        while found := {number: pair for number, pair in best.items() if pair is not None}:
            number = max(sorted(found), key=lambda key: found[key][1])
            other, score = found[number]
            kept, absorbed = sorted((number, other))
            outcomes.append(state.merge(kept, absorbed, score, f"{absorbed} and {kept} look the same"))
            best.pop(absorbed, None)
            best[kept] = None
            for key in best:
                if key == kept or (best[key] or (None,))[0] in {kept, absorbed}:
                    best[key] = self._likest(state.book[key], threshold)
        return outcomes

    def _likest(self, person: Person, threshold: float) -> tuple[int, float] | None:
        """The identity that ``person`` is too, and how alike they are; None if there is none."""
        state = self._state
        looks = state.looks(person)
        if looks is None:
            return None
        best: tuple[int, float] | None = None
        bar = threshold
        for other in state.candidates(looks.mean[None], SHORTLIST):
            theirs = state.looks(other)
            if other is person or theirs is None:
                continue
            if similarity(looks, theirs) < bar or state.persons_conflict(person, other):
                continue
            score = linkage(state.tracks(person), state.tracks(other))
            if score >= bar and (best is None or score > bar):
                best, bar = (other.number, score), score
        return best
