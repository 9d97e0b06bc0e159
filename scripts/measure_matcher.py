#!/usr/bin/env python3
"""Measure what the matcher takes for a tick of all cameras, round after round of the same people.

    .venv/bin/python scripts/measure_matcher.py --cameras 32 --people 100
    .venv/bin/python scripts/measure_matcher.py --cameras 4 --people 12 --rounds 40    # does it grow?

People with looks of their own walk from camera to camera for half a minute a round, four ticks a second;
every second box gives a look. Each camera overlaps with the next one. ``--blas-threads 2`` is how numpy
computes products of matrices by itself.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from reid_app.config import MatcherSettings
from reid_app.domain import (
    NS_PER_S,
    Crop,
    Embedding,
    FloatArray,
    Quality,
    Sighting,
    Thresholds,
    TrackBox,
    TrackKey,
    TrackUpdate,
)
from reid_app.match import Matcher

DIMENSION = 576
RATE = 4
ROUND_SECONDS = 30
PIXEL = np.zeros((1, 1, 3), np.uint8)
MODEL = "measured"


@dataclass(frozen=True)
class Walk:
    """Somebody in view of one camera, in ticks of the round."""

    key: TrackKey
    look: FloatArray
    first: int
    last: int


def unit(vector: FloatArray) -> FloatArray:
    """Return ``vector`` with norm 1."""
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def walks(people: list[FloatArray], cameras: list[str], first_track: int, rng: np.random.Generator) -> list[Walk]:
    """Ways of all people through the cameras in one round."""
    made: list[Walk] = []
    for look in people:
        tick = int(rng.integers(0, 6 * RATE))
        while tick < (ROUND_SECONDS - 3) * RATE:
            last = min(tick + int(rng.integers(3 * RATE, 9 * RATE)), (ROUND_SECONDS - 2) * RATE)
            key = TrackKey(cameras[rng.integers(len(cameras))], first_track + len(made))
            made.append(Walk(key, look, tick, last))
            tick = last + int(rng.integers(2, 4 * RATE))
    return made


def ticks(
    ways: list[Walk], cameras: list[str], start_ns: int, rng: np.random.Generator
) -> Iterator[tuple[int, list[TrackUpdate], list[Sighting]]]:
    """What the cameras tell of one round."""
    for tick in range(ROUND_SECONDS * RATE):
        now_ns = start_ns + tick * NS_PER_S // RATE
        boxes: dict[str, list[TrackBox]] = {camera: [] for camera in cameras}
        ended: dict[str, list[TrackKey]] = {camera: [] for camera in cameras}
        sightings = []
        for place, way in enumerate(ways):
            if way.last + 2 == tick:
                ended[way.key.camera].append(way.key)
            if not way.first <= tick <= way.last:
                continue
            left = 10.0 + 40 * (place % 10) + 2 * (tick - way.first)
            box = np.array([left, 10, left + 50, 130], np.float32)
            boxes[way.key.camera].append(TrackBox(way.key, tick, now_ns, box, 0.9))
            if tick % 2:
                look = unit(way.look + 0.8 * unit(rng.normal(size=DIMENSION).astype(np.float32)))
                sightings.append(
                    Sighting(Crop(way.key, tick, now_ns, box, PIXEL, 0.9, Quality()), Embedding(look, MODEL))
                )
        updates = [TrackUpdate(name, now_ns, tuple(boxes[name]), tuple(ended[name]), tick) for name in cameras]
        yield now_ns, updates, sightings


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cameras", type=int, default=32)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--blas-threads", type=int, default=1)
    options = parser.parse_args()
    threadpool_limits(options.blas_threads, user_api="blas")
    rng = np.random.default_rng(0)
    common = unit(rng.normal(size=DIMENSION).astype(np.float32))
    people = [unit(0.55 * common + unit(rng.normal(size=DIMENSION).astype(np.float32))) for _ in range(options.people)]
    cameras = [f"camera {number}" for number in range(options.cameras)]
    settings = MatcherSettings.model_validate({"overlapping": list(itertools.pairwise(cameras))})
    matcher = Matcher(settings, Thresholds(0.6, 0.4, 0.05), MODEL, DIMENSION)
    tracks = 1
    for number in range(options.rounds):
        ways = walks(people, cameras, tracks, rng)
        tracks += len(ways)
        spent = []
        for now_ns, updates, sightings in ticks(ways, cameras, number * ROUND_SECONDS * NS_PER_S, rng):
            began = time.perf_counter()
            matcher.update(now_ns, updates, sightings)
            matcher.waiting()
            spent.append(1000 * (time.perf_counter() - began))
        print(
            f"round {number + 1}: {np.mean(spent):.1f} ms a tick, {max(spent):.0f} at most, "
            f"{len(ways)} walks, {matcher.identities} identities"
        )


if __name__ == "__main__":
    main()
