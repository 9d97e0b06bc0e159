"""Who is on the newest processed frames: what a window draws."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from reid_app.domain import (
    NS_PER_S,
    Decision,
    FloatArray,
    Frame,
    Likelihood,
    Merge,
    Sighting,
    TrackBox,
    TrackKey,
    TrackUpdate,
    Verdict,
    likelihood,
)
from reid_app.runtime.facade import CameraView, PersonView

KEPT_NS = 10 * NS_PER_S
"""How long a track that ended is remembered, for pictures that are drawn later."""


class Board:
    """Remembers, for each live track, what its boxes are drawn with.

    Everything about a track is forgotten a little after the track ended, so the
    board is as large as the number of people on the pictures.

    Args:
        name_of: Gives the name of an identity, or an empty text.
    """

    def __init__(self, name_of: Callable[[int], str]) -> None:
        self._name_of = name_of
        self._newest: dict[str, tuple[Frame, TrackUpdate]] = {}
        self._views: dict[str, CameraView] = {}
        self._since: dict[TrackKey, int] = {}
        self._decided: dict[TrackKey, tuple[int, Likelihood]] = {}
        self._looks: dict[TrackKey, Sighting] = {}
        self._moved: dict[int, int] = {}
        self._waiting: dict[int, int] = {}
        self._ended: deque[tuple[int, TrackKey]] = deque()
        self._lock = threading.Lock()

    def show(self, frame: Frame, update: TrackUpdate) -> None:
        """Take the newest processed frame of a camera."""
        with self._lock:
            self._newest[frame.camera] = (frame, update)
            self._views.pop(frame.camera, None)
            for box in update.boxes:
                self._since.setdefault(box.track, box.time_ns)
            self._forget(update)

    def end(self, update: TrackUpdate) -> None:
        """Take that a source ended: its people are gone."""
        with self._lock:
            if update.camera in self._newest:
                frame, _ = self._newest[update.camera]
                self._newest[update.camera] = (frame, update)
                self._views.pop(update.camera, None)
            self._forget(update)

    def drop(self, camera: str) -> None:
        """Take that there is no such camera any more."""
        with self._lock:
            self._newest.pop(camera, None)
            self._views.pop(camera, None)

    def learn(self, sightings: Sequence[Sighting], outcomes: Sequence[Decision | Merge]) -> None:
        """Take new looks at tracks and what the matcher made of them."""
        with self._lock:
            if sightings or outcomes:
                self._views.clear()
            for sighting in sightings:
                if sighting.crop.track in self._since:
                    self._looks[sighting.crop.track] = sighting
            for outcome in outcomes:
                if isinstance(outcome, Merge):
                    if outcome.undone:
                        self._moved.pop(outcome.absorbed, None)
                    else:
                        self._moved[outcome.absorbed] = outcome.kept
                elif outcome.track in self._since:
                    self._decided[outcome.track] = (outcome.identity, sureness(outcome))

    def expect(self, waiting: Mapping[int, int]) -> None:
        """Take which identities will likely be merged, and into which: they are shown as that already."""
        with self._lock:
            if waiting != self._waiting:
                self._waiting = dict(waiting)
                self._views.clear()

    def renamed(self) -> None:
        """Take that an identity has another name."""
        with self._lock:
            self._views.clear()

    def identity(self, track: TrackKey) -> int | None:
        """Return the identity that a track is shown as, None while it is undecided or some time after its end."""
        with self._lock:
            number = self._identity(track)
            return None if number is None else self._waiting.get(number, number)

    def view(self, camera: str) -> CameraView | None:
        """Return the newest processed frame of a camera with its people: the same object while nothing changed."""
        with self._lock:
            if camera not in self._newest:
                return None
            if camera not in self._views:
                frame, update = self._newest[camera]
                self._views[camera] = CameraView(frame, tuple(self._person(box) for box in update.boxes))
            return self._views[camera]

    def people(self, camera: str) -> int:
        """Return the number of people on the newest processed frame of a camera."""
        with self._lock:
            return len(self._newest[camera][1].boxes) if camera in self._newest else 0

    def _forget(self, update: TrackUpdate) -> None:
        self._ended.extend((update.time_ns, track) for track in update.ended)
        while self._ended and self._ended[0][0] < update.time_ns - KEPT_NS:
            _, track = self._ended.popleft()
            for known in (self._since, self._decided, self._looks):
                known.pop(track, None)
            self._forget_merges()

    def _forget_merges(self) -> None:
        """Keep only the merges that a remembered decision still goes through."""
        needed: dict[int, int] = {}
        for number, _ in self._decided.values():
            while number in self._moved and number not in needed:
                needed[number] = self._moved[number]
                number = needed[number]  # noqa: PLW2901  it follows the chain
        self._moved = needed

    def _identity(self, track: TrackKey) -> int | None:
        if track not in self._decided:
            return None
        number = self._decided[track][0]
        while number in self._moved:
            number = self._moved[number]
        return number

    def _person(self, box: TrackBox) -> PersonView:
        identity = self._identity(box.track)
        sure = Likelihood.UNLIKELY if identity is None else self._decided[box.track][1]
        if identity in self._waiting:
            identity, sure = self._waiting[identity], Likelihood.LIKELY
        look = self._looks.get(box.track)
        return PersonView(
            track=box.track,
            identity=identity,
            name="" if identity is None else self._name_of(identity),
            box=box.box,
            likelihood=sure,
            since_ns=self._since.get(box.track, box.time_ns),
            landmarks=None if look is None or look.landmarks is None else _moved_landmarks(look, box),
            parts=None if look is None or look.parts is None else _moved_parts(look, box),
        )


def sureness(decision: Decision) -> Likelihood:
    """Say in words how sure a decision is: certain where an operator took it, or where nobody is alike."""
    if decision.verdict in (Verdict.NEW, Verdict.CONFIRMED):
        return Likelihood.CERTAIN
    return likelihood(decision.score, decision.thresholds)


def _moved_landmarks(look: Sighting, box: TrackBox) -> FloatArray:
    """Carry the landmarks of a look from its crop to where the person is now."""
    assert look.landmarks is not None
    points = look.landmarks.points.copy()
    scale, offset = _placement(look, box)
    points[:, :2] = points[:, :2] * scale + offset
    return points


def _moved_parts(look: Sighting, box: TrackBox) -> FloatArray:
    assert look.parts is not None
    scale, offset = _placement(look, box)
    return (look.parts.boxes * np.tile(scale, 2) + np.tile(offset, 2)).astype(np.float32)


def _placement(look: Sighting, box: TrackBox) -> tuple[FloatArray, FloatArray]:
    height, width = look.crop.image.shape[:2]
    size = box.box[2:] - box.box[:2]
    return (size / np.array([width, height], np.float32)).astype(np.float32), box.box[:2]
