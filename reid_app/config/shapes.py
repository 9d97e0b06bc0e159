"""Shapes on a camera's picture, as a site file writes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Share = Annotated[float, Field(ge=0, le=1)]
"""A place along the width (from the left) or the height (from the top) of a picture, whatever its size."""

Point = tuple[Share, Share]
"""x and y."""

Polygon = Annotated[tuple[Point, ...], Field(min_length=3, max_length=64)]
"""The corners of an area, in order; the last is joined to the first."""
