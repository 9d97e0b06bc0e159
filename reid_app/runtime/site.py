"""A running site in this process: opens the rooms, wires them, answers for them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from threadpoolctl import threadpool_limits

from reid_app.config import CameraSettings, SiteSettings
from reid_app.config.load import SiteFile
from reid_app.detect import Detector, find_detector, load_detector
from reid_app.domain import (
    NS_PER_S,
    CameraState,
    CameraStatus,
    Event,
    Frame,
    Identity,
    ImageArray,
    Sighting,
    TrackUpdate,
)
from reid_app.embed import Embedder, load_embedder
from reid_app.errors import ModelError, RecordsError
from reid_app.match import Matcher
from reid_app.models.manifest import Calibration
from reid_app.records import exports
from reid_app.records.matchlog import Selection
from reid_app.records.records import Records
from reid_app.records.report import SitePlan
from reid_app.runtime.board import Board
from reid_app.runtime.chances import calibration_of
from reid_app.runtime.chronicle import Chronicle, Listener
from reid_app.runtime.context import SiteContext
from reid_app.runtime.desk import OperatorDesk
from reid_app.runtime.endpoint import Endpoint
from reid_app.runtime.events import EventLog
from reid_app.runtime.facade import CameraLoad, CameraView, ExportFile, SiteFacade, SiteSnapshot
from reid_app.runtime.health import Health
from reid_app.runtime.machinery import ANALYSIS, EMBEDDING, Callbacks, Machinery
from reid_app.runtime.pipeline import Tick
from reid_app.runtime.register import Register
from reid_app.runtime.ring import Ring
from reid_app.runtime.roster import Roster
from reid_app.runtime.setup_calls import SiteChanges
from reid_app.runtime.sharing import SharedDetector, SharedEmbedder
from reid_app.runtime.supervisor import PartState, PartStatus, in_words
from reid_app.runtime.telemetry import Telemetry
from reid_app.video import WallClock, is_lossless

log = logging.getLogger(__name__)

RECORDING = "records"

SILENT_SECONDS = 15.0
"""Seconds after which a supervisor that does nothing is taken for dead; loading a network again takes some."""

STOP_SECONDS = 5.0
"""Seconds in which a site stops, whatever hangs in it."""

CLOSING_SECONDS = 2.0
"""Of these, what is kept for deciding what can be decided, writing it, closing the records, and the process to go."""

Report = Callable[[str, float], None]
"""Told what is going on while a site opens: a sentence, and the share done in 0..1."""


class Site(OperatorDesk):
    """Everything that runs for one site file; see :class:`reid_app.runtime.facade.SiteFacade`.

    Use :meth:`open`, then :meth:`start`; :meth:`stop` in any case. As a context manager
    it stops at the end of the block.

    Args:
        file: The site file.
        records: Open records; closed by :meth:`stop`.
        detector: Loaded detector.
        embedder: Loaded embedder.
        matcher: With the identities of earlier runs.
        events: Where events go.
        calibration: Of the embedding model, if it was calibrated.
        clock: UTC in nanoseconds, the time of live frames.
    """

    def __init__(
        self,
        file: SiteFile,
        records: Records,
        detector: SharedDetector,
        embedder: SharedEmbedder,
        matcher: Matcher,
        events: EventLog,
        calibration: Calibration | None = None,
        clock: Callable[[], int] | None = None,
    ) -> None:
        settings = file.settings
        self.records = records
        self._matcher = matcher
        self._events = events
        register = Register(records)
        self._board = Board(register.name)
        register.listen(self._board.renamed)
        self._errors: dict[str, str] = {}
        self.seconds = 0.0
        """Wall time from start to halt, once it is halted."""
        self._began = time.monotonic()
        self._ended = threading.Event()
        self._halting = threading.Event()
        self._failed_part: str | None = None
        self.lossless = is_lossless(settings)
        clock = clock or WallClock()
        start_ns = clock()
        self.telemetry = Telemetry()
        self._chronicle = Chronicle(records, matcher, register, self._board, events, self.telemetry)
        context = SiteContext(
            settings=settings,
            folder=file.folder,
            records=records,
            matcher=matcher,
            register=register,
            detector=detector,
            embedder=embedder,
            events=events,
            deciding=self._chronicle.deciding,
            record=self._chronicle.record,
            now_ns=lambda: self._chronicle.now_ns,
        )
        self._ring = Ring(camera.name for camera in settings.cameras if not camera.is_file)
        super().__init__(context, self._ring, calibration, start_ns)
        self._chronicle.follow(self._questions.learn)
        self._chronicle.listen(self._sentry.look)
        self._machinery = Machinery(
            settings,
            folder=file.folder,
            start_ns=start_ns,
            clock=clock,
            lossless=self.lossless,
            detector=detector,
            embedder=embedder,
            first_numbers=records.next_track_numbers(),
            telemetry=self.telemetry,
            callbacks=Callbacks(
                show=self._show,
                identify=self._identify,
                camera=self._camera_changed,
                part=self._part_changed,
                failed=self._failed,
                drained=self._finish,
                around=self._look_at_records,
            ),
        )
        self._roster = Roster(file.path, context, self._machinery, self._board, self._ring, self._playback)
        if not self.lossless:
            self._machinery.supervisor.watch(RECORDING, records.restart_writer)
        self.telemetry.observe(self)

    @classmethod
    def open(cls, file: SiteFile, report: Report | None = None) -> Site:
        """Open records and models of a site; slow, since networks are loaded.

        Args:
            file: The site file.
            report: Told how far it is.

        Raises:
            RecordsError: The records cannot be opened.
            ModelError: A model is missing or damaged.
        """
        settings = file.settings
        events = EventLog()
        report = report or _say_nothing
        report("opening the records", 0.0)
        records = Records.open(
            settings.records,
            file.folder,
            settings.cameras,
            settings.name,
            on_error=lambda error: _tell_records_error(events, error),
        )
        try:
            folders = () if settings.models_folder is None else (file.folder / settings.models_folder,)
            report("loading the detector", 0.2)
            detector = _load_detector(settings, folders)
            report("loading the embedder", 0.6)
            embedder = _load_embedder(settings, file.folder, folders)
            report("restoring the identities", 0.9)
            if not embedder.calibrated and settings.matcher.thresholds is None:
                log.warning(
                    "the embedding model has not been calibrated: matches are accepted at a similarity of %.2f, "
                    "which may be wrong for it; run `reid-app calibrate`",
                    embedder.thresholds.accept,
                )
            matcher = Matcher(settings.matcher, embedder.thresholds, embedder.model, embedder.dimension)
            newest_ns = records.last_time_ns() or 0
            since_ns = newest_ns - round(settings.matcher.identity_seconds * 1e9)
            matcher.restore(
                records.gallery_snapshot(embedder.model, settings.matcher.views_per_identity, max(since_ns, 0))
            )
            calibration = calibration_of(settings.embedder, folders)
            site = cls(
                file,
                records,
                SharedDetector(detector, lambda: _load_detector(settings, folders)),
                SharedEmbedder(embedder, lambda: _load_embedder(settings, file.folder, folders, embedder.model)),
                matcher,
                events,
                calibration,
            )
        except BaseException:
            records.close()
            raise
        report("ready", 1.0)
        return site

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    # -- running -----------------------------------------------------------------------------

    def start(self) -> None:
        """Start the cameras and the pipeline.

        Products of matrices are computed by one thread from then on: the gallery's are so small
        that a second thread, which has to wait for its turn on a busy machine, makes them ten times slower.
        """
        threadpool_limits(1, user_api="blas")
        self._began = time.monotonic()
        self._chronicle.begin()
        self._ring.start()
        self._machinery.start()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until every source has ended and all of it is recorded.

        Returns:
            Whether that is so; False after ``timeout`` seconds.
        """
        return self._ended.wait(timeout)

    @property
    def failed(self) -> bool:
        """Whether a part without which nothing is seen any more has failed."""
        return self._failed_part is not None

    def halt(self, timeout: float = STOP_SECONDS - CLOSING_SECONDS) -> None:
        """End cameras and pipeline, decide what can be decided, and write it; the records can still be read.

        Args:
            timeout: Seconds for cameras and pipeline; a part that hangs is left behind. What
                follows is quick, unless the database does not take it.

        Raises:
            RecordsError: What was seen last cannot be written.
        """
        if self._halting.is_set():
            return
        self._halting.set()
        until = time.monotonic() + timeout
        self._machinery.stop(until)
        self._ring.stop(max(0.1, until - time.monotonic()))
        self._chronicle.finish(max(0.1, until - time.monotonic()))
        self.seconds = time.monotonic() - self._began
        self.records.flush()

    def stop(self, timeout: float = STOP_SECONDS) -> None:
        """Halt, and close the records, all within ``timeout`` seconds; raises as :meth:`halt` does."""
        until = time.monotonic() + timeout
        try:
            self.halt(max(0.0, timeout - CLOSING_SECONDS))
        finally:
            self.leave(max(0.1, until - CLOSING_SECONDS / 2 - time.monotonic()))
            self.records.close()

    def listen(self, listener: Listener) -> None:
        """Have ``listener`` called with every tick, in order, from the identifying thread; before the start."""
        self._chronicle.listen(listener)

    @property
    def board(self) -> Board:
        """Who is on the newest frames."""
        return self._board

    @property
    def verdicts(self) -> dict[str, int]:
        """Number of decisions by verdict, and of merges."""
        return self._chronicle.verdicts

    @property
    def first_ns(self) -> int | None:
        """Stream time of the first processed frame, None before it."""
        return self._chronicle.first_ns

    def parts(self) -> tuple[PartStatus, ...]:
        """Return how the parts are that the supervisor looks after."""
        return self._machinery.supervisor.parts()

    def health(self) -> Health:
        """Say how the site is."""
        return Health.of(self.snapshot(), self.parts(), failed=self.failed, latency_p95=self.telemetry.latency_at(0.95))

    def endpoint(self) -> Endpoint:
        """Return the site's figures over HTTP, to be served as a context manager."""
        return Endpoint(self._context.settings.metrics, self.telemetry.text, self.health)

    @property
    def is_alive(self) -> bool:
        """Whether the site does its work, or its supervisor at least works at it."""
        return not self.failed and (self.lossless or self._machinery.supervisor.silent() < SILENT_SECONDS)

    @property
    def gallery_rows(self) -> int:
        """Number of embeddings in the gallery."""
        return len(self._matcher.gallery)

    # -- the pipeline's threads --------------------------------------------------------------

    def _show(self, frame: Frame, update: TrackUpdate) -> None:
        self._board.show(frame, update)
        self._ring.put(frame)

    def _finish(self) -> None:
        """Decide what can be decided once all sources have ended; runs in the analysis' thread."""
        self._chronicle.finish()
        self.records.flush()
        self._ended.set()

    def _wait_for_room(self) -> None:
        """Wait while the records cannot take more, for example on a full disk; live sites only.

        Meanwhile nothing new is looked at, so that nothing that was seen is lost.
        """
        while not (self.lossless or self.records.has_room or self._halting.is_set()):
            self._machinery.worker.beat()
            self._halting.wait(0.1)

    def _identify(self, tick: Tick, sightings: list[Sighting]) -> None:
        """Take what was found in one tick; runs in the embedding worker's thread."""
        self._wait_for_room()
        self._chronicle.take(tick, sightings)

    def _camera_changed(self, status: CameraStatus) -> None:
        self._events.publish("camera", {"camera": status.camera, "state": status.state.value, "reason": status.reason})

    def _part_changed(self, part: PartStatus) -> None:
        data = {"part": part.name, "state": part.state.value, "reason": part.reason, "restarts": part.restarts}
        self._events.publish("part", data)
        if part.state is PartState.OFF:
            self._events.publish("error", {"part": part.name, "message": part.reason})
            if part.name in (ANALYSIS, EMBEDDING, RECORDING):
                self._failed_part = part.name
                self._ended.set()

    def _look_at_records(self) -> None:
        if self.records.broken is not None:
            self._machinery.supervisor.failed(RECORDING, self.records.broken)

    def _failed(self, part: str, error: Exception) -> None:
        if isinstance(error, RecordsError):
            part = RECORDING
        self._errors[part] = in_words(error)
        self._failed_part = part
        self._events.publish("error", {"part": part, "message": self._errors[part]})
        self._ended.set()

    def _all_errors(self) -> dict[str, str]:
        """Return what is wrong now, by part."""
        errors = {part.name: part.reason for part in self.parts() if part.state is not PartState.RUNNING}
        for reader in self._machinery.cameras:
            status = reader.status()
            if status.state is CameraState.FAILED:
                errors[f"camera {status.camera}"] = status.reason
        if self.records.error is not None:
            errors[RECORDING] = str(self.records.error)
        return errors | self._errors

    # -- the facade --------------------------------------------------------------------------

    def snapshot(self) -> SiteSnapshot:
        """Return the state now."""
        machinery = self._machinery
        stats = machinery.worker.stats()
        cameras = []
        for reader in machinery.cameras:
            processed, fps = machinery.analyser.processed(reader.name)
            latest = reader.latest()
            age = time.monotonic() - latest.arrived if latest is not None and not reader.lossless else None
            cameras.append(CameraLoad(reader.status(), processed, fps, self._board.people(reader.name), age))
        seconds = machinery.clock.seconds() | self._chronicle.clock.seconds()
        stream_ns, first_ns = self._chronicle.stream_ns, self._chronicle.first_ns
        seconds["embed"] = stats.crops * stats.mean_ms / 1000
        return SiteSnapshot(
            name=self._context.settings.name,
            running=not self._ended.is_set() and not self._halting.is_set(),
            stream_ns=stream_ns,
            cameras=tuple(cameras),
            identities=self._matcher.identities,
            open_questions=self._questions.count,
            queue_depths={"embed": stats.waiting_crops, "records": self.records.waiting},
            stage_seconds=seconds,
            dropped={"crops": stats.dropped},
            errors=self._all_errors(),
            stream_seconds=(stream_ns - (first_ns or 0)) / NS_PER_S if stream_ns else 0.0,
            detection_share=machinery.detection_share,
        )

    def view(self, camera: str) -> CameraView | None:
        """Return the newest processed frame of ``camera`` with its people, None before the first."""
        self._machinery.cameras.check(camera)
        return self._board.view(camera)

    def frame(self, camera: str) -> Frame | None:
        """Return the newest frame of ``camera``, processed or not, None before the first."""
        return self._machinery.cameras[camera].latest()

    def add_camera(self, camera: CameraSettings) -> None:
        """Watch one more camera from now on."""
        self._roster.add(camera)

    def change_camera(self, camera: CameraSettings) -> None:
        """Watch the camera of that name by new settings from now on."""
        self._roster.change(camera)

    def remove_camera(self, name: str) -> None:
        """Watch a camera no more."""
        self._roster.remove(name)

    def reload(self) -> SiteChanges:
        """Read the site file again and watch its cameras from now on."""
        return self._roster.reload()

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Have ``listener`` called with every event; return the call that ends it."""
        return self._events.subscribe(listener)

    def events_since(self, sequence: int) -> tuple[Event, ...]:
        """Return the events after ``sequence`` that are still kept."""
        return self._events.since(sequence)

    def identities(self, since_ns: int | None = None, until_ns: int | None = None) -> tuple[Identity, ...]:
        """Return the identities seen in a span of time (merged ones once), newest first."""
        return self.records.identities(since_ns=since_ns, until_ns=until_ns)

    def picture(self, key: str) -> ImageArray:
        """Return a recorded thumbnail as BGR."""
        return self.records.thumbnails.image(key)

    def export(self, kind: str, folder: Path, identity: int | None = None) -> tuple[Path, ...]:
        """Write the match log into ``folder``; return the files written."""
        self.records.flush()
        return exports.export(self.records, kind, folder, self._export_options(kind, identity))

    def preview_export(self, kind: str, identity: int | None = None) -> tuple[ExportFile, ...]:
        """Return what :meth:`export` would write now, without writing it."""
        self.records.flush()
        found = exports.preview(self.records, kind, self._export_options(kind, identity))
        return tuple(ExportFile(file.name, file.content, rows) for file, rows in found)

    def _export_options(self, kind: str, identity: int | None) -> exports.Options:
        plan = SitePlan.of(self._context.settings, self._context.folder) if kind == "report" else None
        return exports.Options(Selection(identity=identity), plan=plan)

    def export_kinds(self) -> dict[str, str]:
        """Return the kinds that :meth:`export` knows, each with one sentence for people."""
        return {one.name: one.sentence for one in exports.FORMATS}


def _load_detector(settings: SiteSettings, folders: Sequence[Path]) -> Detector:
    detector = load_detector(settings.detector, find_detector(settings.detector, folders))
    detector.warm_up()
    return detector


def _load_embedder(settings: SiteSettings, folder: Path, folders: Sequence[Path], model: str | None = None) -> Embedder:
    embedder = load_embedder(settings.embedder, folder, folders)
    if model is not None and embedder.model != model:
        raise ModelError(f"model {embedder.name} was replaced while the site ran; start the site again to use it")
    embedder.warm_up()
    return embedder


def _say_nothing(sentence: str, share: float) -> None:
    """Report to nobody."""


def _tell_records_error(events: EventLog, error: Exception | None) -> None:
    if error is None:
        log.warning("the records can be written again")
    else:
        log.error("the records cannot be written: %s", error)
        events.publish("error", {"part": RECORDING, "message": str(error)})


if TYPE_CHECKING:
    _IS_A_FACADE: type[SiteFacade] = Site
