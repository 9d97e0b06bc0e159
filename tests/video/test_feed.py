from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reid_app.config import DetectorSettings, SiteSettings
from reid_app.domain import NS_PER_S, CameraState, Frame
from reid_app.video import CameraReader, LatestFeed, LosslessFeed, detection_rate, is_lossless
from reid_app.video.feed import Due, _Tap
from reid_app.video.sources import Picture
from tests.clips import write_clip
from tests.video.sources import ScriptedSource, make_reader


def take(rate: float | None, times: list[float]) -> list[int]:
    due = Due(rate)
    return [index for index, time in enumerate(times) if due.take(round(time * NS_PER_S))]


@pytest.mark.parametrize(
    ("fps", "rate", "expected"),
    [
        (25, None, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),  # every frame
        (25, 10, [0, 2, 5, 7, 10]),  # two or three apart, ten a second
        (30, 10, [0, 3, 6, 9]),
        (10, 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (5, 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),  # no more than there are
        (25, 2, [0, 10]),
    ],
)
def test_which_frames_are_due(fps: float, rate: float | None, expected: list[int]) -> None:
    assert take(rate, [index / fps for index in range(11)]) == expected


def test_frames_of_a_live_camera_may_jitter() -> None:
    assert take(10, [0.0, 0.09, 0.21, 0.29, 0.4]) == [0, 1, 2, 3, 4]


@given(
    fps=st.floats(1, 120),
    rate=st.floats(0.5, 60),
    start=st.integers(0, 2_000_000_000),
)
def test_the_rate_is_kept_over_time(fps: float, rate: float, start: int) -> None:
    seconds = 20
    taken = take(rate, [start + index / fps for index in range(round(seconds * fps))])
    assert abs(len(taken) - seconds * min(fps, rate)) <= 2 + seconds * min(fps, rate) * 0.01


def clips(folder: Path) -> dict[str, int]:
    """Write three clips of different lengths and rates; return their frames by camera."""
    shapes = {"a": (14, 10.0), "b": (30, 25.0), "c": (9, 5.0)}
    for name, (frames, fps) in shapes.items():
        write_clip(folder / f"{name}.avi", frames, fps=fps)
    return {name: frames for name, (frames, _) in shapes.items()}


def run_lossless(folder: Path, names: list[str], rates: dict[str, float | None]) -> list[list[tuple[str, int, int]]]:
    readers = [make_reader(url=f"{name}.avi", name=name, folder=folder, lossless=True) for name in names]
    feed = LosslessFeed(readers, rates, batch_size=4)
    for reader in readers:
        reader.start()
    batches = [[(frame.camera, frame.index, frame.time_ns) for frame in batch] for batch in feed]
    assert all(reader.stop() for reader in readers)
    return batches


def test_lossless_gives_every_frame_once_in_the_order_of_time(tmp_path: Path) -> None:
    lengths = clips(tmp_path)
    batches = run_lossless(tmp_path, list(lengths), dict.fromkeys(lengths))
    frames = [frame for batch in batches for frame in batch]
    assert sorted(frames) == sorted((n, i, t) for n, i, t in frames)
    for name, length in lengths.items():
        assert [index for camera, index, _ in frames if camera == name] == list(range(length))
    assert [(time, name) for name, _, time in frames] == sorted((time, name) for name, _, time in frames)
    assert all(len(batch) == 4 for batch in batches[:-1])


def test_lossless_is_the_same_every_time_and_in_every_order_of_cameras(tmp_path: Path) -> None:
    clips(tmp_path)
    rates = {"a": 10.0, "b": 10.0, "c": None}
    first = run_lossless(tmp_path, ["a", "b", "c"], rates)
    assert run_lossless(tmp_path, ["a", "b", "c"], rates) == first
    assert run_lossless(tmp_path, ["c", "b", "a"], rates) == first


def test_lossless_goes_on_without_a_camera_that_fails(tmp_path: Path) -> None:
    clips(tmp_path)
    (tmp_path / "b.avi").write_bytes(b"no video")
    frames = [frame for batch in run_lossless(tmp_path, ["a", "b", "c"], dict.fromkeys("abc")) for frame in batch]
    assert {camera for camera, _, _ in frames} == {"a", "c"}
    assert len(frames) == 14 + 9


def test_lossless_ends_when_it_is_closed(tmp_path: Path) -> None:
    clips(tmp_path)
    readers = [make_reader(url="b.avi", name="b", folder=tmp_path, lossless=True)]
    feed = LosslessFeed(readers, {"b": None}, batch_size=2)
    readers[0].start()
    batches = iter(feed)
    next(batches)
    feed.close()
    readers[0].stop()
    assert sum(1 for _ in batches) <= 1


def test_a_reader_that_is_not_lossless_is_refused() -> None:
    with pytest.raises(ValueError, match="lossless readers only"):
        LosslessFeed([make_reader(lambda: ScriptedSource(1))], {"door": None})


class Steps:
    """A live source whose pictures the test releases one by one."""

    live = True
    fps: float | None = None

    def __init__(self) -> None:
        self._more = threading.Semaphore(0)
        self._index = 0
        self._over = False

    def step(self, pictures: int = 1) -> None:
        self._more.release(pictures)

    def finish(self) -> None:
        self._over = True
        self._more.release()

    def read(self) -> Picture | None:
        self._more.acquire(timeout=30)
        if self._over:
            return None
        self._index += 1
        return Picture(self._index - 1, (self._index - 1) * NS_PER_S // 10, np.zeros((48, 64, 3), np.uint8))

    def close(self) -> None:
        pass


class LiveSite:
    """Live cameras under a test's control, and the feed over them."""

    def __init__(self, names: str, *, rate: float | None, batch_size: int = 8) -> None:
        self.steps = {name: Steps() for name in names}
        self.readers = {
            name: make_reader(lambda name=name: self.steps[name], name=name)  # type: ignore[misc]
            for name in names
        }
        readers: list[CameraReader] = list(self.readers.values())
        self.feed = LatestFeed(readers, dict.fromkeys(names, rate), batch_size, wait=0.05)
        self.batches = iter(self.feed)
        for reader in readers:
            reader.start()

    def step(self, name: str, pictures: int = 1) -> None:
        """Release pictures and wait until the feed has seen them."""
        wanted = self.readers[name].status().frames + pictures
        seen = threading.Event()
        put = self.feed.put

        def watch(tap: _Tap, frame: Frame) -> bool:
            answer = put(tap, frame)
            if frame.camera == name and frame.index + 1 == wanted:
                seen.set()
            return answer

        self.feed.put = watch  # type: ignore[method-assign]
        self.steps[name].step(pictures)
        assert seen.wait(20)
        self.feed.put = put  # type: ignore[method-assign]

    def next(self) -> list[tuple[str, int]]:
        return [(frame.camera, frame.index) for frame in next(self.batches)]

    def stop(self) -> None:
        for name, reader in self.readers.items():
            self.steps[name].finish()
            reader.stop()


@pytest.fixture
def live_site() -> Iterator[list[LiveSite]]:
    sites: list[LiveSite] = []
    yield sites
    for site in sites:
        site.stop()


def test_the_newest_frame_of_each_camera_wins_and_the_others_are_counted(live_site: list[LiveSite]) -> None:
    site = LiveSite("ab", rate=None)
    live_site.append(site)
    site.step("a", 5)
    site.step("b", 2)
    assert site.next() == [("b", 1), ("a", 4)]
    assert site.next() == []  # nothing new: a chance to do something else
    assert (site.readers["a"].status().dropped, site.readers["b"].status().dropped) == (4, 1)
    site.step("a")
    assert site.next() == [("a", 5)]
    latest = site.readers["a"].latest()
    assert latest is not None
    assert latest.index == 5


def test_only_due_frames_are_taken_and_nothing_is_called_dropped(live_site: list[LiveSite]) -> None:
    site = LiveSite("a", rate=5.0)
    live_site.append(site)
    taken = []
    for _ in range(6):
        site.step("a")
        taken += site.next()
    assert taken == [("a", 0), ("a", 2), ("a", 4)]
    assert site.readers["a"].status().dropped == 0


def test_a_full_batch_leaves_nobody_out_for_long(live_site: list[LiveSite]) -> None:
    site = LiveSite("abc", rate=None, batch_size=2)
    live_site.append(site)
    for name in "abc":
        site.step(name)
    assert site.next() == [("a", 0), ("b", 0)]
    site.step("a")
    site.step("c")
    assert site.next() == [("a", 1), ("c", 1)]  # c came first, with its newest frame


def test_latest_ends_with_its_cameras(live_site: list[LiveSite]) -> None:
    site = LiveSite("ab", rate=None)
    site.step("a")
    site.stop()
    assert [frame.camera for batch in site.batches for frame in batch] == ["a"]
    assert {reader.status().state for reader in site.readers.values()} == {CameraState.ENDED}


def test_latest_ends_when_it_is_closed(live_site: list[LiveSite]) -> None:
    site = LiveSite("a", rate=None)
    live_site.append(site)
    site.feed.close()
    assert list(site.batches) == []


def site_of(*urls: str, **settings: object) -> SiteSettings:
    cameras = [{"name": f"c{index}", "url": url} for index, url in enumerate(urls)]
    return SiteSettings.model_validate({"cameras": cameras, **settings})


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        (site_of("a.mp4", "b.mp4"), True),
        (site_of("a.mp4", video={"pace": "realtime"}), False),
        (site_of("a.mp4", "rtsp://cam/x"), False),
    ],
)
def test_only_files_as_fast_as_possible_lose_nothing(site: SiteSettings, expected: bool) -> None:
    assert is_lossless(site) is expected


@pytest.mark.parametrize(
    ("camera", "detector", "lossless", "expected"),
    [
        (None, None, True, None),  # every frame of a file
        (None, None, False, 10.0),
        (None, 4.0, True, 4.0),
        (7.0, 4.0, False, 7.0),  # the camera's own counts
    ],
)
def test_where_the_rate_comes_from(
    camera: float | None, detector: float | None, lossless: bool, expected: float | None
) -> None:
    site = site_of("a.mp4").model_copy(update={"detector": DetectorSettings(rate=detector)})
    own = site.cameras[0].model_copy(update={"rate": camera})
    assert detection_rate(own, site, lossless=lossless) == expected


def test_under_a_smaller_share_fewer_frames_of_every_camera_are_due(live_site: list[LiveSite]) -> None:
    site = LiveSite("ab", rate=5.0)
    live_site.append(site)
    site.feed.share = 0.5  # 2.5 a second of the 10 that the sources give
    taken = []
    for _ in range(12):
        site.step("a")
        site.step("b")
        taken += site.next()
    assert taken == [(name, index) for index in (0, 3, 7, 11) for name in "ab"]
    assert site.feed.missed == 0


def test_a_batch_that_cannot_be_looked_at_counts_as_dropped(live_site: list[LiveSite]) -> None:
    site = LiveSite("a", rate=None)
    live_site.append(site)
    site.step("a", 2)
    site.feed.leave_out(next(site.batches))
    assert site.readers["a"].status().dropped == 2
    assert site.feed.missed == 2


def test_cameras_come_and_go_while_it_runs(live_site: list[LiveSite]) -> None:
    site = LiveSite("a", rate=None)
    live_site.append(site)
    site.steps["b"] = Steps()
    site.readers["b"] = make_reader(lambda: site.steps["b"], name="b")
    site.feed.add(site.readers["b"], None)
    site.readers["b"].start()
    site.step("b")
    assert site.next() == [("b", 0)]
    old = site.readers["a"]
    site.steps["old"], site.steps["a"] = site.steps["a"], Steps()
    site.readers["old"], site.readers["a"] = old, make_reader(lambda: site.steps["a"], name="a")
    site.feed.add(site.readers["a"], None)
    site.readers["a"].start()
    site.steps["old"].finish()  # the one that was replaced ends: the feed goes on
    assert old.stop(30)
    site.step("a")
    assert site.next() == [("a", 0)]
    site.feed.remove("b")
    site.steps["b"].step(1)
    assert site.next() == []
    site.feed.remove("a")
    assert list(site.batches) == []


def test_a_share_that_changes_makes_no_frame_due_too_soon() -> None:
    due = Due(10.0)
    taken = [frame for frame in range(100) if due.take(frame * NS_PER_S // 10, 0.1 + 0.001 * frame)]
    assert 10 <= len(taken) <= 20, taken
    assert min(later - earlier for earlier, later in pairwise(taken)) >= 4
