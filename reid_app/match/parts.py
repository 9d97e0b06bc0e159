"""The tracks that are being watched, in parts: a part is a stretch of a track that shows one person."""

from __future__ import annotations

from dataclasses import dataclass, field

from reid_app.domain import NS_PER_S, FloatArray, TrackKey, Verdict

from .constraints import Stay
from .continuity import Trail
from .evidence import Evidence, Look


@dataclass(frozen=True, slots=True, order=True)
class PartKey:
    """Names a part: its track, and its place among the track's parts, from 0."""

    track: TrackKey
    index: int


@dataclass(slots=True, eq=False)
class Part:
    """A stretch of a track that shows one person.

    Attributes:
        key: Its name.
        since_ns: As in :attr:`reid_app.domain.Decision.since_ns`.
        first_ns: Time of its first box.
        last_ns: Time of its last box.
        boxes: Number of boxes.
        score_sum: Sum of the detector's scores.
        evidence: What it looks like.
        first_look_ns: Time of its first look, None before.
        beside: Parts that were seen in one frame with it, and the first and last time.
        trail: Where it went lately.
        follows: The part that was lost where this one begins, while that is watched.
        heir_of: The identity that the part was given to.
        against: Identities of which a part, now gone, was seen in one frame with it.
        identity: Number of the identity that it is given to, None before the decision.
        owner: The same, but as it was said in the last decision, before any merge.
        verdict: Of the last decision.
        fixed: Whether an operator decided.
        closed_ns: Since when no box is added to it, because the track ended or its next part
            began; None while it goes on.
        fresh: Whether it got a look that no decision has weighed yet.
    """

    key: PartKey
    since_ns: int | None
    first_ns: int
    last_ns: int
    evidence: Evidence
    boxes: int = 0
    score_sum: float = 0.0
    first_look_ns: int | None = None
    beside: dict[PartKey, tuple[int, int]] = field(default_factory=dict)
    trail: Trail = field(default_factory=Trail)
    follows: PartKey | None = None
    heir_of: int | None = None
    against: set[int] = field(default_factory=set)
    identity: int | None = None
    owner: int | None = None
    verdict: Verdict | None = None
    fixed: bool = False
    closed_ns: int | None = None
    fresh: bool = False

    @property
    def camera(self) -> str:
        """The camera that sees it."""
        return self.key.track.camera

    @property
    def stay(self) -> Stay:
        """When it was seen."""
        return Stay(self.first_ns, self.last_ns)

    @property
    def seconds(self) -> float:
        """How long it was seen, from first to last box."""
        return (self.last_ns - self.first_ns) / NS_PER_S

    @property
    def confidence(self) -> float:
        """Mean of the detector's scores, in 0..1."""
        return self.score_sum / self.boxes if self.boxes else 0.0

    def see(self, time_ns: int, box: FloatArray, score: float) -> None:
        """Count a box (4,)."""
        self.last_ns = max(self.last_ns, time_ns)
        self.trail.add(time_ns, box)
        self.boxes += 1
        self.score_sum += score

    def meet(self, other: PartKey, time_ns: int) -> None:
        """Note that ``other`` is in one frame with this part."""
        first_ns, _ = self.beside.get(other, (time_ns, time_ns))
        self.beside[other] = (first_ns, time_ns)

    def look(self, look: Look) -> list[Look]:
        """Take in a look; return those with which another person starts, if one does."""
        self.fresh = True
        if self.first_look_ns is None:
            self.first_look_ns = look.time_ns
        return self.evidence.add(look)

    def close(self, time_ns: int) -> None:
        """Note that no box will follow."""
        if self.closed_ns is None:
            self.closed_ns = time_ns
