"""Repeats a site's cameras to any number for load tests: other start, other crop, mirrored; truth included.

Identities stay those of the people who are seen, so one person can be in
several copies at once: sites made here say nothing of overlapping cameras.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from reid_app.demo_site.clips import SITE_FILE, write_site_file
from reid_app.demo_site.truth import HIDDEN, CameraTruth, Seen, Truth, read_truth, write_truth
from reid_app.domain import LANDMARK_FLIP, ImageArray
from reid_app.errors import SettingsError, SourceError
from reid_app.imaging import cv2


@dataclass(frozen=True, slots=True)
class Variant:
    """How one copy differs from its camera.

    Attributes:
        source: Name of the camera copied.
        name: Name of the copy.
        shift: Frames by which it starts later in the clip; what was before comes at the end.
        crop: (x, y, width, height) of the part of the picture that is kept and scaled to the full size.
        mirrored: Whether left and right are exchanged.
    """

    source: str
    name: str
    shift: int
    crop: tuple[int, int, int, int]
    mirrored: bool


def variants(truth: Truth, count: int, seed: int = 1) -> list[Variant]:
    """Return ``count`` cameras: first the originals, then copies in turn; the same for the same seed.

    Raises:
        SettingsError: ``count`` is below 1.
    """
    if count < 1:
        raise SettingsError(f"{count} cameras make no site; ask for 1 or more")
    rng = np.random.default_rng(seed)
    result = []
    for number in range(count):
        camera = truth.cameras[number % len(truth.cameras)]
        turn = number // len(truth.cameras)
        width, height = camera.size
        if turn == 0:
            result.append(Variant(camera.name, camera.name, 0, (0, 0, width, height), mirrored=False))
            continue
        scale = float(rng.uniform(0.78, 1.0))
        wide, high = round(width * scale), round(height * scale)
        x, y = int(rng.integers(0, width - wide + 1)), int(rng.integers(0, height - high + 1))
        shift = int(rng.integers(1, max(2, camera.frames)))
        result.append(
            Variant(camera.name, f"{camera.name}-{turn + 1}", shift, (x, y, wide, high), mirrored=bool(turn % 2))
        )
    return result


def variant_truth(camera: CameraTruth, variant: Variant) -> CameraTruth:
    """Return the truth of ``variant`` of ``camera``; people whom the crop leaves out are gone."""
    rows = [row for row in (_moved(row, camera, variant) for row in camera.seen) if row is not None]
    rows.sort(key=lambda row: (row.frame, row.person))
    return replace(camera, name=variant.name, clip=f"{variant.name}.mp4", seen=tuple(rows), calibration={})


def variant_frame(image: ImageArray, variant: Variant) -> ImageArray:
    """Return ``image`` as ``variant`` sees it, (H, W, 3) of the same size."""
    height, width = image.shape[:2]
    x, y, wide, high = variant.crop
    part = image[y : y + high, x : x + wide]
    if (wide, high) != (width, height):
        part = np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.ascontiguousarray(part[:, ::-1] if variant.mirrored else part)


def repeat(folder: Path, out: Path, count: int, seed: int = 1) -> Truth:
    """Write ``count`` clips, their truth and a site file into ``out`` from the site in ``folder``.

    Raises:
        SettingsError: ``folder`` has no truth, or ``count`` is below 1.
        SourceError: A clip cannot be read or written.
    """
    truth = read_truth(folder)
    out.mkdir(parents=True, exist_ok=True)
    cameras = []
    for variant in variants(truth, count, seed):
        camera = truth.camera(variant.source)
        _write_clip(folder / camera.clip, out / f"{variant.name}.mp4", camera, variant)
        cameras.append(variant_truth(camera, variant))
    repeated = replace(truth, cameras=tuple(cameras), plan={**truth.plan, "overlapping": []})
    write_truth(repeated, out)
    write_site_file(repeated, f"demo x{count}", out / SITE_FILE, constraints=False)
    return repeated


def _moved(row: Seen, camera: CameraTruth, variant: Variant) -> Seen | None:
    width, height = camera.size
    x, y, wide, high = variant.crop
    zoom = np.array([width / wide, height / high])
    low = np.clip((row.box[:2] - [x, y]) * zoom, 0, [width, height])
    end = np.clip((row.box[:2] + row.box[2:] - [x, y]) * zoom, 0, [width, height])
    size = end - low
    if (size < 2).any():
        return None
    kept = float(np.prod(size / zoom) / np.prod(row.box[2:]))
    marks = row.landmarks.astype(np.float64)
    marks[:, :2] = (marks[:, :2] - [x, y]) * zoom
    if variant.mirrored:
        low[0] = width - low[0] - size[0]
        marks[:, 0] = width - marks[:, 0]
        marks = marks[list(LANDMARK_FLIP)]
    outside = (marks[:, :2] < 0).any(1) | (marks[:, :2] >= [width, height]).any(1)
    marks[outside, 2] = HIDDEN
    frame = (row.frame - 1 - variant.shift) % camera.frames + 1
    box = np.round(np.concatenate([low, size]), 2)
    return Seen(frame, row.person, box, min(1.0, row.visibility * kept), np.round(marks).astype(np.int32))


def _write_clip(source: Path, target: Path, camera: CameraTruth, variant: Variant) -> None:
    writer = cv2.VideoWriter(str(target), cv2.VideoWriter.fourcc(*"mp4v"), camera.fps, camera.size)
    if not writer.isOpened():
        raise SourceError(f"{target} cannot be written; check that its folder exists and has room")
    try:
        for image in _rotated(source, camera, variant.shift):
            writer.write(variant_frame(image, variant))
    finally:
        writer.release()


def _rotated(source: Path, camera: CameraTruth, shift: int) -> Iterator[ImageArray]:
    """Frames from ``shift`` to the end, then those before it."""
    for first, last in ((shift, camera.frames), (0, shift)):
        if first == last:
            continue
        capture = cv2.VideoCapture(str(source), cv2.CAP_FFMPEG)
        try:
            for index in range(last):
                good, image = capture.read()
                if not good:
                    raise SourceError(f"{source} ends at frame {index} of {camera.frames}; render the demo site again")
                if index >= first:
                    yield np.asarray(image, np.uint8)
        finally:
            capture.release()
