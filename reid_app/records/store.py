"""Writes a batch of rows into the database, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from reid_app.records.packing import pack_vector
from reid_app.records.schema import (
    ActionRow,
    AlarmRow,
    ApartRow,
    DecisionRow,
    IdentityRow,
    MergeRow,
    ModelRow,
    PartRow,
    PathRow,
    ProcessedRow,
    SightingRow,
    TrackRow,
    WatchRow,
    WatchViewRow,
)
from reid_app.records.transcript import (
    Acknowledged,
    Annotated,
    Batch,
    Decided,
    Merged,
    Renamed,
    Row,
    SetApart,
    Step,
    Unwatched,
    Watched,
)
from reid_app.records.values import Action, Alarm, WatchEntry


class Store:
    """Knows the row ids of one site."""

    def __init__(self, site: int, uuid: UUID, cameras: Mapping[str, int]) -> None:
        """Remember the ids.

        Args:
            site: Row id of the site.
            uuid: The site's; those of its identities follow from it.
            cameras: Row id of each camera.
        """
        self._site = site
        self._uuid = uuid
        self._cameras = cameras

    def write(self, connection: Connection, batch: Batch) -> None:
        """Write all rows of ``batch``; doing it twice is like doing it once."""
        models = self._models(connection, batch)
        self._identities(connection, batch.identities)
        _upsert(connection, TrackRow, batch.tracks.values())
        _upsert(connection, PathRow, batch.paths.values())
        _upsert(connection, ProcessedRow, batch.processed.values())
        _upsert(connection, SightingRow, (_with_model(row, models) for row in batch.sightings.values()))
        self._decisions(connection, batch.decisions, models)
        for step in batch.steps:
            self._step(connection, step, models)

    def _step(self, connection: Connection, step: Step, models: Mapping[str, int]) -> None:
        match step:
            case Merged():
                self._merge(connection, step)
            case Renamed():
                self._change(connection, IdentityRow, step.identity, {"name": step.name})
            case Annotated():
                annotation: Row = {"note": step.annotation.note, "tags": list(step.annotation.tags)}
                self._change(connection, IdentityRow, step.identity, annotation)
            case SetApart():
                self._set_apart(connection, step.first, step.second, apart=step.apart)
            case Action():
                self._action(connection, step)
            case Watched():
                self._watch(connection, step.entry, models)
            case Unwatched():
                self._change(connection, WatchRow, step.number, {"removed_ns": step.removed_ns})
            case Alarm():
                self._alarm(connection, step)
            case Acknowledged():
                taken: Row = {"owner": step.owner, "note": step.note, "acknowledged_ns": step.acknowledged_ns}
                self._change(connection, AlarmRow, step.number, taken)

    def _models(self, connection: Connection, batch: Batch) -> dict[str, int]:
        """Return the row id of each model of the batch; unknown ones get a row."""
        ids: dict[str, int] = {}
        for model, (dimension, time_ns) in batch.models.items():
            found = connection.execute(select(ModelRow.id).where(ModelRow.hash == model)).scalar_one_or_none()
            if found is None:
                row = {"hash": model, "dimension": dimension, "first_used_ns": time_ns}
                found = connection.execute(insert(ModelRow).values(row).returning(ModelRow.id)).scalar_one()
            elif dimension is not None:
                known = ModelRow.dimension.is_(None)
                connection.execute(update(ModelRow).where(ModelRow.id == found, known).values(dimension=dimension))
            ids[model] = found
        return ids

    def _identities(self, connection: Connection, identities: Mapping[int, int]) -> None:
        rows: list[Row] = [
            {
                "site_id": self._site,
                "number": number,
                "uuid": uuid5(self._uuid, str(number)),
                "name": "",
                "note": "",
                "tags": [],
                "merged_into": None,
                "recorded_ns": recorded_ns,
            }
            for number, recorded_ns in identities.items()
        ]
        _insert_missing(connection, IdentityRow, rows)

    def _decisions(self, connection: Connection, decided: Iterable[Decided], models: Mapping[str, int]) -> None:
        rows: list[Row] = []
        parts: dict[tuple[int, int, int], Row] = {}
        for item in decided:
            decision = item.decision
            camera = self._cameras[decision.track.camera]
            rows.append(
                {
                    "site_id": self._site,
                    "number": item.number,
                    "camera_id": camera,
                    "track": decision.track.number,
                    "since_ns": decision.since_ns,
                    "time_ns": decision.time_ns,
                    "recorded_ns": item.recorded_ns,
                    "verdict": decision.verdict.value,
                    "identity": decision.identity,
                    "previous": decision.previous,
                    "score": _number(decision.score),
                    "runner_up": decision.runner_up,
                    "runner_up_score": _number(decision.runner_up_score),
                    "accept": float(decision.thresholds.accept),
                    "ask": float(decision.thresholds.ask),
                    "margin": float(decision.thresholds.margin),
                    "model_id": models[decision.model],
                    "reason": decision.reason,
                    "action": item.action,
                }
            )
            since = FROM_START if decision.since_ns is None else decision.since_ns
            parts[camera, decision.track.number, since] = {
                "camera_id": camera,
                "track": decision.track.number,
                "since_ns": since,
                "site_id": self._site,
                "identity": decision.identity,
                "decision": item.number,
            }
        _insert_missing(connection, DecisionRow, rows)
        _upsert(connection, PartRow, parts.values())

    def _merge(self, connection: Connection, item: Merged) -> None:
        merge = item.merge
        if not merge.undone:
            row = {
                "site_id": self._site,
                "number": item.number,
                "kept": merge.kept,
                "absorbed": merge.absorbed,
                "time_ns": merge.time_ns,
                "recorded_ns": item.recorded_ns,
                "score": _number(merge.score),
                "reason": merge.reason,
                "undone_ns": None,
                "undone_reason": "",
                "action": item.action,
                "undone_action": None,
            }
            _insert_missing(connection, MergeRow, [row])
            self._change(connection, IdentityRow, merge.absorbed, {"merged_into": merge.kept})
            if merge.score is None:  # an operator's
                self._set_apart(connection, merge.kept, merge.absorbed, apart=False)
            return
        connection.execute(
            update(MergeRow)
            .where(
                MergeRow.site_id == self._site,
                MergeRow.kept == merge.kept,
                MergeRow.absorbed == merge.absorbed,
                MergeRow.undone_ns.is_(None),
            )
            .values(undone_ns=merge.time_ns, undone_reason=merge.reason, undone_action=item.action)
        )
        self._change(connection, IdentityRow, merge.absorbed, {"merged_into": None})
        self._set_apart(connection, merge.kept, merge.absorbed, apart=True)

    def _change(
        self, connection: Connection, table: type[IdentityRow | WatchRow | AlarmRow], number: int, values: Row
    ) -> None:
        connection.execute(update(table).where(table.site_id == self._site, table.number == number).values(values))

    def _set_apart(self, connection: Connection, first: int, second: int, *, apart: bool) -> None:
        key = {"site_id": self._site, "low": min(first, second), "high": max(first, second)}
        if apart:
            _insert_missing(connection, ApartRow, [key])
        else:
            connection.execute(delete(ApartRow).filter_by(**key))

    def _action(self, connection: Connection, action: Action) -> None:
        row = {
            "site_id": self._site,
            "number": action.number,
            "time_ns": action.time_ns,
            "operator": action.operator,
            "kind": action.kind,
            "reason": action.reason,
            "data": dict(action.data),
            "undoes": action.undoes,
        }
        _insert_missing(connection, ActionRow, [row])

    def _watch(self, connection: Connection, entry: WatchEntry, models: Mapping[str, int]) -> None:
        row = {
            "site_id": self._site,
            "number": entry.number,
            "name": entry.name,
            "note": entry.note,
            "operator": entry.operator,
            "added_ns": entry.added_ns,
            "removed_ns": None,
        }
        _insert_missing(connection, WatchRow, [row])
        views = [
            {
                "site_id": self._site,
                "entry": entry.number,
                "view": number,
                "model_id": models[view.embedding.model],
                "embedding": pack_vector(view.embedding.vector),
                "thumbnail": view.thumbnail,
                "rating": view.rating,
                "why": view.why,
            }
            for number, view in enumerate(entry.views)
        ]
        _insert_missing(connection, WatchViewRow, views)

    def _alarm(self, connection: Connection, alarm: Alarm) -> None:
        row = {
            "site_id": self._site,
            "number": alarm.number,
            "entry": alarm.entry,
            "identity": alarm.identity,
            "camera_id": self._cameras[alarm.track.camera],
            "track": alarm.track.number,
            "time_ns": alarm.time_ns,
            "score": float(alarm.score),
            "owner": alarm.owner,
            "note": alarm.note,
            "acknowledged_ns": alarm.acknowledged_ns,
        }
        _insert_missing(connection, AlarmRow, [row])


FROM_START = 0
"""``track_parts.since_ns`` of the part that starts with the track."""


def _number(value: float | None) -> float | None:
    """Return a plain float: drivers do not know NumPy's."""
    return None if value is None else float(value)


def _with_model(row: Row, models: Mapping[str, int]) -> Row:
    return {name: value for name, value in row.items() if name != "model"} | {"model_id": models[row["model"]]}


def _insert_missing(connection: Connection, table: type[Any], rows: Iterable[Row]) -> None:
    """Insert rows; those whose key is there already stay as they are."""
    if values := list(rows):
        connection.execute(_dialect_insert(connection, table.__table__).on_conflict_do_nothing(), values)


def _upsert(connection: Connection, table: type[Any], rows: Iterable[Row]) -> None:
    """Insert rows; those whose key is there already are replaced."""
    if values := list(rows):
        columns: Table = table.__table__
        statement = _dialect_insert(connection, columns)
        keys = [column.name for column in columns.primary_key]
        changes = {name: statement.excluded[name] for name in values[0] if name not in keys}
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), values)


def _dialect_insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
