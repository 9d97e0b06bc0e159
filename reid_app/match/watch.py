"""The tracks that are being watched: boxes and looks go in, parts come out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import combinations

from reid_app.domain import Sighting, TrackBox, TrackKey, TrackUpdate

from .evidence import Evidence, Look
from .parts import Part, PartKey


class Watch:
    """The parts of all tracks that are live, or ended so lately that looks may still arrive.

    Args:
        evidence: Makes the empty evidence of a new part.
    """

    def __init__(self, evidence: Callable[[], Evidence]) -> None:
        self._evidence = evidence
        self._parts: dict[PartKey, Part] = {}
        self._latest: dict[TrackKey, Part] = {}
        self._in_order: tuple[Part, ...] | None = None

    def __iter__(self) -> Iterator[Part]:
        """All parts, in order of camera, track and time."""
        if self._in_order is None:
            self._in_order = tuple(self._parts[key] for key in sorted(self._parts))
        return iter(self._in_order)

    def __len__(self) -> int:
        """Number of parts."""
        return len(self._parts)

    def __contains__(self, key: object) -> bool:
        """Whether a part is watched."""
        return key in self._parts

    def __getitem__(self, key: PartKey) -> Part:
        """Return a part that is watched."""
        return self._parts[key]

    def latest(self, track: TrackKey) -> Part | None:
        """Return the last part of a track, None if the track is not watched."""
        return self._latest.get(track)

    def of_track(self, track: TrackKey) -> list[Part]:
        """Return the parts of a track that are watched, in order."""
        return [part for part in self if part.key.track == track]

    def see(self, update: TrackUpdate) -> None:
        """Take in what a camera's tracker says after one frame."""
        shown = {box.track for box in update.boxes}
        present = [self._box(box, shown) for box in update.boxes]
        for one, other in combinations(present, 2):
            one.meet(other.key, update.time_ns)
            other.meet(one.key, update.time_ns)
        for track in update.ended:
            part = self._latest.get(track)
            if part is not None:
                part.close(update.time_ns)

    def look(self, sightings: Iterable[Sighting]) -> None:
        """Take in looks, in order of time for each track; those of tracks that are gone are left out."""
        for sighting in sightings:
            crop = sighting.crop
            part = self._latest.get(crop.track)
            if part is None:
                continue
            look = Look(crop.time_ns, sighting.embedding.vector, crop.quality.total)
            others = part.look(look)
            if others:
                self._cut(part, others)

    def close_all(self, time_ns: int) -> None:
        """End every track."""
        for part in self._parts.values():
            part.close(time_ns)

    def drop(self, part: Part) -> list[Part]:
        """Stop watching ``part``; return the parts that were seen beside it and still are watched."""
        del self._parts[part.key]
        self._in_order = None
        for other in self._parts.values():
            if other.follows == part.key:
                other.follows, other.heir_of = None, part.identity
        if self._latest.get(part.key.track) is part:
            del self._latest[part.key.track]
        beside = [self._parts[key] for key in sorted(part.beside) if key in self._parts]
        for other in beside:
            other.beside.pop(part.key, None)
        return beside

    def _box(self, box: TrackBox, shown: Collection[TrackKey]) -> Part:
        part = self._latest.get(box.track)
        if part is None:
            part = Part(PartKey(box.track, 0), None, box.time_ns, box.time_ns, self._evidence())
            part.follows = self._lost_at(box, shown)
            self._add(part)
        part.see(box.time_ns, box.box, box.score)
        return part

    def _lost_at(self, box: TrackBox, shown: Collection[TrackKey]) -> PartKey | None:
        """The one part that was lost where ``box`` begins a track; None if there is none or more than one.

        Tracks ``shown`` in the same frame are not lost.
        """
        claimed = {part.follows for part in self._parts.values()}
        lost = [
            part.key
            for part in self._latest.values()
            if part.camera == box.track.camera
            and part.key.track not in shown
            and part.key not in claimed
            and part.trail.leads_to(box.time_ns, box.box)
        ]
        return lost[0] if len(lost) == 1 else None

    def _add(self, part: Part) -> None:
        self._parts[part.key] = part
        self._in_order = None
        self._latest[part.key.track] = part

    def _cut(self, old: Part, looks: list[Look]) -> None:
        """Let another part begin with ``looks``, after the last look that fitted the old one."""
        assert old.evidence.last_good_ns is not None
        good_ns, doubt_ns = old.evidence.last_good_ns, looks[0].time_ns
        since_ns = (good_ns + doubt_ns) // 2
        # A tracker slips to somebody whose own track it takes over: then that track's end is the moment.
        ends = [last_ns for _, last_ns in old.beside.values() if good_ns <= last_ns < doubt_ns]
        since_ns = max([since_ns, *(last_ns + 1 for last_ns in ends)])
        share = (old.last_ns - since_ns) / max(old.last_ns - old.first_ns, 1)
        new = Part(PartKey(old.key.track, old.key.index + 1), since_ns, since_ns, old.last_ns, self._evidence())
        new.boxes = round(old.boxes * share)
        new.score_sum = old.score_sum * share
        new.closed_ns = old.closed_ns
        for key, (first_ns, last_ns) in sorted(old.beside.items()):
            other = self._parts.get(key)
            if last_ns >= since_ns:
                new.beside[key] = (max(first_ns, since_ns), last_ns)
                if other is not None:
                    other.beside[new.key] = new.beside[key]
            if first_ns >= since_ns:
                del old.beside[key]
                if other is not None:
                    other.beside.pop(old.key, None)
        new.against = set(old.against)
        for look in looks:
            new.look(look)
        old.boxes -= new.boxes
        old.score_sum -= new.score_sum
        old.last_ns = since_ns - 1
        old.close(looks[-1].time_ns)
        new.trail = old.trail
        self._add(new)
