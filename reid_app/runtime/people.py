"""What is known of one identity: pictures, where it was, who else it may be."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from reid_app.domain import NS_PER_S, Identity, Likelihood, TrackKey, likelihood
from reid_app.records.values import Part, RecordedSighting
from reid_app.runtime.board import sureness
from reid_app.runtime.context import EVERYTHING, SiteContext
from reid_app.runtime.facade import Candidate, Person, Picture, Presence

MOST_PICTURES = 12
"""Pictures of one person: of its newest presences, the best of each."""

MOST_CANDIDATES = 5
"""Other identities that are proposed for one."""

PICTURES_OF_CANDIDATE = 3
"""Pictures of an identity that is proposed or found."""

_REMEMBERED = 4096
"""Presences that are over of which the best sightings are remembered: these do not change."""


class People:
    """Answers questions about identities from the records and the gallery.

    Args:
        context: The site's parts.
    """

    def __init__(self, context: SiteContext) -> None:
        self._context = context
        self._records = context.records
        self._best: OrderedDict[tuple[TrackKey, int, int, int], tuple[RecordedSighting, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def person(self, identity: int) -> Person:
        """See :meth:`reid_app.runtime.facade.SiteFacade.person`."""
        self._context.refresh()
        number = self._context.register.final(identity)
        alike = self._context.matcher.alike(number, MOST_CANDIDATES)
        known = self._known([number, *(other for other, _ in alike)])
        parts = self._records.parts(number, limit=EVERYTHING)
        likely = [
            part
            for other, into in self._context.matcher.waiting().items()
            if into == number
            for part in self._records.parts(other, limit=EVERYTHING)
        ]
        annotation = self._records.annotation(number)
        return Person(
            identity=known.get(number) or self._records.identity(number),
            pictures=self._pictures(parts),
            trail=_in_order(
                [*_presences(parts), *(replace(one, likelihood=Likelihood.LIKELY) for one in _presences(likely))]
            ),
            candidates=self._candidates(alike, known),
            note=annotation.note,
            tags=annotation.tags,
        )

    def presences(self, identity: int | None, since_ns: int, until_ns: int) -> tuple[Presence, ...]:
        """See :meth:`reid_app.runtime.facade.SiteFacade.presences`."""
        self._context.refresh()
        return _presences(self._records.parts(identity, since_ns=since_ns, until_ns=until_ns, limit=EVERYTHING))

    def candidates(self, scored: Sequence[tuple[int, float]]) -> tuple[Candidate, ...]:
        """Return identities, given by number and score, with their pictures; those without a track are left out."""
        return self._candidates(scored, self._known([number for number, _ in scored]))

    def _known(self, numbers: Sequence[int]) -> dict[int, Identity]:
        """Return those of ``numbers`` that are on record: whoever got one a moment ago is not yet."""
        return {one.number: one for one in self._records.identities_of(numbers)}

    def _candidates(self, scored: Sequence[tuple[int, float]], known: Mapping[int, Identity]) -> tuple[Candidate, ...]:
        seen = [(number, score) for number, score in scored if number in known and known[number].tracks]
        pictures = self.pictures([number for number, _ in seen], PICTURES_OF_CANDIDATE)
        return tuple(Candidate(known[number], score, self.words(score), pictures[number]) for number, score in seen)

    def words(self, score: float | None) -> Likelihood:
        """Say a score in words."""
        return likelihood(score, self._context.matcher.thresholds)

    def pictures(self, numbers: Collection[int], most: int) -> dict[int, tuple[Picture, ...]]:
        """Return the best pictures of identities, given by final numbers, best first."""
        newest = self._records.newest_parts(numbers, most)
        return {number: self._pictures(parts, most) for number, parts in newest.items()}

    def pictures_of_track(self, track: TrackKey, most: int = 4) -> tuple[Picture, ...]:
        """Return the best pictures of a track, best first."""
        return _as_pictures(self._records.best_sightings(track, limit=most))

    def _pictures(self, parts: Sequence[Part], most: int = MOST_PICTURES) -> tuple[Picture, ...]:
        newest = parts[-most:]
        each = -(-most // max(len(newest), 1))
        found = [sighting for part in newest for sighting in self._best_of(part, each)]
        return _as_pictures(sorted(found, key=lambda sighting: (-sighting.quality, -sighting.time_ns))[:most])

    def _best_of(self, part: Part, most: int) -> tuple[RecordedSighting, ...]:
        key = (part.track, part.first_ns, part.last_ns, most)
        with self._lock:
            known = self._best.get(key)
        if known is not None:
            return known
        best = self._records.best_sightings(part.track, limit=most, since_ns=part.first_ns, until_ns=part.last_ns)
        # The last looks of a track that is over may still be on their way to the records for a moment.
        if part.ended and part.last_ns < self._context.now_ns() - NS_PER_S:
            with self._lock:
                self._best[key] = best
                while len(self._best) > _REMEMBERED:
                    self._best.popitem(last=False)
        return best


def _as_pictures(sightings: Sequence[RecordedSighting]) -> tuple[Picture, ...]:
    return tuple(
        Picture(sighting.thumbnail, sighting.track, sighting.time_ns, sighting.quality)
        for sighting in sightings
        if sighting.thumbnail is not None
    )


def _presences(parts: Sequence[Part]) -> tuple[Presence, ...]:
    return _in_order(
        Presence(
            track=part.track,
            identity=part.identity,
            first_ns=part.first_ns,
            last_ns=part.last_ns,
            live=not part.ended,
            verdict=part.decision.decision.verdict,
            score=part.decision.decision.score,
            likelihood=sureness(part.decision.decision),
        )
        for part in parts
    )


def _in_order(presences: Iterable[Presence]) -> tuple[Presence, ...]:
    return tuple(sorted(presences, key=lambda presence: (presence.first_ns, presence.track)))
