"""A site without a window: a live table while it runs, a summary at its end."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape

from reid_app.config.load import load_site
from reid_app.records import exports
from reid_app.records.matchlog import Selection
from reid_app.records.reader import RecordsReader
from reid_app.records.report import SitePlan
from reid_app.runtime.facade import SiteSnapshot
from reid_app.runtime.logs import learn_secrets
from reid_app.runtime.mosaic import MosaicWriter
from reid_app.runtime.notify import Notifier
from reid_app.runtime.pipeline import Tick
from reid_app.runtime.service import Service, Signals
from reid_app.runtime.site import Site
from reid_app.runtime.summary import Summary, camera_table

REFRESH = 0.5
"""Seconds between two pictures of the live table."""

INTERRUPTED = 130
CANNOT_RUN = 2


def run_headless(path: Path, *, until_end: bool, mosaic: Path | None = None, as_json: bool = False) -> int:
    """Run a site until it is interrupted or, with ``until_end``, until its sources have ended.

    The match log is written as CSV and JSONL into the records folder at the end, unless a
    SIGTERM ends it: ``reid-app log`` writes it whenever it is wanted. A SIGHUP has the cameras
    of the site file taken over; systemd is kept informed if it started the process.

    Args:
        path: The site file.
        until_end: Whether the end of all sources ends the run.
        mosaic: Where to write the cameras side by side, if anywhere.
        as_json: Print the summary as JSON instead of tables.

    Returns:
        The exit code: 0, 2 when a part of the site failed, 130 when interrupted.

    Raises:
        ReidAppError: The site cannot run.
    """
    file = load_site(path)
    console = Console(stderr=as_json)
    learn_secrets(file.settings)
    signals, notifier = Signals(), Notifier.from_environment()
    with ExitStack() as stack:
        stack.enter_context(signals.caught())
        with console.status("opening") as status:
            site = Site.open(file, lambda sentence, share: status.update(f"{escape(sentence)} ({share:.0%})"))
        stack.callback(site.stop)
        if mosaic is not None:
            writer = stack.enter_context(
                MosaicWriter(
                    mosaic,
                    [camera.name for camera in file.settings.cameras],
                    lambda box: site.board.identity(box.track),
                )
            )
            site.listen(partial(_add_to_mosaic, writer))
        stack.enter_context(site.endpoint())
        site.start()
        service = Service(site, notifier)
        live = stack.enter_context(Live(console=console, auto_refresh=False, transient=True))
        while not signals.stop.is_set():
            if site.wait(REFRESH):
                if until_end or site.failed:
                    break
                # All sources have ended, and waiting for that takes no time any more.
                signals.stop.wait(REFRESH)
            live.update(_live(site.snapshot()), refresh=True)
            service.beat(signals)
        live.stop()
        service.end()
        site.halt()
        summary = Summary.of(site)
        files = []
        if signals.by_user or not signals.stop.is_set():  # whoever sends SIGTERM does not wait for long
            files = [*site.export("csv", site.records.folder), *site.export("jsonl", site.records.folder)]
        if as_json:
            sys.stdout.write(json.dumps(summary.as_dict(files), indent=2) + "\n")
        else:
            summary.render(console, files)
    if signals.stop.is_set():
        return INTERRUPTED
    return CANNOT_RUN if summary.failures else 0


def export_log(
    path: Path,
    *,
    kind: str,
    out: Path | None,
    identity: int | None = None,
    run: int | None = None,
    all_runs: bool = False,
) -> None:
    """Print the match log of a site's records, or write it into a folder.

    Args:
        path: The site file; its records may belong to a running site.
        kind: Name of a format: ``csv``, ``jsonl``, ``mot`` ...
        out: The folder; None prints, which only formats of one text can.
        identity: Only this one.
        run: Only this run.
        all_runs: For ``mot``: all runs on one time line instead of the newest.

    Raises:
        ReidAppError: The site file is wrong, there are no records, or a file cannot be written.
    """
    file = load_site(path)
    plan = SitePlan.of(file.settings, file.folder) if kind == "report" else None
    options = exports.Options(Selection(identity=identity, run=run), all_runs=all_runs, plan=plan)
    with RecordsReader.open_existing(file.settings.records, file.folder, file.settings.name) as records:
        if out is None:
            for piece in exports.text(records, kind, options):
                sys.stdout.write(piece)
            return
        for written in exports.export(records, kind, out, options):
            sys.stdout.write(f"{written}\n")


def _live(snapshot: SiteSnapshot) -> Group:
    waiting = ", ".join(f"{stage} {depth}" for stage, depth in snapshot.queue_depths.items())
    dropped = ", ".join(f"{what} {count}" for what, count in snapshot.dropped.items())
    line = f"identities {snapshot.identities}   waiting: {waiting}   left out: {dropped}"
    return Group(camera_table(snapshot), line, *(f"[red]{escape(error)}[/]" for error in snapshot.errors.values()))


def _add_to_mosaic(writer: MosaicWriter, tick: Tick, *_: object) -> None:
    for frame, update in zip(tick.frames, tick.updates, strict=True) if tick.frames else ():
        writer.add(frame, update)
