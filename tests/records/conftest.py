"""A small world to record: two cameras, boxes, embeddings of people who differ."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, text

from reid_app.config import CameraSettings, RecordsSettings
from reid_app.domain import (
    Crop,
    Decision,
    Embedding,
    Quality,
    Sighting,
    Thresholds,
    TrackBox,
    TrackKey,
    TrackUpdate,
    Verdict,
)
from reid_app.records.records import Records

START_NS = 1_700_000_000_000_000_000
MODEL = "m" * 64


def camera(name: str, url: str | None = None) -> CameraSettings:
    return CameraSettings(name=name, url=SecretStr(url or f"{name}.mp4"))


def at(seconds: float) -> int:
    """Nanoseconds at ``seconds`` after the start."""
    return START_NS + round(seconds * 1e9)


def vector(person: int, dimension: int = 8) -> np.ndarray:
    """A unit vector, the same for the same person."""
    values = np.random.default_rng(person).normal(size=dimension).astype(np.float32)
    return values / np.linalg.norm(values)


def box(track: TrackKey, frame: int, fps: float = 10.0, score: float = 0.9) -> TrackBox:
    corners = np.array([10 + frame, 20, 50 + frame, 120], np.float32)
    return TrackBox(track, frame, at(frame / fps), corners, score)


def update(camera_name: str, frame: int, tracks: tuple[int, ...] = (), ended: tuple[int, ...] = ()) -> TrackUpdate:
    keys = [TrackKey(camera_name, number) for number in tracks]
    gone = tuple(TrackKey(camera_name, number) for number in ended)
    return TrackUpdate(camera_name, at(frame / 10), tuple(box(key, frame) for key in keys), gone, frame)


def sighting(
    track: TrackKey, frame: int, person: int, quality: float = 0.5, model: str = MODEL, seed: int = 0
) -> Sighting:
    image = np.random.default_rng([person, frame, seed]).integers(0, 255, (100, 40, 3), np.uint8)
    a_box = box(track, frame)
    crop = Crop(track, frame, a_box.time_ns, a_box.box, image, a_box.score, Quality(size=quality))
    return Sighting(crop, Embedding(vector(person), model))


def decision(
    track: TrackKey, identity: int, seconds: float = 1.0, verdict: Verdict = Verdict.NEW, **changes: Any
) -> Decision:
    values: dict[str, Any] = {
        "track": track,
        "time_ns": at(seconds),
        "verdict": verdict,
        "identity": identity,
        "score": None if verdict is Verdict.NEW else 0.7,
        "runner_up": None,
        "runner_up_score": None,
        "thresholds": Thresholds(0.6, 0.5, 0.05),
        "model": MODEL,
    }
    return Decision(**(values | changes))


@dataclass
class Home:
    """A folder for records, and how to open them."""

    folder: Path
    settings: RecordsSettings = field(default_factory=lambda: RecordsSettings(flush_seconds=0.05))
    cameras: tuple[str, ...] = ("a", "b")

    def open(self, **options: Any) -> Records:
        return Records.open(self.settings, self.folder, [camera(name) for name in self.cameras], **options)


SERVER = os.environ.get("REID_TEST_DATABASE", "")
"""Address of an empty PostgreSQL database that the tests may do anything to; empty: SQLite alone is tested."""


@pytest.fixture(params=["sqlite", "server"] if SERVER else ["sqlite"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """An empty folder for records, or an empty database on a server."""
    if request.param == "sqlite":
        return Home(tmp_path)
    engine = create_engine(SERVER)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return Home(tmp_path, RecordsSettings(flush_seconds=0.05, url=SecretStr(SERVER)))


@pytest.fixture
def records(home: Home) -> Iterator[Records]:
    with home.open() as opened:
        yield opened


Walk = Callable[..., TrackKey]


@pytest.fixture
def walk(records: Records) -> Walk:
    """Record a person who walks through a camera, and whom that is."""

    def record(camera_name: str, number: int, frames: range, identity: int | None = None, **changes: Any) -> TrackKey:
        key = TrackKey(camera_name, number)
        for frame in frames:
            records.write_track_update(update(camera_name, frame, (number,)))
        if identity is not None:
            records.write_decision(decision(key, identity, frames[-1] / 10, **changes))
        return key

    return record
