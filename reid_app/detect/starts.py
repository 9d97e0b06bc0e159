"""The second look at somebody who has gone so far since the first that the boxes do not overlap.

Trackers start a track where two detections overlap. At two or three looks a second somebody who
walks across the picture moves by more than their own width from one look to the next: each look
finds them, and no track ever begins. Where a box that is new and one that was new a look ago can
be the same person, and neither can belong to anybody else, they are taken for one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from reid_app.detect.merging import iou
from reid_app.domain import FloatArray

LONGEST = 1.0
"""Seconds between two looks after which somebody can be anywhere."""

_SPEED = 2.0
"""Heights of a person that they move in a second at most: who runs does 2, who walks 0.8."""

_NEAR = 0.2
"""What is added to that, in heights: boxes are not exact."""

_ALIKE = 0.75
"""Least ratio of the heights."""

_OVERLAP = 0.1
"""Intersection over union at or above which boxes are left to the tracker."""


def second_looks(
    starts: Sequence[FloatArray], found: Sequence[FloatArray], known: Sequence[FloatArray], seconds: float
) -> dict[int, int]:
    """Say which people who were seen once are seen again elsewhere.

    Args:
        starts: Box (4,) of each person who was seen in one look so far.
        found: Boxes (4,) of the people in the next look.
        known: Boxes (4,) where others were, and where they should be now.
        seconds: From the one look to the next.

    Returns:
        Index in ``found`` by index in ``starts``; one with several choices, or that overlaps what the
        tracker can decide by, is not in it.
    """
    if not 0 < seconds <= LONGEST:
        return {}
    new = [
        index for index, box in enumerate(found) if not any(iou(box, other) >= _OVERLAP for other in [*known, *starts])
    ]
    choices = {
        place: [index for index in new if _can_be(start, found[index], seconds)]
        for place, start in enumerate(starts)
        if not any(iou(start, box) >= _OVERLAP for box in found)
    }
    wanted = Counter(index for indices in choices.values() for index in indices)
    return {place: indices[0] for place, indices in choices.items() if len(indices) == 1 and wanted[indices[0]] == 1}


def _can_be(before: FloatArray, now: FloatArray, seconds: float) -> bool:
    height, other = float(before[3] - before[1]), float(now[3] - now[1])
    # The head's end of the box: legs are hidden more often.
    away = np.hypot((now[0] + now[2] - before[0] - before[2]) / 2, now[1] - before[1])
    return min(height, other) >= _ALIKE * max(height, other) and bool(away <= height * (_NEAR + _SPEED * seconds))
