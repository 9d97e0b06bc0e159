"""The timeline's arithmetic: a span of time, a lane for each camera, bars of presence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reid_app.domain import NS_PER_S
from reid_app.runtime.facade import Presence

SHORTEST_NS = 2 * NS_PER_S
LONGEST_NS = 14 * 86_400 * NS_PER_S
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time that fills the timeline's width.

    Attributes:
        start_ns: Left edge.
        end_ns: Right edge.
        follows: Whether the right edge stays at the present.
    """

    start_ns: int
    end_ns: int
    follows: bool = True

    @property
    def length_ns(self) -> int:
        """Its length."""
        return self.end_ns - self.start_ns

    def at(self, share: float) -> int:
        """Return the time at a share of the width, 0 left to 1 right."""
        return self.start_ns + round(share * self.length_ns)

    def share(self, time_ns: int) -> float:
        """Return where a time lies, 0 left to 1 right; it may lie outside."""
        return (time_ns - self.start_ns) / self.length_ns

    def zoomed(self, factor: float, at: float = 0.5) -> Span:
        """Show ``factor`` times as much time; the time under the share ``at`` stays where it is."""
        length = min(LONGEST_NS, max(SHORTEST_NS, round(self.length_ns * factor)))
        if self.follows:
            at = 1.0
        start = self.at(at) - round(length * at)
        return replace(self, start_ns=start, end_ns=start + length)

    def panned(self, share: float) -> Span:
        """Move by a share of the width (later if positive); the present is no longer followed."""
        by = round(share * self.length_ns)
        return Span(self.start_ns + by, self.end_ns + by, follows=False)

    def advanced(self, now_ns: int) -> Span:
        """Keep up with the present, if it is followed."""
        if not self.follows:
            return self
        end = now_ns + self.length_ns // 50
        return replace(self, start_ns=end - self.length_ns, end_ns=end)

    def following(self, now_ns: int) -> Span:
        """Follow the present from now on."""
        return replace(self, follows=True).advanced(now_ns)

    def revealing(self, first_ns: int, last_ns: int) -> Span:
        """Show a stretch of time if it is not on show, at the same length where that will do."""
        if self.start_ns <= first_ns and last_ns <= self.end_ns:
            return self
        length = max(self.length_ns, round(1.2 * (last_ns - first_ns)))
        start = (first_ns + last_ns - length) // 2
        return Span(start, start + length, follows=False)

    def ticks(self, most: int) -> tuple[tuple[int, ...], int]:
        """Return the times of at most ``most`` round tick marks, and their distance in seconds."""
        step = next((s for s in _STEPS_S if self.length_ns <= s * NS_PER_S * max(1, most)), _STEPS_S[-1])
        first = -(-self.start_ns // (step * NS_PER_S)) * step * NS_PER_S
        return tuple(range(first, self.end_ns, step * NS_PER_S)), step


@dataclass(frozen=True, slots=True)
class Bar:
    """A presence as it is drawn: lane, and left and right edge as shares of the width."""

    presence: Presence
    lane: int
    left: float
    right: float


def bars(presences: Sequence[Presence], cameras: Sequence[str], span: Span, now_ns: int) -> list[Bar]:
    """Lay presences out; those outside of ``span`` or of no lane are left out. Live ones reach to the present."""
    lanes = {camera: lane for lane, camera in enumerate(cameras)}
    out = []
    for presence in presences:
        last = max(presence.last_ns, now_ns) if presence.live else presence.last_ns
        lane = lanes.get(presence.track.camera)
        if lane is None or last < span.start_ns or presence.first_ns > span.end_ns:
            continue
        out.append(Bar(presence, lane, max(0.0, span.share(presence.first_ns)), min(1.0, span.share(last))))
    return out


def bar_at(laid_out: Sequence[Bar], lane: int, share: float, slack: float) -> Bar | None:
    """Return the bar at a place, at most ``slack`` (a share of the width) away; the latest drawn wins."""
    near = [bar for bar in laid_out if bar.lane == lane and bar.left - slack <= share <= bar.right + slack]
    inside = [bar for bar in near if bar.left <= share <= bar.right]
    found = inside or near
    return found[-1] if found else None
