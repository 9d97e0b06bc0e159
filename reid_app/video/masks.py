"""Privacy masks: areas that are blackened before anybody sees a picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reid_app.domain import ImageArray
from reid_app.imaging import cv2

COLOUR = (0, 0, 0)
"""What stands in a masked area (BGR)."""

_FRACTION_BITS = 4
"""Corners are handed to OpenCV in sixteenths of a pixel."""


class PrivacyMasks:
    """Blackens areas of pictures.

    A pixel that an area touches with any part is blackened as a whole, and one more around
    it, so that what was blurred over an edge by the camera's compression goes, too. An area
    whose edges cross has no holes.

    Args:
        areas: Polygons; their corners are (x, y) in shares of the picture's width and height.
    """

    def __init__(self, areas: Sequence[Sequence[tuple[float, float]]]) -> None:
        self._areas = [np.array(area, np.float64) for area in areas]
        self._outlines: dict[tuple[int, int], list[NDArray[np.int32]]] = {}

    def burn(self, image: ImageArray) -> ImageArray:
        """Return ``image`` (H, W, 3) with its areas blackened.

        It is changed itself, so that what was there is gone; only one that cannot be written to is copied.
        """
        if not self._areas:
            return image
        if not image.flags.writeable:
            image = image.copy()
        height, width = image.shape[:2]
        outlines = self._outlines.get((width, height))
        if outlines is None:
            outlines = [outline for area in self._areas for outline in _outlines(area, width, height)]
            self._outlines = {(width, height): outlines}
        for outline in outlines:  # one by one: where two drawn at once overlap, they take each other back
            cv2.drawContours(image, [outline], -1, COLOUR, cv2.FILLED)
        return image


def _outlines(area: NDArray[np.float64], width: int, height: int) -> list[NDArray[np.int32]]:
    """Return the outer edges, in pixels, of what an area touches in pictures of a size."""
    # The corner at (0, 0) is the outer edge of the first pixel, whose middle OpenCV calls 0.
    corners = np.round((area * (width, height) - 0.5) * 2**_FRACTION_BITS).astype(np.int32)
    touched = np.zeros((height, width), np.uint8)
    cv2.fillPoly(touched, [corners], 255, cv2.LINE_8, _FRACTION_BITS)
    cv2.polylines(touched, [corners], True, 255, 3, cv2.LINE_8, _FRACTION_BITS)
    return [
        np.asarray(edge, np.int32) for edge in cv2.findContours(touched, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    ]
