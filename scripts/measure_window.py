"""Measure the window: ``python scripts/measure_window.py [--seconds 60]`` or ``... --painting``.

Prints one JSON object, with 16 cameras of 25 pictures a second: how long the GUI thread kept a heartbeat
waiting, how much of that it worked (processor time; the rest is other programs), how long a picture takes
from its arrival to its painting, and how memory goes.
``--painting`` compares QPainter on a QWidget with QPainter on a QOpenGLWidget instead.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PyQt6.QtCore import QRectF, QTimer
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtOpenGLWidgets import QOpenGLWidget
from PyQt6.QtWidgets import QApplication, QWidget

from reid_app.gui.app import make_application
from reid_app.gui.preferences import Preferences
from reid_app.gui.window import MainWindow
from reid_app.runtime.facade import CameraView
from tests.gui.generated_site import GeneratedSite

CAMERAS = 16
HEARTBEAT_MS = 5


def resident_mb() -> float:
    """Return the memory of this process in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class LoopingSite(GeneratedSite):
    """Hands out drawn frames of a loop, so that drawing does not take the time that is measured."""

    def __init__(self, size: tuple[int, int], fps: float) -> None:
        super().__init__(CAMERAS, people=12, size=size)
        self._fps = fps
        patterns = [[self._make(camera, 1 + i / 12, i) for i in range(12)] for camera in self.cameras[:4]]
        self._loops = {camera: patterns[i % 4] for i, camera in enumerate(self.cameras)}
        self._halt = threading.Event()
        self._loop = threading.Thread(target=self._play, name="looping-site")

    def begin(self) -> None:
        """Start to play."""
        self._loop.start()

    def end(self) -> None:
        """Stop."""
        self._halt.set()
        self._loop.join()

    def _play(self) -> None:
        due, count = time.monotonic(), 0
        while not self._halt.wait(max(0.0, due - time.monotonic())):
            count += 1
            self.seconds = 1 + count / self._fps
            for number, camera in enumerate(self.cameras):
                old = self._loops[camera][(count + number) % 12]
                frame = replace(old.frame, camera=camera, index=count, time_ns=self.now_ns, arrived=time.monotonic())
                self._views[camera], self._frames[camera] = CameraView(frame, old.people), frame
            due += 1 / self._fps


def measure_window(seconds: float, size: tuple[int, int], fps: float) -> dict[str, object]:
    """Run the window for a while and return the figures."""
    folder = tempfile.TemporaryDirectory()
    preferences = Preferences(Path(folder.name) / "window.ini")
    app = make_application(preferences)
    site = LoopingSite(size, fps)
    site.begin()
    window = MainWindow(site, Path(folder.name) / "site.yaml", preferences)
    window.resize(1920, 1080)
    window.show()
    gaps: list[float] = []
    delays: list[float] = []
    memory: list[float] = []
    last = [0.0, 0.0]
    busy: list[float] = []
    warm_at = time.monotonic() + 5

    def beat() -> None:
        now = time.monotonic()
        if last[0] and now > warm_at:
            gaps.append(now - last[0] - HEARTBEAT_MS / 1000)
            busy.append(time.thread_time() - last[1])
        last[:] = now, time.thread_time()

    def look() -> None:
        for tile in window.multiview.tiles():
            delays.extend(tile.delays)
            tile.delays.clear()
        memory.append(resident_mb())

    heart, looker = QTimer(), QTimer()
    heart.timeout.connect(beat)
    heart.start(HEARTBEAT_MS)
    looker.timeout.connect(look)
    QTimer.singleShot(5_000, delays.clear)
    QTimer.singleShot(6_000, lambda: looker.start(1_000))
    QTimer.singleShot(4_000, lambda: window.track(1))
    QTimer.singleShot(int((seconds + 6) * 1000), app.quit)
    cpu = time.process_time()
    app.exec()
    cpu = time.process_time() - cpu
    heart.stop()
    looker.stop()
    window.close()
    site.end()
    folder.cleanup()
    held, paint, worked = np.array(gaps) * 1000, np.array(delays) * 1000, np.array(busy) * 1000
    third = max(1, len(memory) // 3)
    return {
        "cameras": CAMERAS, "fps_in": fps, "size": list(size), "seconds": seconds, "platform": app.platformName(),
        "gui_thread_held_ms": {"median": _round(held, 50), "p99": _round(held, 99), "max": _round(held, 100)},
        "gui_thread_worked_ms": {"median": _round(worked, 50), "p99": _round(worked, 99), "max": _round(worked, 100)},
        "arrival_to_paint_ms": {"median": _round(paint, 50), "p95": _round(paint, 95), "max": _round(paint, 100)},
        "painted_per_camera_per_s": round(len(delays) / CAMERAS / max(1, len(memory)), 1),
        "memory_mib": {"first_third": round(float(np.mean(memory[:third])), 1),
                       "last_third": round(float(np.mean(memory[-third:])), 1)},
        "cpu_cores": round(cpu / (seconds + 6), 2),
    }  # fmt: skip


def _round(values: np.ndarray, percentile: float) -> float:
    return round(float(np.percentile(values, percentile)), 1) if len(values) else float("nan")


def _paint_sixteen(painter: QPainter, width: int, height: int, pictures: Sequence[QImage], turn: int) -> None:
    if not pictures:
        return
    for place in range(CAMERAS):
        cell = QRectF(place % 4 * width / 4, place // 4 * height / 4, width / 4, height / 4)
        painter.drawImage(cell, pictures[(place + turn) % len(pictures)])
        painter.drawText(cell, str(turn))


class _Raster(QWidget):
    pictures: tuple[QImage, ...] = ()
    turn = 0

    def paintEvent(self, _: object) -> None:  # noqa: N802  # Qt's name
        painter = QPainter(self)
        _paint_sixteen(painter, self.width(), self.height(), self.pictures, self.turn)
        painter.end()


class _Gl(QOpenGLWidget):
    pictures: tuple[QImage, ...] = ()
    turn = 0

    def paintGL(self) -> None:  # noqa: N802  # Qt's name
        painter = QPainter(self)
        _paint_sixteen(painter, self.width(), self.height(), self.pictures, self.turn)
        painter.end()


def measure_painting(turns: int = 150) -> dict[str, object]:
    """Return the milliseconds that 16 new pictures take with each way of painting, at 1920 x 1080."""
    app = QApplication(["measure"])
    rng = np.random.default_rng(0)
    results: dict[str, object] = {"platform": app.platformName()}
    for name, kind in (("QPainter on QWidget", _Raster), ("QPainter on QOpenGLWidget", _Gl)):
        canvas = kind()
        canvas.resize(1920, 1080)
        canvas.show()
        app.processEvents()
        if isinstance(canvas, QOpenGLWidget):
            if not canvas.isValid():
                results[name] = "no OpenGL here"
                continue
            canvas.makeCurrent()
        spent = []
        noise = rng.integers(0, 255, (16, 270, 480, 4), np.uint8)
        for turn in range(turns):
            canvas.pictures = tuple(
                QImage(bytes(picture.data), 480, 270, 1920, QImage.Format.Format_RGB32).copy() for picture in noise
            )  # new pictures each time: nothing is cached
            canvas.turn = turn
            began = time.perf_counter()
            canvas.repaint()
            app.processEvents()
            spent.append((time.perf_counter() - began) * 1000)
        results[name] = {
            "median_ms": round(float(np.median(spent)), 2),
            "p95_ms": round(float(np.percentile(spent, 95)), 2),
        }
        canvas.close()
    return results


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--fps", type=float, default=25)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--painting", action="store_true")
    options = parser.parse_args()
    width, _, height = options.size.partition("x")
    found = (
        measure_painting()
        if options.painting
        else measure_window(options.seconds, (int(width), int(height)), options.fps)
    )
    print(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
