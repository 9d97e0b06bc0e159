"""Draws the site from above, as an installer would have it, and says where on the picture the cameras are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reid_app.demo_site.truth import Truth
from reid_app.domain import ImageArray
from reid_app.imaging import cv2

PIXELS_PER_METRE = 20
MARGIN = 1.5
"""Metres around the rooms."""

HEADROOM = 1.5
"""Metres above the floor up to which things stand in the way."""

_FINER = 4  # drawn so many times larger and scaled down, for smooth edges
_GROUND, _FLOOR, _YARD, _SOLID, _INK = (
    (244, 245, 246),
    (255, 255, 255),
    (232, 238, 234),
    (150, 143, 138),
    (120, 112, 104),
)


@dataclass(frozen=True, slots=True)
class FloorPlan:
    """What of the site is drawn, and how large.

    Attributes:
        low: Smallest (x, y) in metres, x east, y north.
        high: Largest (x, y).
    """

    low: tuple[float, float]
    high: tuple[float, float]

    @classmethod
    def of(cls, rooms: Sequence[Mapping[str, Any]]) -> FloorPlan:
        """Return the smallest one that shows all ``rooms`` of a truth's plan."""
        low = np.min([room["low"] for room in rooms], axis=0) - MARGIN
        high = np.max([room["high"] for room in rooms], axis=0) + MARGIN
        return cls((float(low[0]), float(low[1])), (float(high[0]), float(high[1])))

    def place(self, x: float, y: float) -> tuple[int, int]:
        """Return the pixel, counted from the upper left corner, of a point in metres."""
        return round((x - self.low[0]) * PIXELS_PER_METRE), round((self.high[1] - y) * PIXELS_PER_METRE)

    def draw(self, plan: Mapping[str, Any]) -> ImageArray:
        """Return the picture, (H, W, 3) BGR, of a truth's plan: rooms with their names, walls and furniture."""
        width, height = self.place(self.high[0], self.low[1])
        canvas = np.full((height * _FINER, width * _FINER, 3), _GROUND, np.uint8)
        for room in plan["rooms"]:
            self._fill(canvas, room, _YARD if room["name"] == "yard" else _FLOOR)
        for box in plan["boxes"]:
            if box["low"][2] < HEADROOM:  # what begins higher is over a door
                self._fill(canvas, box, _SOLID)
        picture = np.asarray(cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        for room in plan["rooms"]:
            x, y = self.place(room["low"][0] + 1.0, room["low"][1] + 0.25)
            cv2.putText(picture, room["name"], (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.45, _INK, 1, cv2.LINE_AA)
        return picture

    def _fill(self, canvas: ImageArray, area: Mapping[str, Any], colour: tuple[int, int, int]) -> None:
        (left, bottom), (right, top) = self.place(*area["low"][:2]), self.place(*area["high"][:2])
        first, last = (left * _FINER, top * _FINER), (max(left + 1, right) * _FINER, max(top + 1, bottom) * _FINER)
        cv2.rectangle(canvas, first, last, colour, cv2.FILLED)


def camera_places(truth: Truth) -> dict[str, tuple[int, int]]:
    """Return where on the picture each camera with a calibration is."""
    if not truth.plan.get("rooms"):
        return {}
    plan = FloorPlan.of(truth.plan["rooms"])
    return {
        camera.name: plan.place(*camera.calibration["position"][:2])
        for camera in truth.cameras
        if "position" in camera.calibration
    }
