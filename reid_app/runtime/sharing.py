"""Networks that the pipeline and the operator's questions use in turn."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

from reid_app.domain import Crop, Detections, Frame, Sighting
from reid_app.embed.worker import Embeds


class Detects(Protocol):
    """Finds people in frames; see :class:`reid_app.detect.Detector`."""

    def detect(self, frames: Sequence[Frame]) -> list[Detections]:
        """Find the people in ``frames``; one result for each, in their order."""


class SharedDetector:
    """A detector that several threads may use: one call at a time.

    Args:
        detector: What finds the people.
    """

    def __init__(self, detector: Detects) -> None:
        self._detector = detector
        self._lock = threading.Lock()

    def detect(self, frames: Sequence[Frame]) -> list[Detections]:
        """See :meth:`Detects.detect`."""
        with self._lock:
            return self._detector.detect(frames)


class SharedEmbedder:
    """An embedder that several threads may use: one call at a time.

    Args:
        embedder: What embeds.
    """

    def __init__(self, embedder: Embeds) -> None:
        self._embedder = embedder
        self._lock = threading.Lock()

    def embed(self, crops: Sequence[Crop]) -> list[Sighting]:
        """See :meth:`reid_app.embed.Embedder.embed`."""
        with self._lock:
            return self._embedder.embed(crops)
