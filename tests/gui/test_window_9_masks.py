"""Point 9: privacy masks drawn on the picture, by mouse and by keyboard, and kept in the site file."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest

from reid_app.config import CameraSettings
from reid_app.config.load import load_site
from reid_app.gui.setup.document import SiteDocument
from reid_app.gui.setup.fields import plan
from tests.gui.people import press

MASKED = """\
cameras:
  - name: Yard
    url: yard.mp4
    masks: # agreed with the works council
      - [[0.1, 0.1], [0.3, 0.1], [0.3, 0.3], [0.1, 0.3]] # the neighbour's window
      - [[0.6, 0.6], [0.9, 0.6], [0.9, 0.9]] # the till
  - name: Corridor
    url: corridor.mp4
"""


@pytest.fixture
def dialog(window, qtbot):
    press(window, "F10")
    dialog = window.dialogs.find("set-up")
    qtbot.waitUntil(lambda: dialog.masks.canvas.image is not None)
    return dialog


def _at(canvas, x: float, y: float) -> QPoint:
    return canvas.position((x, y)).toPoint()


def _drag(canvas, start: tuple[float, float], end: tuple[float, float]) -> None:
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=_at(canvas, *start))
    QTest.mouseMove(canvas, _at(canvas, (start[0] + end[0]) / 2, (start[1] + end[1]) / 2))
    QTest.mouseMove(canvas, _at(canvas, *end))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=_at(canvas, *end))


def _saved(dialog, qtbot) -> None:
    with qtbot.waitSignal(dialog.saved):
        dialog.save()


def test_the_picture_of_a_running_camera_is_there_at_once(dialog):
    assert dialog.masks.canvas.image.width() > 100
    assert dialog.masks.state == "Everything is seen: there is no mask."


def test_an_area_is_drawn_moved_and_deleted_with_the_mouse(dialog, qtbot, site_file, shoot):
    canvas, drawing = dialog.masks.canvas, dialog.masks.drawing
    before = site_file.read_text()
    _drag(canvas, (0.2, 0.2), (0.4, 0.5))
    (area,) = drawing.areas
    assert sum(area, ()) == pytest.approx((0.2, 0.2, 0.4, 0.2, 0.4, 0.5, 0.2, 0.5), abs=0.01)
    _drag(canvas, (0.3, 0.3), (0.5, 0.3))
    assert drawing.areas[0][0] == pytest.approx((0.4, 0.2), abs=0.02)
    _drag(canvas, drawing.areas[0][2], (0.8, 0.7))
    assert drawing.areas[0][2] == pytest.approx((0.8, 0.7), abs=0.01)
    middle = [(a + b) / 2 for a, b in zip(*drawing.areas[0][:2], strict=True)]
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=_at(canvas, *middle))
    assert len(drawing.areas[0]) == 5
    _drag(canvas, drawing.areas[0][1], (0.5, 0.1))
    _drag(canvas, (0.05, 0.05), (0.15, 0.2))
    assert len(drawing.areas) == 2
    shoot(dialog, "9-masks")
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=_at(canvas, 0.1, 0.1))
    dialog.masks._delete.click()
    assert len(drawing.areas) == 1
    _saved(dialog, qtbot)
    (camera, _) = load_site(site_file).settings.cameras
    assert camera.masks == drawing.areas
    added = [line for line in site_file.read_text().splitlines() if line not in before.splitlines()]
    assert [line.strip()[:6] for line in added] == ["masks:", "- [[0."]
    assert all(line in site_file.read_text().splitlines() for line in before.splitlines())


def test_an_area_is_drawn_moved_and_deleted_with_the_keyboard(dialog, qtbot):
    canvas, drawing = dialog.masks.canvas, dialog.masks.drawing
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_A)
    (x, y) = drawing.areas[0][0]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(canvas, key)
    assert drawing.areas[0][0] == pytest.approx((x + 0.02, y + 0.02))
    QTest.keyClick(canvas, Qt.Key.Key_C)
    assert dialog.masks.state == "Corner 1 of area 1 is chosen."
    QTest.keyClick(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert drawing.areas[0][0] == pytest.approx((x + 0.018, y + 0.02))
    QTest.keyClick(canvas, Qt.Key.Key_Insert)
    assert len(drawing.areas[0]) == 5
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert len(drawing.areas[0]) == 4
    QTest.keyClick(canvas, Qt.Key.Key_A)
    QTest.keyClick(canvas, Qt.Key.Key_N)
    assert dialog.masks.state == "Area 1 is chosen."
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert dialog.isVisible(), "Esc lets go of the area first"
    assert dialog.masks.state == "Areas that nobody sees: 2"
    QTest.keyClick(canvas, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert drawing.areas == ()
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_comments_of_areas_stay_with_them(open_window, site_file, qtbot):
    site_file.write_text(MASKED)
    for name in ("yard", "corridor"):
        (site_file.parent / f"{name}.mp4").write_bytes(b"video")
    window = open_window()
    press(window, "F10")
    dialog = window.dialogs.find("set-up")
    _saved(dialog, qtbot)
    assert site_file.read_text() == MASKED
    dialog.masks.drawing.choose(0)
    dialog.masks.canvas.delete()
    _saved(dialog, qtbot)
    after = site_file.read_text()
    assert "neighbour" not in after
    assert "      - [[0.6, 0.6], [0.9, 0.6], [0.9, 0.9]] # the till\n" in after
    assert "masks: # agreed with the works council\n" in after
    dialog.masks.drawing.choose(0)
    dialog.masks.canvas.delete()
    _saved(dialog, qtbot)
    assert "masks" not in SiteDocument(site_file).cameras()[0]


def test_masks_stay_with_their_camera(dialog):
    dialog.masks.canvas.add_area()
    dialog.choose_camera(1)
    assert dialog.masks.drawing.areas == ()
    dialog.choose_camera(0)
    assert len(dialog.masks.drawing.areas) == 1


def test_what_is_no_list_of_areas_is_said_and_left_as_it_is(dialog):
    dialog.masks.show_value([["x"]])
    assert "cannot be shown" in dialog.masks.state
    assert dialog.masks.value() == [["x"]]
    dialog.masks.canvas.add_area()
    assert len(dialog.masks.value()) == 1


def test_a_tested_camera_is_masked_as_drawn(dialog, site, qtbot):
    dialog.masks.canvas.add_area()
    dialog.form("cameras").editor("url").setText("rtsp://good/1")
    with qtbot.waitSignal(dialog.tested):
        dialog.test_camera()
    (tried,) = site.tested
    assert tried.masks == dialog.masks.drawing.areas


def test_the_editor_says_what_masks_are(dialog):
    (field,) = (field for field in plan(CameraSettings) if field.name == "masks")
    words = [label.text() for label in dialog.masks.findChildren(type(dialog.masks._state))]
    assert field.title in words
    assert field.description in words
