"""Who was where: the parts of tracks with the identities that they belong to now.

For each part of a track its last decision counts, and then the merges that stand:
``track_parts`` holds the former, ``identities.merged_into`` the latter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, Select, Subquery, func, select, tuple_
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from reid_app.domain import Decision, Thresholds, TrackKey, Verdict
from reid_app.records.packing import unpack_path
from reid_app.records.schema import CameraRow, DecisionRow, IdentityRow, ModelRow, PartRow, PathRow, TrackRow
from reid_app.records.store import FROM_START
from reid_app.records.values import Part, RecordedDecision, TrackPath

IN_LIST = 500


def in_lists(numbers: Collection[int]) -> Iterator[list[int]]:
    """Cut ``numbers`` into lists short enough for one ``IN (...)``: databases limit a statement's parameters."""
    ordered = sorted(numbers)
    return (ordered[start : start + IN_LIST] for start in range(0, len(ordered), IN_LIST))


class Merges:
    """Which identity lives on for each that was merged away."""

    def __init__(self, into: Mapping[int, int]) -> None:
        """Take the merges that stand: absorbed number to kept number."""
        self._into = into
        self._groups: dict[int, set[int]] = {}
        for number in into:
            self._groups.setdefault(self.final(number), set()).add(number)

    @classmethod
    def read(cls, connection: Connection, site: int) -> Merges:
        """Read the merges that stand in the site with row id ``site``."""
        merged = IdentityRow.merged_into.is_not(None)
        rows = connection.execute(
            select(IdentityRow.number, IdentityRow.merged_into).where(IdentityRow.site_id == site, merged)
        )
        return cls({number: into for number, into in rows if into is not None})

    def final(self, number: int) -> int:
        """Return the identity that ``number`` is part of now; itself when it was not merged."""
        seen = {number}
        while (into := self._into.get(number)) is not None and into not in seen:
            seen.add(into)
            number = into
        return number

    def members(self, number: int) -> frozenset[int]:
        """Return ``number``, which must be a final one, and all that were merged into it."""
        return frozenset({number} | self._groups.get(number, set()))


@dataclass(frozen=True, slots=True)
class Span:
    """Which parts are meant; None is no limit.

    Attributes:
        identity: Number of an identity, merged ones included.
        cameras: Row ids.
        run: Row id.
        since_ns: Parts that were seen at or after.
        until_ns: Parts that were seen at or before.
        limit: Most parts.
        offset: Parts left out at the start; used together with ``limit``.
    """

    identity: int | None = None
    cameras: Collection[int] | None = None
    run: int | None = None
    since_ns: int | None = None
    until_ns: int | None = None
    limit: int | None = None
    offset: int = 0


def read_parts(
    connection: Connection, site: int, cameras: Mapping[int, str], merges: Merges, span: Span
) -> Iterator[Part]:
    """Yield the parts of tracks that have an identity, by time of the track's start, then camera and number.

    Memory does not grow with the number of parts.

    Args:
        connection: A read.
        site: Row id of the site.
        cameras: Names by row id.
        merges: The merges that stand.
        span: Which parts.
    """
    result = connection.execution_options(yield_per=500).execute(_parts_query(site, merges, span))
    for row in result:
        part = _whole_part(connection, row, cameras, merges)
        if part is not None:
            yield part


def read_newest_parts(
    connection: Connection, site: int, cameras: Mapping[int, str], merges: Merges, numbers: Collection[int], most: int
) -> dict[int, list[Part]]:
    """Return the newest parts of several identities in one read, oldest first.

    Args:
        connection: A read.
        site: Row id of the site.
        cameras: Names by row id.
        merges: The merges that stand.
        numbers: The identities, by final numbers.
        most: Most parts of each.
    """
    found: dict[int, list[Part]] = {number: [] for number in numbers}
    for members in in_lists({member for number in numbers for member in merges.members(number)}):
        parts = parts_with_end(site, tracks_of(site, members)).subquery("parts")
        order = (parts.c.first_ns, parts.c.camera_id, parts.c.track, parts.c.since_ns)
        place = func.row_number().over(partition_by=parts.c.holder, order_by=[column.desc() for column in order])
        mine = has_frames(parts) & parts.c.holder.in_(members)
        numbered = select(parts, place.label("place")).where(mine).subquery("numbered")
        query = _with_decisions(numbered, site).where(numbered.c.place <= most)
        for row in connection.execute(query):
            part = _whole_part(connection, row, cameras, merges)
            if part is not None:
                found[part.identity].append(part)
    return {
        number: sorted(parts, key=lambda part: (part.first_ns, part.track))[-most:] for number, parts in found.items()
    }


def parts_with_end(site: int, *narrow: ColumnElement[bool]) -> Select[Any]:
    """Return the query of parts with ``next_ns``, where the next part of the track starts, or null.

    Args:
        site: Row id of the site.
        narrow: What :func:`tracks_of` and :func:`tracks_seen` return: which tracks are meant.
            All parts of a track stay, since the next part may belong to somebody else.
    """
    next_ns = func.lead(PartRow.since_ns).over(
        partition_by=(PartRow.camera_id, PartRow.track), order_by=PartRow.since_ns
    )
    return (
        select(
            PartRow.camera_id,
            PartRow.track,
            PartRow.since_ns,
            PartRow.identity.label("holder"),
            PartRow.decision,
            next_ns.label("next_ns"),
            TrackRow.run_id,
            TrackRow.first_ns,
            TrackRow.last_ns,
            TrackRow.first_frame,
            TrackRow.last_frame,
            TrackRow.frames,
            TrackRow.best_score,
            TrackRow.ended,
        )
        .join(TrackRow, (TrackRow.camera_id == PartRow.camera_id) & (TrackRow.number == PartRow.track))
        # Narrowed tracks are the site's already; naming the site again would make SQLite read all of its parts.
        .where(*(narrow or (PartRow.site_id == site,)))
    )


def has_frames(parts: Subquery) -> ColumnElement[bool]:
    """Return the condition that a part from :func:`parts_with_end` overlaps its track at all."""
    begins_before_the_next = parts.c.next_ns.is_(None) | (parts.c.next_ns > parts.c.first_ns)
    return begins_before_the_next & (parts.c.since_ns <= parts.c.last_ns)


def tracks_of(site: int, holders: Collection[int]) -> ColumnElement[bool]:
    """Return the condition for :func:`parts_with_end` that keeps tracks of which some part belongs to ``holders``."""
    other = aliased(PartRow)
    mine = select(other.camera_id, other.track).where(other.site_id == site, other.identity.in_(holders))
    return tuple_(PartRow.camera_id, PartRow.track).in_(mine)


def tracks_seen(
    site: int,
    *,
    since_ns: int | None = None,
    until_ns: int | None = None,
    cameras: Collection[int] | None = None,
    run: int | None = None,
) -> tuple[ColumnElement[bool], ...]:
    """Return the condition for :func:`parts_with_end` that keeps tracks by time, camera and run; none keeps all."""
    if since_ns is None and until_ns is None and cameras is None and run is None:
        return ()
    track = aliased(TrackRow)
    own = select(CameraRow.id).where(CameraRow.site_id == site)
    seen = select(track.camera_id, track.number).where(
        track.camera_id.in_(own if cameras is None else own.where(CameraRow.id.in_(cameras)))
    )
    if since_ns is not None:
        seen = seen.where(track.last_ns >= since_ns)
    if until_ns is not None:
        seen = seen.where(track.first_ns <= until_ns)
    if run is not None:
        seen = seen.where(track.run_id == run)
    return (tuple_(PartRow.camera_id, PartRow.track).in_(seen),)


def _parts_query(site: int, merges: Merges, span: Span) -> Select[Any]:
    narrow = tracks_seen(site, since_ns=span.since_ns, until_ns=span.until_ns, cameras=span.cameras, run=span.run)
    members = sorted(merges.members(merges.final(span.identity))) if span.identity is not None else []
    if span.identity is not None:
        narrow += (tracks_of(site, members),)
    parts = parts_with_end(site, *narrow).subquery("parts")
    query = (
        _with_decisions(parts, site)
        .where(has_frames(parts))
        .order_by(parts.c.first_ns, parts.c.camera_id, parts.c.track, parts.c.since_ns)
    )
    if span.identity is not None:
        query = query.where(parts.c.holder.in_(members))
    if span.since_ns is not None:
        query = query.where(parts.c.next_ns.is_(None) | (parts.c.next_ns > span.since_ns))
    if span.until_ns is not None:
        query = query.where(parts.c.since_ns <= span.until_ns)
    if span.limit is not None:
        query = query.limit(span.limit)
    return query.offset(span.offset) if span.offset else query


def _with_decisions(parts: Subquery, site: int) -> Select[Any]:
    """Return the query of parts, each with its decision."""
    return (
        select(parts, *decision_columns())
        .join(DecisionRow, (DecisionRow.site_id == site) & (DecisionRow.number == parts.c.decision))
        .join(ModelRow, ModelRow.id == DecisionRow.model_id)
    )


def decision_columns() -> tuple[Any, ...]:
    """Return the columns that :func:`to_decision` reads; the query joins ``models``."""
    return (
        DecisionRow.number.label("decision_number"),
        DecisionRow.since_ns.label("decision_since_ns"),
        DecisionRow.time_ns.label("decision_time_ns"),
        DecisionRow.verdict,
        DecisionRow.identity,
        DecisionRow.previous,
        DecisionRow.score,
        DecisionRow.runner_up,
        DecisionRow.runner_up_score,
        DecisionRow.accept,
        DecisionRow.ask,
        DecisionRow.margin,
        DecisionRow.reason,
        DecisionRow.action,
        ModelRow.hash.label("model"),
    )


def to_decision(row: Row[Any], track: TrackKey) -> RecordedDecision:
    """Return the decision on ``track`` that a row with :func:`decision_columns` holds."""
    decision = Decision(
        track=track,
        time_ns=row.decision_time_ns,
        verdict=Verdict(row.verdict),
        identity=row.identity,
        score=row.score,
        runner_up=row.runner_up,
        runner_up_score=row.runner_up_score,
        thresholds=Thresholds(row.accept, row.ask, row.margin),
        model=row.model,
        previous=row.previous,
        reason=row.reason,
        since_ns=row.decision_since_ns,
    )
    return RecordedDecision(row.decision_number, decision, row.action)


def _whole_part(connection: Connection, row: Row[Any], cameras: Mapping[int, str], merges: Merges) -> Part | None:
    """Return the part of a row, narrowed to its own frames; None when it has none."""
    part = _part(row, cameras, merges)
    if row.since_ns != FROM_START or row.next_ns is not None:
        return _limit_to_path(connection, row.camera_id, part, row.next_ns)
    return part


def _part(row: Row[Any], cameras: Mapping[int, str], merges: Merges) -> Part:
    track = TrackKey(cameras[row.camera_id], row.track)
    return Part(
        track=track,
        run=row.run_id,
        identity=merges.final(row.holder),
        first_ns=row.first_ns,
        last_ns=row.last_ns,
        first_frame=row.first_frame,
        last_frame=row.last_frame,
        frames=row.frames,
        best_score=row.best_score,
        ended=row.ended,
        since_ns=None if row.since_ns == FROM_START else row.since_ns,
        decision=to_decision(row, track),
    )


def _limit_to_path(connection: Connection, camera: int, part: Part, next_ns: int | None) -> Part | None:
    """Narrow ``part`` to the frames of its track from its start to ``next_ns``; None when there are none."""
    path = read_path(connection, camera, part.track)
    inside = path.times_ns >= (part.since_ns or FROM_START)
    if next_ns is not None:
        inside &= path.times_ns < next_ns
    where = np.flatnonzero(inside)
    if not len(where):
        return None
    first, last = where[0], where[-1]
    return replace(
        part,
        first_ns=int(path.times_ns[first]),
        last_ns=int(path.times_ns[last]),
        first_frame=int(path.frames[first]),
        last_frame=int(path.frames[last]),
        frames=len(where),
        best_score=float(path.scores[where].max()),
        ended=part.ended or next_ns is not None,
    )


def read_path(connection: Connection, camera: int, track: TrackKey) -> TrackPath:
    """Return the path of a track; empty when it is not on record.

    Args:
        connection: A read.
        camera: Row id of the camera.
        track: The track.
    """
    mine = (PathRow.camera_id == camera, PathRow.track == track.number)
    chunks = connection.execute(select(PathRow.boxes).where(*mine).order_by(PathRow.chunk)).scalars()
    rows = unpack_path(chunks)
    return TrackPath(
        track=track,
        frames=rows["frame"].astype(np.int64),
        times_ns=rows["time_ns"].astype(np.int64),
        boxes=rows["box"].astype(np.float32),
        scores=rows["score"].astype(np.float32),
    )
