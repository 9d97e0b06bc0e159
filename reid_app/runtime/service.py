"""A running site as a service: signals, the service manager, the site file read again."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from reid_app.errors import ReidAppError
from reid_app.runtime.health import Condition
from reid_app.runtime.notify import Notifier
from reid_app.runtime.site import Site

log = logging.getLogger(__name__)

_STATUS_SECONDS = 5.0


class Signals:
    """What the process was told from outside.

    Attributes:
        stop: Set by SIGINT and SIGTERM; a second one of them acts as usual.
        reload: Set by SIGHUP.
        by_user: Whether it was SIGINT.
    """

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.reload = threading.Event()
        self.by_user = False

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Catch the signals while the block runs; in the main thread."""
        stopping = (signal.SIGINT, signal.SIGTERM)
        reloading = (signal.SIGHUP,) if hasattr(signal, "SIGHUP") else ()
        before = {number: signal.getsignal(number) for number in (*stopping, *reloading)}

        def interrupt(number: int, *_: object) -> None:
            self.by_user = number == signal.SIGINT
            self.stop.set()
            signal.signal(number, before[signal.Signals(number)])

        for number in stopping:
            signal.signal(number, interrupt)
        for number in reloading:
            signal.signal(number, lambda *_: self.reload.set())
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class Service:
    """Keeps the service manager informed of a site, and the site of its file.

    Args:
        site: A site that was started.
        notifier: The way to the service manager.
    """

    def __init__(self, site: Site, notifier: Notifier) -> None:
        self._site = site
        self._notifier = notifier
        self._told = 0.0
        notifier.ready()

    def beat(self, signals: Signals) -> None:
        """Do what is due; called about twice a second from the main thread, which the watchdog thereby watches, too."""
        if self._site.is_alive:
            self._notifier.alive()
        if time.monotonic() - self._told > _STATUS_SECONDS:
            self._told = time.monotonic()
            health = self._site.health()
            rest = "" if health.condition is Condition.WELL else f": {'; '.join(health.problems)}"
            self._notifier.status(f"{health.condition.value}{rest}")
        if signals.reload.is_set():
            signals.reload.clear()
            self._notifier.reloading()
            self._reload()
            self._notifier.ready()

    def end(self) -> None:
        """Say that the site is about to stop."""
        self._notifier.stopping()

    def _reload(self) -> None:
        """Take over the cameras of the site file as it is now; a file with mistakes changes nothing."""
        try:
            changes = self._site.reload()
        except ReidAppError as error:
            log.error("the site file is not taken over: %s", error)  # noqa: TRY400  one sentence says it all
            return
        for camera, why in changes.refused.items():
            log.error("the camera is not taken over: %s", why, extra={"camera": camera})
        if changes.later:
            log.warning(
                "the site file has other settings in %s; start the site again to use them", ", ".join(changes.later)
            )
        log.warning(
            "read the site file again: %d cameras added, %d changed, %d removed",
            len(changes.added),
            len(changes.changed),
            len(changes.removed),
        )
