"""Each camera's light, one description for the path-traced background and the people drawn into it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reid_app.demo_site.plan import Camera

Array = NDArray[np.float64]
Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Lamp:
    """A light that people see as a point (or the sun, as a direction).

    Attributes:
        position: Metres; for the sun the direction towards it.
        colour: Power: irradiance over pi at 1 m straight below (for the sun: facing it), linear RGB.
        size: Sides of the ceiling panel in the background, metres.
        sun: Whether it is the sun.
    """

    position: tuple[float, float, float]
    colour: Rgb
    size: tuple[float, float] = (1.2, 0.3)
    sun: bool = False


@dataclass(frozen=True, slots=True)
class Lighting:
    """All light of one camera's scene.

    Attributes:
        lamps: The first throws the people's shadows.
        sky: Light from above that has no direction, on people.
        ground: Light from below, on people.
        open_sky: Radiance of the sky where there is no roof.
        softness: Width of the shadows' edges, texels.
    """

    lamps: tuple[Lamp, ...]
    sky: Rgb
    ground: Rgb
    open_sky: Rgb
    softness: float

    def shadow_view(self, camera: Camera) -> Array:
        """Return the (4, 4) world to clip matrix of the first lamp."""
        lamp = self.lamps[0]
        if lamp.sun:
            return _sun_view(np.array(lamp.position), camera)
        return _down_view(np.array(lamp.position))


def _sun_view(direction: Array, camera: Camera) -> Array:
    """Orthographic view along the sun's light over the 16 m before the camera."""
    forward = -direction / np.linalg.norm(direction)
    right = np.cross(forward, [0, 0, 1.0])
    right /= np.linalg.norm(right)
    rotate = np.eye(4)
    rotate[:3, :3] = np.stack([right, np.cross(right, forward), -forward])
    centre = np.array([*camera.target[:2], 0.0])
    rotate[:3, 3] = -rotate[:3, :3] @ centre
    scale = np.diag([1 / 9.5, 1 / 9.5, -1 / 20.0, 1.0])
    return np.asarray(scale @ rotate)


def _down_view(position: Array) -> Array:
    """Perspective view straight down from a ceiling lamp, 150 degrees wide."""
    rotate = np.eye(4)
    rotate[:3, 3] = -position
    near, far = 0.3, position[2] + 0.5
    f = 1 / np.tan(np.deg2rad(75))
    project = np.zeros((4, 4))
    project[0, 0] = project[1, 1] = f
    project[2, 2], project[2, 3] = -(far + near) / (far - near), -2 * far * near / (far - near)
    project[3, 2] = -1
    return np.asarray(project @ rotate)


def _panels(
    places: tuple[tuple[float, float], ...], height: float, colour: Rgb, size: tuple[float, float]
) -> tuple[Lamp, ...]:
    return tuple(Lamp((x, y, height), colour, size) for x, y in places)


def demo_lighting() -> dict[str, Lighting]:
    """Return the light of each camera of the demo site, by name."""
    day = (0.80, 0.95, 1.20)
    return {
        "yard": Lighting(
            (Lamp((0.55, -0.50, 0.80), (0.95, 0.86, 0.70), sun=True),),
            sky=(0.42, 0.52, 0.68),
            ground=(0.30, 0.29, 0.27),
            open_sky=(0.42, 0.52, 0.68),
            softness=1.2,
        ),
        "entrance": Lighting(
            _panels(
                ((5.0, 3.4), (2.4, 2.4), (2.4, 6.8), (7.2, 6.8), (6.8, 1.2), (11.5, 4.5)),
                3.15,
                (1.45, 1.18, 0.82),
                (1.2, 1.2),
            ),
            sky=(0.065, 0.055, 0.042),
            ground=(0.060, 0.047, 0.033),
            open_sky=day,
            softness=4.0,
        ),
        "corridor": Lighting(
            _panels(((13.0, 4.5), (17.0, 4.5), (20.6, 4.5), (9.9, 4.5)), 2.75, (0.46, 0.56, 0.48), (1.2, 0.3))
            + _panels(((5.0, 3.4), (2.4, 2.4), (6.8, 6.0)), 3.15, (0.85, 0.75, 0.55), (1.2, 1.2)),
            sky=(0.024, 0.028, 0.025),
            ground=(0.020, 0.025, 0.023),
            open_sky=day,
            softness=4.0,
        ),
        "shop": Lighting(
            _panels(
                ((26.6, 5.2), (26.6, 2.0), (23.8, 5.2), (29.8, 5.2), (29.8, 2.0), (26.6, 7.6)),
                3.35,
                (1.35, 1.48, 1.62),
                (1.2, 0.6),
            ),
            sky=(0.065, 0.070, 0.075),
            ground=(0.060, 0.050, 0.042),
            open_sky=day,
            softness=4.0,
        ),
    }
