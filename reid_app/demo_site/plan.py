"""The demo site's plan: ground, walls, furniture and cameras, in metres.

x runs east, y north, z up. A yard lies south of a building; a door leads into
the entrance hall, a corridor from there east to a shop. Everything is made of
boxes, which is enough for occlusion, shadows and a floor plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WIDTH, HEIGHT = 640, 360
"""Size of every clip in pixels."""

FPS = 12.5
"""Frames per second of every clip."""

SECONDS = 60.0
"""Length of every clip."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box with its sides along the axes.

    Attributes:
        low: Smallest (x, y, z).
        high: Largest (x, y, z).
        material: Name of the surface, known to the renderer.
        solid: Whether people walk around it.
    """

    low: tuple[float, float, float]
    high: tuple[float, float, float]
    material: str
    solid: bool = True


@dataclass(frozen=True, slots=True)
class Room:
    """A part of the site for the floor plan.

    Attributes:
        name: Its name.
        low: Smallest (x, y).
        high: Largest (x, y).
    """

    name: str
    low: tuple[float, float]
    high: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Camera:
    """A fixed pinhole camera.

    Attributes:
        name: Name in file names and in the site file.
        position: (x, y, z).
        target: Point in the middle of the picture.
        fov: Horizontal field of view, degrees.
    """

    name: str
    position: tuple[float, float, float]
    target: tuple[float, float, float]
    fov: float

    @property
    def focal(self) -> float:
        """Focal length in pixels."""
        return float(WIDTH / 2 / np.tan(np.deg2rad(self.fov) / 2))

    @property
    def intrinsics(self) -> Array:
        """(3, 3) camera matrix, OpenCV's convention; the principal point is the middle of the picture."""
        return np.array([[self.focal, 0, WIDTH / 2], [0, self.focal, HEIGHT / 2], [0, 0, 1]])

    @property
    def rotation(self) -> Array:
        """(3, 3) world to camera; camera axes are x right, y down, z forward."""
        forward = np.subtract(self.target, self.position)
        forward = forward / np.linalg.norm(forward)
        right = np.cross(forward, [0.0, 0.0, 1.0])
        right /= np.linalg.norm(right)
        return np.stack([right, np.cross(forward, right), forward])

    @property
    def translation(self) -> Array:
        """(3,) world to camera."""
        return np.asarray(-self.rotation @ np.array(self.position))

    def project(self, points: Array) -> Array:
        """Project (..., 3) world points to (..., 3): x, y in pixels and depth in metres (not positive: behind)."""
        local = points @ self.rotation.T + self.translation
        depth = local[..., 2]
        safe = np.where(np.abs(depth) < 1e-9, 1e-9, depth)
        x = self.focal * local[..., 0] / safe + WIDTH / 2
        y = self.focal * local[..., 1] / safe + HEIGHT / 2
        return np.stack([x, y, depth], -1)


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole site.

    Attributes:
        rooms: Named areas.
        boxes: Walls, floors, ceilings, furniture.
        cameras: In the order of the site file.
        overlapping: Pairs of cameras that see a common place.
    """

    rooms: tuple[Room, ...]
    boxes: tuple[Box, ...]
    cameras: tuple[Camera, ...]
    overlapping: tuple[tuple[str, str], ...]

    def camera(self, name: str) -> Camera:
        """Return the camera called ``name``; KeyError if there is none."""
        for camera in self.cameras:
            if camera.name == name:
                return camera
        raise KeyError(name)


def _wall(x0: float, y0: float, x1: float, y1: float, material: str, z0: float = 0.0, z1: float = 3.2) -> Box:
    return Box((x0, y0, z0), (x1, y1, z1), material)


def demo_plan() -> Plan:
    """Return the plan of the demo site."""
    t = 0.15
    flat = [
        Box((-30, -40, -0.1), (45, -2.6, 0), "paving", solid=False),
        Box((-30, -2.6, -0.1), (45, 0, 0.0), "kerb", solid=False),
        Box((0, 0, -0.1), (9, 9, 0), "tiles", solid=False),
        Box((0, 9, -0.1), (4, 13, 0), "tiles", solid=False),
        Box((9, 3, -0.1), (22, 6, 0), "vinyl", solid=False),
        Box((22, 0, -0.1), (32, 9, 0), "planks", solid=False),
        Box((29, 9, -0.1), (31.4, 12, 0), "planks", solid=False),
        Box((0, 0, 3.2), (9, 9, 3.3), "ceiling", solid=False),
        Box((0, 9, 2.6), (4, 13, 2.7), "ceiling", solid=False),
        Box((9, 3, 2.8), (22, 6, 2.9), "ceiling", solid=False),
        Box((22, 0, 3.4), (32, 9, 3.5), "ceiling", solid=False),
        Box((29, 9, 2.5), (31.4, 12, 2.6), "ceiling", solid=False),
    ]
    south = [  # façade with the door at x 3.2 to 5.8
        _wall(-14, -t, -0.2, 0, "brick", 0, 5.5),
        _wall(-0.2, -t, 0.8, 0, "brick", 0, 5.5),
        _wall(0.8, -t, 2.6, 0, "brick", 0, 0.8),
        _wall(0.8, -0.08, 2.6, -0.04, "glass", 0.8, 2.4),
        _wall(2.6, -t, 3.2, 0, "brick", 0, 5.5),
        _wall(5.8, -t, 6.4, 0, "brick", 0, 5.5),
        _wall(6.4, -0.08, 8.4, -0.04, "glass", 0.8, 2.4),
        _wall(6.4, -t, 8.4, 0, "brick", 0, 0.8),
        _wall(8.4, -t, 30, 0, "brick", 0, 5.5),
        _wall(0.8, -t, 2.6, 0, "brick", 2.4, 5.5),
        _wall(3.2, -t, 5.8, 0, "brick", 2.5, 5.5),
        _wall(6.4, -t, 8.4, 0, "brick", 2.4, 5.5),
        Box((2.9, -1.6, 2.65), (6.1, -0.15, 2.78), "steel", solid=False),
        Box((3.1, -0.2, 0), (3.2, 0.05, 2.5), "steel"),
        Box((5.8, -0.2, 0), (5.9, 0.05, 2.5), "steel"),
        Box((2.4, -0.22, 2.9), (6.6, -0.16, 3.6), "sign", solid=False),
    ]
    hall = [
        _wall(-t, 0, 0, 9, "plaster"),
        _wall(0, 9, 0.8, 9 + t, "plaster"),
        _wall(2.9, 9, 9, 9 + t, "plaster"),
        _wall(0.8, 9, 2.9, 9 + t, "plaster", 2.4),
        _wall(9, 0, 9 + t, 3, "plaster"),
        _wall(9, 6, 9 + t, 9, "plaster"),
        _wall(9, 3, 9 + t, 6, "plaster", 2.6),
        _wall(-t, 9, 0, 13, "plaster"),
        _wall(4, 9, 4 + t, 13, "plaster"),
        _wall(0, 13, 4, 13 + t, "panel"),
        Box((7.3, 0.9, 0), (8.0, 2.6, 1.1), "desk"),
        Box((7.2, 0.8, 1.1), (8.1, 2.7, 1.15), "top", solid=False),
        Box((0.35, 3.2, 0), (0.95, 5.4, 0.45), "bench"),
        Box((0.3, 3.2, 0.45), (0.4, 5.4, 0.95), "bench", solid=False),
        Box((3.1, 5.5, 0), (3.45, 5.85, 3.2), "column"),
        Box((6.7, 7.9, 0), (7.2, 8.4, 0.5), "pot"),
        Box((6.55, 7.75, 0.5), (7.35, 8.55, 1.7), "leaves", solid=False),
        Box((0.3, 1.2, 0), (0.8, 1.7, 0.5), "pot"),
        Box((0.15, 1.05, 0.5), (0.95, 1.85, 1.5), "leaves", solid=False),
        Box((8.95, 6.7, 1.1), (9.0, 8.3, 2.1), "poster", solid=False),
        Box((8.95, 0.9, 1.2), (9.0, 2.3, 2.2), "poster2", solid=False),
    ]
    corridor = [
        _wall(9 + t, 6, 12.4, 6 + t, "wall"),
        _wall(13.6, 6, 17.4, 6 + t, "wall"),
        _wall(18.6, 6, 22, 6 + t, "wall"),
        _wall(12.4, 6, 13.6, 6 + t, "wall", 2.15),
        _wall(17.4, 6, 18.6, 6 + t, "wall", 2.15),
        _wall(9 + t, 3 - t, 22, 3, "wall2"),
        _wall(11.8, 6 + t, 11.95, 9, "wall"),
        _wall(14.05, 6 + t, 14.2, 9, "wall"),
        _wall(11.8, 9, 14.2, 9 + t, "wall"),
        _wall(16.8, 6 + t, 16.95, 9, "wall"),
        _wall(19.05, 6 + t, 19.2, 9, "wall"),
        _wall(16.8, 9, 19.2, 9 + t, "wall"),
        Box((11.8, 6, -0.1), (14.2, 9, 0), "vinyl", solid=False),
        Box((16.8, 6, -0.1), (19.2, 9, 0), "vinyl", solid=False),
        Box((11.8, 6, 2.6), (14.2, 9, 2.7), "ceiling", solid=False),
        Box((16.8, 6, 2.6), (19.2, 9, 2.7), "ceiling", solid=False),
        Box((10.6, 5.62, 0), (11.7, 6.0, 1.25), "cabinet"),
        Box((15.0, 5.7, 0), (16.2, 6.0, 0.45), "bench"),
        Box((14.4, 3.0, 1.2), (15.6, 3.04, 2.0), "poster", solid=False),
        Box((18.0, 3.0, 1.1), (19.2, 3.04, 2.0), "poster2", solid=False),
    ]
    shop = [
        _wall(32, 0, 32 + t, 9, "shopwall", 0, 3.4),
        _wall(22, 0, 32, t, "shopwall", 0, 3.4),
        _wall(22, 9, 29, 9 + t, "shopwall", 0, 3.4),
        _wall(31.4, 9, 32, 9 + t, "shopwall", 0, 3.4),
        _wall(29, 9, 31.4, 9 + t, "shopwall", 2.3, 3.4),
        _wall(22 - t, t, 22, 3, "shopwall", 0, 3.4),
        _wall(22 - t, 6, 22, 9, "shopwall", 0, 3.4),
        _wall(22 - t, 3, 22, 6, "shopwall", 2.7, 3.4),
        _wall(29 - t, 9 + t, 29, 12, "shopwall", 0, 2.6),
        _wall(31.4, 9 + t, 31.4 + t, 12, "shopwall", 0, 2.6),
        _wall(29, 12, 31.4, 12 + t, "panel", 0, 2.6),
        Box((25.0, 4.6, 0), (25.6, 8.0, 1.45), "shelf"),
        Box((27.6, 3.6, 0), (28.2, 7.0, 1.45), "shelf"),
        Box((23.4, 8.6, 0), (28.4, 9.0, 2.1), "shelf2"),
        Box((22.3, 0.5, 0), (22.8, 2.6, 2.0), "shelf3"),
        Box((24.4, 1.0, 0), (25.2, 2.7, 0.95), "desk"),
        Box((24.35, 0.95, 0.95), (25.25, 2.75, 1.0), "top", solid=False),
        Box((24.6, 1.6, 1.0), (24.95, 2.0, 1.35), "till", solid=False),
    ]
    yard = [
        Box((-9, -1.5, 0), (-8.4, -0.2, 0.45), "bench"),
        Box((8.0, -1.2, 0), (10.2, -0.4, 0.5), "pot"),
        Box((7.9, -1.3, 0.5), (10.3, -0.3, 1.15), "hedge", solid=False),
        Box((0.0, -1.2, 0), (2.0, -0.4, 0.5), "pot"),
        Box((-0.1, -1.3, 0.5), (2.1, -0.3, 1.1), "hedge", solid=False),
        Box((-30, -17.5, 0), (45, -16.3, 1.7), "hedge"),
        Box((8.6, -10.8, 0.25), (13.2, -9.0, 1.0), "van"),
        Box((9.7, -10.75, 1.0), (13.2, -9.05, 2.1), "van"),
        Box((8.6, -10.7, 1.0), (9.7, -9.1, 1.15), "van"),
        Box((9.2, -10.82, 0), (9.9, -8.98, 0.65), "tyre"),
        Box((11.8, -10.82, 0), (12.5, -8.98, 0.65), "tyre"),
        Box((2.1, -5.2, 0), (2.6, -4.7, 0.95), "bin"),
        Box((6.9, -4.4, 0), (7.05, -4.25, 0.95), "bollard"),
        Box((6.9, -6.4, 0), (7.05, -6.25, 0.95), "bollard"),
        Box((12.6, -4.2, 0), (12.9, -3.9, 2.4), "trunk"),
        Box((11.5, -5.3, 2.2), (14.0, -2.8, 4.6), "leaves", solid=False),
    ]
    return Plan(
        rooms=(
            Room("yard", (-4, -11), (14, 0)),
            Room("entrance", (0, 0), (9, 9)),
            Room("corridor", (9, 3), (22, 6)),
            Room("shop", (22, 0), (32, 9)),
        ),
        boxes=tuple(flat + south + hall + corridor + shop + yard),
        cameras=(
            Camera("yard", (-2.2, -1.0, 4.1), (4.9, -6.0, 0.55), 74),
            Camera("entrance", (0.45, 8.55, 2.85), (5.9, 2.9, 0.75), 84),
            Camera("corridor", (21.4, 3.5, 2.5), (10.6, 4.75, 0.9), 62),
            Camera("shop", (31.6, 0.5, 3.1), (26.2, 5.2, 0.75), 80),
        ),
        overlapping=(("entrance", "corridor"),),
    )
