"""What all sections of a site file have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """Base of all sections: unknown keys are mistakes, values do not change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


Rate = Annotated[float, Field(gt=0, le=120)]
"""Frames per second."""
