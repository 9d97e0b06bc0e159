"""Puts people into the world: from a place and a moment to bone matrices, landmarks and floor contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from reid_app.demo_site import gait
from reid_app.demo_site.cast import Person
from reid_app.demo_site.motion import Motion, Place
from reid_app.demo_site.render.bodies import Body
from reid_app.demo_site.render.stage import Actor

Array = NDArray[np.float64]

_SOLE = 0.012  # metres that shoes add under the feet


class Troupe:
    """Everybody, able to take their places at any time.

    Args:
        people: The cast.
        bodies: Their bodies, by id.
        motion: Their walks.
    """

    def __init__(self, people: Sequence[Person], bodies: Mapping[int, Body], motion: Motion) -> None:
        self._people = {person.id: person for person in people}
        self._bodies = bodies
        self._motion = motion
        self._soles = {key: _sole_points(body) for key, body in bodies.items()}

    def places(self, time: float) -> dict[int, Place]:
        """Return who is in the site at ``time``, by id."""
        return self._motion.at(time)

    def actors(self, time: float, ids: Sequence[int] | None = None) -> list[Actor]:
        """Return the people at ``time`` in order of id; only those of ``ids`` where given."""
        places = self._motion.at(time)
        wanted = sorted(places) if ids is None else [key for key in ids if key in places]
        return [self._actor(key, places[key]) for key in wanted]

    def landmarks(self, actor: Actor) -> Array:
        """Return the (18, 3) landmarks of ``actor`` in the world."""
        return np.asarray(np.einsum("bij,kbj->ki", actor.bones, self._bodies[actor.person.id].landmarks))

    def outline(self, actor: Actor, step: int = 9) -> Array:
        """Return every ``step``-th body vertex of ``actor`` in the world, (N, 3)."""
        body = self._bodies[actor.person.id]
        points = np.concatenate([body.vertices[::step], np.ones((len(body.vertices[::step]), 1))], 1)
        bones = actor.bones[body.bone_index[::step]]
        return np.asarray(np.einsum("vk,vkij,vj->vi", body.bone_weight[::step], bones, points))

    def _actor(self, key: int, place: Place) -> Actor:
        person, body = self._people[key], self._bodies[key]
        rig = body.rig
        rotations = gait.pose(place.moment, person.gait, rig.names, body.heads)
        matrices = gait.skin_matrices(rotations, body.heads, rig.parents)
        matrices = gait.on_ground(matrices, *self._soles[key])
        turn = gait.turn("z", place.heading + np.pi / 2)
        world = np.empty_like(matrices)
        world[:, :, :3] = turn @ matrices[:, :, :3]
        world[:, :, 3] = matrices[:, :, 3] @ turn.T + np.array([place.x, place.y, _SOLE])
        return Actor(person, world, self._spheres(body, world))

    @staticmethod
    def _spheres(body: Body, world: Array) -> Array:
        rows = []
        for name, radius, drop in (
            ("foot.L", 0.10, -0.03),
            ("foot.R", 0.10, -0.03),
            ("root", 0.22, 0.0),
            ("spine02", 0.2, 0.0),
        ):
            bone = body.rig.index(name)
            centre = world[bone, :, :3] @ body.heads[bone] + world[bone, :, 3]
            rows.append([centre[0], centre[1], max(centre[2] + drop, 0.05), radius])
        return np.array(rows)


def _sole_points(body: Body) -> tuple[Array, NDArray[np.int32]]:
    """Return points under heel and toes of both feet at rest and their bones."""
    low = body.vertices[body.vertices[:, 2] < 0.02]
    points, bones = [], []
    for side, name in ((1.0, "foot.L"), (-1.0, "foot.R")):
        own = low[np.sign(low[:, 0]) == side]
        points += [own[own[:, 1].argmin()], own[own[:, 1].argmax()]]
        bones += [body.rig.index(name)] * 2
    return np.array(points), np.array(bones, np.int32)
