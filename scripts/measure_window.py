"""Measure the window: ``python scripts/measure_window.py [--seconds 60]`` or ``... --painting``.

Prints one JSON object, with 16 cameras of 25 pictures a second: how long the GUI thread kept a heartbeat
waiting, how much of that it worked (processor time; the rest is other programs), the same of a process beside
it that does nothing but beat (what is left of it is the machine's, not the window's), how long a key press takes
until its effect is painted, how long a picture takes from its arrival to its painting, and how memory goes.
``--painting`` compares QPainter on a QWidget with QPainter on a QOpenGLWidget instead.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
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
from PyQt6.QtCore import QCoreApplication, QRectF, Qt, QTimer
from PyQt6.QtGui import QImage, QPainter, QPaintEvent
from PyQt6.QtOpenGLWidgets import QOpenGLWidget
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget

from reid_app.gui.app import make_application
from reid_app.gui.preferences import Preferences
from reid_app.gui.tile import Tile
from reid_app.gui.window import MainWindow
from reid_app.runtime.facade import CameraView
from tests.gui.generated_site import GeneratedSite

CAMERAS = 16
HEARTBEAT_MS = 5
WARM_UP_S = 6.0


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


class Samples:
    """Durations, in memory that is all taken at the beginning: a list would grow with what is measured.

    Args:
        most: Durations that are kept; more are left out.
    """

    def __init__(self, most: float) -> None:
        self._seconds = np.ones(int(most), np.float32)
        self._count = 0

    def add(self, seconds: float) -> None:
        """Keep one."""
        if self._count < len(self._seconds):
            self._seconds[self._count] = seconds
            self._count += 1

    def clear(self) -> None:
        """Forget all."""
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def spread(self) -> dict[str, float]:
        """Return median, tails and maximum in milliseconds."""
        if not self._count:
            return {}
        shares = {"median": 50, "p95": 95, "p99": 99, "max": 100}
        values = self._seconds[: self._count]
        return {name: round(1000 * float(np.percentile(values, share)), 1) for name, share in shares.items()}


class Heart:
    """A timer that should beat every few milliseconds, and how late it was.

    Args:
        seconds: For how long it beats.
        warm_up: Seconds at the beginning that do not count.
    """

    def __init__(self, seconds: float, warm_up: float = WARM_UP_S) -> None:
        self._warm_at = time.monotonic() + warm_up
        self._last = (0.0, 0.0)
        self._late = Samples(seconds * 1000 / HEARTBEAT_MS + 1000)
        self._worked = Samples(seconds * 1000 / HEARTBEAT_MS + 1000)
        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)
        self._timer.start(HEARTBEAT_MS)

    def _beat(self) -> None:
        now, worked = time.monotonic(), time.thread_time()
        if self._last[0] and now > self._warm_at:
            self._late.add(now - self._last[0] - HEARTBEAT_MS / 1000)
            self._worked.add(worked - self._last[1])
        self._last = (now, worked)

    def stop(self) -> tuple[dict[str, float], dict[str, float]]:
        """End, and return how late it was and how much the thread worked from beat to beat, in milliseconds."""
        self._timer.stop()
        return self._late.spread(), self._worked.spread()


class KeyPresses:
    """Presses a key twice a second and measures until its effect is painted.

    Args:
        window: The window; the selected camera changes with each press.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._pressed: tuple[str, float] | None = None
        self._right = True
        self.delays = Samples(10_000)
        paint = Tile.paintEvent

        def timed(tile: Tile, event: QPaintEvent | None) -> None:
            paint(tile, event)
            if self._pressed is not None and tile.name == self._pressed[0] and tile.selected:
                self.delays.add(time.monotonic() - self._pressed[1])
                self._pressed = None

        Tile.paintEvent = timed  # type: ignore[method-assign]
        self._timer = QTimer()
        self._timer.timeout.connect(self._press)

    def start(self) -> None:
        """Begin."""
        self._window.multiview.setFocus()
        self._timer.start(500)

    def stop(self) -> None:
        """End."""
        self._timer.stop()

    def _press(self) -> None:
        began = time.monotonic()
        QTest.keyClick(self._window.multiview, Qt.Key.Key_Right if self._right else Qt.Key.Key_Left)
        self._right = not self._right
        self._pressed = (self._window.multiview.view.selected or "", began)


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
    delays = Samples(CAMERAS * 60 * seconds)
    memory: list[float] = []

    def look() -> None:
        for tile in window.multiview.tiles():
            for delay in tile.delays:
                delays.add(delay)
            tile.delays.clear()
        memory.append(resident_mb())

    beside = subprocess.Popen(
        [sys.executable, __file__, "--bare", "--seconds", str(seconds)], stdout=subprocess.PIPE, text=True
    )
    heart, looker, presses = Heart(seconds), QTimer(), KeyPresses(window)
    looker.timeout.connect(look)
    QTimer.singleShot(5_000, delays.clear)
    QTimer.singleShot(6_000, lambda: looker.start(1_000))
    QTimer.singleShot(4_000, lambda: window.track(1))
    QTimer.singleShot(6_000, presses.start)
    QTimer.singleShot(int((seconds + 6) * 1000), app.quit)
    cpu = time.process_time()
    app.exec()
    cpu = time.process_time() - cpu
    held, worked = heart.stop()
    looker.stop()
    presses.stop()
    window.close()
    site.end()
    folder.cleanup()
    bare = json.loads(beside.communicate()[0])
    third = max(1, len(memory) // 3)
    by_minute = [round(float(np.mean(memory[at : at + 60])), 1) for at in range(0, len(memory), 60)]
    minutes = np.arange(len(memory)) / 60
    return {
        "cameras": CAMERAS, "fps_in": fps, "size": list(size), "seconds": seconds, "platform": app.platformName(),
        "load": [round(load, 1) for load in os.getloadavg()],
        "gui_thread_held_ms": held,
        "gui_thread_worked_ms": worked,
        "bare_timer_beside_held_ms": bare,
        "key_to_paint_ms": presses.delays.spread(),
        "arrival_to_paint_ms": delays.spread(),
        "painted_per_camera_per_s": round(len(delays) / CAMERAS / max(1, len(memory)), 1),
        "memory_mib": {"first_third": round(float(np.mean(memory[:third])), 1),
                       "last_third": round(float(np.mean(memory[-third:])), 1),
                       "by_minute": by_minute,
                       "slope_per_minute": round(float(np.polyfit(minutes, memory, 1)[0]), 2)},
        "cpu_cores": round(cpu / (seconds + 6), 2),
    }  # fmt: skip


def measure_bare(seconds: float) -> dict[str, float]:
    """Return how late a timer is in a process that does nothing else, in milliseconds."""
    app = QCoreApplication(["bare"])
    heart = Heart(seconds)
    QTimer.singleShot(int((seconds + 6) * 1000), app.quit)
    app.exec()
    return heart.stop()[0]


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
    parser.add_argument("--bare", action="store_true", help="only a timer; the measurement starts it by itself")
    options = parser.parse_args()
    if options.bare:
        print(json.dumps(measure_bare(options.seconds)))
        return 0
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
