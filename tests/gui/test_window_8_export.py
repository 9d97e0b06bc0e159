"""Point 8: export, with a preview of what will leave the machine."""

from __future__ import annotations

import pytest

from tests.gui.people import click_person, press


@pytest.fixture
def dialog(window, qtbot):
    click_person(window, "Yard", 1)
    press(window, "Ctrl+E")
    found = window.dialogs.find("export 1")
    qtbot.waitUntil(lambda: bool(found.preview()))
    return found


def test_preview_before_anything_is_written(dialog, site, qtbot, tmp_path, shoot):
    assert not dialog.isModal()
    assert dialog.preview() == ("identity-1.csv",)
    dialog.tick("report", on=True)
    qtbot.waitUntil(lambda: len(dialog.preview()) == 3)
    assert not dialog._write.isEnabled(), "no folder yet"
    dialog.set_folder(str(tmp_path / "nowhere"))
    assert dialog._state.text() == "There is no such folder."
    dialog.set_folder(str(tmp_path))
    shoot(dialog, "8-export")
    with qtbot.waitSignal(dialog.done_writing) as done:
        dialog.write()
    assert [path.name for path in done.args[0]] == ["identity-1.csv", "identity-1.report"]
    assert all(path.is_file() for path in done.args[0])
    assert not [kind for kind, _, identity in site.exported if identity != 1]


def test_nothing_ticked_nothing_written(dialog, qtbot, tmp_path):
    dialog.set_folder(str(tmp_path))
    dialog.tick("csv", on=False)
    assert dialog._state.text() == "Tick what to export."
    assert not dialog._write.isEnabled()


def test_without_a_target_it_is_said(window):
    press(window, "Ctrl+E")
    assert "Track somebody first" in window.notices.words


def test_the_dialog_is_open_once(dialog, window):
    window.dialogs.export(1)
    assert window.dialogs.find("export 1") is dialog
