"""The demo: in the window on looping clips, or without a display once through them with scores."""

from __future__ import annotations

import os
import re
import runpy
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import av
import pytest

import reid_app.cli
from reid_app.commands import demo
from reid_app.commands.demo import Result, data_folder, run_demo, score_run
from reid_app.commands.window import why_no_window
from reid_app.config.load import load_site, validate_site
from reid_app.demo_site.clips import demo_folder, write_site_file
from reid_app.demo_site.truth import read_truth, write_truth
from reid_app.errors import SettingsError
from reid_app.imaging import cv2
from tests.rtsp import why_not

ROOT = Path(__file__).parents[2]


def cut(source: Path, target: Path, frames: int) -> None:
    """Write the first ``frames`` of a clip."""
    capture = cv2.VideoCapture(str(source))
    writer = cv2.VideoWriter(str(target), cv2.VideoWriter.fourcc(*"mp4v"), 12.5, (640, 360))
    for _ in range(frames):
        _, image = capture.read()
        writer.write(image)
    writer.release()


@pytest.fixture(scope="module")
def short_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first four seconds of two cameras of the demo site."""
    folder, source = tmp_path_factory.mktemp("short"), demo_folder()
    truth, frames = read_truth(source), 50
    cameras = []
    for camera in truth.cameras[2:]:
        cut(source / camera.clip, folder / camera.clip, frames)
        seen = tuple(row for row in camera.seen if row.frame <= frames)
        cameras.append(replace(camera, frames=frames, seen=seen))
    short = replace(truth, cameras=tuple(cameras))
    write_truth(short, folder)
    write_site_file(short, "short", folder / "site.yaml")
    return folder


def test_without_a_display_it_runs_once_and_leaves_everything(
    short_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "demo_folder", lambda: short_site)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    assert run_demo(tmp_path / "out") == 0
    said = capsys.readouterr()
    assert "There is no display for the window: the demo runs without one." in said.err
    (run,) = (tmp_path / "out").iterdir()
    assert re.search(r"cross-camera IDF1 [01]\.\d{3} against the truth", said.out)
    for path in (run / "report.html", run / "mosaic.mp4", run / "records" / "match-log.csv", run / "site.yaml"):
        assert path.stat().st_size > 100
        assert str(path) in said.out
    capture = cv2.VideoCapture(str(run / "mosaic.mp4"))
    assert 35 <= capture.get(cv2.CAP_PROP_FRAME_COUNT) <= 45
    result = score_run(short_site, run / "log")
    assert result.found > 0.7
    assert result.idf1 > 0.5
    assert result.swapped == {}, "of the two who are dressed alike only one is to be seen yet"


def test_a_result_is_said_in_words() -> None:
    lines = Result(12, 13, 0.8765, 0.9412, {(6, 7): 0.05}).lines()
    assert lines == (
        "identities 13 for 12 people",
        "cross-camera IDF1 0.876 against the truth",
        "people found 94.1% of those higher than 60 pixels and less than half hidden",
        "people 6 and 7, dressed alike, taken for one another in 5.0% of their boxes",
    )


def test_with_a_display_the_window_opens_on_looping_clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    def window(path: Path) -> int:
        opened.append(path)
        return 0

    monkeypatch.setattr(demo, "run_with_window", window)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert run_demo(tmp_path / "out") == 0
    assert opened == [tmp_path / "out" / "site.yaml"]
    assert validate_site(opened[0]) == []
    settings = load_site(opened[0]).settings
    assert all(camera.is_loop for camera in settings.cameras)
    assert settings.matcher.walks == ()
    assert settings.matcher.overlapping


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    with pytest.raises(SettingsError, match="--out"):
        run_demo(tmp_path / "file")


@pytest.mark.parametrize(
    ("home", "folder"), [("/data", Path("/data")), ("", Path.home() / ".local/share"), ("relative", None)]
)
def test_records_go_where_xdg_says(home: str, folder: Path | None) -> None:
    expected = (folder or Path.home() / ".local/share") / "reid-app" / "demo"
    assert data_folder({"XDG_DATA_HOME": home}) == expected


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_a_display_is_looked_for(name: str) -> None:
    assert why_no_window({name: ":0"}) == ""
    assert why_no_window({name: ""}) == "there is no display for the window"


@pytest.mark.parametrize(("given", "passed"), [([], ["demo"]), (["models", "list"], ["models", "list"])])
def test_without_arguments_the_program_is_the_demo(
    given: list[str], passed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(reid_app.cli, "main", lambda: seen.append(sys.argv[1:]))
    monkeypatch.setattr(sys, "argv", ["main.py", *given])
    runpy.run_path(str(ROOT / "main.py"), run_name="__main__")
    assert seen == [passed]


@pytest.mark.skipif(bool(why_not()), reason=why_not())
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_demo_rtsp_serves_until_it_is_interrupted(number: signal.Signals, tmp_path: Path) -> None:
    site = tmp_path / "rtsp.yaml"
    command = [sys.executable, "-m", "reid_app", "demo-rtsp", "--port", "0", "--site", str(site)]
    environment = os.environ | {"PYTHONUNBUFFERED": "1", "COLUMNS": "300"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT) as server:
        assert server.stdout is not None
        said = [server.stdout.readline() for _ in range(6)]
        assert said[5].startswith("serving")
        urls = [camera.url.get_secret_value() for camera in load_site(site).settings.cameras]
        assert [line.split(": ", 1)[1].strip() for line in said[:4]] == urls
        with av.open(urls[3], options={"rtsp_transport": "tcp"}, timeout=20) as client:
            picture = next(client.decode(video=0))
            assert (picture.height, picture.width) == (360, 640)
        server.send_signal(number)
        try:
            assert server.wait(20) == 130
        finally:
            server.kill()
