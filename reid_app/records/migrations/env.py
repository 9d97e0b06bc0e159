"""What Alembic runs to bring a database to the newest schema.

The application hands over an open connection (``reid_app.records.database``);
``alembic -x url=... -c reid_app/records/migrations/alembic.ini revision`` is how a
developer writes a new migration.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

from reid_app.records.schema import Base


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite cannot alter a column in place; Alembic then copies the table.
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


_given = context.config.attributes.get("connection")
if isinstance(_given, Connection):
    _migrate(_given)
else:
    with create_engine(context.get_x_argument(as_dictionary=True)["url"]).connect() as _connection:
        _migrate(_connection)
