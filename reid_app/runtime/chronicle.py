"""What the pipeline found, taken to the matcher, the records, and everybody who follows."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from reid_app.domain import Decision, Merge, Sighting
from reid_app.match import Matcher
from reid_app.records.records import Records
from reid_app.runtime.board import Board
from reid_app.runtime.events import EventLog
from reid_app.runtime.metrics import StageClock
from reid_app.runtime.pipeline import Tick
from reid_app.runtime.register import Register
from reid_app.runtime.telemetry import Telemetry

log = logging.getLogger(__name__)

Outcomes = Sequence[Decision | Merge]

Listener = Callable[[Tick, Sequence[Sighting], Outcomes], None]
"""Called in the identifying thread with each tick and what came of it."""


class Chronicle:
    """Matches what was seen, and hands it and what was decided to the records, in order.

    Args:
        records: Open records.
        matcher: The matcher.
        register: Names and merges, in memory.
        board: Who is on the newest frames.
        events: Where events go.
        telemetry: Told what it costs.
    """

    def __init__(
        self,
        records: Records,
        matcher: Matcher,
        register: Register,
        board: Board,
        events: EventLog,
        telemetry: Telemetry,
    ) -> None:
        self._records = records
        self._matcher = matcher
        self._register = register
        self._board = board
        self._events = events
        self._telemetry = telemetry
        self._listeners: list[Listener] = []
        self._followers: list[Callable[[Outcomes], None]] = []
        self._verdicts: dict[str, int] = {}
        self._is_open = False
        self.clock = StageClock(telemetry.stage)
        """What matching and recording cost."""
        self.deciding = threading.RLock()
        """Held while something is decided and handed to the records."""
        self.stream_ns: int | None = None
        """Newest stream time that was looked at."""
        self.first_ns: int | None = None
        """Stream time of the first processed frame, None before it."""

    @property
    def verdicts(self) -> dict[str, int]:
        """Number of decisions by verdict, and of merges."""
        return dict(self._verdicts)

    @property
    def now_ns(self) -> int:
        """Stream time now; after a restart, until the first frame, that of the run before."""
        return self.stream_ns or self._records.last_time_ns() or 0

    def listen(self, listener: Listener) -> None:
        """Have ``listener`` called with every tick, in order."""
        self._listeners.append(listener)

    def follow(self, follower: Callable[[Outcomes], None]) -> None:
        """Have ``follower`` told of every decision and merge, while :attr:`deciding` is held."""
        self._followers.append(follower)

    def begin(self) -> None:
        """Take that there will be ticks, and that what they leave open is to be decided in the end."""
        self._is_open = True

    def take(self, tick: Tick, sightings: Sequence[Sighting]) -> None:
        """Match one tick and hand it to the records."""
        self.stream_ns = max(tick.time_ns, self.stream_ns or 0)
        if self.first_ns is None:
            self.first_ns = tick.updates[0].time_ns
        with self.deciding:
            # First what was seen: it is recorded even where the matcher fails on it.
            with self.clock.measure("record"):
                for update in tick.updates:
                    self._records.write_track_update(update)
                for sighting in sightings:
                    self._records.write_sighting(sighting)
                self._board.learn(sightings, ())
            with self.clock.measure("match"):
                outcomes = self._matcher.update(self.stream_ns, tick.updates, sightings)
            with self.clock.measure("record"):
                self.record(outcomes)
            if outcomes or sightings:
                self._board.expect(self._matcher.waiting())
        for update in tick.updates:
            if update.frame_index is None:
                self._board.end(update)
        now = time.monotonic()
        for frame in tick.frames:
            if frame.arrived:
                self._telemetry.latency(now - frame.arrived)
        for listener in self._listeners:
            listener(tick, sightings, outcomes)

    def finish(self, timeout: float = -1) -> None:
        """Decide what can be decided, since no more will be seen; once.

        Args:
            timeout: Seconds to wait for a decision that is under way; -1: as long as it takes.
        """
        if not self.deciding.acquire(timeout=timeout):
            log.warning("the matcher is busy; what it was about to decide stays undecided")
            return
        try:
            if self._is_open and self.stream_ns is not None:
                self._is_open = False
                self.record(self._matcher.finish(self.stream_ns))
        finally:
            self.deciding.release()

    def record(self, outcomes: Outcomes, action: int | None = None) -> None:
        """Take decisions to the records and all who follow them; last of all, tell of them.

        Args:
            outcomes: What was decided; :attr:`deciding` is held.
            action: Number of the operator's action that it came from, if any.
        """
        if action is not None:
            # After a restart the matcher knows the time only when the first frame comes.
            now_ns = self.now_ns
            outcomes = [replace(outcome, time_ns=max(outcome.time_ns, now_ns)) for outcome in outcomes]
        for outcome in outcomes:
            if isinstance(outcome, Decision):
                self._records.write_decision(outcome, action)
                kind = outcome.verdict.value
            else:
                self._records.write_merge(outcome, action)
                kind = "merge"
            self._verdicts[kind] = self._verdicts.get(kind, 0) + 1
        self._register.learn(outcomes)
        for follower in self._followers:
            follower(outcomes)
        self._board.learn((), outcomes)
        for outcome in outcomes:
            self._tell(outcome)

    def _tell(self, outcome: Decision | Merge) -> None:
        data: dict[str, object]
        if isinstance(outcome, Decision):
            data = {
                "track": str(outcome.track),
                "identity": outcome.identity,
                "verdict": outcome.verdict.value,
            }
            self._events.publish("decision", data)
        else:
            data = {"kept": outcome.kept, "absorbed": outcome.absorbed, "undone": outcome.undone}
            self._events.publish("merge", data)
