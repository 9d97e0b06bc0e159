"""Past frames with their people."""

from __future__ import annotations

import threading
from pathlib import Path

import av
import numpy as np
import pytest

from reid_app.domain import NS_PER_S, Frame, ImageArray
from reid_app.errors import SettingsError, SourceError
from reid_app.runtime.ring import EVERY_NS, MOST_BYTES, SECONDS, Ring
from reid_app.video.masks import PrivacyMasks
from reid_app.video.seeking import KEPT, SeekableFile
from reid_app.video.sources import FileSource, file_address
from reid_app.video.stream import Stream
from tests.clips import number_of, numbered, write_clip
from tests.runtime.world import KIM, World, at, box_at

NO_MASKS = PrivacyMasks(())


@pytest.fixture
def recorded(tmp_path: Path) -> World:
    """A world whose camera "door" has its file: 10 frames a second, each with its number."""
    write_clip(tmp_path / "door.avi", 60)
    return World(tmp_path)


def predicted_clip(path: Path, frames: int = 30) -> Path:
    """Write numbered frames of which every twelfth stands for itself; the rest, out of order, need others."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.gop_size, stream.codec_context.max_b_frames = 12, 2
        stream.codec_context.options = {"sc_threshold": "1000000000"}
        for index in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(numbered(index), format="bgr24")))
        container.mux(stream.encode())
    return path


def read_through(path: Path) -> list[ImageArray]:
    """All pictures of a file from the first to the last: what any other way must give, too."""
    source = FileSource(Stream(file_address(path)), shown=path.name, start_ns=0)
    images = []
    while (picture := source.read()) is not None:
        images.append(picture.image)
    source.close()
    return images


@pytest.mark.parametrize("name", ["plain.mp4", "plain.avi", "predicted.mp4"])
def test_any_picture_of_a_file_is_found_in_any_order(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    file = SeekableFile(predicted_clip(path) if "predicted" in name else write_clip(path, 30), at(0), NO_MASKS)
    assert len(file) == 30
    order = [7, 8, 9, 3, 29, 0, 1, 28, 27, 26, 12]
    pictures = [file.picture(index) for index in order]
    expected = read_through(path)
    for index, picture in zip(order, pictures, strict=True):
        assert picture is not None
        np.testing.assert_array_equal(picture.image, expected[index])
    assert [picture and picture.time_ns for picture in pictures] == [at(index / 10) for index in order]
    assert file.picture(30) is None
    assert file.picture(-1) is None
    file.close()


def test_steps_back_do_not_decode_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = predicted_clip(tmp_path / "a.mp4")
    file, expected = SeekableFile(path, at(0), NO_MASKS), read_through(path)
    assert file.picture(21) is not None
    monkeypatch.setattr(file, "_decode", lambda _: pytest.fail("it was decoded already"))
    for back in range(KEPT):
        picture = file.picture(21 - back)
        assert picture is not None
        np.testing.assert_array_equal(picture.image, expected[21 - back])
    file.close()


def test_the_moments_of_every_frame_are_its_own(tmp_path: Path) -> None:
    file = SeekableFile(write_clip(tmp_path / "a.mp4", 30, fps=30000 / 1001), at(0), NO_MASKS)
    for index in range(30):
        picture = file.picture(index)
        assert picture is not None
        assert file.index_at(picture.time_ns) == index
        assert file.index_at(picture.time_ns - 1) == index - 1
    file.close()


def test_large_files_are_sought_by_even_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reid_app.video.seeking.LARGEST_INDEXED", 0)
    file = SeekableFile(write_clip(tmp_path / "a.mp4", 30), at(0), NO_MASKS)
    for index in (5, 20, 4):
        picture = file.picture(index)
        assert picture is not None
        assert number_of(picture.image) == index
    file.close()


def test_a_moment_of_a_file_comes_with_its_people(recorded: World) -> None:
    track = recorded.walk("door", 1, 1)
    recorded.site.rename(recorded.identity(track), "Mia", KIM)
    view = recorded.site.moment("door", at(1.55))
    assert view is not None
    assert (view.frame.index, number_of(view.frame.image)) == (15, 15)
    (person,) = view.people
    assert (person.track, person.name) == (track, "Mia")
    np.testing.assert_allclose(person.box, box_at(15, 0))
    following = recorded.site.moment("door", at(1.55), 2)
    previous = recorded.site.moment("door", at(1.55), -1)
    assert following is not None
    assert previous is not None
    assert (following.frame.index, previous.frame.index) == (17, 14)
    recorded.site.stop()


def test_boxes_go_on_between_processed_frames(recorded: World) -> None:
    track = recorded.walk("door", 1, 1)
    recorded.site.records.flush()
    path = recorded.site.records.path(track)
    from reid_app.runtime.playback import _box_at

    np.testing.assert_allclose(_box_at(path, at(1.55)), (box_at(15, 0) + box_at(16, 0)) / 2, atol=0.01)
    assert _box_at(path, at(0.05)) is None
    assert _box_at(path, at(3.05)) is None
    recorded.site.stop()


def test_beyond_the_file_there_is_nothing(recorded: World) -> None:
    site = recorded.site
    last = site.moment("door", at(3600))
    assert last is not None
    assert last.frame.index == 59
    assert site.moment("door", at(3600), 1) is None
    assert site.moment("door", at(0), -1) is None
    assert site.moment("door", at(-3600)) is None
    with pytest.raises(SettingsError, match="no camera named 'roof'"):
        site.moment("roof", at(1))
    with pytest.raises(SourceError, match="does not exist"):
        site.moment("yard", at(1))
    site.stop()


def frame(index: int, size: tuple[int, int] = (64, 48)) -> Frame:
    shade = np.full((size[1], size[0], 3), 10 * (index % 20), np.uint8)
    return Frame("gate", index, at(0) + index * EVERY_NS, shade)


def filled(ring: Ring, frames: list[Frame]) -> Ring:
    """Put frames one by one, each when the one before is kept."""
    ring.start()
    for one in frames:
        ring.put(one)
        wait_for(ring, one)
    return ring


def wait_for(ring: Ring, wanted: Frame) -> None:
    """Wait until a frame is kept."""
    with ring._changed:
        kept = ring._kept[wanted.camera]
        assert ring._changed.wait_for(lambda: bool(kept) and kept[-1].index == wanted.index, 10)


def test_the_last_seconds_of_a_live_camera_are_kept() -> None:
    ring = filled(Ring(["gate"]), [frame(index) for index in range(10)])
    found = ring.get("gate", at(0) + 5 * EVERY_NS + 1)
    assert found is not None
    assert found.index == 5
    assert abs(float(found.image.mean()) - 50) < 2
    before, after = ring.get("gate", found.time_ns, -1), ring.get("gate", found.time_ns, 1)
    assert before is not None
    assert after is not None
    assert (before.index, after.index) == (4, 6)
    assert ring.get("gate", found.time_ns, 20) is None
    assert ring.get("gate", at(-0.5)) is not None
    assert ring.get("gate", at(-60)) is None
    assert ring.get("other", at(0)) is None
    ring.stop(5)


def test_the_ring_stays_small() -> None:
    many = round(SECONDS * NS_PER_S / EVERY_NS) + 20
    ring = filled(Ring(["gate"]), [frame(index) for index in range(many)])
    assert len(ring._kept["gate"]) == many - 19
    noise = np.random.default_rng(0).integers(0, 255, (1080, 1920, 3), np.uint8)
    wide = Frame("gate", many, at(0) + many * EVERY_NS, noise)
    ring.put(wide)
    wait_for(ring, wide)
    assert ring._bytes["gate"] <= MOST_BYTES
    found = ring.get("gate", wide.time_ns)
    assert found is not None
    assert found.image.shape == (1080, 1920, 3)
    ring.stop(5)
    assert not any(thread.name == "ring" for thread in threading.enumerate())
