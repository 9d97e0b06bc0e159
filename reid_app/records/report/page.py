"""Writes the report's page: the site first, then everybody who was seen."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jinja2

from reid_app import __version__
from reid_app.domain import NS_PER_S, Verdict, from_ns
from reid_app.errors import RecordsError
from reid_app.records.matchlog import Selection
from reid_app.records.reader import RecordsReader
from reid_app.records.report import figures, words
from reid_app.records.report.plan import Layout, SitePlan, lay_out
from reid_app.records.report.story import Person, Story, gather
from reid_app.records.values import Part, RecordedSighting

PICTURES = 8
"""Most pictures of a person."""

LOOKED_THROUGH = 40
"""Longest presences of a person that are looked through for pictures."""

MOST_ENTRIES = 100
"""Most presences and joinings of a person that are told one by one, the newest."""

MOST_BARS = 600
"""Presences above which everybody's timeline is left out: nothing could be told apart."""

LONGEST_SHARED = 3600
"""Seconds up to which all timelines have one axis, so that they can be compared."""

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a person for the page: ``data`` is a ``data:`` address."""

    data: str
    camera: str
    when: str


def report_pieces(records: RecordsReader, selection: Selection, plan: SitePlan | None = None) -> Iterator[bytes]:
    """Yield the page: the site, a piece for each person, the end.

    The page needs nothing from elsewhere and says so to the browser: its Content-Security-Policy
    forbids every request and every script. All that comes from records or settings is escaped.

    Args:
        records: The records.
        selection: Which part of them.
        plan: The site's plan; None draws the cameras on a ring.

    Raises:
        RecordsError: The records cannot be read.
    """
    plan = plan or SitePlan()
    story = gather(records, selection, plan.cameras)
    layout = lay_out(plan, story.cameras) if story.cameras else Layout((1.0, 1.0), {})
    page = _templates()
    yield page.get_template("site.html").render(_site(story, plan, layout)).encode()
    person_page = page.get_template("person.html")
    for person in story.people:
        yield person_page.render(_person(records, story, person, layout)).encode()
    yield page.get_template("end.html").render(version=__version__).encode()


def _templates() -> jinja2.Environment:
    page = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.filters.update(clock=words.clock, moment=words.moment, duration=words.length, hue=figures.hue)
    page.globals.update(WIDTH=figures.WIDTH, LEFT=figures.LEFT, ROW=figures.ROW, SPOT=figures.SPOT)
    return page


def _site(story: Story, plan: SitePlan, layout: Layout) -> dict[str, object]:
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    flows = story.flows()
    everybody = [part for person in story.people for part in person.parts]
    lines = figures.timeline(story.cameras, everybody, story.first_ns, story.last_ns)
    recognised = sum(part.decision.decision.verdict in {Verdict.ACCEPTED, Verdict.REVISED} for part in everybody)
    return {
        "style": style,
        "style_hash": digest,
        "story": story,
        "recognised": recognised,
        "plan": plan,
        "plan_data": None if plan.picture is None else _data(plan.picture, plan.media_type),
        "flows": flows,
        "map": figures.flow_map(layout, flows),
        "chart": figures.chart(story.present(), story.first_ns, story.last_ns),
        "timeline": lines if len(everybody) <= MOST_BARS else None,
        "thresholds": everybody[-1].decision.decision.thresholds if everybody else None,
    }


def _person(records: RecordsReader, story: Story, person: Person, layout: Layout) -> dict[str, object]:
    shared = story.last_ns - story.first_ns <= LONGEST_SHARED * NS_PER_S
    first_ns, last_ns = (story.first_ns, story.last_ns) if shared else (person.first_ns, person.last_ns)
    cameras = story.cameras if shared else tuple(name for name in story.cameras if name in person.cameras)
    entries: list[tuple[int, Part | None, str]] = [
        *((part.first_ns, part, words.in_words(part.decision.decision)) for part in person.parts),
        *((one.merge.time_ns, None, words.joined_in_words(one.merge)) for one in person.merges),
    ]
    entries.sort(key=lambda entry: entry[0])
    return {
        "person": person,
        "pictures": _pictures(records, person),
        "timeline": figures.timeline(cameras, person.parts, first_ns, last_ns),
        "map": figures.way(layout, person.stays),
        "entries": entries[-MOST_ENTRIES:],
        "earlier": max(0, len(entries) - MOST_ENTRIES),
        "several_days": from_ns(person.first_ns).date() != from_ns(person.last_ns).date(),
    }


def _pictures(records: RecordsReader, person: Person) -> list[Picture]:
    """Return the best pictures of a person: of every camera the best, then the best of the rest, by time."""
    best: list[tuple[bool, float, RecordedSighting]] = []
    seen: set[str] = set()
    for part in sorted(person.parts, key=lambda part: -part.frames)[:LOOKED_THROUGH]:
        found = records.best_sightings(part.track, limit=1, since_ns=part.first_ns, until_ns=part.last_ns)
        best += [(False, sighting.quality, sighting) for sighting in found if sighting.thumbnail is not None]
    best.sort(key=lambda entry: -entry[1])
    for place, (_, quality, sighting) in enumerate(best):
        best[place] = (sighting.track.camera not in seen, quality, sighting)
        seen.add(sighting.track.camera)
    chosen = sorted(best, key=lambda entry: (not entry[0], -entry[1]))[:PICTURES]
    pictures = []
    for _, _, sighting in sorted(chosen, key=lambda entry: entry[2].time_ns):
        assert sighting.thumbnail is not None
        try:
            data = records.thumbnails.get(sighting.thumbnail)
        except RecordsError:
            continue  # one lost picture does not cost the whole report
        pictures.append(Picture(_data(data, "image/jpeg"), sighting.track.camera, words.clock(sighting.time_ns)))
    return pictures


def _data(content: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
