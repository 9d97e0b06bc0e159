"""Looks at everybody who is seen for people on the watch list, and raises the alarm."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from reid_app.domain import NS_PER_S, Decision, FloatArray, Merge, Sighting, TrackKey
from reid_app.match.scoring import Looks, look_of, similarity
from reid_app.runtime.context import SiteContext
from reid_app.runtime.pipeline import Tick
from reid_app.runtime.watching import WatchList

LOOKS = 4
"""Newest looks of a track whose mean is compared: as many as the thresholds are calibrated for."""

ABSENCE_NS = 10 * NS_PER_S
"""Somebody who was not seen in a camera for that long is there anew: another alarm."""


@dataclass(slots=True, eq=False)
class _Watched:
    """A track that goes on.

    Attributes:
        seen_ns: Time of its newest look.
        looks: Its newest looks with their weights.
        found: Entries that it looked like since they were last told of, with the best score.
        told: Entries that were told of.
    """

    seen_ns: int
    looks: deque[tuple[FloatArray, float]] = field(default_factory=lambda: deque(maxlen=LOOKS))
    found: dict[int, float] = field(default_factory=dict)
    told: set[int] = field(default_factory=set)

    def mean(self) -> FloatArray:
        """Return the mean look, (D,), a unit vector."""
        total = sum((vector * np.float32(weight) for vector, weight in self.looks), np.float32(0))
        return np.asarray(total / np.linalg.norm(total), np.float32)


class Sentry:
    """Compares every new look at a track with the watch list; called in the identifying thread only.

    One alarm for each presence of a person in a camera: not again while the person is
    seen there, nor after a short absence. An alarm waits until the matcher knows whom it
    sees, so that it can name an identity to follow.

    Args:
        context: The site's parts.
        watch_list: Whom to look for.
    """

    def __init__(self, context: SiteContext, watch_list: WatchList) -> None:
        self._context = context
        self._watch_list = watch_list
        self._tracks: dict[TrackKey, _Watched] = {}
        self._there: dict[tuple[int, int, str], int] = {}

    def look(self, tick: Tick, sightings: Sequence[Sighting], outcomes: Sequence[Decision | Merge]) -> None:
        """Take what a tick brought."""
        entries = self._watch_list.looks()
        for sighting in sightings if entries else ():
            self._compare(sighting, entries)
        decided = {outcome.track: outcome.identity for outcome in outcomes if isinstance(outcome, Decision)}
        for track, watched in self._tracks.items():
            if watched.found:
                identity = decided.get(track, self._context.matcher.identity_of(track))
                if identity is not None:
                    self._tell(track, self._context.register.final(identity), watched)
        self._forget(tick.time_ns)

    def _compare(self, sighting: Sighting, entries: Mapping[int, FloatArray]) -> None:
        crop = sighting.crop
        watched = self._tracks.setdefault(crop.track, _Watched(crop.time_ns))
        watched.seen_ns = crop.time_ns
        watched.looks.append((sighting.embedding.vector, max(crop.quality.total, 0.01)))
        mine = look_of(watched.mean())
        for entry, vectors in entries.items():
            score = similarity(mine, Looks(vectors.mean(axis=0), float(len(vectors)))) if len(vectors) else -1.0
            if score >= self._context.matcher.thresholds.accept:
                watched.found[entry] = max(score, watched.found.get(entry, score))

    def _tell(self, track: TrackKey, identity: int, watched: _Watched) -> None:
        for entry, score in watched.found.items():
            key = (entry, identity, track.camera)
            last_ns = self._there.get(key)
            self._there[key] = watched.seen_ns
            anew = last_ns is None or watched.seen_ns - last_ns > ABSENCE_NS
            if anew and entry not in watched.told:
                alarm = self._context.records.write_alarm(entry, identity, track, watched.seen_ns, score)
                self._context.events.publish("alarm", {"alarm": alarm.number})
            watched.told.add(entry)
        watched.found.clear()

    def _forget(self, now_ns: int) -> None:
        oldest_ns = now_ns - ABSENCE_NS
        for track in [track for track, watched in self._tracks.items() if watched.seen_ns < oldest_ns]:
            del self._tracks[track]
        for key in [key for key, seen_ns in self._there.items() if seen_ns < oldest_ns]:
            del self._there[key]
