"""The whole pipeline on the demo site's clips as live cameras, beside the naive design."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from reid_app.bench.naive import NaiveSite
from reid_app.bench.report import BenchReport, Value
from reid_app.config.load import SiteFile, load_site
from reid_app.demo_site.clips import demo_folder, live_values
from reid_app.errors import ReidAppError
from reid_app.runtime.site import Site

WARM_UP = 5.0
"""Seconds before anything is counted."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a site did in some seconds.

    Attributes:
        frames: Frames looked at.
        cpu: Seconds of processor time of this process.
        memory_mb: Of this process at the end.
        p50: Latency from frame to identity in seconds, the median; None where it is not known.
        p95: The same that 95 of 100 frames keep to.
        share: Share of the wanted detections that there was time for.
        stages: Share of each stage of the busy time, in words.
        worst: Smallest number of frames looked at of any camera, over the largest.
    """

    frames: int
    cpu: float
    memory_mb: float
    p50: float | None = None
    p95: float | None = None
    share: float | None = None
    stages: str = ""
    worst: float | None = None


def bench_site(
    counts: Sequence[int], *, seconds: float, rate: float, naive: bool = True, report: Callable[[str], None]
) -> BenchReport:
    """Measure sites of several numbers of cameras.

    Args:
        counts: Numbers of cameras; the demo site's clips are used in turn.
        seconds: For how long each is measured.
        rate: Detections per second that each camera is to get.
        naive: Whether the naive design is measured after each, too.
        report: Told what is being done.

    Raises:
        ReidAppError: The demo site or psutil is not there.
    """
    rows: list[dict[str, Value]] = []
    first: float | None = None
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            file = site_file(Path(folder), count, rate)
            report(f"{count} cameras")
            ours = _run_site(file, seconds)
            other = None
            if naive:
                report(f"{count} cameras, one model per thread")
                other = _run_naive(file, seconds)
        cost = ours.cpu / max(ours.frames, 1)
        first = first or cost
        rows.append(
            {
                "cameras": count,
                "frames/s a camera": ours.frames / seconds / count,
                "latency p50 (s)": ours.p50,
                "latency p95 (s)": ours.p95,
                "processor s a frame": cost,
                "over the first row": cost / first,
                "fairness": ours.worst,
                "detection share": ours.share,
                "memory (MB)": ours.memory_mb,
                "frames, times naive": None if other is None else ours.frames / max(other.frames, 1),
                "processor a frame, of naive": None if other is None else cost * max(other.frames, 1) / other.cpu,
                "stages": ours.stages,
            }
        )
    return BenchReport(
        "site",
        tuple(rows),
        ("cameras", "frames/s a camera"),
        (
            f"the demo site's clips (640 x 360, 12.5 frames/s) as live cameras, {seconds:g} s each",
            f"{rate:g} detections a second wanted; latency from a frame's arrival to the records",
            "naive: a thread and models of its own for each camera, every person embedded on every frame, same time",
        ),
    )


def site_file(folder: Path, count: int, rate: float) -> SiteFile:
    """Write and load a site file of ``count`` cameras that play the demo site's clips as if live."""
    values = live_values(demo_folder())
    clips = values["cameras"]
    values["cameras"] = [
        {"name": f"{clips[index % len(clips)]['name']} {index}", "url": clips[index % len(clips)]["url"], "rate": rate}
        for index in range(count)
    ]
    values["matcher"] = {}
    del values["plan"]
    values["metrics"] = {"port": None}
    path = folder / "site.yaml"
    path.write_text(yaml.safe_dump(values))
    return load_site(path)


def _run_site(file: SiteFile, seconds: float) -> Run:
    process = _process()
    with Site.open(file) as site:
        site.start()
        site.wait(WARM_UP)
        before, cpu = site.snapshot(), _cpu(process)
        site.telemetry.forget_latencies()
        began = time.monotonic()
        site.wait(seconds)
        after, spent = site.snapshot(), _cpu(process) - cpu
        frames = [late.processed - early.processed for early, late in zip(before.cameras, after.cameras, strict=True)]
        busy = {stage: total - before.stage_seconds.get(stage, 0.0) for stage, total in after.stage_seconds.items()}
        whole = sum(busy.values()) or 1.0
        scale = seconds / (time.monotonic() - began)
        return Run(
            round(sum(frames) * scale),
            spent * scale,
            process.memory_info().rss / 1e6,
            site.telemetry.latency_at(0.5),
            site.telemetry.latency_at(0.95),
            after.detection_share,
            ", ".join(f"{stage} {part / whole:.0%}" for stage, part in sorted(busy.items(), key=lambda one: -one[1])),
            min(frames) / max(*frames, 1),
        )


def _run_naive(file: SiteFile, seconds: float) -> Run:
    process = _process()
    site = NaiveSite(file)
    site.start()
    time.sleep(WARM_UP)
    frames, cpu, began = site.processed, _cpu(process), time.monotonic()
    time.sleep(seconds)
    scale = seconds / (time.monotonic() - began)
    run = Run(round((site.processed - frames) * scale), (_cpu(process) - cpu) * scale, process.memory_info().rss / 1e6)
    site.stop()
    return run


def _process() -> Any:
    try:
        import psutil  # type: ignore[import-untyped]
    except ImportError:
        raise ReidAppError("`reid-app bench site` needs psutil; install it: pip install psutil") from None
    return psutil.Process()


def _cpu(process: Any) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
