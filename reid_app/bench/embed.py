"""Crops a second: the shipped networks beside peers, and beside one crop at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from reid_app.bench.crops import demo_crops
from reid_app.bench.report import BenchReport, Value, percentile, ratio, side_by_side
from reid_app.config import EmbedderKind, EmbedderSettings, Engine
from reid_app.domain import ImageArray
from reid_app.embed import FileNetwork, Network, network_of
from reid_app.models import application_folders, find_model

CROPS = 64
ROUNDS = 7

OURS, ONE_BY_ONE, PYTORCH = "in batches", "one at a time", "one at a time, PyTorch"


def bench_embed(model: str, peers: Sequence[Path], report: Callable[[str], None] = lambda _: None) -> BenchReport:
    """Measure pose machine, part boxes and embedding of ``model`` together.

    Args:
        model: Name or folder of a joint-loss model.
        peers: Re-identification networks in OpenVINO IR or ONNX files, fed with the same crops.
        report: Told what is being done.

    Raises:
        ModelError: A model is missing or damaged.
    """
    images = demo_crops(CROPS)
    files = find_model(model, application_folders())
    network = network_of(files)
    ways: dict[str, Callable[[], object]] = {
        f"{network.name}, {OURS}": _batches(network, images),
        f"{network.name}, {ONE_BY_ONE}": _one_by_one(network, images),
        f"{network.name}, {PYTORCH}": _one_by_one(network_of(files, Engine.TORCH), images[: CROPS // 8]),
    }
    share = dict.fromkeys(ways, 1.0) | {f"{network.name}, {PYTORCH}": 1 / 8}
    for peer in peers:
        kind = EmbedderKind.ONNX if peer.suffix == ".onnx" else EmbedderKind.OPENVINO
        ways[peer.stem] = _batches(FileNetwork(peer, EmbedderSettings(kind=kind, path=peer)), images)
        share[peer.stem] = 1.0
    report(f"{len(ways)} ways, {CROPS} crops, {ROUNDS} rounds")
    seconds = {
        name: [spent / share[name] for spent in spent_all]
        for name, spent_all in side_by_side(ways, rounds=ROUNDS).items()
    }
    ours = next(iter(seconds.values()))
    rows: list[dict[str, Value]] = [
        {
            "what": name,
            "crops a second p50": CROPS / percentile(spent, 0.5),
            "share of the first": ratio(ours, spent),
            "the first is times this": ratio(spent, ours),
        }
        for name, spent in seconds.items()
    ]
    return BenchReport(
        "embed",
        tuple(rows),
        ("what", "crops a second p50"),
        (
            f"{CROPS} crops of the demo site's people; {model} runs its pose machine, part boxes and the network",
            "all ways are measured in turns; ratios are medians of the ratios of each round",
        ),
    )


def _batches(network: Network, images: Sequence[ImageArray], size: int = 16) -> Callable[[], None]:
    def do() -> None:
        for begin in range(0, len(images), size):
            network.describe(images[begin : begin + size])

    return do


def _one_by_one(network: Network, images: Sequence[ImageArray]) -> Callable[[], None]:
    return _batches(network, images, 1)
