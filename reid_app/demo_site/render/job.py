"""The whole rendering, in pieces that survive an interruption.

Pieces of 50 frames go to a work folder, one file each; a run that is started
again renders what is missing and then writes clips, truth and site file.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reid_app.demo_site.cast import Person
from reid_app.demo_site.clips import SITE_FILE, write_site_file
from reid_app.demo_site.motion import walk
from reid_app.demo_site.people import demo_people
from reid_app.demo_site.plan import FPS, HEIGHT, SECONDS, WIDTH, Camera, Plan, demo_plan
from reid_app.demo_site.render.actors import Troupe
from reid_app.demo_site.render.background import backdrop
from reid_app.demo_site.render.bodies import load_bodies
from reid_app.demo_site.render.encode import write_clip
from reid_app.demo_site.render.garments import dress
from reid_app.demo_site.render.lighting import demo_lighting
from reid_app.demo_site.render.sensor import demo_sensors, develop
from reid_app.demo_site.render.stage import Actor, Masks, Stage
from reid_app.demo_site.truth import COVERED, HIDDEN, SEEN, CameraTruth, Seen, Truth, write_truth
from reid_app.domain import ImageArray

PIECE = 50
"""Frames in one piece."""

_JITTERS = ((-0.33, -0.11), (0.11, 0.33), (0.22, -0.33))
_DEPTH_SLACK = (0.06, 0.17)  # metres that a landmark may lie behind the seen surface: face, limbs and trunk
_LEAST_PIXELS = 12
_LEAST_VISIBILITY = 0.001  # of a person with seen pixels, even if no sampled vertex lies in the picture


@dataclass(frozen=True, slots=True)
class Job:
    """What to render.

    Attributes:
        work: Folder of intermediate files.
        seed: Of the cameras' grain.
        frames: Frames per camera.
        samples: Paths per pixel of the backgrounds.
        pictures: Whether to draw pictures; without, only the truth is made.
    """

    work: Path
    seed: int = 1
    frames: int = round(SECONDS * FPS)
    samples: int = 12
    pictures: bool = True


class Renderer:
    """The demo site's stage with everything loaded.

    Args:
        job: What to render.
        people: The cast, the demo site's if left out.
        plan: The plan, the demo site's if left out.
    """

    def __init__(self, job: Job, people: Sequence[Person] | None = None, plan: Plan | None = None) -> None:
        os.environ.setdefault("LP_NUM_THREADS", "1")
        self.job = job
        self.people = tuple(people or demo_people())
        self.plan = plan or demo_plan()
        self.bodies = load_bodies(self.people, job.work / "bodies.npz")
        heights = {key: body.height for key, body in self.bodies.items()}
        self.troupe = Troupe(self.people, self.bodies, walk(self.people, self.plan.boxes, heights))
        dressed = {person.id: dress(person, self.bodies[person.id]) for person in self.people}
        bones = len(next(iter(self.bodies.values())).rig.names)
        self.stage = Stage(dressed, bones, self.plan.boxes)

    def use(self, camera: Camera) -> None:
        """Look through ``camera`` from now on."""
        lighting = demo_lighting()[camera.name]
        scene = None
        if self.job.pictures:
            scene = backdrop(self.plan, camera, lighting, self.job.samples, self.job.work / f"empty_{camera.name}.npz")
        self.stage.set_camera(camera, lighting, scene)

    def truth(self, camera: Camera, frame: int) -> list[Seen]:
        """Return who is seen in ``frame`` (from 1) of ``camera``, which must be in use."""
        time = (frame - 1) / FPS
        actors = [actor for actor in self.troupe.actors(time) if _near(camera, actor)]
        if not actors:
            return []
        masks = self.stage.masks(actors, _LEAST_PIXELS)
        found = [self._seen(camera, frame, actor, masks) for actor in actors]
        return [row for row in found if row is not None]

    def _seen(self, camera: Camera, frame: int, actor: Actor, masks: Masks) -> Seen | None:
        key = actor.person.id
        whole = masks.whole.get(key)
        if whole is None:
            return None
        rows, columns = np.flatnonzero(whole.any(1)), np.flatnonzero(whole.any(0))
        x, y = columns[0], rows[0]
        box = np.array([x, y, columns[-1] + 1 - x, rows[-1] + 1 - y], np.float64)
        outline = camera.project(self.troupe.outline(actor))
        inside = _inside(outline).mean()
        visibility = float((masks.seen == key).sum() / whole.sum() * inside)
        points = camera.project(self.troupe.landmarks(actor))
        return Seen(frame, key, box, min(1.0, visibility), _flags(points, masks, key))

    def picture(self, camera: Camera, frame: int, seen: Sequence[Seen]) -> NDArray[np.float32]:
        """Return the (H, W, 3) linear picture of ``frame`` with those people who are ``seen`` or stand near."""
        shutter = demo_sensors()[camera.name].shutter
        time = (frame - 1) / FPS
        ids = sorted({row.person for row in seen})
        near = [a.person.id for a in self.troupe.actors(time) if _casts(camera, a)]
        ids = sorted(set(ids) | set(near))
        spread = np.linspace(-0.5, 0.5, len(_JITTERS)) * shutter
        return self.stage.shoot([self.troupe.actors(time + d, ids) for d in spread], _JITTERS)


def render(job: Job, report: Callable[[str], None], only: Sequence[str] = ()) -> None:
    """Render all missing pieces, of the cameras named in ``only`` if there are any; ``report`` gets a line for each."""
    renderer = Renderer(job)
    for camera in renderer.plan.cameras:
        if only and camera.name not in only:
            continue
        pieces = enumerate(_pieces(job, camera))
        missing = [(k * PIECE, path) for k, path in pieces if not path.exists()]
        if missing:
            renderer.use(camera)
        for first, path in missing:
            if path.exists():  # another process was quicker
                continue
            numbers = range(first + 1, min(first + PIECE, job.frames) + 1)
            rows = [renderer.truth(camera, number) for number in numbers]
            arrays = _pack([row for frame in rows for row in frame])
            if job.pictures:
                shots = [renderer.picture(camera, n, row) for n, row in zip(numbers, rows, strict=True)]
                arrays["light"] = np.stack(shots).astype(np.float16)
            part = path.with_suffix(".part.npz")
            np.savez(part, **arrays)  # type: ignore[arg-type]  # stubs take the names for options
            part.rename(path)
            report(f"{camera.name}: frames {numbers[0]} to {numbers[-1]}")


def finish(job: Job, folder: Path, crf: int, report: Callable[[str], None]) -> None:
    """Write clips, truth and site file of all pieces into ``folder``.

    Args:
        job: As rendered.
        folder: Where the files go.
        crf: Constant rate factor of the H.264 encoder.
        report: Gets a line per file.
    """
    people, plan = demo_people(), demo_plan()
    cameras = []
    folder.mkdir(parents=True, exist_ok=True)
    for camera in plan.cameras:
        seen: list[Seen] = []
        for path in _pieces(job, camera):
            with np.load(path) as stored:
                seen += _unpack(stored)
        if job.pictures:
            clip = folder / f"{camera.name}.mp4"
            shutil.copyfile(encoded(job, camera, crf), clip)
            report(f"{clip}: {clip.stat().st_size / 1e6:.2f} MB")
        cameras.append(
            CameraTruth(
                camera.name, f"{camera.name}.mp4", (WIDTH, HEIGHT), FPS, job.frames, tuple(seen), calibration(camera)
            )
        )
    bodies = load_bodies(people, job.work / "bodies.npz")
    motion = walk(people, plan.boxes, {key: body.height for key, body in bodies.items()})
    positions: dict[int, list[tuple[float, float, float]]] = {person.id: [] for person in people}
    for k in range(int(job.frames / FPS * 2)):
        for key, place in motion.at(k / 2).items():
            positions[key].append((k / 2, round(place.x, 2), round(place.y, 2)))
    about = {p.id: describe(p) | {"height_m": round(bodies[p.id].height, 3)} for p in people}
    truth = Truth(tuple(cameras), about, plan_values(plan), {key: tuple(rows) for key, rows in positions.items()})
    write_truth(truth, folder)
    write_site_file(truth, "demo", folder / SITE_FILE)
    report(f"{folder / 'truth.json'} and {SITE_FILE} written")


def encoded(job: Job, camera: Camera, crf: int) -> Path:
    """Return the clip of a camera whose pieces are all there, in the work folder; encoded if it is not yet."""
    crf += demo_sensors()[camera.name].squeeze
    clip = job.work / f"{camera.name}.crf{crf}.mp4"
    if not clip.exists():
        part = clip.with_suffix(".part.mp4")
        write_clip(part, _frames(job, camera), FPS, crf)
        part.rename(clip)
    return clip


def calibration(camera: Camera) -> dict[str, Any]:
    """Return a camera's calibration as values for JSON."""

    def rows(matrix: NDArray[np.float64]) -> Any:
        return np.round(matrix, 6).tolist()

    return {
        "intrinsics": rows(camera.intrinsics),
        "rotation": rows(camera.rotation),
        "translation": rows(camera.translation),
        "position": list(camera.position),
        "distortion": [0.0, 0.0, 0.0, 0.0, 0.0],
    }


def describe(person: Person) -> dict[str, Any]:
    """Return what the truth says of a person."""
    look = person.look
    return {
        "name": person.name,
        "hair": look.hair.value,
        "top": look.top.cloth.pattern.name.lower(),
        "bottom": "skirt" if look.bottom.skirt else "trousers",
        "bag": look.bag.value,
        "same_clothes_as": {6: 7, 7: 6}.get(person.id),
        "visits": len(person.visits),
    }


def plan_values(plan: Plan) -> dict[str, Any]:
    """Return the plan as values for JSON: metres, x east, y north."""
    return {
        "unit": "m",
        "axes": "x east, y north, z up",
        "rooms": [{"name": room.name, "low": list(room.low), "high": list(room.high)} for room in plan.rooms],
        "boxes": [
            {"low": list(box.low), "high": list(box.high), "material": box.material} for box in plan.boxes if box.solid
        ],
        "overlapping": [list(pair) for pair in plan.overlapping],
    }


def _near(camera: Camera, actor: Actor) -> bool:
    """Whether any part of a person could be in the picture."""
    centre = actor.spheres[2, :3]
    points = camera.project(centre + np.array([[0, 0, -0.9], [0, 0, 0.9], [0, 0, 0]]))
    if points[2, 2] < 0.3 or points[2, 2] > 30:
        return False
    margin = camera.focal / max(points[2, 2], 0.5)
    x, y = points[:, 0], points[:, 1]
    return bool(
        (x > -margin).any() and (x < WIDTH + margin).any() and (y > -margin).any() and (y < HEIGHT + margin).any()
    )


def _casts(camera: Camera, actor: Actor) -> bool:
    """Whether a person is near enough to the picture to throw a shadow into it."""
    away = np.hypot(*(actor.spheres[2, :2] - np.array(camera.target[:2])))
    return bool(away < 7.0 and _near(camera, actor))


def _inside(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    x, y, depth = points[..., 0], points[..., 1], points[..., 2]
    return np.asarray((x >= 0) & (x < WIDTH) & (y >= 0) & (y < HEIGHT) & (depth > 0.1))


def _flags(points: NDArray[np.float64], masks: Masks, key: int) -> NDArray[np.int32]:
    """Return (18, 3) rounded points with their flags."""
    inside = _inside(points)
    result = np.zeros((len(points), 3), np.int32)
    result[:, :2] = np.clip(np.round(points[:, :2]), -4096, 4096)
    for k, (x, y, depth) in enumerate(points):
        if not inside[k]:
            result[k, 2] = HIDDEN
            continue
        column, row = min(int(x), WIDTH - 1), min(int(y), HEIGHT - 1)
        slack = _DEPTH_SLACK[0] if k in {0, 14, 15, 16, 17} else _DEPTH_SLACK[1]
        clear = masks.seen[row, column] == key and depth - masks.depth[row, column] < slack
        result[k, 2] = SEEN if clear else COVERED
    return result


def _pack(rows: Sequence[Seen]) -> dict[str, NDArray[Any]]:
    return {
        "frame": np.array([row.frame for row in rows], np.int32),
        "person": np.array([row.person for row in rows], np.int32),
        "box": np.array([row.box for row in rows], np.float64).reshape(-1, 4),
        "visibility": np.array([row.visibility for row in rows], np.float64),
        "landmarks": np.array([row.landmarks for row in rows], np.int32).reshape(-1, 18, 3),
    }


def _unpack(stored: Any) -> list[Seen]:
    columns = [stored[name] for name in ("frame", "person", "box", "visibility", "landmarks")]
    return [
        Seen(int(f), int(p), box, max(float(v), _LEAST_VISIBILITY), marks)
        for f, p, box, v, marks in zip(*columns, strict=True)
    ]


def _pieces(job: Job, camera: Camera) -> list[Path]:
    return [job.work / f"{camera.name}_{k:03d}.npz" for k in range(0, job.frames, PIECE)]


def _frames(job: Job, camera: Camera) -> Iterator[ImageArray]:
    """Yield the developed frames of a camera, each with grain of its own."""
    sensor = demo_sensors()[camera.name]
    index = 0
    for path in _pieces(job, camera):
        with np.load(path) as stored:
            light = stored["light"]
        for shot in light:
            rng = np.random.default_rng((job.seed, *camera.name.encode(), index))
            yield develop(shot.astype(np.float32), sensor, rng)
            index += 1
