"""The ground truth of clips: who is where in every frame of every camera, on disk as MOT text and JSON.

``gt_CAMERA.txt`` has one line per person and frame, in the format of the MOT
Challenge: ``frame,id,x,y,width,height,counts,1,visibility``; frames count from 1
and an id means the same person in every camera. The box holds the whole person
as if nothing stood in front, cut at the picture's border; ``visibility`` is the
share of the whole person that is seen. ``counts`` is 1 where a detector should
find the person, see :func:`counts`, else 0: scorers leave such boxes out.
``truth.json`` adds landmarks, people, cameras and the plan.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reid_app.domain import LANDMARK_NAMES
from reid_app.errors import SettingsError

VERSION = 1

LEAST_HEIGHT = 60
"""Pixels; lower people need not be found."""

LEAST_VISIBILITY = 0.5
"""Share of a person; who is more hidden need not be found."""

HIDDEN, COVERED, SEEN = 0, 1, 2
"""Flag of a landmark: outside the picture, behind something (or the person's own body), or seen."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One person in one frame.

    Attributes:
        frame: Number of the frame, from 1.
        person: Identity.
        box: (4,) x, y, width, height in pixels.
        visibility: Share of the person that is seen, 0..1.
        landmarks: (18, 3) x, y in whole pixels and flag; order of the domain's landmark names.
    """

    frame: int
    person: int
    box: NDArray[np.float64]
    visibility: float
    landmarks: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class CameraTruth:
    """The truth of one clip.

    Attributes:
        name: Name of the camera.
        clip: File name of the clip, beside the truth.
        size: (width, height) in pixels.
        fps: Frames per second.
        frames: Number of frames.
        seen: Ordered by frame, then person.
        calibration: Values for JSON: intrinsics, rotation, translation, position; empty if unknown.
    """

    name: str
    clip: str
    size: tuple[int, int]
    fps: float
    frames: int
    seen: tuple[Seen, ...]
    calibration: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """The truth of a site.

    Attributes:
        cameras: One per clip, in the order of the site file.
        people: Values for JSON by identity: name, what they wear, the hard cases.
        plan: Values for JSON: rooms, boxes, overlapping cameras, units.
        positions: Identity to rows (time in s, x, y in metres) on the ground, twice a second.
    """

    cameras: tuple[CameraTruth, ...]
    people: Mapping[int, Mapping[str, Any]]
    plan: Mapping[str, Any]
    positions: Mapping[int, tuple[tuple[float, float, float], ...]]

    def camera(self, name: str) -> CameraTruth:
        """Return the truth of the camera called ``name``; KeyError if there is none."""
        for camera in self.cameras:
            if camera.name == name:
                return camera
        raise KeyError(name)


def write_truth(truth: Truth, folder: Path) -> None:
    """Write ``truth.json`` and one ``gt_CAMERA.txt`` per camera into ``folder``; the bytes depend on ``truth`` only."""
    folder.mkdir(parents=True, exist_ok=True)
    for camera in truth.cameras:
        (folder / f"gt_{camera.name}.txt").write_text(mot_text(camera), encoding="ascii")
    (folder / "truth.json").write_text(_json_text(truth), encoding="utf-8")


def counts(row: Seen) -> bool:
    """Whether somebody should be found: higher than :data:`LEAST_HEIGHT`, and less than half hidden."""
    return bool(row.box[3] > LEAST_HEIGHT and row.visibility > LEAST_VISIBILITY)


def mot_text(camera: CameraTruth) -> str:
    """Return the lines of a camera's MOT file."""
    lines = []
    for row in camera.seen:
        x, y, w, h = (f"{value:g}" for value in row.box)
        lines.append(f"{row.frame},{row.person},{x},{y},{w},{h},{counts(row):d},1,{row.visibility:.3f}\n")
    return "".join(lines)


def _json_text(truth: Truth) -> str:
    head = {
        "version": VERSION,
        "licence": "CC0-1.0",
        "landmark_names": list(LANDMARK_NAMES),
        "landmark_flags": {"0": "outside the picture", "1": "covered", "2": "seen"},
        "people": {str(key): dict(value) for key, value in sorted(truth.people.items())},
        "plan": dict(truth.plan),
        "positions": {str(key): [list(row) for row in rows] for key, rows in sorted(truth.positions.items())},
    }
    cameras = []
    for camera in truth.cameras:
        about = {
            "name": camera.name,
            "clip": camera.clip,
            "size": list(camera.size),
            "fps": camera.fps,
            "frames": camera.frames,
            "calibration": dict(camera.calibration),
        }
        rows = ",\n".join(
            json.dumps([row.frame, row.person, row.landmarks.ravel().tolist()], separators=(",", ":"))
            for row in camera.seen
        )
        text = json.dumps(about, indent=1)
        cameras.append(f'{text[:-2]},\n "landmarks": [\n{rows}\n ]\n}}')
    text = json.dumps(head, indent=1, ensure_ascii=False)
    return f'{text[:-2]},\n "cameras": [\n' + ",\n".join(cameras) + "\n ]\n}\n"


def read_truth(folder: Path) -> Truth:
    """Read what :func:`write_truth` wrote.

    Raises:
        SettingsError: A file is missing, of another version, or the two kinds of file disagree.
    """
    path = folder / "truth.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read as ground truth ({error}); render the demo site again") from error
    if data.get("version") != VERSION:
        raise SettingsError(
            f"{path} has version {data.get('version')!r}, this program reads {VERSION}; render it again"
        )
    return Truth(
        cameras=tuple(_read_camera(folder, about) for about in data["cameras"]),
        people={int(key): value for key, value in data["people"].items()},
        plan=data["plan"],
        positions={int(k): tuple((r[0], r[1], r[2]) for r in rows) for k, rows in data["positions"].items()},
    )


def _read_camera(folder: Path, about: dict[str, Any]) -> CameraTruth:
    path = folder / f"gt_{about['name']}.txt"
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except OSError as error:
        raise SettingsError(f"{path} is missing beside truth.json; render the demo site again") from error
    landmarks = {(row[0], row[1]): np.array(row[2], np.int32).reshape(-1, 3) for row in about["landmarks"]}
    if len(landmarks) != len(lines):
        raise SettingsError(
            f"{path} has {len(lines)} lines but truth.json {len(landmarks)}; render the demo site again"
        )
    seen = []
    for line in lines:
        fields = line.split(",")
        key = int(fields[0]), int(fields[1])
        if key not in landmarks:
            raise SettingsError(
                f"{path}: frame {key[0]}, person {key[1]} is not in truth.json; render the demo site again"
            )
        box = np.array([float(value) for value in fields[2:6]])
        seen.append(Seen(key[0], key[1], box, float(fields[8]), landmarks[key]))
    return CameraTruth(
        name=about["name"],
        clip=about["clip"],
        size=(about["size"][0], about["size"][1]),
        fps=about["fps"],
        frames=about["frames"],
        seen=tuple(seen),
        calibration=about["calibration"],
    )
