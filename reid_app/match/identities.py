"""The identities that the matcher knows: their views in the gallery, where they were, who they are not.

Everything here is bounded: an identity keeps its best few views, a few merges
that can be undone, and leaves when it was not seen for long.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from reid_app.domain import FloatArray, GallerySnapshot, IdentityViews, TrackKey
from reid_app.errors import GalleryError

from .constraints import Stay, Whereabouts
from .evidence import LEAST_WEIGHT, Evidence
from .gallery import Gallery
from .parts import PartKey
from .views import View, select, stack

MOST_UNDO = 16
"""Merges into one identity that can still be undone here; the records can undo all."""


@dataclass(frozen=True, slots=True, eq=False)
class Absorbed:
    """An identity as it was when it was merged into another.

    Attributes:
        person: The absorbed identity.
        owners: Its number and those of the identities that it had absorbed.
        kept_views: Views of the other at that moment.
        kept_whereabouts: Where the other had been.
    """

    person: Person
    owners: frozenset[int]
    kept_views: tuple[View, ...]
    kept_whereabouts: Whereabouts


@dataclass(slots=True, eq=False)
class Person:
    """One identity.

    Attributes:
        number: Its number.
        views: Those in the gallery.
        total: (D,) sum of the views that stand for tracks, each as often as it stands for one.
        tracks: How many tracks they stand for.
        whereabouts: Where and when it was, live parts left out.
        beside: How often a part of another identity was seen in one frame with one of its own.
        told_apart: Identities that an operator said are somebody else.
        parts: Parts that are given to it and still watched.
        absorbed: The latest merges into it.
    """

    number: int
    total: FloatArray
    tracks: float = 0.0
    views: list[View] = field(default_factory=list)
    whereabouts: Whereabouts = field(default_factory=Whereabouts)
    beside: Counter[int] = field(default_factory=Counter)
    told_apart: set[int] = field(default_factory=set)
    parts: set[PartKey] = field(default_factory=set)
    absorbed: list[Absorbed] = field(default_factory=list)

    @property
    def owners(self) -> frozenset[int]:
        """Its number and those of the identities that it absorbed, as far as they can be undone."""
        return frozenset({self.number}.union(*(record.owners for record in self.absorbed)))


class IdentityBook:
    """All identities in the gallery.

    Args:
        gallery: Where the views are searched; the book is its only writer.
        views_per_identity: Most views that an identity keeps.
        keep_ns: Nanoseconds after which an identity that is not seen leaves.
    """

    def __init__(self, gallery: Gallery, views_per_identity: int, keep_ns: int) -> None:
        self._gallery = gallery
        self._limit = views_per_identity
        self._keep_ns = keep_ns
        self._persons: dict[int, Person] = {}
        self._owner_of_row: dict[int, int] = {}
        self._next_row = 0
        self._expiry: list[tuple[int, int]] = []
        self.next_number = 1

    def __len__(self) -> int:
        """Number of identities."""
        return len(self._persons)

    def __contains__(self, number: object) -> bool:
        """Whether an identity is known under ``number``, not merged into another."""
        return number in self._persons

    def __getitem__(self, number: int) -> Person:
        """Return an identity.

        Raises:
            GalleryError: It is not known (any more), or was merged into another.
        """
        person = self._persons.get(number)
        if person is None:
            raise GalleryError(
                f"identity {number} is not in the gallery: it was merged into another, left after being unseen for "
                "long, or never was; look it up in the records"
            )
        return person

    def numbers(self) -> list[int]:
        """All numbers, in order."""
        return sorted(self._persons)

    def create(self, now_ns: int) -> Person:
        """Add an identity under the next number."""
        person = self._blank(self.next_number)
        self.next_number += 1
        self._persons[person.number] = person
        heapq.heappush(self._expiry, (now_ns, person.number))
        return person

    def nearest(self, vectors: FloatArray, k: int) -> list[set[int]]:
        """Numbers of the identities of the ``k`` rows nearest to each of ``vectors`` (N, D)."""
        _, rows = self._gallery.search(vectors, k, self._gallery.model)
        return [{self._owner_of_row[row] for row in near if row >= 0} for near in rows.tolist()]

    def search(self, vector: FloatArray, k: int) -> list[tuple[int, float]]:
        """Return the ``k`` identities with the view most like ``vector`` (D,), best first, with its cosine."""
        wanted = k
        while True:
            scores, rows = self._gallery.search(vector[None], wanted, self._gallery.model)
            best: dict[int, float] = {}
            for score, row in zip(scores[0], rows[0], strict=True):
                best.setdefault(self._owner_of_row[int(row)], float(score))
            if len(best) >= k or wanted >= len(self._gallery):
                return list(best.items())[:k]
            wanted = min(wanted * 4, len(self._gallery))

    def add_track(self, person: Person, track: TrackKey, owner: int, evidence: Evidence) -> None:
        """Give ``person`` the views of a track: its mean, which stands for it, and its best few looks."""
        views = [View(evidence.mean, evidence.quality, track.camera, track, owner, self._new_row(), 1.0)]
        views += [View(look.vector, look.weight, track.camera, track, owner, self._new_row()) for look in evidence.best]
        self._set_views(person, select([*person.views, *views], self._limit))

    def apart(self, one: int, other: int) -> bool:
        """Whether two identities are known to be two people."""
        person = self._persons[one]
        return other in person.beside or other in person.told_apart

    def seen_beside(self, one: int, other: int) -> None:
        """Note that two identities were seen in one frame."""
        if one != other and one in self._persons and other in self._persons:
            self._persons[one].beside[other] += 1
            self._persons[other].beside[one] += 1

    def tell_apart(self, one: int, other: int) -> None:
        """Note that an operator says that two identities are two people."""
        self[one].told_apart.add(other)
        self[other].told_apart.add(one)

    def take_back_apart(self, one: int, other: int) -> None:
        """Forget that an operator said that two identities are two people."""
        self[one].told_apart.discard(other)
        self[other].told_apart.discard(one)

    def move_views(self, source: Person, target: Person, tracks: Collection[TrackKey]) -> None:
        """Move the views of ``tracks`` from one identity to another."""
        moved = [replace(view, owner=target.number) for view in source.views if view.track in tracks]
        rows = {view.row for view in moved}
        self._keep(source, [view for view in source.views if view.row not in rows])
        self._keep(target, [*target.views, *moved])
        for row in rows:
            self._owner_of_row[row] = target.number
        for view in moved:
            target.whereabouts.last_seen[view.camera] = source.whereabouts.last_seen.get(view.camera, -1)

    def merge(self, kept: int, absorbed: int) -> None:
        """Make two identities one, under the number ``kept``."""
        into, gone = self[kept], self[absorbed]
        record = Absorbed(gone, gone.owners, tuple(into.views), into.whereabouts.copy())
        del self._persons[absorbed]
        for other in gone.beside:
            counts = self._persons[other].beside if other in self._persons else None
            if counts is not None:
                counts[kept] += counts.pop(absorbed, 0)
        for other in gone.told_apart & self._persons.keys():
            self._persons[other].told_apart = (self._persons[other].told_apart - {absorbed}) | {kept}
        into.beside.update(gone.beside)
        into.told_apart |= gone.told_apart
        into.parts |= gone.parts
        into.whereabouts.include(gone.whereabouts)
        into.absorbed.append(record)
        while len(into.owners) > MOST_UNDO + 1 and len(into.absorbed) > 1:
            del into.absorbed[0]
        for view in gone.views:
            self._owner_of_row[view.row] = kept
        into.views = [*into.views, *gone.views]
        self._set_views(into, select(into.views, self._limit))

    def undo_merge(self, kept: int, absorbed: int) -> Person:
        """Take a merge back; return the identity that lives again.

        Raises:
            GalleryError: There is no such merge, or it is too long ago.
        """
        into = self[kept]
        record = next((r for r in into.absorbed if r.person.number == absorbed), None)
        if record is None:
            raise GalleryError(
                f"identity {absorbed} was not merged into {kept}, or too long ago to be undone here; "
                "split its tracks out instead"
            )
        back = record.person
        into.absorbed.remove(record)
        stayed = {view.row: view for view in into.views if view.owner not in record.owners}
        stayed |= {view.row: view for view in record.kept_views if view.owner not in record.owners}
        self._set_views(into, select([stayed[row] for row in sorted(stayed)], self._limit))
        into.whereabouts.exclude(back.whereabouts, record.kept_whereabouts)
        self._persons[absorbed] = back
        heapq.heappush(self._expiry, (back.whereabouts.last_ns, absorbed))
        self._set_views(back, back.views)
        into.beside.subtract(back.beside)
        into.beside = +into.beside
        for other, times in back.beside.items():
            if other in self._persons:
                counts = self._persons[other].beside
                counts[absorbed] += times
                counts.subtract({kept: times})
                self._persons[other].beside = +counts
        for other in back.told_apart & self._persons.keys():
            self._persons[other].told_apart.add(absorbed)
        into.parts -= back.parts
        return back

    def expire(self, now_ns: int, earliest_ns: int) -> list[int]:
        """Let identities go that are not watched and were not seen for long; return their numbers.

        Of the others whose turn it is, stays before ``earliest_ns`` are forgotten.
        """
        gone = []
        while self._expiry and self._expiry[0][0] + self._keep_ns < now_ns:
            _, number = heapq.heappop(self._expiry)
            person = self._persons.get(number)
            if person is None:
                continue
            last_ns = now_ns if person.parts else person.whereabouts.last_ns
            if last_ns + self._keep_ns < now_ns:
                self.remove(number)
                gone.append(number)
            else:
                person.whereabouts.forget_before(earliest_ns)
                heapq.heappush(self._expiry, (last_ns, number))
        return gone

    def remove(self, number: int) -> None:
        """Let an identity go."""
        person = self._persons.pop(number)
        self._set_views(person, [])
        for other in person.beside:
            if other in self._persons:
                self._persons[other].beside.pop(number, None)
        for other in person.told_apart & self._persons.keys():
            self._persons[other].told_apart.discard(number)

    def restore(self, snapshot: GallerySnapshot) -> None:
        """Fill an empty book from the records.

        Raises:
            GalleryError: The snapshot is of another model, or says one thing twice.
        """
        for known in sorted(snapshot.identities, key=lambda identity: identity.number):
            if known.number in self._persons:
                raise GalleryError(f"identity {known.number} is twice in the records' snapshot; check the records")
            person = self._blank(known.number)
            self._persons[known.number] = person
            self._set_views(person, select(self._views_of(known), self._limit), snapshot.model)
            for camera, last_ns in known.last_seen.items():
                person.whereabouts.add(camera, Stay(last_ns, last_ns))
            heapq.heappush(self._expiry, (person.whereabouts.last_ns, known.number))
        self.next_number = max(self.next_number, snapshot.next_number, 1 + max(self._persons, default=0))
        for one, other in snapshot.apart:
            if one in self._persons and other in self._persons:
                self.tell_apart(one, other)
        for one, other in snapshot.beside:
            self.seen_beside(one, other)

    def recall(self, known: IdentityViews, model: str) -> None:
        """Take an identity as the records know it: one that had left, or one whose tracks changed hands.

        Raises:
            GalleryError: The views are of another model.
        """
        person = self._persons.get(known.number)
        if person is None:
            person = self._persons[known.number] = self._blank(known.number)
            heapq.heappush(self._expiry, (max(known.last_seen.values(), default=-1), known.number))
            self.next_number = max(self.next_number, known.number + 1)
        for camera, last_ns in known.last_seen.items():
            if last_ns > person.whereabouts.last_seen.get(camera, -1):
                person.whereabouts.add(camera, Stay(last_ns, last_ns))
        self._set_views(person, select(self._views_of(known), self._limit), model)

    def snapshot(self) -> GallerySnapshot:
        """Return all identities that have views."""
        known = [self._persons[number] for number in self.numbers() if self._persons[number].views]
        return GallerySnapshot(
            self._gallery.model,
            tuple(
                IdentityViews(
                    person.number,
                    stack(person.views, self._gallery.dimension),
                    np.array([view.quality for view in person.views], np.float32),
                    tuple(view.camera for view in person.views),
                    dict(person.whereabouts.last_seen),
                    np.array([view.weight for view in person.views], np.float32),
                )
                for person in known
            ),
            self.next_number,
            tuple(sorted({(min(p.number, o), max(p.number, o)) for p in known for o in p.told_apart})),
            tuple(sorted({(min(p.number, o), max(p.number, o)) for p in known for o in p.beside})),
        )

    def _new_row(self) -> int:
        self._next_row += 1
        return self._next_row - 1

    def _views_of(self, known: IdentityViews) -> list[View]:
        weights = known.weights if known.weights is not None else np.zeros(len(known.vectors), np.float32)
        views = [
            View(vector, max(float(quality), LEAST_WEIGHT), camera, None, known.number, self._new_row(), float(weight))
            for vector, quality, camera, weight in zip(
                known.vectors, known.qualities, known.cameras, weights, strict=True
            )
        ]
        if known.weights is None:
            # Single looks are noisier than tracks: their mean in each camera stands for the tracks there.
            for camera in dict.fromkeys(known.cameras):
                of_camera = [view for view in views if view.camera == camera]
                total = sum((view.vector * np.float32(view.quality) for view in of_camera), np.float32(0))
                mean = np.asarray(total / np.linalg.norm(total), np.float32)
                quality = max(view.quality for view in of_camera)
                views.append(View(mean, quality, camera, None, known.number, self._new_row(), 1.0))
        return views

    def _blank(self, number: int) -> Person:
        return Person(number, np.zeros(self._gallery.dimension, np.float32))

    def _keep(self, person: Person, views: Sequence[View]) -> None:
        tracks = [view for view in views if view.weight > 0]
        weights = np.array([view.weight for view in tracks], np.float32)
        person.views = list(views)
        person.tracks = float(weights.sum())
        person.total = weights @ stack(tracks, self._gallery.dimension)

    def _set_views(self, person: Person, views: Sequence[View], model: str | None = None) -> None:
        rows = {view.row for view in views}
        gone = sorted(view.row for view in person.views if view.row not in rows and view.row in self._gallery)
        self._gallery.remove(np.array(gone, np.int64))
        for row in gone:
            del self._owner_of_row[row]
        new = [view for view in views if view.row not in self._gallery]
        self._gallery.add(
            np.array([view.row for view in new], np.int64),
            stack(new, self._gallery.dimension),
            self._gallery.model if model is None else model,
        )
        for view in views:
            self._owner_of_row[view.row] = person.number
        self._keep(person, views)
