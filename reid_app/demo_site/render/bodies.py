"""Bodies of the cast: rest meshes with a small rig, made by the parametric model Anny.

Anny (Brégier et al., ECCV 2026; Apache-2.0, assets CC0) turns six numbers per
person into a mesh and a skeleton. Only its rest pose is used: posing is plain
linear blend skinning with the rotations of :mod:`reid_app.demo_site.gait`, so a
rendered frame depends on the arrays made here and on nothing else of Anny's.

Axes of the rest pose: x to the person's left, y to the back, z up, metres; the
soles stand on z = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reid_app.demo_site.cast import Person, Shape
from reid_app.domain import LANDMARK_NAMES

Array = NDArray[np.float64]
IntArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Rig:
    """The skeleton that all bodies share.

    Attributes:
        names: Bone names, parents before children.
        parents: (B,) index of the parent, -1 for the root.
    """

    names: tuple[str, ...]
    parents: IntArray

    def index(self, name: str) -> int:
        """Return the bone called ``name``."""
        return self.names.index(name)


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """One person's body at rest.

    Attributes:
        vertices: (V, 3) metres.
        canonical: (V, 3) the same vertices on the average body: clothes are cut in these.
        faces: (F, 3) triangles, counter-clockwise from outside.
        heads: (B, 3) where each bone starts.
        bone_index: (V, 4) bones that move each vertex.
        bone_weight: (V, 4) their shares, sum 1.
        landmarks: (18, B, 4): a landmark is ``sum_b (skin_b @ landmarks[k, b])``.
        canonical_heads: (B, 3) bone starts on the average body.
    """

    rig: Rig
    vertices: Array
    canonical: Array
    faces: IntArray
    heads: Array
    bone_index: IntArray
    bone_weight: Array
    landmarks: Array
    canonical_heads: Array

    @property
    def height(self) -> float:
        """Height in metres."""
        return float(self.vertices[:, 2].max())


def load_bodies(people: tuple[Person, ...], cache: Path) -> dict[int, Body]:
    """Return the body of every person, by id, reading ``cache`` (an ``.npz``) where it holds the same shapes."""
    wanted = np.array([_numbers(person.shape) for person in people])
    if cache.exists():
        with np.load(cache) as stored:
            if stored["shapes"].shape == wanted.shape and np.array_equal(stored["shapes"], wanted):
                return _unpack(people, dict(stored))
    arrays = _make(wanted)
    cache.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(cache, shapes=wanted, **arrays)  # type: ignore[arg-type]  # stubs take the names for options
    return _unpack(people, arrays)


def _numbers(shape: Shape) -> list[float]:
    return [shape.gender, shape.age, shape.muscle, shape.weight, shape.height, shape.proportions]


def _unpack(people: tuple[Person, ...], arrays: dict[str, NDArray[np.generic]]) -> dict[int, Body]:
    rig = Rig(tuple(str(name) for name in arrays["names"]), np.asarray(arrays["parents"], np.int32))
    return {
        person.id: Body(
            rig=rig,
            vertices=np.asarray(arrays["vertices"][k], np.float64),
            canonical=np.asarray(arrays["canonical"], np.float64),
            faces=np.asarray(arrays["faces"], np.int32),
            heads=np.asarray(arrays["heads"][k], np.float64),
            bone_index=np.asarray(arrays["bone_index"], np.int32),
            bone_weight=np.asarray(arrays["bone_weight"], np.float64),
            landmarks=np.asarray(arrays["landmarks"][k], np.float64),
            canonical_heads=np.asarray(arrays["canonical_heads"], np.float64),
        )
        for k, person in enumerate(people)
    }


def _keeper(names: list[str], parents: list[int]) -> list[int]:
    """Map each of Anny's bones to the bone that stands for it: fingers, toes and eyes follow their limb."""
    keeper = list(range(len(names)))
    for bone, name in enumerate(names):
        if name.startswith(("finger", "metacarpal", "toe", "eye")):
            keeper[bone] = keeper[parents[bone]]
    return keeper


def _make(shapes: NDArray[np.float64]) -> dict[str, NDArray[np.generic]]:
    import anny
    import torch

    model = anny.Anny().to(dtype=torch.float64)
    names, parents = list(model.bone_labels), [int(p) for p in model.bone_parents]
    keeper = _keeper(names, parents)
    kept = sorted(set(keeper))
    place = {bone: k for k, bone in enumerate(kept)}
    small = np.array([place[bone] for bone in keeper])

    weight = np.zeros((len(model.template_vertices), len(kept)))
    index9, weight9 = model.vertex_bone_indices.numpy(), model.vertex_bone_weights.double().numpy()
    rows = np.arange(len(weight))
    for k in range(index9.shape[1]):
        np.add.at(weight, (rows, small[index9[:, k]]), weight9[:, k])
    index = np.argsort(-weight, axis=1, kind="stable")[:, :4]
    share = np.take_along_axis(weight, index, 1)
    share /= share.sum(1, keepdims=True)

    def rest(numbers: NDArray[np.float64]) -> tuple[Array, Array]:
        kwargs = {label: torch.tensor([value]) for label, value in zip(model.phenotype_labels, numbers, strict=True)}
        pose = torch.eye(4, dtype=torch.float64)[None, None].repeat(1, model.bone_count, 1, 1)
        out = model(pose_parameters=pose, phenotype_kwargs=kwargs)
        vertices = out["rest_vertices"][0].numpy()
        heads = out["rest_bone_heads"][0].numpy()[kept]
        floor = np.array([0.0, 0.0, vertices[:, 2].min()])
        return vertices - floor, heads - floor

    canonical, canonical_heads = rest(np.full(shapes.shape[1], 0.5))
    bodies = [rest(numbers) for numbers in shapes]
    regress = _landmark_weights(anny.KeypointsRegressor.coco(model))
    return {
        "names": np.array([names[bone] for bone in kept]),
        "parents": np.array([-1 if parents[bone] < 0 else place[keeper[parents[bone]]] for bone in kept], np.int32),
        "vertices": np.stack([vertices for vertices, _ in bodies]),
        "heads": np.stack([heads for _, heads in bodies]),
        "canonical": canonical,
        "canonical_heads": canonical_heads,
        "faces": model.faces.numpy().astype(np.int32),
        "bone_index": index.astype(np.int32),
        "bone_weight": share,
        "landmarks": np.stack(
            [_landmark_maps(regress, vertices, index.astype(np.int32), share, len(kept)) for vertices, _ in bodies]
        ),
    }


def _landmark_weights(regressor: object) -> Array:
    """Return (18, V) weights of the landmarks over the vertices; the neck is midway between the shoulders."""
    labels = list(regressor.labels)  # type: ignore[attr-defined]
    table = regressor.regression_weights.double().numpy()  # type: ignore[attr-defined]
    rows = []
    for name in LANDMARK_NAMES:
        if name == "neck":
            rows.append((table[labels.index("left_shoulder")] + table[labels.index("right_shoulder")]) / 2)
        else:
            rows.append(table[labels.index(name)])
    return np.stack(rows)


def _landmark_maps(regress: Array, vertices: Array, index: IntArray, share: Array, bones: int) -> Array:
    """Fold weights over vertices and skinning into one (18, B, 4) array."""
    points = np.concatenate([vertices, np.ones((len(vertices), 1))], 1)
    result = np.zeros((len(regress), bones, 4))
    for k, weights in enumerate(regress):
        used = np.flatnonzero(weights)
        for slot in range(4):
            part = (weights[used] * share[used, slot])[:, None] * points[used]
            np.add.at(result[k], index[used, slot], part)
    return result
