"""Benchmarks run and say what they should; their figures are nobody's test."""

from __future__ import annotations

import io
import json
import multiprocessing
import re
import threading
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from reid_app.bench.gallery import bench_gallery, brute_force, made_up
from reid_app.bench.lock import bench_lock
from reid_app.bench.report import BenchReport, percentile, ratio, side_by_side
from reid_app.cli import app
from reid_app.errors import ReidAppError


def test_a_report_is_a_table_json_and_a_picture(tmp_path: Path) -> None:
    rows = ({"what": "ours [fast]", "times": 2.5, "recall": None}, {"what": "theirs", "times": 1.0, "recall": 1.0})
    report = BenchReport("gallery", rows, ("what", "times"), ("a note",), {"processor": "abacus"})
    values, picture = report.write(tmp_path)
    assert json.loads(values.read_text())["rows"] == [dict(row) for row in rows]
    assert picture.stat().st_size > 1000
    assert report.table().row_count == 2


def test_a_report_of_many_columns_can_be_read_in_a_narrow_terminal() -> None:
    rows = tuple({"cameras": count} | {f"measure number {n}": count / n for n in range(1, 15)} for count in (4, 16))
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(BenchReport("site", rows, ("cameras", "measure number 1"), (), {"processor": "abacus"}).table())
    text = console.export_text()
    assert all(f" {name} " in text for name in rows[0])
    assert re.search(r"measure number 2 +│ +2 │ +8 │", text)


def test_ways_are_measured_in_turns() -> None:
    order: list[str] = []
    seconds = side_by_side({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=2)
    assert order == ["a", "b"] * 3
    assert [len(spent) for spent in seconds.values()] == [2, 2]
    assert ratio([2.0, 4.0, 6.0], [1.0, 2.0, 1.0]) == 2.0
    assert percentile([1.0, 2.0, 3.0], 0.5) == 2.0


def test_made_up_galleries_fill_the_directions_that_they_should() -> None:
    vectors, queries = made_up(600, 12)
    assert np.linalg.matrix_rank(vectors, tol=1e-3) == 12
    np.testing.assert_allclose(np.linalg.norm(np.concatenate([vectors, queries]), axis=1), 1, atol=1e-5)
    scores, places = brute_force(vectors, queries[:3])
    np.testing.assert_allclose(scores, np.sort(queries[:3] @ vectors.T, axis=1)[:, :-11:-1], atol=1e-6)
    assert places.shape == (3, 10)


def test_the_gallery_is_measured_beside_numpy() -> None:
    report = bench_gallery([600])
    assert [row["recall at 10"] for row in report.rows] == [1.0] * 4
    assert {"exact, 600, 1 at a time", "compressed, 600, 16 at a time"} <= {row["what"] for row in report.rows}


def test_the_command_prints_json(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["bench", "gallery", "--sizes", "600", "--json", "--out", str(tmp_path)])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["bench"] == "gallery"
    assert (tmp_path / "gallery.json").is_file()


def test_steps_are_measured_beside_readers_here_and_elsewhere() -> None:
    (row,) = bench_lock([2], seconds=2.0, report=lambda _: None).rows
    assert row["cameras"] == 2
    assert float(row["frames/s a camera"] or 0) > 0
    assert float(row["times elsewhere"] or 0) > 0, "both places gave frames"
    assert float(row["worked (ms)"] or 0) > 0
    assert not multiprocessing.active_children()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith(("camera ", "capture "))]


def test_readers_that_do_not_start_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reid_app.bench.lock.START_TIMEOUT", 0.0)
    with pytest.raises(ReidAppError, match="1 cameras did not start within 0 s; measure fewer"):
        bench_lock([1], seconds=1.0, report=lambda _: None)
    assert not multiprocessing.active_children()


def test_without_a_graphics_card_bench_gpu_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from reid_app.bench.gpu import bench_gpu

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ReidAppError, match="there is no CUDA device"):
        bench_gpu("jointloss-s", "yolov8n")


@pytest.mark.slow
def test_what_bench_gpu_does_runs_on_the_processor_too() -> None:
    from reid_app.bench.gpu import bench_gpu

    report = bench_gpu("jointloss-s", "yolov8n", rounds=1, batch=2, device="cpu")
    assert all(float(row["a second p50"] or 0) > 0 for row in report.rows)


@pytest.mark.slow
def test_embedding_and_sites_are_measured_on_the_demo_site() -> None:
    from reid_app.bench.embed import bench_embed
    from reid_app.bench.site import bench_site

    assert len(bench_embed("jointloss-s", []).rows) == 3
    (row,) = bench_site([1], seconds=5.0, rate=5.0, report=print).rows
    assert row["cameras"] == 1
    assert row["frames, times naive"] is not None


def test_other_clips_can_be_measured_on(tmp_path: Path) -> None:
    from reid_app.bench.site import _clip_site

    clips = tmp_path / "clips"
    clips.mkdir()
    with pytest.raises(ReidAppError, match=r"holds no \.mp4"):
        _clip_site(tmp_path, clips, 2, 5.0)
    for name in ("east.mp4", "west.mp4", "gt_east.txt"):
        (clips / name).touch()
    site = _clip_site(tmp_path, clips, 3, 5.0)
    assert [camera.name for camera in site.file.settings.cameras] == ["east 0", "west 1", "east 2"]
    assert site.truth == {}  # unknown for one
    (clips / "gt_west.txt").touch()
    assert {name: path.name for name, path in _clip_site(tmp_path, clips, 3, 5.0).truth.items()} == {
        "east 0": "gt_east.txt",
        "west 1": "gt_west.txt",
        "east 2": "gt_east.txt",
    }
