"""The records of a running site: one writer, any number of readers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, func, insert, select, update

from reid_app import __version__
from reid_app.config import CameraSettings, RecordsSettings
from reid_app.config.redact import redact
from reid_app.domain import Decision, Embedding, ImageArray, Merge, Sighting, TrackKey, TrackUpdate
from reid_app.errors import RecordsError
from reid_app.records.database import Database, records_folder
from reid_app.records.lock import FileLock, ServerLock
from reid_app.records.reader import RecordsReader
from reid_app.records.schema import (
    ActionRow,
    AlarmRow,
    CameraRow,
    DecisionRow,
    MergeRow,
    RunCameraRow,
    RunRow,
    SiteRow,
    TrackRow,
    WatchRow,
)
from reid_app.records.store import Store
from reid_app.records.transcript import (
    Acknowledged,
    Annotated,
    Decided,
    Item,
    Merged,
    Renamed,
    SetApart,
    Transcript,
    Unwatched,
    Watched,
)
from reid_app.records.values import Action, Alarm, Annotation, WatchEntry, WatchView
from reid_app.records.writer import BatchWriter

_Numbered = ActionRow | AlarmRow | DecisionRow | MergeRow | WatchRow


class Records(RecordsReader):
    """Writes what a run sees, in the order in which it is told, and answers questions.

    Writing calls only queue: what they were told is on disk after ``flush_seconds`` at
    the latest, or when :meth:`flush` returns. They wait while the queue is full, so
    nothing is left out. They may come from any thread; a track's update has to come
    before its sightings and decisions.
    """

    def __init__(
        self,
        database: Database,
        folder: Path,
        lock: FileLock | ServerLock | None,
        settings: RecordsSettings,
        site: str,
        cameras: Sequence[CameraSettings],
        on_error: Callable[[RecordsError | None], None] | None,
    ) -> None:
        """Start a run; use :meth:`open`."""
        super().__init__(database, folder, site)
        self._lock = lock
        self._numbers_lock = threading.Lock()
        with database.writing() as connection:
            self._run = _begin_run(connection, self._site, {c.name: self._ids[c.name] for c in cameras}, cameras)
            self._decision = self._highest(connection, DecisionRow)
            self._merge = self._highest(connection, MergeRow)
            self._action = self._highest(connection, ActionRow)
            self._watch = self._highest(connection, WatchRow)
            self._alarm = self._highest(connection, AlarmRow)
        thumbnails = self.thumbnails if settings.thumbnails else None
        self._transcript = Transcript(self._ids, self._run, thumbnails)
        self._store = Store(self._site, self._uuid, self._ids)
        self._writer: BatchWriter[Item] = BatchWriter(
            self._write, flush_seconds=settings.flush_seconds, on_error=on_error
        )

    @classmethod
    def open(
        cls,
        settings: RecordsSettings,
        folder: Path,
        cameras: Iterable[CameraSettings],
        site: str = "site",
        *,
        on_error: Callable[[RecordsError | None], None] | None = None,
    ) -> Records:
        """Open or make the records of a site and begin a run.

        Args:
            settings: The section of the site file.
            folder: What relative paths refer to: the site file's folder.
            cameras: The cameras of the run.
            site: The site's name, by which the records know it again.
            on_error: Told, from the writing thread, when writing starts to fail, and with
                None when it works again.

        Raises:
            RecordsError: Another run writes into them, they were written by a newer version,
                or they cannot be opened or written.
        """
        home = records_folder(settings, folder)
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RecordsError(
                f"The records folder {home} cannot be made ({error.strerror}); "
                "change its permissions, or name another records.folder."
            ) from error
        database = Database(settings, home)
        given = tuple(cameras)
        lock: FileLock | ServerLock | None = None
        try:
            if database.file is not None:
                lock = FileLock(database.file.with_suffix(".lock"))
            database.migrate()
            with database.writing() as connection:
                row = _know(connection, site, given)
            if lock is None:
                lock = ServerLock(database.engine, row, database.place)
            return cls(database, home, lock, settings, site, given, on_error)
        except BaseException:
            database.close()
            if lock is not None:
                lock.close()
            raise

    @property
    def run(self) -> int:
        """Number of this run."""
        return self._run

    @property
    def waiting(self) -> int:
        """Entries that are queued and not on disk yet."""
        return self._writer.waiting

    @property
    def broken(self) -> Exception | None:
        """What nobody foresaw and ended the writing thread, if anything did; see :meth:`restart_writer`."""
        error = self._writer.broken
        return error if isinstance(error, Exception) else None

    @property
    def has_room(self) -> bool:
        """Whether writing calls will not have to wait soon."""
        return self._writer.has_room

    def restart_writer(self) -> None:
        """Go on writing after :attr:`broken`: nothing of what was queued is lost."""
        self._writer.restart()

    @property
    def error(self) -> RecordsError | None:
        """Why nothing can be written at the moment; None while all is well."""
        return self._writer.error

    def add_camera(self, camera: CameraSettings) -> None:
        """Take one more camera into the run, or one that is known by its new source.

        Raises:
            RecordsError: The database cannot be written now.
        """
        with self._database.writing() as connection:
            row = _know_camera(connection, self._site, camera.name)
            taken = connection.execute(
                select(RunCameraRow.camera_id).where(RunCameraRow.run_id == self._run, RunCameraRow.camera_id == row)
            ).scalar_one_or_none()
            if taken is None:
                connection.execute(insert(RunCameraRow).values(_run_camera(self._run, row, camera)))
        self._names[row] = camera.name
        self._ids[camera.name] = row

    def write_track_update(self, update: TrackUpdate) -> None:
        """Record what a tracker said after one processed frame, also when it saw nobody.

        Raises:
            RecordsError: Writing has failed for some time, or the records are closed; so do
                all writing calls.
        """
        self._writer.put(update)

    def write_sighting(self, sighting: Sighting) -> None:
        """Record a look at a track, with its embedding and a thumbnail."""
        self._writer.put(sighting)

    def write_decision(self, decision: Decision, action: int | None = None) -> int:
        """Record a decision and return its number.

        Args:
            decision: The decision; the last one on a part of a track counts. An operator's that
                takes the part out of another identity says that the two are two people.
            action: Number of the operator's action that it came from, if any.
        """
        with self._numbers_lock:
            self._decision += 1
            self._writer.put(Decided(self._decision, decision, time.time_ns(), action))
            return self._decision

    def write_merge(self, merge: Merge, action: int | None = None) -> int:
        """Record a merge, or that one is taken back (``merge.undone``), and return its number.

        Args:
            merge: The merge.
            action: Number of the operator's action that it came from, if any. Who takes a merge
                back says that the two are two people; an operator who merges, that they are not.
        """
        with self._numbers_lock:
            self._merge += 1
            self._writer.put(Merged(self._merge, merge, time.time_ns(), action))
            return self._merge

    def write_apart(self, first: int, second: int, *, apart: bool = True) -> None:
        """Record that an operator says two identities are two people, or takes that back.

        Merges and decisions say so themselves; this is for "not the same" without either, and
        for taking it back after a decision was undone.
        """
        self._writer.put(SetApart(first, second, apart))

    def write_name(self, identity: int, name: str) -> None:
        """Give an identity a name (empty: take it away); the action that does it keeps the old one."""
        self._writer.put(Renamed(identity, name, time.time_ns()))

    def write_operator_action(
        self,
        operator: str,
        kind: str,
        *,
        reason: str = "",
        data: Mapping[str, object] | None = None,
        undoes: int | None = None,
    ) -> int:
        """Record what an operator did and return its number; its decisions and merges name it.

        Args:
            operator: Who.
            kind: What, one word: ``merge``, ``split``, ``rename``, ``answer`` ...
            reason: What the operator said of it.
            data: More about it; values that can be written as JSON.
            undoes: Number of the action that this one takes back.
        """
        with self._numbers_lock:
            self._action += 1
            self._writer.put(Action(self._action, time.time_ns(), operator, kind, reason, dict(data or {}), undoes))
            return self._action

    def write_annotation(self, identity: int, annotation: Annotation) -> None:
        """Replace an identity's note and tags; the action that does it keeps the old ones."""
        self._writer.put(Annotated(identity, annotation, time.time_ns()))

    def write_watch(
        self, name: str, operator: str, pictures: Sequence[tuple[ImageArray, Embedding, str, str]], note: str = ""
    ) -> WatchEntry:
        """Put somebody on the watch list.

        Args:
            name: Who it is.
            operator: Who does it.
            pictures: For each picture: (h, w, 3) BGR, its embedding, how good it is in one
                word, and what is wrong with it.
            note: What an operator should know.

        Raises:
            RecordsError: A picture cannot be written.
        """
        views = tuple(
            WatchView(embedding, rating, why, self.thumbnails.put(image)) for image, embedding, rating, why in pictures
        )
        with self._numbers_lock:
            self._watch += 1
            entry = WatchEntry(self._watch, name, note, operator, time.time_ns(), views)
            self._writer.put(Watched(entry))
            return entry

    def write_alarm(self, entry: int, identity: int, track: TrackKey, time_ns: int, score: float) -> Alarm:
        """Record that somebody on the watch list was seen."""
        with self._numbers_lock:
            self._alarm += 1
            alarm = Alarm(self._alarm, entry, identity, track, time_ns, score)
            self._writer.put(alarm)
            return alarm

    def write_acknowledgement(self, alarm: int, owner: str, note: str) -> None:
        """Record that ``owner`` took an alarm over."""
        self._writer.put(Acknowledged(alarm, owner, note, time.time_ns()))

    def write_unwatch(self, number: int) -> None:
        """Take an entry off the watch list."""
        self._writer.put(Unwatched(number, time.time_ns()))

    def flush(self) -> None:
        """Wait until all that was told so far is on disk.

        Raises:
            RecordsError: It cannot be written now; it stays queued and is tried again.
        """
        self._writer.flush()

    def close(self) -> None:
        """Write the rest, end the run, and let go of the records.

        Raises:
            RecordsError: The rest cannot be written.
        """
        if self._lock is None:
            return
        try:
            self._writer.close()
            with self._database.writing() as connection:
                connection.execute(update(RunRow).where(RunRow.id == self._run).values(ended_ns=time.time_ns()))
        finally:
            super().close()
            self._lock.close()
            self._lock = None

    def _write(self, items: Sequence[Item]) -> None:
        batch = self._transcript.rows(items)
        with self._database.writing() as connection:
            self._store.write(connection, batch)
        self._transcript.remember(batch)

    def _highest(self, connection: Connection, table: type[_Numbered]) -> int:
        return connection.execute(select(func.max(table.number)).where(table.site_id == self._site)).scalar_one() or 0


def _know(connection: Connection, site: str, cameras: Iterable[CameraSettings]) -> int:
    """Make sure that the site and its cameras have rows; return the site's id."""
    row = connection.execute(select(SiteRow.id).where(SiteRow.name == site)).scalar_one_or_none()
    if row is None:
        values = {"name": site, "uuid": uuid4(), "created_ns": time.time_ns()}
        row = connection.execute(insert(SiteRow).values(values).returning(SiteRow.id)).scalar_one()
    for camera in cameras:
        _know_camera(connection, row, camera.name)
    return row


def _know_camera(connection: Connection, site: int, name: str) -> int:
    """Make sure that a camera has a row; return its id."""
    known = select(CameraRow.id).where(CameraRow.site_id == site, CameraRow.name == name)
    row = connection.execute(known).scalar_one_or_none()
    if row is None:
        made = insert(CameraRow).values(site_id=site, name=name).returning(CameraRow.id)
        row = connection.execute(made).scalar_one()
    return row


def _run_camera(run: int, row: int, camera: CameraSettings) -> dict[str, object]:
    return {
        "run_id": run,
        "camera_id": row,
        "source": redact(camera.url.get_secret_value()),
        "is_file": camera.is_file,
    }


def _begin_run(connection: Connection, site: int, ids: Mapping[str, int], cameras: Iterable[CameraSettings]) -> int:
    # Tracks of a run that was killed did not end on record; nobody goes on with them.
    own = TrackRow.camera_id.in_(select(CameraRow.id).where(CameraRow.site_id == site))
    connection.execute(update(TrackRow).where(own, TrackRow.ended.is_(False)).values(ended=True))
    values = {"site_id": site, "version": __version__, "started_ns": time.time_ns(), "ended_ns": None}
    run = connection.execute(insert(RunRow).values(values).returning(RunRow.id)).scalar_one()
    for camera in cameras:
        connection.execute(insert(RunCameraRow).values(_run_camera(run, ids[camera.name], camera)))
    return run
