"""The site from above: its picture and where on it the cameras are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np

from reid_app.config import SiteSettings
from reid_app.errors import SettingsError
from reid_app.imaging import cv2

Point = tuple[float, float]

LARGEST = 1400
"""Pixels of the longer side; larger plans are made smaller."""

_PNG_LIMIT = 400_000  # bytes above which a picture is rather a JPEG
_FRAME = 90.0  # around cameras that are on no picture


@dataclass(frozen=True, slots=True)
class SitePlan:
    """What a site file says of the site as it is drawn.

    Attributes:
        name: What the site is called.
        cameras: Names of its cameras, in the order of the site file.
        picture: PNG or JPEG, None where there is none.
        size: (width, height) of the picture.
        places: Camera to its place on the picture, in pixels; in any unit where there is no picture.
    """

    name: str = "site"
    cameras: tuple[str, ...] = ()
    picture: bytes | None = None
    size: tuple[float, float] = (0.0, 0.0)
    places: Mapping[str, Point] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: SiteSettings, folder: Path) -> Self:
        """Read the plan that a site's settings name.

        Args:
            settings: What the site file says.
            folder: What its relative paths refer to.

        Raises:
            SettingsError: The plan cannot be read, or is no picture.
        """
        places = {one.name: one.position for one in settings.cameras if one.position is not None}
        name, cameras = settings.name, tuple(one.name for one in settings.cameras)
        if settings.plan is None:
            return cls(name, cameras, places=places)
        picture, size, scale = _read(folder / settings.plan.expanduser())
        return cls(name, cameras, picture, size, {one: (x * scale, y * scale) for one, (x, y) in places.items()})

    @property
    def media_type(self) -> str:
        """Media type of the picture."""
        return "image/png" if self.picture is not None and self.picture.startswith(b"\x89PNG") else "image/jpeg"


def _read(path: Path) -> tuple[bytes, tuple[float, float], float]:
    """Return a picture without anything but its pixels, its size, and by how much it was made smaller."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"plan: {path} cannot be read ({error.strerror}); correct it in the site file") from error
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    if image is None:
        raise SettingsError(f"plan: {path} is no picture; give a PNG or JPEG in the site file")
    scale = min(1.0, LARGEST / max(image.shape[:2]))
    if scale < 1.0:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = image.shape[:2]
    _, encoded = cv2.imencode(".png", image)
    if len(encoded) > _PNG_LIMIT:
        _, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 85])
    return encoded.tobytes(), (float(width), float(height)), scale


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is drawn.

    Attributes:
        size: (width, height) of the drawing.
        places: Every camera to its place.
    """

    size: tuple[float, float]
    places: Mapping[str, Point]


def lay_out(plan: SitePlan, cameras: Sequence[str]) -> Layout:
    """Give each camera its place on the plan, or one below it; on a ring where the plan knows none of them."""
    known = {name: plan.places[name] for name in cameras if name in plan.places}
    if plan.picture is None:
        known = _spread(known) if len(known) > 1 else {}
    if not known:
        return _ring(cameras)
    width = plan.size[0] if plan.picture is not None else max(x for x, _ in known.values()) + _FRAME
    height = plan.size[1] if plan.picture is not None else max(y for _, y in known.values()) + _FRAME
    others = [name for name in cameras if name not in known]
    for number, name in enumerate(others):
        known[name] = ((number + 0.5) * width / len(others), height + _FRAME / 2)
    return Layout((width, height + (_FRAME if others else 0.0)), known)


def _spread(places: Mapping[str, Point]) -> dict[str, Point]:
    """Move and scale places in any unit onto a drawing 800 wide, or 500 high."""
    points = np.array(list(places.values()))
    low, span = points.min(0), np.ptp(points, axis=0)
    scale = min(side / length for side, length in zip((620.0, 320.0), np.maximum(span, 1e-9), strict=True))
    moved = (points - low) * min(scale, 1e9) + _FRAME
    return {name: (float(x), float(y)) for name, (x, y) in zip(places, moved, strict=True)}


def _ring(cameras: Sequence[str]) -> Layout:
    if len(cameras) == 1:
        return Layout((400.0, 200.0), {cameras[0]: (200.0, 100.0)})
    turn = 2 * math.pi / max(1, len(cameras))
    return Layout(
        (800.0, 460.0),
        {name: (400 - 300 * math.cos(k * turn), 230 - 150 * math.sin(k * turn)) for k, name in enumerate(cameras)},
    )
