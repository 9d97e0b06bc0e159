"""The threads of a running site: cameras, analysis, embedding, and the supervisor over them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reid_app.config import SiteSettings
from reid_app.domain import CameraStatus, Frame, Sighting, TrackUpdate
from reid_app.embed import EmbedWorker
from reid_app.memory import MemoryKeeper
from reid_app.runtime.analysis import AnalysisThread
from reid_app.runtime.cameras import Cameras
from reid_app.runtime.governor import Governor, Load
from reid_app.runtime.metrics import StageClock
from reid_app.runtime.pipeline import Analyser, Tick
from reid_app.runtime.sharing import SharedDetector, SharedEmbedder
from reid_app.runtime.supervisor import PartState, PartStatus, Supervisor
from reid_app.runtime.telemetry import Telemetry

ANALYSIS = "analyse"
EMBEDDING = "embed"

BATCH_SECONDS = 0.5
"""Longest time that a batch of frames of live cameras may take."""

_TIDY_SECONDS = 1.0
"""Of the time to stop, what is kept for whatever comes after the analysis."""


@dataclass(frozen=True, slots=True, eq=False)
class Callbacks:
    """Who is told of what.

    Attributes:
        show: Each processed frame with what was found in it.
        identify: Each tick with the looks at its crops, in the embedding thread.
        camera: Each change of a camera's state.
        part: Each change of a part: it failed, runs again, or is off. Live sites only.
        failed: A part's name and the error that ended it; no part is started again where no
            frame may be lost.
        drained: In the analysis' thread: all sources have ended, and everything is identified.
        around: About twice a second while the supervisor works.
    """

    show: Callable[[Frame, TrackUpdate], None]
    identify: Callable[[Tick, list[Sighting]], None]
    camera: Callable[[CameraStatus], None]
    part: Callable[[PartStatus], None]
    failed: Callable[[str, Exception], None]
    drained: Callable[[], None]
    around: Callable[[], None]


class Machinery:
    """Runs the way of a frame from the cameras to the identities; see :mod:`reid_app.runtime.pipeline`.

    Args:
        settings: The site's.
        folder: Folder of the site file.
        start_ns: Time of a file's first frame, for a camera that names none.
        clock: UTC in nanoseconds, for all cameras.
        lossless: Whether no frame may be lost: then the first error ends the run.
        detector: Finds people.
        embedder: Embeds them.
        first_numbers: Number of each camera's first new track.
        telemetry: Told what it measures.
        callbacks: Told what it finds.
    """

    def __init__(
        self,
        settings: SiteSettings,
        *,
        folder: Path,
        start_ns: int,
        clock: Callable[[], int],
        lossless: bool,
        detector: SharedDetector,
        embedder: SharedEmbedder,
        first_numbers: dict[str, int],
        telemetry: Telemetry,
        callbacks: Callbacks,
    ) -> None:
        self._lossless = lossless
        self._detector = detector
        self._embedder = embedder
        self._telemetry = telemetry
        self._callbacks = callbacks
        self._governor = Governor(settings.detector.interval)
        self._taken = 0
        self._busy = 0.0
        self._frame_seconds = 0.0
        self._most_frames = settings.detector.batch_size
        self._is_stopping = threading.Event()
        self.clock = StageClock(telemetry.stage)
        self._memory = MemoryKeeper()
        self.supervisor = Supervisor(settings.supervisor, self._part_changed, self._look_around)
        self.cameras = Cameras(
            settings,
            folder=folder,
            start_ns=start_ns,
            clock=clock,
            lossless=lossless,
            supervisor=self.supervisor,
            on_change=self._camera_changed,
        )
        self.analyser = Analyser(
            settings,
            detector,
            self.cameras.rates,
            first_numbers,
            self.clock,
            on_detect=lambda frames: telemetry.batch("detect", frames),
        )
        self.worker: EmbedWorker[Tick] = EmbedWorker(
            embedder,
            callbacks.identify,
            batch_size=settings.embedder.batch_size,
            max_wait=settings.embedder.max_wait_ms / 1000,
            lossless=lossless,
            on_error=lambda error: self._failed(EMBEDDING, error),
            on_batch=self._embedded,
        )
        self.analysis = AnalysisThread(
            self.cameras.feed,
            self.analyser,
            submit=lambda tick: self.worker.submit(tick, tick.crops),
            show=callbacks.show,
            admit=self._admit,
            on_batch=self._looked,
            on_error=lambda error: self._failed(ANALYSIS, error),
            on_end=self._drain,
        )
        self.supervisor.watch(ANALYSIS, self._restart_analysis, self.analysis.busy)
        self.supervisor.watch(EMBEDDING, self._restart_embedding, self.worker.busy)

    @property
    def detection_share(self) -> float:
        """Share of the wanted detections per second that there is time for."""
        return self._governor.share

    def start(self) -> None:
        """Start all threads."""
        self.worker.start()
        self.cameras.start()
        self.analysis.start()
        if not self._lossless:
            self.supervisor.start()

    def stop(self, until: float) -> None:
        """Stop all threads by ``until`` (monotonic clock); what is under way is finished if there is time."""
        self._is_stopping.set()
        self.supervisor.stop(0.5)
        self.cameras.feed.close()
        self.cameras.stop(max(0.0, (until - time.monotonic()) / 2))
        if not self.analysis.join(until - _TIDY_SECONDS - time.monotonic()):
            self.analysis.give_up()
            self.worker.drain(max(0.0, until - _TIDY_SECONDS / 2 - time.monotonic()))
        self.analyser.close()
        self.worker.stop(max(0.1, until - time.monotonic()))

    def _look_around(self) -> None:
        self._callbacks.around()
        self._memory.look()

    def _restart_analysis(self) -> None:
        self._detector.renew()
        self.analysis.restart()

    def _restart_embedding(self) -> None:
        self._embedder.renew()
        self.worker.restart()

    def _drain(self) -> None:
        self.worker.drain()
        self._callbacks.drained()

    def _failed(self, part: str, error: Exception) -> None:
        if self._lossless or self._is_stopping.is_set():
            self._callbacks.failed(part, error)
        else:
            self.supervisor.failed(part, error)

    def _part_changed(self, part: PartStatus) -> None:
        kind, _, camera = part.name.partition(" ")
        if kind == "camera" and part.state is PartState.OFF:
            self.cameras[camera].fail(part.reason)
        self._callbacks.part(part)

    def _camera_changed(self, status: CameraStatus) -> None:
        self._telemetry.camera(status)
        self._callbacks.camera(status)

    def _embedded(self, crops: int, seconds: float) -> None:
        self._telemetry.batch(EMBEDDING, crops)
        self._telemetry.stage(EMBEDDING, seconds)

    def _looked(self, frames: int, seconds: float) -> None:
        """Keep batches so small that none takes long: who waits for a batch to end gets older."""
        self._busy += seconds
        each = seconds / frames
        self._frame_seconds = 0.8 * self._frame_seconds + 0.2 * each if self._frame_seconds else each
        if self.cameras.latest is not None:
            self.cameras.latest.batch_size = max(1, min(self._most_frames, int(BATCH_SECONDS / self._frame_seconds)))

    def _admit(self, frames: Sequence[Frame]) -> bool:
        """Say whether a batch may be looked at, and lower or raise the rate of detection."""
        latest = self.cameras.latest
        if latest is None:
            return True
        behind = self.worker.behind
        if behind:
            latest.leave_out(frames)
        else:
            self._taken += len(frames)
        crops = self.worker.stats().dropped
        load = Load(self._taken, latest.missed, crops, self._busy)
        fastest, slowest = self.cameras.highest_rate, self.cameras.lowest_rate
        latest.share = self._governor.update(time.monotonic(), load, fastest, slowest)
        self.analyser.spare_detector(self._governor.interval, self._governor.pause)
        return not behind
