"""How often a threshold is wrong, from a model's calibration."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from reid_app.config import EmbedderKind, EmbedderSettings
from reid_app.models import application_folders, find_model
from reid_app.models.manifest import Calibration


def calibration_of(settings: EmbedderSettings, folders: Sequence[Path] = ()) -> Calibration | None:
    """Return how the embedding model of a site was calibrated, None where that is not known.

    Args:
        settings: The site's.
        folders: Where models are looked for first.

    Raises:
        ModelError: The model is missing or damaged.
    """
    if settings.kind is not EmbedderKind.JOINTLOSS:
        return None
    return find_model(settings.model, (*folders, *application_folders())).manifest.calibration


def wrong_matches(calibration: Calibration | None, accept: float) -> float | None:
    """Return the share of different people that reach ``accept``, None where it is not known.

    The share falls about exponentially with the threshold where it is small, so it is taken
    from the line through the logarithms of both calibrated shares, as far beyond them as they
    are apart.

    Args:
        calibration: Of the model, if it was calibrated.
        accept: Cosine similarity.
    """
    if calibration is None or calibration.accept_far is None or calibration.ask_far is None:
        return None
    span = calibration.accept - calibration.ask
    if span <= 0 or calibration.accept_far >= calibration.ask_far:
        return None
    place = (accept - calibration.ask) / span
    if not -1 <= place <= 2:
        return None
    upper, lower = math.log(calibration.ask_far), math.log(calibration.accept_far)
    return min(1.0, math.exp(upper + place * (lower - upper)))
