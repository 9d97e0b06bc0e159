"""The tables of the records.

Keys are natural where there are any (a camera's track number, a track's frame):
writing the same rows twice does no harm, so a batch whose commit went wrong is
simply written again. Numbers of decisions, merges and operator actions are given
out by the one writer of a site and count up per site.

Times are nanoseconds since 1970-01-01 UTC. ``recorded_ns`` and the times of runs
and operator actions are wall-clock times, all others are stream times.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints, fixed so that migrations can name them on every database."""


class Base(DeclarativeBase):
    """Base of all tables; integers are 64 bits wide because times are nanoseconds."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dict[str, Any]: JSON, list[str]: JSON}  # noqa: RUF012 (SQLAlchemy reads it from the class)


class SiteRow(Base):
    """A site; several may share one database server."""

    __tablename__ = "sites"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    uuid: Mapped[UUID] = mapped_column(Uuid)
    created_ns: Mapped[int] = mapped_column(BigInteger)


class CameraRow(Base):
    """A camera of a site, for good: a camera that leaves the site file keeps its row."""

    __tablename__ = "cameras"
    __table_args__ = (UniqueConstraint("site_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    name: Mapped[str] = mapped_column(String(64))


class ModelRow(Base):
    """An embedding model by the hash that defines its embeddings."""

    __tablename__ = "models"

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(128), unique=True)
    dimension: Mapped[int | None]
    first_used_ns: Mapped[int] = mapped_column(BigInteger)


class RunRow(Base):
    """One start of the application on a site; ``ended_ns`` stays empty when it was killed."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    version: Mapped[str] = mapped_column(String(64))
    started_ns: Mapped[int] = mapped_column(BigInteger)
    ended_ns: Mapped[int | None] = mapped_column(BigInteger)


class RunCameraRow(Base):
    """What a camera's source was during a run (credentials left out)."""

    __tablename__ = "run_cameras"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    camera_id: Mapped[int] = mapped_column(ForeignKey("cameras.id"), primary_key=True)
    source: Mapped[str]
    is_file: Mapped[bool]


class ProcessedRow(Base):
    """Frames of a camera that were looked at, in chunks (``packing.pack_frames``)."""

    __tablename__ = "processed_frames"
    __table_args__ = (Index(None, "camera_id", "first_ns"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    camera_id: Mapped[int] = mapped_column(ForeignKey("cameras.id"), primary_key=True)
    chunk: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    first_ns: Mapped[int] = mapped_column(BigInteger)
    last_ns: Mapped[int] = mapped_column(BigInteger)
    frames: Mapped[bytes] = mapped_column(LargeBinary)


class TrackRow(Base):
    """A track: one person followed in one camera without a break."""

    __tablename__ = "tracks"
    __table_args__ = (
        Index(None, "camera_id", "first_ns"),
        Index(None, "camera_id", "last_ns"),
        Index(None, "run_id"),
    )

    camera_id: Mapped[int] = mapped_column(ForeignKey("cameras.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    first_ns: Mapped[int] = mapped_column(BigInteger)
    last_ns: Mapped[int] = mapped_column(BigInteger)
    first_frame: Mapped[int] = mapped_column(BigInteger)
    last_frame: Mapped[int] = mapped_column(BigInteger)
    frames: Mapped[int]
    best_score: Mapped[float]
    ended: Mapped[bool]


class PathRow(Base):
    """A track's boxes in processed frames, in chunks (``packing.pack_path``)."""

    __tablename__ = "track_paths"
    __table_args__ = (ForeignKeyConstraint(["camera_id", "track"], ["tracks.camera_id", "tracks.number"]),)

    camera_id: Mapped[int] = mapped_column(primary_key=True)
    track: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    chunk: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    boxes: Mapped[bytes] = mapped_column(LargeBinary)


class SightingRow(Base):
    """One recorded look at a track; ``embedding`` is D little-endian float32."""

    __tablename__ = "sightings"
    __table_args__ = (
        ForeignKeyConstraint(["camera_id", "track"], ["tracks.camera_id", "tracks.number"]),
        Index(None, "camera_id", "time_ns"),
    )

    camera_id: Mapped[int] = mapped_column(primary_key=True)
    track: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    time_ns: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    frame: Mapped[int] = mapped_column(BigInteger)
    x1: Mapped[float]
    y1: Mapped[float]
    x2: Mapped[float]
    y2: Mapped[float]
    score: Mapped[float]
    quality: Mapped[float]
    quality_parts: Mapped[dict[str, Any]]
    pose: Mapped[str] = mapped_column(String(16))
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id"))
    embedding: Mapped[bytes] = mapped_column(LargeBinary)
    thumbnail: Mapped[str | None] = mapped_column(String(64))


class IdentityRow(Base):
    """A person across cameras; ``merged_into`` follows the merges that stand."""

    __tablename__ = "identities"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid)
    name: Mapped[str]
    note: Mapped[str]
    tags: Mapped[list[str]]
    merged_into: Mapped[int | None] = mapped_column(BigInteger)
    recorded_ns: Mapped[int] = mapped_column(BigInteger)


class DecisionRow(Base):
    """Why a track, or a part of it, was given to an identity; rows are never changed."""

    __tablename__ = "decisions"
    __table_args__ = (
        ForeignKeyConstraint(["camera_id", "track"], ["tracks.camera_id", "tracks.number"]),
        ForeignKeyConstraint(["site_id", "identity"], ["identities.site_id", "identities.number"]),
        Index(None, "camera_id", "track"),
        Index(None, "site_id", "time_ns"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    camera_id: Mapped[int]
    track: Mapped[int] = mapped_column(BigInteger)
    since_ns: Mapped[int | None] = mapped_column(BigInteger)
    time_ns: Mapped[int] = mapped_column(BigInteger)
    recorded_ns: Mapped[int] = mapped_column(BigInteger)
    verdict: Mapped[str] = mapped_column(String(16))
    identity: Mapped[int] = mapped_column(BigInteger)
    previous: Mapped[int | None] = mapped_column(BigInteger)
    score: Mapped[float | None]
    runner_up: Mapped[int | None] = mapped_column(BigInteger)
    runner_up_score: Mapped[float | None]
    accept: Mapped[float]
    ask: Mapped[float]
    margin: Mapped[float]
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id"))
    reason: Mapped[str]
    action: Mapped[int | None] = mapped_column(BigInteger)


class PartRow(Base):
    """To whom a part of a track belongs now: its last decision. Derived from the decisions."""

    __tablename__ = "track_parts"
    __table_args__ = (
        ForeignKeyConstraint(["camera_id", "track"], ["tracks.camera_id", "tracks.number"]),
        ForeignKeyConstraint(["site_id", "decision"], ["decisions.site_id", "decisions.number"]),
        Index(None, "site_id", "identity"),
    )

    camera_id: Mapped[int] = mapped_column(primary_key=True)
    track: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    since_ns: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    identity: Mapped[int] = mapped_column(BigInteger)
    decision: Mapped[int] = mapped_column(BigInteger)


class MergeRow(Base):
    """Two identities that turned out to be one person, until the merge is undone."""

    __tablename__ = "merges"
    __table_args__ = (Index(None, "site_id", "absorbed"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kept: Mapped[int] = mapped_column(BigInteger)
    absorbed: Mapped[int] = mapped_column(BigInteger)
    time_ns: Mapped[int] = mapped_column(BigInteger)
    recorded_ns: Mapped[int] = mapped_column(BigInteger)
    score: Mapped[float | None]
    reason: Mapped[str]
    undone_ns: Mapped[int | None] = mapped_column(BigInteger)
    undone_reason: Mapped[str]
    action: Mapped[int | None] = mapped_column(BigInteger)
    undone_action: Mapped[int | None] = mapped_column(BigInteger)


class ApartRow(Base):
    """Two identities (``low`` < ``high``) that are two people because an operator said so."""

    __tablename__ = "apart"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    low: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    high: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class ActionRow(Base):
    """What an operator did, when, and why; rows are never changed."""

    __tablename__ = "operator_actions"
    __table_args__ = (Index(None, "site_id", "time_ns"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    time_ns: Mapped[int] = mapped_column(BigInteger)
    operator: Mapped[str]
    kind: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str]
    data: Mapped[dict[str, Any]]
    undoes: Mapped[int | None] = mapped_column(BigInteger)


class WatchRow(Base):
    """Somebody on the watch list; leaving it only sets ``removed_ns``."""

    __tablename__ = "watch_list"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str]
    note: Mapped[str]
    operator: Mapped[str]
    added_ns: Mapped[int] = mapped_column(BigInteger)
    removed_ns: Mapped[int | None] = mapped_column(BigInteger)


class WatchViewRow(Base):
    """One picture of somebody on the watch list."""

    __tablename__ = "watch_views"
    __table_args__ = (ForeignKeyConstraint(["site_id", "entry"], ["watch_list.site_id", "watch_list.number"]),)

    site_id: Mapped[int] = mapped_column(primary_key=True)
    entry: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    view: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id"))
    embedding: Mapped[bytes] = mapped_column(LargeBinary)
    thumbnail: Mapped[str] = mapped_column(String(64))
    rating: Mapped[str] = mapped_column(String(16))
    why: Mapped[str]


class AlarmRow(Base):
    """Somebody on the watch list was seen; ``owner`` is who took the alarm over."""

    __tablename__ = "alarms"
    __table_args__ = (
        ForeignKeyConstraint(["site_id", "entry"], ["watch_list.site_id", "watch_list.number"]),
        ForeignKeyConstraint(["camera_id", "track"], ["tracks.camera_id", "tracks.number"]),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    entry: Mapped[int] = mapped_column(BigInteger)
    identity: Mapped[int] = mapped_column(BigInteger)
    camera_id: Mapped[int]
    track: Mapped[int] = mapped_column(BigInteger)
    time_ns: Mapped[int] = mapped_column(BigInteger)
    score: Mapped[float]
    owner: Mapped[str]
    note: Mapped[str]
    acknowledged_ns: Mapped[int | None] = mapped_column(BigInteger)
