"""Whatever is decided, merged and taken back: who was where follows one simple rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reid_app.domain import Merge, TrackKey
from reid_app.records.records import Records
from reid_app.records.values import Part
from tests.records.conftest import Home, at, decision, sighting, update

FRAMES = 20
TRACKS = (1, 2, 3)


@dataclass
class Model:
    """The rule, without a database: the last decision on a part counts, then the merges that stand."""

    parts: dict[tuple[int, int], int] = field(default_factory=dict)
    into: dict[int, int] = field(default_factory=dict)
    apart: set[tuple[int, int]] = field(default_factory=set)

    def final(self, number: int) -> int:
        while number in self.into:
            number = self.into[number]
        return number

    def holder(self, track: int, frame: int) -> int | None:
        starts = [since for number, since in self.parts if number == track and since <= at(frame / 10)]
        return self.final(self.parts[track, max(starts)]) if starts else None

    def frames(self) -> dict[tuple[int, int], int]:
        """Identity of each track and frame that has one."""
        everything = {(track, frame): self.holder(track, frame) for track in TRACKS for frame in range(FRAMES)}
        return {key: identity for key, identity in everything.items() if identity is not None}


Step = tuple[str, int, int, int]

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["decide", "merge", "undo", "flush"]), st.integers(1, 3), st.integers(1, 5), st.integers(-3, 22)
    ),
    max_size=25,
)


def play(records: Records, steps: list[Step]) -> Model:
    """Do the same to the records and to the model; steps that make no sense are left out of both."""
    model = Model()
    for frame in range(FRAMES):
        records.write_track_update(update("a", frame, TRACKS))
    for track in TRACKS:
        for frame in (3, 9, 15):
            records.write_sighting(sighting(TrackKey("a", track), frame, person=track, quality=frame / 20))
    for kind, first, second, frame in steps:
        if kind == "decide":
            since = None if frame < 0 else at(frame / 10)
            # After a merge no decision names the identity that was absorbed.
            identity = model.final(second)
            records.write_decision(decision(TrackKey("a", first), identity, since_ns=since))
            model.parts[first, since or 0] = identity
        elif kind == "merge" and model.final(first) != model.final(second):
            kept, absorbed = model.final(first), model.final(second)
            records.write_merge(Merge(kept, absorbed, at(3), None))
            model.into[absorbed] = kept
            model.apart.discard((min(kept, absorbed), max(kept, absorbed)))
        elif kind == "undo" and model.into:
            absorbed = sorted(model.into)[first % len(model.into)]
            kept = model.into.pop(absorbed)
            records.write_merge(Merge(kept, absorbed, at(4), None, undone=True))
            model.apart.add((min(kept, absorbed), max(kept, absorbed)))
        elif kind == "flush":
            records.flush()
    records.flush()
    return model


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, count[int]]:
    """One database for all examples: each gets a site of its own in it."""
    return tmp_path_factory.mktemp("records"), count(1)


def _when(part: Part) -> tuple[int, TrackKey]:
    return part.first_ns, part.track


@given(steps=STEPS)
@example(steps=[("decide", 1, 1, 0), ("decide", 1, 2, -1)])  # a part that ends before it begins
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_frame_belongs_to_whom_the_rule_says(sites: tuple[Path, count[int]], steps: list[Step]) -> None:
    folder, numbers = sites
    with Home(folder).open(site=f"site {next(numbers)}") as records:
        model = play(records, steps)
        expected = model.frames()
        parts = records.parts()
        found = {
            (part.track.number, frame): part.identity
            for part in parts
            for frame in range(part.first_frame, part.last_frame + 1)
        }
        assert found == expected
        assert sum(part.frames for part in parts) == len(expected)
        people = set(expected.values())
        assert {identity.number for identity in records.identities()} == people
        for number in people:
            mine = records.parts(number)
            assert mine == tuple(part for part in parts if part.identity == number)
            identity = records.identity(number)
            assert identity.tracks >= len({part.track for part in mine})
            assert records.identities_of([999, number]) == (identity,)
            assert sorted(records.newest_parts([number], 100)[number], key=_when) == sorted(mine, key=_when)
            assert set(records.newest_parts(people, 1)[number]) <= set(mine)
        snapshot = records.gallery_snapshot("m" * 64, views=4, since_ns=0)
        for views in snapshot.identities:
            assert views.number in people
            assert len(views.vectors) <= 4
        seen = {expected[track, frame] for track in TRACKS for frame in (3, 9, 15) if (track, frame) in expected}
        assert [views.number for views in snapshot.identities] == sorted(seen)
        named = {number for step in steps if step[0] != "flush" for number in step[1:3]}
        assert snapshot.next_number <= max(named, default=0) + 1
        assert set(snapshot.apart) == {
            (min(pair), max(pair))
            for low, high in model.apart
            if (pair := (model.final(low), model.final(high)))[0] != pair[1]
        }
