"""Who looks like whom, for people to judge; nothing is decided here."""

from __future__ import annotations

from heapq import nlargest

from reid_app.domain import FloatArray

from .scoring import Looks, look_of, similarity
from .state import State

SHORTLIST = 256
"""Rows of the gallery near a look that are followed to their identities."""


def alike(state: State, number: int, k: int) -> list[tuple[int, float]]:
    """Return the ``k`` identities most like ``number`` that can be the same person, best first."""
    if number not in state.book:
        return []
    person = state.book[number]
    mine = state.looks(person)
    if mine is None:
        return []
    others = [
        other
        for other in state.candidates(mine.mean[None], SHORTLIST)[0]
        if other is not person and not state.persons_conflict(person, other)
    ]
    return _best({other.number: state.looks(other) for other in others}, mine, k)


def rank(state: State, vector: FloatArray, k: int) -> list[tuple[int, float]]:
    """Return the ``k`` identities most like the look ``vector`` (D,), best first."""
    people = state.candidates(vector[None], SHORTLIST)[0]
    return _best({person.number: state.looks(person) for person in people}, look_of(vector), k)


def _best(looks: dict[int, Looks | None], mine: Looks, k: int) -> list[tuple[int, float]]:
    scored = [(number, similarity(mine, theirs)) for number, theirs in looks.items() if theirs is not None]
    return nlargest(k, scored, key=lambda pair: (pair[1], -pair[0]))
