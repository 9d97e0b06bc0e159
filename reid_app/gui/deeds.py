"""What each action of the table does in a window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from reid_app.gui.model.layouts import Arrangement, View

if TYPE_CHECKING:
    from reid_app.gui.window import MainWindow

STEP = 1.5
PAN = 0.25


def deeds_of(window: MainWindow) -> dict[str, Callable[[], None]]:
    """Return the deed of every action, by the action's name."""
    pictures, panels, player = window.multiview, window.panels, window.player
    timeline, target, decide = panels.timeline, panels.target, panels.decide

    def change(how: Callable[[View], View]) -> Callable[[], None]:
        return lambda: window.set_view(how(pictures.view))

    def focus(panel: str) -> Callable[[], None]:
        return lambda: panels.focus_panel(panel)

    return {
        "layout_one": change(lambda view: view.arranged(Arrangement.ONE)),
        "layout_four": change(lambda view: view.arranged(Arrangement.FOUR)),
        "layout_nine": change(lambda view: view.arranged(Arrangement.NINE)),
        "layout_sixteen": change(lambda view: view.arranged(Arrangement.SIXTEEN)),
        "layout_strip": change(lambda view: view.arranged(Arrangement.STRIP)),
        "next_page": change(lambda view: view.turned(1)),
        "previous_page": change(lambda view: view.turned(-1)),
        "go_to_number": window.go_to_number,
        "enlarge": change(lambda view: view if view.selected is None else view.toggled(view.selected)),
        "back": window.back,
        "left": change(lambda view: view.neighbour(-1, 0)),
        "right": change(lambda view: view.neighbour(1, 0)),
        "up": change(lambda view: view.neighbour(0, -1)),
        "down": change(lambda view: view.neighbour(0, 1)),
        "move_earlier": change(lambda view: view.moved(-1)),
        "move_later": change(lambda view: view.moved(1)),
        "spot": change(lambda view: view.with_spot(not view.spot)),
        "full_screen": window.toggle_full_screen,
        "save_view": window.dialogs.save_view,
        "views": window.next_view,
        "larger": lambda: window.scale_text(1.1),
        "smaller": lambda: window.scale_text(1 / 1.1),
        "next_person": lambda: window.choose_person(1),
        "previous_person": lambda: window.choose_person(-1),
        "track": window.track_chosen,
        "landmarks": lambda: window.follower.show_landmarks(on=window.commands["landmarks"].isChecked()),
        "parts": lambda: window.follower.show_parts(on=window.commands["parts"].isChecked()),
        "go_to_target": window.go_to_target,
        "next_target": window.next_target,
        "untrack": target.leave,
        "same_person": target.merge_candidate,
        "split": target.split_ticked,
        "rename": lambda: window.for_target(lambda _: target.edit_name()),
        "note": lambda: window.for_target(lambda _: target.edit_note()),
        "undo": window.undo,
        "export": lambda: window.for_target(window.dialogs.export),
        "watch_target": lambda: window.for_target(window.enrol_target),
        "pause": window.pause,
        "step_back": lambda: player.step(-1),
        "step_on": lambda: player.step(1),
        "jump_back": lambda: player.jump(-5),
        "jump_on": lambda: player.jump(5),
        "search_box": window.search_chosen,
        "zoom_in": lambda: timeline.zoom(1 / STEP),
        "zoom_out": lambda: timeline.zoom(STEP),
        "pan_back": lambda: timeline.pan(-PAN),
        "pan_on": lambda: timeline.pan(PAN),
        "timeline_now": timeline.follow_now,
        "play_last": window.play_last,
        "same": lambda: decide.answer(same=True),
        "different": lambda: decide.answer(same=False),
        "later": decide.later,
        "cheat_sheet": window.dialogs.cheat_sheet,
        "target_panel": focus("target"),
        "decide_panel": focus("decide"),
        "search_panel": focus("search"),
        "watch_panel": focus("watch"),
        "timeline_panel": focus("timeline"),
        "notifications": window.notices.toggle_list,
        "log_panel": focus("log"),
        "acknowledge": panels.watch.acknowledge,
        "set_up": window.dialogs.set_up,
        "operator": window.dialogs.operator,
        "quit": window.quit,
    }
