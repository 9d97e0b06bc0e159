"""One camera: reads its source, keeps its state, opens it again when it is lost."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from reid_app.config import CameraSettings, VideoSettings
from reid_app.domain import NS_PER_S, CameraState, CameraStatus, Frame, to_ns
from reid_app.video.backoff import Backoff
from reid_app.video.capture import Capture
from reid_app.video.clock import WallClock
from reid_app.video.sources import Picture, Source, open_source

WAITING_FRAMES = 4
"""Frames of a file that may wait for the feed, so that decoding overlaps with the rest."""

STEADY_AFTER = 10.0
"""Seconds of pictures after which a connection counts as good and the waits start again from the first."""

_PATIENCE = 1.25
"""A source's own time-out says more than ours, so it gets a little longer."""

_TROUBLE = (CameraState.STALE, CameraState.OFFLINE, CameraState.FAILED)
_FPS_SECONDS = 3.0
_HISTORY = 100


_log = logging.getLogger(__name__)


class FrameListener(Protocol):
    """Who wants every frame of a camera at once, in the camera's thread: be quick."""

    def on_frame(self, frame: Frame) -> None:
        """Take a frame."""
        ...

    def on_end(self) -> None:
        """The camera will give no more frames."""
        ...


@dataclass(frozen=True, slots=True)
class StateChange:
    """A line of a camera's history: its state, why, and since when (wall clock, ns)."""

    state: CameraState
    reason: str
    since_ns: int


class CameraReader:
    """Reads one camera in the background.

    Live sources that are lost are opened again for ever, with growing waits; a file ends.
    A source that hangs is left behind in its thread and opened afresh.

    Args:
        settings: The camera.
        video: Time-outs and waits.
        folder: Folder of the site file; relative paths start there.
        start_ns: Time of a file's first frame, for a camera that names none.
        lossless: Every frame waits for :meth:`next_frame`; for files only. Otherwise the
            newest frame replaces the one before, and a file plays in real time.
        on_change: Told of each change of state, from the camera's own thread.
        on_failure: Told, from there, of an error that nobody foresaw and that ended the thread;
            :meth:`restart` begins anew. Without it the camera fails.
        first_index: Index of the first frame of a live camera.
        clock: UTC in nanoseconds; the cameras of a site share one.
        opener: Opens the source; replaced in tests of what a decoder can do.
    """

    def __init__(
        self,
        settings: CameraSettings,
        video: VideoSettings,
        *,
        folder: Path,
        start_ns: int,
        lossless: bool = False,
        on_change: Callable[[CameraStatus], None] | None = None,
        on_failure: Callable[[Exception], None] | None = None,
        first_index: int = 0,
        clock: Callable[[], int] | None = None,
        opener: Callable[[], Source] | None = None,
    ) -> None:
        self.name = settings.name
        self.is_file = settings.is_file
        self.lossless = lossless
        self._video = video
        self._clock = clock or WallClock()
        self._on_change = on_change
        self._on_failure = on_failure
        self._first_index = first_index
        begin_ns = start_ns if settings.start is None else to_ns(settings.start)
        self._open = opener or (lambda: open_source(settings, video, folder, begin_ns, self._clock))
        self._backoff = Backoff(video.retry_first, video.retry_most, seed=settings.name)
        self._changed = threading.Condition()
        self._news = False
        self._stopping = threading.Event()
        self._finished = False
        self._capture: Capture | None = None
        self._listener: FrameListener | None = None
        self._waiting: deque[Frame] = deque()
        self._latest: Frame | None = None
        self._arrivals: deque[float] = deque(maxlen=256)
        self._status = CameraStatus(self.name, CameraState.CONNECTING, "not started", self._clock())
        self._history: deque[StateChange] = deque(maxlen=_HISTORY)
        self._thread = self._new_thread()

    def listen(self, listener: FrameListener) -> None:
        """Tell ``listener`` of every frame and of the end; before :meth:`start`."""
        self._listener = listener

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def restart(self) -> None:
        """Begin to read again after an error ended the thread."""
        self._thread = self._new_thread()
        self._thread.start()

    def fail(self, reason: str) -> None:
        """Take that it is not started again after an error ended the thread."""
        self._finish(CameraState.FAILED, reason)

    def cancel(self) -> None:
        """Ask all threads to end, and do not wait for them."""
        with self._changed:
            self._stopping.set()
            if self._capture is not None:
                self._capture.cancel()
            self._changed.notify_all()

    def stop(self, timeout: float = 2.0) -> bool:
        """Stop; return within ``timeout`` seconds whether all threads have ended.

        A source that hangs is left behind: its thread gives nothing more, and dies with
        the process or as soon as the source lets go of it.
        """
        until = time.monotonic() + timeout
        self.cancel()
        capture = self._capture
        if self._thread.ident is None:
            return True
        self._thread.join(max(0.0, until - time.monotonic()))
        gone = capture is None or capture.join(until - time.monotonic())
        return gone and not self._thread.is_alive()

    @property
    def finished(self) -> bool:
        """Whether no frame will come any more; one may still wait for :meth:`next_frame`."""
        return self._finished

    @property
    def next_index(self) -> int:
        """Index of the next frame of a live camera."""
        return self._first_index + self._status.frames

    @property
    def fps(self) -> float | None:
        """Frames per second that the source claims, None while that is not known."""
        capture = self._capture
        source = None if capture is None else capture.source
        return None if source is None else source.fps

    def latest(self) -> Frame | None:
        """Return the newest frame, for a window; None before the first."""
        return self._latest

    def next_frame(self, timeout: float | None = None) -> Frame | None:
        """Take the next frame of a lossless camera, in order, none left out.

        Waits for it; None when the camera has finished and nothing waits, or after
        ``timeout`` seconds.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._finished, timeout)
            if not self._waiting:
                return None
            frame = self._waiting.popleft()
            self._changed.notify_all()
            return frame

    def count_dropped(self) -> None:
        """Count a frame that was due and was replaced by a newer one."""
        with self._changed:
            self._status = replace(self._status, dropped=self._status.dropped + 1)

    def status(self) -> CameraStatus:
        """Return what is known of the camera now."""
        with self._changed:
            return replace(self._status, fps=measured_fps(self._arrivals, time.monotonic()))

    def history(self) -> tuple[StateChange, ...]:
        """Return the last changes of state, oldest first."""
        with self._changed:
            return tuple(self._history)

    # In the camera's own thread -------------------------------------------------------------

    def _new_thread(self) -> threading.Thread:
        return threading.Thread(target=self._run, name=f"camera {self.name}", daemon=True)

    def _run(self) -> None:
        try:
            self._read_on()
        except Exception as error:  # noqa: BLE001  whatever it is, the camera has to be tried again
            if self._capture is not None:
                self._capture.cancel()
            _log.debug("the thread of the camera ended", exc_info=True, extra={"camera": self.name})
            if self._on_failure is None or self.is_file:
                self._finish(CameraState.FAILED, f"reading failed unexpectedly ({type(error).__name__})")
            else:
                self._on_failure(error)

    def _read_on(self) -> None:
        opened = self._status.reconnects + (self._capture is not None)
        while not self._stopping.is_set():
            capture = self._begin(opened)
            opened += 1
            reason = self._watch(capture)
            capture.cancel()
            if self._stopping.is_set():
                break
            if self.is_file:
                self._finish(CameraState.FAILED if reason else CameraState.ENDED, reason or "the file is at its end")
                return
            wait = self._backoff.longest() if capture.refused else self._backoff.next()
            self._pause(reason or "the stream ended; it is opened again", wait)
        self._finish(CameraState.ENDED, "stopped")

    def _begin(self, opened: int) -> Capture:
        """Start one more attempt."""
        capture = Capture(
            f"capture {self.name}",
            self._open,
            self._take,
            paced=lambda source: not self.lossless and not source.live,
            on_event=self._wake,
        )
        with self._changed:
            self._capture = capture
            if opened:
                self._status = replace(self._status, reconnects=opened)
            if self._stopping.is_set():
                capture.cancel()
        if not opened:
            self._set(CameraState.CONNECTING, "opening the source")
        capture.start()
        return capture

    def _watch(self, capture: Capture) -> str:
        """Follow ``capture`` until it is over; return why, or nothing at a clean end."""
        began = time.monotonic()
        while True:
            with self._changed:
                # What happened while the last news was looked at must not be slept through.
                if not self._news and not self._stopping.is_set():
                    self._changed.wait(self._patience(capture))
                self._news = False
                if self._stopping.is_set():
                    return ""
            if capture.done:
                return capture.problem
            limit = self._video.open_timeout if capture.source is None else self._video.read_timeout
            if capture.busy() >= limit * _PATIENCE:
                return f"gave {'no answer' if capture.source is None else 'no frame'} for {limit:g} s"
            if capture.pictures:
                self._judge_age(connected=True)
                if time.monotonic() - began > STEADY_AFTER:
                    self._backoff.reset()

    def _patience(self, capture: Capture) -> float:
        """Seconds until the next look at ``capture``, if nothing happens before."""
        limit = self._video.open_timeout if capture.source is None else self._video.read_timeout
        moments = [limit * _PATIENCE - capture.busy()]
        if capture.pictures and self._status.state is CameraState.LIVE:
            moments.append(self._video.stale_after - self._age())
        elif capture.pictures:
            moments.append(self._video.offline_after - self._age())
        return max(0.01, min((moment for moment in moments if moment > 0), default=0.01))

    def _judge_age(self, *, connected: bool, reason: str = "") -> None:
        """Set the state that the age of the newest frame calls for."""
        age = self._age()
        if connected and age < self._video.stale_after:
            self._set(CameraState.LIVE, "")
        elif age < self._video.offline_after:
            self._set(CameraState.STALE, reason or f"no frame for more than {self._video.stale_after:g} s")
        else:
            self._set(CameraState.OFFLINE, reason or f"no frame for more than {self._video.offline_after:g} s")

    def _pause(self, reason: str, wait: float) -> None:
        """Wait before the next attempt."""
        until = time.monotonic() + wait
        with self._changed:
            self._status = replace(self._status, retry_ns=self._clock() + round(wait * NS_PER_S))
        while not self._stopping.is_set():
            self._judge_age(connected=False, reason=reason)
            left = until - time.monotonic()
            if left <= 0:
                break
            to_offline = self._video.offline_after - self._age()
            with self._changed:
                if not self._stopping.is_set():
                    self._changed.wait(min(left, to_offline) if to_offline > 0 else left)
        with self._changed:
            self._status = replace(self._status, retry_ns=None)

    def _age(self) -> float:
        """Seconds without a frame; endless before the first. A file that nobody reads on is not late."""
        latest, capture = self._latest, self._capture
        if self.is_file and capture is not None:
            return capture.busy()
        return float("inf") if latest is None else time.monotonic() - latest.arrived

    def _finish(self, state: CameraState, reason: str) -> None:
        self._set(state, reason)
        with self._changed:
            self._finished = True
            self._changed.notify_all()
        if self._listener is not None:
            self._listener.on_end()

    def _set(self, state: CameraState, reason: str) -> None:
        with self._changed:
            if (state, reason) == (self._status.state, self._status.reason):
                return
            since_ns = self._status.since_ns if state is self._status.state else self._clock()
            self._status = replace(self._status, state=state, reason=reason, since_ns=since_ns)
            self._history.append(StateChange(state, reason, since_ns))
        level = logging.WARNING if state in _TROUBLE else logging.INFO
        _log.log(level, "%s%s", state.value, f": {reason}" if reason else "", extra={"camera": self.name})
        if self._on_change is not None:
            self._on_change(self.status())

    # In the capture's thread ----------------------------------------------------------------

    def _wake(self) -> None:
        with self._changed:
            self._news = True
            self._changed.notify_all()

    def _take(self, capture: Capture, picture: Picture) -> None:
        """Make a frame of ``picture`` and hand it over."""
        with self._changed:
            if capture is not self._capture or capture.cancelled.is_set():
                return
            arrived = time.monotonic()
            index = picture.index if self.is_file else self.next_index
            frame = Frame(self.name, index, picture.time_ns, picture.image, arrived)
            height, width = picture.image.shape[:2]
            self._latest = frame
            self._arrivals.append(arrived)
            self._status = replace(
                self._status, frames=self._status.frames + 1, last_frame_ns=frame.time_ns, size=(width, height)
            )
            if self._status.state is not CameraState.LIVE:
                self._wake()
            if self.lossless:
                self._waiting.append(frame)
                self._changed.notify_all()
                self._changed.wait_for(lambda: len(self._waiting) < WAITING_FRAMES or capture.cancelled.is_set())
        if self._listener is not None:
            self._listener.on_frame(frame)


def measured_fps(arrivals: Iterable[float], now: float) -> float:
    """Frames per second over the last seconds before ``now``, from the moments at which they arrived."""
    recent = [arrival for arrival in arrivals if now - arrival <= _FPS_SECONDS]
    return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 1 and recent[-1] > recent[0] else 0.0
