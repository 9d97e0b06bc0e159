"""The command line: ``reid-app COMMAND``.

Exit codes: 0 fine, 1 the input says no, 2 it cannot run, 130 interrupted. What
is wrong is said in one sentence; a traceback appears only with ``--debug``. No
room is imported before its command runs, so that ``--help`` answers at once.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Annotated, Never

import typer

from reid_app import __version__
from reid_app.commands.bench import app as bench_app
from reid_app.errors import ReidAppError
from reid_app.memory import limit_heaps

app = typer.Typer(
    name="reid-app",
    help="Find one person across many cameras, in real time.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
models_app = typer.Typer(help="List, import and export model files.", no_args_is_help=True)
app.add_typer(models_app, name="models")
app.add_typer(bench_app, name="bench")

SiteArgument = Annotated[Path, typer.Argument(metavar="SITE.yaml", help="The site file.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def main() -> Never:
    """Run the command line and exit with its code."""
    debug = "--debug" in sys.argv
    limit_heaps()
    # Otherwise ultralytics introduces itself in the middle of the first run's live table.
    os.environ.setdefault("YOLO_VERBOSE", "false")
    try:
        app()
    except ReidAppError as error:
        if debug:
            raise
        _say(str(error))
        sys.exit(error.exit_code)
    except Exception as error:
        if debug:
            raise
        _say(f"unexpected {type(error).__name__}: {error}; run again with --debug to see where")
        sys.exit(2)
    sys.exit(0)


def _say(sentence: str) -> None:
    sys.stderr.write(f"reid-app: {sentence}\n")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"reid-app {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks and debug messages.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show what goes on.")] = False,
    log_json: Annotated[bool, typer.Option("--log-json", help="Write the log as JSON, one entry a line.")] = False,
    version: Annotated[  # noqa: ARG001  handled by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    from reid_app.runtime.logs import configure

    configure(logging.DEBUG if debug else logging.INFO if verbose else logging.WARNING, as_json=log_json)


@app.command()
def validate(site: SiteArgument) -> None:
    """Check a site file; every mistake is one line with its place."""
    from reid_app.config.load import validate_site

    mistakes = validate_site(site)
    for mistake in mistakes:
        typer.echo(mistake)
    if mistakes:
        raise typer.Exit(1)
    typer.echo(f"{site}: fine")


@app.command()
def run(
    site: SiteArgument,
    headless: Annotated[bool, typer.Option("--headless", help="No window: a live table instead.")] = False,
    until_end: Annotated[
        bool, typer.Option("--until-end", help="Stop when every source has ended (files), then print a summary.")
    ] = False,
    mosaic: Annotated[
        Path | None, typer.Option(metavar="OUT.mp4", help="Write all cameras side by side with what was recognised.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Watch the cameras of a site."""
    if headless or until_end or mosaic or as_json:
        from reid_app.runtime.console import run_headless

        raise typer.Exit(run_headless(site, until_end=until_end, mosaic=mosaic, as_json=as_json))
    from reid_app.commands.window import run_with_window

    raise typer.Exit(run_with_window(site))


@app.command()
def health(site: SiteArgument, as_json: JsonOption = False) -> None:
    """Ask a running site how it is: exit code 0 well, 2 no answer, 3 something is wrong, 4 nothing is seen."""
    from reid_app.commands.health import ask_health

    raise typer.Exit(ask_health(site, as_json=as_json))


@app.command()
def demo(
    headless: Annotated[
        bool, typer.Option("--headless", help="Once through the clips without a window, then a summary and scores.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for what is recorded; left out: reid-app/demo in $XDG_DATA_HOME."),
    ] = None,
) -> None:
    """Show the application at work on computer-generated people; without a display, once through their clips."""
    from reid_app.commands.demo import run_demo

    raise typer.Exit(run_demo(out, headless=headless))


@app.command("demo-rtsp")
def demo_rtsp(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8554,
    site: Annotated[
        Path | None, typer.Option(metavar="OUT.yaml", help="Write a site file that watches these cameras.")
    ] = None,
) -> None:
    """Serve the demo site's clips as four real RTSP cameras."""
    from reid_app.commands.demo_rtsp import serve_demo

    raise typer.Exit(serve_demo(host=host, port=port, site_file=site))


@app.command()
def report(
    site: SiteArgument,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Left out: report.html in the records folder.")
    ] = None,
    identity: Annotated[int | None, typer.Option(help="Only this identity.")] = None,
    run_number: Annotated[int | None, typer.Option("--run", help="Only this run.")] = None,
) -> None:
    """Write one page of who was where and went where, with pictures and the reasons, that opens without a network."""
    from reid_app.commands.report import write_report
    from reid_app.records.matchlog import Selection

    typer.echo(write_report(site, out, Selection(identity=identity, run=run_number)))


@app.command()
def log(
    site: SiteArgument,
    kind: Annotated[str, typer.Option("--format", help="csv, jsonl, mot, report or pictures.")] = "csv",
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write files here; csv and jsonl are printed without it.")
    ] = None,
    identity: Annotated[int | None, typer.Option(help="Only this identity.")] = None,
    run_number: Annotated[int | None, typer.Option("--run", help="Only this run; mot takes the newest.")] = None,
    all_runs: Annotated[bool, typer.Option("--all-runs", help="mot: all runs on one time line.")] = False,
) -> None:
    """Print or write the match log of a site's records."""
    from reid_app.runtime.console import export_log

    export_log(site, kind=kind, out=out, identity=identity, run=run_number, all_runs=all_runs)


@app.command()
def score(
    truth: Annotated[Path, typer.Option(metavar="DIR", help="Truth: gt_CAMERA.txt and ignore_CAMERA.txt.")],
    log_folder: Annotated[Path, typer.Option("--log", metavar="DIR", help="What `log --format mot` wrote.")],
    all_frames: Annotated[bool, typer.Option("--all-frames", help="Count frames that were not processed too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Score a match log against truth: cross-camera IDF1, HOTA, switches, identities."""
    from reid_app.evaluate import tracking

    report = tracking.score(truth, log_folder, all_frames=all_frames)
    if as_json:
        typer.echo(report.to_json())
    else:
        tracking.render(report)


@app.command()
def train(
    config: Annotated[Path, typer.Argument(metavar="CONFIG.yaml", help="What to train, see configs/train.")],
    minutes: Annotated[float | None, typer.Option(help="Stop cleanly after this long; --resume goes on.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the newest checkpoint.")] = False,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar.")] = False,
) -> None:
    """Train a network."""
    from reid_app.train import train as run_training

    outcome = run_training(config, minutes=minutes, resume=resume, device=device, quiet=quiet)
    state = "finished" if outcome.finished else "stopped; --resume goes on"
    figures = ", ".join(f"{name} {value:.4g}" for name, value in outcome.figures.items())
    typer.echo(f"{state}: {outcome.images:,} pictures seen; {figures or 'not validated'}; see {outcome.folder}")


DataOption = Annotated[
    list[str], typer.Option("--data", metavar="NAME[=DIR]", help="A data set below $REID_DATA, or where it lies.")
]
ModelOption = Annotated[
    list[str], typer.Option("--model", metavar="M", help="A model's name or folder, or an .xml or .onnx file.")
]


@app.command("eval")
def evaluate(
    data: DataOption,
    model: ModelOption,
    rerank: Annotated[bool, typer.Option("--rerank", help="Also with k-reciprocal re-ranking.")] = False,
    report: Annotated[Path | None, typer.Option(metavar="DIR", help="Write plots, rank lists and JSON here.")] = None,
    seed: Annotated[int, typer.Option(help="Of single-shot draws.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Measure models on data sets: rank-1/5/10, mAP, mINP; both options may be given several times."""
    import json

    from rich.console import Console

    from reid_app.evaluate.commands import eval_models, render_outcomes

    outcomes = eval_models(model, data, reranking=rerank, report=report, seed=seed)
    if as_json:
        typer.echo(json.dumps([outcome.to_dict() for outcome in outcomes], indent=2))
    else:
        Console().print(render_outcomes(outcomes))


@app.command()
def calibrate(
    data: Annotated[
        str | None, typer.Option(metavar="NAME[=DIR]", help="People that the model was not trained on.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="M", help="A model's name or folder, or an .xml or .onnx file.")
    ] = None,
    site: Annotated[
        Path | None,
        typer.Option(metavar="SITE.yaml", help="Instead of --data and --model: from this site's operators' answers."),
    ] = None,
    far: Annotated[
        str | None,
        typer.Option(
            metavar="A,B", help="False-accept rates of `accept` and `ask`: 0.001,0.01; with --site 0.01,0.05."
        ),
    ] = None,
    part: Annotated[str, typer.Option(help="Part of the data set: train or test.")] = "test",
    picture: Annotated[Path | None, typer.Option(metavar="OUT.png", help="Histogram and DET curve.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Write the thresholds into the model's manifest.")] = False,
) -> None:
    """Find the thresholds at which a model's matches can be believed."""
    from rich.console import Console

    from reid_app.errors import SettingsError
    from reid_app.evaluate import commands

    try:
        accept_far, ask_far = (float(text) for text in (far or ("0.01,0.05" if site else "0.001,0.01")).split(","))
    except ValueError:
        raise SettingsError(f"--far {far!r} is not two numbers; write for example --far 0.001,0.01") from None
    if site is not None:
        if data is not None or model is not None or picture is not None or write:
            raise SettingsError("--site goes with --far alone: what operators answered is about the site's own model")
        from reid_app.evaluate.answers import calibrate_site

        typer.echo(commands.site_snippet(calibrate_site(site, far=(accept_far, ask_far))))
        return
    if data is None or model is None:
        raise SettingsError("say what to calibrate on: --data and --model, or --site")
    report = commands.calibrate_model(model, data, far=(accept_far, ask_far), part=part, picture=picture)
    Console().print(commands.render_calibration(report))
    if write:
        typer.echo(f"written to {commands.save_calibration(model, report.calibration).folder}")
    else:
        typer.echo(commands.site_snippet(report.calibration))


@app.command()
def embed(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of crops.")],
    model: Annotated[str, typer.Option(metavar="M", help="A model's name or folder, or an .xml or .onnx file.")],
    out: Annotated[Path, typer.Option(metavar="FILE.npz", help="names, embeddings, and landmarks and parts if any.")],
) -> None:
    """Embed a folder of crops, for other tools."""
    from reid_app.evaluate.commands import embed_to_file

    typer.echo(f"{out}: {embed_to_file(folder, model, out)} embeddings")


@app.command()
def export(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Name or folder of a model.")],
    to: Annotated[str, typer.Option(help="onnx or openvino.")] = "openvino",
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Left out: the model's own folder.")] = None,
    int8: Annotated[
        Path | None,
        typer.Option(
            metavar="PICTURES", help="Make NAME-int8 with a folder of typical crops, or frames for a detector."
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="With --int8: make the model's own OpenVINO IR 8-bit instead.")
    ] = False,
) -> None:
    """Write a model in another format, or with 8-bit weights, and check that it says the same."""
    from reid_app.errors import SettingsError

    if replace and (int8 is None or out is not None):
        raise SettingsError("--replace goes with --int8 and without --out")
    if int8 is not None:
        from reid_app.evaluate.quantise import quantise

        made = quantise(model, int8, out, replace_own=replace)
        typer.echo(f"{made.files.folder}: least cosine to the original {made.cosine:.6f}")
        return
    from reid_app.models import find_model
    from reid_app.models.exporting import export_model

    report = export_model(find_model(model), to, out)
    for file in report.files:
        typer.echo(f"wrote {file}")
    typer.echo(f"least cosine to the original {report.cosine:.6f}")


@models_app.command("list")
def list_models(as_json: JsonOption = False) -> None:
    """List the models that can be found, with what they are and their size."""
    import json

    from rich.console import Console

    from reid_app.models import list_models as find_models
    from reid_app.models import listing

    models = find_models()
    if as_json:
        typer.echo(json.dumps([listing.describe(model) for model in models], indent=2))
    else:
        Console().print(listing.table(models))


@models_app.command("import")
def import_model(
    checkpoint: Annotated[Path, typer.Argument(metavar="FILE.pt", help="An ultralytics detection checkpoint.")],
    name: Annotated[str | None, typer.Option(help="Name of the model; left out: the file's.")] = None,
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Models folder; left out: the application's.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a model of that name.")] = False,
) -> None:
    """Convert a detector once, so that no pickle is loaded at run time.

    The checkpoint is read in a process of its own with a fixed list of classes, and refused if it
    holds anything else.
    """
    from reid_app.models import application_folders
    from reid_app.models.importing import import_detector

    made = import_detector(checkpoint, name or checkpoint.stem, folder or application_folders()[0], replace=replace)
    typer.echo(f"{made.folder}: detector {made.name}, {len(made.manifest.classes)} classes, hash {made.hash[:12]}")
