"""Opening the database: SQLite beside the site file, or a server by URL; locks, migrations, plain errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError

from reid_app.config import RecordsSettings
from reid_app.errors import RecordsError

DATABASE_FILE = "records.sqlite3"
"""Name of the SQLite database within the records folder."""

SCHEMA = "0001"
"""The newest migration; the database's own stands in the table ``alembic_version``."""

MIGRATIONS = Path(__file__).parent / "migrations"

BUSY_SECONDS = 5.0
"""How long a statement waits for another process's lock on an SQLite database."""


class Database:
    """An open database, and what it is called in messages.

    Attributes:
        engine: SQLAlchemy's engine.
        place: File name, or address without credentials.
    """

    def __init__(self, settings: RecordsSettings, folder: Path) -> None:
        """Prepare the engine; nothing is opened yet.

        Args:
            settings: The section of the site file.
            folder: The records folder, absolute.

        Raises:
            RecordsError: ``settings.url`` is no address that can be used.
        """
        if settings.url is None:
            path = folder / DATABASE_FILE
            self.place = str(path)
            self.file: Path | None = path
            url = URL.create("sqlite", database=str(path))
        else:
            try:
                url = make_url(settings.url.get_secret_value())
            except ArgumentError:
                # The cause is left out: it repeats the address with its password.
                raise RecordsError(
                    "records.url is no database address; write it like postgresql+psycopg://user@host/name."
                ) from None
            self.place = url.render_as_string(hide_password=True)
            is_file = url.get_backend_name() == "sqlite" and url.database
            self.file = Path(str(url.database)) if is_file else None
        self.engine = self._engine(url)

    def _engine(self, url: URL) -> Engine:
        if url.get_backend_name() not in {"sqlite", "postgresql"}:
            raise RecordsError(
                f"The database {self.place} cannot be used: records.url needs SQLite or PostgreSQL; "
                "write it like postgresql+psycopg://user@host/name, or leave it out."
            )
        sqlite = url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"connect_args": {"timeout": BUSY_SECONDS}} if sqlite else {"pool_pre_ping": True}
        try:
            engine = create_engine(url, **options)
        except (NoSuchModuleError, ModuleNotFoundError) as error:
            raise RecordsError(
                f"The database {self.place} needs a driver that is not installed ({error}); "
                "install it, for example psycopg for PostgreSQL."
            ) from None
        if sqlite:
            _prepare_sqlite(engine)
        return engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection within one consistent read; errors come as :class:`RecordsError`."""
        with self.plain_errors("read"), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection within one transaction, committed at the end; errors come as :class:`RecordsError`."""
        # SQLite's lock is taken at once: a transaction that starts by reading cannot wait for it later.
        engine = self.engine.execution_options(reid_write=True)
        with self.plain_errors("written"), engine.begin() as connection:
            yield connection

    @contextmanager
    def plain_errors(self, verb: str) -> Iterator[None]:
        """Turn the database's errors into :class:`RecordsError` of one sentence."""
        try:
            yield
        except SQLAlchemyError as error:
            raise RecordsError(self.explain(error, verb)) from error

    def explain(self, error: SQLAlchemyError, verb: str) -> str:
        """Say what ``error`` means for somebody who knows no SQL."""
        original = error.orig if isinstance(error, DBAPIError) else None
        said = str(original or error).strip().splitlines()[0] if str(original or error).strip() else "no reason given"
        lowered = said.lower()
        start = f"The records in {self.place} cannot be {verb}"
        for sign, meaning in _MEANINGS:
            if sign in lowered:
                return f"{start}: {meaning}."
        if isinstance(error, OperationalError) or original is not None:
            return f"{start}: the database says {said!r}."
        return f"{start}: {said}."

    def current_schema(self) -> str | None:
        """Return the schema version of the database, None while it has no tables of ours.

        Raises:
            RecordsError: It cannot be read, or its tables belong to something else.
        """
        with self.reading() as connection:
            tables = set(inspect(connection).get_table_names())
            if "alembic_version" in tables and "sites" in tables:
                return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none())
            if tables - {"alembic_version"} and self.file is not None:
                raise RecordsError(
                    f"{self.place} is a database, but not one of this application; "
                    "name another records.folder or move the file away."
                )
            return None

    def migrate(self) -> None:
        """Bring the schema to the newest version, in one transaction.

        Raises:
            RecordsError: The database was written by a newer version of the application,
                or it cannot be changed.
        """
        current = self.current_schema()
        if current == SCHEMA:
            return
        from alembic.command import upgrade  # heavy, and rarely needed
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if current is not None and current not in known:
            raise RecordsError(
                f"The records in {self.place} were written by a newer version of reid-app (schema {current}, "
                f"this one knows {SCHEMA}); use that version, or name another records.folder."
            )
        with self.writing() as connection:
            config.attributes["connection"] = connection
            upgrade(config, "head")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


_MEANINGS = (
    ("database or disk is full", "the disk is full; free some space, what is recorded so far is safe"),
    ("no space left", "the disk is full; free some space, what is recorded so far is safe"),
    ("disk full", "the disk is full; free some space, what is recorded so far is safe"),
    ("not a database", "the file is not a database; move it away, or name another records.folder"),
    ("malformed", "the database is damaged; restore a copy, or move it away to start afresh"),
    ("readonly", "the file is read-only; change its permissions, or name another records.folder"),
    ("read-only", "it is read-only; change its permissions, or name another records.folder"),
    ("is locked", "another program holds it locked; close that program"),
    ("unable to open", "the file cannot be opened; check that its folder exists and may be written"),
    ("disk i/o error", "the disk reports an error; check it"),
    ("password authentication failed", "the server refuses the user or password in records.url"),
    ("does not exist", "the server knows no such database or user; check records.url"),
    ("connection refused", "no database server answers there; start it, or check records.url"),
    ("could not translate host", "the server's name is unknown; check records.url"),
    ("failed to resolve host", "the server's name is unknown; check records.url"),
)
"""What drivers say (in lower case), and what it means."""


def _prepare_sqlite(engine: Engine) -> None:
    """Set SQLite up for one writer and many readers that survive being killed."""

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        # Transactions are begun by _on_begin, not by the driver: it would leave out DDL and reads.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # FULL: a commit is on the disk when it returns, power cuts included. There are only a few a second.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("reid_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def records_folder(settings: RecordsSettings, folder: Path) -> Path:
    """Return the records folder, relative ones taken from ``folder`` (the site file's)."""
    return (folder / settings.folder.expanduser()).resolve()
