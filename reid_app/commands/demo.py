"""Shows the application at work on the demo site: in the window, or without a display once through its clips."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from reid_app.commands.report import REPORT_FILE, write_report
from reid_app.commands.window import run_with_window, why_no_window
from reid_app.config.load import load_site
from reid_app.demo_site.clips import SITE_FILE, demo_folder, file_values, live_values, write_site_values
from reid_app.demo_site.truth import read_truth
from reid_app.errors import ReidAppError, SettingsError
from reid_app.records import exports
from reid_app.records.reader import RecordsReader

_COMMENT = "Written by `reid-app demo`; it is written anew by the next one."


def data_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where the demo keeps what it records, unless told otherwise: by the XDG rules, not in the repository."""
    home = environ.get("XDG_DATA_HOME", "")
    return (Path(home) if Path(home).is_absolute() else Path.home() / ".local" / "share") / "reid-app" / "demo"


def run_demo(out: Path | None = None, *, headless: bool = False) -> int:
    """Open the window on the demo site, or run headless once through it where there can be no window.

    Args:
        out: Folder for site file and records; None is :func:`data_folder`.
        headless: No window even where there could be one.

    Returns:
        The exit code.

    Raises:
        ReidAppError: The demo site is not there, or cannot run.
    """
    clips, out = demo_folder(), (out or data_folder()).resolve()
    why = "" if headless else why_no_window()
    if not headless and not why:
        return run_with_window(_site_file(out, live_values(clips)))
    if why:
        Console(stderr=True).print(f"{why[0].upper()}{why[1:]}: the demo runs without one.", highlight=False)
    return _run_once(clips, out / f"{datetime.now(UTC):run-%Y%m%d-%H%M%S}")


@dataclass(frozen=True, slots=True)
class Result:
    """How well a run through the clips went.

    Attributes:
        people: People in the truth.
        identities: Identities that were seen for a second or more.
        idf1: Cross-camera IDF1.
        found: Share of the people's boxes that were found.
        swapped: For two people in the same clothes, where both were to be seen: the share of their boxes that bear
            an identity which is rather that of the other one.
    """

    people: int
    identities: int
    idf1: float
    found: float
    swapped: Mapping[tuple[int, int], float]

    def lines(self) -> tuple[str, ...]:
        """Say it in words."""
        return (
            f"identities {self.identities} for {self.people} people",
            f"cross-camera IDF1 {self.idf1:.3f} against the truth",
            f"people found {self.found:.1%} of those higher than 60 pixels and less than half hidden",
            *(
                f"people {first} and {second}, dressed alike, taken for one another in {share:.1%} of their boxes"
                for (first, second), share in self.swapped.items()
            ),
        )


def score_run(clips: Path, log: Path) -> Result:
    """Compare a log in MOT format with the truth of the clips.

    Raises:
        ReidAppError: A file is missing, or the scorer is not installed.
    """
    from reid_app.evaluate.confusion import confusion
    from reid_app.evaluate.tracking import score

    report = score(clips, log)
    mistaken = confusion(clips, log)
    alike = {number: about["same_clothes_as"] for number, about in read_truth(clips).people.items()}
    pairs = [(one, other) for one, other in alike.items() if other is not None and one < other]
    return Result(
        people=report.truth_identities,
        identities=report.lasting_identities or report.log_identities,
        idf1=report.overall.idf1,
        found=1 - report.overall.misses / max(1, report.overall.truth_boxes),
        swapped={pair: mistaken.between(*pair) for pair in pairs if {*pair} <= {*mistaken.people.tolist()}},
    )


def _run_once(clips: Path, out: Path) -> int:
    from reid_app.runtime.console import run_headless

    site = _site_file(out, file_values(clips))
    code = run_headless(site, until_end=True)
    if code != 0:
        return code
    console = Console(highlight=False)
    with console.status("writing report and mosaic"):
        log, written = _write(site, out)
    try:
        for line in score_run(clips, log).lines():
            console.print(line)
    except ReidAppError as error:
        console.print(f"not scored: {escape(str(error))}")
    for name, path in {**written, "site file": site}.items():
        console.print(f"{name}: {escape(str(path))}", soft_wrap=True)
    return 0


def _write(site: Path, out: Path) -> tuple[Path, dict[str, Path]]:
    """Write what the run leaves for people; return the folder of the log for scoring, and the files."""
    from reid_app.commands.replay import draw_run

    file = load_site(site)
    log, mosaic = out / "log", out / "mosaic.mp4"
    with RecordsReader.open_existing(file.settings.records, file.folder, file.settings.name) as records:
        exports.export(records, "mot", log)
        draw_run(file, records, log, mosaic)
    return log, {"report": write_report(site, out / REPORT_FILE), "mosaic": mosaic}


def _site_file(folder: Path, values: dict[str, object]) -> Path:
    path = folder / SITE_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_site_values(values, path, _COMMENT)
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written ({error.strerror}); name a folder for the demo's records with --out"
        ) from error
    return path
