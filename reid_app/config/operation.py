"""The settings of what surrounds the pipeline: records, supervisor, alarms, metrics."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, field_validator

from reid_app.config.redact import origin
from reid_app.config.section import Section


class RecordsSettings(Section):
    """Where everything seen is kept."""

    folder: Path = Field(
        default=Path("records"),
        title="Folder",
        description="Database, thumbnails and match logs; relative to the site file. Left out: `records` beside it.",
    )
    url: SecretStr | None = Field(
        default=None,
        title="Database",
        description="SQLAlchemy address, for example postgresql+psycopg://...; left out: SQLite in the folder.",
    )
    flush_seconds: float = Field(
        default=0.5,
        gt=0,
        le=1.0,
        title="Flush interval (s)",
        description="Longest time before something seen is on disk.",
    )
    thumbnails: bool = Field(default=True, title="Thumbnails", description="Keep a small picture of each sighting.")


class SupervisorSettings(Section):
    """Keeping the parts of a running site alive; live sites only: a run over files fails at the first error."""

    restarts: int = Field(
        default=5,
        ge=0,
        le=100,
        title="Most restarts",
        description="A part that fails is started again at most this often within the window; then it stays off, and "
        "the site ends if nothing works without the part.",
    )
    window: float = Field(
        default=60.0, gt=0, le=86_400, title="Window (s)", description="Restarts longer ago do not count."
    )
    hang_seconds: float = Field(
        default=30.0,
        ge=1,
        le=3600,
        title="Hangs after (s)",
        description="A part that is busy with one thing for longer is left behind and started again.",
    )


class AlarmSettings(Section):
    """Telling others that somebody on the watch list was seen."""

    webhook: SecretStr | None = Field(
        default=None,
        title="Webhook",
        description=(
            "An http:// or https:// address that gets every alarm as JSON by POST; user:password@ before the host is "
            "sent as basic authentication. It may hold ${NAME} for a secret kept in the environment. Of it only the "
            "host is ever shown."
        ),
        json_schema_extra={"shown": "origin"},
    )
    webhook_timeout: float = Field(
        default=5.0,
        ge=0.1,
        le=60,
        title="Time-out of the webhook (s)",
        description="How long its server may take to answer.",
    )
    webhook_tries: int = Field(
        default=3,
        ge=1,
        le=10,
        title="Tries",
        description="How often an alarm is sent at most, 1, 2, 4 ... s apart, until the server takes it.",
    )

    @field_validator("webhook")
    @classmethod
    def _is_http(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and origin(value.get_secret_value()) is None:
            raise ValueError("must be an address such as https://alarms.example.com/reid")
        return value


class MetricsSettings(Section):
    """Figures of a running site over HTTP: `/metrics` for Prometheus, `/health` for `reid-app health`."""

    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        title="Address",
        description="Where it listens. The pages ask for no password: leave them on this machine, or see to it that "
        "only your monitoring reaches them.",
    )
    port: int | None = Field(
        default=9464, ge=1, le=65535, title="Port", description="null: no figures over HTTP, and no `reid-app health`."
    )
