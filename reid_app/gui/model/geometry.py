"""Where a picture lies in a rectangle, and back from there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from reid_app.domain import FloatArray


@dataclass(frozen=True, slots=True)
class Fit:
    """A picture of ``width`` x ``height`` pixels shown whole and undistorted in a rectangle.

    Attributes:
        x: Left edge of the picture in the rectangle's units.
        y: Top edge.
        scale: Units per pixel of the picture.
        width: Width of the picture in pixels.
        height: Height of the picture in pixels.
    """

    x: float
    y: float
    scale: float
    width: int
    height: int

    @classmethod
    def into(cls, size: tuple[int, int], x: float, y: float, width: float, height: float) -> Fit:
        """Fit a picture of ``size`` (width, height) into a rectangle."""
        scale = min(width / max(1, size[0]), height / max(1, size[1]))
        left = x + (width - size[0] * scale) / 2
        top = y + (height - size[1] * scale) / 2
        return cls(left, top, scale, *size)

    def rect(self, box: FloatArray) -> tuple[float, float, float, float]:
        """Return ``box`` (x1, y1, x2, y2 in pixels) as x, y, width, height in the rectangle's units."""
        x1, y1, x2, y2 = (float(value) for value in box)
        return (self.x + x1 * self.scale, self.y + y1 * self.scale, (x2 - x1) * self.scale, (y2 - y1) * self.scale)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return a pixel of the picture in the rectangle's units."""
        return self.x + x * self.scale, self.y + y * self.scale

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """Return a point of the rectangle in pixels of the picture; it may lie outside of it."""
        return (x - self.x) / self.scale, (y - self.y) / self.scale


class Boxed(Protocol):
    """Anything with a box in pixels."""

    @property
    def box(self) -> FloatArray:
        """(4,) x1, y1, x2, y2."""


B = TypeVar("B", bound=Boxed)


def at_pixel(things: Iterable[B], x: float, y: float) -> B | None:
    """Return the thing under a pixel; of several the smallest, which stands behind in most views."""
    found: B | None = None
    best = float("inf")
    for thing in things:
        x1, y1, x2, y2 = (float(value) for value in thing.box)
        area = (x2 - x1) * (y2 - y1)
        if x1 <= x < x2 and y1 <= y < y2 and area < best:
            found, best = thing, area
    return found
