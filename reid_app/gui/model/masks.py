"""Privacy masks while they are drawn: areas of a picture with corners in shares of its width and height."""

from __future__ import annotations

import math
from collections.abc import Sequence

Corner = tuple[float, float]
Area = tuple[Corner, ...]

FEWEST_CORNERS = 3
MOST_CORNERS = 64
MOST_AREAS = 32
DIGITS = 4
"""Digits of a share that are kept: less than a pixel of the largest pictures."""

_FIRST_SIZE = 0.2


class MaskDrawing:
    """The areas of one camera, one of which may be chosen, and of that one a corner.

    What is drawn stays within the picture.
    """

    def __init__(self) -> None:
        self._areas: list[Area] = []
        self._area: int | None = None
        self._corner: int | None = None

    @property
    def areas(self) -> tuple[Area, ...]:
        """The areas."""
        return tuple(self._areas)

    @property
    def area(self) -> int | None:
        """Place of the chosen area, None when none is."""
        return self._area

    @property
    def corner(self) -> int | None:
        """Place of the chosen corner in its area, None when the whole area is meant."""
        return self._corner

    def show(self, areas: Sequence[Sequence[Sequence[float]]]) -> None:
        """Begin with these areas, none chosen."""
        self._areas = [tuple((float(x), float(y)) for x, y in area) for area in areas]
        self._area = self._corner = None

    def choose(self, area: int | None, corner: int | None = None) -> None:
        """Choose an area, or a corner of it, or nothing."""
        self._area, self._corner = area, corner

    def choose_next(self, step: int = 1) -> None:
        """Choose the next area, round and round."""
        if self._areas:
            self.choose(_next(self._area, step, len(self._areas)))

    def choose_next_corner(self, step: int = 1) -> None:
        """Choose the next corner of the chosen area, round and round."""
        if self._area is not None:
            self._corner = _next(self._corner, step, len(self._areas[self._area]))

    def add(self, first: Corner | None = None, last: Corner | None = None) -> bool:
        """Add a rectangle and choose it: between two points, or in the middle; False when there is no room for more."""
        if len(self._areas) >= MOST_AREAS:
            return False
        if first is None or last is None:
            shift = 0.02 * (len(self._areas) % 10)
            first = (0.5 - _FIRST_SIZE / 2 + shift, 0.5 - _FIRST_SIZE / 2 + shift)
            last = (first[0] + _FIRST_SIZE, first[1] + _FIRST_SIZE)
        (x1, x2), (y1, y2) = sorted((first[0], last[0])), sorted((first[1], last[1]))
        self._areas.append(tuple(_within(corner) for corner in ((x1, y1), (x2, y1), (x2, y2), (x1, y2))))
        self.choose(len(self._areas) - 1)
        return True

    def move(self, right: float, down: float) -> None:
        """Move the chosen corner, or the whole chosen area as far as the picture goes."""
        if self._area is None:
            return
        area = self._areas[self._area]
        if self._corner is not None:
            x, y = area[self._corner]
            self.put_corner((x + right, y + down))
            return
        right = max(-min(x for x, _ in area), min(1 - max(x for x, _ in area), right))
        down = max(-min(y for _, y in area), min(1 - max(y for _, y in area), down))
        self._areas[self._area] = tuple(_within((x + right, y + down)) for x, y in area)

    def put_corner(self, to: Corner) -> None:
        """Put the chosen corner somewhere."""
        if self._area is not None and self._corner is not None:
            area = list(self._areas[self._area])
            area[self._corner] = _within(to)
            self._areas[self._area] = tuple(area)

    def add_corner(self) -> bool:
        """Add a corner to the chosen area, half-way to the next one, and choose it; False when it has too many."""
        if self._area is None:
            return False
        area = self._areas[self._area]
        after = self._corner or 0
        (x1, y1), (x2, y2) = area[after], area[(after + 1) % len(area)]
        return self.split_edge(self._area, after, ((x1 + x2) / 2, (y1 + y2) / 2))

    def split_edge(self, area: int, after: int, at: Corner) -> bool:
        """Add a corner behind corner ``after`` of an area and choose it; False when it has too many."""
        corners = self._areas[area]
        if len(corners) >= MOST_CORNERS:
            return False
        self._areas[area] = (*corners[: after + 1], _within(at), *corners[after + 1 :])
        self.choose(area, after + 1)
        return True

    def delete(self) -> None:
        """Take out the chosen corner; a triangle, or an area that is chosen as a whole, goes altogether."""
        if self._area is None:
            return
        area = self._areas[self._area]
        if self._corner is not None and len(area) > FEWEST_CORNERS:
            self._areas[self._area] = area[: self._corner] + area[self._corner + 1 :]
            self._corner = self._corner % len(self._areas[self._area])
            return
        del self._areas[self._area]
        self.choose(min(self._area, len(self._areas) - 1) if self._areas else None)

    def corner_near(self, at: Corner, reach: tuple[float, float]) -> tuple[int, int] | None:
        """Return area and corner within ``reach`` (shares of width and height) of a point, the chosen area first."""
        for place in self._topmost_first():
            for number, (x, y) in enumerate(self._areas[place]):
                if math.hypot((x - at[0]) / reach[0], (y - at[1]) / reach[1]) <= 1:
                    return place, number
        return None

    def edge_near(self, at: Corner, reach: tuple[float, float]) -> tuple[int, int] | None:
        """Return area and the corner that begins the edge within ``reach`` of a point."""
        for place in self._topmost_first():
            area = self._areas[place]
            for number, begin in enumerate(area):
                if _distance(at, begin, area[(number + 1) % len(area)], reach) <= 1:
                    return place, number
        return None

    def area_at(self, at: Corner) -> int | None:
        """Return the area that covers a point."""
        return next((place for place in self._topmost_first() if _covers(self._areas[place], at)), None)

    def _topmost_first(self) -> list[int]:
        places = list(range(len(self._areas) - 1, -1, -1))
        return places if self._area is None else [self._area, *(place for place in places if place != self._area)]


def _next(now: int | None, step: int, count: int) -> int:
    if now is None:
        return 0 if step > 0 else count - 1
    return (now + step) % count


def _within(corner: Corner) -> Corner:
    x, y = (round(min(1.0, max(0.0, value)), DIGITS) for value in corner)
    return x, y


def _covers(area: Area, at: Corner) -> bool:
    """Say whether a point lies in a polygon: a ray to the right crosses its edges an odd number of times."""
    inside = False
    for (x1, y1), (x2, y2) in zip(area, (*area[1:], area[0]), strict=True):
        if (y1 > at[1]) != (y2 > at[1]) and at[0] < x1 + (at[1] - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside


def _distance(at: Corner, begin: Corner, end: Corner, unit: tuple[float, float]) -> float:
    """Return how far a point is from an edge, in ``unit`` along each direction."""
    px, py = (at[0] - begin[0]) / unit[0], (at[1] - begin[1]) / unit[1]
    ex, ey = (end[0] - begin[0]) / unit[0], (end[1] - begin[1]) / unit[1]
    length = ex * ex + ey * ey
    share = max(0.0, min(1.0, (px * ex + py * ey) / length)) if length else 0.0
    return math.hypot(px - share * ex, py - share * ey)
