from __future__ import annotations

import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from reid_app.config import CameraSettings, VideoSettings
from reid_app.config.cameras import SCHEMES
from reid_app.domain import NS_PER_S
from reid_app.errors import SourceError
from reid_app.imaging import cv2
from reid_app.video.sources import (
    LATEST_LOOP,
    LIVE_ADDRESSES,
    USUAL_FPS,
    LoopSource,
    Picture,
    Source,
    file_address,
    open_source,
)
from reid_app.video.stream import SourceRefusedError
from tests.clips import number_of, numbered, write_clip

START_NS = 1_700_000_000 * NS_PER_S


def open_url(url: str, folder: Path = Path(), timeout: float = 5.0) -> Source:
    video = VideoSettings(open_timeout=timeout, read_timeout=timeout)
    return open_source(CameraSettings(name="door", url=url), video, folder, START_NS, time.time_ns)


def read_all(source: Source) -> list[Picture]:
    pictures = []
    while (picture := source.read()) is not None:
        pictures.append(picture)
    source.close()
    return pictures


@pytest.mark.parametrize("name", ["a.avi", "a.mp4", "with space #1 ä.mp4", "a:b.avi"])
def test_a_file_gives_every_frame_with_its_time(tmp_path: Path, name: str) -> None:
    write_clip(tmp_path / name, 12, fps=10)
    source = open_url(name, tmp_path)
    pictures = read_all(source)
    assert (source.live, source.fps) == (False, 10.0)
    assert [picture.index for picture in pictures] == list(range(12))
    assert [number_of(picture.image) for picture in pictures] == list(range(12))
    assert [picture.time_ns for picture in pictures] == [START_NS + index * NS_PER_S // 10 for index in range(12)]
    assert pictures[0].image.shape == (48, 64, 3)


def test_pictures_own_their_memory(tmp_path: Path) -> None:
    source = open_url(str(write_clip(tmp_path / "a.avi", 3)))
    first = source.read()
    assert first is not None
    before = first.image.copy()
    read_all(source)
    assert (first.image == before).all()


def test_a_header_that_claims_too_few_frames_is_not_believed(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.avi", 12)
    content = bytearray(path.read_bytes())
    for tag, offset in ((b"avih", 4 + 4 + 16), (b"strh", 4 + 4 + 32)):
        at = content.index(tag) + offset
        assert struct.unpack_from("<I", content, at) == (12,)
        struct.pack_into("<I", content, at, 3)
    path.write_bytes(content)
    assert len(read_all(open_url(str(path)))) == 12


def test_a_rate_that_cannot_be_true_is_replaced_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_clip(tmp_path / "a.avi", 6, fps=1000)
    source = open_url(str(path))
    assert source.fps == USUAL_FPS
    assert [p.time_ns - START_NS for p in read_all(source)] == [round(i * NS_PER_S / USUAL_FPS) for i in range(6)]
    assert [record.message for record in caplog.records if "frames" in record.message] == [
        f"{path} does not say how many frames it has per second; its times are those of 25 a second"
    ]


def test_pictures_may_change_their_size(tmp_path: Path) -> None:
    path = tmp_path / "a.mjpeg"
    sizes = [(64, 48)] * 3 + [(96, 64)] * 3 + [(32, 32)] * 2
    with path.open("wb") as file:
        for index, size in enumerate(sizes):
            file.write(cv2.imencode(".jpg", numbered(index, *size))[1].tobytes())
    shapes = [picture.image.shape[1::-1] for picture in read_all(open_url(str(path)))]
    assert shapes == sizes


def test_a_file_that_is_held_sideways_is_turned(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", 2)
    content = bytearray(path.read_bytes())
    matrix = content.index(b"tkhd") + 44
    one = 1 << 16
    assert struct.unpack_from(">9i", content, matrix) == (one, 0, 0, 0, one, 0, 0, 0, one << 14)
    struct.pack_into(">9i", content, matrix, 0, one, 0, -one, 0, 0, 0, 0, one << 14)
    path.write_bytes(content)
    assert {picture.image.shape for picture in read_all(open_url(str(path)))} == {(64, 48, 3)}


def test_damage_in_the_middle_costs_only_the_frames_it_hits(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.avi", 20)
    content = bytearray(path.read_bytes())
    middle = content.index(b"idx1") // 2
    content[middle : middle + 200] = bytes(200)
    path.write_bytes(content)
    numbers = [number_of(picture.image) for picture in read_all(open_url(str(path)))]
    assert len(numbers) >= 15
    assert numbers[-1] == 19


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _noise(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 64)


def _text(path: Path) -> None:
    path.write_text("this is no video\n" * 20)


def _cut_short(path: Path) -> None:
    content = write_clip(path, 12).read_bytes()
    path.write_bytes(content[: content.index(b"moov") + 40])


def _unknown_codec(path: Path) -> None:
    content = write_clip(path.with_suffix(".avi"), 3).read_bytes()
    path.write_bytes(content.replace(b"MJPG", b"ZZZZ"))


def _no_picture(path: Path) -> None:
    content = bytearray(write_clip(path.with_suffix(".avi"), 3).read_bytes())
    begin = content.index(b"movi") + 4
    while (at := content.find(b"00dc", begin, content.index(b"idx1"))) >= 0:
        (length,) = struct.unpack_from("<I", content, at + 4)
        content[at + 8 : at + 8 + length] = bytes(length)
        begin = at + 8 + length
    path.write_bytes(content)


def _missing(path: Path) -> None:
    assert not path.exists()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_missing, "does not exist; correct"),
        (Path.mkdir, "is no file"),
        (_empty, "is empty"),
        (_noise, "damaged or no video"),
        (_text, "no video"),
        (_cut_short, "no video"),
        (_unknown_codec, "unknown codec"),
        (_no_picture, "no picture that can be decoded"),
    ],
)
def test_a_bad_file_is_one_sentence(tmp_path: Path, capfd: pytest.CaptureFixture[str], make: object, says: str) -> None:
    path = tmp_path / "bad.mp4"
    make(path)  # type: ignore[operator]
    with pytest.raises(SourceError, match=says) as caught:
        read_all(open_url("bad.mp4", tmp_path))
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert capfd.readouterr() == ("", "")


def test_a_playlist_in_a_file_cannot_reach_the_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"
        (tmp_path / "a.m3u8").write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{address}\n#EXT-X-ENDLIST\n")
        with pytest.raises(SourceError):
            read_all(open_url("a.m3u8", tmp_path))
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_every_scheme_that_the_settings_allow_can_be_opened() -> None:
    assert {*LIVE_ADDRESSES, "file", "loop"} == set(SCHEMES)


def test_a_webcam_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(SourceError, match=r"^webcam:250 does not exist"):
        open_url("webcam:250")


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_a_server_that_says_nothing_is_given_up_in_time_and_leaks_nothing(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        began = time.monotonic()
        with pytest.raises(SourceError, match="no answer in time") as caught:
            open_url(f"{scheme}://admin:s3cr@t@127.0.0.1:{port}/live", timeout=0.3)
        assert time.monotonic() - began < 5
    assert str(caught.value).startswith(f"{scheme}://***@127.0.0.1:{port}/live gives")
    assert "s3cr" not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_a_closed_port_is_one_sentence(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(SourceError, match="refuses or closed the connection"):
        open_url(f"{scheme}://127.0.0.1:{port}/live")


class _Camera(BaseHTTPRequestHandler):
    """A camera that sends MJPEG over HTTP to those who know the password."""

    def do_GET(self) -> None:
        if self.path == "/locked":
            self.send_error(401)
            return
        if self.path != "/video":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        for index in range(5):
            jpeg = cv2.imencode(".jpg", numbered(index))[1].tobytes()
            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            self.wfile.write(head.encode() + jpeg + b"\r\n")
        self.wfile.write(b"--frame--\r\n")

    def log_message(self, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def http_camera() -> object:
    with HTTPServer(("127.0.0.1", 0), _Camera) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_mjpeg_over_http_is_live_and_timed_by_arrival(http_camera: str) -> None:
    before = time.time_ns()
    source = open_url(f"{http_camera}/video")
    pictures = [picture for _ in range(5) if (picture := source.read()) is not None]
    source.close()
    assert source.live
    assert [number_of(picture.image) for picture in pictures] == list(range(5))
    times = [picture.time_ns for picture in pictures]
    assert before <= times[0]
    assert times == sorted(times)
    assert times[-1] <= time.time_ns()


@pytest.mark.parametrize(("path", "says"), [("locked", "refuses user name or password"), ("x", "does not exist there")])
def test_a_refusal_is_told_from_a_failure(http_camera: str, path: str, says: str) -> None:
    with pytest.raises(SourceRefusedError, match=says):
        open_url(f"{http_camera}/{path}")


class Day:
    """A clock that only sleeping moves."""

    def __init__(self, now_ns: int) -> None:
        self.now_ns = now_ns

    def __call__(self) -> int:
        return self.now_ns

    def sleep(self, seconds: float) -> None:
        self.now_ns += round(seconds * NS_PER_S)


def loop(path: Path, day: Day) -> LoopSource:
    return LoopSource(file_address(path), start_ns=START_NS, clock=day, sleep=day.sleep)


def test_a_loop_goes_on_from_the_start_of_its_file_in_real_time(tmp_path: Path) -> None:
    day = Day(START_NS)
    source = loop(write_clip(tmp_path / "a.avi", 5, fps=10), day)
    pictures = []
    for _ in range(12):
        picture = source.read()
        assert picture is not None
        assert picture.time_ns == day.now_ns
        pictures.append(picture)
    source.close()
    assert source.live
    assert [number_of(picture.image) for picture in pictures] == [k % 5 for k in range(12)]
    assert [picture.time_ns - START_NS for picture in pictures] == [k * NS_PER_S // 10 for k in range(12)]


def test_loops_that_are_late_catch_up_with_the_others(tmp_path: Path) -> None:
    day = Day(START_NS + 3 * NS_PER_S)
    source = loop(write_clip(tmp_path / "a.avi", 8, fps=10), day)
    first = source.read()
    assert first is not None
    assert day.now_ns - first.time_ns <= LATEST_LOOP * NS_PER_S
    assert number_of(first.image) == (first.time_ns - START_NS) // (NS_PER_S // 10) % 8
    day.sleep(3600)
    second, third = source.read(), source.read()
    assert second is not None
    assert third is not None
    assert 0 <= day.now_ns - second.time_ns <= NS_PER_S
    assert third.time_ns - second.time_ns == NS_PER_S // 10
    source.close()


def test_a_loop_is_opened_like_any_source(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.avi", 3)
    camera = CameraSettings(name="door", url="loop:a.avi")
    assert (camera.is_file, camera.is_loop) == (False, True)
    source = open_source(camera, VideoSettings(), tmp_path, time.time_ns(), time.time_ns)
    assert source.read() is not None
    source.close()
    with pytest.raises(SourceError, match="does not exist"):
        open_url("loop:none.avi", tmp_path)
