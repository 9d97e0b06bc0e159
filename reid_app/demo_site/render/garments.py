"""Dresses a body: clothes are shells cut from the body's own mesh, so they move with its rig.

Where a garment ends is decided in the average body's coordinates (see
:mod:`reid_app.demo_site.cast`); each vertex of a shell carries ``edge``, the
distance to the nearest hem, negative outside, and the shader cuts along zero.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reid_app.demo_site.cast import Bag, Hair, Look, Person
from reid_app.demo_site.gait import align
from reid_app.demo_site.render.bodies import Body
from reid_app.demo_site.render.mesh import Mesh, averager, compact, grid_faces, normals, rounded, smooth

Array = NDArray[np.float64]
IntArray = NDArray[np.int32]


class Part(enum.IntEnum):
    """What a vertex belongs to; the numbers are those of the shader."""

    SKIN = 0
    TOP = 1
    BOTTOM = 2
    SHOE = 3
    HAIR = 4
    BAG = 5
    SOCK = 6
    ACCENT = 7


@dataclass(frozen=True, slots=True, eq=False)
class Dressed:
    """A person's whole geometry at rest, ready for the graphics card.

    Attributes:
        vertices: (V, 20) ``float32``: position 3, normal 3, canonical position 3, bones 4, weights 4,
            part, edge, length along the arm.
        faces: (F, 3).
    """

    vertices: NDArray[np.float32]
    faces: IntArray


class _Anatomy:
    """Measures of one body that the garments need."""

    def __init__(self, body: Body) -> None:
        self.body = body
        names = body.rig.names
        dense = np.zeros((len(body.vertices), len(names)))
        np.put_along_axis(dense, body.bone_index, body.bone_weight, 1)
        self.arm = self._share(dense, names, ("upperarm", "lowerarm", "wrist"))
        self.hand = self._share(dense, names, ("wrist",))
        self.foot = self._share(dense, names, ("foot",))
        self.head = self._share(dense, names, ("head", "neck03", "neck02"))
        self.normal = normals(body.vertices, body.faces)
        self.mean = averager(len(body.vertices), body.faces)
        self.arm_length = self._along_arm()
        self.scale = body.height / float(body.canonical[:, 2].max())
        self._smooth: dict[int, Array] = {0: body.vertices}

    @staticmethod
    def _share(dense: Array, names: tuple[str, ...], prefixes: tuple[str, ...]) -> Array:
        columns = [k for k, name in enumerate(names) if name.startswith(prefixes)]
        return np.asarray(dense[:, columns].sum(1))

    def _along_arm(self) -> Array:
        body = self.body
        best = np.zeros(len(body.canonical))
        for suffix, side in (("L", 1.0), ("R", -1.0)):
            joints = [
                body.canonical_heads[body.rig.index(f"{n}.{suffix}")] for n in ("upperarm01", "lowerarm01", "wrist")
            ]
            upper, lower = joints[1] - joints[0], joints[2] - joints[1]
            lengths = np.linalg.norm(upper), np.linalg.norm(lower)
            total = lengths[0] + lengths[1]
            first = (body.canonical - joints[0]) @ upper / lengths[0]
            second = (body.canonical - joints[1]) @ lower / lengths[1]
            along = np.where(first < lengths[0], first, lengths[0] + np.maximum(second, 0)) / total
            best = np.where(np.sign(body.canonical[:, 0]) == side, along, best)
        return np.asarray(best * self.arm - 0.3 * (1 - self.arm))

    def smoothed(self, rounds: int) -> Array:
        """Body vertices after ``rounds`` of smoothing."""
        if rounds not in self._smooth:
            self._smooth[rounds] = smooth(self.body.vertices, self.mean, rounds)
        return self._smooth[rounds]

    def shell(self, edge: Array, loose: Array, rounds: int) -> tuple[Array, IntArray]:
        """Return vertices (all of the body's) pushed at least ``loose`` out, and the faces inside ``edge``."""
        body = self.body
        base = self.smoothed(rounds)
        stand = np.einsum("vk,vk->v", base - body.vertices, self.normal)
        push = np.maximum(0.0, loose - stand)
        push = np.asarray(0.5 * push + 0.5 * smooth(push[:, None], self.mean, 3)[:, 0])
        vertices = base + self.normal * push[:, None]
        return vertices, body.faces[(edge[body.faces] > 0).any(1)]

    def individual_z(self, height: float) -> float:
        """Height on this body of ``height`` on the average body, along trunk and legs."""
        use = (self.arm < 0.1) & (self.head < 0.1)
        order = np.argsort(self.body.canonical[use, 2])
        z, own = self.body.canonical[use, 2][order], self.body.vertices[use, 2][order]
        near = np.abs(z - height) < 0.02
        return float(np.median(own[near])) if near.any() else height * self.scale


class _Builder:
    """Collects parts into one vertex array."""

    def __init__(self, anatomy: _Anatomy) -> None:
        self.anatomy = anatomy
        self.rows: list[Array] = []
        self.faces: list[IntArray] = []
        self.count = 0

    def _add(self, table: Array, faces: IntArray) -> None:
        self.rows.append(table)
        self.faces.append(faces + self.count)
        self.count += len(table)

    def layer(self, part: Part, vertices: Array, faces: IntArray, edge: Array) -> None:
        """Add a shell over body vertices."""
        body = self.anatomy.body
        used, small = compact(faces)
        normal = normals(vertices, faces)
        ones = np.ones((len(used), 1))
        self._add(
            np.concatenate(
                [
                    vertices[used],
                    normal[used],
                    body.canonical[used],
                    body.bone_index[used],
                    body.bone_weight[used],
                    ones * part,
                    edge[used, None],
                    self.anatomy.arm_length[used, None],
                ],
                1,
            ),
            small,
        )

    def solid(self, part: Part, mesh: Mesh, canonical: Array, bones: IntArray, weights: Array) -> None:
        """Add a mesh of its own; ``bones`` and ``weights`` are (V, 4)."""
        ones = np.ones((len(mesh.vertices), 1))
        normal = normals(mesh.vertices, mesh.faces)
        self._add(
            np.concatenate([mesh.vertices, normal, canonical, bones, weights, ones * part, ones, ones * -0.3], 1),
            mesh.faces,
        )

    def rigid(self, part: Part, mesh: Mesh, centre: Array, bone: str) -> None:
        """Add a mesh that moves with one bone, its origin at ``centre``."""
        count = len(mesh.vertices)
        bones = np.zeros((count, 4), np.int32)
        bones[:, 0] = self.anatomy.body.rig.index(bone)
        weights = np.zeros((count, 4))
        weights[:, 0] = 1.0
        placed = Mesh(mesh.vertices + centre, mesh.faces)
        self.solid(part, placed, placed.vertices / self.anatomy.scale, bones, weights)

    def build(self) -> Dressed:
        """Return everything added."""
        return Dressed(np.concatenate(self.rows).astype(np.float32), np.concatenate(self.faces).astype(np.int32))


def dress(person: Person, body: Body) -> Dressed:
    """Return ``person``'s geometry: body, clothes, hair and bag."""
    anatomy = _Anatomy(body)
    builder = _Builder(anatomy)
    look = person.look
    top, bottom, shoe = _top_edge(anatomy, look), _bottom_edge(anatomy, look), _shoe_edge(anatomy, look)
    hidden = np.maximum(np.maximum(top, bottom), shoe) > 0.035
    bare = body.faces[~hidden[body.faces].all(1)]
    builder.layer(Part.SKIN, body.vertices, bare, np.ones(len(body.vertices)))
    if look.socks is not None:
        sock = np.minimum(0.42 - body.canonical[:, 2], np.where(anatomy.arm > 0.2, -1.0, 1.0))
        builder.layer(Part.SOCK, *anatomy.shell(sock, np.full(len(sock), 0.004), 2), sock)

    z = body.canonical[:, 2]
    if look.bottom.skirt:
        _ring(builder, Part.BOTTOM, 1.03, look.bottom.hem, look.bottom.loose)
    else:
        widen = look.bottom.loose * (1.0 + 0.9 * np.clip((0.75 - z) / 0.7, 0, 1))
        builder.layer(Part.BOTTOM, *anatomy.shell(bottom, widen, 10), bottom)
    builder.layer(Part.SHOE, *anatomy.shell(shoe, np.full(len(shoe), 0.011), 8), shoe)
    slack = look.top.loose * (1.0 + 0.5 * np.clip((1.1 - z) / 0.25, 0, 1) * (anatomy.arm < 0.5))
    slack = np.where(z > 1.33, np.minimum(slack, 0.018), slack)
    builder.layer(Part.TOP, *anatomy.shell(top, slack, 14), top)
    if look.top.tail:
        _ring(builder, Part.TOP, look.top.hem + 0.06, look.top.tail, look.top.loose + 0.012)
    _hair(builder, look)
    if look.top.hood:
        _hood(builder)
    _bag(builder, look)
    return builder.build()


def _top_edge(anatomy: _Anatomy, look: Look) -> Array:
    canonical, top = anatomy.body.canonical, look.top
    collar = 1.40 if (top.closure or top.hood) else 1.385
    dip = 0.04 if top.closure == 0 else 0.0
    front = np.clip(-canonical[:, 1] / 0.08, 0, 1)
    trunk = np.minimum(canonical[:, 2] - top.hem, collar - dip * front - canonical[:, 2])
    sleeve = (top.sleeve - anatomy.arm_length) * 0.5
    sleeve = np.where(anatomy.hand > 0.6, -0.05, sleeve)
    return np.asarray(trunk * (1 - anatomy.arm) + sleeve * anatomy.arm)


def _bottom_edge(anatomy: _Anatomy, look: Look) -> Array:
    z = anatomy.body.canonical[:, 2]
    if look.bottom.skirt:
        edge = np.minimum(z - max(0.62, look.bottom.hem + 0.1), 1.0 - z)
    else:
        edge = np.minimum(z - look.bottom.hem, 1.03 - z)
    return np.asarray(np.where(anatomy.arm > 0.2, -0.05, edge))


def _shoe_edge(anatomy: _Anatomy, look: Look) -> Array:
    z = anatomy.body.canonical[:, 2]
    return np.asarray(np.where(anatomy.arm > 0.2, -0.05, look.shaft - z))


def _ring(builder: _Builder, part: Part, start: float, hem: float, loose: float) -> None:
    """Add a skirt from height ``start`` down to ``hem``: a flaring tube that the thighs carry."""
    anatomy = builder.anatomy
    body = anatomy.body
    heads, rig = body.heads, body.rig
    rows, columns = 14, 44
    canon = np.linspace(start, hem, rows)
    angle = np.linspace(-np.pi, np.pi, columns, endpoint=False)
    trunk = anatomy.arm < 0.1
    wide, deep, middle = [], [], []
    for height in canon:
        near = trunk & (np.abs(body.canonical[:, 2] - max(height, 0.72)) < 0.03)
        wide.append(np.abs(body.vertices[near, 0]).max())
        low, high = body.vertices[near, 1].min(), body.vertices[near, 1].max()
        deep.append((high - low) / 2)
        middle.append((high + low) / 2)
    flare = np.clip((0.88 - canon) / 0.4, 0, 1.2) * 0.05
    wide_a = np.maximum.accumulate(wide) + loose + flare
    deep_a = np.maximum.accumulate(deep) + loose + flare * 1.3
    z = np.array([anatomy.individual_z(max(height, 0.1)) for height in canon])
    x = wide_a[:, None] * np.sin(angle)[None]
    y = np.array(middle)[:, None] * 0.7 - deep_a[:, None] * np.cos(angle)[None]
    vertices = np.stack([x, y, np.repeat(z[:, None], columns, 1)], -1).reshape(-1, 3)
    hip, knee = heads[rig.index("upperleg01.L"), 2], heads[rig.index("lowerleg01.L"), 2]
    carried = 0.95 * np.clip((hip + 0.04 - vertices[:, 2]) / (0.35 * (hip - knee)), 0, 1)
    left = np.clip(vertices[:, 0] / (0.14 * anatomy.scale) * 0.5 + 0.5, 0, 1)
    left = left * left * (3 - 2 * left)
    bones = np.tile(
        np.array([rig.index(n) for n in ("root", "upperleg01.L", "upperleg01.R", "root")], np.int32), (len(vertices), 1)
    )
    weights = np.stack([1 - carried, carried * left, carried * (1 - left), np.zeros_like(left)], 1)
    canonical = vertices.copy()
    canonical[:, 2] = np.repeat(canon, columns)
    faces = grid_faces(rows, columns)[:, ::-1].copy()
    outward = normals(vertices, faces)
    if (outward[:, :2] * vertices[:, :2]).sum() < 0:
        faces = faces[:, ::-1].copy()
    builder.solid(part, Mesh(vertices, faces), canonical, bones, weights)


def _hair(builder: _Builder, look: Look) -> None:
    anatomy = builder.anatomy
    body = anatomy.body
    x, y, z = body.canonical.T
    scale = anatomy.scale
    head = np.where(anatomy.head > 0.5, 1.0, -1.0)
    face = np.maximum(z - 1.585, np.minimum(y + 0.035, z - 1.475))
    wave = 0.003 * np.sin(90 * x) * np.sin(70 * y)
    if look.hair is Hair.BALD:
        return
    if look.hair in {Hair.BOB, Hair.LONG}:
        face = np.maximum(z - 1.587, np.minimum(y + 0.062 - 0.25 * np.abs(1.52 - z), z - 1.385))
        thick = 0.022 + 0.03 * np.clip((1.53 - z) / 0.1, 0, 1) + wave
        edge = np.minimum(face, np.where(anatomy.head > 0.15, 1.0, -1.0))
    else:
        thick = 0.013 + 0.006 * np.clip((z - 1.55) / 0.05, 0, 1) + wave
        edge = np.minimum(face, head)
    if look.hair is Hair.LONG:
        back = np.minimum(np.minimum(y + 0.01, 0.125 - np.abs(x)), np.minimum(z - 1.19, 1.47 - z))
        back = np.where(anatomy.arm > 0.3, -0.05, back)
        edge = np.maximum(edge, back)
        thick = np.where(z < 1.44, 0.042, thick)
    inner = np.where(np.abs(x) < 0.02, np.where((y < -0.02) & (z < 1.50), -0.05, edge), edge)
    builder.layer(Part.HAIR, *anatomy.shell(inner, thick * scale, 6), inner)
    centre = body.heads[body.rig.index("head")]
    if look.hair is Hair.TAIL:
        for drop, back_, radius in ((0.13, 0.125, 0.035), (0.07, 0.15, 0.042), (0.0, 0.15, 0.04), (-0.07, 0.14, 0.03)):
            ball = rounded((radius * scale, radius * scale, 0.055 * scale))
            builder.rigid(Part.HAIR, ball, centre + np.array([0, back_, drop]) * scale, "head")
    if look.hair is Hair.CAP:
        brim = np.minimum(z - 1.572 + 0.036 * np.clip(y, -0.1, 0.1), head)
        builder.layer(Part.BAG, *anatomy.shell(brim, np.full(len(z), 0.026), 12), brim)
        visor = rounded((0.075 * scale, 0.075 * scale, 0.007))
        top = centre + np.array([0.0, -0.135, 0.105]) * scale
        builder.rigid(Part.BAG, visor, top, "head")


def _hood(builder: _Builder) -> None:
    anatomy = builder.anatomy
    body = anatomy.body
    centre = body.heads[body.rig.index("neck01")]
    roll = rounded((0.115 * anatomy.scale, 0.055 * anatomy.scale, 0.075 * anatomy.scale), 0.8)
    builder.rigid(Part.TOP, roll, centre + np.array([0, 0.075, -0.015]) * anatomy.scale, "spine01")


def _bag(builder: _Builder, look: Look) -> None:
    anatomy = builder.anatomy
    body, scale = anatomy.body, anatomy.scale
    heads, rig = body.heads, body.rig
    trunk = anatomy.arm < 0.1
    if look.bag is Bag.BACKPACK:
        near = trunk & (np.abs(body.canonical[:, 2] - 1.2) < 0.06) & (np.abs(body.canonical[:, 0]) < 0.1)
        back = float(body.vertices[near, 1].max())
        height = anatomy.individual_z(1.17)
        pack = rounded((0.15 * scale, 0.09 * scale, 0.215 * scale), 0.45)
        builder.rigid(Part.BAG, pack, np.array([0, back + 0.085 * scale, height]), "spine02")
        pocket = rounded((0.11 * scale, 0.04 * scale, 0.09 * scale), 0.45)
        builder.rigid(Part.ACCENT, pocket, np.array([0, back + 0.175 * scale, height - 0.08 * scale]), "spine02")
    if look.bag is Bag.SHOULDER:
        near = trunk & (np.abs(body.canonical[:, 2] - 0.9) < 0.04)
        side = float(body.vertices[near, 0].max())
        pouch = rounded((0.05 * scale, 0.15 * scale, 0.11 * scale), 0.4)
        builder.rigid(Part.BAG, pouch, np.array([side + 0.055, 0.02, anatomy.individual_z(0.86)]), "root")
    if look.bag is Bag.HAND:
        wrist, elbow = heads[rig.index("wrist.R")], heads[rig.index("lowerarm01.R")]
        along = (wrist - elbow) / np.linalg.norm(wrist - elbow)
        bag = rounded((0.05 * scale, 0.145 * scale, 0.115 * scale), 0.4)
        across = align(np.array([0.0, 0.0, -1.0]), along)  # what hangs down at rest points along the arm
        hung = Mesh(bag.vertices @ across.T, bag.faces)
        builder.rigid(Part.BAG, hung, wrist + along * 0.27 * scale, "wrist.R")
