"""Poses of the rig: the walking cycle, standing, reaching, as one rotation per bone.

The joint angles over the cycle follow the shape of the normal adult gait at
self-chosen speed (Winter, *Biomechanics and Motor Control of Human Movement*):
hip, knee and ankle flexion by percent of the cycle from heel strike, joined by
a periodic cubic. Rotations are about the axes of the rest pose (x left, y back,
z up) and act on everything below the joint.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reid_app.demo_site.cast import Gait

Array = NDArray[np.float64]

_HIP = np.array([(0.00, 28), (0.10, 25), (0.30, 4), (0.50, -11), (0.58, -8), (0.70, 16), (0.85, 31), (0.95, 30)])
_KNEE = np.array([(0.00, 4), (0.13, 18), (0.38, 5), (0.52, 18), (0.62, 42), (0.72, 61), (0.86, 28), (0.96, 3)])
_ANKLE = np.array([(0.00, 0), (0.08, -6), (0.30, 6), (0.45, 10), (0.55, -2), (0.62, -18), (0.75, -3), (0.88, 1)])


@dataclass(frozen=True, slots=True)
class Moment:
    """What the body does at one time.

    Attributes:
        phase: Walking cycle in turns; whole numbers are left heel strikes.
        pace: 0 standing, 1 walking at the person's speed.
        reach: 0 arms down, 1 right arm raised to a shelf.
        idle: Seconds, drives the sway of a standing person.
        look: Turn of the head to the left, radians.
    """

    phase: float
    pace: float
    reach: float
    idle: float
    look: float


def _cubic(table: Array, phase: float) -> float:
    """Evaluate a periodic Catmull-Rom curve through (phase, degrees) rows; returns radians."""
    at = phase % 1.0
    times, values = table[:, 0], table[:, 1]
    count = len(times)
    k = int(np.searchsorted(times, at, side="right")) - 1
    k0, k1, k2, k3 = (k - 1) % count, k % count, (k + 1) % count, (k + 2) % count
    start = times[k1] if k >= 0 else times[k1] - 1.0
    length = (times[k2] - times[k1]) % 1.0
    u = (at - start) / length
    a, b, c, d = values[k0], values[k1], values[k2], values[k3]
    slope_b, slope_c = (c - a) / 2, (d - b) / 2
    value = (
        (2 * u**3 - 3 * u**2 + 1) * b
        + (u**3 - 2 * u**2 + u) * slope_b
        + (-2 * u**3 + 3 * u**2) * c
        + (u**3 - u**2) * slope_c
    )
    return float(np.deg2rad(value))


def turn(axis: str, angle: float) -> Array:
    """Return the rotation matrix about ``axis`` (``x``, ``y`` or ``z``) by ``angle`` radians."""
    c, s = np.cos(angle), np.sin(angle)
    if axis == "x":
        return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    if axis == "y":
        return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def align(source: Array, target: Array) -> Array:
    """Return the shortest rotation that turns the direction of ``source`` into that of ``target``."""
    a = source / np.linalg.norm(source)
    b = target / np.linalg.norm(target)
    v, c = np.cross(a, b), float(a @ b)
    cross = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    return np.asarray(np.eye(3) + cross + cross @ cross / (1.0 + c))


def _arm(side: float, swing: float, spread: float, bend: float) -> tuple[Array, Array]:
    """Directions of upper and lower arm in the trunk's axes, for ``side`` +1 left, -1 right."""

    def direction(forward: float, away: float) -> Array:
        return np.array([side * np.sin(away), -np.sin(forward) * np.cos(away), -np.cos(forward) * np.cos(away)])

    return direction(swing, spread), direction(swing + bend, spread * 0.6)


def pose(moment: Moment, gait: Gait, names: tuple[str, ...], heads: Array) -> Array:
    """Return (B, 3, 3) rotations of the bones for ``moment``.

    Args:
        moment: What the body does.
        gait: The person's way of walking.
        names: Bone names of the rig.
        heads: (B, 3) where the bones start at rest; gives the arms' directions at rest.
    """
    rotations = np.tile(np.eye(3), (len(names), 1, 1))

    def put(name: str, rotation: Array) -> None:
        rotations[names.index(name)] = rotation

    def head(name: str) -> Array:
        return np.asarray(heads[names.index(name)])

    pace, phase = moment.pace, moment.phase
    sway = np.deg2rad(gait.sway)
    idle = np.sin(0.9 * moment.idle) * (1 - pace)
    wave = np.cos(2 * np.pi * phase)

    put("root", turn("z", -0.10 * pace * gait.stride * wave))
    trunk = np.deg2rad(gait.lean) * (0.5 + 0.5 * pace)
    put("spine05", turn("x", trunk) @ turn("y", sway * pace * np.sin(2 * np.pi * phase) + 0.02 * idle))
    put(
        "spine03",
        turn("z", 0.10 * pace * gait.stride * wave) @ turn("y", -0.5 * sway * np.sin(2 * np.pi * phase) * pace),
    )
    put("spine01", turn("z", 0.10 * pace * gait.arms * wave))
    put("neck01", turn("x", -0.6 * trunk) @ turn("z", 0.5 * moment.look - 0.06 * pace * gait.arms * wave))
    put("head", turn("z", 0.5 * moment.look + 0.05 * idle))

    for side, suffix, offset in ((1.0, "L", 0.0), (-1.0, "R", 0.5)):
        own = phase + offset
        hip = _cubic(_HIP, own) * gait.stride * pace
        knee = (_cubic(_KNEE, own) * (0.7 + 0.3 * gait.bounce)) * pace + 0.05 * (1 - pace)
        ankle = _cubic(_ANKLE, own) * pace + 0.02 * (1 - pace)
        inward = turn("y", side * 0.058)
        out = turn("z", side * np.deg2rad(gait.toes))
        put(f"upperleg01.{suffix}", turn("x", -hip + 0.02 * (1 - pace)) @ inward)
        put(f"lowerleg01.{suffix}", turn("x", knee))
        put(f"foot.{suffix}", out @ turn("y", -side * 0.04) @ turn("x", -ankle))

        lag = np.cos(2 * np.pi * (own + 0.5) - 0.25)
        swing = np.deg2rad(4 + 22 * lag) * gait.arms * pace + np.deg2rad(2) * (1 - pace)
        bend = np.deg2rad(14 + 14 * max(0.0, lag) * gait.arms * pace)
        spread = np.deg2rad(gait.spread)
        if side < 0 and moment.reach > 0:
            swing += np.deg2rad(58) * moment.reach
            bend += np.deg2rad(38) * moment.reach
        upper, lower = _arm(side, swing, spread, bend)
        shoulder, elbow, wrist = head(f"upperarm01.{suffix}"), head(f"lowerarm01.{suffix}"), head(f"wrist.{suffix}")
        first = align(elbow - shoulder, upper)
        put(f"upperarm01.{suffix}", first)
        put(f"lowerarm01.{suffix}", align(wrist - elbow, first.T @ lower))
    return rotations


def skin_matrices(rotations: Array, heads: Array, parents: NDArray[np.int32]) -> Array:
    """Return (B, 3, 4) matrices that carry points of each bone from rest to the pose.

    Args:
        rotations: (B, 3, 3) of :func:`pose`.
        heads: (B, 3) bone starts at rest.
        parents: (B,) parents, before their children.
    """
    result = np.zeros((len(heads), 3, 4))
    for bone, parent in enumerate(parents):
        rotation = rotations[bone]
        offset = heads[bone] - rotation @ heads[bone]
        if parent >= 0:
            up = result[parent]
            result[bone, :, 3] = up[:, :3] @ offset + up[:, 3]
            result[bone, :, :3] = up[:, :3] @ rotation
        else:
            result[bone, :, :3], result[bone, :, 3] = rotation, offset
    return result


def on_ground(matrices: Array, soles: Array, sole_bones: NDArray[np.int32]) -> Array:
    """Shift a pose so that the lowest of its sole points touches z = 0.

    Args:
        matrices: (B, 3, 4) of :func:`skin_matrices`.
        soles: (S, 3) points under heels and toes at rest.
        sole_bones: (S,) their bones.
    """
    part = matrices[sole_bones]
    heights = np.einsum("sk,sk->s", part[:, 2, :3], soles) + part[:, 2, 3]
    result = matrices.copy()
    result[:, 2, 3] -= heights.min()
    return result
