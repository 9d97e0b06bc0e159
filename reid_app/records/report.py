"""One page for people: who was where, with pictures; opens in any browser without a network."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from html import escape

from reid_app.domain import NS_PER_S, from_ns, likelihood
from reid_app.errors import RecordsError
from reid_app.records.matchlog import Selection
from reid_app.records.reader import RecordsReader
from reid_app.records.values import Part

PICTURES_PER_PART = 3
"""Most pictures of each continuous presence."""

_HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Match report</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>
body { font: 16px/1.4 sans-serif; margin: 2em auto; max-width: 70em; color: #222; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4em .8em .4em 0; border-bottom: 1px solid #ccc; vertical-align: top; }
img { height: 96px; margin-right: 4px; }
@media print { tr { break-inside: avoid; } }
</style></head><body>
<h1>Match report</h1>
"""

_COLUMNS = ("Person", "Camera", "From (UTC)", "To (UTC)", "Seconds", "How sure", "Pictures")


def report_pieces(records: RecordsReader, selection: Selection) -> Iterator[bytes]:
    """Yield the page: its head, one row for each presence, its end.

    Raises:
        RecordsError: The records cannot be read.
    """
    headings = "".join(f"<th>{escape(column)}</th>" for column in _COLUMNS)
    yield f"{_HEAD}<table><thead><tr>{headings}</tr></thead><tbody>\n".encode()
    names: dict[int, str] = {}
    for part in records.iter_parts(selection.span):
        if part.identity not in names:
            names[part.identity] = records.identity(part.identity).name
        yield _row(records, part, names[part.identity]).encode()
    yield b"</tbody></table></body></html>\n"


def _row(records: RecordsReader, part: Part, name: str) -> str:
    decision = part.decision.decision
    sure = decision.verdict.value
    if decision.score is not None:
        sure += f" ({likelihood(decision.score, decision.thresholds).value}, {decision.score:.2f})"
    cells = (
        f"{part.identity} {name}".strip(),
        part.track.camera,
        _clock(part.first_ns),
        _clock(part.last_ns),
        f"{(part.last_ns - part.first_ns) / NS_PER_S:.1f}",
        sure,
    )
    texts = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f"<tr>{texts}<td>{_pictures(records, part)}</td></tr>\n"


def _clock(time_ns: int) -> str:
    return from_ns(time_ns).strftime("%Y-%m-%d %H:%M:%S")


def _pictures(records: RecordsReader, part: Part) -> str:
    best = records.best_sightings(part.track, limit=PICTURES_PER_PART, since_ns=part.first_ns, until_ns=part.last_ns)
    images = []
    for sighting in best:
        if sighting.thumbnail is None:
            continue
        try:
            data = records.thumbnails.get(sighting.thumbnail)
        except RecordsError:
            continue  # one lost picture does not cost the whole report
        when = escape(_clock(sighting.time_ns))
        images.append(
            f'<img alt="{when}" title="{when}" src="data:image/jpeg;base64,{base64.b64encode(data).decode()}">'
        )
    return "".join(images)
