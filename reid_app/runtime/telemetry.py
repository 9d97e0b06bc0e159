"""What a running site measures about itself, for Prometheus.

Every site has a registry of its own, so that two sites of one process do not mix. Most
figures are read from the site when somebody asks; those that are gone by then (how long
a batch took, how old a frame was) are counted where they occur.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from reid_app.domain import CameraState, CameraStatus
from reid_app.runtime.facade import SiteSnapshot
from reid_app.runtime.supervisor import PartState, PartStatus

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128)
_RECENT = 2048


class Observed(Protocol):
    """What a site tells about itself; see :class:`reid_app.runtime.site.Site`."""

    def snapshot(self) -> SiteSnapshot:
        """Return the state now."""

    def parts(self) -> tuple[PartStatus, ...]:
        """Return how the parts are."""

    @property
    def verdicts(self) -> dict[str, int]:
        """Number of decisions by verdict, and of merges."""

    @property
    def gallery_rows(self) -> int:
        """Embeddings in the gallery."""


class Telemetry:
    """Counts what cannot be asked for later; any thread may tell it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._stages = Histogram(
            "reid_stage_seconds",
            "Time that a stage of the pipeline spent on one batch or frame",
            ["stage"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._batches = Histogram(
            "reid_batch_size",
            "Frames or crops given to a network at once",
            ["stage"],
            buckets=_SIZES,
            registry=self.registry,
        )
        self._latency = Histogram(
            "reid_latency_seconds",
            "From a frame's arrival until its people are matched and handed to the records",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._stalls = Counter(
            "reid_camera_stalls",
            "Times that a camera gave no frame for longer than video.stale_after",
            ["camera"],
            registry=self.registry,
        )
        self._recent: deque[float] = deque(maxlen=_RECENT)
        ProcessCollector(registry=self.registry)

    def observe(self, site: Observed) -> None:
        """Answer with the figures of ``site``, too."""
        self.registry.register(_SiteFigures(site))

    def stage(self, stage: str, seconds: float) -> None:
        """Take that a stage spent ``seconds`` on something."""
        self._stages.labels(stage).observe(seconds)

    def batch(self, stage: str, size: int) -> None:
        """Take that a network was given ``size`` frames or crops."""
        self._batches.labels(stage).observe(size)

    def latency(self, seconds: float) -> None:
        """Take that a frame was done with ``seconds`` after its arrival."""
        self._latency.observe(seconds)
        self._recent.append(seconds)

    def camera(self, status: CameraStatus) -> None:
        """Take that a camera's state changed."""
        if status.state is CameraState.STALE:
            self._stalls.labels(status.camera).inc()

    def latency_at(self, share: float) -> float | None:
        """Return the latency that ``share`` (0..1) of the newest frames kept to, in seconds; None before the first."""
        recent = sorted(self._recent)
        return recent[min(len(recent) - 1, int(share * len(recent)))] if recent else None

    def forget_latencies(self) -> None:
        """Leave out of :meth:`latency_at` what was so far."""
        self._recent.clear()

    def text(self) -> bytes:
        """Return all figures in Prometheus's text format."""
        return generate_latest(self.registry)


class _SiteFigures(Collector):
    """Figures that are read from the site when somebody asks."""

    def __init__(self, site: Observed) -> None:
        self._site = site

    def describe(self) -> Iterable[Metric]:
        """Return nothing: the names need not be known before somebody asks."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Return the figures as they are now."""
        snapshot = self._site.snapshot()
        yield from _camera_figures(snapshot)
        yield from _part_figures(self._site.parts())
        queues = GaugeMetricFamily("reid_queue_depth", "Things that wait, by stage", labels=["stage"])
        for stage, depth in snapshot.queue_depths.items():
            queues.add_metric([stage], depth)
        yield queues
        dropped = CounterMetricFamily("reid_dropped", "Things left out under load", labels=["what"])
        for what, count in snapshot.dropped.items():
            dropped.add_metric([what], count)
        yield dropped
        decisions = CounterMetricFamily("reid_decisions", "Decisions of the matcher, by verdict", labels=["verdict"])
        for verdict, count in sorted(self._site.verdicts.items()):
            decisions.add_metric([verdict], count)
        yield decisions
        yield GaugeMetricFamily("reid_identities", "Identities in the gallery", snapshot.identities)
        yield GaugeMetricFamily("reid_gallery_embeddings", "Embeddings in the gallery", self._site.gallery_rows)
        yield GaugeMetricFamily("reid_open_questions", "Decisions that wait for the operator", snapshot.open_questions)
        yield GaugeMetricFamily(
            "reid_detection_share",
            "Share of the wanted detections per second that all cameras get; below 1 the machine is overloaded",
            snapshot.detection_share,
        )


def _camera_figures(snapshot: SiteSnapshot) -> Iterator[Metric]:
    state = GaugeMetricFamily("reid_camera_state", "1 for the state that the camera is in", labels=["camera", "state"])
    age = GaugeMetricFamily("reid_camera_frame_age_seconds", "Age of the newest frame", labels=["camera"])
    fps = GaugeMetricFamily("reid_camera_fps", "Frames read per second", labels=["camera"])
    looked_fps = GaugeMetricFamily("reid_camera_processed_fps", "Frames looked at per second", labels=["camera"])
    people = GaugeMetricFamily("reid_camera_people", "People on the newest processed frame", labels=["camera"])
    read = CounterMetricFamily("reid_camera_frames", "Frames read", labels=["camera"])
    looked = CounterMetricFamily("reid_camera_processed", "Frames looked at", labels=["camera"])
    skipped = CounterMetricFamily("reid_camera_skipped", "Frames that were due and not looked at", labels=["camera"])
    reconnects = CounterMetricFamily("reid_camera_reconnects", "Times that it was opened again", labels=["camera"])
    for load in snapshot.cameras:
        name = [load.status.camera]
        for one in CameraState:
            state.add_metric([*name, one.value], one is load.status.state)
        if load.age is not None:
            age.add_metric(name, load.age)
        fps.add_metric(name, load.status.fps)
        looked_fps.add_metric(name, load.processed_fps)
        people.add_metric(name, load.people)
        read.add_metric(name, load.status.frames)
        looked.add_metric(name, load.processed)
        skipped.add_metric(name, load.status.dropped)
        reconnects.add_metric(name, load.status.reconnects)
    yield from (state, age, fps, looked_fps, people, read, looked, skipped, reconnects)


def _part_figures(parts: Iterable[PartStatus]) -> Iterator[Metric]:
    up = GaugeMetricFamily("reid_part_up", "1 while the part runs, 0 while it does not", labels=["part"])
    restarts = CounterMetricFamily("reid_part_restarts", "Times that the part was started again", labels=["part"])
    for part in parts:
        up.add_metric([part.name], part.state is PartState.RUNNING)
        restarts.add_metric([part.name], part.restarts)
    yield up
    yield restarts
