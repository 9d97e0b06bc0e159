"""Draws people into a camera's background on a software OpenGL (EGL and Mesa's llvmpipe).

The still background comes from a path tracer once; each frame draws the site's
boxes for depth only, the background with the shadows that people throw on it,
then the people. A second set of passes counts whose pixels are seen: that is
where boxes and visibility of the truth come from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np
from numpy.typing import NDArray

from reid_app.demo_site.cast import Bag, Person
from reid_app.demo_site.plan import HEIGHT, WIDTH, Box, Camera
from reid_app.demo_site.render import shaders
from reid_app.demo_site.render.garments import Dressed
from reid_app.demo_site.render.lighting import Lighting

Array = NDArray[np.float64]
NEAR, FAR = 0.2, 80.0
SHADOW_SIZE = 1024
MAX_LAMPS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Actor:
    """A person at one instant.

    Attributes:
        person: Who.
        bones: (B, 3, 4) matrices from rest to the world.
        spheres: (S, 4) centre and radius of what darkens the floor below: feet and trunk.
    """

    person: Person
    bones: Array
    spheres: Array


@dataclass(frozen=True, slots=True, eq=False)
class Backdrop:
    """The empty scene of one camera.

    Attributes:
        picture: (H, W, 3) linear radiance.
        key_share: (H, W, 3) share of it that the shadow-throwing light gives, 0..1.
    """

    picture: NDArray[np.float32]
    key_share: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Masks:
    """Who is where in one picture.

    Attributes:
        seen: (H, W) id of the person seen at each pixel, 0 for none.
        depth: (H, W) metres along the optical axis to what is seen.
        whole: id to (H, W) bool, the person's pixels as if nothing were in front; of those who are seen.
    """

    seen: NDArray[np.uint8]
    depth: NDArray[np.float32]
    whole: Mapping[int, NDArray[np.bool_]]


def view_matrix(camera: Camera, jitter: tuple[float, float] = (0.0, 0.0)) -> Array:
    """Return the (4, 4) world to clip matrix; ``jitter`` shifts the picture, in pixels."""
    f = camera.focal
    rotate = np.eye(4)
    rotate[:3, :3] = camera.rotation * np.array([[1], [-1], [-1]])
    rotate[:3, 3] = camera.translation * np.array([1, -1, -1])
    project = np.zeros((4, 4))
    project[0, 0], project[1, 1] = 2 * f / WIDTH, 2 * f / HEIGHT
    project[0, 2], project[1, 2] = -2 * jitter[0] / WIDTH, -2 * jitter[1] / HEIGHT
    project[2, 2], project[2, 3] = -(FAR + NEAR) / (FAR - NEAR), -2 * FAR * NEAR / (FAR - NEAR)
    project[3, 2] = -1
    return np.asarray(project @ rotate)


class Stage:
    """The graphics context with everybody's geometry in it; close it when done."""

    def __init__(self, dressed: Mapping[int, Dressed], bone_count: int, boxes: Sequence[Box]) -> None:
        self._context = moderngl.create_context(standalone=True, backend="egl")  # type: ignore[arg-type]  # stubs
        ctx = self._context
        skin = shaders.SKIN % bone_count

        def skinned(vertex: str, fragment: str) -> moderngl.Program:
            return ctx.program(vertex_shader=vertex.replace(shaders.SKIN, skin), fragment_shader=fragment)

        self._person = skinned(shaders.PERSON_VERTEX, shaders.PERSON_FRAGMENT)
        self._shadow = skinned(shaders.SHADOW_VERTEX, shaders.SHADOW_FRAGMENT)
        self._id = skinned(shaders.SHADOW_VERTEX, shaders.ID_FRAGMENT)
        self._static = ctx.program(vertex_shader=shaders.STATIC_VERTEX, fragment_shader=shaders.STATIC_FRAGMENT)
        self._back = ctx.program(vertex_shader=shaders.BACKGROUND_VERTEX, fragment_shader=shaders.BACKGROUND_FRAGMENT)
        layout = "3f 3f 3f 4f 4f 3f"
        names = ("in_position", "in_normal", "in_canonical", "in_bone", "in_weight", "in_part")
        self._arrays: dict[int, dict[str, moderngl.VertexArray]] = {}
        for key, geometry in dressed.items():
            buffer, index = ctx.buffer(geometry.vertices.tobytes()), ctx.buffer(geometry.faces.tobytes())
            self._arrays[key] = {
                "person": ctx.vertex_array(self._person, [(buffer, layout, *names)], index),
                "shadow": self._lean(self._shadow, buffer, index),
                "id": self._lean(self._id, buffer, index),
            }
        triangles = np.concatenate([box_triangles(box) for box in boxes]).astype(np.float32)
        self._boxes = ctx.vertex_array(self._static, [(ctx.buffer(triangles.tobytes()), "3f", "in_position")])
        corners = np.array([-1, -1, 1, -1, -1, 1, 1, 1], np.float32)
        self._copy = ctx.program(vertex_shader=shaders.BACKGROUND_VERTEX, fragment_shader=shaders.COPY_FRAGMENT)
        corner = ctx.buffer(corners.tobytes())
        self._quad = ctx.vertex_array(self._back, [(corner, "2f", "in_corner")])
        self._copy_quad = ctx.vertex_array(self._copy, [(corner, "2f", "in_corner")])
        size = (WIDTH, HEIGHT)
        self._depth = ctx.depth_texture(size)
        self._frame = ctx.framebuffer([ctx.texture(size, 4, dtype="f4")], self._depth)
        self._behind = ctx.texture(size, 4, dtype="f4")
        self._behind_frame = ctx.framebuffer([self._behind])
        self._ids = ctx.framebuffer([ctx.texture(size, 1)], ctx.depth_texture(size))
        self._shadow_map = ctx.depth_texture((SHADOW_SIZE, SHADOW_SIZE))
        self._shadow_map.compare_func = "<="
        self._shadow_map.repeat_x = self._shadow_map.repeat_y = False
        self._shadow_frame = ctx.framebuffer(depth_attachment=self._shadow_map)
        self._textures: list[moderngl.Texture] = []
        self._camera: Camera | None = None
        self._lighting: Lighting | None = None

    def _lean(self, program: moderngl.Program, buffer: moderngl.Buffer, index: moderngl.Buffer) -> moderngl.VertexArray:
        layout = "3f 24x 4f 4f 3f"
        return self._context.vertex_array(
            program, [(buffer, layout, "in_position", "in_bone", "in_weight", "in_part")], index
        )

    def close(self) -> None:
        """Free the context."""
        self._context.release()

    def set_camera(self, camera: Camera, lighting: Lighting, backdrop: Backdrop | None) -> None:
        """Look through ``camera`` from now on; without a backdrop only :meth:`masks` may be called."""
        ctx = self._context
        for texture in self._textures:
            texture.release()
        self._textures = []
        self._camera, self._lighting = camera, lighting
        if backdrop is None:
            return
        place = ctx.texture((WIDTH, HEIGHT), 4, dtype="f4")
        place_frame = ctx.framebuffer([place], ctx.depth_texture((WIDTH, HEIGHT)))
        place_frame.use()
        place_frame.clear()
        ctx.enable(moderngl.DEPTH_TEST)
        self._write(self._static, "view", view_matrix(camera))
        self._boxes.render(moderngl.TRIANGLES)
        place.filter = (moderngl.NEAREST, moderngl.NEAREST)
        for image in (backdrop.picture, backdrop.key_share):
            flipped = np.ascontiguousarray(image[::-1].astype(np.float32))
            self._textures.append(ctx.texture((WIDTH, HEIGHT), 3, flipped.tobytes(), dtype="f4"))
        self._textures.append(place)
        sun = np.array([[*lamp.position, 0.0 if lamp.sun else 1.0] for lamp in lighting.lamps])
        colour = np.array([lamp.colour for lamp in lighting.lamps])
        for program in (self._person,):
            program["lights"] = len(sun)
            self._pad(program, "lamp", sun, MAX_LAMPS)
            self._pad(program, "lamp_colour", colour, MAX_LAMPS)
            program["sky"], program["ground"] = lighting.sky, lighting.ground
            program["eye"] = camera.position

    @staticmethod
    def _write(program: moderngl.Program, name: str, matrix: Array) -> None:
        _send(program, name, matrix.T)

    @staticmethod
    def _pad(program: moderngl.Program, name: str, rows: Array, count: int) -> None:
        table = np.zeros((count, rows.shape[1]), np.float32)
        table[: len(rows)] = rows[:count]
        _send(program, name, table)

    @staticmethod
    def _pose(program: moderngl.Program, actor: Actor) -> None:
        _send(program, "bones", actor.bones)

    def shoot(
        self, exposures: Sequence[Sequence[Actor]], jitters: Sequence[tuple[float, float]]
    ) -> NDArray[np.float32]:
        """Return one (H, W, 3) linear picture: the mean over instants within the shutter time.

        Args:
            exposures: The actors at each instant; shadows are those of the middle one.
            jitters: Shift of each instant's picture in pixels, for smooth edges.
        """
        assert self._camera is not None
        assert self._lighting is not None
        ctx = self._context
        middle = exposures[len(exposures) // 2]
        shadow_view = self._lighting.shadow_view(self._camera)
        self._draw_shadows(middle, shadow_view)
        for program in (self._person, self._back):
            self._write(program, "shadow_view", shadow_view)
            program["shadow_soft"] = self._lighting.softness / SHADOW_SIZE
            program["shadow_map"] = 0
        self._shadow_map.use(0)
        for slot, texture in enumerate(self._textures, 1):
            texture.use(slot)
        self._back["picture"], self._back["key_share"], self._back["place"] = 1, 2, 3
        spheres = np.concatenate([actor.spheres for actor in middle]) if middle else np.zeros((0, 4))
        self._back["spheres"] = min(len(spheres), 64)
        self._pad(self._back, "sphere", spheres, 64)
        ctx.disable(moderngl.DEPTH_TEST)
        self._behind_frame.use()
        self._quad.render(moderngl.TRIANGLE_STRIP)
        self._behind.use(1)
        self._copy["picture"] = 1
        total = np.zeros((HEIGHT, WIDTH, 3), np.float32)
        for actors, jitter in zip(exposures, jitters, strict=True):
            view = view_matrix(self._camera, jitter)
            self._frame.use()
            self._frame.clear(depth=1.0)
            ctx.disable(moderngl.DEPTH_TEST)
            self._copy_quad.render(moderngl.TRIANGLE_STRIP)
            ctx.enable(moderngl.DEPTH_TEST)
            self._draw_boxes(self._frame, view)
            self._write(self._person, "view", view)
            for actor in actors:
                self._pose(self._person, actor)
                self._paint(actor.person)
                self._arrays[actor.person.id]["person"].render(moderngl.TRIANGLES)
            data = np.frombuffer(self._frame.read(components=3, dtype="f4"), np.float32)
            total += data.reshape(HEIGHT, WIDTH, 3)[::-1]
        return np.asarray(total / len(exposures), np.float32)

    def _draw_boxes(self, frame: moderngl.Framebuffer, view: Array) -> None:
        """Draw the site into the depth of ``frame`` alone; a mask takes effect when the frame is used."""
        frame.color_mask = (False,) * 4
        frame.use()
        self._write(self._static, "view", view)
        self._boxes.render(moderngl.TRIANGLES)
        frame.color_mask = (True,) * 4
        frame.use()

    def _draw_shadows(self, actors: Sequence[Actor], view: Array) -> None:
        self._shadow_frame.use()
        self._shadow_frame.clear(depth=1.0)
        self._context.enable(moderngl.DEPTH_TEST)
        self._write(self._shadow, "view", view)
        for actor in actors:
            self._pose(self._shadow, actor)
            self._arrays[actor.person.id]["shadow"].render(moderngl.TRIANGLES)

    def _paint(self, person: Person) -> None:
        look, program = person.look, self._person
        top, bottom = look.top, look.bottom
        program["skin"], program["hair"], program["shoe"], program["sole"] = (
            look.skin,
            look.hair_colour,
            look.shoes,
            look.sole,
        )
        program["sock"] = look.socks or look.skin
        program["bag"] = look.hair_colour if look.bag is Bag.NONE else look.bag_colour
        program["accent"], program["logo_colour"], program["logo"] = top.accent, top.logo_colour, top.logo
        program["top_a"], program["top_b"] = top.cloth.colour, top.cloth.second
        program["bottom_a"], program["bottom_b"] = bottom.cloth.colour, bottom.cloth.second
        program["patterns"] = (int(top.cloth.pattern), int(bottom.cloth.pattern))
        program["sizes"] = (top.cloth.size, bottom.cloth.size)
        program["closure"], program["seed"] = int(top.closure), float(person.id)
        program["skirt"] = float(bottom.skirt)
        program["strap"] = {Bag.BACKPACK: 1, Bag.SHOULDER: 2}.get(look.bag, 0)

    def masks(self, actors: Sequence[Actor], least: int = 1) -> Masks:
        """Return who is seen where; people with fewer than ``least`` seen pixels are left out of ``whole``."""
        assert self._camera is not None
        ctx = self._context
        view = view_matrix(self._camera)
        self._ids.use()
        self._ids.clear(depth=1.0)
        ctx.enable(moderngl.DEPTH_TEST)
        self._draw_boxes(self._ids, view)
        self._write(self._id, "view", view)
        for actor in actors:
            self._draw_id(actor)
        seen = self._read_ids()
        raw = np.frombuffer(self._ids.read(attachment=-1, dtype="f4", components=1), np.float32)
        z = raw.reshape(HEIGHT, WIDTH)[::-1] * 2 - 1
        depth = 2 * FAR * NEAR / (FAR + NEAR - z * (FAR - NEAR))
        whole = {}
        counts = np.bincount(seen.ravel(), minlength=256)
        for actor in actors:
            if counts[actor.person.id] < least:
                continue
            self._ids.clear(depth=1.0)
            self._draw_id(actor)
            whole[actor.person.id] = self._read_ids() > 0
        return Masks(seen, depth.astype(np.float32), whole)

    def _draw_id(self, actor: Actor) -> None:
        self._pose(self._id, actor)
        self._id["id"] = float(actor.person.id)
        self._arrays[actor.person.id]["id"].render(moderngl.TRIANGLES)

    def _read_ids(self) -> NDArray[np.uint8]:
        data = np.frombuffer(self._ids.read(components=1, alignment=1), np.uint8)
        return data.reshape(HEIGHT, WIDTH)[::-1].copy()


def _send(program: moderngl.Program, name: str, values: NDArray[np.floating[Any]]) -> None:
    uniform = program[name]
    assert isinstance(uniform, moderngl.Uniform)
    uniform.write(np.ascontiguousarray(values, np.float32).tobytes())


def box_triangles(box: Box) -> Array:
    """Return (36, 3) corners of the box's twelve triangles."""
    low, high = np.array(box.low), np.array(box.high)
    corner = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])
    points = low + corner * (high - low)
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    order = [k for a, b, c, d in quads for k in (a, b, c, a, c, d)]
    return np.asarray(points[order])
