"""The targets that the operator follows, and where each of them is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from reid_app.domain import NS_PER_S, TrackKey
from reid_app.gui.i18n import translate
from reid_app.gui.model.times import clock
from reid_app.runtime.facade import PersonView, Presence

GONE_AFTER_S = 3.0
"""A target that was in no camera for this long and is seen again has re-appeared."""

HERE_WITHIN_S = 1.5
"""A target seen this recently is said to be in the camera now."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a target was seen last.

    Attributes:
        camera: In which camera.
        time_ns: Stream time of that frame.
        seen: Monotonic clock when the window learned of it, in seconds.
        area: Size of the box there, in square pixels.
    """

    camera: str
    time_ns: int
    seen: float
    area: float = 0.0

    def here(self, now: float) -> bool:
        """Say whether the target is there now (monotonic clock)."""
        return now - self.seen <= HERE_WITHIN_S

    def words(self, now: float) -> str:
        """Say it for the operator: "in Yard now", "last seen Corridor, 12:04:31"."""
        if self.here(now):
            return translate("Target", "in {0} now").format(self.camera)
        return translate("Target", "last seen {0}, {1}").format(self.camera, clock(self.time_ns))


@dataclass(frozen=True, slots=True)
class Target:
    """An identity that is followed.

    Attributes:
        identity: Its number.
        name: Its name, or empty.
        where: Where it was seen last, None before the first time.
    """

    identity: int
    name: str = ""
    where: Whereabouts | None = None

    @property
    def title(self) -> str:
        """What it is called on the screen."""
        return f"{self.identity} {self.name}".strip()


class Targets:
    """All targets, one of them current; and tracks that become targets once they have an identity."""

    def __init__(self) -> None:
        self._targets: dict[int, Target] = {}
        self._current: int | None = None
        self._waiting: set[TrackKey] = set()

    def __contains__(self, identity: object) -> bool:
        """Whether an identity is followed."""
        return identity in self._targets

    def __len__(self) -> int:
        """Number of targets."""
        return len(self._targets)

    @property
    def all(self) -> tuple[Target, ...]:
        """The targets, in the order in which they were chosen."""
        return tuple(self._targets.values())

    @property
    def current(self) -> Target | None:
        """The one that the panel and the spot tile show."""
        return None if self._current is None else self._targets[self._current]

    @property
    def waiting(self) -> frozenset[TrackKey]:
        """Tracks that become targets as soon as they have an identity."""
        return frozenset(self._waiting)

    def follow(self, identity: int, name: str = "") -> None:
        """Make an identity a target, and the current one."""
        if identity not in self._targets:
            self._targets[identity] = Target(identity, name)
        elif name:
            self._targets[identity] = replace(self._targets[identity], name=name)
        self._current = identity

    def follow_track(self, track: TrackKey) -> None:
        """Make the person of a track a target as soon as it has an identity."""
        self._waiting.add(track)

    def leave(self, identity: int) -> None:
        """Follow an identity no longer."""
        if self._targets.pop(identity, None) is not None and self._current == identity:
            self._current = next(reversed(self._targets), None)

    def choose(self, identity: int) -> None:
        """Make a target the current one."""
        if identity in self._targets:
            self._current = identity

    def choose_next(self) -> None:
        """Make the next target the current one, round and round."""
        numbers = list(self._targets)
        if self._current is not None:
            self._current = numbers[(numbers.index(self._current) + 1) % len(numbers)]

    def name(self, identity: int, name: str) -> None:
        """Note a target's name."""
        if identity in self._targets:
            self._targets[identity] = replace(self._targets[identity], name=name)

    def merged(self, kept: int, absorbed: int) -> None:
        """Follow the identity that absorbed a target in its stead."""
        gone = self._targets.get(absorbed)
        if gone is None:
            return
        order = list(self._targets.values())
        now = [replace(target, identity=kept) if target is gone else target for target in order]
        was_current = self._current
        self._targets = {}
        for target in now:
            known = self._targets.get(target.identity)
            if known is None or _newer(target, known):
                self._targets[target.identity] = target
        self._current = kept if was_current == absorbed else was_current

    def see(self, camera: str, time_ns: int, people: Iterable[PersonView], now: float) -> tuple[int, ...]:
        """Take in who is in a frame of ``camera``.

        Returns:
            Targets that re-appeared with it, or whose track now has an identity for the first time.
        """
        news: list[int] = []
        for person in people:
            if person.track in self._waiting and person.identity is not None:
                self._waiting.discard(person.track)
                self.follow(person.identity, person.name)
                news.append(person.identity)
            target = self._targets.get(person.identity) if person.identity is not None else None
            if target is None:
                continue
            x1, y1, x2, y2 = (float(value) for value in person.box)
            found = Whereabouts(camera, time_ns, now, (x2 - x1) * (y2 - y1))
            old = target.where
            if old is not None and now - old.seen > GONE_AFTER_S and target.identity not in news:
                news.append(target.identity)
            gone = old is None or not old.here(now) or time_ns - old.time_ns > HERE_WITHIN_S * NS_PER_S
            if gone or old is None or old.camera == camera or found.area > 1.2 * old.area:
                self._targets[target.identity] = replace(target, where=found, name=person.name or target.name)
        return tuple(news)

    def recall(self, identity: int, trail: Iterable[Presence], now: float) -> None:
        """Take a target's place from the records where the window has not seen it itself."""
        target = self._targets.get(identity)
        newest = max(trail, key=lambda presence: presence.last_ns, default=None)
        if target is None or newest is None or target.where is not None:
            return
        seen = now if newest.live else now - 2 * GONE_AFTER_S
        self._targets[identity] = replace(target, where=Whereabouts(newest.track.camera, newest.last_ns, seen))


def _newer(one: Target, other: Target) -> bool:
    return other.where is None or (one.where is not None and one.where.seen > other.where.seen)
