"""What the matcher knows at a moment, and the few ways in which that changes."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from reid_app.config import MatcherSettings
from reid_app.domain import NS_PER_S, Decision, FloatArray, Merge, Thresholds, TrackKey, Verdict

from .constraints import Geography
from .evidence import Evidence
from .gallery import Gallery
from .identities import IdentityBook, Person
from .parts import Part, PartKey
from .scoring import Looks
from .watch import Watch

Outcome = Decision | Merge

SLIP = 0.6
"""A track goes on with another person where its looks are less like it than this share of `ask`: that a tracker
follows one person is the rule, and single looks are less alike than the means of tracks that `ask` is for."""

_NOBODY: Collection[PartKey] = ()


class State:
    """Watched parts, identities, constraints, and the time.

    Args:
        settings: Of the matcher.
        thresholds: In force.
        gallery: Empty.

    Attributes:
        settings: As given.
        thresholds: As given.
        geography: What the site file says of its cameras.
        watch: The parts of tracks that are watched.
        book: The identities.
        now_ns: Stream time.
    """

    def __init__(self, settings: MatcherSettings, thresholds: Thresholds, gallery: Gallery) -> None:
        self.settings = settings
        self.thresholds = thresholds
        self.geography = Geography(settings)
        self.watch = Watch(lambda: Evidence(SLIP * thresholds.ask))
        self.book = IdentityBook(gallery, settings.views_per_identity, round(settings.identity_seconds * NS_PER_S))
        self.now_ns = 0
        self._gallery = gallery

    def looks(self, person: Person, without: Part | None = None) -> Looks | None:
        """What ``person`` looks like, by the tracks in the gallery and those that are watched; None without any.

        Where a part is given to compare with, its own look is left out, and those of
        parts seen beside it: they are somebody else.
        """
        total, tracks = person.total, person.tracks
        for key in sorted(person.parts):
            part = self.watch[key]
            if part.evidence and (without is None or (part is not without and key not in without.beside)):
                total, tracks = total + part.evidence.mean, tracks + 1
        return Looks(total / np.float32(tracks), tracks) if tracks else None

    def tracks(self, person: Person) -> FloatArray:
        """Means (K, D) of the tracks of ``person``, as far as they are kept, and of those that are watched."""
        live = [self.watch[key].evidence for key in sorted(person.parts)]
        means = [view.vector for view in person.views if view.weight > 0]
        return np.stack([*means, *(evidence.mean for evidence in live if evidence)])

    def candidates(self, vectors: FloatArray, rows: int) -> list[list[Person]]:
        """Identities near each of ``vectors`` (N, D) in the gallery, and all that have live parts, by number."""
        live = {part.identity for part in self.watch if part.identity is not None}
        return [[self.book[number] for number in sorted(near | live)] for near in self.book.nearest(vectors, rows)]

    def is_alone(self, part: Part) -> bool:
        """Whether ``part`` is all that is known of its identity."""
        if part.identity is None:
            return False
        person = self.book[part.identity]
        return not person.views and person.parts == {part.key}

    def expected(self, part: Part) -> int | None:
        """The identity that was lost where ``part`` begins; None if there is none, or it is not decided."""
        return part.heir_of if part.follows is None else self.watch[part.follows].identity

    def conflict(self, part: Part, person: Person, free: Collection[PartKey] = _NOBODY) -> bool:
        """Whether ``part`` cannot be ``person``.

        Args:
            part: A part.
            person: An identity, its own one or another.
            free: Parts that may still be given to somebody else.
        """
        others = person.parts - {part.key}
        if any(key in part.beside and key not in free for key in others):
            return True
        if person.number != part.identity:
            if person.number in part.against:
                return True
            if part.identity is not None and self.is_alone(part) and self.book.apart(part.identity, person.number):
                return True
        if not self.geography.is_known:
            return False
        return person.whereabouts.conflict(self.geography, part.camera, part.stay) or any(
            self.geography.conflict(part.camera, part.stay, other.camera, other.stay)
            for other in (self.watch[key] for key in others)
        )

    def persons_conflict(self, one: Person, other: Person) -> bool:
        """Whether two identities cannot be one person."""
        return (
            self.book.apart(one.number, other.number)
            or any(self.conflict(self.watch[key], other) for key in one.parts)
            or any(self.conflict(self.watch[key], one) for key in other.parts)
            or one.whereabouts.conflicts(self.geography, other.whereabouts)
        )

    def release(self, part: Part) -> None:
        """Take ``part`` out of its identity; :meth:`give` follows."""
        if part.identity is not None:
            self.book[part.identity].parts.discard(part.key)

    def give(
        self,
        part: Part,
        person: Person,
        verdict: Verdict,
        reason: str,
        score: float | None = None,
        rival: tuple[int, float] | None = None,
    ) -> Decision:
        """Give ``part`` to ``person`` and say so; ``rival`` is the best other identity and its score."""
        previous = part.identity
        self.release(part)
        part.identity = part.owner = person.number
        part.verdict = verdict
        person.parts.add(part.key)
        return self.decision(part.key.track, part.since_ns, person.number, verdict, reason, previous, score, rival)

    def decision(
        self,
        track: TrackKey,
        since_ns: int | None,
        identity: int,
        verdict: Verdict,
        reason: str,
        previous: int | None = None,
        score: float | None = None,
        rival: tuple[int, float] | None = None,
    ) -> Decision:
        """Write down a decision taken now."""
        return Decision(
            track=track,
            time_ns=self.now_ns,
            verdict=verdict,
            identity=identity,
            score=score,
            runner_up=None if rival is None else rival[0],
            runner_up_score=None if rival is None else rival[1],
            thresholds=self.thresholds,
            model=self._gallery.model,
            previous=previous,
            reason=reason,
            since_ns=since_ns,
        )

    def merge(self, kept: int, absorbed: int, score: float | None, reason: str) -> Merge:
        """Make two identities one."""
        parts = [self.watch[key] for key in self.book[absorbed].parts]
        self.book.merge(kept, absorbed)
        for part in parts:
            part.identity = kept
        for part in self.watch:
            if absorbed in part.against:
                part.against.remove(absorbed)
                part.against.add(kept)
            if part.heir_of == absorbed:
                part.heir_of = kept
        return Merge(kept, absorbed, self.now_ns, score, reason)

    def undo_merge(self, kept: int, absorbed: int, reason: str) -> Merge:
        """Make one identity two again."""
        person = self.book.undo_merge(kept, absorbed)
        owners = person.owners
        person.parts = {part.key for part in self.watch if part.identity == kept and part.owner in owners}
        for key in person.parts:
            self.watch[key].identity = absorbed
        self.book[kept].parts -= person.parts
        return Merge(kept, absorbed, self.now_ns, None, reason, undone=True)

    def fold(self, part: Part) -> None:
        """Stop watching ``part``: what it showed goes to its identity; without one it is forgotten."""
        beside = self.watch.drop(part)
        if part.identity is None:
            return
        person = self.book[part.identity]
        person.parts.discard(part.key)
        if part.evidence:
            owner = person.number if part.owner is None else part.owner
            self.book.add_track(person, part.key.track, owner, part.evidence)
        person.whereabouts.add(part.camera, part.stay)
        for other in beside:
            other.against.add(person.number)
        for number in sorted(part.against):
            self.book.seen_beside(person.number, number)

    def expire(self) -> None:
        """Let identities go that were not seen for long."""
        earliest_ns = min((part.first_ns for part in self.watch), default=self.now_ns)
        gone = self.book.expire(self.now_ns, earliest_ns - self.geography.longest_walk_ns)
        for part in self.watch if gone else ():
            part.against.difference_update(gone)


class Glance:
    """Looks at people of whom nothing changes meanwhile, so that each has to be looked at once.

    Args:
        state: What the matcher knows.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._looks: dict[int, Looks | None] = {}

    def looks(self, person: Person, without: Part | None = None) -> Looks | None:
        """See :meth:`State.looks`."""
        if without is not None and any(key == without.key or key in without.beside for key in person.parts):
            return self._state.looks(person, without)
        if person.number not in self._looks:
            self._looks[person.number] = self._state.looks(person)
        return self._looks[person.number]

    def forget(self, *numbers: int) -> None:
        """Take that these people have changed."""
        for number in numbers:
            self._looks.pop(number, None)
