"""The whole pipeline on clips as live cameras, the demo site's or others, beside the naive design."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class BenchSite:
    """A site of clips that play as if live.

    Attributes:
        file: Its file, loaded.
        truth: The truth of each camera by its name; empty where none is known or clips repeat.
    """

    file: SiteFile
    truth: Mapping[str, Path]


def bench_site(
    counts: Sequence[int],
    *,
    seconds: float,
    rate: float,
    naive: bool = True,
    clips: Path | None = None,
    report: Callable[[str], None],
) -> BenchReport:
    """Measure sites of several numbers of cameras.

    Args:
        counts: Numbers of cameras; the clips are used in turn.
        seconds: For how long each is measured.
        rate: Detections per second that each camera is to get.
        naive: Whether the naive design is measured after each, too.
        clips: Folder of ``NAME.mp4`` and ``gt_NAME.txt`` instead of the demo site's.
        report: Told what is being done.

    Raises:
        ReidAppError: The clips or psutil are not there.
    """
    rows: list[dict[str, Value]] = []
    first: float | None = None
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            site = (
                _demo_site(Path(folder), count, rate) if clips is None else _clip_site(Path(folder), clips, count, rate)
            )
            report(f"{count} cameras")
            ours = _run_site(site, seconds)
            others: dict[str, Run] = {}
            for name, engine in _NAIVE.items() if naive else ():
                report(f"{count} cameras, {name}")
                others[name] = _run_naive(site, seconds, engine)
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
            f"{'the demo site' if clips is None else clips.name}'s clips in real time, {seconds:g} s each",
            f"{rate:g} frames a second wanted of each camera; latency from a frame's arrival to the records",
            "naive: a thread and models of its own for each camera, every person embedded on every frame, same time",
            "IDF1: over all cameras on the frames that were looked at, where clips are played once",
        ),
    )


def _demo_site(folder: Path, count: int, rate: float) -> BenchSite:
    """The demo site's clips; up to four play once, so that they can be scored; more repeat them in a loop."""
    clips = file_values(demo_folder())["cameras"]
    if count <= len(clips):
        urls = {clip["name"]: clip["url"] for clip in clips[:count]}
        return BenchSite(_written(folder, urls, rate), {name: demo_folder() / f"gt_{name}.txt" for name in urls})
    chosen = [clips[index % len(clips)] for index in range(count)]
    return BenchSite(
        _written(folder, {f"{clip['name']} {index}": "loop:" + clip["url"] for index, clip in enumerate(chosen)}, rate),
        {},
    )


def _clip_site(folder: Path, clips: Path, count: int, rate: float) -> BenchSite:
    """Clips of a folder, each played once; one clip may be several cameras."""
    videos = sorted(clips.glob("*.mp4"))
    if not videos:
        raise ReidAppError(f"{clips} holds no .mp4; name a folder of clips.")
    chosen = {f"{videos[index % len(videos)].stem} {index}": videos[index % len(videos)] for index in range(count)}
    truth = {name: clips / f"gt_{video.stem}.txt" for name, video in chosen.items()}
    known = truth if all(path.is_file() for path in truth.values()) else {}
    return BenchSite(_written(folder, {name: str(video.resolve()) for name, video in chosen.items()}, rate), known)


def _written(folder: Path, urls: Mapping[str, str], rate: float) -> SiteFile:
    """Write and load a site file of cameras that play as if live, for the rest like the demo site's."""
    values = file_values(demo_folder())
    values["cameras"] = [{"name": name, "url": url, "rate": rate} for name, url in urls.items()]
    values["video"] = {"pace": "realtime"}
    values["matcher"] = {}
    del values["plan"]
    values["metrics"] = {"port": None}
    path = folder / "site.yaml"
    path.write_text(yaml.safe_dump(values))
    return load_site(path)


def _run_site(bench: BenchSite, seconds: float) -> Run:
    process = _process()
    with Site.open(bench.file) as site:
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
            _idf1(bench.truth, lambda folder: site.export("mot", folder)),
        )


def _run_naive(bench: BenchSite, seconds: float, engine: Engine | None) -> Run:
    process = _process()
    site = NaiveSite(bench.file, engine)
    site.start()
    time.sleep(WARM_UP)
    frames, cpu, began = site.processed, _cpu(process), time.monotonic()
    time.sleep(seconds)
    scale = seconds / (time.monotonic() - began)
    done, spent, memory = site.processed - frames, _cpu(process) - cpu, process.memory_info().rss / 1e6
    site.stop()
    return Run(round(done * scale), spent * scale, memory, idf1=_idf1(bench.truth, site.export))


def _idf1(truth: Mapping[str, Path], export: Callable[[Path], object]) -> float | None:
    """Score the match log that ``export`` writes against the truth, if there is one."""
    if not truth:
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "truth"
        folder.mkdir()
        for camera, known in truth.items():
            shutil.copy(known, folder / f"gt_{camera}.txt")
            regions = known.with_name(known.name.replace("gt_", "ignore_", 1))
            if regions.is_file():
                shutil.copy(regions, folder / f"ignore_{camera}.txt")
        export(Path(name) / "log")
        return score(folder, Path(name) / "log").overall.idf1


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
