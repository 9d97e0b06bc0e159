"""Following people within one camera, with ultralytics' trackers.

One :class:`CameraTracker` per camera. It wraps ByteTrack (Zhang et al., ECCV 2022) or
BoT-SORT (Aharon et al., 2022) and adds what a surveillance site needs: lifetimes in
seconds of stream time, numbers of its own, boxes as the detector measured them,
tracks that end rather than hold two people, and boxes that move along with the picture in
frames that the detector does not see.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reid_app import imaging  # noqa: F401  before ultralytics, which imports cv2
from reid_app.config import TrackerKind, TrackerSettings
from reid_app.detect.flow import Flow
from reid_app.detect.merging import MergeWatch
from reid_app.detect.starts import second_looks
from reid_app.detect.turns import Turns
from reid_app.domain import NS_PER_S, Detections, FloatArray, Frame, TrackBox, TrackKey, TrackUpdate

_LOWEST = 0.01
"""Score of the weakest box that goes on with a track; the detector's own threshold is above it."""

_LEAST_IN_SIGHT = 0.5
"""Share of a box's width and height that must be in the frame for it to be followed on."""

_RATE_FRAMES = 32
"""Frames over which the rate is counted."""


@dataclass(slots=True)
class _Track:
    key: TrackKey
    seen_ns: int


class CameraTracker:
    """Follows the people of one camera.

    Args:
        camera: Name of the camera.
        settings: Which tracker, its thresholds and lifetimes.
        rate: Frames per second to expect until they have been counted. Where frames are
            missing, the predictions move on by as many steps.
        first_number: Number of the first track.

    Attributes:
        interval: Most frames from one detection to the next, 1 at first. Where
            :meth:`wants_detections` says no, :meth:`follow` is called in place of :meth:`update`.
        pause: Least seconds from one detection to the next, where the interval is above 1.
    """

    def __init__(
        self,
        camera: str,
        settings: TrackerSettings,
        *,
        rate: float | None = None,
        first_number: int = 1,
    ) -> None:
        self._camera = camera
        self._settings = settings
        self._unsure = TrackKey(camera, 0)
        self._expected_rate = rate
        self.interval = 1
        self.pause = 0.0
        self._next_number = first_number
        self._tracker = _make_tracker(settings)
        self._merges = MergeWatch(settings.merge_overlap)
        self._turns = Turns()
        self._flow = Flow()
        self._tracks: dict[int, _Track] = {}
        self._places: dict[int, tuple[FloatArray, float]] = {}
        self._starts: dict[int, list[TrackBox]] = {}
        self._time_ns: int | None = None
        self._intervals_ns: deque[int] = deque(maxlen=_RATE_FRAMES)

    def wants_detections(self, frame: Frame) -> bool:
        """Whether the next frame has to go through the detector; asked once for each frame."""
        tracks = self._tracker.tracked_stracks
        is_unsure = any(not track.is_activated or track.track_id not in self._places for track in tracks)
        boxes = [box for box, _ in self._places.values()]
        return self._turns.take(
            frame.image,
            frame.time_ns,
            boxes,
            interval=self.interval,
            is_unsure=is_unsure,
            pause_ns=round(self.pause * NS_PER_S),
        )

    def update(self, frame: Frame, detections: Detections) -> TrackUpdate:
        """Take the next processed frame's ``detections``; frames come in time order."""
        seconds = 0.0 if self._time_ns is None else (frame.time_ns - self._time_ns) / NS_PER_S
        ended = self._move_on(frame.time_ns)
        steps = self._carry_starts(detections, seconds)
        rows = np.asarray(self._tracker.update(_Boxes.of(detections), frame.image), np.float64).reshape(-1, 8)
        for track, step in steps:
            track.mean[4:6] = step  # it was put where it was found, so that the tracker saw no motion
        found = {int(row[4]): int(row[7]) for row in sorted(rows.tolist(), key=lambda row: row[4])}
        spare = set(np.flatnonzero(detections.scores >= self._settings.high_confidence).tolist()) - set(found.values())
        doubtful = self._merges.update(
            {inner: detections.boxes[index] for inner, index in found.items()},
            {track.track_id: track.xyxy for track in self._tracker.lost_stracks},
            [detections.boxes[index] for index in sorted(spare)],
        )
        boxes, earlier = [], []
        for inner, index in found.items():
            if inner in self._tracks and inner in doubtful:
                ended.append(self._tracks.pop(inner).key)
            if inner not in self._tracks:
                self._tracks[inner] = _Track(TrackKey(self._camera, self._next_number), frame.time_ns)
                self._next_number += 1
                earlier += [replace(one, track=self._tracks[inner].key) for one in self._starts.get(inner, ())]
            self._tracks[inner].seen_ns = frame.time_ns
            boxes.append(_track_box(self._tracks[inner].key, frame, detections, index))
        # A track is sure with its second detection; where it was until then is told then.
        self._starts = {
            track.track_id: [_track_box(self._unsure, frame, detections, int(track.idx))]
            for track in self._tracker.tracked_stracks
            if not track.is_activated
        }
        if self.interval > 1:
            self._places = {
                track.track_id: (detections.boxes[int(track.idx)], float(detections.scores[int(track.idx)]))
                for track in self._tracker.tracked_stracks
            }
            self._flow.see(frame.image)
        else:
            self._places = {}
        return TrackUpdate(self._camera, frame.time_ns, tuple(boxes), tuple(ended), frame.index, tuple(earlier))

    def follow(self, frame: Frame) -> TrackUpdate:
        """Take the next processed frame without detections: known people move along with the picture.

        Nobody new is found, nobody is lost for good, and a track that cannot be followed
        waits for the next detection.
        """
        ended = self._move_on(frame.time_ns)
        known = [track for track in self._tracker.tracked_stracks if track.track_id in self._places]
        moved = self._flow.follow(frame.image, [self._places[track.track_id][0] for track in known])
        self._tracker.multi_predict(self._predictable())
        height, width = frame.image.shape[:2]
        places: dict[int, tuple[FloatArray, float]] = {}
        boxes: list[TrackBox] = []
        for track, box in zip(known, moved, strict=True):
            if box is None or not _is_in_sight(box, width, height):
                continue
            score = self._places[track.track_id][1]
            places[track.track_id] = (box, score)
            measured = track.convert_coords(np.concatenate([box[:2], box[2:] - box[:2]]).astype(np.float64))
            track.mean, track.covariance = track.kalman_filter.update(track.mean, track.covariance, measured)
            is_sure = track.track_id in self._tracks
            key = self._tracks[track.track_id].key if is_sure else self._unsure
            seen = TrackBox(key, frame.index, frame.time_ns, clip_box(box, width, height), score)
            (boxes if is_sure else self._starts.setdefault(track.track_id, [])).append(seen)
        self._places = places
        self._merges.follow({inner: box for inner, (box, _) in places.items() if inner in self._tracks})
        return TrackUpdate(self._camera, frame.time_ns, tuple(boxes), tuple(ended), frame.index)

    @property
    def next_number(self) -> int:
        """Number of the next new track."""
        return self._next_number

    def finish(self) -> TrackUpdate:
        """End all tracks: the source ended."""
        return TrackUpdate(self._camera, self._time_ns or 0, (), tuple(self._reset()))

    def _move_on(self, time_ns: int) -> list[TrackKey]:
        """Bring everything to the time of a new frame; return the tracks that end."""
        ended = self._let_go(time_ns)
        self._catch_up(time_ns)
        if self._time_ns is not None and time_ns > self._time_ns:
            self._intervals_ns.append(time_ns - self._time_ns)
        self._time_ns = time_ns
        return ended

    def _let_go(self, time_ns: int) -> list[TrackKey]:
        """End the tracks that were last seen too long before ``time_ns``."""
        limit_ns = time_ns - self.lifetime_ns
        if self._time_ns is not None and self._time_ns < limit_ns:
            return self._reset()
        gone = {inner for inner, track in self._tracks.items() if track.seen_ns < limit_ns}
        self._tracker.lost_stracks = [track for track in self._tracker.lost_stracks if track.track_id not in gone]
        self._tracker.removed_stracks = []
        self._merges.forget(gone)
        return [self._tracks.pop(inner).key for inner in sorted(gone)]

    @property
    def lifetime_ns(self) -> int:
        """How long a track may be lost; at very low rates at least until the next detection."""
        rate = self._rate()
        least = 0.0 if rate is None else 1.5 * self.interval / rate
        seconds = max(self._settings.lost_seconds, least, 1.5 * self.pause)
        return round(seconds * NS_PER_S)

    def _catch_up(self, time_ns: int) -> None:
        """Move predictions on where frames are missing; the tracker itself moves them one step."""
        rate = self._rate()
        if self._time_ns is None or rate is None:
            return
        missing = round((time_ns - self._time_ns) / NS_PER_S * rate) - 1
        for _ in range(missing):
            self._tracker.multi_predict(self._predictable())

    def _carry_starts(self, detections: Detections, seconds: float) -> list[tuple[Any, NDArray[np.float64]]]:
        """Put people who were seen once where they are seen again, too far on for the tracker to know them.

        Returns:
            Their tracks, and the steps (2,) that they made, in pixels.
        """
        starts = [track for track in self._tracker.tracked_stracks if not track.is_activated]
        if not starts:
            return []
        known = []
        for track in self._predictable():
            known += [track.xyxy, track.xyxy + np.tile(track.mean[4:6], 2)]
        found = list(detections.boxes[detections.scores >= self._settings.start_confidence])
        again = second_looks([track.xyxy for track in starts], found, known, seconds)
        steps = []
        for place, index in again.items():
            track, box = starts[place], found[index].astype(np.float64)
            measured = track.convert_coords(np.concatenate([box[:2], box[2:] - box[:2]]))
            steps.append((track, measured[:2] - track.mean[:2]))
            track.mean = np.concatenate([measured, track.mean[4:]])
        return steps

    def _predictable(self) -> list[Any]:
        """The tracks that ultralytics' trackers predict: all but those seen only once."""
        tracker = self._tracker
        return [track for track in tracker.tracked_stracks if track.is_activated] + list(tracker.lost_stracks)

    def _rate(self) -> float | None:
        """Frames per second lately, pauses left out; None until that can be told."""
        if not self._intervals_ns:
            return self._expected_rate
        longest = 2.5 * float(np.median(self._intervals_ns))
        usual = [interval for interval in self._intervals_ns if interval <= longest]
        return len(usual) / sum(usual) * NS_PER_S

    def _reset(self) -> list[TrackKey]:
        ended = [self._tracks[inner].key for inner in sorted(self._tracks)]
        self._tracker = _make_tracker(self._settings)
        self._merges = MergeWatch(self._settings.merge_overlap)
        self._tracks.clear()
        self._places.clear()
        self._starts.clear()
        return ended


def _track_box(key: TrackKey, frame: Frame, detections: Detections, index: int) -> TrackBox:
    box = clip_box(detections.boxes[index], frame.image.shape[1], frame.image.shape[0])
    return TrackBox(key, frame.index, frame.time_ns, box, float(detections.scores[index]))


def _is_in_sight(box: FloatArray, width: int, height: int) -> bool:
    inside = clip_box(box, width, height)
    return bool(((inside[2:] - inside[:2]) >= _LEAST_IN_SIGHT * (box[2:] - box[:2])).all())


def clip_box(box: FloatArray, width: int, height: int) -> FloatArray:
    """Clip ``box`` (4,) to a frame of ``width`` x ``height`` pixels; returns a copy."""
    return np.clip(box, 0, np.array([width, height, width, height], np.float32)).astype(np.float32)


def _make_tracker(settings: TrackerSettings) -> Any:
    # Imported late: it pulls in torch, and commands that only read settings stay quick.
    from ultralytics.trackers import BOTSORT, BYTETracker

    arguments = SimpleNamespace(
        track_high_thresh=settings.high_confidence,
        track_low_thresh=_LOWEST,
        new_track_thresh=settings.start_confidence,
        match_thresh=settings.match_distance,
        fuse_score=True,
        # Lifetimes are kept by CameraTracker, in seconds: frames never end a track.
        track_buffer=2**31,
        gmc_method="sparseOptFlow",
        proximity_thresh=0.5,
        appearance_thresh=0.8,
        with_reid=False,
    )
    tracker: Any = BOTSORT if settings.kind is TrackerKind.BOTSORT else BYTETracker
    return tracker(arguments)


class _Boxes:
    """Detections as ultralytics' trackers read them: ``conf``, ``cls``, ``xyxy``, ``xywh``, boolean indexing."""

    def __init__(self, xyxy: NDArray[np.float64], conf: FloatArray) -> None:
        self.xyxy = xyxy
        self.conf = conf
        self.cls = np.zeros(len(conf), np.float32)

    @classmethod
    def of(cls, detections: Detections) -> _Boxes:
        return cls(detections.boxes.astype(np.float64), detections.scores)

    @property
    def xywh(self) -> NDArray[np.float64]:
        """Centre, width, height."""
        low, high = self.xyxy[:, :2], self.xyxy[:, 2:]
        return np.concatenate([(low + high) / 2, high - low], axis=1)

    def __len__(self) -> int:
        return len(self.conf)

    def __getitem__(self, chosen: NDArray[np.bool_]) -> _Boxes:
        return _Boxes(self.xyxy[chosen], self.conf[chosen])
