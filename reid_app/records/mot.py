"""Tracks as MOT text, one file per camera, for scoring against truth.

Rows are ``frame,identity,x,y,w,h,score`` with frames from 1. Beside the files lies
``processed.json``, which says which frames were looked at: a scorer must not count
what nobody looked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reid_app.domain import NS_PER_S
from reid_app.records.matchlog import Selection
from reid_app.records.packing import frame_ranges
from reid_app.records.reader import RecordsReader
from reid_app.records.values import Run

PROCESSED_FILE = "processed.json"

MOT_TYPE = np.dtype([("frame", "i8"), ("identity", "i8"), ("xywh", "f4", (4,)), ("score", "f4")])
"""One row of a camera's file."""


@dataclass(frozen=True, slots=True, eq=False)
class CameraFrames:
    """The frames of a camera that were looked at.

    Attributes:
        camera: Name.
        fps: Frames per second of the source, None when fewer than two frames tell.
        runs: For each run that looked at the camera's file: its number, (N,) ``Frame.index``
            and (N,) number in the export. A frame that two runs looked at is the later one's.
    """

    camera: str
    fps: float | None
    runs: tuple[tuple[int, NDArray[np.int64], NDArray[np.int64]], ...]

    @property
    def numbers(self) -> list[int]:
        """Numbers of all frames in the export, ascending."""
        return sorted(int(number) for _, _, numbers in self.runs for number in numbers)


def chosen_runs(records: RecordsReader, run: int | None, *, all_runs: bool) -> tuple[Run, ...]:
    """Return the runs to export: ``run``, or all, or else the newest one that looked at a file."""
    runs = records.runs()
    if run is not None:
        return tuple(one for one in runs if one.number == run)
    if all_runs:
        return runs
    for one in reversed(runs):
        if any(is_file and len(records.frames_processed(name, one.number)[0]) for name, is_file in one.cameras.items()):
            return (one,)
    return ()


def camera_frames(records: RecordsReader, camera: str, runs: tuple[Run, ...]) -> CameraFrames | None:
    """Number the frames of ``camera`` that ``runs`` looked at; None where it never read a file.

    Within one run a frame's number is its index + 1. Several runs are put on one time
    line: its number is then found from its time, counted from where the first run's file
    began, so that a second half recorded later comes behind the first.
    """
    seen = [
        (run.number, *records.frames_processed(camera, run.number)) for run in runs if run.cameras.get(camera, False)
    ]
    seen = [one for one in seen if len(one[1])]
    if not seen:
        return None
    fps = next((rate for _, indexes, times in seen if (rate := _fps(indexes, times)) is not None), None)
    if len(seen) == 1 or fps is None:
        return CameraFrames(camera, fps, tuple((run, indexes, indexes + 1) for run, indexes, _ in seen[-1:]))
    _, first_indexes, first_times = seen[0]
    start_ns = int(first_times[0]) - round(int(first_indexes[0]) / fps * NS_PER_S)
    numbered = []
    taken: NDArray[np.int64] = np.empty(0, np.int64)
    for run, indexes, times in reversed(seen):
        numbers = np.rint((times - start_ns) * (fps / NS_PER_S)).astype(np.int64) + 1
        free = ~np.isin(numbers, taken)
        numbered.append((run, indexes[free], numbers[free]))
        taken = np.concatenate([taken, numbers])
    return CameraFrames(camera, fps, tuple(reversed(numbered)))


def _fps(indexes: NDArray[np.int64], times: NDArray[np.int64]) -> float | None:
    """Return the source's frames per second, from the times and indexes of the frames looked at."""
    if len(indexes) < 2 or times[-1] <= times[0]:
        return None
    return round(float(indexes[-1] - indexes[0]) * NS_PER_S / float(times[-1] - times[0]), 4)


def camera_rows(records: RecordsReader, frames: CameraFrames, selection: Selection) -> NDArray[np.void]:
    """Return the rows of a camera, (N,) of :data:`MOT_TYPE`, by frame and identity.

    Where two tracks of one identity are in one frame, the one with the better score stays:
    a MOT file has one box per identity and frame.
    """
    pieces = [np.empty(0, MOT_TYPE)]
    for run, indexes, numbers in frames.runs:
        if not len(indexes):
            continue  # a later run looked at all of its frames again
        span = Selection(selection.identity, selection.since_ns, selection.until_ns, run).span
        for part in records.iter_parts(span):
            if part.track.camera != frames.camera:
                continue
            path = records.path(part.track)
            mine = (path.times_ns >= part.first_ns) & (path.times_ns <= part.last_ns)
            where = np.searchsorted(indexes, path.frames)
            where[where == len(indexes)] = 0
            mine &= indexes[where] == path.frames
            rows = np.empty(int(mine.sum()), MOT_TYPE)
            rows["frame"] = numbers[where[mine]]
            rows["identity"] = part.identity
            corners = path.boxes[mine]
            rows["xywh"] = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1)
            rows["score"] = path.scores[mine]
            pieces.append(rows)
    rows = np.concatenate(pieces)
    rows = rows[np.lexsort((-rows["score"], rows["identity"], rows["frame"]))]
    repeated = (rows["frame"][1:] == rows["frame"][:-1]) & (rows["identity"][1:] == rows["identity"][:-1])
    return rows[np.concatenate([[True], ~repeated])] if len(rows) else rows


def mot_lines(rows: NDArray[np.void]) -> Iterator[str]:
    """Yield rows of :data:`MOT_TYPE` as lines of text."""
    for row in rows:
        x, y, width, height = (float(value) for value in row["xywh"])
        yield f"{row['frame']},{row['identity']},{x:.2f},{y:.2f},{width:.2f},{height:.2f},{float(row['score']):.4f}\n"


def processed_lines(cameras: list[CameraFrames]) -> Iterator[str]:
    """Yield ``processed.json``, one camera a line."""
    yield '{"cameras": {\n'
    for number, frames in enumerate(cameras):
        entry = {
            "fps": frames.fps,
            "runs": [run for run, _, _ in frames.runs],
            "frames": frame_ranges(frames.numbers),
        }
        comma = "," if number + 1 < len(cameras) else ""
        yield f"{json.dumps(frames.camera)}: {json.dumps(entry)}{comma}\n"
    yield "}}\n"
