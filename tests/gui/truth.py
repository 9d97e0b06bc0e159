"""Who is where, as the truth of some clips has it, and the way of a person through a window."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

import numpy as np

from reid_app.domain import FloatArray
from reid_app.gui.window import MainWindow
from reid_app.runtime.facade import PersonView
from tests.gui.people import click_person, tile_of

SAME = 0.5
"""Overlap of two boxes from which they show one person."""


class Truth:
    """The boxes of one camera, from a file in MOT format."""

    def __init__(self, path: Path) -> None:
        self._boxes: dict[int, list[tuple[int, FloatArray]]] = {}
        for line in path.read_text().splitlines():
            frame, who, x, y, w, h = (float(part) for part in line.split(",")[:6])
            box = np.array([x, y, x + w, y + h], np.float32)
            self._boxes.setdefault(int(frame) - 1, []).append((int(who), box))

    def who(self, frame: int, box: FloatArray) -> int | None:
        """Return whose box it is on a frame (from 0)."""
        boxes = self._boxes.get(frame, [])
        best = max(boxes, key=lambda known: _overlap(known[1], box), default=None)
        return best[0] if best is not None and _overlap(best[1], box) > SAME else None


def _overlap(a: FloatArray, b: FloatArray) -> float:
    low, high = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
    inside = float(np.prod(np.clip(high - low, 0, None)))
    return inside / (float(np.prod(a[2:] - a[:2])) + float(np.prod(b[2:] - b[:2])) - inside)


def shown(window: MainWindow, camera: str, truth: Truth) -> list[tuple[PersonView, int]]:
    """Return the people on a tile whom the truth knows, each with the truth's number."""
    tile = tile_of(window, camera)
    if tile.shown is None:
        return []
    index = tile.shown.index
    known = [(person, truth.who(index, person.box)) for person in tile.people]
    return [(person, who) for person, who in known if who is not None]


def click_one_of(
    qtbot, window: MainWindow, camera: str, truth: Truth, wanted: Collection[int] | None, timeout_ms: int
) -> int:
    """Click somebody in a camera who has an identity and is one of ``wanted`` (None: anybody); return who."""
    clicked: list[int] = []

    def click() -> bool:
        for person, who in shown(window, camera, truth):
            if person.identity is not None and (wanted is None or who in wanted):
                click_person(window, camera, person.identity)
                if window.follower.targets.current is not None:
                    clicked.append(who)
                    return True
        return False

    qtbot.waitUntil(click, timeout=timeout_ms)
    return clicked[0]


def wait_for_target(qtbot, window: MainWindow, camera: str, truth: Truth, timeout_ms: int) -> int:
    """Wait until the target is in a camera; return whom the truth sees there."""
    found: list[int] = []

    def look() -> bool:
        target = window.follower.targets.current
        found.extend(
            who for person, who in shown(window, camera, truth) if target and person.identity == target.identity
        )
        return bool(found)

    qtbot.waitUntil(look, timeout=timeout_ms)
    return found[0]


def in_trail(window: MainWindow) -> Callable[[], set[str]]:
    """Return a call that gives the cameras of the trail on show."""

    def cameras() -> set[str]:
        person = window.panels.target.person
        return set() if person is None else {presence.track.camera for presence in person.trail}

    return cameras
