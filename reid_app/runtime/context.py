"""What the parts that answer and act for operators share."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from reid_app.config import SiteSettings
from reid_app.domain import Decision, Merge
from reid_app.errors import RecordsError
from reid_app.match import Matcher
from reid_app.records.records import Records
from reid_app.runtime.events import EventLog
from reid_app.runtime.register import Register
from reid_app.runtime.sharing import SharedDetector, SharedEmbedder

EVERYTHING = 1_000_000
"""A limit for questions to the records whose answer is wanted whole."""


@dataclass(slots=True, eq=False)
class SiteContext:
    """The parts of a running site, as far as operators' questions and actions need them.

    Attributes:
        settings: The site's; replaced as a whole when cameras are added, changed or removed.
        folder: The site file's folder, where relative paths start.
        records: Open records.
        matcher: The matcher.
        register: Names and merges, in memory.
        detector: Finds people in pictures.
        embedder: Embeds them.
        events: Where events go.
        deciding: Held while the matcher decides and what it decided is handed to the
            records, so that decisions are recorded in the order in which they were taken.
        record: Takes decisions and merges, and the action that they came from, to the
            records and to all who follow them; ``deciding`` must be held.
        now_ns: Gives the stream time.
    """

    settings: SiteSettings
    folder: Path
    records: Records
    matcher: Matcher
    register: Register
    detector: SharedDetector
    embedder: SharedEmbedder
    events: EventLog
    deciding: AbstractContextManager[bool]
    record: Callable[[Sequence[Decision | Merge], int | None], None]
    now_ns: Callable[[], int]

    def refresh(self) -> None:
        """Bring on disk what the records were told, so that an answer holds what was just done.

        While nothing can be written, answers are as of what is on disk; that writing fails
        is told elsewhere.
        """
        with contextlib.suppress(RecordsError):
            self.records.flush()
