"""What happened, as rows: turns a batch of events into the rows of one transaction.

A batch that could not be written is turned into rows again from the same state:
nothing is remembered of it until :meth:`Transcript.remember` is called after the
commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reid_app.domain import Decision, Merge, Sighting, TrackBox, TrackKey, TrackUpdate, Verdict
from reid_app.records.packing import FRAME_TYPE, PATH_TYPE, pack_box, pack_frame, pack_vector
from reid_app.records.thumbnails import Thumbnails
from reid_app.records.values import Action, Alarm, Annotation, WatchEntry

PATH_CHUNK = 64
"""Boxes in a full chunk of a path; the newest chunk of a track is written again as it grows."""

FRAMES_CHUNK = 256
"""Processed frames in a full chunk."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with the number that the records gave it."""

    number: int
    decision: Decision
    recorded_ns: int
    action: int | None


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge, or its undoing, with the number that the records gave it."""

    number: int
    merge: Merge
    recorded_ns: int
    action: int | None


@dataclass(frozen=True, slots=True)
class Renamed:
    """An identity's new name."""

    identity: int
    name: str
    recorded_ns: int


@dataclass(frozen=True, slots=True)
class SetApart:
    """Two identities are two people, or are not any more."""

    first: int
    second: int
    apart: bool


@dataclass(frozen=True, slots=True)
class Annotated:
    """An identity's new note and tags."""

    identity: int
    annotation: Annotation
    recorded_ns: int


@dataclass(frozen=True, slots=True)
class Watched:
    """Somebody put on the watch list; the pictures are on disk already."""

    entry: WatchEntry


@dataclass(frozen=True, slots=True)
class Unwatched:
    """Somebody taken off the watch list."""

    number: int
    removed_ns: int


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An alarm taken over."""

    number: int
    owner: str
    note: str
    acknowledged_ns: int


Step = Merged | Renamed | Annotated | SetApart | Action | Watched | Unwatched | Alarm | Acknowledged
"""What is written one after the other, because a later one may take an earlier one back."""

Item = TrackUpdate | Sighting | Decided | Step
"""All that can be written."""


@dataclass(frozen=True, slots=True)
class _LiveTrack:
    """A track that goes on: its row so far and its newest, unfinished chunk."""

    row: Row
    chunk: int = 0
    boxes: bytes = b""


@dataclass(frozen=True, slots=True)
class _Frames:
    """The newest, unfinished chunk of a camera's processed frames."""

    chunk: int = 0
    first_ns: int = 0
    frames: bytes = b""


@dataclass(slots=True)
class Batch:
    """The rows of one transaction, by table; keyed rows replace what the database has.

    ``live``, ``frames`` and ``ended`` are what :meth:`Transcript.remember` takes over.
    """

    models: dict[str, tuple[int | None, int]] = field(default_factory=dict)
    identities: dict[int, int] = field(default_factory=dict)
    tracks: dict[TrackKey, Row] = field(default_factory=dict)
    paths: dict[tuple[TrackKey, int], Row] = field(default_factory=dict)
    processed: dict[tuple[str, int], Row] = field(default_factory=dict)
    sightings: dict[tuple[TrackKey, int], Row] = field(default_factory=dict)
    decisions: list[Decided] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    live: dict[TrackKey, _LiveTrack] = field(default_factory=dict)
    frames: dict[str, _Frames] = field(default_factory=dict)
    ended: set[TrackKey] = field(default_factory=set)


class Transcript:
    """Remembers the unfinished chunks of one run.

    Memory is bounded by the tracks that go on at one time.
    """

    def __init__(self, cameras: Mapping[str, int], run: int, thumbnails: Thumbnails | None) -> None:
        """Start with nothing.

        Args:
            cameras: Row id of each camera.
            run: Row id of the run.
            thumbnails: Where pictures of sightings are put; None keeps none.
        """
        self._cameras = cameras
        self._run = run
        self._thumbnails = thumbnails
        self._live: dict[TrackKey, _LiveTrack] = {}
        self._frames: dict[str, _Frames] = {}

    def rows(self, items: Iterable[Item]) -> Batch:
        """Return the rows for ``items``, oldest first; thumbnails are put on the way.

        Raises:
            RecordsError: A thumbnail cannot be written.
        """
        batch = Batch()
        for item in items:
            match item:
                case TrackUpdate():
                    self._add_update(batch, item)
                case Sighting():
                    self._add_sighting(batch, item)
                case Decided():
                    self._add_decision(batch, item)
                case _:
                    self._add_step(batch, item)
        return batch

    def remember(self, batch: Batch) -> None:
        """Take note that ``batch`` is on disk."""
        self._live.update(batch.live)
        self._frames.update(batch.frames)
        for track in batch.ended:
            self._live.pop(track, None)

    def _add_update(self, batch: Batch, update: TrackUpdate) -> None:
        if update.frame_index is not None:
            self._add_frame(batch, update.camera, update.frame_index, update.time_ns)
        for box in (*update.earlier, *update.boxes):
            self._add_box(batch, box)
        for track in update.ended:
            live = batch.live.get(track) or self._live.get(track)
            if live is not None:
                batch.tracks[track] = live.row | {"ended": True}
            batch.ended.add(track)

    def _add_frame(self, batch: Batch, camera: str, index: int, time_ns: int) -> None:
        open_ = batch.frames.get(camera) or self._frames.get(camera) or _Frames()
        if len(open_.frames) == FRAMES_CHUNK * FRAME_TYPE.itemsize:
            open_ = _Frames(open_.chunk + 1)
        first_ns = open_.first_ns if open_.frames else time_ns
        open_ = _Frames(open_.chunk, first_ns, open_.frames + pack_frame(index, time_ns))
        batch.frames[camera] = open_
        batch.processed[camera, open_.chunk] = {
            "run_id": self._run,
            "camera_id": self._cameras[camera],
            "chunk": open_.chunk,
            "first_ns": first_ns,
            "last_ns": time_ns,
            "frames": open_.frames,
        }

    def _add_box(self, batch: Batch, box: TrackBox) -> None:
        live = batch.live.get(box.track) or self._live.get(box.track)
        if live is None:
            row: Row = {
                "camera_id": self._cameras[box.track.camera],
                "number": box.track.number,
                "run_id": self._run,
                "first_ns": box.time_ns,
                "first_frame": box.frame_index,
                "frames": 0,
                "best_score": 0.0,
                "ended": False,
            }
            live = _LiveTrack(row)
        if len(live.boxes) == PATH_CHUNK * PATH_TYPE.itemsize:
            live = _LiveTrack(live.row, live.chunk + 1)
        row = live.row | {
            "last_ns": box.time_ns,
            "last_frame": box.frame_index,
            "frames": live.row["frames"] + 1,
            "best_score": max(live.row["best_score"], float(box.score)),
        }
        live = _LiveTrack(row, live.chunk, live.boxes + pack_box(box))
        batch.live[box.track] = live
        batch.tracks[box.track] = row
        batch.paths[box.track, live.chunk] = {
            "camera_id": row["camera_id"],
            "track": box.track.number,
            "chunk": live.chunk,
            "boxes": live.boxes,
        }

    def _add_sighting(self, batch: Batch, sighting: Sighting) -> None:
        crop, quality = sighting.crop, sighting.crop.quality
        model = sighting.embedding.model
        batch.models[model] = (len(sighting.embedding.vector), crop.time_ns)
        x1, y1, x2, y2 = (float(value) for value in crop.box)
        batch.sightings[crop.track, crop.time_ns] = {
            "camera_id": self._cameras[crop.track.camera],
            "track": crop.track.number,
            "time_ns": crop.time_ns,
            "frame": crop.frame_index,
            "x1": x1,
            "y1": y1,
            "x2": x2,
            "y2": y2,
            "score": float(crop.score),
            "quality": float(quality.total),
            "quality_parts": {
                "size": float(quality.size),
                "sharpness": float(quality.sharpness),
                "clear": float(quality.clear),
                "border": float(quality.border),
                "landmarks": float(quality.landmarks),
            },
            "pose": sighting.pose.value,
            "model": model,
            "embedding": pack_vector(sighting.embedding.vector),
            "thumbnail": self._thumbnails.put(crop.image) if self._thumbnails is not None else None,
        }

    def _add_decision(self, batch: Batch, item: Decided) -> None:
        decision = item.decision
        batch.models.setdefault(decision.model, (None, item.recorded_ns))
        batch.identities.setdefault(decision.identity, item.recorded_ns)
        batch.decisions.append(item)
        previous = decision.previous
        if decision.verdict is Verdict.CONFIRMED and previous is not None and previous != decision.identity:
            # Whoever takes a track out of an identity says that it is somebody else.
            batch.steps.append(SetApart(previous, decision.identity, apart=True))

    def _add_step(self, batch: Batch, step: Step) -> None:
        match step:
            case Merged():
                batch.identities.setdefault(step.merge.kept, step.recorded_ns)
                batch.identities.setdefault(step.merge.absorbed, step.recorded_ns)
            case Renamed() | Annotated():
                batch.identities.setdefault(step.identity, step.recorded_ns)
            case Watched():
                for view in step.entry.views:
                    model = view.embedding.model
                    batch.models.setdefault(model, (len(view.embedding.vector), step.entry.added_ns))
            case _:
                pass
        batch.steps.append(step)
