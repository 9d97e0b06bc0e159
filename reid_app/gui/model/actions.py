"""The one table of what an operator can do, with default keys, and the keys in force.

Every menu entry, shortcut and line of the cheat sheet comes from :data:`ACTIONS`.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from reid_app.errors import SettingsError
from reid_app.gui.i18n import translate


class Group(enum.Enum):
    """Chapter of the cheat sheet and menu of the menu bar."""

    VIEW = QT_TRANSLATE_NOOP("Group", "View")
    PEOPLE = QT_TRANSLATE_NOOP("Group", "People")
    TARGET = QT_TRANSLATE_NOOP("Group", "Target")
    MOMENT = QT_TRANSLATE_NOOP("Group", "Recorded moment")
    DECIDE = QT_TRANSLATE_NOOP("Group", "Decide")
    PANELS = QT_TRANSLATE_NOOP("Group", "Panels")
    SITE = QT_TRANSLATE_NOOP("Group", "Site")

    @property
    def title(self) -> str:
        """The chapter's name in the operator's language."""
        return translate("Group", self.value)


class Scope(enum.Enum):
    """Where a key works."""

    WINDOW = "window"
    """Everywhere in the window."""
    PICTURES = "pictures"
    """While the keyboard is in the pictures, so that lists and buttons keep their own use of the key."""
    MOMENT = "moment"
    """While the keyboard is in a recorded moment."""
    DECIDE = "decide"
    """While the keyboard is in the decide panel."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that an operator can do.

    Attributes:
        name: Stable name, for the key file.
        group: Where it is listed.
        text: What it is called, in English; see :attr:`title`.
        keys: Default keys in Qt's portable spelling.
        scope: Where the keys work.
        toggles: Whether it is switched on and off.
        short: A word or two for its button beside the menus, in English; empty: it has none.
    """

    name: str
    group: Group
    text: str
    keys: tuple[str, ...]
    scope: Scope = Scope.WINDOW
    toggles: bool = False
    short: str = ""

    @property
    def label(self) -> str:
        """The words of its button in the operator's language."""
        return translate("Action", self.short)

    @property
    def title(self) -> str:
        """What it is called in the operator's language."""
        return translate("Action", self.text)


def _action(
    name: str,
    group: Group,
    text: str,
    *keys: str,
    scope: Scope = Scope.WINDOW,
    toggles: bool = False,
    short: str = "",
) -> Action:
    return Action(name, group, text, keys, scope, toggles, short)


_V, _P, _T, _M, _D, _L, _S = (
    Group.VIEW,
    Group.PEOPLE,
    Group.TARGET,
    Group.MOMENT,
    Group.DECIDE,
    Group.PANELS,
    Group.SITE,
)
_IN_PICTURES, _IN_MOMENT, _IN_DECIDE = Scope.PICTURES, Scope.MOMENT, Scope.DECIDE

ACTIONS: tuple[Action, ...] = (
    _action("layout_one", _V, QT_TRANSLATE_NOOP("Action", "One camera"), "Ctrl+1", short="1"),
    _action("layout_four", _V, QT_TRANSLATE_NOOP("Action", "2 x 2 cameras"), "Ctrl+2", short="2×2"),
    _action("layout_nine", _V, QT_TRANSLATE_NOOP("Action", "3 x 3 cameras"), "Ctrl+3", short="3×3"),
    _action("layout_sixteen", _V, QT_TRANSLATE_NOOP("Action", "4 x 4 cameras"), "Ctrl+4", short="4×4"),
    _action(
        "layout_strip",
        _V,
        QT_TRANSLATE_NOOP("Action", "One big camera and a strip"),
        "Ctrl+5",
        short=QT_TRANSLATE_NOOP("Action", "1 + strip"),
    ),
    _action("next_page", _V, QT_TRANSLATE_NOOP("Action", "Next page of cameras"), "PgDown", scope=_IN_PICTURES),
    _action("previous_page", _V, QT_TRANSLATE_NOOP("Action", "Previous page of cameras"), "PgUp", scope=_IN_PICTURES),
    _action(
        "go_to_number",
        _V,
        QT_TRANSLATE_NOOP("Action", "Go to the camera whose number was typed"),
        "Return",
        "Enter",
        scope=_IN_PICTURES,
    ),
    _action("enlarge", _V, QT_TRANSLATE_NOOP("Action", "Enlarge the selected camera"), "E"),
    _action("back", _V, QT_TRANSLATE_NOOP("Action", "Back"), "Esc"),
    _action("left", _V, QT_TRANSLATE_NOOP("Action", "Select the camera to the left"), "Left", scope=_IN_PICTURES),
    _action("right", _V, QT_TRANSLATE_NOOP("Action", "Select the camera to the right"), "Right", scope=_IN_PICTURES),
    _action("up", _V, QT_TRANSLATE_NOOP("Action", "Select the camera above"), "Up", scope=_IN_PICTURES),
    _action("down", _V, QT_TRANSLATE_NOOP("Action", "Select the camera below"), "Down", scope=_IN_PICTURES),
    _action(
        "move_earlier",
        _V,
        QT_TRANSLATE_NOOP("Action", "Move the selected camera forward"),
        "Shift+Left",
        scope=_IN_PICTURES,
    ),
    _action(
        "move_later",
        _V,
        QT_TRANSLATE_NOOP("Action", "Move the selected camera back"),
        "Shift+Right",
        scope=_IN_PICTURES,
    ),
    _action(
        "spot",
        _V,
        QT_TRANSLATE_NOOP("Action", "Spot tile that follows the target"),
        "S",
        toggles=True,
        short=QT_TRANSLATE_NOOP("Action", "Spot"),
    ),
    _action(
        "full_screen",
        _V,
        QT_TRANSLATE_NOOP("Action", "Full screen"),
        "F11",
        toggles=True,
        short=QT_TRANSLATE_NOOP("Action", "Full screen"),
    ),
    _action("save_view", _V, QT_TRANSLATE_NOOP("Action", "Save this view under a name..."), "Ctrl+S"),
    _action("views", _V, QT_TRANSLATE_NOOP("Action", "Next saved view"), "V"),
    _action("larger", _V, QT_TRANSLATE_NOOP("Action", "Larger text"), "Ctrl++", "Ctrl+="),
    _action("smaller", _V, QT_TRANSLATE_NOOP("Action", "Smaller text"), "Ctrl+-"),
    _action("next_person", _P, QT_TRANSLATE_NOOP("Action", "Next person in the selected camera"), "N"),
    _action("previous_person", _P, QT_TRANSLATE_NOOP("Action", "Previous person in the selected camera"), "P"),
    _action("track", _P, QT_TRANSLATE_NOOP("Action", "Track the selected person"), "T"),
    _action("landmarks", _P, QT_TRANSLATE_NOOP("Action", "Show landmarks"), "L", toggles=True),
    _action("parts", _P, QT_TRANSLATE_NOOP("Action", "Show part boxes"), "B", toggles=True),
    _action("go_to_target", _T, QT_TRANSLATE_NOOP("Action", "Go to the camera where the target is"), "G", "F2"),
    _action("next_target", _T, QT_TRANSLATE_NOOP("Action", "Next target"), "Ctrl+Tab"),
    _action("untrack", _T, QT_TRANSLATE_NOOP("Action", "Stop tracking the target"), "Del", scope=_IN_PICTURES),
    _action("same_person", _T, QT_TRANSLATE_NOOP("Action", "The first candidate is the same person (merge)"), "Ctrl+M"),
    _action(
        "split", _T, QT_TRANSLATE_NOOP("Action", "Split the ticked stretches off as another person"), "Ctrl+Shift+S"
    ),
    _action("rename", _T, QT_TRANSLATE_NOOP("Action", "Name the target..."), "Ctrl+R"),
    _action("note", _T, QT_TRANSLATE_NOOP("Action", "Note and tags of the target..."), "Ctrl+N"),
    _action("undo", _T, QT_TRANSLATE_NOOP("Action", "Take back my last action"), "Ctrl+Z"),
    _action("export", _T, QT_TRANSLATE_NOOP("Action", "Export the target..."), "Ctrl+E"),
    _action("watch_target", _T, QT_TRANSLATE_NOOP("Action", "Put the target on the watch list..."), "Ctrl+W"),
    _action(
        "pause",
        _M,
        QT_TRANSLATE_NOOP("Action", "Pause the selected camera, play and pause a moment"),
        "Space",
        scope=_IN_PICTURES,
        short=QT_TRANSLATE_NOOP("Action", "Pause"),
    ),
    _action("step_back", _M, QT_TRANSLATE_NOOP("Action", "One frame back"), ",", scope=_IN_MOMENT),
    _action("step_on", _M, QT_TRANSLATE_NOOP("Action", "One frame on"), ".", scope=_IN_MOMENT),
    _action("jump_back", _M, QT_TRANSLATE_NOOP("Action", "Five seconds back"), "Shift+,", ";", scope=_IN_MOMENT),
    _action("jump_on", _M, QT_TRANSLATE_NOOP("Action", "Five seconds on"), "Shift+.", ":", scope=_IN_MOMENT),
    _action("search_box", _M, QT_TRANSLATE_NOOP("Action", "Search for the selected person of the picture"), "F"),
    _action("zoom_in", _M, QT_TRANSLATE_NOOP("Action", "Timeline: closer"), "+", "="),
    _action("zoom_out", _M, QT_TRANSLATE_NOOP("Action", "Timeline: wider"), "-"),
    _action("pan_back", _M, QT_TRANSLATE_NOOP("Action", "Timeline: earlier"), "Alt+Left"),
    _action("pan_on", _M, QT_TRANSLATE_NOOP("Action", "Timeline: later"), "Alt+Right"),
    _action("timeline_now", _M, QT_TRANSLATE_NOOP("Action", "Timeline: follow the present"), "End", scope=_IN_PICTURES),
    _action(
        "play_last", _M, QT_TRANSLATE_NOOP("Action", "Play the target's latest stretch"), "Home", scope=_IN_PICTURES
    ),
    _action("same", _D, QT_TRANSLATE_NOOP("Action", "Same person"), "Y", scope=_IN_DECIDE),
    _action("different", _D, QT_TRANSLATE_NOOP("Action", "Different people"), "D", scope=_IN_DECIDE),
    _action("later", _D, QT_TRANSLATE_NOOP("Action", "Decide later"), "W", scope=_IN_DECIDE),
    _action(
        "cheat_sheet",
        _L,
        QT_TRANSLATE_NOOP("Action", "Keys"),
        "F1",
        "?",
        short=QT_TRANSLATE_NOOP("Action", "Keys"),
    ),
    _action("target_panel", _L, QT_TRANSLATE_NOOP("Action", "Target panel"), "F3"),
    _action("decide_panel", _L, QT_TRANSLATE_NOOP("Action", "Decide"), "F4"),
    _action("search_panel", _L, QT_TRANSLATE_NOOP("Action", "Search"), "F5", "Ctrl+F"),
    _action("watch_panel", _L, QT_TRANSLATE_NOOP("Action", "Watch list and alarms"), "F6"),
    _action("timeline_panel", _L, QT_TRANSLATE_NOOP("Action", "Timeline"), "F7"),
    _action("notifications", _L, QT_TRANSLATE_NOOP("Action", "Messages"), "F8"),
    _action("log_panel", _L, QT_TRANSLATE_NOOP("Action", "What operators did"), "F9"),
    _action("acknowledge", _L, QT_TRANSLATE_NOOP("Action", "Acknowledge the newest open alarm"), "Ctrl+K"),
    _action(
        "set_up",
        _S,
        QT_TRANSLATE_NOOP("Action", "Set up cameras and settings..."),
        "F10",
        short=QT_TRANSLATE_NOOP("Action", "Set-up"),
    ),
    _action("operator", _S, QT_TRANSLATE_NOOP("Action", "Operator's name..."), "Ctrl+O"),
    _action("quit", _S, QT_TRANSLATE_NOOP("Action", "Close the window"), "Ctrl+Q"),
)


def _meet(one: Scope, other: Scope) -> bool:
    """Say whether keys of two scopes can work at one time."""
    return one is other or Scope.WINDOW in (one, other) or {one, other} == {Scope.PICTURES, Scope.MOMENT}


RESERVED_KEYS = tuple("0123456789")
"""Keys that type a camera's number; no action may have them."""


class KeyMap:
    """The keys in force: the defaults with the operator's changes.

    Args:
        changes: Keys by action name; unknown names and clashing keys are left out, so that
            a key file of another version does no harm.
    """

    def __init__(self, changes: Mapping[str, Sequence[str]] | None = None) -> None:
        self._actions = {action.name: action for action in ACTIONS}
        self._changes: dict[str, tuple[str, ...]] = {}
        for name, keys in (changes or {}).items():
            if name in self._actions and not any(self.clash(name, key) for key in keys):
                self._changes[name] = tuple(keys)

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the keys of an action."""
        return self._changes.get(name, self._actions[name].keys)

    def clash(self, name: str, key: str) -> str | None:
        """Return what already has ``key`` where the action works: an action's title, or the camera numbers."""
        if key in RESERVED_KEYS:
            return translate("Action", "Camera numbers")
        scope = self._actions[name].scope
        for other in self._actions.values():
            if other.name == name or not _meet(scope, other.scope):
                continue
            if key.casefold() in (own.casefold() for own in self.keys(other.name)):
                return other.title
        return None

    def rebind(self, name: str, keys: Iterable[str]) -> None:
        """Give an action other keys.

        Raises:
            SettingsError: Something else has one of the keys; nothing is changed.
        """
        wanted = tuple(key for key in keys if key)
        for key in wanted:
            other = self.clash(name, key)
            if other is not None:
                raise SettingsError(
                    translate("Action", "{0} already belongs to “{1}”; choose another key").format(key, other)
                )
        if wanted == self._actions[name].keys:
            self._changes.pop(name, None)
        else:
            self._changes[name] = wanted

    def reset(self, name: str) -> None:
        """Give an action its default keys back, as far as nothing else has them now.

        Raises:
            SettingsError: Something else has one of them.
        """
        self.rebind(name, self._actions[name].keys)

    @property
    def changes(self) -> dict[str, tuple[str, ...]]:
        """What differs from the defaults, to be saved."""
        return dict(self._changes)
