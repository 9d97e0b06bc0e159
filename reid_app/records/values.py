"""What the records answer that no other room speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reid_app.domain import Decision, Embedding, FloatArray, Merge, TrackKey


@dataclass(frozen=True, slots=True)
class Action:
    """Something that an operator did.

    Attributes:
        number: Counted up from 1 within the site.
        time_ns: Wall clock.
        operator: Who.
        kind: What, one word: ``merge``, ``split``, ``rename``, ``answer``, ``undo`` ...
        reason: What the operator said of it, or empty.
        data: More about it; values that can be written as JSON.
        undoes: Number of the action that this one takes back, if any.
    """

    number: int
    time_ns: int
    operator: str
    kind: str
    reason: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """A decision as it is on record.

    Attributes:
        number: Counted up from 1 within the site, in the order in which decisions were taken.
        decision: The decision.
        action: The operator's action that it came from, if any.
    """

    number: int
    decision: Decision
    action: int | None


@dataclass(frozen=True, slots=True)
class RecordedMerge:
    """A merge as it is on record.

    Attributes:
        number: Counted up from 1 within the site.
        merge: The merge; its ``undone`` says whether it was taken back since.
        action: The operator's action that it came from, if any.
        undone_action: The operator's action that took it back, if any.
    """

    number: int
    merge: Merge
    action: int | None
    undone_action: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """A track, or a part of it, and the identity that it belongs to: one continuous presence.

    Attributes:
        track: The track.
        run: Number of the run that recorded it.
        identity: Number of the identity after all merges that stand.
        first_ns: First processed frame of the part.
        last_ns: Last processed frame of the part so far.
        first_frame: ``Frame.index`` of the first.
        last_frame: ``Frame.index`` of the last.
        frames: Number of processed frames in which the person was seen.
        best_score: Highest score of the detector.
        ended: Whether the track is over.
        since_ns: Start of the part as decided; None for the part that starts with the track.
        decision: The decision that counts.
    """

    track: TrackKey
    run: int
    identity: int
    first_ns: int
    last_ns: int
    first_frame: int
    last_frame: int
    frames: int
    best_score: float
    ended: bool
    since_ns: int | None
    decision: RecordedDecision


@dataclass(frozen=True, slots=True, eq=False)
class RecordedSighting:
    """A sighting as it is on record.

    Attributes:
        track: The track.
        time_ns: When.
        frame_index: In which frame.
        box: (4,) ``float32``.
        quality: ``Quality.total``.
        thumbnail: Key of its picture, None where none is kept.
    """

    track: TrackKey
    time_ns: int
    frame_index: int
    box: FloatArray
    quality: float
    thumbnail: str | None


@dataclass(frozen=True, slots=True, eq=False)
class TrackPath:
    """Where a track was in every processed frame in which it was seen.

    Attributes:
        track: The track.
        frames: (N,) ``int64`` ``Frame.index``, ascending.
        times_ns: (N,) ``int64``.
        boxes: (N, 4) ``float32``.
        scores: (N,) ``float32``.
    """

    track: TrackKey
    frames: NDArray[np.int64]
    times_ns: NDArray[np.int64]
    boxes: FloatArray
    scores: FloatArray


@dataclass(frozen=True, slots=True)
class Run:
    """One start of the application on a site.

    Attributes:
        number: Counted up.
        started_ns: Wall clock.
        ended_ns: Wall clock; None while it runs, and for good when it was killed.
        cameras: Names of its cameras, and whether each read a file.
    """

    number: int
    started_ns: int
    ended_ns: int | None
    cameras: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Annotation:
    """What operators wrote about an identity."""

    note: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class WatchView:
    """One picture by which somebody on the watch list is known.

    Attributes:
        embedding: What is compared.
        rating: How good the picture is, one word.
        why: What is wrong with it, or empty.
        thumbnail: Key of the picture.
    """

    embedding: Embedding
    rating: str
    why: str
    thumbnail: str


@dataclass(frozen=True, slots=True, eq=False)
class WatchEntry:
    """Somebody on the watch list.

    Attributes:
        number: Counted up from 1 within the site.
        name: Who it is.
        note: What an operator should know, or empty.
        operator: Who put the person there.
        added_ns: Wall clock.
        views: The pictures, in the order in which they were given.
    """

    number: int
    name: str
    note: str
    operator: str
    added_ns: int
    views: tuple[WatchView, ...]


@dataclass(frozen=True, slots=True)
class Alarm:
    """Somebody on the watch list was seen.

    Attributes:
        number: Counted up from 1 within the site.
        entry: Number of the entry of the watch list.
        identity: The identity that was seen.
        track: The track.
        time_ns: Stream time.
        score: Cosine similarity to the entry's pictures.
        owner: Who took the alarm over, empty while it is open.
        note: What the owner wrote.
        acknowledged_ns: Wall clock of that, None while it is open.
    """

    number: int
    entry: int
    identity: int
    track: TrackKey
    time_ns: int
    score: float
    owner: str = ""
    note: str = ""
    acknowledged_ns: int | None = None
