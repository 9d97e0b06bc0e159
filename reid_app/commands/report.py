"""Writes the report of a site's records."""

from __future__ import annotations

from pathlib import Path

from reid_app.config.load import load_site
from reid_app.records import exports
from reid_app.records.matchlog import Selection
from reid_app.records.reader import RecordsReader
from reid_app.records.report import SitePlan

REPORT_FILE = "report.html"
"""Name of the report where none is given."""


def write_report(site: Path, out: Path | None = None, selection: Selection | None = None) -> Path:
    """Write the report of a site, which may be running, and return its file.

    Args:
        site: The site file; it names the plan, if there is one.
        out: The file to write; None is :data:`REPORT_FILE` in the records folder.
        selection: Which part of the records; None is all of them.

    Raises:
        ReidAppError: The site file or its plan is wrong, there are no records, or the file cannot be written.
    """
    file = load_site(site)
    options = exports.Options(selection or Selection(), plan=SitePlan.of(file.settings, file.folder))
    with RecordsReader.open_existing(file.settings.records, file.folder, file.settings.name) as records:
        target = records.folder / REPORT_FILE if out is None else out
        (report,) = exports.FORMATS.get("report").files(records, options)
        exports.write_file(target, report.pieces())
    return target
