"""Who cannot be whom: nobody is in two places at once, and nobody walks faster than a person can.

Three rules, from what is certain to what the site file says:

* two tracks with a box in one frame of one camera are two people;
* where the site says which cameras overlap, two tracks at one time in cameras that
  do not are two people;
* where the site says how long a walk between two cameras takes at least, two tracks
  with less time between them are two people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reid_app.config import MatcherSettings
from reid_app.domain import NS_PER_S

_MOST_STAYS = 32
"""Stays per camera that an identity remembers; the oldest are forgotten first."""


@dataclass(frozen=True, slots=True, order=True)
class Stay:
    """A time that somebody spent in one camera's view.

    Attributes:
        first_ns: Time of the first box.
        last_ns: Time of the last one.
    """

    first_ns: int
    last_ns: int


class Geography:
    """What the site file says of the ways between its cameras.

    Args:
        settings: ``overlapping`` and ``walks`` count.
    """

    def __init__(self, settings: MatcherSettings) -> None:
        overlapping = settings.overlapping
        self._overlapping = None if overlapping is None else {frozenset(pair) for pair in overlapping}
        self._walks = {frozenset(walk.between): round(walk.seconds * NS_PER_S) for walk in settings.walks}
        self.longest_walk_ns = max(self._walks.values(), default=0)
        self._margins: dict[tuple[str, str], int | None] = {}

    @property
    def is_known(self) -> bool:
        """Whether the site file says anything."""
        return self._overlapping is not None or bool(self._walks)

    def conflict(self, camera: str, stay: Stay, other_camera: str, other: Stay) -> bool:
        """Whether one person cannot have made both stays, in two different cameras."""
        margin = self.margin(camera, other_camera)
        return margin is not None and _is_within(stay, other, margin)

    def margin(self, camera: str, other: str) -> int | None:
        """Nanoseconds that have to lie between two stays of one person; 1: they must not touch; None: nothing."""
        pair = (camera, other)
        if pair not in self._margins:
            self._margins[pair] = self._find_margin(frozenset(pair))
        return self._margins[pair]

    def _find_margin(self, pair: frozenset[str]) -> int | None:
        if len(pair) == 1:
            return None
        if least := self._walks.get(pair):
            return least
        return 1 if self._overlapping is not None and pair not in self._overlapping else None


@dataclass(slots=True)
class Whereabouts:
    """Where and when an identity was, as far back as it can matter.

    Attributes:
        last_seen: For each camera, in order of first sight, the last time.
    """

    last_seen: dict[str, int] = field(default_factory=dict)
    _stays: dict[str, list[Stay]] = field(default_factory=dict)

    @property
    def last_ns(self) -> int:
        """The last time anywhere; -1 if never."""
        return max(self.last_seen.values(), default=-1)

    def add(self, camera: str, stay: Stay) -> None:
        """Remember a stay."""
        self.last_seen[camera] = max(stay.last_ns, self.last_seen.get(camera, stay.last_ns))
        stays = self._stays.setdefault(camera, [])
        stays.append(stay)
        stays.sort()
        del stays[:-_MOST_STAYS]

    def include(self, other: Whereabouts) -> None:
        """Remember all of ``other`` too."""
        for camera, last_ns in other.last_seen.items():
            self.last_seen[camera] = max(last_ns, self.last_seen.get(camera, last_ns))
        for camera in other._stays:
            for stay in other._stays[camera]:
                self.add(camera, stay)

    def exclude(self, other: Whereabouts, before: Whereabouts) -> None:
        """Take ``other`` out again, which was included when these whereabouts were ``before``."""
        for camera, stays in other._stays.items():
            self._stays[camera] = [stay for stay in self._stays.get(camera, []) if stay not in stays]
        self._stays = {camera: stays for camera, stays in self._stays.items() if stays}
        self.last_seen = {
            camera: max(before.last_seen.get(camera, -1), *(stay.last_ns for stay in self._stays.get(camera, [])), -1)
            for camera in self.last_seen
            if camera in before.last_seen or camera in self._stays
        }

    def copy(self) -> Whereabouts:
        """Return a copy that changes on its own."""
        return Whereabouts(dict(self.last_seen), {camera: list(stays) for camera, stays in self._stays.items()})

    def forget_before(self, time_ns: int) -> None:
        """Forget stays that ended before ``time_ns``: nothing that can still come meets them."""
        self._stays = {
            camera: kept
            for camera, stays in self._stays.items()
            if (kept := [stay for stay in stays if stay.last_ns >= time_ns])
        }

    def conflict(self, geography: Geography, camera: str, stay: Stay) -> bool:
        """Whether somebody who made ``stay`` in ``camera`` was somewhere else at that time."""
        for other, stays in self._stays.items():
            margin = geography.margin(camera, other)
            if margin is not None and any(_is_within(stay, known, margin) for known in reversed(stays)):
                return True
        return False

    def conflicts(self, geography: Geography, other: Whereabouts) -> bool:
        """Whether these whereabouts and ``other`` cannot be one person's."""
        if not geography.is_known:
            return False
        for camera, stays in self._stays.items():
            for other_camera, others in other._stays.items():
                margin = geography.margin(camera, other_camera)
                if margin is not None and _are_within(stays, others, margin):
                    return True
        return False


def _is_within(one: Stay, other: Stay, margin: int) -> bool:
    """Whether less than ``margin`` nanoseconds lie between two stays."""
    return other.first_ns < one.last_ns + margin and one.first_ns < other.last_ns + margin


def _are_within(ones: Sequence[Stay], others: Sequence[Stay], margin: int) -> bool:
    """Whether that is so of any two stays, one of each; both sequences are in order.

    Of two that are not, the earlier one is not near any later stay of the other's either, so each is looked at once.
    """
    one = other = 0
    while one < len(ones) and other < len(others):
        if _is_within(ones[one], others[other], margin):
            return True
        if ones[one].last_ns < others[other].first_ns:
            one += 1
        else:
            other += 1
    return False
