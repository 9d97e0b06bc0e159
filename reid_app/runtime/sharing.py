"""Networks that the pipeline and the operator's questions use in turn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
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
        load: Loads the detector afresh; None: it cannot be.
    """

    def __init__(self, detector: Detects, load: Callable[[], Detects] | None = None) -> None:
        self._load = load
        # Together, so that a call that hangs in one detector keeps its lock and not that of the next.
        self._current = (detector, threading.Lock())

    def renew(self) -> None:
        """Load the detector afresh; calls that hang in the old one are left to themselves.

        Raises:
            ModelError: It cannot be loaded.
        """
        detector = self._current[0] if self._load is None else self._load()
        self._current = (detector, threading.Lock())

    def detect(self, frames: Sequence[Frame]) -> list[Detections]:
        """See :meth:`Detects.detect`."""
        detector, lock = self._current
        with lock:
            return detector.detect(frames)


class SharedEmbedder:
    """An embedder that several threads may use: one call at a time.

    Args:
        embedder: What embeds.
        load: Loads the embedder afresh; None: it cannot be.
    """

    def __init__(self, embedder: Embeds, load: Callable[[], Embeds] | None = None) -> None:
        self._load = load
        self._current = (embedder, threading.Lock())

    def renew(self) -> None:
        """Load the embedder afresh; calls that hang in the old one are left to themselves.

        Raises:
            ModelError: It cannot be loaded.
        """
        embedder = self._current[0] if self._load is None else self._load()
        self._current = (embedder, threading.Lock())

    def embed(self, crops: Sequence[Crop]) -> list[Sighting]:
        """See :meth:`reid_app.embed.Embedder.embed`."""
        embedder, lock = self._current
        with lock:
            return embedder.embed(crops)
