"""The whole pipeline on the demo site's clips as live cameras, beside the naive design."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from reid_app.bench.naive import NaiveSite
from reid_app.bench.report import BenchReport, Value
from reid_app.config import Engine
from reid_app.config.load import SiteFile, load_site
from reid_app.demo_site.clips import demo_folder, file_values
from reid_app.errors import ReidAppError
from reid_app.evaluate.tracking import score
from reid_app.runtime.site import Site

_NAIVE = {"naive": None, "naive in PyTorch": Engine.TORCH}
"""The naive design with the engines of the site, and as it is written first, with those of the training."""

WARM_UP = 12.0
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
        detected: Share of the frames looked at that went through the detector.
        idf1: Over all cameras, on the frames looked at; None where there is no truth for them.
    """

    frames: int
    cpu: float
    memory_mb: float
    p50: float | None = None
    p95: float | None = None
    share: float | None = None
    stages: str = ""
    worst: float | None = None
    detected: float | None = None
    idf1: float | None = None


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
            others: dict[str, Run] = {}
            for name, engine in _NAIVE.items() if naive else ():
                report(f"{count} cameras, {name}")
                others[name] = _run_naive(file, seconds, engine)
        cost = ours.cpu / max(ours.frames, 1)
        first = first or cost
        row: dict[str, Value] = {
            "cameras": count,
            "frames/s a camera": ours.frames / seconds / count,
            "of them detected": ours.detected,
            "IDF1": ours.idf1,
            "latency p50 (s)": ours.p50,
            "latency p95 (s)": ours.p95,
            "processor s a frame": cost,
            "over the first row": cost / first,
            "fairness": ours.worst,
            "detection share": ours.share,
            "memory (MB)": ours.memory_mb,
        }
        for name in _NAIVE:
            other = others.get(name)
            row[f"frames, times {name}"] = None if other is None else ours.frames / max(other.frames, 1)
            row[f"processor a frame, of {name}"] = None if other is None else cost * max(other.frames, 1) / other.cpu
            row[f"IDF1 of {name}"] = None if other is None else other.idf1
        rows.append(row | {"stages": ours.stages})
    return BenchReport(
        "site",
        tuple(rows),
        ("cameras", "frames/s a camera"),
        (
            f"the demo site's clips (640 x 360, 12.5 frames/s) in real time, {seconds:g} s each",
            f"{rate:g} frames a second wanted of each camera; latency from a frame's arrival to the records",
            "naive: a thread and models of its own for each camera, every person embedded on every frame, same time",
            "IDF1: over all cameras on the frames that were looked at, up to four cameras",
        ),
    )


def site_file(folder: Path, count: int, rate: float) -> SiteFile:
    """Write and load a site file of ``count`` cameras that play the demo site's clips as if live.

    Up to four play their clip once, so that they can be scored; more repeat them in a loop.
    """
    values = file_values(demo_folder())
    clips = values["cameras"]
    loops = count > len(clips)
    values["cameras"] = [
        {
            "name": f"{clips[index % len(clips)]['name']} {index}" if loops else clips[index]["name"],
            "url": ("loop:" if loops else "") + clips[index % len(clips)]["url"],
            "rate": rate,
        }
        for index in range(count)
    ]
    values["video"] = {"pace": "realtime"}
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
        before, cpu, seen = site.snapshot(), _cpu(process), _detected(site)
        site.telemetry.forget_latencies()
        began = time.monotonic()
        site.wait(seconds)
        after, spent = site.snapshot(), _cpu(process) - cpu
        frames = [late.processed - early.processed for early, late in zip(before.cameras, after.cameras, strict=True)]
        busy = {stage: total - before.stage_seconds.get(stage, 0.0) for stage, total in after.stage_seconds.items()}
        whole = sum(busy.values()) or 1.0
        scale = seconds / (time.monotonic() - began)
        detected = _detected(site) - seen
        p50, p95 = site.telemetry.latency_at(0.5), site.telemetry.latency_at(0.95)
        memory = process.memory_info().rss / 1e6
        site.halt()
        return Run(
            round(sum(frames) * scale),
            spent * scale,
            memory,
            p50,
            p95,
            after.detection_share,
            ", ".join(f"{stage} {part / whole:.0%}" for stage, part in sorted(busy.items(), key=lambda one: -one[1])),
            min(frames) / max(*frames, 1),
            detected / max(sum(frames), 1),
            _idf1(file, lambda folder: site.export("mot", folder)),
        )


def _run_naive(file: SiteFile, seconds: float, engine: Engine | None) -> Run:
    process = _process()
    site = NaiveSite(file, engine)
    site.start()
    time.sleep(WARM_UP)
    frames, cpu, began = site.processed, _cpu(process), time.monotonic()
    time.sleep(seconds)
    scale = seconds / (time.monotonic() - began)
    done, spent, memory = site.processed - frames, _cpu(process) - cpu, process.memory_info().rss / 1e6
    site.stop()
    return Run(round(done * scale), spent * scale, memory, idf1=_idf1(file, site.export))


def _idf1(file: SiteFile, export: Callable[[Path], object]) -> float | None:
    """Score the match log that ``export`` writes against the demo site's truth."""
    with tempfile.TemporaryDirectory() as name:
        truth = Path(name) / "truth"
        truth.mkdir()
        for camera in file.settings.cameras:
            known = demo_folder() / f"gt_{camera.name}.txt"
            if not known.is_file():
                return None
            shutil.copy(known, truth)
        export(Path(name) / "log")
        return score(truth, Path(name) / "log").overall.idf1


def _detected(site: Site) -> float:
    return site.telemetry.registry.get_sample_value("reid_batch_size_sum", {"stage": "detect"}) or 0.0


def _process() -> Any:
    try:
        import psutil  # type: ignore[import-untyped]
    except ImportError:
        raise ReidAppError("`reid-app bench site` needs psutil; install it: pip install psutil") from None
    return psutil.Process()


def _cpu(process: Any) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
