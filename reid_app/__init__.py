"""Real-time person re-identification across many cameras."""

from __future__ import annotations

__version__ = "0.1.0"
