"""Keeps the parts of a running site alive: starts them again when they fail or hang, gives up in time.

The supervisor knows a part by its name, by how long it has been busy with one thing, and
by a call that starts it again. A part that fails is started again at once, then after 1,
2, 4 and 8 seconds: a cause that passes within a quarter of a minute is outlived. One that
fails more often than the settings allow is off, and stays off.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from reid_app.config import SupervisorSettings
from reid_app.errors import ReidAppError

log = logging.getLogger(__name__)

LONGEST_WAIT = 8.0
"""Seconds between two restarts at most."""

_ROUND = 0.5


class PartState(StrEnum):
    """What a part is doing."""

    RUNNING = "running"
    RESTARTING = "restarting"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class PartStatus:
    """A part of the site.

    Attributes:
        name: ``analyse``, ``embed``, ``records``, or ``camera NAME``.
        state: What it is doing.
        reason: Why it is not running, or why it failed last; empty if it never did.
        restarts: How often it was started again since the site started.
    """

    name: str
    state: PartState = PartState.RUNNING
    reason: str = ""
    restarts: int = 0


@dataclass(slots=True)
class _Part:
    name: str
    restart: Callable[[], None]
    busy: Callable[[], float]
    state: PartState = PartState.RUNNING
    reason: str = ""
    failed: bool = False
    unforeseen: Exception | None = None
    due: float = 0.0
    count: int = 0
    recent: deque[float] = field(default_factory=deque)

    def status(self) -> PartStatus:
        return PartStatus(self.name, self.state, self.reason, self.count)


class Supervisor:
    """Watches parts, in a thread of its own.

    Args:
        settings: How often a part is started again, and when it counts as hanging.
        on_change: Told of a part that failed, runs again, or is off; from the supervisor's thread.
        on_round: Called about twice a second while the supervisor itself works.
        clock: The monotonic clock, in seconds.
    """

    def __init__(
        self,
        settings: SupervisorSettings,
        on_change: Callable[[PartStatus], None],
        on_round: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._on_change = on_change
        self._on_round = on_round
        self._clock = clock
        self._parts: dict[str, _Part] = {}
        self._changed = threading.Condition()
        self._stopping = False
        self._looked = clock()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def watch(self, name: str, restart: Callable[[], None], busy: Callable[[], float] = lambda: 0.0) -> None:
        """Look after a part from now on; one of the same name is forgotten.

        Args:
            name: What the part is called.
            restart: Starts it again, after it failed or while it hangs; must return soon.
            busy: Seconds for which it has been at the thing at hand, 0 while it waits for one.
        """
        with self._changed:
            self._parts[name] = _Part(name, restart, busy)

    def forget(self, name: str) -> None:
        """Look after a part no more."""
        with self._changed:
            self._parts.pop(name, None)

    def failed(self, name: str, error: Exception) -> None:
        """Take that a part has ended with ``error``; from any thread."""
        with self._changed:
            part = self._parts.get(name)
            if part is None or part.state is PartState.OFF:
                return
            part.failed = True
            part.reason = in_words(error)
            part.unforeseen = None if isinstance(error, ReidAppError) else error
            self._changed.notify_all()

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self, timeout: float = 1.0) -> None:
        """Stop watching; nothing is started again from now on."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def parts(self) -> tuple[PartStatus, ...]:
        """Return how the parts are, in the order in which they were named."""
        with self._changed:
            return tuple(part.status() for part in self._parts.values())

    def silent(self) -> float:
        """Return the seconds since it last looked after the parts."""
        return self._clock() - self._looked

    def look(self) -> None:
        """Look once after every part; the thread does it by itself."""
        with self._changed:
            parts = list(self._parts.values())
        for part in parts:
            if part.state is not PartState.OFF:
                self._look_after(part)
        self._looked = self._clock()

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._stopping and not any(part.failed for part in self._parts.values()):
                    self._changed.wait(min(_ROUND, self._time_left()))
                if self._stopping:
                    return
            self.look()
            self._on_round()

    def _time_left(self) -> float:
        waiting = [part.due for part in self._parts.values() if part.state is PartState.RESTARTING]
        return max(0.01, min(waiting, default=float("inf")) - self._clock())

    def _look_after(self, part: _Part) -> None:
        if part.state is PartState.RUNNING:
            self._check(part)
        if part.state is PartState.RESTARTING and self._clock() >= part.due:
            self._restart(part)

    def _check(self, part: _Part) -> None:
        """Notice that a part failed or hangs, and decide what becomes of it."""
        busy = part.busy()
        with self._changed:
            failed, part.failed = part.failed, False
            # Kept no longer than needed: it keeps everything alive that it was raised in.
            unforeseen, part.unforeseen = part.unforeseen, None
        if not failed:
            if busy < self._settings.hang_seconds:
                return
            part.reason = f"it did not come back for {self._settings.hang_seconds:g} s"
        now = self._clock()
        while part.recent and part.recent[0] <= now - self._settings.window:
            part.recent.popleft()
        times = len(part.recent)
        if times >= self._settings.restarts:
            part.state = PartState.OFF
            log.error(
                "%s failed %d times within %g s and stays off: %s",
                part.name,
                times + 1,
                self._settings.window,
                part.reason,
                exc_info=unforeseen,
            )
        else:
            part.state = PartState.RESTARTING
            part.due = now + (0.0 if not times else min(LONGEST_WAIT, 2.0 ** (times - 1)))
            # Of what nobody foresaw the place is wanted, too.
            log.warning("%s failed and is started again: %s", part.name, part.reason, exc_info=unforeseen)
        self._on_change(part.status())

    def _restart(self, part: _Part) -> None:
        with self._changed:
            if self._stopping:
                return
        part.recent.append(self._clock())
        part.count += 1
        part.state = PartState.RUNNING
        try:
            part.restart()
        except Exception as error:
            log.debug("%s cannot be started again", part.name, exc_info=True)
            self.failed(part.name, error)
            return
        self._on_change(part.status())


def in_words(error: Exception) -> str:
    """Say what went wrong, in one sentence; what was not raised on purpose is named as such."""
    return str(error) if isinstance(error, ReidAppError) else f"unexpected {type(error).__name__}: {error}"
