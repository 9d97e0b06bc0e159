"""Bad input gets one clear sentence and a defined exit code; nothing recorded is lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reid_app import cli
from tests.clips import write_clip
from tests.e2e.conftest import SiteMaker

Settings = dict[str, Any]


@pytest.fixture
def reid_app(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Runs the command line in this process; gives its exit code and all that it printed."""

    def run(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["reid-app", *map(str, arguments)])
        with pytest.raises(SystemExit) as leave:
            cli.main()
        printed = capsys.readouterr()
        return int(leave.value.code or 0), " ".join((printed.out + printed.err).split())

    return run


def _second_camera(settings: Settings, url: Path | str) -> None:
    settings["cameras"][1]["url"] = str(url)


def test_a_missing_video_is_a_mistake_in_the_site_file(
    make_site: SiteMaker, tmp_path: Path, reid_app: Callable[..., tuple[int, str]]
) -> None:
    settings = make_site.settings()
    _second_camera(settings, "nowhere.mp4")
    code, text = reid_app("validate", make_site.write(tmp_path, settings))
    assert code == 1
    assert "cameras[1].url" in text
    assert "nowhere.mp4" in text


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        pytest.param("missing.mp4", None, "missing.mp4", id="a video that is not there"),
        pytest.param("noise.mp4", b"\x00\x17noise" * 999, "noise.mp4", id="a file that is no video"),
        pytest.param("empty.mp4", b"", "empty.mp4", id="an empty file"),
        pytest.param("cut.mp4", b"cut", "cut.mp4", id="a video without its index"),
    ],
)
def test_a_camera_that_cannot_be_read_leaves_the_others_running(
    name: str,
    content: bytes | None,
    says: str,
    make_site: SiteMaker,
    tmp_path: Path,
    reid_app: Callable[..., tuple[int, str]],
) -> None:
    if content == b"cut":
        content = (make_site.clips / "door.mp4").read_bytes()[:40_000]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    settings = make_site.settings()
    _second_camera(settings, tmp_path / name)
    settings["cameras"][0]["url"] = str(write_clip(tmp_path / "short.mp4", 5))
    code, text = reid_app("run", make_site.write(tmp_path, settings), "--headless", "--until-end")
    assert code == 2
    assert says in text
    assert "Traceback" not in text
    log = (tmp_path / "records" / "records.sqlite3").stat().st_size
    assert log > 0
    with sqlite3.connect(tmp_path / "records" / "records.sqlite3") as database:
        assert database.execute("select count(*) from processed_frames").fetchone()[0] > 0


def _wrong_scheme(settings: Settings) -> None:
    _second_camera(settings, "gopher://example.com/stream")


def _same_name(settings: Settings) -> None:
    settings["cameras"][1]["name"] = "door"


def _unknown_key(settings: Settings) -> None:
    settings["detector"]["modle"] = "x"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        pytest.param(_wrong_scheme, "cameras[1].url", id="wrong URL scheme"),
        pytest.param(_same_name, "cameras[1].name", id="a name used twice"),
        pytest.param(_unknown_key, "detector.modle", id="an unknown key"),
    ],
)
def test_mistakes_in_the_site_file_have_a_place_and_exit_code_1(
    spoil: Callable[[Settings], None],
    says: str,
    make_site: SiteMaker,
    tmp_path: Path,
    reid_app: Callable[..., tuple[int, str]],
) -> None:
    settings = make_site.settings()
    spoil(settings)
    site = make_site.write(tmp_path, settings)
    for command in (("validate", site), ("run", site, "--headless")):
        code, text = reid_app(*command)
        assert code == 1
        assert says in text


def _missing_detector(settings: Settings, folder: Path) -> None:
    settings["detector"]["model"] = "no-such-model"


def _pickle(settings: Settings, folder: Path) -> None:
    (folder / "yolo.pt").write_bytes(b"PK")
    settings["detector"]["model"] = str(folder / "yolo.pt")


def _missing_network(settings: Settings, folder: Path) -> None:
    settings["embedder"]["path"] = str(folder / "no.onnx")


def _damaged_network(settings: Settings, folder: Path) -> None:
    (folder / "bad.onnx").write_bytes(b"this is no network")
    settings["embedder"]["path"] = str(folder / "bad.onnx")


def _detector_as_embedder(settings: Settings, folder: Path) -> None:
    settings["embedder"] = {"kind": "openvino", "path": str(Path("models/yolov8n/model.xml").resolve())}


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        pytest.param(_missing_detector, "no-such-model", id="a model that is not there"),
        pytest.param(_pickle, "models import", id="a pickle"),
        pytest.param(_missing_network, "no.onnx", id="a network file that is not there"),
        pytest.param(_damaged_network, "bad.onnx", id="a damaged network"),
        pytest.param(_detector_as_embedder, "model.xml", id="a network of another shape"),
    ],
)
def test_a_model_that_cannot_be_used_is_one_sentence_and_exit_code_2(
    spoil: Callable[[Settings, Path], None],
    says: str,
    make_site: SiteMaker,
    tmp_path: Path,
    reid_app: Callable[..., tuple[int, str]],
) -> None:
    settings = make_site.settings()
    spoil(settings, tmp_path)
    code, text = reid_app("run", make_site.write(tmp_path, settings), "--headless")
    assert code == 2
    assert says in text
    assert "unexpected" not in text


def test_records_of_a_newer_version_are_left_alone(
    make_site: SiteMaker, tmp_path: Path, reid_app: Callable[..., tuple[int, str]]
) -> None:
    settings = make_site.settings(cameras=("door",))
    settings["cameras"][0]["url"] = str(write_clip(tmp_path / "short.mp4", 3))
    site = make_site.write(tmp_path, settings)
    assert reid_app("run", site, "--headless", "--until-end")[0] == 0
    file = tmp_path / "records" / "records.sqlite3"
    with sqlite3.connect(file) as database:
        database.execute("update alembic_version set version_num = '9999'")
    database.close()
    before = file.read_bytes()
    code, text = reid_app("run", site, "--headless", "--until-end")
    assert code == 2
    assert "newer" in text
    assert file.read_bytes() == before


def test_a_log_of_records_that_are_not_there_says_so(
    make_site: SiteMaker, tmp_path: Path, reid_app: Callable[..., tuple[int, str]]
) -> None:
    code, text = reid_app("log", make_site.write(tmp_path))
    assert code == 2
    assert "no records" in text


def test_help_imports_no_network_library() -> None:
    code = (
        "import sys; sys.argv = ['reid-app', '--help']\n"
        "from reid_app.cli import main\n"
        "try: main()\n"
        "finally: assert not {'torch', 'cv2', 'openvino', 'sqlalchemy'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "across many cameras" in done.stdout


@pytest.fixture
def long_run(make_site: SiteMaker, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A run, in a process of its own, of a clip that takes a while; it has recorded something."""
    settings = make_site.settings()
    settings["video"] = {"pace": "realtime"}
    site = make_site.write(tmp_path, settings)
    output = tmp_path / "output.txt"
    with output.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "reid_app", "run", str(site), "--headless", "--until-end"],
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=os.environ | {"COLUMNS": "200"},
        )
    try:
        while not _count(tmp_path / "records" / "records.sqlite3", "track_paths"):
            assert not _ends_within(process, 0.1), output.read_text()
        yield process, site
    finally:
        process.kill()
        process.wait()


def _ends_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _count(file: Path, table: str) -> int:
    """Rows of a table of a running site; 0 while it is not there."""
    try:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5) as database:
            return int(database.execute(f"select count(*) from {table}").fetchone()[0])
    except sqlite3.Error:
        return 0


def test_control_c_ends_the_run_with_everything_recorded(
    long_run: tuple[subprocess.Popen[bytes], Path],
) -> None:
    process, site = long_run
    process.send_signal(signal.SIGINT)
    assert _ends_within(process, 60)
    text = (site.parent / "output.txt").read_text()
    assert process.returncode == 130, text
    assert "Traceback" not in text
    assert "match-log.csv" in text
    file = site.parent / "records" / "records.sqlite3"
    with sqlite3.connect(file) as database:
        assert database.execute("select ended_ns from runs").fetchone()[0] is not None


def test_kill_9_loses_at_most_a_second_and_the_next_run_starts(
    long_run: tuple[subprocess.Popen[bytes], Path], reid_app: Callable[..., tuple[int, str]], make_site: SiteMaker
) -> None:
    process, site = long_run
    before = _count(site.parent / "records" / "records.sqlite3", "track_paths")
    process.kill()
    process.wait()
    assert _count(site.parent / "records" / "records.sqlite3", "track_paths") >= before
    settings = make_site.settings(cameras=("door",))
    settings["cameras"][0]["url"] = str(write_clip(site.parent / "short.mp4", 3))
    make_site.write(site.parent, settings)
    code, text = reid_app("run", site, "--headless", "--until-end")
    assert code == 0, text
