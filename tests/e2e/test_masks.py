"""What a privacy mask covers is in no picture that the application shows, keeps or hands out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from reid_app.config.load import load_site
from reid_app.domain import NS_PER_S, ImageArray
from reid_app.imaging import cv2
from reid_app.runtime.mosaic import MosaicWriter
from reid_app.runtime.pipeline import Tick
from reid_app.runtime.site import Site
from tests.e2e.conftest import FPS, HEIGHT, WIDTH, SiteMaker

SECRET = (220, 0, 220)
"""A colour (BGR) that nothing else in the clips has."""

LEFT, TOP, RIGHT, BOTTOM = 140, 160, 180, 190
"""What is painted over with it: everybody walks through it up to the knees."""

EDGE = 16
"""Pixels around it into which compression may carry its colour; the mask is larger by as much."""

MASK = [
    [x / WIDTH, y / HEIGHT]
    for x, y in (
        (LEFT - EDGE, TOP - EDGE),
        (RIGHT + EDGE, TOP - EDGE),
        (RIGHT + EDGE, BOTTOM + EDGE),
        (LEFT - EDGE, BOTTOM + EDGE),
    )
]


def secret_pixels(image: ImageArray) -> int:
    """Number of pixels in which the secret colour can still be made out."""
    blue, green, red = (image[:, :, channel].astype(int) for channel in range(3))
    return int(((np.minimum(blue, red) - green) > 60).sum())


def paint(source: Path, target: Path) -> None:
    """Copy a clip with the secret in every frame."""
    capture = cv2.VideoCapture(str(source))
    writer = cv2.VideoWriter(str(target), cv2.VideoWriter.fourcc(*"mp4v"), FPS, (WIDTH, HEIGHT))
    while True:
        read, image = capture.read()
        if not read:
            break
        image[TOP:BOTTOM, LEFT:RIGHT] = SECRET
        writer.write(image)
    writer.release()


@pytest.fixture(scope="module")
def painted(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the clips, the secret in them."""
    folder = tmp_path_factory.mktemp("painted")
    for name in ("door", "yard"):
        paint(clips / f"{name}.mp4", folder / f"{name}.mp4")
    return folder


def _add(mosaic: MosaicWriter, tick: Tick, *_: object) -> None:
    for frame, update in zip(tick.frames, tick.updates, strict=True) if tick.frames else ():
        mosaic.add(frame, update)


@pytest.fixture(scope="module")
def site(clips: Path, painted: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site at the end of its masked files, with a mosaic beside its records."""
    settings = SiteMaker(clips).settings()
    settings["cameras"] = [
        {"name": name, "url": str(painted / f"{name}.mp4"), "start": "2026-01-01T10:00:00Z", "masks": [MASK]}
        for name in ("door", "yard")
    ]
    folder = tmp_path_factory.mktemp("masked")
    with Site.open(load_site(SiteMaker(clips).write(folder, settings))) as running:
        with MosaicWriter(folder / "mosaic.mp4", ["door", "yard"], lambda _: None) as mosaic:
            running.listen(partial(_add, mosaic))
            running.start()
            assert running.wait(120)
        yield running


def raw(painted: Path, camera: str, index: int) -> ImageArray:
    capture = cv2.VideoCapture(str(painted / f"{camera}.mp4"))
    for _ in range(index):
        capture.grab()
    return np.asarray(capture.read()[1], np.uint8)


def test_the_file_itself_holds_what_the_mask_is_to_hide(painted: Path) -> None:
    assert secret_pixels(raw(painted, "door", 25)) > 1000


def test_no_frame_on_show_has_it(site: Site) -> None:
    for camera in ("door", "yard"):
        frame, view = site.frame(camera), site.view(camera)
        assert frame is not None
        assert view is not None
        assert secret_pixels(frame.image) == secret_pixels(view.frame.image) == 0


def test_no_recorded_moment_has_it(site: Site) -> None:
    start_ns = min(presence.first_ns for presence in site.presences(None, 0, 2**62)) // NS_PER_S * NS_PER_S
    people = 0
    for tenth in range(0, 150, 5):
        view = site.moment("door", start_ns + tenth * NS_PER_S // FPS)
        assert view is not None
        assert secret_pixels(view.frame.image) == 0
        people += len(view.people)
    assert people > 10


def test_no_thumbnail_and_no_exported_picture_has_it(site: Site, tmp_path: Path) -> None:
    kept = sorted((site.records.folder).rglob("*.jpg"))
    given = [path for path in site.export("pictures", tmp_path) if path.suffix == ".jpg"]
    assert kept
    assert given
    for path in [*kept, *given]:
        assert secret_pixels(np.asarray(cv2.imread(str(path)), np.uint8)) == 0, path
    tracks = {presence.track for presence in site.presences(None, 0, 2**62)}
    boxes = [sighting.box for track in tracks for sighting in site.records.sightings(track)]
    around = [box for box in boxes if box[0] < RIGHT and box[2] > LEFT and box[1] < TOP and box[3] > BOTTOM]
    assert around, "no picture was cut out around the secret, so nothing was shown"


def test_the_mosaic_does_not_have_it(site: Site) -> None:
    capture = cv2.VideoCapture(str(site.records.folder.parent / "mosaic.mp4"))
    frames = 0
    while (answer := capture.read())[0]:
        frames += 1
        assert secret_pixels(np.asarray(answer[1], np.uint8)) == 0
    assert frames > 100
