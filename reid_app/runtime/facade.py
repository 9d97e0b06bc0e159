"""What a client of a running site may ask and tell it.

The window and the command line use nothing else. Every value can be written as
JSON, pictures aside, so that a network server can put the same calls on the
wire: no call takes or returns a live object of the site. Calls may be made from
any thread; none of them waits for a camera or a network.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from reid_app.domain import (
    CameraStatus,
    Event,
    FloatArray,
    Frame,
    Identity,
    ImageArray,
    Likelihood,
    TrackKey,
    Verdict,
)
from reid_app.runtime.setup_calls import SetupCalls


@dataclass(frozen=True, slots=True, eq=False)
class PersonView:
    """One person on one frame.

    Attributes:
        track: The track.
        identity: Number of the identity, None while the matcher waits for evidence.
        name: The identity's name, or empty.
        box: (4,) ``float32`` in pixels of the full frame.
        likelihood: How sure the matcher is of the identity.
        since_ns: Since when this track is watched.
        landmarks: (18, 3) ``float32`` in pixels of the full frame and confidence, as of the
            newest embedded crop, or None.
        parts: (3, 4) ``float32`` part boxes in pixels of the full frame, or None.
    """

    track: TrackKey
    identity: int | None
    name: str
    box: FloatArray
    likelihood: Likelihood
    since_ns: int
    landmarks: FloatArray | None = None
    parts: FloatArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CameraView:
    """The newest frame of a camera that was looked at, with the people found in it."""

    frame: Frame
    people: tuple[PersonView, ...]


@dataclass(frozen=True, slots=True)
class CameraLoad:
    """What the pipeline does for one camera.

    Attributes:
        status: State of the source.
        processed: Frames in which people were looked for.
        processed_fps: The same per second, over the last few seconds.
        people: Persons tracked in the newest processed frame.
        age: Seconds since the newest frame was read, None before the first and for files as
            fast as possible.
    """

    status: CameraStatus
    processed: int
    processed_fps: float
    people: int
    age: float | None = None


@dataclass(frozen=True, slots=True)
class SiteSnapshot:
    """The state of a site at one moment.

    Attributes:
        name: The site's name.
        running: Whether any camera may still deliver.
        stream_ns: Newest stream time processed, None before the first frame.
        cameras: One entry a camera, in the site file's order.
        identities: Identities known (merged ones count once).
        open_questions: Decisions that wait for the operator.
        queue_depths: Items waiting, by stage.
        stage_seconds: Busy time, by stage.
        dropped: Things left out under load, by stage.
        errors: Newest error of each failed part.
        stream_seconds: Stream time from the first to the newest processed frame.
        detection_share: Share of the wanted detections per second that there is time for, the
            same for all cameras; below 1 the machine is overloaded.
    """

    name: str
    running: bool
    stream_ns: int | None
    cameras: tuple[CameraLoad, ...]
    identities: int
    open_questions: int
    queue_depths: dict[str, int]
    stage_seconds: dict[str, float]
    dropped: dict[str, int]
    errors: dict[str, str]
    stream_seconds: float = 0.0
    detection_share: float = 1.0


@dataclass(frozen=True, slots=True)
class Presence:
    """A stretch of time in which an identity was in one camera.

    Attributes:
        track: The track.
        identity: Number of the identity.
        first_ns: First processed frame.
        last_ns: Last processed frame so far.
        live: Whether the track goes on.
        verdict: How the identity was decided.
        score: Cosine similarity of that decision, None for a new identity.
        likelihood: The score in words.
    """

    track: TrackKey
    identity: int
    first_ns: int
    last_ns: int
    live: bool
    verdict: Verdict
    score: float | None
    likelihood: Likelihood


@dataclass(frozen=True, slots=True)
class Picture:
    """A recorded thumbnail.

    Attributes:
        key: Name under which :meth:`SiteFacade.picture` gives it.
        track: The track it shows.
        time_ns: When it was taken.
        quality: In 0..1.
    """

    key: str
    track: TrackKey
    time_ns: int
    quality: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """An identity that looks like somebody.

    Attributes:
        identity: The identity.
        score: Cosine similarity.
        likelihood: The same in words.
        pictures: Its best pictures, best first.
    """

    identity: Identity
    score: float
    likelihood: Likelihood
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """All that an operator wants to see of one identity.

    Attributes:
        identity: The identity.
        pictures: Its best pictures, best first.
        trail: Where it was, oldest first.
        candidates: Other identities that may be the same person, best first.
        note: What operators wrote about the person, or empty.
        tags: Words that operators sorted the person by.
    """

    identity: Identity
    pictures: tuple[Picture, ...]
    trail: tuple[Presence, ...]
    candidates: tuple[Candidate, ...]
    note: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A decision that the matcher left to the operator.

    Attributes:
        track: The track in question.
        identity: The identity that it provisionally got.
        candidate: The identity that it may be.
        score: Similarity to the candidate.
        likelihood: The same in words.
        runner_up: The second best identity, if any.
        runner_up_score: Its similarity.
        asked_ns: Stream time.
        pictures: Pictures of the track.
        candidate_pictures: Pictures of the candidate.
    """

    track: TrackKey
    identity: int
    candidate: int
    score: float
    likelihood: Likelihood
    runner_up: int | None
    runner_up_score: float | None
    asked_ns: int
    pictures: tuple[Picture, ...]
    candidate_pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Author:
    """Who acts, and why; kept with every action.

    Attributes:
        operator: Name of the operator.
        reason: What the operator says of it, or empty.
    """

    operator: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OperatorAction:
    """Something that an operator did, as it was recorded.

    Attributes:
        time_ns: Wall clock.
        operator: Who.
        what: What, in words.
        reason: Why, or empty.
        undone: Whether it was taken back.
    """

    time_ns: int
    operator: str
    what: str
    reason: str = ""
    undone: bool = False


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file that an export would write.

    Attributes:
        name: Path below the folder of the export.
        content: What is in it, one sentence for people.
        rows: Lines or pictures in it.
    """

    name: str
    content: str
    rows: int


class PictureRating(enum.Enum):
    """How much a picture is worth for finding a person."""

    GOOD = "good"
    MIXED = "mixed"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class RatedPicture:
    """A picture of somebody on the watch list.

    Attributes:
        rating: How good it is.
        why: What is wrong with it, one sentence; empty when good.
        key: Name under which :meth:`SiteFacade.picture` gives it; empty before it is enrolled.
    """

    rating: PictureRating
    why: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class WatchEntry:
    """A person on the watch list.

    Attributes:
        number: Number of the entry.
        name: What the person is called.
        pictures: The pictures that the person is known by.
        enrolled_ns: Wall clock.
        operator: Who enrolled the person.
        reason: Why, or empty.
    """

    number: int
    name: str
    pictures: tuple[RatedPicture, ...]
    enrolled_ns: int
    operator: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Somebody on the watch list was seen.

    Attributes:
        number: Number of the alarm.
        entry: Number of the watch-list entry.
        name: Its name.
        identity: The identity that was seen.
        track: The track.
        time_ns: When.
        score: Cosine similarity to the enrolled pictures.
        likelihood: The same in words.
        owner: The operator who acknowledged it, or empty while it is open.
        note: What the operator wrote.
    """

    number: int
    entry: int
    name: str
    identity: int
    track: TrackKey
    time_ns: int
    score: float
    likelihood: Likelihood
    owner: str = ""
    note: str = ""


class SiteFacade(SetupCalls, Protocol):
    """The calls of a running site; :class:`reid_app.runtime.site.Site` is the one in this process."""

    def snapshot(self) -> SiteSnapshot:
        """Return the state now."""

    def view(self, camera: str) -> CameraView | None:
        """Return the newest processed frame of ``camera`` with its people, None before the first.

        Raises:
            SettingsError: There is no such camera.
        """

    def frame(self, camera: str) -> Frame | None:
        """Return the newest frame of ``camera``, processed or not, None before the first.

        Raises:
            SettingsError: There is no such camera.
        """

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Have ``listener`` called with every event, from a thread of the site's; it must return at once.

        Returns:
            A call that ends the subscription.
        """

    def events_since(self, sequence: int) -> tuple[Event, ...]:
        """Return the events after ``sequence`` that are still kept (the newest few thousand)."""

    def identities(self, since_ns: int | None = None, until_ns: int | None = None) -> tuple[Identity, ...]:
        """Return the identities seen in a span of time (merged ones once), newest first."""

    def person(self, identity: int) -> Person:
        """Return all about one identity; a merged one gives the identity that absorbed it.

        Raises:
            RecordsError: There is no such identity.
        """

    def picture(self, key: str) -> ImageArray:
        """Return a recorded thumbnail as BGR.

        Raises:
            RecordsError: There is no such picture.
        """

    def presences(self, identity: int | None, since_ns: int, until_ns: int) -> tuple[Presence, ...]:
        """Return who was where in a span of time, oldest first; of one identity or of all (None)."""

    def questions(self) -> tuple[Question, ...]:
        """Return the decisions that wait for the operator, oldest first."""

    def answer(self, track: TrackKey, same: bool, author: Author) -> None:
        """Say whether the track of a question is its candidate."""

    def merge(self, kept: int, absorbed: int, author: Author) -> None:
        """Say that two identities are one person."""

    def split(self, tracks: Sequence[TrackKey], author: Author) -> int:
        """Say that ``tracks`` are another person than the rest of their identity; return the new number."""

    def rename(self, identity: int, name: str, author: Author) -> None:
        """Give an identity a name (empty: take it away)."""

    def undo(self, author: Author) -> str | None:
        """Take back the newest action of this operator that still stands; return what it was, in words."""

    def search(
        self, image: ImageArray, since_ns: int | None = None, until_ns: int | None = None, limit: int = 20
    ) -> tuple[Candidate, ...]:
        """Return the identities most like the person in ``image`` (a BGR crop), best first."""

    def export(self, kind: str, folder: Path, identity: int | None = None) -> tuple[Path, ...]:
        """Write the match log (``csv``, ``jsonl`` or ``mot``) into ``folder``; return the files written."""

    def preview_export(self, kind: str, identity: int | None = None) -> tuple[ExportFile, ...]:
        """Return what :meth:`export` would write now, without writing it."""

    def export_kinds(self) -> dict[str, str]:
        """Return the kinds that :meth:`export` knows, each with one sentence for people."""

    def annotate(self, identity: int, note: str, tags: Sequence[str], author: Author) -> None:
        """Replace an identity's note and tags."""

    def actions(self, limit: int = 200) -> tuple[OperatorAction, ...]:
        """Return what operators did, newest first."""

    def moment(self, camera: str, time_ns: int, step: int = 0) -> CameraView | None:
        """Return a past frame with its people: of a file or recording, or of a live camera's last seconds.

        Args:
            camera: The camera.
            time_ns: Gives the newest frame that is not after it (the oldest kept, if all are).
            step: Goes that many frames on from there, back if negative.

        Returns:
            The frame; None when it is not kept, or beyond the first or the last.

        Raises:
            SettingsError: There is no such camera.
        """

    def rate_picture(self, image: ImageArray) -> RatedPicture:
        """Say how much ``image`` (a BGR crop of one person) is worth for finding that person."""

    def watch_list(self) -> tuple[WatchEntry, ...]:
        """Return the people to alarm on, newest first."""

    def enrol(self, name: str, images: Sequence[ImageArray], author: Author) -> WatchEntry:
        """Put a person on the watch list, known by ``images`` (BGR crops).

        Raises:
            SettingsError: No picture is good enough, or the name is empty.
        """

    def withdraw(self, entry: int, author: Author) -> None:
        """Take a person off the watch list."""

    def alarms(self, limit: int = 200) -> tuple[Alarm, ...]:
        """Return the alarms, newest first.

        A new one is told by an event of kind ``alarm``, data ``{"alarm": number}``.
        """

    def acknowledge(self, alarm: int, note: str, author: Author) -> None:
        """Take an alarm over: the author becomes its owner."""
