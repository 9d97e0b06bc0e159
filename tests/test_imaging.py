from __future__ import annotations

import os
import subprocess
import sys

import pytest

VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")


def environment_after(program: str, **before: str) -> list[str | None]:
    clean = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport os; print([os.environ.get(name) for name in {VARIABLES}])"],
        env=clean | before,
        capture_output=True,
        text=True,
        check=True,
    )
    values: list[str | None] = eval(done.stdout)
    return values


@pytest.mark.parametrize(
    "program", ["from reid_app.imaging import cv2; cv2.imread", "import reid_app.imaging, cv2; cv2.imread"]
)
@pytest.mark.parametrize("before", [{}, dict.fromkeys(VARIABLES, "/my/qt")])
def test_importing_opencv_leaves_qt_alone(program: str, before: dict[str, str]) -> None:
    assert environment_after(program, **before) == [before.get(name) for name in VARIABLES]


@pytest.mark.parametrize("room", ["video", "detect"])
def test_the_rooms_import_opencv_in_that_one_place(room: str) -> None:
    assert environment_after(f"import reid_app.{room}") == [None, None]
