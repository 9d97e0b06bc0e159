"""Finds the demo site's files and writes the site file that belongs to a truth."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from reid_app.demo_site.floorplan import FloorPlan, camera_places
from reid_app.demo_site.truth import CameraTruth, Truth, read_truth
from reid_app.errors import SettingsError
from reid_app.imaging import cv2

SITE_FILE = "site.yaml"
"""Name of the site file beside the clips."""

PLAN_FILE = "plan.png"
"""Name of the picture of the site from above."""

_WALK_SHARE = 0.7  # a walk is never faster than this share of the fastest in the truth
_SEEN_SHARE = 0.15  # a person seen less than this cannot be detected


def demo_folder() -> Path:
    """Return the folder of the demo site's clips, truth and site file.

    Raises:
        SettingsError: The files are not there: they come with the repository, not with the installed package.
    """
    folder = Path(__file__).resolve().parents[2] / "assets" / "demo_site"
    if not (folder / SITE_FILE).is_file():
        raise SettingsError(
            f"{folder / SITE_FILE} is missing; run from a clone of the repository, or render the demo site with "
            "`python -m reid_app.demo_site.render`"
        )
    return folder


def clip_files(folder: Path) -> dict[str, str]:
    """Return the name of every camera in ``folder`` to the path of its clip, as the RTSP server takes them."""
    return {camera.name: str(folder / camera.clip) for camera in read_truth(folder).cameras}


def overlapping(truth: Truth) -> list[tuple[str, str]]:
    """Return the pairs of cameras that see one person at one time, in the order of the cameras."""
    pairs = []
    for first, second in itertools.combinations(truth.cameras, 2):
        if _moments(first) & _moments(second):
            pairs.append((first.name, second.name))
    return pairs


def shortest_walks(truth: Truth) -> list[tuple[str, str, float]]:
    """Return pairs of cameras with a safe bound on the seconds between leaving one and appearing in the other.

    Cameras that overlap, and pairs that nobody walked between, are left out.
    """
    walks = []
    for first, second in itertools.combinations(truth.cameras, 2):
        gap = min(
            (
                abs(frame / first.fps - other / second.fps)
                for person in truth.people
                for frame, other in _meetings(first, second, person)
            ),
            default=math.inf,
        )
        seconds = math.floor(gap * _WALK_SHARE * 2) / 2 if math.isfinite(gap) else 0.0
        if seconds > 0:
            walks.append((first.name, second.name, seconds))
    return walks


def site_values(truth: Truth, name: str, *, constraints: bool = True) -> dict[str, Any]:
    """Return the contents of a site file for the clips of ``truth``, as somebody who knows the site would set it up.

    Args:
        truth: The clips' truth.
        name: Name of the site.
        constraints: Whether to say which cameras overlap and how long walks take; not for repeated
            cameras, where one person may be everywhere at once.
    """
    places = camera_places(truth)
    cameras: list[dict[str, Any]] = []
    for camera in truth.cameras:
        cameras.append({"name": camera.name, "url": camera.clip})
        if camera.name in places:
            cameras[-1]["position"] = list(places[camera.name])
    values: dict[str, Any] = {"name": name, "cameras": cameras}
    if places:
        values["plan"] = PLAN_FILE
    # The pictures are small and people far away: they are not made smaller still.
    values["detector"] = {"image_size": math.ceil(max(camera.size[0] for camera in truth.cameras) / 32) * 32}
    if constraints:
        values["matcher"] = {
            "overlapping": [list(pair) for pair in overlapping(truth)],
            "walks": [{"between": [a, b], "seconds": seconds} for a, b, seconds in shortest_walks(truth)],
        }
    return values


def live_values(folder: Path, urls: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the contents of a site file that watches the clips in ``folder`` as live cameras, with absolute paths.

    Where the clips start again people are suddenly elsewhere, so nothing is said of walking times.

    Args:
        folder: A folder of clips with their site file.
        urls: Address of each camera by name; None plays the files.
    """
    values = file_values(folder)
    for camera in values["cameras"]:
        camera["url"] = f"loop:{camera['url']}" if urls is None else urls[camera["name"]]
    values.get("matcher", {}).pop("walks", None)
    return values


def file_values(folder: Path) -> dict[str, Any]:
    """Return the contents of the site file in ``folder`` with absolute paths, for a site file elsewhere."""
    values: dict[str, Any] = yaml.safe_load((folder / SITE_FILE).read_text(encoding="utf-8"))
    for camera in values["cameras"]:
        camera["url"] = str(folder / camera["url"])
    if "plan" in values:
        values["plan"] = str(folder / values["plan"])
    return values


def write_site_file(truth: Truth, name: str, path: Path, *, constraints: bool = True) -> None:
    """Write the site file of ``truth`` to ``path``, and its plan beside it; clips are named relative to it.

    Raises:
        SettingsError: The plan cannot be written.
    """
    values = site_values(truth, name, constraints=constraints)
    write_site_values(values, path, "Made together with the clips; see docs/demo-site.md.")
    if "plan" in values:
        plan = path.with_name(PLAN_FILE)
        if not cv2.imwrite(str(plan), FloorPlan.of(truth.plan["rooms"]).draw(truth.plan)):
            raise SettingsError(f"{plan} cannot be written; check that its folder exists and has room")


def write_site_values(values: dict[str, Any], path: Path, comment: str) -> None:
    """Write the contents of a site file to ``path`` under a comment of one line."""
    text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, default_flow_style=None)
    path.write_text(f"# {comment}\n{text}", encoding="utf-8")


def _moments(camera: CameraTruth) -> set[tuple[int, int]]:
    """Person and tenth of a second of every sighting that a detector could make."""
    return {
        (row.person, round((row.frame - 1) / camera.fps * 10)) for row in camera.seen if row.visibility >= _SEEN_SHARE
    }


def _frames_of(camera: CameraTruth, person: int) -> list[int]:
    return [row.frame for row in camera.seen if row.person == person and row.visibility >= _SEEN_SHARE]


def _meetings(first: CameraTruth, second: CameraTruth, person: int) -> Sequence[tuple[int, int]]:
    return list(itertools.product(_ends(_frames_of(first, person)), _ends(_frames_of(second, person))))


def _ends(frames: list[int]) -> list[int]:
    """First and last frame of every unbroken presence."""
    ends = []
    for k, frame in enumerate(frames):
        if k == 0 or frames[k - 1] != frame - 1:
            ends.append(frame)
        if k == len(frames) - 1 or frames[k + 1] != frame + 1:
            ends.append(frame)
    return ends
