"""The shipped migrations make the schema that the code speaks of."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from reid_app.records.database import MIGRATIONS, SCHEMA, Database, records_folder
from reid_app.records.schema import Base
from tests.records.conftest import SERVER, Home


def open_database(home: Home) -> Database:
    with home.open():
        pass
    return Database(home.settings, records_folder(home.settings, home.folder))


def test_migrating_from_nothing_gives_the_schema_of_the_code(home: Home) -> None:
    database = open_database(home)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == SCHEMA
    database.close()


def test_there_is_one_line_of_migrations_and_its_end_is_the_schema_of_the_code() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA]


@pytest.mark.skipif(bool(SERVER), reason="asks SQLite")
def test_commits_are_on_the_disk_and_readers_do_not_wait_for_the_writer(home: Home) -> None:
    database = open_database(home)
    with database.reading() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2  # FULL
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    database.close()


def test_every_table_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "records.md").read_text(encoding="utf-8")
    assert [name for name in Base.metadata.tables if f"`{name}`" not in page] == []


def test_the_migrations_are_part_of_the_package() -> None:
    assert (MIGRATIONS / "env.py").is_file()
    assert Path(MIGRATIONS / "script.py.mako").is_file()
    assert list((MIGRATIONS / "versions").glob("0001_*.py"))
