"""A site in memory that implements the facade on a drawn world; tests move its clock."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from reid_app.config import CameraSettings, SiteSettings
from reid_app.config.load import load_site
from reid_app.domain import (
    NS_PER_S,
    CameraState,
    CameraStatus,
    Event,
    Frame,
    Identity,
    ImageArray,
    Likelihood,
    TrackKey,
    Verdict,
)
from reid_app.errors import RecordsError, SettingsError
from reid_app.runtime.cameras import CameraChanges
from reid_app.runtime.facade import (
    Alarm,
    Author,
    CameraLoad,
    CameraView,
    Candidate,
    ExportFile,
    OperatorAction,
    Person,
    PersonView,
    Picture,
    PictureRating,
    Presence,
    Question,
    RatedPicture,
    SiteFacade,
    SiteSnapshot,
    WatchEntry,
)
from reid_app.runtime.setup_calls import CameraTest, SiteChanges
from tests.gui.world import FPS, START_NS, Visit, background, draw_person, picture_of, timetable

DECIDED_AFTER = 0.3
"""Seconds of a track before it has an identity."""


class GeneratedSite(SiteFacade):
    """Cameras of a drawn world; nothing moves unless :meth:`advance` is called or :meth:`run` runs."""

    def __init__(
        self, cameras: int = 4, people: int = 3, size: tuple[int, int] = (320, 180), names: Sequence[str] = ()
    ) -> None:
        default = ["Yard", "Corridor", "Gate", "Lobby", "Dock", "Stairs", "Roof", "Garage"]
        default += [f"Hall {n}" for n in range(9, 33)]
        self.cameras = list(names) or default[:cameras]
        self.size = size
        self.visits = timetable(self.cameras, people)
        self.names: dict[int, str] = {}
        self.notes: dict[int, tuple[str, tuple[str, ...]]] = {}
        self.assigned: dict[TrackKey, int] = {visit.track: visit.person for visit in self.visits}
        self.statuses: dict[str, CameraStatus] = {}
        self.log: list[OperatorAction] = []
        self.undoable: list[tuple[str, Callable[[], None]]] = []
        self.open_questions: list[Question] = []
        self.watched: list[WatchEntry] = []
        self.raised: list[Alarm] = []
        self.tested: list[CameraSettings] = []
        self.refuse: dict[str, str] = {}
        """Why cameras cannot be changed, by name."""
        self.exported: list[tuple[str, Path, int | None]] = []
        self.answers: list[tuple[TrackKey, bool, Author]] = []
        self._path: Path | None = None
        self._settings: SiteSettings | None = None
        self.next_number = people + 1
        self.seconds = 0.0
        self._backgrounds = {camera: background(i, size) for i, camera in enumerate(self.cameras)}
        self._frames: dict[str, Frame] = {}
        self._views: dict[str, CameraView] = {}
        self._listeners: list[Callable[[Event], None]] = []
        self._events: list[Event] = []
        self._indices = dict.fromkeys(self.cameras, 0)
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        for camera in self.cameras:
            self.set_state(camera, CameraState.LIVE)

    # --- what tests do -------------------------------------------------------------------------

    @property
    def now_ns(self) -> int:
        return START_NS + round(self.seconds * NS_PER_S)

    def advance(self, seconds: float = 1 / FPS, cameras: Sequence[str] | None = None) -> None:
        """Move the clock on and make one new frame of each camera."""
        with self._lock:
            self.seconds += seconds
            for camera in cameras if cameras is not None else self.cameras:
                self._indices[camera] += 1
                view = self._make(camera, self.seconds, self._indices[camera])
                self._frames[camera], self._views[camera] = view.frame, view
                status = self.statuses[camera]
                self.statuses[camera] = replace(status, last_frame_ns=self.now_ns, frames=status.frames + 1)

    def run(self, fps: float) -> None:
        """Make frames in real time until :meth:`stop`."""

        def work() -> None:
            due = time.monotonic()
            while not self._stop.wait(max(0.0, due - time.monotonic())):
                self.advance(1 / fps)
                due = max(due + 1 / fps, time.monotonic() - 1)

        self._thread = threading.Thread(target=work, name="generated-site")
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def set_state(self, camera: str, state: CameraState, reason: str = "", retry_ns: int | None = None) -> None:
        self.statuses[camera] = CameraStatus(
            camera, state, reason, time.time_ns(), fps=25.0, size=self.size, retry_ns=retry_ns
        )

    def tell(self, kind: str, **data: object) -> None:
        event = Event(len(self._events) + 1, time.time_ns(), kind, data)
        self._events.append(event)
        for listener in list(self._listeners):
            listener(event)

    def ask_operator(self, track: TrackKey, identity: int, candidate: int, score: float = 0.71) -> None:
        self.open_questions.append(
            Question(
                track, identity, candidate, score, Likelihood.POSSIBLE, None, None, self.now_ns,
                (Picture(f"person-{identity}", track, self.now_ns, 0.9),),
                (Picture(f"person-{candidate}", track, self.now_ns, 0.8),),
            )
        )  # fmt: skip
        self.tell("decision", track=str(track), verdict="ask")

    def truth_at(self, camera: str, seconds: float) -> list[Visit]:
        return [v for v in self.visits if v.track.camera == camera and v.start <= seconds < v.end]

    def _make(self, camera: str, seconds: float, index: int) -> CameraView:
        image = self._backgrounds[camera].copy()
        people = []
        time_ns = START_NS + round(seconds * NS_PER_S)
        for visit in self.truth_at(camera, seconds):
            box = visit.box(seconds, self.size)
            draw_person(image, box, visit.person)
            decided = seconds - visit.start >= DECIDED_AFTER
            identity = self.assigned[visit.track] if decided else None
            x1, y1, x2, y2 = (float(v) for v in box)
            points = np.zeros((18, 3), np.float32)
            points[:, 0] = np.linspace(x1, x2, 18)
            points[:, 1] = np.linspace(y1, y2, 18)
            points[:, 2] = 0.9
            thirds = np.linspace(y1, y2, 4)
            parts = np.array([[x1, thirds[i], x2, thirds[i + 1]] for i in range(3)], np.float32)
            likelihood = (Likelihood.CERTAIN, Likelihood.LIKELY, Likelihood.POSSIBLE)[visit.person % 3]
            since = START_NS + round(visit.start * NS_PER_S)
            name = self.names.get(identity or 0, "")
            people.append(PersonView(visit.track, identity, name, box, likelihood, since, points, parts))
        frame = Frame(camera, index, time_ns, image, time.monotonic())
        return CameraView(frame, tuple(people))

    # --- the facade ----------------------------------------------------------------------------

    def snapshot(self) -> SiteSnapshot:
        loads = tuple(
            CameraLoad(self.statuses[c], self._indices[c], 10.0, len(self._views[c].people) if c in self._views else 0)
            for c in self.cameras
        )
        people = len(set(self.assigned.values()))
        return SiteSnapshot(
            "Generated",
            True,
            self.now_ns if self._frames else None,
            loads,
            people,
            len(self.open_questions),
            {},
            {},
            {},
            {},
        )

    def view(self, camera: str) -> CameraView | None:
        self._known(camera)
        return self._views.get(camera)

    def frame(self, camera: str) -> Frame | None:
        self._known(camera)
        return self._frames.get(camera)

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def events_since(self, sequence: int) -> tuple[Event, ...]:
        return tuple(event for event in self._events if event.sequence > sequence)

    def _identity(self, number: int) -> Identity:
        visits = [v for v in self.visits if self.assigned[v.track] == number and v.start <= self.seconds]
        if not visits:
            raise RecordsError(f"there is no identity {number}; choose another")
        cameras = tuple(dict.fromkeys(v.track.camera for v in visits))
        first, last = visits[0], visits[-1]
        last_ns = START_NS + round(min(self.seconds, last.end) * NS_PER_S)
        first_ns = START_NS + round(first.start * NS_PER_S)
        return Identity(
            number, uuid.UUID(int=number), self.names.get(number, ""), first_ns, last_ns, cameras, len(visits)
        )

    def identities(self, since_ns: int | None = None, until_ns: int | None = None) -> tuple[Identity, ...]:
        numbers = {self.assigned[v.track] for v in self.visits if v.start <= self.seconds}
        return tuple(self._identity(number) for number in sorted(numbers))

    def _pictures(self, number: int) -> tuple[Picture, ...]:
        visits = [v for v in self.visits if self.assigned[v.track] == number and v.start <= self.seconds]
        return tuple(
            Picture(f"person-{v.person}", v.track, START_NS + round((v.start + 1) * NS_PER_S), 0.9) for v in visits[-6:]
        )

    def person(self, identity: int) -> Person:
        others = [i for i in self.identities() if i.number != identity]
        candidates = tuple(
            Candidate(
                other, 0.8 - 0.1 * k, (Likelihood.LIKELY, Likelihood.POSSIBLE)[min(k, 1)], self._pictures(other.number)
            )
            for k, other in enumerate(others[:2])
        )
        note, tags = self.notes.get(identity, ("", ()))
        trail = self.presences(identity, 0, self.now_ns)
        return Person(self._identity(identity), self._pictures(identity), trail, candidates, note, tags)

    def picture(self, key: str) -> ImageArray:
        if not key.startswith("person-"):
            raise RecordsError(f"there is no picture {key}")
        return picture_of(int(key.partition("-")[2]))

    def presences(self, identity: int | None, since_ns: int, until_ns: int) -> tuple[Presence, ...]:
        out = []
        for visit in self.visits:
            number = self.assigned[visit.track]
            first = START_NS + round(visit.start * NS_PER_S)
            if visit.start > self.seconds or first > until_ns or identity not in (None, number):
                continue
            live = self.seconds < visit.end
            last = START_NS + round(min(self.seconds, visit.end) * NS_PER_S)
            if last >= since_ns:
                likelihood = (Likelihood.CERTAIN, Likelihood.LIKELY, Likelihood.POSSIBLE)[visit.person % 3]
                out.append(Presence(visit.track, number, first, last, live, Verdict.ACCEPTED, 0.83, likelihood))
        return tuple(sorted(out, key=lambda p: p.first_ns))

    def questions(self) -> tuple[Question, ...]:
        return tuple(self.open_questions)

    def _did(self, what: str, author: Author, undo: Callable[[], None]) -> None:
        self.log.insert(0, OperatorAction(time.time_ns(), author.operator, what, author.reason))
        self.undoable.append((what, undo))
        self.tell("action", what=what)

    def answer(self, track: TrackKey, same: bool, author: Author) -> None:
        question = next(q for q in self.open_questions if q.track == track)
        self.open_questions.remove(question)
        self.answers.append((track, same, author))
        old = dict(self.assigned)
        if same:
            self._move(question.identity, question.candidate)

        def undo() -> None:
            self.open_questions.insert(0, question)
            self.assigned = old

        self._did(f"{'same' if same else 'different'} {track}", author, undo)

    def _move(self, source: int, target: int) -> None:
        self.assigned = {t: target if n == source else n for t, n in self.assigned.items()}

    def merge(self, kept: int, absorbed: int, author: Author) -> None:
        old = dict(self.assigned)
        self._move(absorbed, kept)
        self._did(f"merge {absorbed} into {kept}", author, lambda: setattr(self, "assigned", old))
        self.tell("merge", kept=kept, absorbed=absorbed)

    def split(self, tracks: Sequence[TrackKey], author: Author) -> int:
        old = dict(self.assigned)
        number, self.next_number = self.next_number, self.next_number + 1
        for track in tracks:
            self.assigned[track] = number
        self._did(f"split {len(tracks)} to {number}", author, lambda: setattr(self, "assigned", old))
        return number

    def rename(self, identity: int, name: str, author: Author) -> None:
        old = self.names.get(identity, "")
        self.names[identity] = name
        self._did(f"name of {identity}", author, lambda: self.names.__setitem__(identity, old))

    def annotate(self, identity: int, note: str, tags: Sequence[str], author: Author) -> None:
        old = self.notes.get(identity, ("", ()))
        self.notes[identity] = (note, tuple(tags))
        self._did(f"note of {identity}", author, lambda: self.notes.__setitem__(identity, old))

    def undo(self, author: Author) -> str | None:
        if not self.undoable:
            return None
        what, undo = self.undoable.pop()
        undo()
        self.tell("action", what=f"undo {what}")
        return what

    def actions(self, limit: int = 200) -> tuple[OperatorAction, ...]:
        return tuple(self.log[:limit])

    def search(
        self, image: ImageArray, since_ns: int | None = None, until_ns: int | None = None, limit: int = 20
    ) -> tuple[Candidate, ...]:
        colour = image[image.shape[0] * 2 // 5, image.shape[1] // 2].astype(float)
        scored = []
        for identity in self.identities():
            presences = self.presences(identity.number, since_ns or 0, until_ns or self.now_ns)
            if not presences:
                continue
            mine = picture_of(identity.number)[128 * 2 // 5, 32].astype(float)
            score = 1.0 - float(np.abs(colour - mine).mean()) / 255
            word = Likelihood.CERTAIN if score > 0.95 else Likelihood.POSSIBLE if score > 0.7 else Likelihood.UNLIKELY
            scored.append(Candidate(identity, score, word, self._pictures(identity.number)))
        return tuple(sorted(scored, key=lambda c: -c.score)[:limit])

    def export_kinds(self) -> dict[str, str]:
        return {"csv": "Table for a spreadsheet", "jsonl": "One JSON value a line", "report": "Page with pictures"}

    def preview_export(self, kind: str, identity: int | None = None) -> tuple[ExportFile, ...]:
        rows = len(self.presences(identity, 0, self.now_ns))
        files = [ExportFile(f"identity-{identity}.{kind}", "Times and places", rows)]
        if kind == "report":
            files.append(ExportFile("pictures", "Pictures of the person", len(self._pictures(identity or 0))))
        return tuple(files)

    def export(self, kind: str, folder: Path, identity: int | None = None) -> tuple[Path, ...]:
        self.exported.append((kind, folder, identity))
        path = folder / f"identity-{identity}.{kind}"
        path.write_text(f"{identity}\n")
        return (path,)

    def moment(self, camera: str, time_ns: int, step: int = 0) -> CameraView | None:
        self._known(camera)
        index = (time_ns - START_NS) * FPS // NS_PER_S + step
        if index < 0 or index > round(self.seconds * FPS):
            return None
        return self._make(camera, index / FPS, index)

    def test_camera(self, camera: CameraSettings) -> CameraTest:
        self.tested.append(camera)
        if camera.url.get_secret_value().startswith("rtsp://good"):
            return CameraTest(True, "1920 x 1080 at 25 frames per second", background(1, (320, 180)))
        return CameraTest(False, f"{camera.name}: nobody answers at this address; check the address and the cable")

    def follow(self, path: Path) -> None:
        """Have :meth:`reload` compare with the site file as it is now."""
        self._path, self._settings = path, load_site(path).settings

    def add_camera(self, camera: CameraSettings) -> None:
        self._refuse(camera.name)
        with self._lock:
            self._backgrounds[camera.name] = background(len(self._backgrounds), self.size)
            self._indices[camera.name] = 0
            self.set_state(camera.name, CameraState.LIVE)
            self.cameras = [*self.cameras, camera.name]

    def change_camera(self, camera: CameraSettings) -> None:
        self._refuse(camera.name)

    def remove_camera(self, name: str) -> None:
        self._refuse(name)
        with self._lock:
            self.cameras = [camera for camera in self.cameras if camera != name]
            for known in (self._frames, self._views):
                known.pop(name, None)

    def reload(self) -> SiteChanges:
        if self._path is None or self._settings is None:
            return SiteChanges()
        old, new = self._settings, load_site(self._path).settings
        changes = CameraChanges.between(old.cameras, new.cameras)
        refused = {}
        for deed, cameras in (
            (self.add_camera, changes.added),
            (self.change_camera, changes.changed),
            (self.remove_camera, changes.removed),
        ):
            for camera in cameras:
                try:
                    deed(camera)  # type: ignore[operator]
                except SettingsError as error:
                    refused[camera if isinstance(camera, str) else camera.name] = str(error)
        self._settings = new
        return SiteChanges(
            tuple(camera.name for camera in changes.added if camera.name not in refused),
            tuple(camera.name for camera in changes.changed if camera.name not in refused),
            tuple(name for name in changes.removed if name not in refused),
            refused,
            tuple(
                key for key in SiteSettings.model_fields if key != "cameras" and getattr(new, key) != getattr(old, key)
            ),
        )

    def _refuse(self, camera: str) -> None:
        if camera in self.refuse:
            raise SettingsError(self.refuse[camera])

    def wrong_matches(self, accept: float) -> float | None:
        return max(0.0, 0.01 * (1 - accept))

    def rate_picture(self, image: ImageArray) -> RatedPicture:
        height = image.shape[0]
        if height < 32:
            return RatedPicture(PictureRating.POOR, f"The person is only {height} pixels high; 64 or more are needed")
        return (
            RatedPicture(PictureRating.GOOD)
            if height >= 100
            else RatedPicture(PictureRating.MIXED, "The picture is small")
        )

    def watch_list(self) -> tuple[WatchEntry, ...]:
        return tuple(self.watched)

    def enrol(self, name: str, images: Sequence[ImageArray], author: Author) -> WatchEntry:
        if not name:
            raise SettingsError("the person has no name; give one")
        pictures = tuple(replace(self.rate_picture(image), key="person-1") for image in images)
        entry = WatchEntry(len(self.watched) + 1, name, pictures, time.time_ns(), author.operator, author.reason)
        self.watched.insert(0, entry)
        self.tell("action", what="enrol")
        return entry

    def withdraw(self, entry: int, author: Author) -> None:
        self.watched = [known for known in self.watched if known.number != entry]
        self.tell("action", what="withdraw")

    def raise_alarm(self, name: str = "Alex", identity: int = 1) -> Alarm:
        track = next(v.track for v in self.visits if v.person == identity)
        alarm = Alarm(len(self.raised) + 1, 1, name, identity, track, self.now_ns, 0.91, Likelihood.CERTAIN)
        self.raised.insert(0, alarm)
        self.tell("alarm", alarm=alarm.number)
        return alarm

    def alarms(self, limit: int = 200) -> tuple[Alarm, ...]:
        return tuple(self.raised[:limit])

    def acknowledge(self, alarm: int, note: str, author: Author) -> None:
        self.raised = [
            replace(known, owner=author.operator, note=note) if known.number == alarm else known
            for known in self.raised
        ]
        self.tell("action", what="acknowledge")

    def _known(self, camera: str) -> None:
        if camera not in self.cameras:
            raise SettingsError(f"there is no camera {camera!r}")
