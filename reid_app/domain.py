"""Plain data that every room speaks.

Conventions, unless a name says otherwise:

* Boxes are ``(x1, y1, x2, y2)`` in pixels of the full frame, ``float32``, the
  end exclusive.
* Images are ``uint8`` arrays of shape (H, W, 3) in BGR, OpenCV's order.
* Times are nanoseconds since 1970-01-01 UTC as ``int`` (``_ns``); durations are
  seconds as ``float``.
* Embeddings are L2-normalised ``float32`` vectors, always together with the
  hash of the model that made them.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
ImageArray = NDArray[np.uint8]

NS_PER_S = 1_000_000_000

LANDMARK_NAMES: tuple[str, ...] = (
    "nose",
    "neck",
    "right_shoulder",
    "right_elbow",
    "right_wrist",
    "left_shoulder",
    "left_elbow",
    "left_wrist",
    "right_hip",
    "right_knee",
    "right_ankle",
    "left_hip",
    "left_knee",
    "left_ankle",
    "right_eye",
    "left_eye",
    "right_ear",
    "left_ear",
)
"""The 18 landmarks in the order in which every array holds them."""

LANDMARK_FLIP: tuple[int, ...] = (0, 1, 5, 6, 7, 2, 3, 4, 11, 12, 13, 8, 9, 10, 15, 14, 17, 16)
"""Index of each landmark's mirror image: ``flipped = landmarks[LANDMARK_FLIP]``."""

PART_NAMES: tuple[str, ...] = ("head", "trunk", "lower_limb")
"""The three body parts in the order in which every array holds them."""


def to_ns(time: datetime) -> int:
    """Convert a timezone-aware ``time`` to nanoseconds since 1970 UTC.

    Raises:
        ValueError: ``time`` has no timezone.
    """
    if time.tzinfo is None:
        raise ValueError("time has no timezone; give one, for example UTC")
    delta = time - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * NS_PER_S + delta.microseconds * 1_000


def from_ns(time_ns: int) -> datetime:
    """Convert nanoseconds since 1970 UTC to a UTC datetime (microseconds kept)."""
    seconds, rest = divmod(time_ns, NS_PER_S)
    return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=rest // 1_000)


def iso(time_ns: int) -> str:
    """Format ``time_ns`` as ISO 8601 in UTC with milliseconds, ending in ``Z``."""
    return from_ns(time_ns).strftime("%Y-%m-%dT%H:%M:%S.") + f"{time_ns % NS_PER_S // 1_000_000:03d}Z"


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of one camera.

    Attributes:
        camera: Name of the camera.
        index: Count of the frame within its source, from 0; for a live source,
            since the connection that delivers it was first opened.
        time_ns: When it was taken.
        image: The picture, (H, W, 3) BGR ``uint8``; nobody writes into it.
        arrived: Monotonic clock at hand-over, in seconds, for latencies.
    """

    camera: str
    index: int
    time_ns: int
    image: ImageArray
    arrived: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """All persons found in one frame.

    Attributes:
        boxes: (N, 4) ``float32``.
        scores: (N,) ``float32`` in 0..1, highest first.
    """

    boxes: FloatArray
    scores: FloatArray

    def __len__(self) -> int:
        """Number of persons."""
        return len(self.scores)

    @classmethod
    def empty(cls) -> Detections:
        """Return detections of nobody."""
        return cls(np.zeros((0, 4), np.float32), np.zeros((0,), np.float32))


@dataclass(frozen=True, slots=True, order=True)
class TrackKey:
    """Names one track of a site for good: the camera and a number counted up per camera."""

    camera: str
    number: int

    def __str__(self) -> str:
        """``CAMERA#NUMBER``."""
        return f"{self.camera}#{self.number}"


@dataclass(frozen=True, slots=True, eq=False)
class TrackBox:
    """Where a track was in one processed frame.

    Attributes:
        track: The track.
        frame_index: ``Frame.index`` of that frame.
        time_ns: ``Frame.time_ns`` of that frame.
        box: (4,) ``float32``.
        score: The detector's score in 0..1.
    """

    track: TrackKey
    frame_index: int
    time_ns: int
    box: FloatArray
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class TrackUpdate:
    """What one camera's tracker says after one processed frame.

    Attributes:
        camera: Name of the camera.
        time_ns: Time of the frame (of the last one when the source ended).
        boxes: Tracks seen in this frame.
        ended: Tracks that will not come back: lost for longer than their
            lifetime, or the source ended.
        frame_index: ``Frame.index`` of the processed frame, also when nobody was
            seen in it; None where no frame was processed (the source ended).
        earlier: Where tracks that begin now were in frames before this one, when it was
            not yet sure that they are people.
    """

    camera: str
    time_ns: int
    boxes: tuple[TrackBox, ...]
    ended: tuple[TrackKey, ...] = ()
    frame_index: int | None = None
    earlier: tuple[TrackBox, ...] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """How much a crop is worth for recognition; every part in 0..1, 1 is best.

    Attributes:
        size: Height of the box against a comfortable one.
        sharpness: Variance of the Laplacian, squashed.
        clear: 1 minus the share of the box that other boxes in front cover.
        border: 1 when no edge touches the frame's border.
        landmarks: Share of landmarks seen; 1 where no pose machine runs.
    """

    size: float = 1.0
    sharpness: float = 1.0
    clear: float = 1.0
    border: float = 1.0
    landmarks: float = 1.0

    @property
    def total(self) -> float:
        """Product of the parts, in 0..1."""
        return self.size * self.sharpness * self.clear * self.border * self.landmarks


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """The box of a track cut out of one frame, worth embedding.

    Attributes:
        track: The track.
        frame_index: ``Frame.index``.
        time_ns: ``Frame.time_ns``.
        box: (4,) ``float32`` in the full frame.
        image: (h, w, 3) BGR ``uint8``, owns its memory.
        score: The detector's score.
        quality: How good it is.
    """

    track: TrackKey
    frame_index: int
    time_ns: int
    box: FloatArray
    image: ImageArray
    score: float
    quality: Quality


class Pose(enum.Enum):
    """Which way a person faces the camera."""

    FRONT = "front"
    BACK = "back"
    SIDE = "side"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """The 18 landmarks of one crop.

    Attributes:
        points: (18, 3) ``float32``: x and y in pixels of the crop, confidence in
            0..1; order of :data:`LANDMARK_NAMES`.
    """

    points: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PartBoxes:
    """Head, trunk and lower limb of one crop.

    Attributes:
        boxes: (3, 4) ``float32`` in pixels of the crop; order of :data:`PART_NAMES`.
    """

    boxes: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """A unit vector that stands for a person's look.

    Attributes:
        vector: (D,) ``float32``, L2 norm 1.
        model: Hash of the model that made it; vectors of two models never meet.
    """

    vector: FloatArray
    model: str


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """One recorded look at a track: a crop with what the networks say of it."""

    crop: Crop
    embedding: Embedding
    landmarks: Landmarks | None = None
    parts: PartBoxes | None = None
    pose: Pose = Pose.UNKNOWN


class Verdict(enum.Enum):
    """What the matcher, or an operator, decided about a track."""

    ACCEPTED = "accepted"
    """It is a known identity."""
    NEW = "new"
    """It is somebody not seen before."""
    ASK = "ask"
    """Not certain: provisionally a new identity, the operator is asked."""
    REVISED = "revised"
    """More evidence moved it to another identity."""
    CONFIRMED = "confirmed"
    """An operator said so."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Cosine similarities at which a model's matches are believed.

    Attributes:
        accept: At or above: the same person, if the runner-up is far enough.
        ask: Between ``ask`` and ``accept`` the operator is asked.
        margin: How far behind the runner-up must be at least.
    """

    accept: float
    ask: float
    margin: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a track was given to an identity.

    Attributes:
        track: The track decided on.
        time_ns: Stream time of the decision.
        verdict: What was decided.
        identity: Number of the identity that the track belongs to from now on.
        score: Cosine similarity to the best identity considered, None if there was none.
        runner_up: Number of the second best identity, if any.
        runner_up_score: Its similarity.
        thresholds: Those in force.
        model: Hash of the embedding model.
        previous: The identity that the track, or this part of it, belonged to before, if any.
        reason: One short sentence for people.
        since_ns: Start of the part of the track that is decided on; None is the part that
            starts with the track. A tracker that slips from one person to another makes a
            track of two parts. A part lasts until the next one starts; the last decision on
            a part counts, and decides for all of its frames.
    """

    track: TrackKey
    time_ns: int
    verdict: Verdict
    identity: int
    score: float | None
    runner_up: int | None
    runner_up_score: float | None
    thresholds: Thresholds
    model: str
    previous: int | None = None
    reason: str = ""
    since_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """Two identities turned out to be one person; every merge can be undone.

    Attributes:
        kept: Number of the identity that lives on.
        absorbed: Number of the identity whose tracks moved to ``kept``.
        time_ns: Stream time.
        score: Cosine similarity that convinced the matcher; None for an operator's merge.
        reason: One short sentence for people.
        undone: True when this takes an earlier merge of the two back.
    """

    kept: int
    absorbed: int
    time_ns: int
    score: float | None
    reason: str = ""
    undone: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class IdentityViews:
    """What the gallery needs to find one person again after a restart.

    Attributes:
        number: The identity's number.
        vectors: (K, D) ``float32``, unit vectors: its best few embeddings, K >= 1.
        qualities: (K,) ``float32``: ``Quality.total`` of each.
        cameras: (K,) name of the camera that saw each.
        last_seen: For each camera that saw the person, when it did so last.
        weights: (K,) ``float32``: how many tracks each stands for, 0 for a single look;
            None where all are single looks.
    """

    number: int
    vectors: FloatArray
    qualities: FloatArray
    cameras: tuple[str, ...]
    last_seen: Mapping[str, int]
    weights: FloatArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class GallerySnapshot:
    """The state of the gallery as the records keep it.

    Attributes:
        model: Hash of the embedding model of all vectors.
        identities: Those that have not been merged into another, by number.
        next_number: The number that the next new identity gets; at least 1, and above
            every number ever given out.
        apart: Pairs of identities that an operator said are two people.
        beside: Pairs of identities that were seen in one frame; empty where that is not known.
    """

    model: str
    identities: tuple[IdentityViews, ...]
    next_number: int = 1
    apart: tuple[tuple[int, int], ...] = ()
    beside: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """One person across cameras.

    Attributes:
        number: Short, stable, counted from 1; what people say.
        uuid: For machines, across sites.
        name: What an operator called the person, or empty.
        first_ns: First time seen.
        last_ns: Last time seen.
        cameras: Cameras that saw the person, in order of first sight.
        tracks: Number of tracks.
        merged_into: Number of the identity that absorbed this one, if any.
    """

    number: int
    uuid: UUID
    name: str
    first_ns: int
    last_ns: int
    cameras: tuple[str, ...]
    tracks: int
    merged_into: int | None = None


class CameraState(enum.Enum):
    """State of one camera."""

    CONNECTING = "connecting"
    LIVE = "live"
    STALE = "stale"
    OFFLINE = "offline"
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """What is known of a camera now.

    Attributes:
        camera: Name.
        state: State.
        reason: Why it is in that state, one sentence without secrets; empty when live.
        since_ns: Since when (wall clock).
        frames: Frames read since the start.
        dropped: Frames that were due for analysis but replaced by a newer one before anyone took them.
        reconnects: Times the source was opened again.
        fps: Frames read per second, over the last few seconds.
        last_frame_ns: Time of the newest frame, None before the first.
        size: (width, height) of the newest frame, None before the first.
        retry_ns: When the source is tried again (wall clock), None unless it waits for that.
    """

    camera: str
    state: CameraState
    reason: str
    since_ns: int
    frames: int = 0
    dropped: int = 0
    reconnects: int = 0
    fps: float = 0.0
    last_frame_ns: int | None = None
    size: tuple[int, int] | None = None
    retry_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a client of the site is told.

    Attributes:
        sequence: Counted up from 1; a gap means that something was missed.
        time_ns: Wall clock.
        kind: What it is, for example ``camera``, ``decision``, ``merge``, ``alarm``, ``error``, ``recovered``.
        data: Values that can be written as JSON.
    """

    sequence: int
    time_ns: int
    kind: str
    data: Mapping[str, object] = field(default_factory=dict)


class Likelihood(enum.Enum):
    """A similarity in words that an operator can act on."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"


def likelihood(score: float | None, thresholds: Thresholds) -> Likelihood:
    """Say in words how much ``score`` is worth under a model's ``thresholds``.

    Certain is as far above ``accept`` as ``ask`` lies below it; a missing score is unlikely.
    """
    if score is None or score < thresholds.ask:
        return Likelihood.UNLIKELY
    if score < thresholds.accept:
        return Likelihood.POSSIBLE
    if score < 2 * thresholds.accept - thresholds.ask:
        return Likelihood.LIKELY
    return Likelihood.CERTAIN
