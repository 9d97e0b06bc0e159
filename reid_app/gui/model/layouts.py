"""Which cameras are on show, and where: a value that every change makes anew."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace

SPOT = "\0spot"
"""Stands for the spot tile in :meth:`View.shown`; no camera can be called so."""


class Arrangement(enum.Enum):
    """How tiles are laid out."""

    ONE = "one"
    FOUR = "four"
    NINE = "nine"
    SIXTEEN = "sixteen"
    STRIP = "strip"

    @property
    def tiles(self) -> int:
        """Tiles on one page."""
        return {"one": 1, "four": 4, "nine": 9, "sixteen": 16, "strip": 6}[self.value]

    def cells(self, width: int, height: int, count: int | None = None, gap: int = 4) -> list[tuple[int, int, int, int]]:
        """Return x, y, width, height of each tile.

        A page that is not full uses the smallest grid that holds its ``count`` tiles.
        """
        count = self.tiles if count is None else max(1, min(count, self.tiles))
        if self is Arrangement.STRIP and count > 1:
            strip = max(1, min(height // 4, (width - gap * (count - 2)) * 9 // (16 * (count - 1)) + 30))
            cells = [(0, 0, width, height - strip - gap)]
            return cells + _row(0, height - strip, width, strip, count - 1, gap)
        columns = 1
        while columns * columns < count:
            columns += 1
        rows = -(-count // columns)
        cells = []
        for row in range(rows):
            top, bottom = row * (height + gap) // rows, (row + 1) * (height + gap) // rows - gap
            cells += _row(0, top, width, bottom - top, columns, gap)
        return cells[:count]


_GRIDS = (Arrangement.ONE, Arrangement.FOUR, Arrangement.NINE, Arrangement.SIXTEEN)


def _row(x: int, y: int, width: int, height: int, count: int, gap: int) -> list[tuple[int, int, int, int]]:
    edges = [x + i * (width + gap) // count for i in range(count + 1)]
    return [(edges[i], y, edges[i + 1] - edges[i] - gap, height) for i in range(count)]


@dataclass(frozen=True, slots=True)
class View:
    """What the multi-view shows.

    Attributes:
        order: All cameras, in the operator's order.
        arrangement: The layout.
        page: Which page of cameras, from 0.
        spot: Whether the first tile follows the target.
        selected: The camera (or :data:`SPOT`) that keys act on, None while there is none.
        enlarged: Whether only the selected tile is shown.
    """

    order: tuple[str, ...]
    arrangement: Arrangement = Arrangement.FOUR
    page: int = 0
    spot: bool = False
    selected: str | None = None
    enlarged: bool = False

    @classmethod
    def of(cls, cameras: Sequence[str]) -> View:
        """Return the view to begin with: the smallest grid that shows all cameras."""
        for arrangement in _GRIDS:
            if len(cameras) <= arrangement.tiles:
                break
        return cls(tuple(cameras), arrangement, selected=cameras[0] if cameras else None)

    @property
    def pages(self) -> int:
        """Number of pages, at least 1."""
        room = self.arrangement.tiles - (1 if self.spot and self.arrangement.tiles > 1 else 0)
        return max(1, -(-len(self.order) // room))

    def shown(self) -> tuple[str, ...]:
        """Return the cameras on show, one a tile, :data:`SPOT` among them."""
        if self.enlarged and self.selected is not None:
            return (self.selected,)
        if self.spot and self.arrangement is Arrangement.ONE:
            return (SPOT,)
        room = self.arrangement.tiles - (1 if self.spot else 0)
        page = min(self.page, self.pages - 1)
        cameras = self.order[page * room : (page + 1) * room]
        return (SPOT, *cameras) if self.spot else cameras

    def arranged(self, arrangement: Arrangement) -> View:
        """Change the layout; the selected camera stays on show."""
        return replace(self, arrangement=arrangement, enlarged=False, page=0).revealing(self.selected)

    def with_spot(self, on: bool) -> View:
        """Switch the spot tile on or off."""
        selected = SPOT if on else (self.selected if self.selected != SPOT else (self.order or (None,))[0])
        return replace(self, spot=on, selected=selected, enlarged=False)

    def turned(self, pages: int) -> View:
        """Go ``pages`` pages on (back if negative), round and round."""
        view = replace(self, page=(min(self.page, self.pages - 1) + pages) % self.pages, enlarged=False)
        shown = view.shown()
        return view if view.selected in shown else replace(view, selected=shown[0] if shown else None)

    def revealing(self, camera: str | None) -> View:
        """Select a camera and turn to the page that shows it; an enlarged view shows it alone."""
        if camera is None or (camera != SPOT and camera not in self.order):
            return self
        view = replace(self, selected=camera)
        if camera == SPOT or view.enlarged or camera in view.shown():
            return view
        if view.arrangement is Arrangement.ONE:
            view = replace(view, spot=False)
        room = view.arrangement.tiles - (1 if view.spot else 0)
        return replace(view, page=view.order.index(camera) // room)

    def toggled(self, camera: str) -> View:
        """Enlarge a camera, or show all again if it is."""
        return replace(self, selected=camera, enlarged=not (self.enlarged and self.selected == camera))

    def back(self) -> View:
        """Leave the enlarged view."""
        return replace(self, enlarged=False).revealing(self.selected)

    def swapped(self, one: str, other: str) -> View:
        """Exchange the places of two cameras."""
        if one not in self.order or other not in self.order:
            return self
        place = {one: other, other: one}
        return replace(self, order=tuple(place.get(camera, camera) for camera in self.order))

    def moved(self, by: int) -> View:
        """Move the selected camera ``by`` places in the order."""
        if self.selected not in self.order:
            return self
        here = self.order.index(self.selected)
        there = here + by
        return self.swapped(self.order[here], self.order[there]) if 0 <= there < len(self.order) else self

    def neighbour(self, dx: int, dy: int) -> View:
        """Select the next tile in a direction; at the edge nothing changes."""
        shown = self.shown()
        if self.selected not in shown or self.enlarged:
            return self
        cells = self.arrangement.cells(1600, 900, len(shown))
        x, y, w, h = cells[shown.index(self.selected)]
        best, nearest = self.selected, float("inf")
        for camera, (cx, cy, cw, ch) in zip(shown, cells, strict=True):
            away = (cx + cw / 2 - x - w / 2) * dx + (cy + ch / 2 - y - h / 2) * dy
            aside = abs((cx + cw / 2 - x - w / 2) * dy) + abs((cy + ch / 2 - y - h / 2) * dx)
            if away > 1 and aside * 3 + away < nearest:
                best, nearest = camera, aside * 3 + away
        return replace(self, selected=best)

    def with_cameras(self, cameras: Sequence[str]) -> View:
        """Take over the cameras that the site has now: unknown ones go, new ones come last.

        What the operator chose stays: the selected camera, the enlarged one, the page. The next camera is selected in
        place of one that is gone. If all cameras were on show in a grid, they are afterwards, too.
        """
        order = tuple(camera for camera in self.order if camera in cameras)
        order += tuple(camera for camera in cameras if camera not in order)
        view = replace(self, order=order, selected=self._heir(order))
        if self.pages == 1 and self.arrangement in _GRIDS:
            grids = _GRIDS[_GRIDS.index(self.arrangement) :]
            grown = (replace(view, arrangement=grid) for grid in grids)
            view = next((one for one in grown if one.pages == 1), replace(view, arrangement=grids[-1]))
        view = replace(view, page=min(view.page, view.pages - 1))
        if view.selected != self.selected:
            view = replace(view, enlarged=False)
        return view.revealing(view.selected) if self.selected in self.shown() else view

    def _heir(self, order: Sequence[str]) -> str | None:
        """Return the selected camera, or the one in ``order`` that takes its place."""
        if self.selected in (*order, SPOT):
            return self.selected
        here = self.order.index(self.selected) if self.selected in self.order else 0
        after = [camera for camera in self.order[here:] if camera in order]
        before = [camera for camera in self.order[:here] if camera in order]
        return (*after[:1], *before[-1:], *order[:1], None)[0]

    def to_json(self) -> dict[str, object]:
        """Return what a saved view keeps."""
        return {"order": list(self.order), "arrangement": self.arrangement.value, "page": self.page, "spot": self.spot}

    @classmethod
    def from_json(cls, values: object, cameras: Sequence[str]) -> View:
        """Read a saved view for the cameras of today; what cannot be read is left out."""
        if not isinstance(values, dict):
            return cls.of(cameras)
        order = values.get("order")
        known = tuple(name for name in order if name in cameras) if isinstance(order, list) else ()
        names = [arrangement.value for arrangement in Arrangement]
        kind = values.get("arrangement")
        start = cls.of(cameras)
        arrangement = Arrangement(kind) if kind in names else start.arrangement
        page = values.get("page")
        view = replace(start, arrangement=arrangement, spot=values.get("spot") is True, order=known).with_cameras(
            cameras
        )
        return replace(view, page=page) if isinstance(page, int) and 0 <= page < view.pages else view
