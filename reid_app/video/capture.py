"""One attempt at reading a source, in a thread that can be left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from reid_app.errors import SourceError
from reid_app.video.sources import Picture, Source
from reid_app.video.stream import SourceRefusedError


class Capture:
    """Opens a source and hands over its pictures until it ends, fails or is cancelled.

    Opening and reading can hang for ever inside a decoder or the network. Nothing ever
    waits for this thread: who has waited long enough cancels it and starts another. A
    cancelled capture hands over nothing more and closes its source as soon as it can.

    Args:
        name: Of the thread.
        open_source: Opens the source; raises :class:`SourceError`.
        hand_over: Takes each picture; may block until there is room or ``cancelled`` is set.
        paced: Whether pictures are handed over no faster than their times say.
        on_event: Called when the source is open, after the first picture, and at the end.

    Attributes:
        source: What was opened, None before.
        problem: Why it ended, empty before and at a clean end.
        refused: Whether trying again soon is of no use.
        pictures: Number of pictures handed over.
    """

    def __init__(
        self,
        name: str,
        open_source: Callable[[], Source],
        hand_over: Callable[[Capture, Picture], None],
        *,
        paced: Callable[[Source], bool],
        on_event: Callable[[], None],
    ) -> None:
        self._open_source = open_source
        self._hand_over = hand_over
        self._paced = paced
        self._on_event = on_event
        self.cancelled = threading.Event()
        self.source: Source | None = None
        self.problem = ""
        self.refused = False
        self.pictures = 0
        self._busy_since: float | None = time.monotonic()
        self._done = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask the thread to end; it may take its time, or for ever."""
        self.cancelled.set()

    def join(self, timeout: float) -> bool:
        """Wait for the thread for ``timeout`` seconds; return whether it has ended."""
        self._thread.join(max(0.0, timeout))
        return not self._thread.is_alive()

    @property
    def done(self) -> bool:
        """Whether it has ended by itself; ``problem`` says why, empty at a clean end."""
        return self._done

    def busy(self) -> float:
        """Seconds since the source was asked for what it has not given yet; 0 while nobody waits for it."""
        since = self._busy_since
        return 0.0 if since is None else time.monotonic() - since

    def _run(self) -> None:
        try:
            self.source = self._open_source()
            self._on_event()
            self._read(self.source)
        except SourceError as error:
            # The error itself would keep what it was raised in, and that this: a ring that is found late.
            self.problem = str(error)
            self.refused = isinstance(error, SourceRefusedError)
        except Exception as error:  # noqa: BLE001  whatever a decoder throws, the camera has to be tried again
            # Its text may hold the address, and with it a password.
            self.problem = f"reading failed unexpectedly ({type(error).__name__}); it is tried again"
        finally:
            if self.source is not None:
                self.source.close()
            self._done = True
            self._on_event()

    def _read(self, source: Source) -> None:
        paced = self._paced(source)
        began: tuple[float, int] | None = None
        while not self.cancelled.is_set():
            self._busy_since = time.monotonic()
            picture = source.read()
            self._busy_since = None
            if picture is None:
                return
            if paced:
                began = began or (time.monotonic(), picture.time_ns)
                due = began[0] + (picture.time_ns - began[1]) / 1e9
                if self.cancelled.wait(max(0.0, due - time.monotonic())):
                    return
            self.pictures += 1
            self._hand_over(self, picture)
            if self.pictures == 1:
                self._on_event()
