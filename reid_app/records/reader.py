"""Reading the records of a site, also while it runs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from reid_app.config import RecordsSettings
from reid_app.domain import Embedding, GallerySnapshot, Identity, Merge, TrackKey
from reid_app.errors import RecordsError
from reid_app.records import restore
from reid_app.records.database import Database, records_folder
from reid_app.records.identities import read_identities, seen_between
from reid_app.records.packing import unpack_frames, unpack_vector
from reid_app.records.parts import Merges, Span, decision_columns, read_newest_parts, read_parts, read_path, to_decision
from reid_app.records.schema import (
    ActionRow,
    AlarmRow,
    CameraRow,
    DecisionRow,
    IdentityRow,
    MergeRow,
    ModelRow,
    ProcessedRow,
    RunCameraRow,
    RunRow,
    SightingRow,
    SiteRow,
    WatchRow,
    WatchViewRow,
)
from reid_app.records.thumbnails import Thumbnails
from reid_app.records.values import (
    Action,
    Alarm,
    Annotation,
    Part,
    RecordedDecision,
    RecordedMerge,
    RecordedSighting,
    Run,
    TrackPath,
    WatchEntry,
    WatchView,
)

PAGE = 1000
"""Most entries of one answer, unless a call asks for more or fewer."""


class RecordsReader:
    """All questions that the records answer; every answer is of one moment.

    Every call raises :class:`RecordsError` when the database cannot be read. Calls may
    come from any thread.

    Attributes:
        folder: The records folder.
        thumbnails: The pictures of sightings.
    """

    def __init__(self, database: Database, folder: Path, site: str) -> None:
        """Read the site ``site`` of a database whose schema is current.

        Raises:
            RecordsError: The database does not know the site.
        """
        self.folder = folder
        self.thumbnails = Thumbnails(folder / "thumbnails")
        self._database = database
        with self._database.reading() as connection:
            row = connection.execute(select(SiteRow.id, SiteRow.uuid).where(SiteRow.name == site)).one_or_none()
            if row is None:
                known = connection.execute(select(SiteRow.name).order_by(SiteRow.name)).scalars().all()
                raise RecordsError(
                    f"The records in {database.place} know no site {site!r}, only {', '.join(map(repr, known))}; "
                    "check `name` in the site file."
                )
            self._site: int = row.id
            self._uuid: UUID = row.uuid
            cameras = select(CameraRow.id, CameraRow.name).where(CameraRow.site_id == row.id).order_by(CameraRow.id)
            self._names: dict[int, str] = {row.id: row.name for row in connection.execute(cameras)}
        self._ids = {name: id_ for id_, name in self._names.items()}

    @classmethod
    def open_existing(cls, settings: RecordsSettings, folder: Path, site: str = "site") -> RecordsReader:
        """Open records that are there, for reading; a site may be running on them.

        Args:
            settings: The section of the site file.
            folder: What relative paths refer to: the site file's folder.
            site: The site's name.

        Raises:
            RecordsError: There are none yet, or they cannot be read by this version.
        """
        home = records_folder(settings, folder)
        database = Database(settings, home)
        if database.file is not None and not database.file.is_file():
            raise RecordsError(f"There are no records in {database.file.parent} yet; run the site first.")
        database.migrate()
        return cls(database, home, site)

    @property
    def cameras(self) -> tuple[str, ...]:
        """Names of all cameras that ever belonged to the site."""
        return tuple(self._names.values())

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Runs and frames

    def runs(self) -> tuple[Run, ...]:
        """Return all runs, oldest first."""
        with self._database.reading() as connection:
            cameras: dict[int, dict[str, bool]] = {}
            columns = (RunCameraRow.run_id, RunCameraRow.camera_id, RunCameraRow.is_file)
            query = select(*columns).join(RunRow, RunRow.id == RunCameraRow.run_id).where(RunRow.site_id == self._site)
            for run, camera, is_file in connection.execute(query.order_by(RunCameraRow.camera_id)):
                cameras.setdefault(run, {})[self._names[camera]] = is_file
            runs = select(RunRow.id, RunRow.started_ns, RunRow.ended_ns).where(RunRow.site_id == self._site)
            return tuple(
                Run(number, started_ns, ended_ns, cameras.get(number, {}))
                for number, started_ns, ended_ns in connection.execute(runs.order_by(RunRow.id))
            )

    def frames_processed(self, camera: str, run: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return index and time of every frame of ``camera`` that ``run`` looked at, in order.

        Returns:
            (N,) ``Frame.index`` and (N,) ``Frame.time_ns``.

        Raises:
            RecordsError: There is no such camera.
        """
        with self._database.reading() as connection:
            chunks = connection.execute(
                select(ProcessedRow.frames)
                .where(ProcessedRow.run_id == run, ProcessedRow.camera_id == self._camera(camera))
                .order_by(ProcessedRow.chunk)
            ).scalars()
            rows = unpack_frames(chunks)
        return rows["frame"].astype(np.int64), rows["time_ns"].astype(np.int64)

    # Identities and where they were

    def identity(self, number: int) -> Identity:
        """Return one identity with its own tracks; ``merged_into`` says where they count now.

        Raises:
            RecordsError: There is no such identity.
        """
        with self._database.reading() as connection:
            merges = Merges.read(connection, self._site)
            # A merged identity is shown as itself, one that lives with all that it absorbed.
            own = merges if merges.final(number) == number else Merges({})
            found = read_identities(connection, self._site, self._names, own, [number])
        if not found:
            raise RecordsError(f"There is no identity {number} on record.")
        return found[0]

    def identities_of(self, numbers: Sequence[int]) -> tuple[Identity, ...]:
        """Return several identities at once, in this order, each with the tracks of all that it absorbed.

        Args:
            numbers: Their numbers, after all merges; unknown ones are left out.
        """
        with self._database.reading() as connection:
            merges = Merges.read(connection, self._site)
            return tuple(read_identities(connection, self._site, self._names, merges, numbers))

    def final_identity(self, number: int) -> int:
        """Return the number that ``number`` goes by now, after all merges that stand."""
        with self._database.reading() as connection:
            return Merges.read(connection, self._site).final(number)

    def identities(
        self, *, since_ns: int | None = None, until_ns: int | None = None, limit: int = PAGE, offset: int = 0
    ) -> tuple[Identity, ...]:
        """Return the identities that were seen in a span of time, last seen first.

        Merged ones count once, those without a track not at all.

        Args:
            since_ns: Seen at or after.
            until_ns: Seen at or before.
            limit: Most identities.
            offset: Identities left out at the start.
        """
        with self._database.reading() as connection:
            merges = Merges.read(connection, self._site)
            numbers = seen_between(connection, self._site, merges, since_ns, until_ns)[offset : offset + limit]
            return tuple(read_identities(connection, self._site, self._names, merges, numbers))

    def identity_count(self) -> int:
        """Return the number of identities that have a track; merged ones count once."""
        with self._database.reading() as connection:
            return len(seen_between(connection, self._site, Merges.read(connection, self._site), None, None))

    def parts(
        self,
        identity: int | None = None,
        *,
        camera: str | None = None,
        since_ns: int | None = None,
        until_ns: int | None = None,
        limit: int = PAGE,
        offset: int = 0,
    ) -> tuple[Part, ...]:
        """Return who was where: one part for each continuous presence, oldest first.

        Args:
            identity: Only of this one and of those merged into it; None is all.
            camera: Only in this one.
            since_ns: Seen at or after.
            until_ns: Seen at or before.
            limit: Most parts.
            offset: Parts left out at the start.

        Raises:
            RecordsError: There is no such camera.
        """
        cameras = None if camera is None else [self._camera(camera)]
        return tuple(
            self.iter_parts(
                Span(
                    identity=identity,
                    cameras=cameras,
                    since_ns=since_ns,
                    until_ns=until_ns,
                    limit=limit,
                    offset=offset,
                )
            )
        )

    def newest_parts(self, numbers: Collection[int], most: int) -> dict[int, list[Part]]:
        """Return the newest ``most`` parts of several identities at once, oldest first.

        Args:
            numbers: Their numbers, after all merges.
            most: Most parts of each.
        """
        with self._database.reading() as connection:
            merges = Merges.read(connection, self._site)
            return read_newest_parts(connection, self._site, self._names, merges, numbers, most)

    def iter_parts(self, span: Span) -> Iterator[Part]:
        """Yield parts like :meth:`parts`, any number of them in flat memory; for exports."""
        with self._database.reading() as connection:
            merges = Merges.read(connection, self._site)
            yield from read_parts(connection, self._site, self._names, merges, span)

    def path(self, track: TrackKey) -> TrackPath:
        """Return where ``track`` was in every processed frame; empty when it is not on record.

        Raises:
            RecordsError: There is no such camera.
        """
        with self._database.reading() as connection:
            return read_path(connection, self._camera(track.camera), track)

    # Sightings

    def sightings(self, track: TrackKey, *, limit: int = PAGE, offset: int = 0) -> tuple[RecordedSighting, ...]:
        """Return the sightings of ``track``, oldest first.

        Raises:
            RecordsError: There is no such camera.
        """
        mine = (SightingRow.camera_id == self._camera(track.camera), SightingRow.track == track.number)
        return self._sightings(*mine, order=(SightingRow.time_ns,), limit=limit, offset=offset)

    def best_sightings(
        self,
        track: TrackKey,
        *,
        limit: int = 5,
        since_ns: int | None = None,
        until_ns: int | None = None,
    ) -> tuple[RecordedSighting, ...]:
        """Return the sightings of ``track`` (within a span of time) with the best quality, best first.

        Raises:
            RecordsError: There is no such camera.
        """
        mine = [SightingRow.camera_id == self._camera(track.camera), SightingRow.track == track.number]
        if since_ns is not None:
            mine.append(SightingRow.time_ns >= since_ns)
        if until_ns is not None:
            mine.append(SightingRow.time_ns <= until_ns)
        return self._sightings(*mine, order=(SightingRow.quality.desc(), SightingRow.time_ns), limit=limit, offset=0)

    def _sightings(
        self,
        *conditions: ColumnElement[bool],
        order: Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]],
        limit: int,
        offset: int,
    ) -> tuple[RecordedSighting, ...]:
        columns = [column for column in SightingRow.__table__.c if column.name not in {"embedding", "quality_parts"}]
        query = select(*columns).where(*conditions).order_by(*order).limit(limit).offset(offset)
        with self._database.reading() as connection:
            return tuple(
                RecordedSighting(
                    track=TrackKey(self._names[row.camera_id], row.track),
                    time_ns=row.time_ns,
                    frame_index=row.frame,
                    box=np.array([row.x1, row.y1, row.x2, row.y2], np.float32),
                    quality=row.quality,
                    thumbnail=row.thumbnail,
                )
                for row in connection.execute(query)
            )

    # Decisions, merges, operators

    def decisions(
        self,
        *,
        track: TrackKey | None = None,
        action: int | None = None,
        since_ns: int | None = None,
        until_ns: int | None = None,
        limit: int = PAGE,
        offset: int = 0,
    ) -> tuple[RecordedDecision, ...]:
        """Return decisions in the order in which they were taken.

        Args:
            track: Only on this track.
            action: Only those that came from this action of an operator.
            since_ns: Taken at or after (stream time).
            until_ns: Taken at or before.
            limit: Most decisions.
            offset: Decisions left out at the start.

        Raises:
            RecordsError: There is no such camera.
        """
        query = select(DecisionRow.camera_id, DecisionRow.track, *decision_columns()).join(
            ModelRow, ModelRow.id == DecisionRow.model_id
        )
        query = query.where(DecisionRow.site_id == self._site).order_by(DecisionRow.number).limit(limit).offset(offset)
        if track is not None:
            camera = self._camera(track.camera)
            query = query.where(DecisionRow.camera_id == camera, DecisionRow.track == track.number)
        if action is not None:
            query = query.where(DecisionRow.action == action)
        if since_ns is not None:
            query = query.where(DecisionRow.time_ns >= since_ns)
        if until_ns is not None:
            query = query.where(DecisionRow.time_ns <= until_ns)
        with self._database.reading() as connection:
            rows = connection.execute(query)
            return tuple(to_decision(row, TrackKey(self._names[row.camera_id], row.track)) for row in rows)

    def merges(
        self, *, action: int | None = None, standing: bool = False, limit: int = PAGE
    ) -> tuple[RecordedMerge, ...]:
        """Return merges in the order in which they were made.

        Args:
            action: Only those that came from this action of an operator.
            standing: Only those that were not taken back.
            limit: Most merges, the newest ones.
        """
        query = select(*MergeRow.__table__.c).where(MergeRow.site_id == self._site)
        if action is not None:
            query = query.where(MergeRow.action == action)
        if standing:
            query = query.where(MergeRow.undone_ns.is_(None))
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(MergeRow.number.desc()).limit(limit)).all()
        return tuple(
            RecordedMerge(
                row.number,
                Merge(row.kept, row.absorbed, row.time_ns, row.score, row.reason, undone=row.undone_ns is not None),
                row.action,
                row.undone_action,
            )
            for row in reversed(rows)
        )

    def actions(self, *, operator: str | None = None, limit: int = PAGE, offset: int = 0) -> tuple[Action, ...]:
        """Return what operators did, newest first; of one operator or of all (None)."""
        conditions = [] if operator is None else [ActionRow.operator == operator]
        return self._actions(*conditions, limit=limit, offset=offset)

    def newest_standing_action(self, operator: str) -> Action | None:
        """Return the newest action of ``operator`` that was neither taken back nor takes another back."""
        later = aliased(ActionRow)
        undone = select(later.number).where(later.site_id == self._site, later.undoes == ActionRow.number).exists()
        found = self._actions(ActionRow.operator == operator, ActionRow.undoes.is_(None), ~undone, limit=1, offset=0)
        return found[0] if found else None

    def _actions(self, *conditions: ColumnElement[bool], limit: int, offset: int) -> tuple[Action, ...]:
        query = select(*ActionRow.__table__.c).where(ActionRow.site_id == self._site, *conditions)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(ActionRow.number.desc()).limit(limit).offset(offset))
            return tuple(
                Action(row.number, row.time_ns, row.operator, row.kind, row.reason, row.data, row.undoes)
                for row in rows
            )

    def annotation(self, identity: int) -> Annotation:
        """Return what operators wrote about an identity; empty when nothing."""
        mine = (IdentityRow.site_id == self._site, IdentityRow.number == identity)
        with self._database.reading() as connection:
            row = connection.execute(select(IdentityRow.note, IdentityRow.tags).where(*mine)).one_or_none()
        return Annotation() if row is None else Annotation(row.note, tuple(row.tags))

    def watch_list(self) -> tuple[WatchEntry, ...]:
        """Return who is on the watch list now, in the order in which they were put there."""
        with self._database.reading() as connection:
            mine = (WatchRow.site_id == self._site, WatchRow.removed_ns.is_(None))
            columns = [column for column in WatchViewRow.__table__.c if column.name != "site_id"]
            views = (
                select(*columns, ModelRow.hash)
                .join(WatchRow, (WatchRow.site_id == WatchViewRow.site_id) & (WatchRow.number == WatchViewRow.entry))
                .join(ModelRow, ModelRow.id == WatchViewRow.model_id)
                .where(*mine)
                .order_by(WatchViewRow.view)
            )
            pictures: dict[int, list[WatchView]] = {}
            for row in connection.execute(views):
                embedding = Embedding(unpack_vector(row.embedding), row.hash)
                pictures.setdefault(row.entry, []).append(WatchView(embedding, row.rating, row.why, row.thumbnail))
            entries = (WatchRow.number, WatchRow.name, WatchRow.note, WatchRow.operator, WatchRow.added_ns)
            return tuple(
                WatchEntry(*row, views=tuple(pictures.get(row.number, ())))
                for row in connection.execute(select(*entries).where(*mine).order_by(WatchRow.number))
            )

    def alarms(self, *, limit: int = PAGE, offset: int = 0) -> tuple[Alarm, ...]:
        """Return the alarms, newest first."""
        query = select(*AlarmRow.__table__.c).where(AlarmRow.site_id == self._site)
        with self._database.reading() as connection:
            return tuple(
                Alarm(
                    row.number,
                    row.entry,
                    row.identity,
                    TrackKey(self._names[row.camera_id], row.track),
                    row.time_ns,
                    row.score,
                    row.owner,
                    row.note,
                    row.acknowledged_ns,
                )
                for row in connection.execute(query.order_by(AlarmRow.number.desc()).limit(limit).offset(offset))
            )

    # Going on after a stop

    def next_track_numbers(self) -> dict[str, int]:
        """Return, for each camera, the number that its next track gets."""
        with self._database.reading() as connection:
            return restore.next_track_numbers(connection, self._names)

    def next_identity_number(self) -> int:
        """Return the number that the next new identity gets."""
        with self._database.reading() as connection:
            return restore.next_identity_number(connection, self._site)

    def gallery_snapshot(self, model: str, views: int, since_ns: int) -> GallerySnapshot:
        """Return what the gallery is rebuilt from: at most ``views`` embeddings of each identity.

        Args:
            model: Hash of the embedding model; sightings of other models are left out.
            views: Most views of one identity: its best sighting of each track, newest tracks
                first, then the second best of each, and so on.
            since_ns: Identities not seen at or after (stream time) are left out.
        """
        with self._database.reading() as connection:
            return restore.gallery_snapshot(connection, self._site, self._names, model, views, since_ns)

    def last_time_ns(self) -> int | None:
        """Return the newest stream time on record, None when there is nothing."""
        with self._database.reading() as connection:
            return restore.last_time_ns(connection, self._names)

    def _camera(self, name: str) -> int:
        try:
            return self._ids[name]
        except KeyError:
            raise RecordsError(
                f"The records know no camera {name!r}; its cameras are {', '.join(self.cameras)}."
            ) from None
