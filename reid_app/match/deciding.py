"""Deciding on tracks: who is due, whom they can be, and the joint choice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reid_app.domain import NS_PER_S, Decision, Verdict

from .assignment import FORBIDDEN, assign
from .identities import Person
from .parts import Part
from .scoring import look_of, similarity
from .state import Glance, Outcome, State

HYSTERESIS = 0.08
"""How much better another identity must fit before a decision is revised."""

CONTINUITY = 0.15
"""What it adds to a likeness of at least `ask` that a track begins where that person was just lost."""

_JUST = 1e-3
"""Gain of an expected identity that is alike enough, where the likeness alone would be too little."""

LEAST_SECONDS = 1.0
"""A track seen for less makes no identity of its own: it stays undecided unless it fits a known one."""

LEAST_LOOKS = 2
"""A track with fewer looks makes no identity of its own."""

LEAST_CONFIDENCE = 0.45
"""A track that the detector doubts more, on average, makes no identity of its own: it is a thing or a sliver."""

SHORTLIST = 96
"""Rows of the gallery that are looked at to find the identities worth comparing."""


@dataclass(slots=True, eq=False)
class Choice:
    """A part that is to be decided on, and whom it is compared with.

    Attributes:
        part: The part.
        scores: Cosine to each identity that it can be, by number.
        expected: Number of the identity that was lost where the part begins, if it is alike enough.
        chosen: Number of the identity that it is assigned to; None for none of them.
    """

    part: Part
    scores: dict[int, float]
    expected: int | None = None
    chosen: int | None = None

    def fit(self, number: int) -> float:
        """How well an identity fits: its score, and more if it is expected here."""
        return self.scores[number] + (CONTINUITY if number == self.expected else 0.0)


class Decider:
    """Decides on the tracks of one camera at a time.

    Args:
        state: What the matcher knows.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._wait_ns = round(state.settings.evidence_seconds * NS_PER_S)

    def cameras_due(self) -> list[str]:
        """Cameras of the parts that have something new to weigh, in order of name."""
        return sorted({part.camera for part in self._state.watch if self._is_due(part)})

    def decide(self, camera: str, touched: set[int]) -> list[Outcome]:
        """Decide on the parts of ``camera`` that have evidence; add to ``touched`` the identities concerned."""
        parts = [part for part in self._state.watch if part.camera == camera and self._is_open(part)]
        free = {part.key for part in parts}
        if not parts:
            return []
        glance = Glance(self._state)
        candidates = self._state.candidates(np.stack([part.evidence.mean for part in parts]), SHORTLIST)
        choices = []
        for part, people in zip(parts, candidates, strict=True):
            part.fresh = False
            mine = look_of(part.evidence.mean)
            scores = {
                person.number: similarity(mine, looks)
                for person in people
                if (looks := glance.looks(person, part)) is not None and not self._state.conflict(part, person, free)
            }
            expected = self._state.expected(part)
            if expected is not None and scores.get(expected, -1.0) < self._state.thresholds.ask:
                expected = None
            choices.append(Choice(part, scores, expected))
        clash = np.array([[other.key in part.beside for other in parts] for part in parts], bool)
        self._choose(choices, clash.reshape(len(parts), len(parts)))
        return self._carry_out(choices, touched)

    def _is_due(self, part: Part) -> bool:
        if part.identity is not None:
            return part.fresh
        return (part.fresh or part.closed_ns is not None) and self._is_ready(part)

    def _is_open(self, part: Part) -> bool:
        """Whether ``part`` takes part in the assignment."""
        return bool(part.evidence) and not part.fixed and (part.identity is not None or self._is_ready(part))

    def _is_ready(self, part: Part) -> bool:
        """Whether ``part`` has evidence enough, or will get no more."""
        if part.first_look_ns is None:
            return False
        return (
            part.closed_ns is not None
            or part.evidence.count >= self._state.settings.evidence_crops
            or self._state.now_ns - part.first_look_ns >= self._wait_ns
        )

    def _choose(self, choices: list[Choice], clash: NDArray[np.bool_]) -> None:
        """Assign jointly: the greatest sum of how far each is above the threshold."""
        accept = self._state.thresholds.accept
        columns = sorted({number for choice in choices for number in choice.scores})
        place = {number: column for column, number in enumerate(columns)}
        values = np.full((len(choices), len(columns)), FORBIDDEN)
        alone = np.zeros(len(choices))
        for row, choice in enumerate(choices):
            mine = choice.part.identity
            for number in choice.scores:
                gain = choice.fit(number) - accept + (HYSTERESIS if number == mine else 0.0)
                if number == choice.expected:
                    gain = max(gain, _JUST)
                if gain >= 0:
                    values[row, place[number]] = gain
            if mine is not None and self._state.is_alone(choice.part):
                alone[row] = HYSTERESIS
        for row, column in enumerate(assign(values, alone, clash)):
            choices[row].chosen = None if column is None else columns[column]
        for row, choice in enumerate(choices):
            if choice.part.identity is None and choice.chosen is not None:
                taken = {choices[o].chosen for o in np.flatnonzero(clash[row])}
                if self._is_contested(choice, {number for number in taken if number is not None}):
                    choice.chosen = None

    def _is_contested(self, choice: Choice, taken: set[int]) -> bool:
        """Whether another person fits nearly as well.

        Identities that were given to tracks beside this one do not count, nor do those
        that may be the same person as the chosen one.
        """
        assert choice.chosen is not None
        best = choice.fit(choice.chosen)
        return any(
            best - choice.fit(number) < self._state.thresholds.margin
            for number in choice.scores
            if number != choice.chosen and number not in taken and not self._may_be_same(choice.chosen, number)
        )

    def _may_be_same(self, one: int, other: int) -> bool:
        first, second = self._state.book[one], self._state.book[other]
        if self._state.persons_conflict(first, second):
            return False
        looks, others = self._state.looks(first), self._state.looks(second)
        if looks is None or others is None:
            return False
        return similarity(looks, others) >= self._state.thresholds.ask

    def _carry_out(self, choices: list[Choice], touched: set[int]) -> list[Outcome]:
        state = self._state
        outcomes: list[Outcome] = []
        moving = []
        for choice in choices:
            part = choice.part
            if part.identity is None:
                moving.append(choice)
                continue
            touched.add(part.identity)
            if choice.chosen != part.identity and (choice.chosen is not None or not state.is_alone(part)):
                moving.append(choice)
                if not state.is_alone(part):
                    state.release(part)  # first of all, so that two can change places
        for choice in moving:
            part, old = choice.part, choice.part.identity
            person = None if choice.chosen is None or choice.chosen not in state.book else state.book[choice.chosen]
            if person is not None and state.conflict(part, person):
                person = None
            if old is not None and state.is_alone(part):
                if person is not None:
                    score = choice.scores[person.number]
                    kept, absorbed = sorted((old, person.number))
                    outcomes.append(state.merge(kept, absorbed, score, f"the track of {absorbed} looks like {kept}"))
                    touched.add(kept)
                continue
            decision = self._decide_one(choice, person)
            if decision is not None:
                outcomes.append(decision)
                touched.add(decision.identity)
        return outcomes

    def _decide_one(self, choice: Choice, person: Person | None) -> Decision | None:
        """Give one part to ``person``, or to nobody known; None if it has to wait."""
        state, part, old = self._state, choice.part, choice.part.identity
        chosen = None if person is None else person.number
        rival = max(
            ((number, score) for number, score in choice.scores.items() if number not in {chosen, old}),
            key=lambda pair: (pair[1], -pair[0]),
            default=None,
        )
        if person is not None:
            score = choice.scores[person.number]
            if old is None:
                reason = f"looks like {person.number}"
                if choice.expected == chosen and score < state.thresholds.accept:
                    reason = f"begins where {chosen} was lost, and looks like them"
                return state.give(part, person, Verdict.ACCEPTED, reason, score, rival)
            reason = f"with more looks it is rather {person.number} than {old}"
            return state.give(part, person, Verdict.REVISED, reason, score, rival)
        if not self._is_solid(part):
            if old is not None:
                state.book[old].parts.add(part.key)
            return None
        best = None if rival is None else rival[1]
        new = state.book.create(state.now_ns)
        if old is not None:
            reason = f"with more looks it is not {old}"
            return state.give(part, new, Verdict.REVISED, reason, best, rival)
        if rival is not None and rival[1] >= state.thresholds.ask:
            return state.give(part, new, Verdict.ASK, f"may be {rival[0]}, not certain", best, rival)
        return state.give(part, new, Verdict.NEW, "looks like nobody known", best, rival)

    def _is_solid(self, part: Part) -> bool:
        """Whether ``part`` is worth an identity of its own."""
        return (
            part.seconds >= LEAST_SECONDS and part.evidence.count >= LEAST_LOOKS and part.confidence >= LEAST_CONFIDENCE
        )
