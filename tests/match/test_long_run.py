"""Hours of people who come and go: what is kept does not grow."""

import numpy as np

from reid_app.config import MatcherSettings
from reid_app.domain import NS_PER_S, Crop, Embedding, FloatArray, Quality, Sighting, TrackBox, TrackKey, TrackUpdate
from reid_app.match import Matcher
from tests.match.worlds import DIMENSION, MODEL, PIXEL, START_NS, matcher, unit

BOX = np.array([10, 10, 60, 130], np.float32)


def kept(judge: Matcher) -> dict[str, int]:
    """How much a matcher holds, of everything that could grow."""
    state = judge._state
    people = [state.book[number] for number in state.book.numbers()]
    return {
        "identities": judge.identities,
        "rows": len(judge.gallery),
        "parts": len(state.watch),
        "beside": sum(len(part.beside) + len(part.against) for part in state.watch),
        "apart": sum(len(p.beside) + len(p.told_apart) for p in people),
        "stays": sum(len(stays) for p in people for stays in p.whereabouts._stays.values()),
        "undo": sum(len(p.absorbed) for p in people),
        "waiting": len(judge._consolidator._queue) + len(judge._consolidator._due),
        "expiry": len(state.book._expiry),
    }


def visit(judge: Matcher, number: int, time_ns: int, looks: list[FloatArray]) -> None:
    """Let people walk through one camera side by side, beside one who never leaves."""
    keys = [TrackKey("gate", len(looks) * number + place + 1) for place in range(len(looks))]
    sitting = TrackKey("gate", 0)
    for step in range(4):
        now_ns = time_ns + step * NS_PER_S // 2
        boxes = tuple(TrackBox(key, 0, now_ns, BOX, 0.9) for key in (*keys, sitting))
        sightings = [
            Sighting(Crop(key, 0, now_ns, BOX, PIXEL, 0.9, Quality()), Embedding(look, MODEL))
            for key, look in zip(keys, looks, strict=True)
        ]
        judge.update(now_ns, [TrackUpdate("gate", now_ns, boxes)], sightings)
    end_ns = time_ns + 3 * NS_PER_S
    judge.update(end_ns, [TrackUpdate("gate", end_ns, (), tuple(keys))], [])


def test_what_is_kept_does_not_grow_with_the_hours():
    judge = matcher(MatcherSettings(identity_seconds=3 * 3600.0, views_per_identity=6, overlapping=()))
    noise = np.random.default_rng(0)
    regulars = [unit(noise.normal(size=DIMENSION).astype(np.float32)) for _ in range(4)]
    held = []
    visits_an_hour = 20
    for number in range(12 * visits_an_hour):
        looks = [regulars[number % 4], unit(noise.normal(size=DIMENSION).astype(np.float32))]  # and a stranger
        looks = [unit(look + 0.1 * noise.normal(size=DIMENSION).astype(np.float32)) for look in looks]
        visit(judge, number, START_NS + number * (3600 // visits_an_hour) * NS_PER_S, looks)
        if number % visits_an_hour == visits_an_hour - 1:
            held.append(kept(judge))
    settled = {name: max(hour[name] for hour in held[3:6]) for name in held[0]}
    for hour in held[6:]:
        for name, count in hour.items():
            assert count <= 1.3 * settled[name] + 4, (name, held)
    assert settled["identities"] <= 3 * visits_an_hour + 8
    assert settled["rows"] <= 6 * settled["identities"]
