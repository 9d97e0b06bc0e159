"""Sounds: two tones for a target that re-appears, an urgent one for an alarm."""

from __future__ import annotations

import math
import struct
import tempfile
import wave
from pathlib import Path

from PyQt6.QtCore import QObject, QUrl
from PyQt6.QtWidgets import QApplication

RATE = 22_050
TUNES: dict[str, tuple[tuple[float, float], ...]] = {
    "seen": ((660.0, 0.12), (880.0, 0.18)),
    "alarm": ((988.0, 0.15), (740.0, 0.15), (988.0, 0.15), (740.0, 0.25)),
}
"""Frequency in hertz and length in seconds of each tone."""


def write_tune(path: Path, tones: tuple[tuple[float, float], ...]) -> None:
    """Write tones as a 16-bit mono WAV file, with soft edges."""
    samples: list[int] = []
    for frequency, seconds in tones:
        count = int(RATE * seconds)
        for i in range(count):
            edge = min(1.0, i / 300, (count - i) / 300)
            samples.append(int(14_000 * edge * math.sin(2 * math.pi * frequency * i / RATE)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


class Sounds(QObject):
    """Plays tunes where the machine can; else it rings the terminal bell.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.played: list[str] = []
        self._effects: dict[str, object] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def play(self, tune: str) -> None:
        """Play one of :data:`TUNES`."""
        self.played.append(tune)
        del self.played[:-50]
        effect = self._effects.get(tune) or self._load(tune)
        if effect is None:
            QApplication.beep()
        else:
            effect.play()  # type: ignore[attr-defined]

    def close(self) -> None:
        """Stop, and delete the files."""
        self._effects.clear()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _load(self, tune: str) -> object | None:
        try:
            from PyQt6.QtMultimedia import QMediaDevices, QSoundEffect
        except ImportError:  # the system lacks a library of Qt's audio
            return None
        if QMediaDevices.defaultAudioOutput().isNull():
            return None
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="reid-app-sounds-")
        path = Path(self._folder.name) / f"{tune}.wav"
        write_tune(path, TUNES[tune])
        effect = QSoundEffect(self)
        effect.setSource(QUrl.fromLocalFile(str(path)))
        self._effects[tune] = effect
        return effect
