"""What a site needs of its records to go on where it was stopped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, Select, case, func, select

from reid_app.domain import GallerySnapshot, IdentityViews
from reid_app.records.packing import unpack_vector
from reid_app.records.parts import Merges, has_frames, in_lists, parts_with_end, tracks_of, tracks_seen
from reid_app.records.schema import ApartRow, IdentityRow, ModelRow, ProcessedRow, SightingRow, TrackRow


def next_track_numbers(connection: Connection, cameras: Mapping[int, str]) -> dict[str, int]:
    """Return, for each camera, the number that its next track gets (from 1).

    Args:
        connection: A read.
        cameras: Names by row id.
    """
    mine = TrackRow.camera_id.in_(cameras)
    query = select(TrackRow.camera_id, func.max(TrackRow.number).label("highest")).where(mine)
    highest = {row.camera_id: row.highest for row in connection.execute(query.group_by(TrackRow.camera_id))}
    return {name: highest.get(camera, 0) + 1 for camera, name in cameras.items()}


def next_identity_number(connection: Connection, site: int) -> int:
    """Return the number that the next new identity gets: above every number ever used, from 1."""
    query = select(func.max(IdentityRow.number)).where(IdentityRow.site_id == site)
    return (connection.execute(query).scalar_one() or 0) + 1


def gallery_snapshot(
    connection: Connection, site: int, cameras: Mapping[int, str], model: str, views: int, since_ns: int
) -> GallerySnapshot:
    """Return what the gallery is rebuilt from.

    An identity's views are its best sighting of each track, newest tracks first, then
    the second best of each, and so on: several looks of a person are worth more than
    many of one.

    Args:
        connection: A read.
        site: Row id of the site.
        cameras: Names by row id.
        model: Hash of the embedding model; sightings of others are left out.
        views: Most views of one identity.
        since_ns: Identities that were not seen at or after are left out.
    """
    merges = Merges.read(connection, site)
    last_seen: dict[int, dict[int, int]] = {}
    for number, camera, last_ns in connection.execute(_last_seen_query(site, since_ns)):
        seen = last_seen.setdefault(merges.final(number), {})
        seen[camera] = max(seen.get(camera, last_ns), last_ns)
    recent = {number: seen for number, seen in last_seen.items() if max(seen.values()) >= since_ns}
    found: dict[int, list[Row[Any]]] = {}
    for row in _views(
        connection, site, {member for number in recent for member in merges.members(number)}, model, views
    ):
        found.setdefault(merges.final(row.holder), []).append(row)
    return GallerySnapshot(
        model=model,
        identities=tuple(
            _identity_views(number, rows, views, cameras, recent[number]) for number, rows in sorted(found.items())
        ),
        next_number=next_identity_number(connection, site),
        apart=_apart(connection, site, merges),
    )


def _last_seen_query(site: int, since_ns: int) -> Select[Any]:
    parts = parts_with_end(site, *tracks_seen(site, since_ns=since_ns)).subquery()
    last_ns = case((parts.c.next_ns <= parts.c.last_ns, parts.c.next_ns - 1), else_=parts.c.last_ns)
    columns = (parts.c.holder, parts.c.camera_id)
    return select(*columns, func.max(last_ns)).where(has_frames(parts)).group_by(*columns)


def _views(connection: Connection, site: int, numbers: Collection[int], model: str, views: int) -> Iterable[Row[Any]]:
    """Yield at most ``views`` sightings of each identity in ``numbers``, in order of rank."""
    for some in in_lists(numbers):
        parts = parts_with_end(site, tracks_of(site, some)).subquery()
        best = func.row_number().over(
            partition_by=(parts.c.camera_id, parts.c.track, parts.c.since_ns),
            order_by=(SightingRow.quality.desc(), SightingRow.time_ns),
        )
        ranked = (
            select(
                parts.c.holder,
                parts.c.last_ns,
                SightingRow.camera_id,
                SightingRow.track,
                SightingRow.time_ns,
                best.label("best"),
            )
            .join(
                SightingRow,
                (SightingRow.camera_id == parts.c.camera_id)
                & (SightingRow.track == parts.c.track)
                & (SightingRow.time_ns >= parts.c.since_ns)
                & (parts.c.next_ns.is_(None) | (SightingRow.time_ns < parts.c.next_ns)),
            )
            .join(ModelRow, ModelRow.id == SightingRow.model_id)
            .where(ModelRow.hash == model, parts.c.holder.in_(some))
            .subquery()
        )
        order = (ranked.c.best, ranked.c.last_ns.desc(), ranked.c.camera_id, ranked.c.track, ranked.c.time_ns)
        rank = func.row_number().over(partition_by=ranked.c.holder, order_by=order)
        chosen = select(ranked, rank.label("rank")).where(ranked.c.best <= views).subquery()
        query = (
            select(chosen, SightingRow.quality, SightingRow.embedding)
            .join(
                SightingRow,
                (SightingRow.camera_id == chosen.c.camera_id)
                & (SightingRow.track == chosen.c.track)
                & (SightingRow.time_ns == chosen.c.time_ns),
            )
            .where(chosen.c.rank <= views)
            .order_by(chosen.c.holder, chosen.c.rank)
        )
        yield from connection.execute(query)


def _identity_views(
    number: int, rows: list[Row[Any]], views: int, cameras: Mapping[int, str], last_seen: Mapping[int, int]
) -> IdentityViews:
    # The rows of a merged identity come from several members, each in its own order.
    rows.sort(key=lambda row: (row.best, -row.last_ns, row.camera_id, row.track, row.time_ns))
    rows = list(islice(rows, views))
    return IdentityViews(
        number=number,
        vectors=np.stack([unpack_vector(row.embedding) for row in rows]).astype(np.float32),
        qualities=np.array([row.quality for row in rows], np.float32),
        cameras=tuple(cameras[row.camera_id] for row in rows),
        last_seen={cameras[camera]: last_ns for camera, last_ns in sorted(last_seen.items())},
    )


def _apart(connection: Connection, site: int, merges: Merges) -> tuple[tuple[int, int], ...]:
    """Return the pairs that an operator told apart, by their final numbers."""
    rows = connection.execute(select(ApartRow.low, ApartRow.high).where(ApartRow.site_id == site))
    pairs = {(merges.final(low), merges.final(high)) for low, high in rows}
    return tuple(sorted((min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]))


def last_time_ns(connection: Connection, cameras: Mapping[int, str]) -> int | None:
    """Return the newest stream time at which a camera was looked at, None when none was."""
    query = select(func.max(ProcessedRow.last_ns)).where(ProcessedRow.camera_id.in_(cameras))
    return connection.execute(query).scalar_one_or_none()
