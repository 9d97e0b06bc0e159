"""Show the window on a drawn site that runs in real time: ``python -m tests.gui.show``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication

from reid_app.gui import run_window
from reid_app.gui.app import Report, make_application
from reid_app.gui.preferences import Preferences
from reid_app.gui.window import MainWindow
from tests.gui.conftest import SITE_FILE
from tests.gui.generated_site import GeneratedSite


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cameras", type=int, default=4)
    parser.add_argument("--shot", type=Path, help="save a picture of the window after some seconds, and close it")
    options = parser.parse_args()
    site = GeneratedSite(options.cameras, people=max(3, options.cameras // 2), size=(640, 360))

    def save() -> None:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow):
                screen = window.screen()
                picture = screen.grabWindow(0) if screen is not None else window.grab()
                picture.save(str(options.shot))
                sys.stdout.write(f"{QApplication.platformName()} {picture.width()} {picture.height()}\n")
                window.close()

    def follow() -> None:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow):
                window.showMaximized()
                window.track(1)

    def open_site(report: Report) -> GeneratedSite:
        report("Drawing the world", 0.5)
        site.run(10)
        return site

    with tempfile.TemporaryDirectory() as folder:
        site_file = Path(folder) / "site.yaml"
        site_file.write_text(SITE_FILE)
        preferences = Preferences(Path(folder) / "window.ini")
        app = make_application(preferences)
        if options.shot:
            QTimer.singleShot(4_000, follow)
            QTimer.singleShot(10_000, save)
        try:
            return run_window(open_site, site_file, preferences)
        finally:
            site.stop()
            del app


if __name__ == "__main__":
    sys.exit(main())
