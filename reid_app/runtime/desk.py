"""The calls with which operators ask and act; each belongs to a part of its own."""

from __future__ import annotations

from collections.abc import Sequence

from reid_app.config import CameraSettings
from reid_app.domain import ImageArray, TrackKey
from reid_app.errors import SettingsError
from reid_app.models.manifest import Calibration
from reid_app.runtime.actions import ActionLog
from reid_app.runtime.chances import wrong_matches
from reid_app.runtime.context import SiteContext
from reid_app.runtime.facade import (
    Alarm,
    Author,
    CameraView,
    Candidate,
    OperatorAction,
    Person,
    Presence,
    Question,
    RatedPicture,
    WatchEntry,
)
from reid_app.runtime.finding import Finder
from reid_app.runtime.operations import Operations
from reid_app.runtime.people import People
from reid_app.runtime.playback import Playback
from reid_app.runtime.portrait import Portraits
from reid_app.runtime.questions import Questions
from reid_app.runtime.ring import Ring
from reid_app.runtime.sentry import Sentry
from reid_app.runtime.setup_calls import CameraTest
from reid_app.runtime.trial import CameraTrial
from reid_app.runtime.undoing import Undo
from reid_app.runtime.watching import WatchList
from reid_app.runtime.webhook import AlarmWebhook


class OperatorDesk:
    """The part of :class:`reid_app.runtime.facade.SiteFacade` that operators use; see there for each call.

    A running site is one: it tells ``_questions`` of every decision and ``_sentry`` of every tick.

    Args:
        context: The site's parts.
        ring: Keeps the live cameras' last seconds.
        calibration: Of the embedding model, if it was calibrated.
        start_ns: Time of the first frame of a file whose camera names none.
    """

    def __init__(self, context: SiteContext, ring: Ring, calibration: Calibration | None, start_ns: int) -> None:
        self._context = context
        self._calibration = calibration
        log = ActionLog(context)
        portraits = Portraits(context.detector, context.embedder, context.settings.embedder)
        self._actions = log
        self._portraits = portraits
        self._people = People(context)
        self._questions = Questions(context, self._people)
        self._operations = Operations(context, log, self._questions)
        self._finder = Finder(context, self._people, portraits)
        self._watch_list = WatchList(context, log, self._people, portraits)
        self._undo = Undo(context, log, self._operations, self._watch_list)
        self._playback = Playback(context, ring, start_ns)
        self._sentry = Sentry(context, self._watch_list)
        self._webhook = AlarmWebhook(
            context.settings.alarms, context.settings.name, self._watch_list.alarm, context.events
        )

    def leave(self, timeout: float) -> None:
        """Let go of files and threads; nothing is asked or done any more.

        Args:
            timeout: Seconds for an alarm that is on its way.
        """
        self._webhook.close(timeout)
        self._playback.close()

    def person(self, identity: int) -> Person:
        """Return all about one identity."""
        return self._people.person(identity)

    def presences(self, identity: int | None, since_ns: int, until_ns: int) -> tuple[Presence, ...]:
        """Return who was where in a span of time."""
        return self._people.presences(identity, since_ns, until_ns)

    def questions(self) -> tuple[Question, ...]:
        """Return the decisions that wait for the operator."""
        return self._questions.all()

    def answer(self, track: TrackKey, same: bool, author: Author) -> None:
        """Say whether the track of a question is its candidate."""
        self._operations.answer(track, same, author)

    def merge(self, kept: int, absorbed: int, author: Author) -> None:
        """Say that two identities are one person."""
        self._operations.merge(kept, absorbed, author)

    def split(self, tracks: Sequence[TrackKey], author: Author) -> int:
        """Say that tracks are another person than the rest of their identity."""
        return self._operations.split(tracks, author)

    def rename(self, identity: int, name: str, author: Author) -> None:
        """Give an identity a name."""
        self._operations.rename(identity, name, author)

    def annotate(self, identity: int, note: str, tags: Sequence[str], author: Author) -> None:
        """Replace an identity's note and tags."""
        self._operations.annotate(identity, note, tags, author)

    def undo(self, author: Author) -> str | None:
        """Take back the newest action of this operator that still stands."""
        return self._undo.undo(author)

    def actions(self, limit: int = 200) -> tuple[OperatorAction, ...]:
        """Return what operators did, newest first."""
        return self._actions.newest(limit)

    def search(
        self, image: ImageArray, since_ns: int | None = None, until_ns: int | None = None, limit: int = 20
    ) -> tuple[Candidate, ...]:
        """Return the identities most like the person in a picture, best first."""
        return self._finder.search(image, since_ns, until_ns, limit)

    def moment(self, camera: str, time_ns: int, step: int = 0) -> CameraView | None:
        """Return a past frame with its people."""
        names = [known.name for known in self._context.settings.cameras]
        if camera not in names:
            raise SettingsError(f"there is no camera named {camera!r}; the site has {', '.join(names)}")
        return self._playback.moment(camera, time_ns, step)

    def test_camera(self, camera: CameraSettings) -> CameraTest:
        """Open a source once, beside the running ones."""
        return CameraTrial(camera, self._context.settings.video, self._context.folder).run()

    def wrong_matches(self, accept: float) -> float | None:
        """Return the share of different people that reach ``accept`` in the model's calibration."""
        return wrong_matches(self._calibration, accept)

    def rate_picture(self, image: ImageArray) -> RatedPicture:
        """Say how much a picture is worth for finding the person on it."""
        return self._portraits.rate(image)

    def watch_list(self) -> tuple[WatchEntry, ...]:
        """Return the people to alarm on, newest first."""
        return self._watch_list.entries()

    def enrol(self, name: str, images: Sequence[ImageArray], author: Author) -> WatchEntry:
        """Put a person on the watch list."""
        return self._watch_list.enrol(name, images, author)

    def withdraw(self, entry: int, author: Author) -> None:
        """Take a person off the watch list."""
        self._watch_list.withdraw(entry, author)

    def alarms(self, limit: int = 200) -> tuple[Alarm, ...]:
        """Return the alarms, newest first."""
        return self._watch_list.alarms(limit)

    def acknowledge(self, alarm: int, note: str, author: Author) -> None:
        """Take an alarm over."""
        self._watch_list.acknowledge(alarm, note, author)
