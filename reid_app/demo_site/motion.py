"""Turns the cast's walks into where everybody is at any time.

Each visit's stops become a line with rounded corners, walked at the person's
speed with starts and halts that take a moment. Then all walk at once in small
time steps: people give way to one another and to furniture. The result is a
table over time; nothing in it is random, so the same cast always walks the
same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reid_app.demo_site.cast import Person, Stop, Visit
from reid_app.demo_site.gait import Moment
from reid_app.demo_site.plan import Box

Array = NDArray[np.float64]

STEP = 0.04
"""Seconds between rows of the tables."""

STRIDE = 1.38
"""Metres of one walking cycle (two steps) of an average person 1.7 m tall."""

_ROOM = 0.78  # metres that people keep between one another, centre to centre
_CLEAR = 0.32  # metres that people keep from furniture
_EASE = 0.6  # seconds that starting and halting take


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person is and what the body does there.

    Attributes:
        x: Metres east.
        y: Metres north.
        heading: Radians counter-clockwise from east.
        moment: Pose.
    """

    x: float
    y: float
    heading: float
    moment: Moment


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One visit over time.

    Attributes:
        person: Identity.
        start: Time of the first row, seconds.
        table: (N, 7): x, y, heading (unwrapped), phase, pace, reach, look.
    """

    person: int
    start: float
    table: Array

    @property
    def end(self) -> float:
        """Time of the last row, seconds."""
        return self.start + (len(self.table) - 1) * STEP

    def at(self, time: float) -> Place | None:
        """Return the place at ``time`` (interpolated), None outside the visit."""
        if not self.start <= time <= self.end:
            return None
        position = (time - self.start) / STEP
        k = min(int(position), len(self.table) - 2)
        x, y, heading, phase, pace, reach, look = self.table[k] + (position - k) * (self.table[k + 1] - self.table[k])
        return Place(
            float(x), float(y), float(heading), Moment(float(phase), float(pace), float(reach), time, float(look))
        )


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Everybody's walks."""

    tracks: tuple[Track, ...]

    def at(self, time: float) -> dict[int, Place]:
        """Return who is in the site at ``time``, by id."""
        found = {}
        for track in self.tracks:
            place = track.at(time)
            if place is not None:
                found[track.person] = place
        return found


def walk(people: Sequence[Person], boxes: Sequence[Box], heights: dict[int, float]) -> Motion:
    """Return the motion of ``people`` among ``boxes``.

    Args:
        people: The cast.
        boxes: The plan; solid boxes that reach below the knee are walked around.
        heights: Metres tall, by id: tall people take longer strides.
    """
    plans = [(person, visit, _intended(person, visit)) for person in people for visit in person.visits]
    moved = _give_way([(visit.start, rows) for _, visit, rows in plans], boxes)
    return Motion(
        tuple(
            Track(person.id, visit.start, _table(person, rows, path, heights[person.id]))
            for (person, visit, rows), path in zip(plans, moved, strict=True)
        )
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    xy: Array
    pace: Array
    reach: Array
    facing: Array  # radians, nan while walking


def _intended(person: Person, visit: Visit) -> _Rows:
    """Rows every STEP along the line through the stops, with nobody else there."""
    xy, pace, reach, facing = [], [], [], []
    legs = _legs(visit.stops)
    for number, (line, stop) in enumerate(legs):
        along, total = _measure(line)
        rest_before = number > 0
        rest_after = stop.wait > 0
        distance, speed = _progress(total, person.gait.speed, rest_before, rest_after)
        for d, v in zip(distance, speed, strict=True):
            xy.append([np.interp(d, along, line[:, 0]), np.interp(d, along, line[:, 1])])
            pace.append(v / person.gait.speed)
            reach.append(0.0)
            facing.append(np.nan)
        count = round(stop.wait / STEP)
        target = np.nan if stop.facing is None else np.deg2rad(stop.facing)
        for k in range(count):
            xy.append([line[-1, 0], line[-1, 1]])
            pace.append(0.0)
            t = k * STEP
            raised = min(1.0, max(0.0, (t - 0.8) / 0.7), max(0.0, (stop.wait - t - 0.2) / 0.7))
            wave = 0.75 + 0.25 * np.sin(1.7 * t)
            reach.append(raised * wave if stop.reach else 0.0)
            facing.append(target)
    return _Rows(np.array(xy), np.array(pace), np.array(reach), np.array(facing))


def _legs(stops: Sequence[Stop]) -> list[tuple[Array, Stop]]:
    """Split at the stops where the person waits; each leg is a rounded line that ends at one."""
    legs, points = [], [stops[0]]
    for stop in stops[1:]:
        points.append(stop)
        if stop.wait > 0 or stop is stops[-1]:
            legs.append((_rounded(np.array([[p.x, p.y] for p in points])), stop))
            points = [stop]
    return legs


def _rounded(points: Array, radius: float = 0.9) -> Array:
    """Sample a polyline every 5 cm and round its corners with a moving mean; its ends stay."""
    along, total = _measure(points)
    count = max(2, int(total / 0.05) + 1)
    at = np.linspace(0, total, count)
    line = np.stack([np.interp(at, along, points[:, k]) for k in range(2)], 1)
    reach = np.minimum(np.minimum(np.arange(count), np.arange(count)[::-1]), int(radius / 0.05))
    sums = np.concatenate([np.zeros((1, 2)), np.cumsum(line, 0)])
    index = np.arange(count)
    return np.asarray((sums[index + reach + 1] - sums[index - reach]) / (2 * reach + 1)[:, None])


def _measure(line: Array) -> tuple[Array, float]:
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    return along, float(along[-1])


def _progress(total: float, speed: float, ease_in: bool, ease_out: bool) -> tuple[Array, Array]:
    """Distance and speed along a leg at STEP, easing where the person starts or halts."""
    lost = (_EASE / 2) * (ease_in + ease_out)
    duration = total / speed + lost
    times = np.arange(0, duration, STEP)
    factor = np.ones_like(times)
    if ease_in:
        factor = np.minimum(factor, (times + STEP / 2) / _EASE)
    if ease_out:
        factor = np.minimum(factor, np.maximum(duration - times, STEP / 2) / _EASE)
    factor = np.clip(factor, 0, 1)
    distance = np.concatenate([[0.0], np.cumsum(factor[:-1])])
    distance *= total / max(float(factor.sum()), 1e-9)
    return distance, speed * factor


def _give_way(visits: Sequence[tuple[float, _Rows]], boxes: Sequence[Box]) -> list[Array]:
    """Walk all visits at once; each keeps an offset from its line that others and furniture push."""
    solid = np.array(
        [[*box.low[:2], *box.high[:2]] for box in boxes if box.solid and box.low[2] < 0.6 and box.high[2] > 0.2]
    )
    solid = solid.reshape(-1, 4)
    first = min(round(start / STEP) for start, _ in visits)
    last = max(round(start / STEP) + len(rows.xy) for start, rows in visits)
    begins = [round(start / STEP) for start, _ in visits]
    offsets = [np.zeros(2) for _ in visits]
    drifts = [np.zeros(2) for _ in visits]
    paths = [np.zeros_like(rows.xy) for _, rows in visits]
    for tick in range(first, last):
        here = [k for k, (_, rows) in enumerate(visits) if 0 <= tick - begins[k] < len(rows.xy)]
        places = {k: visits[k][1].xy[tick - begins[k]] + offsets[k] for k in here}
        for k in here:
            push = -1.2 * offsets[k]
            for other in here:
                if other != k:
                    push = push + _push(places[k] - places[other], _ROOM, 5.0)
            push = push + _from_furniture(places[k], solid)
            drifts[k] = 0.8 * drifts[k] + 0.2 * np.clip(push, -1.2, 1.2)
            if visits[k][1].pace[tick - begins[k]] < 0.05:
                drifts[k] = drifts[k] * 0.7
        for k in here:
            offsets[k] = offsets[k] + drifts[k] * STEP
            paths[k][tick - begins[k]] = visits[k][1].xy[tick - begins[k]] + offsets[k]
    return paths


def _push(away: Array, room: float, strength: float) -> Array:
    distance = float(np.linalg.norm(away))
    if distance >= room * 1.4:
        return np.zeros(2)
    if distance < 1e-6:
        return np.array([strength, 0.0])
    return np.asarray(away / distance * strength * (1 - distance / (room * 1.4)) ** 2 * 2)


def _from_furniture(place: Array, solid: Array) -> Array:
    if not len(solid):
        return np.zeros(2)
    nearest = np.clip(place, solid[:, :2], solid[:, 2:])
    away = place - nearest
    distance = np.linalg.norm(away, axis=1)
    close = (distance < _CLEAR) & (distance > 1e-6)
    if not close.any():
        return np.zeros(2)
    return np.asarray((away[close] / distance[close, None] * (4.0 * (1 - distance[close] / _CLEAR))[:, None]).sum(0))


def _table(person: Person, rows: _Rows, path: Array, height: float) -> Array:
    count = len(path)
    velocity = np.gradient(path, STEP, axis=0) if count > 1 else np.zeros_like(path)
    speed = np.linalg.norm(velocity, axis=1)
    smooth = _mean(velocity, 9)
    heading = np.arctan2(smooth[:, 1], smooth[:, 0])
    standing = rows.pace < 0.25
    for k in range(count):
        if standing[k] and not np.isnan(rows.facing[k]):
            heading[k] = rows.facing[k]
        elif np.linalg.norm(smooth[k]) < 0.15 and k > 0:
            heading[k] = heading[k - 1]
    heading = _mean(np.unwrap(heading)[:, None], 15)[:, 0]
    stride = STRIDE * (height / 1.7) * person.gait.stride * np.clip(speed / person.gait.speed, 0.55, 1.15)
    phase = 0.17 * person.id + np.concatenate([[0.0], np.cumsum(speed[:-1] * STEP / stride[:-1])])
    pace = _mean(np.clip(speed / person.gait.speed, 0, 1)[:, None], 7)[:, 0]
    ticks = np.arange(count) * STEP
    look = 0.25 * np.sin(0.7 * ticks + 1.3 * person.id) * (1 - 0.5 * pace)
    return np.stack([path[:, 0], path[:, 1], heading, phase, pace, rows.reach, look], 1)


def _mean(values: Array, window: int) -> Array:
    """Centred moving mean over rows; shorter at the ends."""
    half = window // 2
    count = len(values)
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, 0)])
    index = np.arange(count)
    low, high = np.maximum(index - half, 0), np.minimum(index + half + 1, count)
    return np.asarray((sums[high] - sums[low]) / (high - low)[:, None])
