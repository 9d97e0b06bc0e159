"""A drawn world: people who walk through cameras on a timetable, and its truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reid_app.domain import NS_PER_S, FloatArray, ImageArray, TrackKey
from reid_app.imaging import cv2

START_NS = 1_772_366_400 * NS_PER_S
"""2026-03-01 12:00:00 UTC."""

FPS = 10
COATS = ((40, 60, 220), (60, 200, 60), (220, 160, 40), (200, 60, 200), (60, 220, 220), (230, 230, 230))


@dataclass(frozen=True)
class Visit:
    """One person in one camera for a while: the truth of one track."""

    person: int
    track: TrackKey
    start: float
    end: float

    def box(self, seconds: float, size: tuple[int, int]) -> FloatArray:
        share = (seconds - self.start) / (self.end - self.start)
        width, height = size
        w, h = 0.09 * width, 0.5 * height
        x = w + share * (width - 3 * w)
        y = 0.3 * height + 0.03 * height * (self.person % 5)
        return np.array([x, y, x + w, y + h], np.float32)


def timetable(cameras: list[str], people: int, rounds: int = 40, stay: float = 4.0, walk: float = 2.0) -> list[Visit]:
    """Person p starts in camera p and walks on to the next camera, round and round."""
    visits = []
    numbers = dict.fromkeys(cameras, 0)
    for leg in range(rounds):
        for person in range(people):
            camera = cameras[(person + leg) % len(cameras)]
            numbers[camera] += 1
            start = leg * (stay + walk) + 0.3 * person
            visits.append(Visit(person + 1, TrackKey(camera, numbers[camera]), start, start + stay))
    return visits


def background(index: int, size: tuple[int, int]) -> ImageArray:
    width, height = size
    ramp = np.linspace(40, 110, height, dtype=np.float32)[:, None]
    image = np.repeat(ramp, width, axis=1)
    image = np.stack([image + 8 * (index % 3), image + 5 * (index % 5), image], axis=-1).astype(np.uint8)
    cv2.line(image, (0, int(0.8 * height)), (width, int(0.75 * height)), (150, 150, 150), 2)
    for x in range(0, width, max(1, width // 6)):
        cv2.rectangle(image, (x, int(0.1 * height)), (x + width // 14, int(0.25 * height)), (120, 130, 140), 1)
    return image


def draw_person(image: ImageArray, box: FloatArray, person: int) -> None:
    x1, y1, x2, y2 = (int(v) for v in box)
    coat = COATS[(person - 1) % len(COATS)]
    head = max(2, (x2 - x1) // 4)
    cv2.rectangle(image, (x1 + head // 2, y1 + 2 * head), (x2 - head // 2, y1 + (y2 - y1) * 6 // 10), coat, -1)
    cv2.rectangle(image, (x1 + head, y1 + (y2 - y1) * 6 // 10), (x2 - head, y2), (60, 40, 30), -1)
    cv2.circle(image, ((x1 + x2) // 2, y1 + head), head, (150, 180, 220), -1)


def picture_of(person: int) -> ImageArray:
    """A crop of a person, as a thumbnail."""
    image = np.full((128, 64, 3), 90, np.uint8)
    draw_person(image, np.array([4, 4, 60, 124], np.float32), person)
    return image
