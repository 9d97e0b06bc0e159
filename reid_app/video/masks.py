"""Privacy masks: areas that are blackened before anybody sees a picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reid_app.domain import ImageArray
from reid_app.imaging import cv2

COLOUR = (0, 0, 0)
"""What stands in a masked area (BGR)."""

_FRACTION_BITS = 4
"""Corners are handed to OpenCV in sixteenths of a pixel."""


class PrivacyMasks:
    """Blackens areas of pictures.

    A pixel that an area touches with any part is blackened as a whole, and one more around
    it, so that what was blurred over an edge by the camera's compression goes, too.

    Args:
        areas: Polygons; their corners are (x, y) in shares of the picture's width and height.
    """

    def __init__(self, areas: Sequence[Sequence[tuple[float, float]]]) -> None:
        self._areas = [np.array(area, np.float64) for area in areas]

    def burn(self, image: ImageArray) -> ImageArray:
        """Return ``image`` (H, W, 3) with its areas blackened.

        It is changed itself, so that what was there is gone; only one that cannot be written to is copied.
        """
        if not self._areas:
            return image
        if not image.flags.writeable:
            image = image.copy()
        height, width = image.shape[:2]
        for area in self._areas:
            # The corner at (0, 0) is the outer edge of the first pixel, whose middle OpenCV calls 0.
            pixels = area * (width, height) - 0.5
            corners = np.round(pixels * 2**_FRACTION_BITS).astype(np.int32)
            cv2.fillPoly(image, [corners], COLOUR, cv2.LINE_8, _FRACTION_BITS)
            cv2.polylines(image, [corners], True, COLOUR, 3, cv2.LINE_8, _FRACTION_BITS)
        return image
