"""Past frames with their people: of files by seeking, of live cameras from the ring."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import partial

import numpy as np

from reid_app.config import CameraSettings
from reid_app.domain import NS_PER_S, FloatArray, Frame, to_ns
from reid_app.records.values import TrackPath
from reid_app.runtime.board import sureness
from reid_app.runtime.context import SiteContext
from reid_app.runtime.facade import CameraView, PersonView
from reid_app.runtime.ring import Ring
from reid_app.video.masks import PrivacyMasks
from reid_app.video.seeking import SeekableFile

MOST_OPEN = 4
"""Files that are kept open."""

_UNWRITTEN_NS = 2 * NS_PER_S
_BRIDGED_NS = NS_PER_S


class Playback:
    """Answers what a camera showed at a moment.

    Args:
        context: The site's parts.
        ring: Keeps the live cameras' last seconds.
        start_ns: Time of the first frame of a file whose camera names none.
    """

    def __init__(self, context: SiteContext, ring: Ring, start_ns: int) -> None:
        self._context = context
        self._ring = ring
        self._start_ns = start_ns
        self._open: OrderedDict[str, SeekableFile] = OrderedDict()
        self._lock = threading.Lock()

    def moment(self, camera: str, time_ns: int, step: int) -> CameraView | None:
        """See :meth:`reid_app.runtime.facade.SiteFacade.moment`; the camera must exist.

        Nothing is kept more than a second before the first frame.

        Raises:
            SourceError: The file cannot be read.
        """
        settings = next(one for one in self._context.settings.cameras if one.name == camera)
        get = self._ring.get if not settings.is_file else partial(self._of_file, settings)
        frame = get(camera, time_ns, step)
        return None if frame is None else CameraView(frame, self._people(frame))

    def forget(self, camera: str) -> None:
        """Let go of the file of a camera whose settings have changed."""
        with self._lock:
            if camera in self._open:
                self._open.pop(camera).close()

    def close(self) -> None:
        """Let go of all files."""
        with self._lock:
            while self._open:
                self._open.popitem()[1].close()

    def _of_file(self, settings: CameraSettings, camera: str, time_ns: int, step: int) -> Frame | None:
        start_ns = self._start_ns if settings.start is None else to_ns(settings.start)
        if time_ns < start_ns - NS_PER_S:
            return None
        with self._lock:
            file = self._open.get(camera)
            if file is None:
                file = self._open[camera] = SeekableFile(
                    settings.path(self._context.folder), start_ns, PrivacyMasks(settings.masks)
                )
            self._open.move_to_end(camera)
            while len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)[1].close()
            picture = file.picture(max(0, file.index_at(time_ns)) + step)
        return None if picture is None else Frame(camera, picture.index, picture.time_ns, picture.image)

    def _people(self, frame: Frame) -> tuple[PersonView, ...]:
        """Return who was recorded on a frame; between processed frames boxes are carried on evenly."""
        if frame.time_ns > self._context.now_ns() - _UNWRITTEN_NS:
            self._context.refresh()
        records = self._context.records
        people = []
        for part in records.parts(camera=frame.camera, since_ns=frame.time_ns, until_ns=frame.time_ns):
            box = _box_at(records.path(part.track), frame.time_ns)
            if box is not None:
                people.append(
                    PersonView(
                        track=part.track,
                        identity=part.identity,
                        name=self._context.register.name(part.identity),
                        box=box,
                        likelihood=sureness(part.decision.decision),
                        since_ns=part.first_ns,
                    )
                )
        return tuple(people)


def _box_at(path: TrackPath, time_ns: int) -> FloatArray | None:
    """Return where a track was (4,); None when it was not seen near that moment."""
    after = int(np.searchsorted(path.times_ns, time_ns))
    if after == len(path.times_ns):
        return None
    box: FloatArray = path.boxes[after]
    after_ns = int(path.times_ns[after])
    if after_ns == time_ns:
        return box
    before_ns = int(path.times_ns[after - 1]) if after else after_ns
    if not 0 < after_ns - before_ns <= _BRIDGED_NS:
        return None
    share = np.float32((time_ns - before_ns) / (after_ns - before_ns))
    between: FloatArray = path.boxes[after - 1] * (1 - share) + box * share
    return between
