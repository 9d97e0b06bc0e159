"""A running site without networks: people are colours, walks are made by hand, the rest is real.

Nothing moves by itself: a test lets people walk, and what the cameras, the detector and the
embedder would have brought is handed to the site as its threads would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import yaml

from reid_app.config.load import load_site
from reid_app.domain import (
    NS_PER_S,
    Crop,
    Detections,
    Embedding,
    FloatArray,
    Frame,
    ImageArray,
    Quality,
    Sighting,
    Thresholds,
    TrackBox,
    TrackKey,
    TrackUpdate,
    to_ns,
)
from reid_app.match import Matcher
from reid_app.models.manifest import Calibration
from reid_app.records.records import Records
from reid_app.runtime.events import EventLog
from reid_app.runtime.facade import Author
from reid_app.runtime.pipeline import Tick
from reid_app.runtime.sharing import SharedDetector, SharedEmbedder
from reid_app.runtime.site import Site

MODEL = "a" * 64
DIMENSION = 16
SIZE = (320, 240)
FPS = 10
THRESHOLDS = Thresholds(accept=0.75, ask=0.5, margin=0.05)
KIM, ALEX = Author("Kim", "seen on the phone"), Author("Alex")


def look(person: int, like: int | None = None, share: float = 0.0) -> FloatArray:
    """A person's unit vector; with ``like``, its cosine to that person's is ``share``."""
    mine = np.zeros(DIMENSION, np.float32)
    mine[person] = 1.0
    if like is not None:
        mine[person] = np.sqrt(1 - share**2)
        mine[like] = share
    return mine


def picture(person: int, height: int = 128) -> ImageArray:
    """A crop of a person: a shade of its own under sharp stripes."""
    image = np.full((height, height // 2, 3), 20 * person, np.uint8)
    image[:, ::4] = 255
    return image


class Eyes:
    """Finds people in a picture where it is green; a picture without green is a crop for itself."""

    def detect(self, frames: Sequence[Frame]) -> list[Detections]:
        return [self._find(frame.image) for frame in frames]

    def _find(self, image: ImageArray) -> Detections:
        rows, columns = np.nonzero((image == (0, 255, 0)).all(axis=2))
        if not len(rows):
            return Detections.empty()
        box = [columns.min() + 1, rows.min() + 1, columns.max(), rows.max()]
        return Detections(np.array([box], np.float32), np.array([0.9], np.float32))


@dataclass
class Memory:
    """Embeds a crop by its shade; counts how often it was asked."""

    looks: dict[int, FloatArray] = field(default_factory=dict)
    calls: int = 0

    def embed(self, crops: Sequence[Crop]) -> list[Sighting]:
        self.calls += 1
        return [Sighting(crop, Embedding(self._vector(crop.image), MODEL)) for crop in crops]

    def _vector(self, image: ImageArray) -> FloatArray:
        person = round(float(np.median(image[:, 1::4])) / 20)
        return self.looks.get(person, look(person))


class World:
    """A site in a folder, opened; it can be closed and opened again.

    Cameras are files named like them in the folder, and there only if a test puts them there.
    """

    def __init__(self, folder: Path, cameras: Sequence[str] = ("door", "yard"), live: Sequence[str] = ()) -> None:
        self.folder = folder
        start = "2026-01-01T10:00:00Z"
        settings = {
            "cameras": [{"name": name, "url": f"{name}.avi", "start": start} for name in cameras]
            + [{"name": name, "url": f"rtsp://127.0.0.1:1/{name}"} for name in live],
            "matcher": {"evidence_crops": 2, "evidence_seconds": 1.0},
            "records": {"flush_seconds": 0.05},
            "video": {"open_timeout": 2.0, "read_timeout": 2.0},
        }
        self.path = folder / "site.yaml"
        self.path.write_text(yaml.safe_dump(settings))
        self.memory = Memory()
        self.calibration: Calibration | None = None
        self.seconds = 0.0
        self.site = self._open()

    def _open(self) -> Site:
        file = load_site(self.path)
        settings = file.settings
        records = Records.open(settings.records, file.folder, settings.cameras, settings.name)
        matcher = Matcher(settings.matcher, THRESHOLDS, MODEL, DIMENSION)
        matcher.restore(records.gallery_snapshot(MODEL, settings.matcher.views_per_identity, 0))
        detector, embedder = SharedDetector(Eyes()), SharedEmbedder(self.memory)
        return Site(file, records, detector, embedder, matcher, EventLog(), self.calibration)

    def reopen(self) -> Site:
        """Stop the site and start it again."""
        self.site.stop()
        self.site = self._open()
        return self.site

    @property
    def now_ns(self) -> int:
        return at(self.seconds)

    def walk(
        self,
        camera: str,
        number: int,
        person: int,
        seconds: float = 3.0,
        *,
        vector: FloatArray | None = None,
        ends: bool = True,
    ) -> TrackKey:
        """Let somebody walk through a camera, alone; the clock goes on."""
        track = TrackKey(camera, number)
        self.memory.looks[person] = look(person) if vector is None else vector
        for step in range(round(seconds * FPS)):
            self.tick(camera, [(track, person)], sees=step % 3 == 0)
        if ends:
            self.end(track)
        return track

    def tick(self, camera: str, people: Sequence[tuple[TrackKey, int]], *, sees: bool = True) -> None:
        """Process one frame of a camera on which ``people`` are; with looks at them if ``sees``."""
        self.seconds += 1 / FPS
        index, time_ns = round(self.seconds * FPS), self.now_ns
        boxes = tuple(
            TrackBox(track, index, time_ns, box_at(index, place), 0.9) for place, (track, _) in enumerate(people)
        )
        update = TrackUpdate(camera, time_ns, boxes, frame_index=index)
        crops = tuple(
            Crop(box.track, index, time_ns, box.box, picture(person), 0.9, Quality())
            for box, (_, person) in zip(boxes, people, strict=True)
            if sees
        )
        frame = Frame(camera, index, time_ns, np.zeros((SIZE[1], SIZE[0], 3), np.uint8))
        self.site.board.show(frame, update)
        self.site._identify(Tick((frame,), (update,), crops), self.memory.embed(crops) if crops else [])

    def end(self, *tracks: TrackKey) -> None:
        """Let tracks end, and a second pass, so that nothing is left to decide."""
        for track in tracks:
            update = TrackUpdate(track.camera, self.now_ns, (), (track,))
            self.site._identify(Tick((), (update,), ()), [])
        for _ in range(FPS):
            self.tick(tracks[0].camera, [])

    def identity(self, track: TrackKey) -> int:
        """The identity that a track has, as a window would find out."""
        (presence,) = [p for p in self.site.presences(None, 0, at(1e6)) if p.track == track]
        return presence.identity

    def kinds(self) -> list[str]:
        """The kinds of all events so far."""
        return [event.kind for event in self.site.events_since(0)]


def at(seconds: float) -> int:
    """Stream time at ``seconds`` after ten o'clock, when the files start."""
    from datetime import UTC, datetime

    return to_ns(datetime(2026, 1, 1, 10, tzinfo=UTC)) + round(seconds * NS_PER_S)


def box_at(index: int, place: int) -> FloatArray:
    """Where the person in some place is on a frame."""
    x = 10.0 + index % 20 + 100 * place
    return np.array([x, 40, x + 60, 170], np.float32)
