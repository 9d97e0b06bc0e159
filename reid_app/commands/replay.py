"""Draws what a finished run saw: the mosaic, with the identities that everybody has in the end.

A mosaic drawn while a site runs shows whom the matcher took people for at that moment;
after the run it is known better.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from reid_app.config.load import SiteFile
from reid_app.domain import FloatArray, Frame, TrackBox, TrackKey, TrackUpdate
from reid_app.errors import SourceError
from reid_app.evaluate.mot_files import Boxes, read_log
from reid_app.imaging import cv2
from reid_app.records.reader import RecordsReader
from reid_app.runtime.mosaic import MosaicWriter


def draw_run(file: SiteFile, records: RecordsReader, log: Path, out: Path) -> None:
    """Write the mosaic of the newest run of a site whose cameras are files.

    Args:
        file: The site file.
        records: Its records.
        log: What the export format ``mot`` wrote of that run.
        out: The video to write.

    Raises:
        ReidAppError: A clip or the log cannot be read, or the video cannot be written.
    """
    run = records.runs()[-1].number
    names = [camera.name for camera in file.settings.cameras]
    streams = []
    for camera in file.settings.cameras:
        indexes, times = records.frames_processed(camera.name, run)
        when = dict(zip(indexes.tolist(), times.tolist(), strict=True))
        streams.append(_frames(camera.path(file.folder), camera.name, when))
    boxes = {name: read_log(log, name) for name in names}
    with MosaicWriter(out, names, lambda box: box.track.number, delay=0.0) as writer:
        for frame in heapq.merge(*streams, key=lambda frame: frame.time_ns):
            writer.add(frame, _update(frame, boxes[frame.camera]))


def _frames(clip: Path, camera: str, when: dict[int, int]) -> Iterator[Frame]:
    """Yield the frames of ``clip`` that were looked at, with their times."""
    capture = cv2.VideoCapture(str(clip), cv2.CAP_FFMPEG)
    if not capture.isOpened():
        raise SourceError(f"{clip} cannot be read again; check that it is still there")
    try:
        index = 0
        while capture.grab():
            if index in when:
                _, image = capture.retrieve()
                yield Frame(camera, index, when[index], np.asarray(image, np.uint8))
            index += 1
    finally:
        capture.release()


def _update(frame: Frame, log: Boxes) -> TrackUpdate:
    """Return who is in ``frame``; the number of each track is that of its identity."""
    here = log.keep(log.frames == frame.index + 1)
    found = tuple(
        TrackBox(TrackKey(frame.camera, int(number)), frame.index, frame.time_ns, _corners(xywh), 1.0)
        for number, xywh in zip(here.identities, here.xywh, strict=True)
    )
    return TrackUpdate(frame.camera, frame.time_ns, found, frame_index=frame.index)


def _corners(xywh: FloatArray) -> FloatArray:
    return np.concatenate([xywh[:2], xywh[:2] + xywh[2:]])
