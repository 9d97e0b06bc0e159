"""The cross-camera matcher: tracks of all cameras in, identities out.

It works in stream time only and depends on nothing but what it is given: no
clock, no randomness, no order of sets. Tracks of one camera are decided together
(see :mod:`~reid_app.match.assignment`); whom they cannot be is left out first (see
:mod:`~reid_app.match.constraints`); a track with too little evidence waits; every
decision is weighed again whenever a live track gives a new look; and two
identities that turn out to be one person are merged.

Work and memory do not grow with the hours: a track that ended is folded into its
identity, which keeps its best few views, and an identity that nobody saw for long
leaves.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from reid_app.config import MatcherSettings
from reid_app.domain import (
    NS_PER_S,
    FloatArray,
    GallerySnapshot,
    IdentityViews,
    Sighting,
    Thresholds,
    TrackKey,
    TrackUpdate,
)
from reid_app.errors import GalleryError

from .deciding import Decider
from .gallery import Gallery
from .merging import Consolidator
from .operator import OperatorDesk
from .resemblance import alike, rank
from .state import Outcome, State

LINGER_NS = NS_PER_S // 2
"""How long after a track's end its last looks may still arrive."""


class Matcher:
    """Links tracks to identities. Its methods may be called from any thread.

    Args:
        settings: ``thresholds`` there, if any, replace ``thresholds`` here.
        thresholds: Those that belong to the model.
        model: Hash of the embedding model.
        dimension: Length of its vectors.

    Attributes:
        thresholds: Those in force.
        gallery: The views of all identities; any thread may search it.
    """

    def __init__(self, settings: MatcherSettings, thresholds: Thresholds, model: str, dimension: int) -> None:
        own = settings.thresholds
        self.thresholds = thresholds if own is None else Thresholds(own.accept, own.ask, own.margin)
        self.gallery = Gallery(model, dimension, index=settings.index)
        self._state = State(settings, self.thresholds, self.gallery)
        self._decider = Decider(self._state)
        self._consolidator = Consolidator(self._state)
        self._desk = OperatorDesk(self._state)
        self._has_begun = False
        self._lock = threading.RLock()

    @property
    def identities(self) -> int:
        """Number of identities in the gallery, merged ones left out."""
        with self._lock:
            return len(self._state.book)

    def restore(self, snapshot: GallerySnapshot) -> None:
        """Take up the identities of an earlier run, before the first update.

        Raises:
            GalleryError: The snapshot is of another model, or the matcher has begun.
        """
        with self._lock:
            if self._has_begun:
                raise GalleryError("the matcher has begun; restore earlier identities before the first update")
            self._state.book.restore(snapshot)

    def snapshot(self) -> GallerySnapshot:
        """Return the identities as :meth:`restore` takes them; tracks that have not ended are not in it."""
        with self._lock:
            return self._state.book.snapshot()

    def update(self, time_ns: int, updates: Sequence[TrackUpdate], sightings: Sequence[Sighting]) -> list[Outcome]:
        """Take in what the cameras saw, and say what follows from it.

        Args:
            time_ns: Stream time; an earlier one than before counts as the same.
            updates: Of any number of cameras, in any order; a camera's in order of time.
            sightings: New looks at tracks, in any order; those of tracks that ended more
                than half a second ago are left out.

        Raises:
            GalleryError: A sighting is of another model or dimension; nothing was taken in.
        """
        with self._lock:
            for sighting in sightings:
                self.gallery.check(sighting.embedding)
            self._advance(time_ns)
            for update in sorted(updates, key=lambda update: (update.time_ns, update.camera)):
                self._state.watch.see(update)
            self._state.watch.look(sorted(sightings, key=lambda s: (s.crop.track, s.crop.time_ns)))
            return self._settle()

    def finish(self, time_ns: int) -> list[Outcome]:
        """End all tracks and decide what is left to decide."""
        with self._lock:
            self._advance(time_ns)
            self._state.watch.close_all(self._state.now_ns)
            return [*self._settle(linger_ns=0), *self._consolidator.conclude()]

    def identity_of(self, track: TrackKey) -> int | None:
        """Return the identity that a watched track belongs to now; None if undecided or no longer watched."""
        with self._lock:
            part = self._state.watch.latest(track)
            return None if part is None else part.identity

    def waiting(self) -> dict[int, int]:
        """Return, for each identity that will likely be merged into another, the number that it will have."""
        with self._lock:
            return self._consolidator.waiting()

    def search(self, vector: FloatArray, k: int) -> list[tuple[int, float]]:
        """Return the numbers of the ``k`` identities most like ``vector`` (D,), best first, with cosines.

        Raises:
            GalleryError: The vector has another length.
        """
        with self._lock:
            return self._state.book.search(np.ascontiguousarray(vector, np.float32), k)

    def knows(self, number: int) -> bool:
        """Whether the gallery has an identity under ``number``: not merged into another, not gone."""
        with self._lock:
            return number in self._state.book

    def alike(self, number: int, k: int) -> list[tuple[int, float]]:
        """Return the ``k`` identities most like ``number`` that can be the same person, best first, with scores.

        The scores are those that the thresholds are for. An identity that is not known is like nobody.
        """
        with self._lock:
            return alike(self._state, number, k)

    def rank(self, vector: FloatArray, k: int) -> list[tuple[int, float]]:
        """Return the ``k`` identities most like one look (D,), best first, with scores as the thresholds are for.

        Raises:
            GalleryError: The vector has another length.
        """
        with self._lock:
            return rank(self._state, np.ascontiguousarray(vector, np.float32), k)

    # What operators say; each returns what it changed, as an update does.

    def recall(self, known: IdentityViews, model: str) -> None:
        """Take an identity as the records know it: one that had left, or one whose tracks changed hands.

        What its watched tracks look like counts beside that, as always.

        Raises:
            GalleryError: The views are of another model.
        """
        with self._lock:
            self._state.book.recall(known, model)

    def reserve(self) -> int:
        """Give out the number of a new identity that the records alone know of."""
        with self._lock:
            return self._state.book.create(self._state.now_ns).number

    def assign(self, track: TrackKey, identity: int | None) -> list[Outcome]:
        """Give a watched track to ``identity``, or to a new one where that is None, for good.

        Raises:
            GalleryError: The track is not watched any more, or the identity is not known.
        """
        with self._lock:
            return self._desk.assign(track, identity)

    def merge(self, kept: int, absorbed: int) -> list[Outcome]:
        """Make two identities one, whatever the matcher thinks of it.

        Raises:
            GalleryError: One is not known, or both are the same.
        """
        with self._lock:
            return self._desk.merge(kept, absorbed)

    def unmerge(self, kept: int, absorbed: int) -> list[Outcome]:
        """Take a merge back, and remember that the two are different people.

        Raises:
            GalleryError: There is no such merge, or it is too long ago.
        """
        with self._lock:
            return self._desk.unmerge(kept, absorbed)

    def split(self, identity: int, tracks: Sequence[TrackKey]) -> list[Outcome]:
        """Move ``tracks`` out of ``identity`` into a new one, and remember that the two are different people.

        Raises:
            GalleryError: The identity is not known, or no track is named.
        """
        with self._lock:
            return self._desk.split(identity, tracks)

    def keep_apart(self, one: int, other: int) -> None:
        """Remember that two identities are different people.

        Raises:
            GalleryError: One is not known.
        """
        with self._lock:
            self._state.book.tell_apart(one, other)

    def forget_apart(self, one: int, other: int) -> None:
        """Take back that two identities are different people, where both are known."""
        with self._lock:
            if one in self._state.book and other in self._state.book:
                self._state.book.take_back_apart(one, other)

    def _advance(self, time_ns: int) -> None:
        self._has_begun = True
        self._state.now_ns = max(self._state.now_ns, time_ns)

    def _settle(self, linger_ns: int = LINGER_NS) -> list[Outcome]:
        state = self._state
        outcomes: list[Outcome] = []
        touched: set[int] = set()
        for camera in self._decider.cameras_due():
            outcomes += self._decider.decide(camera, touched)
        for part in state.watch:
            if part.closed_ns is not None and part.closed_ns + linger_ns <= state.now_ns:
                state.fold(part)
                if part.identity is not None:
                    touched.add(part.identity)
        outcomes += self._consolidator.consolidate(touched)
        state.expire()
        return outcomes
