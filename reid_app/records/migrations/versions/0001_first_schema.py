"""First schema.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=128), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=True),
        sa.Column("first_used_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_models")),
        sa.UniqueConstraint("hash", name=op.f("uq_models_hash")),
    )
    op.create_table(
        "sites",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("created_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("name", name=op.f("uq_sites_name")),
    )
    op.create_table(
        "apart",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_apart_site_id_sites")),
        sa.PrimaryKeyConstraint("site_id", "low", "high", name=op.f("pk_apart")),
    )
    op.create_table(
        "cameras",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_cameras_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cameras")),
        sa.UniqueConstraint("site_id", "name", name=op.f("uq_cameras_site_id_name")),
    )
    op.create_table(
        "identities",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("recorded_ns", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_identities_site_id_sites")),
        sa.PrimaryKeyConstraint("site_id", "number", name=op.f("pk_identities")),
    )
    op.create_table(
        "merges",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kept", sa.BigInteger(), nullable=False),
        sa.Column("absorbed", sa.BigInteger(), nullable=False),
        sa.Column("time_ns", sa.BigInteger(), nullable=False),
        sa.Column("recorded_ns", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("undone_ns", sa.BigInteger(), nullable=True),
        sa.Column("undone_reason", sa.String(), nullable=False),
        sa.Column("action", sa.BigInteger(), nullable=True),
        sa.Column("undone_action", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_merges_site_id_sites")),
        sa.PrimaryKeyConstraint("site_id", "number", name=op.f("pk_merges")),
    )
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merges_site_id_absorbed"), ["site_id", "absorbed"], unique=False)

    op.create_table(
        "operator_actions",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("time_ns", sa.BigInteger(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_operator_actions_site_id_sites")),
        sa.PrimaryKeyConstraint("site_id", "number", name=op.f("pk_operator_actions")),
    )
    with op.batch_alter_table("operator_actions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operator_actions_site_id_time_ns"), ["site_id", "time_ns"], unique=False)

    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("started_ns", sa.BigInteger(), nullable=False),
        sa.Column("ended_ns", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_runs_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_runs_site_id"), ["site_id"], unique=False)

    op.create_table(
        "watch_list",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("added_ns", sa.BigInteger(), nullable=False),
        sa.Column("removed_ns", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_watch_list_site_id_sites")),
        sa.PrimaryKeyConstraint("site_id", "number", name=op.f("pk_watch_list")),
    )
    op.create_table(
        "processed_frames",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("camera_id", sa.Integer(), nullable=False),
        sa.Column("chunk", sa.BigInteger(), nullable=False),
        sa.Column("first_ns", sa.BigInteger(), nullable=False),
        sa.Column("last_ns", sa.BigInteger(), nullable=False),
        sa.Column("frames", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_processed_frames_camera_id_cameras")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_processed_frames_run_id_runs")),
        sa.PrimaryKeyConstraint("run_id", "camera_id", "chunk", name=op.f("pk_processed_frames")),
    )
    with op.batch_alter_table("processed_frames", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_processed_frames_camera_id_first_ns"), ["camera_id", "first_ns"], unique=False
        )

    op.create_table(
        "run_cameras",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("camera_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("is_file", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_run_cameras_camera_id_cameras")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_cameras_run_id_runs")),
        sa.PrimaryKeyConstraint("run_id", "camera_id", name=op.f("pk_run_cameras")),
    )
    op.create_table(
        "tracks",
        sa.Column("camera_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("first_ns", sa.BigInteger(), nullable=False),
        sa.Column("last_ns", sa.BigInteger(), nullable=False),
        sa.Column("first_frame", sa.BigInteger(), nullable=False),
        sa.Column("last_frame", sa.BigInteger(), nullable=False),
        sa.Column("frames", sa.Integer(), nullable=False),
        sa.Column("best_score", sa.Double(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_tracks_camera_id_cameras")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_tracks_run_id_runs")),
        sa.PrimaryKeyConstraint("camera_id", "number", name=op.f("pk_tracks")),
    )
    with op.batch_alter_table("tracks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tracks_camera_id_first_ns"), ["camera_id", "first_ns"], unique=False)
        batch_op.create_index(batch_op.f("ix_tracks_camera_id_last_ns"), ["camera_id", "last_ns"], unique=False)
        batch_op.create_index(batch_op.f("ix_tracks_run_id"), ["run_id"], unique=False)

    op.create_table(
        "watch_views",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("view", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.String(length=64), nullable=False),
        sa.Column("rating", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_watch_views_model_id_models")),
        sa.ForeignKeyConstraint(
            ["site_id", "entry"],
            ["watch_list.site_id", "watch_list.number"],
            name=op.f("fk_watch_views_site_id_entry_watch_list"),
        ),
        sa.PrimaryKeyConstraint("site_id", "entry", "view", name=op.f("pk_watch_views")),
    )
    op.create_table(
        "alarms",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("identity", sa.BigInteger(), nullable=False),
        sa.Column("camera_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.BigInteger(), nullable=False),
        sa.Column("time_ns", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("acknowledged_ns", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["camera_id", "track"], ["tracks.camera_id", "tracks.number"], name=op.f("fk_alarms_camera_id_track_tracks")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "entry"],
            ["watch_list.site_id", "watch_list.number"],
            name=op.f("fk_alarms_site_id_entry_watch_list"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_alarms_site_id_sites")),
        sa.PrimaryKeyConstraint("site_id", "number", name=op.f("pk_alarms")),
    )
    op.create_table(
        "decisions",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("camera_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.BigInteger(), nullable=False),
        sa.Column("since_ns", sa.BigInteger(), nullable=True),
        sa.Column("time_ns", sa.BigInteger(), nullable=False),
        sa.Column("recorded_ns", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("identity", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("runner_up", sa.BigInteger(), nullable=True),
        sa.Column("runner_up_score", sa.Double(), nullable=True),
        sa.Column("accept", sa.Double(), nullable=False),
        sa.Column("ask", sa.Double(), nullable=False),
        sa.Column("margin", sa.Double(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("action", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["camera_id", "track"],
            ["tracks.camera_id", "tracks.number"],
            name=op.f("fk_decisions_camera_id_track_tracks"),
        ),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_decisions_model_id_models")),
        sa.ForeignKeyConstraint(
            ["site_id", "identity"],
            ["identities.site_id", "identities.number"],
            name=op.f("fk_decisions_site_id_identity_identities"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_decisions_site_id_sites")),
        sa.PrimaryKeyConstraint("site_id", "number", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decisions_camera_id_track"), ["camera_id", "track"], unique=False)
        batch_op.create_index(batch_op.f("ix_decisions_site_id_time_ns"), ["site_id", "time_ns"], unique=False)

    op.create_table(
        "sightings",
        sa.Column("camera_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.BigInteger(), nullable=False),
        sa.Column("time_ns", sa.BigInteger(), nullable=False),
        sa.Column("frame", sa.BigInteger(), nullable=False),
        sa.Column("x1", sa.Double(), nullable=False),
        sa.Column("y1", sa.Double(), nullable=False),
        sa.Column("x2", sa.Double(), nullable=False),
        sa.Column("y2", sa.Double(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("quality", sa.Double(), nullable=False),
        sa.Column("quality_parts", sa.JSON(), nullable=False),
        sa.Column("pose", sa.String(length=16), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["camera_id", "track"],
            ["tracks.camera_id", "tracks.number"],
            name=op.f("fk_sightings_camera_id_track_tracks"),
        ),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_sightings_model_id_models")),
        sa.PrimaryKeyConstraint("camera_id", "track", "time_ns", name=op.f("pk_sightings")),
    )
    with op.batch_alter_table("sightings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sightings_camera_id_time_ns"), ["camera_id", "time_ns"], unique=False)

    op.create_table(
        "track_paths",
        sa.Column("camera_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.BigInteger(), nullable=False),
        sa.Column("chunk", sa.BigInteger(), nullable=False),
        sa.Column("boxes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["camera_id", "track"],
            ["tracks.camera_id", "tracks.number"],
            name=op.f("fk_track_paths_camera_id_track_tracks"),
        ),
        sa.PrimaryKeyConstraint("camera_id", "track", "chunk", name=op.f("pk_track_paths")),
    )
    op.create_table(
        "track_parts",
        sa.Column("camera_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.BigInteger(), nullable=False),
        sa.Column("since_ns", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["camera_id", "track"],
            ["tracks.camera_id", "tracks.number"],
            name=op.f("fk_track_parts_camera_id_track_tracks"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "decision"],
            ["decisions.site_id", "decisions.number"],
            name=op.f("fk_track_parts_site_id_decision_decisions"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_track_parts_site_id_sites")),
        sa.PrimaryKeyConstraint("camera_id", "track", "since_ns", name=op.f("pk_track_parts")),
    )
    with op.batch_alter_table("track_parts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_track_parts_site_id_identity"), ["site_id", "identity"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("track_parts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_track_parts_site_id_identity"))

    op.drop_table("track_parts")
    op.drop_table("track_paths")
    with op.batch_alter_table("sightings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sightings_camera_id_time_ns"))

    op.drop_table("sightings")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_site_id_time_ns"))
        batch_op.drop_index(batch_op.f("ix_decisions_camera_id_track"))

    op.drop_table("decisions")
    op.drop_table("alarms")
    op.drop_table("watch_views")
    with op.batch_alter_table("tracks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tracks_run_id"))
        batch_op.drop_index(batch_op.f("ix_tracks_camera_id_last_ns"))
        batch_op.drop_index(batch_op.f("ix_tracks_camera_id_first_ns"))

    op.drop_table("tracks")
    op.drop_table("run_cameras")
    with op.batch_alter_table("processed_frames", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_processed_frames_camera_id_first_ns"))

    op.drop_table("processed_frames")
    op.drop_table("watch_list")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_runs_site_id"))

    op.drop_table("runs")
    with op.batch_alter_table("operator_actions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_operator_actions_site_id_time_ns"))

    op.drop_table("operator_actions")
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_merges_site_id_absorbed"))

    op.drop_table("merges")
    op.drop_table("identities")
    op.drop_table("cameras")
    op.drop_table("apart")
    op.drop_table("sites")
    op.drop_table("models")
