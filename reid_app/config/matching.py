"""The settings of what links tracks to identities: the matcher, its thresholds and its gallery."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from reid_app.config.section import Section


class GalleryIndex(StrEnum):
    """How the gallery is searched."""

    EXACT = "exact"
    COMPRESSED = "compressed"


class ThresholdSettings(Section):
    """Cosine similarities that replace those calibrated for the model."""

    accept: float = Field(
        ge=-1,
        le=1,
        title="Accept",
        description="At or above it is the same person, if the runner-up is far enough.",
    )
    ask: float = Field(ge=-1, le=1, title="Ask", description="Between ask and accept the operator is asked.")
    margin: float = Field(default=0.05, ge=0, le=1, title="Margin", description="How far the runner-up must be behind.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.ask > self.accept:
            raise ValueError(f"ask ({self.ask}) is above accept ({self.accept}); it must be at or below")
        return self


class WalkSettings(Section):
    """How long a walk between two cameras takes at least."""

    between: tuple[str, str] = Field(title="Cameras", description="Names of the two cameras; both directions.")
    seconds: float = Field(ge=0, le=86_400, title="Shortest walk (s)", description="Nobody is faster.")


class MatcherSettings(Section):
    """Linking tracks of all cameras to identities."""

    thresholds: ThresholdSettings | None = Field(
        default=None, title="Thresholds", description="Left out: those calibrated for the embedding model."
    )
    overlapping: tuple[tuple[str, str], ...] | None = Field(
        default=None,
        title="Overlapping cameras",
        description="Pairs of cameras that see the same place. Where given, nobody is in two other cameras at one "
        "time; an empty list says that no cameras overlap. Left out: any two may overlap.",
    )
    walks: tuple[WalkSettings, ...] = Field(
        default=(), title="Walking times", description="Shortest walks between cameras."
    )
    evidence_crops: int = Field(
        default=3,
        ge=1,
        le=100,
        title="Crops before a decision",
        description="A track waits for this many good crops, ...",
    )
    evidence_seconds: float = Field(
        default=2.0,
        ge=0,
        le=60,
        title="Longest wait (s)",
        description="... or for this long, whichever comes first.",
    )
    index: GalleryIndex = Field(
        default=GalleryIndex.EXACT,
        title="Gallery index",
        description="exact: every search finds the best views, which is quick up to some 100,000 of them; compressed: "
        "many times faster with a million, at the price of a few missed ones (99 of 100 of the best are found).",
    )
    views_per_identity: int = Field(
        default=24,
        ge=1,
        le=1000,
        title="Views per identity",
        description="Embeddings that the gallery keeps of each identity; older ones stay in the records.",
    )
    identity_seconds: float = Field(
        default=86_400.0,
        gt=0,
        title="Identities kept for (s)",
        description="An identity not seen for longer leaves the gallery (never the records).",
    )
