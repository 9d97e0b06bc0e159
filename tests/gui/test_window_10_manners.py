"""Point 10: keyboard, keys that can be changed, languages, memory of the window, messages once."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PyQt6.QtCore import QCoreApplication, Qt, QTranslator
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QAbstractButton, QDockWidget, QLabel, QMenu

from reid_app.domain import TrackKey
from reid_app.errors import SettingsError
from reid_app.gui.i18n import FOLDER, TsTranslator, install_language, languages, remove_language
from reid_app.gui.model.actions import ACTIONS, KeyMap, Scope
from reid_app.gui.model.layouts import Arrangement
from reid_app.gui.model.notices import Level
from reid_app.gui.preferences import Preferences
from reid_app.runtime.facade import Author
from tests.gui.people import click_person, press
from tests.gui.world import picture_of

_PLAIN = Qt.TextFormat.PlainText

_KEY = re.compile(r"\b(Ctrl|Alt|Shift)\+|\bF\d+\b|\((Esc|Space|[A-Z,.;:])\)")


def test_every_action_has_a_key_of_its_own():
    keys = KeyMap()
    for action in ACTIONS:
        assert action.keys, action.name
        for key in action.keys:
            assert keys.clash(action.name, key) is None, f"{action.name}: {key}"


def _reached(window, action):
    """Press the first key of an action where it works; return whether the action was triggered."""
    place = {
        Scope.WINDOW: window.multiview,
        Scope.PICTURES: window.multiview,
        Scope.MOMENT: window.player,
        Scope.DECIDE: window.panels.decide,
    }[action.scope]
    if action.scope is Scope.MOMENT:
        window.stack.setCurrentWidget(window.player)
    elif action.scope is not Scope.DECIDE:
        window.stack.setCurrentWidget(window.multiview)
    else:
        window.panels.focus_panel("decide")
    place.setFocus()
    hits = []
    command = window.commands[action.name]
    command.triggered.disconnect()  # only whether the key gets there
    command.triggered.connect(lambda *_: hits.append(action.name))
    press(window, action.keys[0])
    return hits == [action.name]


def test_every_action_is_reached_by_its_key(window, site, qtbot):
    site.ask_operator(TrackKey("Gate", 1), 3, 1)
    qtbot.waitUntil(lambda: window.panels.decide.question is not None)
    missed = [action.name for action in ACTIONS if not _reached(window, action)]
    assert missed == []


def test_typing_a_name_triggers_nothing(window, qtbot):
    click_person(window, "Yard", 1)
    qtbot.waitUntil(lambda: window.panels.target.person is not None)
    press(window, "Ctrl+R")
    QTest.keyClicks(window.panels.target._name, "Stella 12")
    assert window.panels.target._name.text() == "Stella 12"
    assert not window.multiview.view.spot


def test_cheat_sheet_lists_all_and_changes_keys(window, preferences, shoot):
    press(window, "F1")
    sheet = window.dialogs.find("cheat sheet")
    assert not sheet.isModal()
    assert len(sheet.lines()) == len(ACTIONS)
    shoot(sheet, "10-keys")
    sheet.select("spot")
    sheet.use_key("G")
    assert "already belongs to" in sheet.problem
    sheet.use_key("5")
    assert "Camera numbers" in sheet.problem
    sheet.use_key("Ctrl+J")
    assert sheet.problem == ""
    sheet.close()
    window.multiview.setFocus()
    press(window, "S")
    assert not window.multiview.view.spot
    press(window, "Ctrl+J")
    assert window.multiview.view.spot
    assert preferences.keys == {"spot": ("Ctrl+J",)}


def test_words_name_the_keys_in_force(window, site, qtbot):
    assert window.panels.decide._same.text() == "Same person  (Y)"
    press(window, "F1")
    sheet = window.dialogs.find("cheat sheet")
    for action, key in (("same", "J"), ("undo", "Ctrl+U"), ("track", "K"), ("pause", "Ctrl+P"), ("cheat_sheet", "F12")):
        sheet.select(action)
        sheet.use_key(key)
    sheet.close()
    assert window.panels.decide._same.text() == "Same person  (J)"
    assert "press K." in window.panels.target._empty.text()
    assert window.player._play.text() == "Play  (Ctrl+P)"
    assert "Keys: F12" in window.notices._facts.text()
    site.ask_operator(TrackKey("Gate", 1), 3, 1)
    qtbot.waitUntil(lambda: window.panels.decide.question is not None)
    window.panels.decide.answer(same=True)
    qtbot.waitUntil(lambda: "(Ctrl+U takes it back)" in window.notices.words)


def test_no_words_hold_a_key_of_their_own(window):
    """A key in a text would be wrong as soon as the operator changes it; those of the mask editor are fixed."""
    sources = [path.read_text(encoding="utf-8") for path in (Path(FOLDER).parent).rglob("*.py")]
    found = [
        text
        for source in sources
        for text in re.findall(r'translate\(\s*"(?!Setup)\w+",\s*"([^"]*)"', source)
        if _KEY.search(text)
    ]
    assert found == []


def test_keys_of_another_version_do_no_harm():
    keys = KeyMap({"gone": ("A",), "spot": ("G",)})
    assert keys.keys("spot") == ("S",)
    with pytest.raises(SettingsError, match="already belongs"):
        keys.rebind("spot", ["G"])


def test_the_window_comes_back_as_it_was(open_window, preferences, site, site_file):
    first = open_window()
    press(first, "Ctrl+5")
    press(first, "Right")
    first._set_operator("Robin")
    order = first.multiview.view.swapped("Yard", "Gate")
    first.set_view(order)
    first.close()
    again = open_window()
    assert again.multiview.view.arrangement is Arrangement.STRIP
    assert again.multiview.view.order == order.order
    assert again.desk.operator == "Robin"


def test_damaged_preferences_do_no_harm(tmp_path):
    path = tmp_path / "window.ini"
    path.write_text('[General]\nkeys="{"\nscale=x\nlast_views=[1]\nnamed_views="3"\n')
    kept = Preferences(path)
    assert (kept.keys, kept.scale, kept.named_views("a"), kept.view("a")) == ({}, 1.0, {}, None)


def test_text_can_be_made_larger(window, qapp, preferences, shoot):
    before = qapp.font().pointSizeF()
    for _ in range(4):
        press(window, "Ctrl++")
    assert qapp.font().pointSizeF() > 1.3 * before
    shoot(window, "10-large-text")
    for _ in range(4):
        press(window, "Ctrl+-")
    assert qapp.font().pointSizeF() == pytest.approx(before, abs=0.1)


def test_buttons_beside_the_menus_do_what_they_say_and_give_way(window, qtbot):
    buttons = window.menuBar().cornerWidget()
    shown = {button.text(): button for button in buttons.findChildren(QAbstractButton)}
    assert list(shown)[:4] == ["1", "2×2", "3×3", "4×4"]
    assert shown["3×3"].toolTip() == "3 x 3 cameras  (Ctrl+3)"
    shown["3×3"].click()
    assert window.multiview.view.arrangement is Arrangement.NINE
    shown["Spot"].click()
    assert window.multiview.view.spot
    assert shown["Spot"].isChecked()
    assert buttons.isVisible()
    window.resize(700, 600)
    qtbot.waitUntil(lambda: not buttons.isVisible())
    window.resize(1500, 940)
    qtbot.waitUntil(buttons.isVisible)


def test_an_error_is_said_once_until_it_recovers(window):
    for _ in range(3):
        window.notices.say("disk", "is full", Level.ERROR)
    assert len([notice for notice in window.notices.notices.all if notice.source == "disk"]) == 1
    window.notices.recovered("disk")
    window.notices.say("disk", "is full", Level.ERROR)
    assert len([notice for notice in window.notices.notices.all if notice.source == "disk"]) == 2


def test_all_messages_by_one_key(window, shoot):
    window.notices.say("disk", "is full", Level.ERROR)
    press(window, "F8")
    assert window.notices._list.isVisible()
    shoot(window, "10-messages")


def test_no_dialog_is_modal(window, qtbot):
    click_person(window, "Yard", 1)
    for key in ("F1", "F10", "Ctrl+E", "Ctrl+S", "Ctrl+O"):
        window.multiview.setFocus()
        window.activateWindow()
        press(window, key)
    assert len(window.dialogs._open) == 5
    assert not [name for name, dialog in window.dialogs._open.items() if dialog.isModal()]


class _Marking(QTranslator):
    """Marks every text that passes through translation."""

    def translate(self, context, source, *_):
        return f"⟦{source}⟧"

    def isEmpty(self):
        return False


@pytest.fixture
def marked(qapp):
    translator = _Marking()
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def test_every_visible_text_passes_through_translation(marked, open_window, site, qtbot):
    window = open_window()
    click_person(window, "Yard", 1)
    qtbot.waitUntil(lambda: window.panels.target.person is not None)
    for name in ("set_up", "cheat_sheet", "export", "save_view"):
        window.commands[name].trigger()
    texts = [label.text() for label in window.findChildren(QLabel)]
    texts += [button.text() for button in window.findChildren(QAbstractButton)]
    texts += [action.text() for menu in window.findChildren(QMenu) for action in menu.actions()]
    texts += [dock.windowTitle() for dock in window.findChildren(QDockWidget)]
    plain = {text for text in texts if any(letter.isalpha() for letter in text) and "⟦" not in text}
    settings = {label.text() for label in window.dialogs.find("set-up").findChildren(QLabel)}
    qts_own = {"OK", "&OK", "Cancel", "&Cancel"}
    assert plain - settings - qts_own == set()


def _sources():
    """Return the texts in the German file with their translations."""
    root = ET.parse(FOLDER / "reid_app_de.ts").getroot()
    for context in root.iter("context"):
        for message in context.iter("message"):
            yield context.findtext("name"), message.findtext("source"), message.find("translation")


def test_german_is_complete_and_keeps_the_places():
    for context, source, translation in _sources():
        assert translation.get("type") is None, f"{context}: {source!r} is not translated"
        for place in ("{0", "{1", "{2"):
            assert (place in source) == (place in translation.text), source


def test_the_german_file_has_every_text(tmp_path):
    from PyQt6.lupdate import lupdate

    fresh = tmp_path / "fresh.ts"
    lupdate([str(FOLDER.parent)], [str(fresh)], no_obsolete=True)
    wanted = {
        (context.findtext("name"), message.findtext("source"))
        for context in ET.parse(fresh).getroot().iter("context")
        for message in context.iter("message")
    }
    assert wanted == {(context, source) for context, source, _ in _sources()}


def test_german_window(qapp, open_window, qtbot, shoot):
    translators = install_language(qapp, "de")
    try:
        window = open_window()
        click_person(window, "Yard", 1)
        qtbot.waitUntil(lambda: window.panels.target.person is not None)
        assert window.panels.target.place == "Person 1 – jetzt in Yard"
        qtbot.wait(50)
        shoot(window, "10-german")
    finally:
        remove_language(qapp, translators)


def test_another_language_needs_only_a_file(tmp_path, qapp):
    path = tmp_path / "reid_app_xx.ts"
    path.write_text(
        "<TS><context><name>Likelihood</name><message><source>likely</source>"
        "<translation>foo</translation></message></context></TS>"
    )
    translator = TsTranslator(Path(path))
    assert translator.translate("Likelihood", "likely") == "foo"
    assert translator.translate("Likelihood", "certain") is None
    assert languages()[0] == "en"
    assert "de" in languages()


@pytest.mark.parametrize("name", ["<b>bold</b><img src=x>", "x" * 10_000], ids=["html", "long"])
def test_hostile_words_in_every_panel_and_dialog_do_no_harm(window, site, qtbot, name, shoot):
    author = Author(name, name)
    site.names[1] = name
    site.annotate(1, name, [name, name], author)
    site.enrol(name, [picture_of(1)], author)
    site.raise_alarm(name)
    site.ask_operator(TrackKey("Gate", 1), 3, 1)
    window._set_operator(name)
    window._keep_view(name)
    window._fill_views_menu()
    window.track(1, name)
    window.notices.say(name, name, Level.ERROR)
    qtbot.waitUntil(lambda: window.panels.target.person is not None and window.panels.decide.question is not None)
    qtbot.waitUntil(lambda: window.panels.watch._entries.count() == 1)
    window.panels.search.search_for(picture_of(1))
    qtbot.waitUntil(lambda: window.panels.search._results.count() > 0)
    for panel in ("decide", "search", "watch", "log", "timeline", "target"):
        window.panels.focus_panel(panel)
        qtbot.wait(10)
        assert window.width() == 1500, panel
    for action in ("export", "save_view", "operator", "set_up"):
        window.commands[action].trigger()
    window.dialogs.find("set-up").form("cameras").editor("name").setText(name)
    window.dialogs.find("set-up").test_camera()
    qtbot.wait(50)
    told = [label for label in window.findChildren(QLabel) if name[:10] in label.text()]
    assert told
    assert [label.text() for label in told if label.textFormat() is not _PLAIN] == []
    assert all(dialog.width() <= 1300 for dialog in window.dialogs._open.values())
    if name.startswith("<b>"):
        shoot(window, "10-hostile")
