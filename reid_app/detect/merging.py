"""Noticing when two tracks can no longer be told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reid_app.domain import FloatArray


class MergeWatch:
    """Follows which tracks of one camera have run into one another.

    Where two people were and one box goes on, motion alone cannot say who of the two is
    seen; nor, when they part, who is who. A track that holds two people spoils every
    identity that it meets, while a track that ended too early is joined again by looks.
    So both ends of such a meeting are breaks.

    Args:
        overlap: Intersection over union, of the place where one track was last (or would be
            now) with the box that goes on, at or above which the two have become one.
    """

    def __init__(self, overlap: float) -> None:
        self._overlap = overlap
        self._boxes: dict[int, FloatArray] = {}
        self._visible: set[int] = set()
        self._behind: dict[int, set[int]] = {}

    def update(
        self, found: Mapping[int, FloatArray], lost: Mapping[int, FloatArray], spare: Sequence[FloatArray]
    ) -> set[int]:
        """Take the next frame's boxes; return the tracks to break here.

        Args:
            found: Where each track was found.
            lost: Where the motion of each lost track has carried it by now.
            spare: People found who go on with no track.
        """
        doubtful = self._parted(found, spare) | self._merged(found, lost)
        self._boxes.update(found)
        self._visible = set(found)
        return doubtful

    def follow(self, found: Mapping[int, FloatArray]) -> None:
        """Take where tracks have moved to in a frame without detections."""
        self._boxes.update(found)

    def forget(self, gone: set[int]) -> None:
        """Drop the tracks that ended, those among them that were seen in the last frame, too."""
        self._visible -= gone
        for track in gone:
            self._boxes.pop(track, None)
            self._behind.pop(track, None)

    def _parted(self, found: Mapping[int, FloatArray], spare: Sequence[FloatArray]) -> set[int]:
        doubtful: set[int] = set()
        for hidden in [hidden for hidden in self._behind if hidden in found]:
            doubtful |= {hidden} | self._behind.pop(hidden)
        for front in set().union(*self._behind.values()) & set(found):
            beside = any(0 < iou(box, found[front]) < self._overlap for box in spare)
            if beside or front not in self._visible:
                doubtful.add(front)
            if beside:
                for fronts in self._behind.values():
                    fronts.discard(front)
        return doubtful & set(found)

    def _merged(self, found: Mapping[int, FloatArray], lost: Mapping[int, FloatArray]) -> set[int]:
        doubtful: set[int] = set()
        for hidden in sorted(self._visible - set(found)):
            places = [self._boxes[hidden], *([lost[hidden]] if hidden in lost else [])]
            fronts = {
                track
                for track, box in found.items()
                if track in self._boxes and max(iou(box, place) for place in places) >= self._overlap
            }
            if fronts:
                self._behind[hidden] = fronts
                doubtful |= fronts
        return doubtful


def iou(a: FloatArray, b: FloatArray) -> float:
    """Intersection over union of two boxes (4,)."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = float(width * height)
    return shared / (float((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])) - shared)
