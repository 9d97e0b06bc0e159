"""The operator's window: puts pictures, panels, actions and the site together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QResizeEvent
from PyQt6.QtWidgets import QApplication, QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from reid_app.domain import ImageArray
from reid_app.gui.commands import Commands, digit_keys
from reid_app.gui.deeds import deeds_of
from reid_app.gui.desk import Desk
from reid_app.gui.dialogs import Dialogs
from reid_app.gui.follower import Follower
from reid_app.gui.frames import FramePump
from reid_app.gui.hints import KeyHints
from reid_app.gui.i18n import translate
from reid_app.gui.model.actions import Group, KeyMap, Scope
from reid_app.gui.model.layouts import View
from reid_app.gui.model.notices import Level
from reid_app.gui.moment import MomentPlayer
from reid_app.gui.multiview import MultiView
from reid_app.gui.notice_area import NoticeArea
from reid_app.gui.painting import shorten
from reid_app.gui.panels import Panels
from reid_app.gui.preferences import Preferences
from reid_app.gui.reports import Reports
from reid_app.gui.sound import Sounds
from reid_app.gui.theme import LARGEST, SMALLEST, apply_theme
from reid_app.runtime.facade import PersonView, Picture, Presence, SiteFacade

PRESENCES_MS = 1_000


class MainWindow(QMainWindow):
    """The window of a running site.

    Args:
        site: The site.
        site_file: The site file that the set-up dialog changes.
        preferences: What is remembered of the operator.
    """

    closed = pyqtSignal()
    """The window is closed, its threads have ended."""

    def __init__(self, site: SiteFacade, site_file: Path, preferences: Preferences) -> None:
        super().__init__()
        self.site_file = site_file
        self.preferences = preferences
        self.keys = KeyMap(preferences.keys)
        self.hints = KeyHints(self.keys)
        self.desk = Desk(site, preferences.operator, self)
        self.pump = FramePump(site, self)
        self.follower = Follower(self)
        self.sounds = Sounds(self)
        self._named_view = ""
        self._build()
        self._connect()
        geometry, state = preferences.geometry
        if not self.restoreGeometry(geometry):
            self.resize(1500, 940)
        self.restoreState(state)
        self.reports.refresh()
        self.multiview.setFocus()
        self.pump.start()

    # --- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self.multiview = MultiView(self.hints)
        self.player = MomentPlayer(self.desk, self.hints)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.multiview)
        self.stack.addWidget(self.player)
        self.notices = NoticeArea(self.hints)
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(4, 0, 4, 4)
        layout.addWidget(self.notices)
        layout.addWidget(self.stack, 1)
        self.setCentralWidget(centre)
        self.setDockNestingEnabled(True)
        self.panels = Panels(self, self.desk, self.follower.targets, self.undo, self.hints)
        self.reports = Reports(self.desk, self.follower, self.multiview, self.panels, self.notices, self.sounds, self)
        self.dialogs = Dialogs(self, self.desk, self.keys, self.preferences, self.site_file)
        places: dict[Scope, QWidget] = {
            Scope.WINDOW: self,
            Scope.PICTURES: self.stack,
            Scope.MOMENT: self.player,
            Scope.DECIDE: self.panels.decide,
        }
        self.commands = Commands(deeds_of(self), places, self.keys, self.hints, self)
        self._views_menu = QMenu(translate("Window", "Saved views"), self)
        self._views_menu.aboutToShow.connect(self._fill_views_menu)
        bar = self.menuBar()
        if bar is not None:
            self.commands.fill(bar, {Group.VIEW: self._views_menu})
            bar.setCornerWidget(self.commands.buttons())
            self._fit_buttons()
        digit_keys(self.stack, self.multiview.type_digit)
        self.setWindowTitle("reid-app")
        self._say_facts()

    def _connect(self) -> None:
        self.pump.news.connect(self._take_pictures)
        self.pump.snapshot.connect(self.reports.take_snapshot)
        self.pump.failed.connect(self.reports.fail)
        self.reports.cameras.connect(self._take_cameras)
        self.reports.changed.connect(self.refresh_timeline)
        self.dialogs.rebound.connect(self._rebind)
        self.dialogs.view_named.connect(self._keep_view)
        self.dialogs.operator_named.connect(self._set_operator)
        self.dialogs.said.connect(self.reports.tell)
        self.multiview.changed.connect(lambda: self.pump.want(self.multiview.wanted()))
        self.multiview.picked.connect(lambda _, person: self.track_person(person))
        self.follower.styled.connect(self.multiview.restyle)
        self.follower.changed.connect(self._targets_changed)
        self.follower.appeared.connect(self._appeared)
        self.player.closed.connect(self.back_to_live)
        self.player.tracked.connect(self.track_person)
        self.player.searched.connect(self.search_for)
        self.player.moved.connect(self.panels.timeline.set_cursor)
        for panel in (self.panels.target, self.panels.decide):
            panel.play.connect(self.play)
        self.panels.target.changed.connect(self.follower.tell)
        self.panels.target.export.connect(self.dialogs.export)
        self.panels.target.watch.connect(self.enrol_target)
        self.panels.target.loaded.connect(lambda _: self._place_spot())
        for finder in (self.panels.search, self.panels.watch):
            finder.track.connect(self.track)
        self.panels.timeline.picked.connect(self._pick_stretch)
        self.panels.timeline.moved.connect(self.refresh_timeline)
        self.notices.acknowledge.connect(self.panels.watch.acknowledge)
        self.notices.go.connect(self._show_alarm)
        self._presences = QTimer(self)
        self._presences.setInterval(PRESENCES_MS)
        self._presences.timeout.connect(self.refresh_timeline)

    # --- what the site says --------------------------------------------------------------------

    def _take_pictures(self) -> None:
        harvest = self.pump.take()
        self.follower.see(harvest.views)
        self._place_spot()
        self.multiview.show_pictures(harvest.pictures)
        if harvest.views:
            self.panels.target.show_place()

    def _take_cameras(self, site: str, cameras: tuple[str, ...]) -> None:
        first = not self.multiview.view.order
        self.follower.keep(cameras)
        self.multiview.set_cameras(cameras)
        if self.is_moment and self.player.camera not in cameras:
            self.player.pause()
        self.panels.timeline.set_cameras(cameras)
        self.setWindowTitle(f"{shorten(site, 64)} – reid-app")
        kept = self.preferences.view(site) if first else None
        if kept is not None:
            self.set_view(View.from_json(kept, cameras))

    def refresh_timeline(self) -> None:
        """Ask where the targets were in the span on show."""
        span, targets = self.panels.timeline.span, [target.identity for target in self.follower.targets.all]
        if not targets:
            self.panels.timeline.show_presences(())
            return

        def question(site: SiteFacade) -> list[Presence]:
            found: list[Presence] = []
            for identity in targets:
                found += site.presences(identity, span.start_ns, span.end_ns)
            return found

        self.desk.ask("presences", question, self.panels.timeline.show_presences)

    def _is_gone(self, camera: str) -> bool:
        """Whether a camera is watched no more; then that is said."""
        if self.multiview.number_of(camera) is not None:
            return False
        words = translate("Window", "{0} is watched no more; what was kept of it is in the target panel")
        self.notices.say("", words.format(shorten(camera, 40)))
        return True

    # --- targets -------------------------------------------------------------------------------

    def track(self, identity: int, name: str = "") -> None:
        """Track an identity."""
        self.follower.follow(identity, name)
        self.panels.raise_panel("target")

    def track_person(self, person: PersonView) -> None:
        """Track a person of a picture, at once or as soon as it is known who it is."""
        if self.follower.follow_person(person):
            self.panels.raise_panel("target")
        else:
            self.notices.say("", translate("Window", "Not known yet who this is; tracked as soon as it is"))

    def go_to_target(self) -> None:
        """Show the camera where the current target is."""
        camera = self.follower.camera
        if camera is None:
            self.notices.say("", translate("Window", "No target, or it has not been seen yet"), Level.WARNING)
            self.notices.recovered("")
            return
        if self._is_gone(camera):
            return
        self.back_to_live()
        self.set_view(self.multiview.view.revealing(camera))

    def search_for(self, picture: ImageArray) -> None:
        """Search for the person on a picture."""
        self.panels.raise_panel("search")
        self.panels.search.search_for(picture)

    def undo(self) -> None:
        """Take the operator's last action back."""
        author = self.desk.author()

        def tell(what: str | None) -> None:
            words = translate("Window", "Taken back: {0}").format(what)
            self.notices.say("", words if what else translate("Window", "Nothing to take back"))
            self.reports.refresh()

        self.desk.order("", lambda site: site.undo(author), tell)

    def _targets_changed(self) -> None:
        self.panels.target.sync()
        self.player.highlight(self.follower.style.targets)
        self._place_spot()
        if len(self.follower.targets):
            self._presences.start()
        else:
            self._presences.stop()
        self.refresh_timeline()

    def _place_spot(self) -> None:
        self.multiview.set_spot(self.follower.camera)

    def _appeared(self, identity: int, camera: str) -> None:
        self.sounds.play("seen")
        words = translate("Window", "Target {0} is in {1}").format(identity, camera)
        self.notices.say("", words)

    def next_target(self) -> None:
        """Make the next target the current one."""
        self.follower.targets.choose_next()
        self.follower.tell()

    def choose_person(self, step: int) -> None:
        """Choose the next person of the selected camera."""
        if self.multiview.choose_person(step) is None:
            self.notices.say("", translate("Window", "Nobody is in the selected camera"))

    def track_chosen(self) -> None:
        """Track the chosen person."""
        person = self.player.only_person() if self.is_moment else self.multiview.chosen_person()
        if person is None:
            words = translate("Window", "Select a person first: {next_person}")
            self.notices.say("", self.hints.words(words, next_person="next_person"))
        else:
            self.track_person(person)

    def search_chosen(self) -> None:
        """Search for the chosen person."""
        picture = None
        if self.is_moment:
            picture = self.player.person_picture()
        else:
            person, camera = self.multiview.chosen_person(), self.multiview.selected_camera()
            if person is not None and camera is not None:
                picture = self.follower.picture_of(camera, person.track)
        if picture is None:
            words = translate("Window", "Select a person first ({next_person}), or draw a box on a paused picture")
            self.notices.say("", self.hints.words(words, next_person="next_person"))
        else:
            self.search_for(picture)

    def for_target(self, deed: Callable[[int], None]) -> None:
        """Do something with the current target, if there is one."""
        current = self.follower.targets.current
        if current is None:
            self.notices.say("", translate("Window", "Track somebody first"))
        else:
            deed(current.identity)

    def enrol_target(self, identity: int) -> None:
        """Begin to put a target on the watch list."""
        person = self.panels.target.person
        if person is None or person.identity.number != identity:
            return
        self.panels.focus_panel("watch")
        self.panels.watch.begin_enrolling(person.identity.name, [])
        for picture in person.pictures[:3]:
            self.desk.ask(f"enrol {picture.key}", partial(_fetch, picture), self.panels.watch.add_picture)

    def _show_alarm(self) -> None:
        self.panels.focus_panel("watch")
        self.panels.watch.show_alarm()

    # --- moments -------------------------------------------------------------------------------

    def play(self, camera: str, time_ns: int) -> None:
        """Play a camera from a moment on."""
        if self._is_gone(camera):
            return
        self.stack.setCurrentWidget(self.player)
        self.player.open(camera, time_ns, play=True)
        self.player.setFocus()

    def _pick_stretch(self, presence: Presence, time_ns: int) -> None:
        """Show the pictures of a stretch of the timeline, and play it."""
        self.follower.targets.choose(presence.identity)
        self.follower.tell()
        self.panels.target.show_stretch(presence)
        self.play(presence.track.camera, time_ns)

    def pause(self) -> None:
        """Stop the selected camera's picture; or play and pause the moment on show."""
        if self.is_moment:
            self.player.toggle()
            return
        camera = self.multiview.selected_camera()
        view = self.follower.view(camera) if camera is not None else None
        if view is None:
            self.notices.say("", translate("Window", "There is no picture to pause yet"))
            return
        self.stack.setCurrentWidget(self.player)
        self.player.hold(view)
        self.player.setFocus()

    def play_last(self) -> None:
        """Play the target's latest stretch."""
        stretch = self.panels.target.latest_stretch()
        if stretch is None:
            self.notices.say("", translate("Window", "Track somebody first"))
            return
        self.panels.timeline.reveal(stretch)
        self.play(stretch.track.camera, stretch.first_ns)

    def back_to_live(self) -> None:
        """Leave the recorded moment."""
        if self.is_moment:
            self.player.leave()
            self.panels.timeline.set_cursor(None)
            self.stack.setCurrentWidget(self.multiview)
        self.multiview.setFocus()

    @property
    def is_moment(self) -> bool:
        """Whether a recorded moment is on show."""
        return self.stack.currentWidget() is self.player

    # --- the view ------------------------------------------------------------------------------

    def set_view(self, view: View) -> None:
        """Show another view of the cameras."""
        self.back_to_live()
        self.multiview.set_view(view)
        self.commands["spot"].setChecked(view.spot)

    def go_to_number(self) -> None:
        """Go to the camera whose number was typed."""
        self.back_to_live()
        problem = self.multiview.go_to_typed()
        if problem is not None:
            self.notices.say("", problem)

    def back(self) -> None:
        """Go back one step: from a moment to the live cameras, from one camera to all, from full screen."""
        if self.is_moment:
            self.back_to_live()
        elif self.multiview.view.enlarged:
            self.set_view(self.multiview.view.back())
        elif self.isFullScreen():
            self.toggle_full_screen()
        else:
            self.multiview.setFocus()

    def toggle_full_screen(self) -> None:
        """Fill the screen, or not."""
        full = not self.isFullScreen()
        if full:
            self.showFullScreen()
        else:
            self.showNormal()
        self.commands["full_screen"].setChecked(full)
        bar = self.menuBar()
        if bar is not None:
            bar.setVisible(not full)

    def next_view(self) -> None:
        """Show the next saved view, by name."""
        views = self.preferences.named_views(self.reports.site)
        if not views:
            words = translate("Window", "No view is saved yet: {save_view} saves this one")
            self.notices.say("", self.hints.words(words, save_view="save_view"))
            return
        names = sorted(views)
        here = names.index(self._named_view) if self._named_view in names else -1
        self.show_named_view(names[(here + 1) % len(names)])

    def show_named_view(self, name: str) -> None:
        """Show a saved view."""
        views = self.preferences.named_views(self.reports.site)
        if name in views:
            self._named_view = name
            self.set_view(View.from_json(views[name], self.multiview.view.order))
            self.notices.say("", translate("Window", "View “{0}”").format(shorten(name, 40)))

    def _keep_view(self, name: str) -> None:
        self.preferences.keep_named_view(self.reports.site, name, self.multiview.view.to_json())
        self._named_view = name
        self.notices.say("", translate("Window", "View “{0}” is saved").format(shorten(name, 40)))

    def _fill_views_menu(self) -> None:
        self._views_menu.clear()
        views = self.preferences.named_views(self.reports.site)
        for name in sorted(views):
            action = self._views_menu.addAction(shorten(name, 40).replace("&", "&&"))
            if action is not None:
                action.triggered.connect(partial(self.show_named_view, name))
        if not views:
            self._views_menu.addAction(translate("Window", "None saved yet"))

    def scale_text(self, factor: float) -> None:
        """Make all text larger or smaller, and remember it."""
        app = QApplication.instance()
        scale = max(SMALLEST, min(LARGEST, self.preferences.scale * factor))
        self.preferences.scale = scale
        if isinstance(app, QApplication):
            apply_theme(app, scale)
        self.multiview.set_view(self.multiview.view)
        self._fit_buttons()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802  # Qt's name
        """Show as much as there is room for."""
        super().resizeEvent(event)
        self._fit_buttons()

    def _fit_buttons(self) -> None:
        """Show the buttons beside the menus if no menu has to give way to them."""
        bar = self.menuBar()
        buttons = None if bar is None else bar.cornerWidget()
        if bar is not None and buttons is not None:
            buttons.setVisible(bar.sizeHint().width() <= self.width())

    def _set_operator(self, name: str) -> None:
        self.preferences.operator = name
        self.desk.operator = name
        self._say_facts()

    def _say_facts(self) -> None:
        words = translate("Window", "Operator: {0}    Keys: {cheat_sheet}")
        self.notices.set_facts(self.hints.words(words, shorten(self.desk.operator, 24), cheat_sheet="cheat_sheet"))

    def _rebind(self) -> None:
        """Put other keys in force, and into the words that name them."""
        self.commands.apply()
        self.hints.renew()
        self._say_facts()

    # --- the end -------------------------------------------------------------------------------

    def quit(self) -> None:
        """Close the window."""
        self.close()

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802  # Qt's name
        """Remember how the window was left, and end its threads."""
        self._presences.stop()
        self.player.leave()
        self.pump.stop()
        self.desk.close()
        self.sounds.close()
        if self.reports.site:
            self.preferences.keep_view(self.reports.site, self.multiview.view.to_json())
        self.preferences.geometry = (self.saveGeometry(), self.saveState())
        self.preferences.save()
        super().closeEvent(event)
        self.closed.emit()


def _fetch(picture: Picture, site: SiteFacade) -> ImageArray:
    return site.picture(picture.key)
