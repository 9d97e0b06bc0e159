"""Following people within one camera, with ultralytics' trackers.

One :class:`CameraTracker` per camera. It wraps ByteTrack (Zhang et al., ECCV 2022) or
BoT-SORT (Aharon et al., 2022) and adds what a surveillance site needs: lifetimes in
seconds of stream time, numbers of its own, boxes as the detector measured them, and
tracks that end rather than hold two people.
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
from reid_app.detect.merging import MergeWatch
from reid_app.domain import NS_PER_S, Detections, FloatArray, Frame, TrackBox, TrackKey, TrackUpdate

_LOWEST = 0.01
"""Score of the weakest box that goes on with a track; the detector's own threshold is above it."""

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
        rate: Detections per second to expect until they have been counted. Where frames are
            missing, the predictions move on by as many steps.
        first_number: Number of the first track.
    """

    def __init__(
        self, camera: str, settings: TrackerSettings, *, rate: float | None = None, first_number: int = 1
    ) -> None:
        self._camera = camera
        self._settings = settings
        self._expected_rate = rate
        self._next_number = first_number
        self._tracker = _make_tracker(settings)
        self._merges = MergeWatch(settings.merge_overlap)
        self._tracks: dict[int, _Track] = {}
        self._starts: dict[int, TrackBox] = {}
        self._time_ns: int | None = None
        self._intervals_ns: deque[int] = deque(maxlen=_RATE_FRAMES)

    def update(self, frame: Frame, detections: Detections) -> TrackUpdate:
        """Take the next processed frame's ``detections``; frames come in time order."""
        ended = self._let_go(frame.time_ns)
        self._catch_up(frame.time_ns)
        if self._time_ns is not None and frame.time_ns > self._time_ns:
            self._intervals_ns.append(frame.time_ns - self._time_ns)
        self._time_ns = frame.time_ns
        rows = np.asarray(self._tracker.update(_Boxes.of(detections), frame.image), np.float64).reshape(-1, 8)
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
                if inner in self._starts:
                    earlier.append(replace(self._starts[inner], track=self._tracks[inner].key))
            self._tracks[inner].seen_ns = frame.time_ns
            boxes.append(_track_box(self._tracks[inner].key, frame, detections, index))
        # A track is sure with its second detection; where the first one was is told then.
        unsure = TrackKey(self._camera, 0)
        self._starts = {
            track.track_id: _track_box(unsure, frame, detections, int(track.idx))
            for track in self._tracker.tracked_stracks
            if not track.is_activated
        }
        return TrackUpdate(self._camera, frame.time_ns, tuple(boxes), tuple(ended), frame.index, tuple(earlier))

    @property
    def next_number(self) -> int:
        """Number of the next new track."""
        return self._next_number

    def finish(self) -> TrackUpdate:
        """End all tracks: the source ended."""
        return TrackUpdate(self._camera, self._time_ns or 0, (), tuple(self._reset()))

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
        """How long a track may be lost; at very low rates at least until the next frame."""
        rate = self._rate()
        seconds = self._settings.lost_seconds if rate is None else max(self._settings.lost_seconds, 1.5 / rate)
        return round(seconds * NS_PER_S)

    def _catch_up(self, time_ns: int) -> None:
        """Move predictions on where frames are missing; the tracker itself moves them one step."""
        rate = self._rate()
        if self._time_ns is None or rate is None:
            return
        missing = round((time_ns - self._time_ns) / NS_PER_S * rate) - 1
        pool = [track for track in self._tracker.tracked_stracks if track.is_activated] + self._tracker.lost_stracks
        for _ in range(missing):
            self._tracker.multi_predict(pool)

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
        self._starts.clear()
        return ended


def _track_box(key: TrackKey, frame: Frame, detections: Detections, index: int) -> TrackBox:
    box = clip_box(detections.boxes[index], frame.image.shape[1], frame.image.shape[0])
    return TrackBox(key, frame.index, frame.time_ns, box, float(detections.scores[index]))


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
