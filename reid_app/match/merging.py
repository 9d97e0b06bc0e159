"""Merging: two identities that turn out to be one person.

Identities that are alike beyond doubt are merged at once. A likeness between `ask`
and `accept` waits: in the meantime a better match may come, and the order in which
tracks happen to end shall not decide. When an identity has had no news for a while,
or at the end of the run, the most alike pair is merged first, as in agglomerative
clustering (see :func:`~reid_app.match.scoring.linkage`). Who is waiting for whom is
told at any time, so that a picture need not show one person under two numbers.
"""

from __future__ import annotations

import heapq

import numpy as np

from reid_app.domain import NS_PER_S, Merge

from .deciding import SHORTLIST
from .identities import Person
from .scoring import Looks, linkage, similarity
from .state import Glance, State

PATIENCE_NS = 20 * NS_PER_S
"""How long a likely merge waits for something better after the last news of an identity."""

LONGEST_NS = 60 * NS_PER_S
"""...and how long at most after the first: somebody may stand in view for hours."""

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
        self._latest_due: dict[int, int] = {}
        self._queue: list[tuple[int, int]] = []
        self._likest_to: dict[int, tuple[int, float]] = {}

    def consolidate(self, touched: set[int]) -> list[Merge]:
        """Merge the identities in ``touched``, which have news, with those that they surely are.

        Those whose waiting time is over are merged with those that they likely are.
        """
        now_ns = self._state.now_ns
        outcomes = self._merge(touched, self._sure)
        touched = touched | {outcome.kept for outcome in outcomes}
        for number in sorted(touched):
            if number in self._state.book:
                self._due[number] = min(now_ns + PATIENCE_NS, self._latest_due.setdefault(number, now_ns + LONGEST_NS))
                heapq.heappush(self._queue, (self._due[number], number))
        due = set()
        while self._queue and self._queue[0][0] <= now_ns:
            due_ns, number = heapq.heappop(self._queue)
            if self._due.get(number) == due_ns:
                self._forget(number)
                due.add(number)
        return outcomes + self._merge(due, self._likely)

    def conclude(self) -> list[Merge]:
        """Merge all that likely are one person, waiting no longer."""
        due = set(self._due)
        self._queue.clear()
        for number in due:
            self._forget(number)
        return self._merge(due, self._likely)

    def waiting(self) -> dict[int, int]:
        """Return, for each identity that will be merged unless something better comes, with which number.

        The most alike pair counts first, and a group holds together as its merge would.
        """
        state = self._state
        pairs = [
            (score, number, other)
            for number, (other, score) in self._likest_to.items()
            if number in state.book and other in state.book
        ]
        groups: dict[int, list[Person]] = {}
        for _, number, other in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
            one = groups.get(number, [state.book[number]])
            two = groups.get(other, [state.book[other]])
            if one is not two and self._hold_together(one, two):
                joined = sorted([*one, *two], key=lambda person: person.number)
                groups |= {person.number: joined for person in joined}
        return {number: group[0].number for number, group in groups.items() if group[0].number != number}

    def _hold_together(self, one: list[Person], two: list[Person]) -> bool:
        state = self._state
        if any(state.persons_conflict(a, b) for a in one for b in two):
            return False
        tracks = [np.concatenate([state.tracks(person) for person in group]) for group in (one, two)]
        return linkage(tracks[0], tracks[1]) >= self._likely

    def _forget(self, number: int) -> None:
        self._due.pop(number, None)
        self._latest_due.pop(number, None)
        self._likest_to.pop(number, None)

    def _merge(self, numbers: set[int], threshold: float) -> list[Merge]:
        """Merge the most alike pair first, as long as there is one with one of ``numbers`` in it.

        The likest to each that is left waits for its time.
        """
        state = self._state
        outcomes: list[Merge] = []
        glance = Glance(state)
        best = self._likest([state.book[number] for number in sorted(numbers) if number in state.book], glance)
        while found := {number: pair for number, pair in best.items() if pair is not None and pair[1] >= threshold}:
            number = max(sorted(found), key=lambda key: found[key][1])
            other, score = found[number]
            kept, absorbed = sorted((number, other))
            outcomes.append(state.merge(kept, absorbed, score, f"{absorbed} and {kept} look the same"))
            self._forget(absorbed)
            glance.forget(kept, absorbed)
            best.pop(absorbed, None)
            best[kept] = None
            stale = [key for key in best if key == kept or (best[key] or (None,))[0] in {kept, absorbed}]
            best |= self._likest([state.book[key] for key in stale], glance)
        for number, pair in best.items():
            if pair is None:
                self._likest_to.pop(number, None)
            else:
                self._likest_to[number] = pair
        return outcomes

    def _likest(self, people: list[Person], glance: Glance) -> dict[int, tuple[int, float] | None]:
        """The identity that each of ``people`` likely is too, and how alike they are; None where there is none."""
        seen = [(person, looks) for person in people if (looks := glance.looks(person)) is not None]
        found: dict[int, tuple[int, float] | None] = {person.number: None for person in people}
        if seen:
            candidates = self._state.candidates(np.stack([looks.mean for _, looks in seen]), SHORTLIST)
            for (person, looks), others in zip(seen, candidates, strict=True):
                found[person.number] = self._likest_of(person, looks, others, glance)
        return found

    def _likest_of(
        self, person: Person, looks: Looks, others: list[Person], glance: Glance
    ) -> tuple[int, float] | None:
        state = self._state
        best: tuple[int, float] | None = None
        bar = self._likely
        for other in others:
            theirs = glance.looks(other)
            if other is person or theirs is None:
                continue
            if similarity(looks, theirs) < bar or state.persons_conflict(person, other):
                continue
            score = linkage(state.tracks(person), state.tracks(other))
            if score >= bar and (best is None or score > bar):
                best, bar = (other.number, score), score
        return best
