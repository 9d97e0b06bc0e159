"""The thread that looks for people in the frames of all cameras."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future

from reid_app.domain import NS_PER_S, Frame, TrackUpdate
from reid_app.errors import ReidAppError
from reid_app.runtime.pipeline import Analyser, LeftBehindError, Tick

log = logging.getLogger(__name__)

CALL_TIMEOUT = 10.0
"""Seconds that a call between two batches may take to come about."""


class AnalysisThread:
    """Takes batches of frames from a feed, and hands on what was found in them.

    It can be started again after an error, and left behind while it hangs.

    Args:
        feed: Gives batches; an empty one is a chance to do something else.
        analyser: Finds and follows people; used by this thread only.
        submit: Takes each tick.
        show: Takes each processed frame with what was found in it.
        admit: Says whether the frames of a batch may be looked at now; False leaves them out.
        on_batch: Called after each batch with the number of frames and the seconds that they took.
        on_error: Called in this thread with what ended it.
        on_end: Called in this thread when the feed has ended.
    """

    def __init__(
        self,
        feed: Iterable[list[Frame]],
        analyser: Analyser,
        *,
        submit: Callable[[Tick], None],
        show: Callable[[Frame, TrackUpdate], None],
        admit: Callable[[Sequence[Frame]], bool],
        on_batch: Callable[[int, float], None],
        on_error: Callable[[Exception], None],
        on_end: Callable[[], None],
    ) -> None:
        self._feed = feed
        self._analyser = analyser
        self._submit = submit
        self._show = show
        self._admit = admit
        self._on_batch = on_batch
        self._on_error = on_error
        self._on_end = on_end
        self._calls: queue.SimpleQueue[tuple[Callable[[], None], Future[None]]] = queue.SimpleQueue()
        self._newest: tuple[int, float] | None = None
        self._busy_since: float | None = None
        self._lease = object()
        self._thread = self._new_thread()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def restart(self) -> None:
        """Begin again after an error, or leave the thread that hangs behind."""
        hung = self._thread.is_alive() and self._busy_since is not None
        self._lease = object()
        self._busy_since = None
        self._hand_on(self._analyser.renew(hung=hung))
        self._thread = self._new_thread()
        self._thread.start()

    def give_up(self) -> None:
        """Leave the thread behind for good; the tracks end."""
        self._lease = object()
        self._hand_on(self._analyser.renew(hung=True))

    def join(self, timeout: float) -> bool:
        """Wait for the end of the thread for ``timeout`` seconds; return whether it came."""
        if self._thread.ident is not None:
            self._thread.join(max(0.0, timeout))
        return not self._thread.is_alive()

    def busy(self) -> float:
        """Seconds for which it has been at the batch at hand; 0 while it waits for one."""
        since = self._busy_since
        return 0.0 if since is None else time.monotonic() - since

    def between(self, work: Callable[[], None]) -> None:
        """Have ``work`` done in the thread between two batches, and wait for it.

        Raises:
            ReidAppError: The thread did not get to it in time.
        """
        if not self._thread.is_alive():
            work()
            return
        done: Future[None] = Future()
        self._calls.put((work, done))
        try:
            done.result(CALL_TIMEOUT)
        except TimeoutError:
            raise ReidAppError("the detector is busy and the cameras cannot be changed now; try again") from None

    def _new_thread(self) -> threading.Thread:
        return threading.Thread(target=self._run, args=(self._lease,), name="analyse", daemon=True)

    def _run(self, lease: object) -> None:
        try:
            for frames in self._feed:
                if lease is not self._lease:
                    return
                self._busy_since = time.monotonic()
                self._do_calls()
                self._look(self._analyser.known(frames))
                if lease is not self._lease:
                    return
                self._busy_since = None
            self._do_calls()
            self._hand_on(self._analyser.finish())
            self._on_end()
        except LeftBehindError:
            log.warning("the detector came back after it was left behind")
        except Exception as error:
            if lease is self._lease:
                log.debug("the analysis failed", exc_info=True)
                self._busy_since = None
                self._on_error(error)

    def _look(self, frames: Sequence[Frame]) -> None:
        if frames and self._admit(frames):
            began = time.monotonic()
            tick = self._analyser.analyse(frames)
            self._on_batch(len(frames), time.monotonic() - began)
            for frame, update in zip(tick.frames, tick.updates, strict=True):
                self._show(frame, update)
            self._hand_on(tick)
            self._newest = (tick.time_ns, time.monotonic())
        if self._newest is not None:
            stream_ns, seen = self._newest
            # While no camera gives anything, the stream's time goes on by the monotonic clock.
            waited = 0.0 if frames else time.monotonic() - seen
            self._hand_on(self._analyser.expire(stream_ns + round(waited * NS_PER_S)))

    def _hand_on(self, tick: Tick | None) -> None:
        if tick is not None:
            self._submit(tick)

    def _do_calls(self) -> None:
        while True:
            try:
                work, done = self._calls.get_nowait()
            except queue.Empty:
                return
            try:
                work()
            except Exception as error:  # noqa: BLE001  it belongs to the caller
                done.set_exception(error)
            else:
                done.set_result(None)
