"""Names of identities and which were merged, in memory: windows ask for them with every frame."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from reid_app.domain import Decision, Merge
from reid_app.records.records import Records

_ALL = 1_000_000


class Register:
    """Knows the name of every identity, and the number that it goes by now.

    A merge must not lose a name: an identity without one takes over that of the one that
    it absorbs.

    Args:
        records: Of the site; names and merges of earlier runs are read from them.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._listeners: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._into = {one.merge.absorbed: one.merge.kept for one in records.merges(standing=True, limit=_ALL)}
        self._names = {one.number: one.name for one in records.identities(limit=_ALL) if one.name}
        self._taken_over: dict[int, int] = {}

    def listen(self, listener: Callable[[], None]) -> None:
        """Have ``listener`` called whenever an operator has renamed somebody; before the start."""
        self._listeners.append(listener)

    def final(self, number: int) -> int:
        """Return the number that ``number`` goes by now, after all merges that stand."""
        with self._lock:
            return self._final(number)

    def name(self, number: int) -> str:
        """Return the name of an identity, empty if it has none."""
        with self._lock:
            return self._names.get(self._final(number), "")

    def rename(self, number: int, name: str) -> None:
        """Give an identity a name (empty: take it away), here and in the records."""
        with self._lock:
            self._rename(number, name)
        for listener in self._listeners:  # not within the lock: who draws names holds its own and asks for them
            listener()

    def learn(self, outcomes: Sequence[Decision | Merge]) -> None:
        """Take what was decided."""
        with self._lock:
            for outcome in outcomes:
                if isinstance(outcome, Merge):
                    self._merge(outcome)

    def _final(self, number: int) -> int:
        while number in self._into:
            number = self._into[number]
        return number

    def _rename(self, number: int, name: str) -> None:
        self._records.write_name(number, name)
        self._taken_over.pop(number, None)
        if name:
            self._names[number] = name
        else:
            self._names.pop(number, None)

    def _merge(self, merge: Merge) -> None:
        kept, absorbed = merge.kept, merge.absorbed
        if merge.undone:
            self._into.pop(absorbed, None)
            if self._taken_over.get(kept) == absorbed:
                self._rename(kept, "")
            return
        self._into[absorbed] = kept
        if absorbed in self._names and kept not in self._names:
            self._rename(kept, self._names[absorbed])
            self._taken_over[kept] = absorbed
