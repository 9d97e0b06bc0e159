"""What the site says by itself: its state, its events, its alarms; and what the operator is told of it."""

from __future__ import annotations

import time

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from reid_app.domain import CameraState, Event
from reid_app.gui.desk import Desk
from reid_app.gui.follower import Follower
from reid_app.gui.i18n import translate
from reid_app.gui.model.looks import state_look
from reid_app.gui.model.notices import Level
from reid_app.gui.multiview import MultiView
from reid_app.gui.notice_area import NoticeArea
from reid_app.gui.painting import shorten
from reid_app.gui.panels import Panels
from reid_app.gui.sound import Sounds
from reid_app.runtime.facade import Alarm, SiteSnapshot

GATHER_MS = 300
"""Events that come within this time cost one round of questions to the site."""


class Reports(QObject):
    """Hands the site's reports to those who show them.

    Args:
        desk: The line to the site.
        follower: The targets.
        multiview: The pictures.
        panels: The panels.
        notices: The messages.
        sounds: The sounds.
        parent: Qt parent.
    """

    cameras = pyqtSignal(str, object)
    """The site's name and its cameras (a tuple of names), when they are others."""
    changed = pyqtSignal()
    """Decisions or actions changed who is who; the panels are asking anew."""

    def __init__(
        self,
        desk: Desk,
        follower: Follower,
        multiview: MultiView,
        panels: Panels,
        notices: NoticeArea,
        sounds: Sounds,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._follower = follower
        self._multiview = multiview
        self._panels = panels
        self._notices = notices
        self._sounds = sounds
        self._cameras: tuple[str, ...] = ()
        self._site = ""
        self._states: dict[str, CameraState] = {}
        self._failing: set[str] = set()
        self._alarms_told: set[int] = set()
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(GATHER_MS)
        self._gather.timeout.connect(self.refresh)
        desk.heard.connect(self._hear)
        desk.failed.connect(self._refused)
        desk.did.connect(self._did)
        panels.decide.counted.connect(self._questions_counted)
        panels.watch.open_alarms.connect(self._take_alarms)

    @property
    def site(self) -> str:
        """The site's name, empty before the first report."""
        return self._site

    def refresh(self) -> None:
        """Have the panels ask anew for what decisions and actions change."""
        self._panels.decide.refresh()
        self._panels.target.refresh()
        self._panels.watch.refresh()
        self._panels.log.refresh()
        self.changed.emit()

    def take_snapshot(self, snapshot: SiteSnapshot) -> None:
        """Take in the state of the site."""
        cameras = tuple(load.status.camera for load in snapshot.cameras)
        if cameras != self._cameras:
            for camera in self._states.keys() - set(cameras):
                del self._states[camera]
                self._notices.recovered(camera)
            self._cameras, self._site = cameras, snapshot.name
            self.cameras.emit(snapshot.name, cameras)
        self._multiview.show_loads(snapshot.cameras, time.time_ns())
        if snapshot.stream_ns is not None:
            self._panels.timeline.set_now(snapshot.stream_ns)
            self._panels.search.set_now(snapshot.stream_ns)
        for part in self._failing - set(snapshot.errors):
            self._notices.recovered(part)
        self._failing = set(snapshot.errors)
        for part, why in snapshot.errors.items():
            self._notices.say(part, why, Level.ERROR)
        for load in snapshot.cameras:
            self._camera_state(load.status.camera, load.status.state, load.status.reason)

    def tell(self, words: str, level: Level = Level.INFO) -> None:
        """Tell what came of something that the operator did; the same is told again next time."""
        self._notices.say("", words, level)
        self._notices.recovered("")

    def fail(self, source: str, why: str) -> None:
        """Tell that a camera, or the site, cannot be asked."""
        self._notices.say(source, why, Level.ERROR)

    def _camera_state(self, camera: str, state: CameraState, reason: str) -> None:
        old = self._states.get(camera)
        self._states[camera] = state
        if old is state:
            return
        if state in (CameraState.OFFLINE, CameraState.FAILED):
            words = f"{state_look(state).word}. {reason}".strip()
            self._notices.say(camera, words, Level.ERROR if state is CameraState.FAILED else Level.WARNING)
        elif state is CameraState.LIVE:
            self._notices.recovered(camera)
            if old in (CameraState.OFFLINE, CameraState.FAILED):
                self._notices.say(camera, translate("Window", "is back"))

    def _hear(self, event: Event) -> None:
        if event.kind == "error":
            self._notices.say(str(event.data.get("part", "")), str(event.data.get("message", "")), Level.ERROR)
        elif event.kind == "recovered":
            self._notices.recovered(str(event.data.get("part", "")))
        elif event.kind == "alarm":
            self._panels.watch.refresh()
        elif event.kind == "merge":
            kept, absorbed = event.data.get("kept"), event.data.get("absorbed")
            if isinstance(kept, int) and isinstance(absorbed, int) and not event.data.get("undone"):
                self._follower.targets.merged(kept, absorbed)
                self._follower.tell()
        if event.kind in ("decision", "merge", "action") and not self._gather.isActive():
            self._gather.start()

    def _did(self, words: str) -> None:
        if words:
            self._notices.say("", words)
        if not self._gather.isActive():
            self._gather.start()

    def _refused(self, what: str, why: str) -> None:
        """Tell why something was not done; a second try that fails is told again."""
        self._notices.say(what, why, Level.ERROR)
        self._notices.recovered(what)

    def _questions_counted(self, count: int) -> None:
        words = translate("Panels", "Decide")
        self._panels.name_panel("decide", f"{words} ({count})" if count else words)

    def _take_alarms(self, waiting: tuple[Alarm, ...]) -> None:
        new = [alarm for alarm in waiting if alarm.number not in self._alarms_told]
        for alarm in reversed(new):
            self._alarms_told.add(alarm.number)
            words = translate("Window", "ALARM: {0} was seen in {1}").format(
                shorten(alarm.name, 60), alarm.track.camera
            )
            self._notices.say("", words, Level.ALARM)
        if new:
            self._sounds.play("alarm")
        if not waiting:
            self._notices.clear_alarm()
        words = translate("Panels", "Watch list")
        self._panels.name_panel("watch", f"{words} (⚠ {len(waiting)})" if waiting else words)
