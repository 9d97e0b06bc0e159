"""Exports: named formats in which records leave the application.

A format is a function that says which files it would write; what is in them is made
only when it is asked for, so a preview and an export are one code.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, astuple, dataclass, field
from functools import partial
from pathlib import Path

from reid_app.domain import from_ns
from reid_app.errors import RecordsError
from reid_app.records.matchlog import COLUMNS, Selection, match_rows
from reid_app.records.mot import (
    PROCESSED_FILE,
    CameraFrames,
    camera_frames,
    camera_rows,
    chosen_runs,
    mot_lines,
    processed_lines,
)
from reid_app.records.reader import RecordsReader
from reid_app.records.report import SitePlan, report_pieces


@dataclass(frozen=True, slots=True)
class Options:
    """What is exported, and how.

    Attributes:
        selection: Which part of the records.
        all_runs: For ``mot``: put all runs on one time line; otherwise the newest run is
            exported, unless ``selection`` names one.
        plan: For ``report``: the site's name, plan and cameras.
    """

    selection: Selection = field(default_factory=Selection)
    all_runs: bool = False
    plan: SitePlan | None = None


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file of an export.

    Attributes:
        name: Path below the folder of the export, with forward slashes.
        content: What is in it, one sentence for people.
        pieces: Makes its content: one piece a row (or heading, or picture).
        headings: Pieces that are no rows.
    """

    name: str
    content: str
    pieces: Callable[[], Iterator[bytes]]
    headings: int = 0


PICTURES_PER_PART = 3
"""Most pictures of each presence in the format ``pictures``."""

Exporter = Callable[[RecordsReader, Options], Iterable[ExportFile]]


@dataclass(frozen=True, slots=True)
class Format:
    """A named format.

    Attributes:
        name: What the command line and the window call it.
        sentence: What it is, for people.
        files: Says which files it writes.
    """

    name: str
    sentence: str
    files: Exporter


class Formats:
    """A registry of formats; each name once."""

    def __init__(self, formats: Iterable[Format] = ()) -> None:
        """Register ``formats``."""
        self._formats: dict[str, Format] = {}
        for one in formats:
            self.add(one)

    def add(self, one: Format) -> None:
        """Register a format.

        Raises:
            ValueError: Its name is taken.
        """
        if one.name in self._formats:
            raise ValueError(f"there is a format {one.name!r} already")
        self._formats[one.name] = one

    def __iter__(self) -> Iterator[Format]:
        """Iterate in order of registration."""
        return iter(self._formats.values())

    def get(self, name: str) -> Format:
        """Return a format by name.

        Raises:
            RecordsError: There is none of that name.
        """
        if name not in self._formats:
            raise RecordsError(f"There is no export format {name!r}; use one of {', '.join(self._formats)}.")
        return self._formats[name]


def export(records: RecordsReader, kind: str, folder: Path, options: Options = Options()) -> tuple[Path, ...]:
    """Write an export into ``folder`` and return its files; each appears whole or not at all.

    Raises:
        RecordsError: There is no such format, the records cannot be read, or a file cannot be
            written.
    """
    written = []
    for file in FORMATS.get(kind).files(records, options):
        path = folder / file.name
        write_file(path, file.pieces())
        written.append(path)
    return tuple(written)


def preview(records: RecordsReader, kind: str, options: Options = Options()) -> tuple[tuple[ExportFile, int], ...]:
    """Return the files that :func:`export` would write, each with its number of rows.

    Raises:
        RecordsError: There is no such format, or the records cannot be read.
    """
    files = FORMATS.get(kind).files(records, options)
    return tuple((file, sum(1 for _ in file.pieces()) - file.headings) for file in files)


def text(records: RecordsReader, kind: str, options: Options = Options()) -> Iterator[str]:
    """Yield the lines of a format of one text file, for a terminal or a pipe.

    Raises:
        RecordsError: There is no such format, it has several files, or the records cannot be read.
    """
    files = list(FORMATS.get(kind).files(records, options))
    if kind not in _PRINTABLE:
        raise RecordsError(f"The export format {kind!r} has several files; give a folder to write them to.")
    for file in files:
        yield from (piece.decode() for piece in file.pieces())


def write_file(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file so that its name only ever names a whole one.

    Raises:
        RecordsError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as part:
            try:
                part.writelines(pieces)
                part.flush()
                os.fsync(part.fileno())
                Path(part.name).chmod(0o644)
                Path(part.name).replace(path)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise RecordsError(
            f"The export cannot be written to {path} ({error.strerror}); choose another folder or free some space."
        ) from error


def _csv_files(records: RecordsReader, options: Options) -> Iterator[ExportFile]:
    def pieces() -> Iterator[bytes]:
        yield _csv_line(COLUMNS)
        for row in match_rows(records, options.selection):
            yield _csv_line(astuple(row))

    yield ExportFile("match-log.csv", "Who was in which camera, from when to when, and why.", pieces, headings=1)


def _csv_line(values: Iterable[object]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([_cell(value) for value in values])
    return line.getvalue().encode()


def _cell(value: object) -> object:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else value


def _jsonl_files(records: RecordsReader, options: Options) -> Iterator[ExportFile]:
    def pieces() -> Iterator[bytes]:
        for row in match_rows(records, options.selection):
            yield json.dumps(asdict(row), ensure_ascii=False, allow_nan=False).encode() + b"\n"

    yield ExportFile("match-log.jsonl", "Who was in which camera, from when to when, and why.", pieces)


def _mot_files(records: RecordsReader, options: Options) -> Iterator[ExportFile]:
    runs = chosen_runs(records, options.selection.run, all_runs=options.all_runs)
    cameras = [frames for name in records.cameras if (frames := camera_frames(records, name, runs)) is not None]
    for frames in cameras:
        yield ExportFile(
            f"{frames.camera}.txt",
            f"Where people were in each frame of {frames.camera}: frame,identity,x,y,w,h,score.",
            partial(_mot_pieces, records, frames, options.selection),
        )
    yield ExportFile(
        PROCESSED_FILE,
        "Which frames people were looked for in.",
        partial(_processed_pieces, cameras),
        headings=2,
    )


def _mot_pieces(records: RecordsReader, frames: CameraFrames, selection: Selection) -> Iterator[bytes]:
    return (line.encode() for line in mot_lines(camera_rows(records, frames, selection)))


def _processed_pieces(cameras: list[CameraFrames]) -> Iterator[bytes]:
    return (line.encode() for line in processed_lines(cameras))


def _report_files(records: RecordsReader, options: Options) -> Iterator[ExportFile]:
    content = "Who was where and went where, with pictures and reasons."
    pieces = partial(report_pieces, records, options.selection, options.plan)
    yield ExportFile("report.html", content, pieces, headings=2)


def _picture_files(records: RecordsReader, options: Options) -> Iterator[ExportFile]:
    for part in records.iter_parts(options.selection.span):
        best = records.best_sightings(
            part.track, limit=PICTURES_PER_PART, since_ns=part.first_ns, until_ns=part.last_ns
        )
        for sighting in best:
            if sighting.thumbnail is None:
                continue
            when = from_ns(sighting.time_ns).strftime("%Y%m%dT%H%M%S.%f")[:-3]
            name = f"pictures/{part.identity:04d} {part.track.camera} {part.track.number} {when}.jpg"
            content = f"A picture of identity {part.identity} in {part.track.camera}."
            yield ExportFile(name, content, partial(_picture_pieces, records, sighting.thumbnail))


def _picture_pieces(records: RecordsReader, key: str) -> Iterator[bytes]:
    yield records.thumbnails.get(key)


FORMATS = Formats(
    [
        Format("csv", "The match log as a table for spreadsheets.", _csv_files),
        Format("jsonl", "The match log for programs, one JSON object a line.", _jsonl_files),
        Format("mot", "Boxes by frame, one MOT file per camera; files as sources only.", _mot_files),
        Format("report", "One page to read or print: people, their ways through the site, and why.", _report_files),
        Format("pictures", "The best pictures of each presence.", _picture_files),
    ]
)
"""All formats."""

_PRINTABLE = frozenset({"csv", "jsonl"})
