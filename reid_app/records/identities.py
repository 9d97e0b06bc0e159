"""Identities as the records know them: names, merges, and where each was seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, case, func, select

from reid_app.domain import Identity
from reid_app.records.parts import Merges, has_frames, in_lists, parts_with_end, tracks_of, tracks_seen
from reid_app.records.schema import IdentityRow


def seen_between(
    connection: Connection, site: int, merges: Merges, since_ns: int | None, until_ns: int | None
) -> list[int]:
    """Return the final numbers of the identities seen in a span of time, last seen first.

    Args:
        connection: A read.
        site: Row id of the site.
        merges: The merges that stand.
        since_ns: Seen at or after; None is no limit.
        until_ns: Seen at or before; None is no limit.
    """
    parts = parts_with_end(site, *tracks_seen(site, since_ns=since_ns, until_ns=until_ns)).subquery()
    query = select(parts.c.holder, func.max(parts.c.last_ns)).where(has_frames(parts)).group_by(parts.c.holder)
    if since_ns is not None:
        query = query.where(parts.c.next_ns.is_(None) | (parts.c.next_ns > since_ns))
    if until_ns is not None:
        query = query.where(parts.c.since_ns <= until_ns)
    last: dict[int, int] = {}
    for holder, last_ns in connection.execute(query):
        number = merges.final(holder)
        last[number] = max(last.get(number, last_ns), last_ns)
    return sorted(last, key=lambda number: (-last[number], -number))


def read_identities(
    connection: Connection, site: int, cameras: Mapping[int, str], merges: Merges, numbers: Sequence[int]
) -> list[Identity]:
    """Return identities in the order of ``numbers``, each with the tracks of all that ``merges`` says it absorbed.

    Args:
        connection: A read.
        site: Row id of the site.
        cameras: Names by row id.
        merges: The merges to follow.
        numbers: Which; unknown ones are left out.
    """
    members = {member: number for number in numbers for member in merges.members(number)}
    places: dict[int, list[Row[Any]]] = {}
    for some in in_lists(members):
        for row in connection.execute(_places_query(site, some)):
            places.setdefault(members[row.holder], []).append(row)
    known: dict[int, Row[Any]] = {}
    for some in in_lists(numbers):
        columns = (
            IdentityRow.number,
            IdentityRow.uuid,
            IdentityRow.name,
            IdentityRow.merged_into,
            IdentityRow.recorded_ns,
        )
        mine = (IdentityRow.site_id == site, IdentityRow.number.in_(some))
        known.update({row.number: row for row in connection.execute(select(*columns).where(*mine))})
    return [_identity(known[number], places.get(number, ()), cameras) for number in numbers if number in known]


def _places_query(site: int, holders: Collection[int]) -> Any:
    """Return the query of when and how often each camera saw each of ``holders``."""
    parts = parts_with_end(site, tracks_of(site, holders)).subquery()
    first_ns = case((parts.c.since_ns > parts.c.first_ns, parts.c.since_ns), else_=parts.c.first_ns)
    last_ns = case((parts.c.next_ns <= parts.c.last_ns, parts.c.next_ns - 1), else_=parts.c.last_ns)
    return (
        select(
            parts.c.holder,
            parts.c.camera_id,
            func.min(first_ns).label("first_ns"),
            func.max(last_ns).label("last_ns"),
            func.count(parts.c.track.distinct()).label("tracks"),
        )
        .where(parts.c.holder.in_(holders), has_frames(parts))
        .group_by(parts.c.holder, parts.c.camera_id)
    )


def _identity(row: Row[Any], places: Collection[Row[Any]], cameras: Mapping[int, str]) -> Identity:
    ordered = sorted(places, key=lambda place: (place.first_ns, place.camera_id))
    return Identity(
        number=row.number,
        uuid=row.uuid,
        name=row.name,
        first_ns=min((place.first_ns for place in places), default=row.recorded_ns),
        last_ns=max((place.last_ns for place in places), default=row.recorded_ns),
        cameras=tuple(dict.fromkeys(cameras[place.camera_id] for place in ordered)),
        tracks=sum(place.tracks for place in places),
        merged_into=row.merged_into,
    )
