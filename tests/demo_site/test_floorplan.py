"""The plan that the site file names, and where on it the cameras are."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from reid_app.config.load import load_site
from reid_app.demo_site.clips import live_values, write_site_values
from reid_app.demo_site.floorplan import MARGIN, PIXELS_PER_METRE, FloorPlan, camera_places
from reid_app.demo_site.truth import read_truth
from reid_app.imaging import cv2

ROOMS = [{"name": "yard", "low": [-2, -4], "high": [3, 0]}, {"name": "hall", "low": [0, 0], "high": [4, 3]}]


def test_north_is_up_and_everything_is_to_scale() -> None:
    plan = FloorPlan.of(ROOMS)
    assert plan.place(-2 - MARGIN, 3 + MARGIN) == (0, 0)
    (x, y), (further, higher) = plan.place(0, 0), plan.place(1, 1)
    assert (further - x, y - higher) == (PIXELS_PER_METRE, PIXELS_PER_METRE)


def test_walls_are_drawn_and_what_is_over_a_door_is_not() -> None:
    plan = FloorPlan.of(ROOMS)
    boxes = [{"low": [1, 1, 0], "high": [2, 2, 2]}, {"low": [3, 1, 2.1], "high": [4, 2, 3]}]
    picture = plan.draw({"rooms": ROOMS, "boxes": boxes})
    (x, y), (over, _) = plan.place(1.5, 1.5), plan.place(3.5, 1.5)
    floor = picture[plan.place(0.2, 2.8)[::-1]]
    assert picture[y, x].sum() < floor.sum() - 100
    assert np.array_equal(picture[y, over], floor)


def test_the_cameras_of_the_site_file_stand_on_its_plan(folder: Path) -> None:
    settings = load_site(folder / "site.yaml").settings
    assert settings.plan is not None
    picture = cv2.imread(str(folder / settings.plan))
    assert picture is not None
    places = {camera.name: camera.position for camera in settings.cameras}
    assert places == camera_places(read_truth(folder))
    for place in places.values():
        assert place is not None
        assert 0 <= place[0] < picture.shape[1]
        assert 0 <= place[1] < picture.shape[0]


def test_a_live_site_can_stand_anywhere(folder: Path, tmp_path: Path) -> None:
    write_site_values(live_values(folder), tmp_path / "site.yaml", "Elsewhere.")
    file = load_site(tmp_path / "site.yaml")
    assert [camera.path(file.folder) for camera in file.settings.cameras] == [
        folder / f"{name}.mp4" for name in ("yard", "entrance", "corridor", "shop")
    ]
    assert file.settings.plan == folder / "plan.png"
    assert file.settings.matcher.walks == ()
    urls = {name: f"rtsp://127.0.0.1/{name}" for name in ("yard", "entrance", "corridor", "shop")}
    assert [camera["url"] for camera in live_values(folder, urls)["cameras"]] == list(urls.values())
