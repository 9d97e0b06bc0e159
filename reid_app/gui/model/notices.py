"""Messages to the operator: each once, in one place."""

from __future__ import annotations

import enum
from collections import deque
from dataclasses import dataclass


class Level(enum.Enum):
    """How much a message matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message.

    Attributes:
        source: What it is about, for example a camera's name.
        text: What it says, one sentence.
        level: How much it matters.
        time_ns: Wall clock.
    """

    source: str
    text: str
    level: Level
    time_ns: int


class Notices:
    """Messages, newest last; one that still holds is not said twice.

    Args:
        most: How many are kept.
    """

    def __init__(self, most: int = 200) -> None:
        self._kept: deque[Notice] = deque(maxlen=most)
        self._holding: dict[str, str] = {}
        self._unread = 0

    @property
    def all(self) -> tuple[Notice, ...]:
        """The messages kept, newest last."""
        return tuple(self._kept)

    @property
    def unread(self) -> int:
        """Messages since the list was last read."""
        return self._unread

    def add(self, notice: Notice) -> bool:
        """Take a message in; False when its source already said just this and has not recovered since."""
        if notice.level in (Level.WARNING, Level.ERROR):
            if self._holding.get(notice.source) == notice.text:
                return False
            self._holding[notice.source] = notice.text
        self._kept.append(notice)
        self._unread += 1
        return True

    def recovered(self, source: str) -> bool:
        """Note that a source is well again, so that its next failure is said anew; True if it was not."""
        return self._holding.pop(source, None) is not None

    def read(self) -> None:
        """Note that the operator has seen all of them."""
        self._unread = 0
