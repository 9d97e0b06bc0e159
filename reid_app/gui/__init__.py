"""The operator's window (PyQt6). Nothing else in the application knows Qt."""

from __future__ import annotations

from reid_app.gui.app import run_window

__all__ = ["run_window"]
