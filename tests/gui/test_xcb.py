"""The whole window on a real display: OpenCV's own Qt plug-ins must not get in the way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from PyQt6.QtGui import QImage

pytestmark = pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="needs xvfb-run (Debian: xvfb)")


def test_window_on_xcb(shots):
    path = shots / "xcb.png"
    command = ["xvfb-run", "-a", "-s", "-screen 0 1920x1080x24", sys.executable, "-m", "tests.gui.show"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb"}
    command += ["--shot", str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["xcb", "1920", "1080"]
    assert not QImage(str(path)).isNull()
