"""``reid-app bench``: what this machine does, as ratios and percentiles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from reid_app.bench.report import BenchReport

app = typer.Typer(help="Measure speed; every figure is a ratio or a percentile.", no_args_is_help=True)

OutOption = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write JSON and a plot here, too.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


@app.command()
def embed(
    model: Annotated[str, typer.Option(help="A joint-loss model.")] = "jointloss-s",
    peer: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A network to compare with; may be given several times.")
    ] = None,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Crops a second of pose machine, part boxes and network, beside peers and one crop at a time."""
    from reid_app.bench.embed import bench_embed

    _show(lambda report: bench_embed(model, peer or [], report), out, as_json=as_json)


@app.command()
def site(
    cameras: Annotated[str, typer.Option(metavar="N,N,...", help="Numbers of cameras.")] = "1,2,4,8,16",
    seconds: Annotated[float, typer.Option(help="For how long each is measured.")] = 15.0,
    rate: Annotated[float, typer.Option(help="Detections a second of each camera.")] = 10.0,
    naive: Annotated[bool, typer.Option(help="Measure one model per thread, too.")] = True,
    clips: Annotated[
        Path | None, typer.Option(metavar="DIR", help="NAME.mp4 and gt_NAME.txt instead of the demo site's clips.")
    ] = None,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """The whole pipeline on clips as live cameras, beside one model per thread."""
    from reid_app.bench.site import bench_site

    counts = [int(one) for one in cameras.split(",")]
    _show(
        lambda report: bench_site(counts, seconds=seconds, rate=rate, naive=naive, clips=clips, report=report),
        out,
        as_json=as_json,
    )


@app.command()
def gallery(
    sizes: Annotated[str, typer.Option(metavar="N,N,...", help="Numbers of embeddings.")] = "10000,100000",
    rank: Annotated[int, typer.Option(help="Directions that they fill; 576 is the worst case.")] = 160,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Adding, searching and removing embeddings, beside brute force in numpy."""
    from reid_app.bench.gallery import bench_gallery

    counts = [int(one) for one in sizes.split(",")]
    _show(lambda report: bench_gallery(counts, rank=rank, report=report), out, as_json=as_json)


@app.command()
def lock(
    cameras: Annotated[str, typer.Option(metavar="N,N,...", help="Numbers of cameras.")] = "16,64",
    seconds: Annotated[float, typer.Option(help="For how long each is measured, in one process and in two.")] = 20.0,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """How long the analysing thread waits for the interpreter lock beside many camera readers."""
    from reid_app.bench.lock import bench_lock

    counts = [int(one) for one in cameras.split(",")]
    _show(lambda report: bench_lock(counts, seconds=seconds, report=report), out, as_json=as_json)


@app.command()
def gpu(
    model: Annotated[str, typer.Option(help="A joint-loss model.")] = "jointloss-s",
    detector: Annotated[str, typer.Option(help="A detector.")] = "yolov8n",
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Crops and full HD frames a second of a CUDA device, and the cameras that makes."""
    from reid_app.bench.gpu import bench_gpu

    _show(lambda report: bench_gpu(model, detector, report=report), out, as_json=as_json)


def _show(measure: Callable[[Callable[[str], None]], BenchReport], out: Path | None, *, as_json: bool) -> None:
    from rich.console import Console

    quiet = Console(stderr=True, highlight=False)
    report = measure(lambda sentence: quiet.print(f"{sentence} ..."))
    if as_json:
        typer.echo(json.dumps(report.as_dict(), indent=2))
    else:
        console = Console(highlight=False)
        console.print(report.table())
        for note in report.notes:
            console.print(note)
    for path in report.write(out) if out is not None else ():
        quiet.print(f"wrote {path}")
