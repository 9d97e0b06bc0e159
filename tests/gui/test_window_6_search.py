"""Point 6: a picture in, the people most like it out."""

from __future__ import annotations

from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent, QGuiApplication
from PyQt6.QtTest import QTest

from reid_app.gui.frames import to_qimage
from reid_app.imaging import cv2
from tests.gui.people import press
from tests.gui.world import picture_of


def _wait_found(window, qtbot):
    qtbot.waitUntil(lambda: bool(window.panels.search.found()))
    return window.panels.search.found()


def test_a_dropped_picture(window, qtbot, tmp_path, shoot):
    path = tmp_path / "who.png"
    cv2.imwrite(str(path), picture_of(2))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    panel = window.panels.search
    press(window, "F5")
    event = QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                       Qt.KeyboardModifier.NoModifier)  # fmt: skip
    panel.dropEvent(event)
    found = _wait_found(window, qtbot)
    assert found[0].identity.number == 2
    assert panel.state == "3 people, the most alike first"
    qtbot.wait(50)
    shoot(window, "6-search")
    press(panel._results, "Return")
    panel._follow.click()
    assert window.follower.targets.current.identity == 2


def test_the_selected_person_by_one_key(window, qtbot):
    press(window, "N")
    press(window, "F")
    assert _wait_found(window, qtbot)[0].identity.number == 1


def test_a_box_on_a_paused_picture(window, qtbot, shoot):
    press(window, "Space")
    canvas = window.player.canvas
    x, y, w, h = (int(v) for v in canvas._fit().rect(canvas.view.people[0].box))
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
    QTest.mouseMove(canvas, QPoint(x + w, y + h))
    shoot(window, "6-box")
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x + w, y + h))
    assert _wait_found(window, qtbot)[0].identity.number == 1


def test_a_picture_from_the_clipboard(window, qtbot):
    QGuiApplication.clipboard().setImage(to_qimage(picture_of(3)))
    window.panels.search.paste()
    assert _wait_found(window, qtbot)[0].identity.number == 3


def test_a_time_span(window, site, qtbot):
    site.advance(100.0)
    qtbot.waitUntil(lambda: window.panels.search._now_ns == site.now_ns)
    asked = []
    original = site.search
    site.search = lambda image, since, until: asked.append((since, until)) or original(image, since, until)
    window.panels.search._span.setCurrentIndex(1)
    window.panels.search.search_for(picture_of(1))
    _wait_found(window, qtbot)
    assert asked == [(site.now_ns - 600 * 1_000_000_000, None)]


def test_a_file_that_is_no_picture(window, qtbot, tmp_path):
    path = tmp_path / "not.png"
    path.write_text("no picture")
    window.panels.search.open_file(str(path))
    qtbot.waitUntil(lambda: "is no picture that can be read" in window.notices.words)


def test_empty_clipboard_is_said(window, qtbot):
    QGuiApplication.clipboard().clear()
    window.panels.search.paste()
    assert "There is no picture in the clipboard" in window.notices.words
