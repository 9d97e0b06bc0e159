"""Cross-camera tracking scores: IDF1, HOTA, MOTA, identity switches, number of identities.

One sequence per camera, one identity space for all of them: the frames of the cameras
are put one behind the other, so an identity that changes from camera to camera costs
what it should. The formulas are those of TrackEval (Luiten et al., IJCV 2021); a test
holds them against py-motmetrics.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.optimize import linear_sum_assignment

from reid_app.domain import FloatArray
from reid_app.errors import ReidAppError, SettingsError
from reid_app.evaluate.mot_files import Boxes, CameraTruth, Processed, Regions, read_log, read_processed, read_truth

OVERLAP = 0.5
"""Intersection over union at which a box is on a person, as in the MOTChallenge."""

IGNORED_SHARE = 0.5
"""Share of a box that must lie within a region for it to be ignored there."""

LEAST_SECONDS = 1.0
"""An identity seen for less is not counted among those of a person."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one camera, or of all together.

    Attributes:
        idf1: F1 of identities: share of boxes with the right identity.
        idp: The same of the log's boxes.
        idr: The same of the truth's boxes.
        hota: Higher-order tracking accuracy, mean over overlaps 0.05 to 0.95.
        deta: Its detection part.
        assa: Its association part.
        mota: Multiple object tracking accuracy.
        switches: Times that a person's identity changed.
        misses: Boxes of the truth that the log lacks.
        false_positives: Boxes of the log that the truth lacks.
        truth_boxes: Boxes of the truth.
        log_boxes: Boxes of the log that count.
        ignored_boxes: Boxes of the log left out because a region says so.
        frames: Frames that count.
    """

    idf1: float
    idp: float
    idr: float
    hota: float
    deta: float
    assa: float
    mota: float
    switches: int
    misses: int
    false_positives: int
    truth_boxes: int
    log_boxes: int
    ignored_boxes: int
    frames: int


@dataclass(frozen=True, slots=True)
class Report:
    """What :func:`score` found.

    Attributes:
        overall: All cameras as one.
        cameras: Each camera alone.
        truth_identities: People in the truth (in frames that count).
        log_identities: Identities in the log (in frames that count).
        lasting_identities: Those seen for :data:`LEAST_SECONDS` or more, all cameras
            together; None where no frame rate is known.
        note: Which frames count, in words.
    """

    overall: Scores
    cameras: Mapping[str, Scores]
    truth_identities: int
    log_identities: int
    lasting_identities: int | None
    note: str

    def to_json(self) -> str:
        """Return the report as JSON."""
        return json.dumps(asdict(self), indent=2)


@dataclass(frozen=True, slots=True, eq=False)
class _Camera:
    """What is compared in one camera: boxes in frames that count, those to ignore taken out.

    Attributes:
        truth: The people.
        log: What the log says.
        seconds: For each identity of the log, how long it was seen; None if unknown.
        all_log: The log before any box was ignored.
        frames: Number of frames that count.
    """

    truth: Boxes
    log: Boxes
    all_log: Boxes
    frames: int
    seconds: Mapping[int, float] | None


def score(truth_dir: Path, log_dir: Path, *, all_frames: bool = False, frame_rate: float | None = None) -> Report:
    """Score a log in MOT format against truth.

    A box of the log that is on no person and lies for the most part in a region to ignore
    does not count.

    Args:
        truth_dir: ``gt_CAMERA.txt`` and ``ignore_CAMERA.txt``, or the MOTChallenge's layout.
        log_dir: ``CAMERA.txt`` and ``processed.json``, as the export format ``mot`` writes.
        all_frames: Count frames that were not processed, too: people in them are misses.
        frame_rate: Frames per second, where neither log nor truth says.

    Raises:
        SettingsError: A file is missing or not as it should be.
        ReidAppError: TrackEval is not installed.
    """
    processed = read_processed(log_dir)
    truths = read_truth(truth_dir)
    compared = {
        truth.camera: _compare(truth, read_log(log_dir, truth.camera), processed, all_frames, frame_rate)
        for truth in truths
    }
    unscored = sorted(set(processed) - set(compared))
    return Report(
        overall=_scores(list(compared.values())),
        cameras={name: _scores([camera]) for name, camera in compared.items()},
        truth_identities=len(_all_identities(camera.truth for camera in compared.values())),
        log_identities=len(_all_identities(camera.all_log for camera in compared.values())),
        lasting_identities=_lasting([camera.seconds for camera in compared.values()]),
        note=_note(truths, processed, all_frames, unscored),
    )


def render(report: Report, console: Console | None = None) -> None:
    """Print a report as a table."""
    console = console or Console()
    table = Table(title="Tracking, one identity space")
    table.add_column("camera")
    for heading in ("IDF1", "HOTA", "MOTA", "switches", "misses", "false", "boxes", "frames"):
        table.add_column(heading, justify="right")
    rows = [*report.cameras.items(), ("all", report.overall)]
    for number, (name, scores) in enumerate(rows, 1):
        table.add_row(
            name,
            f"{scores.idf1:.3f}",
            f"{scores.hota:.3f}",
            f"{scores.mota:.3f}",
            *(str(value) for value in (scores.switches, scores.misses, scores.false_positives, scores.truth_boxes)),
            str(scores.frames),
            end_section=number == len(rows) - 1,
            style="bold" if number == len(rows) else None,
        )
    console.print(table)
    lasting = "" if report.lasting_identities is None else f", {report.lasting_identities} of them for 1 s or more"
    console.print(f"People: {report.truth_identities}; identities: {report.log_identities}{lasting}.", highlight=False)
    console.print(report.note, highlight=False)


def _compare(
    truth: CameraTruth, log: Boxes, processed: Mapping[str, Processed], all_frames: bool, frame_rate: float | None
) -> _Camera:
    seen = processed.get(truth.camera)
    if seen is None and processed:
        raise SettingsError(
            f"The log does not say which frames of {truth.camera!r} were processed; export it anew, with that camera."
        )
    people = truth.boxes
    if seen is not None and not all_frames:
        people = people.keep(np.isin(people.frames, seen.frames))
        log = log.keep(np.isin(log.frames, seen.frames))
        frames = len(seen.frames)
    else:
        frames = max((int(boxes.frames.max()) for boxes in (people, log) if len(boxes)), default=0)
    fps = (seen.fps if seen is not None else None) or truth.fps or frame_rate
    seconds = None
    if fps is not None:
        step = _seconds_per_frame(seen, fps)
        names, counts = np.unique(log.identities, return_counts=True)
        seconds = {int(name): float(count) * step for name, count in zip(names, counts, strict=True)}
    kept = log.keep(~_ignored(people, log, truth.regions))
    return _Camera(people, kept, log, frames, seconds)


def _seconds_per_frame(seen: Processed | None, fps: float) -> float:
    """Return how long one processed frame stands for: where every third is looked at, for three."""
    if seen is None or len(seen.frames) < 2:
        return 1 / fps
    return float(np.median(np.diff(seen.frames))) / fps


def _ignored(truth: Boxes, log: Boxes, regions: Regions) -> NDArray[np.bool_]:
    """Return which boxes of ``log``, (N,), are on nobody and lie in a region of their frame."""
    ignored = np.zeros(len(log), bool)
    for frame in np.unique(log.frames):
        live = (regions.first <= frame) & (frame <= regions.last)
        if not live.any():
            continue
        here = np.flatnonzero(log.frames == frame)
        boxes = log.xywh[here]
        inside = (_intersections(boxes, regions.xywh[live]) / _areas(boxes)[:, None]).max(axis=1) >= IGNORED_SHARE
        overlaps = iou(truth.xywh[truth.frames == frame], boxes)
        matched = linear_sum_assignment(np.where(overlaps >= OVERLAP, -1 - overlaps, 0.0))
        on_somebody = {column for row, column in zip(*matched, strict=True) if overlaps[row, column] >= OVERLAP}
        ignored[here] = [inside[i] and i not in on_somebody for i in range(len(here))]
    return ignored


def iou(first: FloatArray, second: FloatArray) -> NDArray[np.float64]:
    """Return intersection over union of (N, 4) and (M, 4) boxes ``x, y, w, h`` as (N, M)."""
    overlap = _intersections(first, second)
    union = _areas(first)[:, None] + _areas(second)[None, :] - overlap
    return overlap / union


def _areas(boxes: FloatArray) -> NDArray[np.float64]:
    return boxes[:, 2].astype(np.float64) * boxes[:, 3]


def _intersections(first: FloatArray, second: FloatArray) -> NDArray[np.float64]:
    one, two = first.astype(np.float64)[:, None], second.astype(np.float64)[None]
    ends = np.minimum(one[..., :2] + one[..., 2:], two[..., :2] + two[..., 2:])
    sides = np.clip(ends - np.maximum(one[..., :2], two[..., :2]), 0, None)
    return np.asarray(sides[..., 0] * sides[..., 1])


def _scores(cameras: Sequence[_Camera]) -> Scores:
    """Score cameras as one sequence, their frames one behind the other."""
    try:
        from trackeval.metrics import CLEAR, HOTA, Identity
    except ImportError as error:
        raise ReidAppError(
            f"Scoring needs TrackEval, which is not installed ({error}); install reid-app with the extra `score`."
        ) from error
    data = sequence(cameras)
    options = {"THRESHOLD": OVERLAP, "PRINT_CONFIG": False}
    identity = Identity(options).eval_sequence(data)
    hota = HOTA().eval_sequence(data)
    clear = CLEAR(options).eval_sequence(data)
    return Scores(
        idf1=float(identity["IDF1"]),
        idp=float(identity["IDP"]),
        idr=float(identity["IDR"]),
        hota=float(np.mean(hota["HOTA"])),
        deta=float(np.mean(hota["DetA"])),
        assa=float(np.mean(hota["AssA"])),
        mota=float(clear["MOTA"]),
        switches=int(clear["IDSW"]),
        misses=int(clear["CLR_FN"]),
        false_positives=int(clear["CLR_FP"]),
        truth_boxes=data["num_gt_dets"],
        log_boxes=data["num_tracker_dets"],
        ignored_boxes=sum(len(camera.all_log) - len(camera.log) for camera in cameras),
        frames=sum(camera.frames for camera in cameras),
    )


def sequence(cameras: Sequence[_Camera]) -> dict[str, Any]:
    """Return cameras as one sequence for TrackEval's metrics: identities numbered from 0, overlaps by frame."""
    truth_numbers = _all_identities(camera.truth for camera in cameras)
    log_numbers = _all_identities(camera.log for camera in cameras)
    truth_ids, log_ids, similarities = [], [], []
    for camera in cameras:
        for frame in np.union1d(camera.truth.frames, camera.log.frames):
            truth = camera.truth.keep(camera.truth.frames == frame)
            log = camera.log.keep(camera.log.frames == frame)
            truth_ids.append(np.searchsorted(truth_numbers, truth.identities))
            log_ids.append(np.searchsorted(log_numbers, log.identities))
            similarities.append(iou(truth.xywh, log.xywh))
    return {
        "gt_ids": truth_ids,
        "tracker_ids": log_ids,
        "similarity_scores": similarities,
        "num_gt_dets": sum(len(camera.truth) for camera in cameras),
        "num_tracker_dets": sum(len(camera.log) for camera in cameras),
        "num_gt_ids": len(truth_numbers),
        "num_tracker_ids": len(log_numbers),
        "num_timesteps": len(similarities),
    }


def _all_identities(several: Iterable[Boxes]) -> NDArray[np.int64]:
    return np.unique(np.concatenate([np.empty(0, np.int64), *(boxes.identities for boxes in several)]))


def _lasting(several: Sequence[Mapping[int, float] | None]) -> int | None:
    total: dict[int, float] = {}
    for seconds in several:
        if seconds is None:
            return None
        for identity, length in seconds.items():
            total[identity] = total.get(identity, 0.0) + length
    return sum(length >= LEAST_SECONDS - 1e-9 for length in total.values())


def _note(
    truths: Sequence[CameraTruth], processed: Mapping[str, Processed], all_frames: bool, unscored: Sequence[str]
) -> str:
    if not processed:
        note = "The log has no processed.json: all frames count, also those that were not looked at."
    elif all_frames:
        note = "All frames count, also those that were not looked at."
    else:
        parts = []
        for truth in truths:
            frames = processed[truth.camera].frames
            last = max([int(truth.boxes.frames.max()) if len(truth.boxes) else 0, *frames[-1:].tolist()])
            parts.append(f"{truth.camera} {len(frames)} of {last}")
        note = f"Only frames that were processed count: {', '.join(parts)}."
    return note + (f" Not in the truth, and not scored: {', '.join(unscored)}." if unscored else "")
