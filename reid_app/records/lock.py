"""Only one running site may write into one set of records."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from reid_app.errors import RecordsError

_ADVISORY = 0x52454944  # "REID": the first key of our advisory locks on a PostgreSQL server


class FileLock:
    """A lock that the operating system lets go of by itself when its process dies."""

    def __init__(self, path: Path) -> None:
        """Take the lock.

        Raises:
            RecordsError: Another process holds it, or the file cannot be made.
        """
        self._path = path
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise RecordsError(
                f"The records folder {path.parent} cannot be written ({error.strerror}); "
                "change its permissions, or name another records.folder."
            ) from error
        try:
            _lock(self._file)
        except OSError as error:
            os.close(self._file)
            raise RecordsError(
                f"Another run writes into the records folder {path.parent}; stop it, or name another records.folder."
            ) from error

    def close(self) -> None:
        """Let go. The file stays: removing it would let two processes lock two files of one name."""
        os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class ServerLock:
    """The same on a PostgreSQL server: an advisory lock, held as long as its connection."""

    def __init__(self, engine: Engine, site: int, place: str) -> None:
        """Take the lock for the site with the row id ``site``.

        Raises:
            RecordsError: Another process holds it.
        """
        self._connection: Connection = engine.connect()
        taken = self._connection.execute(
            text("SELECT pg_try_advisory_lock(:kind, :site)"), {"kind": _ADVISORY, "site": site}
        ).scalar_one()
        self._connection.commit()
        if not taken:
            self._connection.close()
            raise RecordsError(f"Another run writes this site's records in {place}; stop it first.")

    def close(self) -> None:
        """Let go."""
        try:
            self._connection.invalidate()  # a pooled connection would keep the lock
        except SQLAlchemyError:
            return  # the server is gone, and the lock with it
        finally:
            self._connection.close()


def _lock(file: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
