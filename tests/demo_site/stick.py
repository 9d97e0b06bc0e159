"""A body of sticks with the names of the real rig: small enough for tests, made without the body model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reid_app.demo_site.cast import Person
from reid_app.demo_site.render.mesh import rounded
from reid_app.domain import LANDMARK_NAMES

Array = NDArray[np.float64]

# name, parent, where the bone starts, where it ends (left side; x to the left, y to the back, z up)
_SPINE = [
    ("root", None, (0, 0, 0.9), (0, 0, 0.95)),
    ("spine05", "root", (0, 0, 0.95), (0, 0, 1.0)),
    ("spine04", "spine05", (0, 0, 1.0), (0, 0, 1.1)),
    ("spine03", "spine04", (0, 0, 1.1), (0, 0, 1.2)),
    ("spine02", "spine03", (0, 0, 1.2), (0, 0, 1.3)),
    ("spine01", "spine02", (0, 0, 1.3), (0, 0, 1.4)),
    ("neck01", "spine01", (0, 0, 1.4), (0, 0, 1.45)),
    ("neck02", "neck01", (0, 0, 1.45), (0, 0, 1.5)),
    ("neck03", "neck02", (0, 0, 1.5), (0, 0, 1.52)),
    ("head", "neck03", (0, 0, 1.52), (0, -0.02, 1.7)),
]
_SIDE = [
    ("upperleg01", "root", (0.1, 0, 0.9), (0.12, 0, 0.5)),
    ("lowerleg01", "upperleg01", (0.12, 0, 0.5), (0.13, 0, 0.1)),
    ("foot", "lowerleg01", (0.13, 0, 0.1), (0.13, -0.15, 0.03)),
    ("clavicle", "spine01", (0.03, 0, 1.4), (0.15, 0, 1.4)),
    ("upperarm01", "clavicle", (0.18, 0, 1.38), (0.38, 0, 1.18)),
    ("lowerarm01", "upperarm01", (0.38, 0, 1.18), (0.5, -0.1, 1.0)),
    ("wrist", "lowerarm01", (0.5, -0.1, 1.0), (0.55, -0.14, 0.92)),
]
_LANDMARK_BONES = {
    "nose": "head",
    "neck": "neck01",
    "shoulder": "upperarm01",
    "elbow": "lowerarm01",
    "wrist": "wrist",
    "hip": "upperleg01",
    "knee": "lowerleg01",
    "ankle": "foot",
    "eye": "head",
    "ear": "head",
}


def write_stick_bodies(path: Path, people: tuple[Person, ...]) -> None:
    """Write a cache of bodies that the renderer takes for those of ``people``."""
    bones = list(_SPINE)
    for suffix, side in (("L", 1), ("R", -1)):
        for name, parent, start, end in _SIDE:
            own = parent if parent in {row[0] for row in _SPINE} else f"{parent}.{suffix}"
            flip = np.array([side, 1, 1])
            bones.append((f"{name}.{suffix}", own, tuple(flip * start), tuple(flip * end)))
    names = [row[0] for row in bones]
    vertices, faces, bone_index = [], [], []
    for number, (_, _, start, end) in enumerate(bones):
        middle, length = (np.array(start) + end) / 2, float(np.linalg.norm(np.array(end) - start))
        ball = rounded((0.06, 0.06, 0.06 + length / 2), 0.8, rows=7, columns=10)
        faces.append(ball.faces + sum(map(len, vertices)))
        vertices.append(ball.vertices @ _turn(np.array(end) - start).T + middle)
        bone_index.append(np.full(len(ball.vertices), number))
    points = np.concatenate(vertices)
    points[:, 2] -= points[:, 2].min()
    index = np.zeros((len(points), 4), np.int32)
    index[:, 0] = np.concatenate(bone_index)
    weight = np.zeros((len(points), 4))
    weight[:, 0] = 1
    heads = np.array([row[2] for row in bones], np.float64)
    landmarks = np.zeros((18, len(bones), 4))
    for k, name in enumerate(LANDMARK_NAMES):
        side, _, part = name.rpartition("_")
        bone = _LANDMARK_BONES[part]
        number = names.index(bone if bone in {"head", "neck01"} else f"{bone}.{side[0].upper()}")
        landmarks[k, number] = [*heads[number], 1]
    shapes = [
        [p.shape.gender, p.shape.age, p.shape.muscle, p.shape.weight, p.shape.height, p.shape.proportions]
        for p in people
    ]
    np.savez(
        path,
        shapes=np.array(shapes),
        names=np.array(names),
        parents=np.array([-1 if row[1] is None else names.index(row[1]) for row in bones], np.int32),
        vertices=np.stack([points] * len(people)),
        heads=np.stack([heads] * len(people)),
        canonical=points,
        canonical_heads=heads,
        faces=np.concatenate(faces).astype(np.int32),
        bone_index=index,
        bone_weight=weight,
        landmarks=np.stack([landmarks] * len(people)),
    )


def _turn(along: Array) -> Array:
    """A rotation that turns z into ``along``."""
    z = along / np.linalg.norm(along)
    x = np.cross([0.0, 1.0, 0.0], z)
    x /= np.linalg.norm(x)
    return np.stack([x, np.cross(z, x), z], 1)
