"""What a graphics card does: crops and frames a second, and how many cameras that makes."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch

from reid_app.bench.report import BenchReport, Value, percentile
from reid_app.config import DetectorSettings, Engine
from reid_app.detect import load_detector
from reid_app.domain import Frame
from reid_app.embed import network_of
from reid_app.errors import ReidAppError
from reid_app.models import application_folders, find_model

FULL_HD = (1080, 1920)

CROPS_PER_STREAM = 6.0
"""Crops a second that a busy camera gives: three people, one crop each half second."""


def bench_gpu(
    model: str,
    detector: str,
    *,
    rate: float = 10.0,
    rounds: int = 20,
    batch: int = 64,
    device: str = "cuda",
    report: Callable[[str], None] = lambda _: None,
) -> BenchReport:
    """Measure embedding and detection in PyTorch, timed with CUDA events.

    Args:
        model: Name or folder of a joint-loss model.
        detector: Name or folder of a detector.
        rate: Detections a second of each camera.
        rounds: How often each is timed.
        batch: Frames or crops at once.
        device: ``cuda``; ``cpu`` runs the same with an ordinary clock, to try it.
        report: Told what is being done.

    Raises:
        ReidAppError: There is no CUDA device.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise ReidAppError("there is no CUDA device; `reid-app bench embed` and `bench site` measure the processor")
    rng = np.random.default_rng(0)
    crops = [rng.integers(0, 255, (256, 128, 3), np.uint8) for _ in range(batch)]
    frames = [Frame("bench", index, index, rng.integers(0, 255, (*FULL_HD, 3), np.uint8)) for index in range(batch)]
    network = network_of(find_model(model, application_folders()), Engine.TORCH)
    settings = DetectorSettings(model=detector, engine=Engine.TORCH, batch_size=batch)
    finder = load_detector(settings, find_model(detector, application_folders()))
    ways = {
        f"{model}: pose machine, part boxes, network": (lambda: network.describe(crops), "crops"),
        f"{detector}: full HD frames from memory": (lambda: finder.detect(frames), "frames"),
    }
    rows: list[dict[str, Value]] = []
    speed = {}
    for name, (do, unit) in ways.items():
        report(name)
        seconds = _timed(do, rounds, device)
        speed[unit] = batch / percentile(seconds, 0.5)
        rows.append(
            {
                "what": f"{name} ({unit}/s)",
                "a second p50": speed[unit],
                "ms a batch p50": 1000 * percentile(seconds, 0.5),
                "ms a batch p95": 1000 * percentile(seconds, 0.95),
            }
        )
    streams = 1 / (rate / speed["frames"] + CROPS_PER_STREAM / speed["crops"])
    rows.append(
        {
            "what": f"cameras at {rate:g} detections/s and {CROPS_PER_STREAM:g} crops/s",
            "a second p50": streams,
            "ms a batch p50": None,
            "ms a batch p95": None,
        }
    )
    where = torch.cuda.get_device_name() if device == "cuda" else "cpu"
    return BenchReport(
        "gpu",
        tuple(rows),
        ("what", "a second p50"),
        (
            f"{where}, PyTorch {torch.__version__}, batches of {batch}, half precision on a GPU",
            "frames come from memory: decoding is not part of it",
        ),
    )


def _timed(do: Callable[[], object], rounds: int, device: str) -> list[float]:
    """Return the seconds of each round, after two that do not count."""
    seconds = []
    for round_ in range(rounds + 2):
        if device == "cuda":
            begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))  # type: ignore[no-untyped-call]
            begin.record()
            do()
            end.record()
            end.synchronize()
            spent = begin.elapsed_time(end) / 1000
        else:
            began = time.perf_counter()
            do()
            spent = time.perf_counter() - began
        if round_ >= 2:
            seconds.append(spent)
    return seconds
