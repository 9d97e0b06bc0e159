"""Where everything stands in the report's drawings; the templates only draw it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reid_app.domain import NS_PER_S, from_ns
from reid_app.records.report.plan import Layout, Point
from reid_app.records.report.story import Flow, Stay
from reid_app.records.report.words import clock, length
from reid_app.records.values import Part

WIDTH = 1000.0
LEFT = 120.0
"""Width of a timeline, and of the names of its lanes."""

ROW = 20.0
"""Height of a row of bars."""

SPOT = 13.0
"""Radius of a camera on a plan."""

_GOLDEN = 0.618033988749895
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
_MOST_TICKS = 11
_LEAST_BAR = 3.0
_LABEL_ROOM = 16.0
_CHART = 110.0


def hue(number: int) -> int:
    """Return the hue of an identity, 0..359; the same as in the mosaic."""
    return round(number * _GOLDEN % 1.0 * 360) % 360


@dataclass(frozen=True, slots=True)
class Bar:
    """A presence on a timeline."""

    x: float
    y: float
    width: float
    hue: int
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    """The lane of a camera."""

    name: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment marked on the axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars in lanes over an axis of time; ``height`` includes the axis."""

    height: float
    lanes: tuple[Lane, ...]
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


def timeline(cameras: Sequence[str], parts: Iterable[Part], first_ns: int, last_ns: int) -> Timeline:
    """Draw presences in one lane a camera; those at one time stand in rows of their lane."""
    scale = (WIDTH - LEFT) / max(1, last_ns - first_ns)
    rows: dict[str, list[float]] = {name: [] for name in cameras}
    placed: list[tuple[Part, int, float, float]] = []
    for part in sorted(parts, key=lambda part: part.first_ns):
        x = LEFT + (part.first_ns - first_ns) * scale
        width = max(_LEAST_BAR, (part.last_ns - part.first_ns) * scale)
        ends = rows[part.track.camera]
        row = next((k for k, end in enumerate(ends) if end <= x), len(ends))
        ends[row:] = [x + width, *ends[row + 1 :]]
        placed.append((part, row, x, width))
    lanes, tops, y = [], {}, 0.0
    for name in cameras:
        height = max(1, len(rows[name])) * ROW + 6
        lanes.append(Lane(name, y, height))
        tops[name] = y + 3
        y += height
    bars = tuple(
        Bar(x, tops[part.track.camera] + row * ROW, width, hue(part.identity), _label(part, width), _title(part))
        for part, row, x, width in placed
    )
    return Timeline(y + 24, tuple(lanes), bars, ticks(first_ns, last_ns))


def ticks(first_ns: int, last_ns: int) -> tuple[Tick, ...]:
    """Return moments to mark: round ones, not too many."""
    first, last = first_ns / NS_PER_S, last_ns / NS_PER_S
    days = 86400 * math.ceil(max(1.0, (last - first) / 86400 / _MOST_TICKS))
    step = next((one for one in _STEPS if (last - first) / one < _MOST_TICKS), days)
    scale = (WIDTH - LEFT) / max(1e-9, last - first)
    pattern = "%d %b" if step >= 86400 else "%H:%M" if step >= 60 else "%H:%M:%S"
    start = math.ceil(first / step) * step
    return tuple(
        Tick(LEFT + (second - first) * scale, from_ns(second * NS_PER_S).strftime(pattern))
        for second in range(start, math.floor(last) + 1, step)
    )


@dataclass(frozen=True, slots=True)
class Chart:
    """A curve in steps: the outline of the area under it, its axis, and its largest value."""

    height: float
    outline: str
    ticks: tuple[Tick, ...]
    most: int


def chart(values: Sequence[int], first_ns: int, last_ns: int) -> Chart:
    """Draw counts over time."""
    most = max(values, default=0)
    step = (WIDTH - LEFT) / max(1, len(values))
    points = [(LEFT, _CHART)]
    for k, value in enumerate(values):
        y = _CHART - value / max(1, most) * (_CHART - 12)
        points += [(LEFT + k * step, y), (LEFT + (k + 1) * step, y)]
    points.append((WIDTH, _CHART))
    return Chart(_CHART + 24, " ".join(f"{x:.1f},{y:.1f}" for x, y in points), ticks(first_ns, last_ns), most)


@dataclass(frozen=True, slots=True)
class Arrow:
    """A bent arrow; ``label`` stands at (x, y)."""

    path: str
    width: float
    label: str
    x: float
    y: float
    title: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A camera on a plan; ``label`` says when somebody was there, as in "1, 4"."""

    x: float
    y: float
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Map:
    """A plan with arrows and cameras on it."""

    size: tuple[float, float]
    arrows: tuple[Arrow, ...]
    spots: tuple[Spot, ...]


def way(layout: Layout, stays: Sequence[Stay]) -> Map:
    """Draw one person's way: an arrow from each stay to the next, the stays numbered."""
    arrows = []
    times: dict[tuple[str, str], int] = {}
    visits: dict[str, list[str]] = {}
    for number, stay in enumerate(stays, 1):
        visits.setdefault(stay.camera, []).append(str(number))
    for number, (here, there) in enumerate(itertools.pairwise(stays), 1):
        pair = (here.camera, there.camera)
        times[pair] = times.get(pair, 0) + 1
        title = f"{number} to {number + 1}: {here.camera} until {clock(here.last_ns)}, {there.camera} from "
        arrows.append(_arrow(layout.places, pair, times[pair] - 1, 3.0, "", title + clock(there.first_ns)))
    return Map(layout.size, tuple(arrows), _spots(layout.places, {k: ", ".join(v) for k, v in visits.items()}))


def flow_map(layout: Layout, flows: Sequence[Flow]) -> Map:
    """Draw all walks: the more, the wider the arrow."""
    most = max((flow.count for flow in flows), default=1)
    arrows = tuple(
        _arrow(
            layout.places,
            (flow.source, flow.target),
            0,
            1.5 + 6.5 * flow.count / most,
            str(flow.count),
            f"{flow.count} from {flow.source} to {flow.target}",
        )
        for flow in flows
    )
    return Map(layout.size, arrows, _spots(layout.places, {}))


def _spots(places: Mapping[str, Point], labels: Mapping[str, str]) -> tuple[Spot, ...]:
    return tuple(Spot(x, y, name, labels.get(name, "")) for name, (x, y) in places.items())


def _arrow(
    places: Mapping[str, Point], pair: tuple[str, str], again: int, width: float, label: str, title: str
) -> Arrow:
    """Bend to the right of the walk, so that there and back lie apart; the more often, the further."""
    (x1, y1), (x2, y2) = places[pair[0]], places[pair[1]]
    distance = math.hypot(x2 - x1, y2 - y1)
    if distance < 1:
        return Arrow("", width, label, x1, y1, title)
    along, across = ((x2 - x1) / distance, (y2 - y1) / distance), ((y1 - y2) / distance, (x2 - x1) / distance)
    bend = min(60.0, 0.16 * distance) + 22 * again
    cx, cy = (x1 + x2) / 2 + across[0] * bend * 2, (y1 + y2) / 2 + across[1] * bend * 2
    start = SPOT + 3
    end = SPOT + 6 + 1.2 * width
    x1, y1 = x1 + along[0] * start, y1 + along[1] * start
    tilt = math.hypot(x2 - cx, y2 - cy) or 1.0
    x2, y2 = x2 - (x2 - cx) / tilt * end, y2 - (y2 - cy) / tilt * end
    path = f"M{x1:.1f} {y1:.1f} Q{cx:.1f} {cy:.1f} {x2:.1f} {y2:.1f}"
    return Arrow(path, width, label, (x1 + 2 * cx + x2) / 4, (y1 + 2 * cy + y2) / 4, title)


def _label(part: Part, width: float) -> str:
    return str(part.identity) if width >= _LABEL_ROOM + 7 * (len(str(part.identity)) - 1) else ""


def _title(part: Part) -> str:
    span = f"{clock(part.first_ns)} to {clock(part.last_ns)}"
    return f"Person {part.identity}, {part.track.camera}, {span} ({length(part.last_ns - part.first_ns)})"
