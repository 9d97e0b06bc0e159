"""Point 9: set-up without YAML, and the start-up view."""

from __future__ import annotations

import threading
from typing import Literal

import pytest
from pydantic import BaseModel, Field, SecretStr
from PyQt6.QtWidgets import QComboBox, QLineEdit, QWidget

from reid_app.config import SiteSettings
from reid_app.errors import ModelError
from reid_app.gui.app import StartView
from reid_app.gui.setup.document import SiteDocument
from reid_app.gui.setup.fields import Kind, plan
from reid_app.gui.setup.form import SettingsForm
from tests.gui.generated_site import GeneratedSite
from tests.gui.people import press


@pytest.fixture
def dialog(window):
    press(window, "F10")
    return window.dialogs.find("set-up")


def _saved(dialog, qtbot):
    with qtbot.waitSignal(dialog.saved):
        dialog.save()


def test_a_change_keeps_the_comments(dialog, qtbot, site_file, shoot):
    line = dialog.form("cameras").editor("rate")
    assert isinstance(line, QLineEdit)
    line.setText("5")
    shoot(dialog, "9-cameras")
    before = site_file.read_text()
    _saved(dialog, qtbot)
    after = site_file.read_text()
    assert "    rate: 5\n" in after
    assert after.replace("    rate: 5\n", "") == before


def test_a_password_is_never_shown(dialog, qtbot, site_file):
    words = [line.text() + line.placeholderText() for line in dialog.findChildren(QLineEdit)]
    assert not [text for text in words if "secret" in text]
    _saved(dialog, qtbot)
    assert "rtsp://user:secret@camera-1/stream  # main entrance" in site_file.read_text()


def test_of_a_webhook_only_the_host_is_shown(open_window, site_file, qtbot):
    site_file.write_text(
        site_file.read_text() + "alarms:\n  webhook: https://kim:hush@hooks.example.com/T0/hush # on call\n"
    )
    window = open_window()
    press(window, "F10")
    dialog = window.dialogs.find("set-up")
    line = dialog.form("alarms").editor("webhook")
    assert (line.text(), line.placeholderText()) == ("", "https://hooks.example.com")
    _saved(dialog, qtbot)
    assert "webhook: https://kim:hush@hooks.example.com/T0/hush # on call" in site_file.read_text()


def test_mistakes_are_said_and_nothing_is_written(dialog, qtbot, site_file):
    before = site_file.read_bytes()
    dialog.form("detector").editor("confidence").setText("7")
    dialog.save()
    qtbot.waitUntil(lambda: "detector.confidence" in dialog.message)
    assert site_file.read_bytes() == before
    assert [path.name for path in site_file.parent.iterdir() if path.name.startswith(".")] == []
    dialog.form("detector").editor("confidence").setText("high")
    dialog.save()
    assert "high is not a number" in dialog.message


def test_add_and_remove_a_camera(dialog, qtbot, site_file):
    dialog.add_camera()
    dialog.form("cameras").editor("name").setText("Roof")
    dialog.form("cameras").editor("url").setText("rtsp://camera-3/stream")
    dialog.choose_camera(1)
    dialog.remove_camera()
    _saved(dialog, qtbot)
    cameras = SiteDocument(site_file).cameras()
    assert [camera["name"] for camera in cameras] == ["Yard", "Roof"]
    assert "# By the gate." in site_file.read_text()


@pytest.mark.parametrize(
    ("url", "begins"),
    [("rtsp://good/1", "✓ 1920 x 1080"), ("rtsp://bad/1", "✕ Yard: nobody answers"), ("ftp://x", "url:")],
)
def test_a_camera_is_tested(dialog, qtbot, url, begins, shoot):
    dialog.form("cameras").editor("url").setText(url)
    dialog.test_camera()
    qtbot.waitUntil(lambda: dialog.test_result.startswith(begins))
    if begins.startswith("✓"):
        assert dialog.masks.canvas.image.width() == 320
        shoot(dialog, "9-tested")


def test_a_threshold_in_plain_words(dialog, qtbot, shoot):
    qtbot.waitUntil(lambda: "With this threshold" in dialog.explanation)
    assert dialog.explanation == "With this threshold: about 2.0 wrong matches in 1,000."
    dialog._tabs.setCurrentIndex(dialog._tabs.count() - 2)
    shoot(dialog, "9-thresholds")


def test_every_setting_is_in_the_dialog_with_its_words(dialog):
    for field in plan(SiteSettings):
        if field.section is not None:
            form = dialog.form(field.name)
            for inner in plan(field.section):
                assert form.editor(inner.name) is not None
                assert inner.title != inner.name, f"{field.name}.{inner.name} has no title"
                assert inner.description


class _Tomorrow(BaseModel):
    """A section that does not exist yet."""

    brightness: float = Field(default=0.5, ge=0, le=1, title="Brightness", description="How bright.")
    mode: Literal["a", "b"] = Field(default="a", title="Mode", description="How.")
    key: SecretStr | None = Field(default=None, title="Key", description="A secret.")
    on: bool = Field(default=True, title="On", description="Whether.")
    ports: tuple[int, ...] = Field(default=(), title="Ports", description="Which.")


def test_a_new_setting_appears_by_itself(qtbot):
    form = SettingsForm(_Tomorrow)
    qtbot.addWidget(form)
    kinds = {field.name: field.kind for field in plan(_Tomorrow)}
    assert kinds["brightness"] is Kind.NUMBER
    assert kinds["key"] is Kind.SECRET
    assert kinds["ports"] is Kind.YAML
    assert plan(_Tomorrow)[0].bounds == "≥ 0, ≤ 1"
    form.show_values({"brightness": 0.25, "on": False, "ports": [1, 2], "key": "hush"})
    assert form.values() == {"brightness": 0.25, "mode": None, "on": False, "ports": [1, 2], "key": "hush"}
    assert isinstance(form.editor("on"), QComboBox)
    assert isinstance(form.editor("brightness"), QWidget)


def test_a_file_that_cannot_be_read_is_said(window, site_file):
    site_file.write_text("cameras: [")
    press(window, "F10")
    assert "not valid YAML" in window.dialogs.find("set-up").message


def test_start_up_shows_what_is_loading(qtbot, shoot):
    gate, site = threading.Event(), GeneratedSite()

    def open_site(report):
        report("Loading the detector", 0.4)
        gate.wait()
        report("Opening cameras", 1.0)
        return site

    view = StartView(open_site, "site.yaml")
    qtbot.addWidget(view)
    view.show()
    view.start()
    qtbot.waitUntil(lambda: view.words == "Loading the detector")
    assert view.share == pytest.approx(0.4)
    shoot(view, "9-start")
    with qtbot.waitSignal(view.ready) as ready:
        gate.set()
    assert ready.args[0] is site
    view.join()


def test_start_up_says_what_went_wrong(qtbot, shoot):
    def open_site(report):
        raise ModelError("models/pedestrian: the weights are missing; run `reid-app models`")

    view = StartView(open_site, "site.yaml")
    qtbot.addWidget(view)
    view.show()
    view.start()
    qtbot.waitUntil(lambda: bool(view.error))
    assert view.words == "models/pedestrian: the weights are missing; run `reid-app models`"
    shoot(view, "9-start-failed")
    view.join()
