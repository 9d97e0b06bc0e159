"""How identities, likelihoods and states look: never by colour alone.

The colours are Okabe and Ito's colour-blind-safe set ("Color Universal Design", 2008),
the dark ones lightened for a dark background.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from reid_app.domain import CameraState, Likelihood
from reid_app.gui.i18n import translate

IDENTITY_COLOURS = ("#E69F00", "#56B4E9", "#2FC79A", "#F0E442", "#8C9EFF", "#FF7F50", "#E295C7")
"""Colours of identities; neighbours in number differ most."""

UNDECIDED_COLOUR = "#C8C8C8"
"""A person whose identity waits for evidence."""


class Shape(enum.Enum):
    """Outline of the badge that holds an identity's number."""

    CIRCLE = "circle"
    SQUARE = "square"
    SLANTED = "slanted"
    ARROW = "arrow"
    HEXAGON = "hexagon"


class Stroke(enum.Enum):
    """Line of a person's box: the surer, the more solid."""

    SOLID = "solid"
    DASHED = "dashed"
    DOTTED = "dotted"


@dataclass(frozen=True, slots=True)
class Look:
    """Colour and badge of an identity."""

    colour: str
    shape: Shape


def look_of(identity: int | None) -> Look:
    """Return the look of an identity: the same everywhere and always, 35 different ones."""
    if identity is None:
        return Look(UNDECIDED_COLOUR, Shape.SQUARE)
    shapes = tuple(Shape)
    return Look(IDENTITY_COLOURS[identity % len(IDENTITY_COLOURS)], shapes[identity % len(shapes)])


STROKES = {
    Likelihood.CERTAIN: Stroke.SOLID,
    Likelihood.LIKELY: Stroke.SOLID,
    Likelihood.POSSIBLE: Stroke.DASHED,
    Likelihood.UNLIKELY: Stroke.DOTTED,
}

_LIKELIHOODS = {
    Likelihood.CERTAIN: QT_TRANSLATE_NOOP("Likelihood", "certain"),
    Likelihood.LIKELY: QT_TRANSLATE_NOOP("Likelihood", "likely"),
    Likelihood.POSSIBLE: QT_TRANSLATE_NOOP("Likelihood", "possible"),
    Likelihood.UNLIKELY: QT_TRANSLATE_NOOP("Likelihood", "unlikely"),
}


def likelihood_words(value: Likelihood) -> str:
    """Say a likelihood in the operator's language."""
    return translate("Likelihood", _LIKELIHOODS[value])


@dataclass(frozen=True, slots=True)
class StateLook:
    """Glyph, word and colour of a camera's state."""

    glyph: str
    word: str
    colour: str


_STATES = {
    CameraState.CONNECTING: StateLook("◌", QT_TRANSLATE_NOOP("CameraState", "Connecting"), "#56B4E9"),
    CameraState.LIVE: StateLook("●", QT_TRANSLATE_NOOP("CameraState", "Live"), "#2FC79A"),
    CameraState.STALE: StateLook("▲", QT_TRANSLATE_NOOP("CameraState", "Stale"), "#F0E442"),
    CameraState.OFFLINE: StateLook("✕", QT_TRANSLATE_NOOP("CameraState", "Offline"), "#FF7F50"),
    CameraState.ENDED: StateLook("■", QT_TRANSLATE_NOOP("CameraState", "Ended"), "#C8C8C8"),
    CameraState.FAILED: StateLook("✕", QT_TRANSLATE_NOOP("CameraState", "Failed"), "#FF7F50"),
}


def state_look(state: CameraState) -> StateLook:
    """Return how a camera's state looks, its word in the operator's language."""
    look = _STATES[state]
    return StateLook(look.glyph, translate("CameraState", look.word), look.colour)
