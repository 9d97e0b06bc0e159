"""What the report tells: who was where and when, who walked from where to where."""

from __future__ import annotations

import itertools
import statistics
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reid_app.domain import NS_PER_S, Verdict
from reid_app.records.matchlog import Selection
from reid_app.records.reader import RecordsReader
from reid_app.records.values import Part, RecordedMerge

MOST_PARTS = 20_000
"""Newest presences that a report takes in."""

MOST_PEOPLE = 300
"""People that a report shows, those seen in the most places and longest."""

INSTANTS = 120
"""Points of the curve of people over time."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody's presence in one camera until another one has them.

    Attributes:
        camera: Name of the camera.
        first_ns: From.
        last_ns: To.
    """

    camera: str
    first_ns: int
    last_ns: int


@dataclass(frozen=True, slots=True)
class Person:
    """One identity.

    Attributes:
        number: Its number.
        name: What an operator called it, or empty.
        parts: Its presences, oldest first; at least one.
        merges: Joinings of other identities with this one that stand.
    """

    number: int
    name: str
    parts: tuple[Part, ...]
    merges: tuple[RecordedMerge, ...]

    @property
    def first_ns(self) -> int:
        """First time seen."""
        return min(part.first_ns for part in self.parts)

    @property
    def last_ns(self) -> int:
        """Last time seen."""
        return max(part.last_ns for part in self.parts)

    @property
    def cameras(self) -> tuple[str, ...]:
        """Cameras that saw the person, in the order in which they did first."""
        return tuple(dict.fromkeys(part.track.camera for part in self.parts))

    @property
    def stays(self) -> tuple[Stay, ...]:
        """The way through the site: presences, those that follow one another in one camera as one."""
        stays: list[Stay] = []
        for part in self.parts:
            if stays and stays[-1].camera == part.track.camera:
                last_ns = max(stays[-1].last_ns, part.last_ns)
                stays[-1] = Stay(stays[-1].camera, stays[-1].first_ns, last_ns)
            else:
                stays.append(Stay(part.track.camera, part.first_ns, part.last_ns))
        return tuple(stays)


@dataclass(frozen=True, slots=True)
class Flow:
    """Walks from one camera to another.

    Attributes:
        source: Name of the camera left.
        target: Name of the camera reached.
        count: Number of walks.
        seconds: Median of the time between being seen last and first; below 0 where both see a place.
    """

    source: str
    target: str
    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Story:
    """All that a report is made of.

    Attributes:
        cameras: Names, in the order of the site.
        people: By number.
        left_out: People who are not shown.
        cut: Whether older presences than :data:`MOST_PARTS` were left out.
    """

    cameras: tuple[str, ...]
    people: tuple[Person, ...]
    left_out: int
    cut: bool

    @property
    def first_ns(self) -> int:
        """When the first person was seen; 0 where there is nobody."""
        return min((person.first_ns for person in self.people), default=0)

    @property
    def last_ns(self) -> int:
        """When the last person was seen; 0 where there is nobody."""
        return max((person.last_ns for person in self.people), default=0)

    @property
    def parts(self) -> int:
        """Number of presences."""
        return sum(len(person.parts) for person in self.people)

    @property
    def asked(self) -> int:
        """Number of presences about which an operator is asked."""
        verdicts = [part.decision.decision.verdict for person in self.people for part in person.parts]
        return verdicts.count(Verdict.ASK)

    def flows(self) -> tuple[Flow, ...]:
        """Return the walks between cameras, most frequent first."""
        gaps: dict[tuple[str, str], list[float]] = {}
        for person in self.people:
            for here, there in itertools.pairwise(person.stays):
                seconds = (there.first_ns - here.last_ns) / NS_PER_S
                gaps.setdefault((here.camera, there.camera), []).append(seconds)
        flows = [Flow(*pair, len(times), statistics.median(times)) for pair, times in gaps.items()]
        return tuple(sorted(flows, key=lambda flow: (-flow.count, flow.source, flow.target)))

    def present(self) -> tuple[int, ...]:
        """Return how many people were in the site in each of :data:`INSTANTS` equal spans of its time."""
        step = (self.last_ns - self.first_ns) / INSTANTS or 1.0
        there: list[set[int]] = [set() for _ in range(INSTANTS)]
        for person in self.people:
            for part in person.parts:
                first = int((part.first_ns - self.first_ns) / step)
                last = int((part.last_ns - self.first_ns) / step)
                for instant in range(min(first, INSTANTS - 1), min(last, INSTANTS - 1) + 1):
                    there[instant].add(person.number)
        return tuple(len(people) for people in there)


def gather(records: RecordsReader, selection: Selection, cameras: Sequence[str] = ()) -> Story:
    """Read what a report tells.

    Args:
        records: The records.
        selection: Which part of them.
        cameras: Names of the site's cameras in their order; those that only the records know follow.

    Raises:
        RecordsError: The records cannot be read.
    """
    parts: deque[Part] = deque(maxlen=MOST_PARTS)
    count = 0
    for part in records.iter_parts(selection.span):
        parts.append(part)
        count += 1
    mine: dict[int, list[Part]] = {}
    for part in parts:
        mine.setdefault(part.identity, []).append(part)
    shown = sorted(mine, key=lambda number: _weight(mine[number]), reverse=True)[:MOST_PEOPLE]
    merges = _merges(records, shown)
    people = tuple(
        Person(
            number,
            records.identity(number).name,
            tuple(sorted(mine[number], key=lambda part: (part.first_ns, part.track))),
            merges.get(number, ()),
        )
        for number in sorted(shown)
    )
    seen = {part.track.camera for person in people for part in person.parts}
    known = [*cameras, *(name for name in records.cameras if name not in cameras)]
    names = tuple(name for name in known if name in seen or name in cameras)
    return Story(names, people, len(mine) - len(people), count > len(parts))


def _weight(parts: Sequence[Part]) -> tuple[int, int]:
    """How much somebody's report is worth reading: places first, then time."""
    return len({part.track.camera for part in parts}), sum(part.last_ns - part.first_ns for part in parts)


def _merges(records: RecordsReader, shown: Sequence[int]) -> Mapping[int, tuple[RecordedMerge, ...]]:
    """Return the newest merges that stand, by the identity that lives on."""
    wanted = set(shown)
    found: dict[int, list[RecordedMerge]] = {}
    finals: dict[int, int] = {}
    for merge in records.merges(standing=True):
        kept = merge.merge.kept
        if kept not in finals:
            finals[kept] = records.final_identity(kept)
        if finals[kept] in wanted:
            found.setdefault(finals[kept], []).append(merge)
    return {number: tuple(merges) for number, merges in found.items()}
