"""Reading tracks as MOT text: truth, logs, regions to ignore, and which frames were looked at.

Truth is either ``gt_CAMERA.txt`` and ``ignore_CAMERA.txt`` in one folder, or the layout
of the MOTChallenge (``CAMERA/gt/gt.txt``, https://motchallenge.net). A log is what the
export format ``mot`` writes: ``CAMERA.txt`` and ``processed.json``.
"""

from __future__ import annotations

import configparser
import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reid_app.domain import FloatArray
from reid_app.errors import SettingsError

PROCESSED_FILE = "processed.json"


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Boxes of one camera, by frame and identity.

    Attributes:
        frames: (N,) ``int64`` from 1.
        identities: (N,) ``int64``.
        xywh: (N, 4) ``float32``: left, top, width, height in pixels.
    """

    frames: NDArray[np.int64]
    identities: NDArray[np.int64]
    xywh: FloatArray

    def __len__(self) -> int:
        """Number of boxes."""
        return len(self.frames)

    def keep(self, mask: NDArray[np.bool_]) -> Boxes:
        """Return the boxes where ``mask``, (N,), is true."""
        return Boxes(self.frames[mask], self.identities[mask], self.xywh[mask])


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Where boxes without truth are no mistakes: somebody is there, but not labelled.

    Attributes:
        first: (R,) ``int64``: first frame of each.
        last: (R,) ``int64``: last frame.
        xywh: (R, 4) ``float32``.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    xywh: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class CameraTruth:
    """What is true of one camera.

    Attributes:
        camera: Name.
        boxes: The people.
        regions: What to ignore.
        fps: Frames per second, None where the truth does not say.
    """

    camera: str
    boxes: Boxes
    regions: Regions
    fps: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Processed:
    """Which frames of a camera were looked at.

    Attributes:
        frames: (N,) ``int64`` from 1, ascending.
        fps: Frames per second of the source, None if unknown.
    """

    frames: NDArray[np.int64]
    fps: float | None


def read_truth(folder: Path) -> tuple[CameraTruth, ...]:
    """Read the truth of all cameras of a folder, by name.

    Raises:
        SettingsError: There is none, or a file is not as it should be.
    """
    _require_folder(folder, "truth")
    flat = sorted(folder.glob("gt_*.txt"))
    if flat:
        return tuple(_flat_truth(path) for path in flat)
    challenge = sorted(folder.glob("*/gt/gt.txt"))
    if challenge:
        return tuple(_challenge_truth(path) for path in challenge)
    raise SettingsError(f"There is no truth in {folder}: it needs a gt_CAMERA.txt, or CAMERA/gt/gt.txt, per camera.")


def read_log(folder: Path, camera: str) -> Boxes:
    """Read the boxes of one camera from a log.

    Raises:
        SettingsError: There are none, or the file is not as it should be.
    """
    path = folder / f"{camera}.txt"
    if not path.is_file():
        there = ", ".join(sorted(found.stem for found in folder.glob("*.txt"))) or "none"
        raise SettingsError(
            f"There is no {path.name} in {folder}, though the truth has a camera {camera!r} (there: {there}); "
            "name the cameras of the site as the truth does."
        )
    boxes, _ = _read_boxes(path)
    return boxes


def read_processed(folder: Path) -> dict[str, Processed]:
    """Read which frames of each camera were looked at; empty where the log does not say.

    Raises:
        SettingsError: The file is not as it should be.
    """
    _require_folder(folder, "log")
    path = folder / PROCESSED_FILE
    if not path.is_file():
        return {}
    try:
        cameras = json.loads(path.read_text(encoding="utf-8"))["cameras"]
        return {name: _processed(entry) for name, entry in cameras.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SettingsError(
            f"{path} does not say which frames were processed ({error}); export the log anew."
        ) from error


def _processed(entry: dict[str, Any]) -> Processed:
    numbers = [np.arange(first, last + 1, step, dtype=np.int64) for first, last, step in entry["frames"]]
    frames = np.unique(np.concatenate(numbers)) if numbers else np.empty(0, np.int64)
    fps = entry.get("fps")
    return Processed(frames, None if fps is None else float(fps))


def _require_folder(folder: Path, what: str) -> None:
    if not folder.is_dir():
        raise SettingsError(f"There is no {what} folder {folder}; check the name.")


def _flat_truth(path: Path) -> CameraTruth:
    camera = path.stem.removeprefix("gt_")
    boxes, ignored = _read_boxes(path)
    regions = path.with_name(f"ignore_{camera}.txt")
    found = [ignored]
    if regions.is_file():
        found.append(_read_regions(regions))
    return CameraTruth(camera, boxes, _join(found))


def _challenge_truth(path: Path) -> CameraTruth:
    boxes, ignored = _read_boxes(path)
    folder = path.parents[1]
    return CameraTruth(folder.name, boxes, ignored, _frame_rate(folder / "seqinfo.ini"))


def _frame_rate(path: Path) -> float | None:
    if not path.is_file():
        return None
    parser = configparser.ConfigParser()
    try:
        parser.read(path, encoding="utf-8")
        return parser.getfloat("Sequence", "frameRate", fallback=None)
    except (configparser.Error, ValueError) as error:
        raise SettingsError(f"{path} gives no frame rate ({error}); mend or delete it.") from error


def _read_boxes(path: Path) -> tuple[Boxes, Regions]:
    """Read ``frame,identity,x,y,w,h[,counts,class,...]``.

    In truth, rows that do not count (0 in the seventh column) or are no pedestrians (a
    class above 1 in the eighth) become regions of one frame to ignore, as in the MOTChallenge.
    """
    rows: list[tuple[int, int, float, float, float, float]] = []
    ignored: list[tuple[int, int, float, float, float, float]] = []
    seen: set[tuple[int, int]] = set()
    truth = path.name.startswith("gt")
    for number, values in _numbers(path, 6):
        frame, identity = _whole(path, number, values[0], "frame", 1), _whole(path, number, values[1], "identity", 0)
        x, y, width, height = values[2:6]
        if width <= 0 or height <= 0:
            raise SettingsError(f"{path}, line {number}: the box is {width:g} x {height:g}; both must be above 0.")
        counts = not truth or ((len(values) < 7 or values[6] != 0) and (len(values) < 8 or values[7] <= 1))
        if not counts:
            ignored.append((frame, frame, x, y, width, height))
            continue
        if (frame, identity) in seen:
            raise SettingsError(f"{path}, line {number}: identity {identity} is twice in frame {frame}.")
        seen.add((frame, identity))
        rows.append((frame, identity, x, y, width, height))
    rows.sort()
    table = np.array(rows, np.float64).reshape(-1, 6)
    boxes = Boxes(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2:].astype(np.float32))
    return boxes, _regions(ignored)


def _read_regions(path: Path) -> Regions:
    """Read ``first,last,x,y,w,h[,why]``."""
    rows = []
    for number, values in _numbers(path, 6, exactly=True):
        first, last = _whole(path, number, values[0], "frame", 1), _whole(path, number, values[1], "frame", 1)
        if last < first:
            raise SettingsError(f"{path}, line {number}: the last frame ({last}) is before the first ({first}).")
        rows.append((first, last, *values[2:6]))
    return _regions(rows)


def _regions(rows: list[Any]) -> Regions:
    table = np.array(rows, np.float64).reshape(-1, 6)
    return Regions(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2:].astype(np.float32))


def _join(several: list[Regions]) -> Regions:
    return Regions(
        np.concatenate([one.first for one in several]),
        np.concatenate([one.last for one in several]),
        np.concatenate([one.xywh for one in several]),
    )


def _numbers(path: Path, least: int, *, exactly: bool = False) -> list[tuple[int, list[float]]]:
    """Return line number and numbers of each row; what follows the first ``least`` may be text if ``exactly``."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read as text ({error}); is it a MOT file?") from error
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        fields = [part.strip() for part in line.split(",")] if "," in line else line.split()
        fields = fields[:least] if exactly else fields
        try:
            values = [float(part) for part in fields]
        except ValueError:
            values = []
        if len(values) < least or not all(math.isfinite(value) for value in values):
            shown = re.sub(r"\s+", " ", line)[:60]
            raise SettingsError(f"{path}, line {number}: needs {least} numbers separated by commas, not {shown!r}.")
        rows.append((number, values))
    return rows


def _whole(path: Path, number: int, value: float, what: str, least: int) -> int:
    if value != int(value) or value < least:
        raise SettingsError(f"{path}, line {number}: the {what} must be a whole number from {least}, not {value:g}.")
    return int(value)
