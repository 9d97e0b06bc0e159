"""The one hierarchy of errors that the application raises on purpose.

Every message is one sentence that says what is wrong, where, and what to do
about it. The command line prints that sentence and exits with
:attr:`ReidAppError.exit_code`; a traceback appears only with ``--debug``.
"""

from __future__ import annotations


class ReidAppError(Exception):
    """Base of all errors raised on purpose; exit code 2 (it cannot run)."""

    exit_code: int = 2


class SettingsError(ReidAppError):
    """The site file, or another input that the user wrote, says no; exit code 1."""

    exit_code = 1


class SourceError(ReidAppError):
    """A camera's source cannot be opened or read."""


class ModelError(ReidAppError):
    """A model file is missing, damaged, of another shape, or of another model."""


class GalleryError(ReidAppError):
    """The gallery was asked for something that it refuses, such as mixing models."""


class RecordsError(ReidAppError):
    """The records cannot be opened, read or written."""


class TrainingError(ReidAppError):
    """A training or evaluation job cannot start or go on."""
