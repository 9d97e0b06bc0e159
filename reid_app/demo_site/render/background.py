"""Path-traces each camera's empty scene once, with Mitsuba 3 (BSD licence), on the CPU."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reid_app.demo_site.plan import HEIGHT, WIDTH, Box, Camera, Plan
from reid_app.demo_site.render.lighting import Lighting
from reid_app.demo_site.render.stage import Backdrop
from reid_app.demo_site.render.textures import Surface, surface
from reid_app.imaging import cv2

Array = NDArray[np.float64]

_FACES = (  # axis of the normal, its sign, axes of the texture's u and v
    (0, 1, 1, 2),
    (0, -1, 1, 2),
    (1, 1, 0, 2),
    (1, -1, 0, 2),
    (2, 1, 0, 1),
    (2, -1, 0, 1),
)


def backdrop(plan: Plan, camera: Camera, lighting: Lighting, samples: int, cache: Path) -> Backdrop:
    """Return the empty scene of ``camera``, from ``cache`` (an ``.npz``) when it was made with as many samples."""
    if cache.exists():
        with np.load(cache) as stored:
            if int(stored["samples"]) == samples:
                return Backdrop(stored["picture"], stored["key_share"])
    made = _trace(plan, camera, lighting, samples)
    cache.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(cache, samples=samples, picture=made.picture, key_share=made.key_share)
    return made


def _trace(plan: Plan, camera: Camera, lighting: Lighting, samples: int) -> Backdrop:
    import drjit
    import mitsuba as mi

    mi.set_variant("scalar_rgb")
    drjit.set_thread_count(1)  # a background job: one core is enough
    boxes = _boxes(mi, plan)
    guides = "albedo:albedo,normal:sh_normal,place:position"
    path = {"type": "aov", "aovs": guides, "inner": {"type": "path", "max_depth": 6}}
    sky = {"sky": {"type": "constant", "radiance": {"type": "rgb", "value": list(lighting.open_sky)}}}
    lamps = {f"lamp{k}": _emitter(mi, lamp) for k, lamp in enumerate(lighting.lamps)}
    full = _render(mi, {**boxes, **lamps, **sky, "integrator": path}, camera, samples)
    albedo, normal, place = full[..., 3:6], full[..., 6:9], full[..., 9:12]
    tint = np.where(albedo.max(2, keepdims=True) < 0.01, 1.0, np.maximum(albedo, 0.01))
    light = smooth_light(full[..., :3] / tint, normal, place)
    first = {"type": "direct", "emitter_samples": 1, "bsdf_samples": 1}
    alone = _render(mi, {**boxes, "lamp0": lamps["lamp0"], "integrator": first}, camera, max(8, samples // 2))
    key = smooth_light(alone[..., :3] / tint, normal, place)
    share = np.clip(key / np.maximum(light, 1e-4), 0.0, 1.0)
    return Backdrop((light * tint).astype(np.float32), share.astype(np.float32))


def smooth_light(light: Array, normal: Array, place: Array, rounds: int = 4) -> Array:
    """Take the sampling noise out of light on surfaces, keeping edges of geometry and of shadows.

    An edge-avoiding à-trous wavelet filter (Dammertz et al., HPG 2010) with the plane distance as its
    geometric weight.

    Args:
        light: (H, W, 3) light divided by the surfaces' colour.
        normal: (H, W, 3).
        place: (H, W, 3) metres.
        rounds: Filter passes; the reach doubles with each.
    """
    middle = np.median(np.stack([np.roll(light, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]), 0)
    result = np.minimum(light, 2.5 * middle + 1e-4)
    weights = np.array([1, 4, 6, 4, 1]) / 16
    for turn in range(rounds):
        step = 2**turn
        brightness = np.log(cv2.GaussianBlur(result.mean(2), (5, 5), 0) + 1e-4)
        total, norm = np.zeros_like(result), np.zeros(result.shape[:2])
        for j in range(-2, 3):
            for i in range(-2, 3):
                shift = (j * step, i * step)
                other_normal, other_place = np.roll(normal, shift, (0, 1)), np.roll(place, shift, (0, 1))
                apart = np.abs(((other_place - place) * normal).sum(2))
                facing = np.clip((other_normal * normal).sum(2), 0, 1) ** 16
                tone = np.abs(np.roll(brightness, shift, (0, 1)) - brightness)
                weight = weights[j + 2] * weights[i + 2] * facing * np.exp(-apart / 0.03 - tone / (0.5 / (turn + 1)))
                weight = np.where((j == 0) & (i == 0), weights[2] ** 2, weight)
                total += weight[..., None] * np.roll(result, shift, (0, 1))
                norm += weight
        result = total / norm[..., None]
    return np.asarray(result)


def _render(mi: Any, parts: dict[str, Any], camera: Camera, samples: int) -> Array:
    eye = mi.ScalarTransform4f().look_at(origin=list(camera.position), target=list(camera.target), up=[0, 0, 1])
    film = {"type": "hdrfilm", "width": WIDTH, "height": HEIGHT, "rfilter": {"type": "box"}, "pixel_format": "rgb"}
    scene = {
        "type": "scene",
        "sensor": {
            "type": "perspective",
            "fov": camera.fov,
            "fov_axis": "x",
            "near_clip": 0.1,
            "to_world": eye,
            "film": film,
            "sampler": {"type": "independent", "sample_count": samples, "seed": 7},
        },
        **parts,
    }
    return np.array(mi.render(mi.load_dict(scene), spp=samples, seed=7), np.float64)


def _boxes(mi: Any, plan: Plan) -> dict[str, Any]:
    surfaces: dict[str, Surface] = {}
    parts = {}
    for number, box in enumerate(plan.boxes):
        material = surfaces.setdefault(box.material, surface(box.material))
        for side, face in enumerate(_FACES):
            parts[f"box{number}_{side}"] = _rectangle(mi, box, face, material)
    return parts


def _emitter(mi: Any, lamp: Any) -> dict[str, Any]:
    if lamp.sun:
        value = [np.pi * c for c in lamp.colour]
        return {
            "type": "directional",
            "direction": [-c for c in lamp.position],
            "irradiance": {"type": "rgb", "value": value},
        }
    wide, deep = lamp.size
    radiance = [np.pi * c / (wide * deep) for c in lamp.colour]
    turn = mi.ScalarTransform4f()
    place = turn.translate(list(lamp.position)).rotate([1, 0, 0], 180).scale([wide / 2, deep / 2, 1])
    return {
        "type": "rectangle",
        "to_world": place,
        "emitter": {"type": "area", "radiance": {"type": "rgb", "value": radiance}},
    }


def _rectangle(mi: Any, box: Box, face: tuple[int, int, int, int], material: Surface) -> dict[str, Any]:
    axis, sign, u, v = face
    low, high = np.array(box.low), np.array(box.high)
    centre, half = (low + high) / 2, (high - low) / 2
    centre[axis] = high[axis] if sign > 0 else low[axis]
    frame = np.eye(4)
    frame[:3, :3] = 0
    frame[u, 0], frame[v, 1], frame[axis, 2] = half[u], half[v], 1.0
    if np.linalg.det(frame[:3, :3]) * sign < 0:
        frame[:, 0] *= -1
    frame[axis, 2] = sign
    frame[:3, 3] = centre
    size = 2 * half[u], 2 * half[v]
    repeat = (1.0, 1.0) if material.covers is None else (size[0] / material.covers[0], size[1] / material.covers[1])
    texture = {
        "type": "bitmap",
        "bitmap": mi.Bitmap(np.ascontiguousarray(material.picture[::-1].astype(np.float32))),
        "raw": True,
        "to_uv": mi.ScalarTransform4f().scale([repeat[0], repeat[1], 1]),
    }
    if material.gloss is None:
        bsdf: dict[str, Any] = {"type": "diffuse", "reflectance": texture}
    else:
        bsdf = {"type": "roughplastic", "diffuse_reflectance": texture, "alpha": material.gloss}
    return {"type": "rectangle", "to_world": mi.ScalarTransform4f(frame), "bsdf": {"type": "twosided", "nested": bsdf}}
