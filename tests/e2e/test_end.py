"""Told to end, a site in a process of its own is gone in five seconds, and its match log is whole."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from reid_app.runtime.site import STOP_SECONDS
from tests.e2e.conftest import SiteMaker


class Running:
    """A site of clips that play for ever, run by the command line."""

    def __init__(self, site: Path, port: int) -> None:
        self.site = site
        self._port = port
        self.output = site.parent / "output.txt"
        with self.output.open("w") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "reid_app", "run", str(site), "--headless"],
                stdout=stream,
                stderr=subprocess.STDOUT,
                env=os.environ | {"COLUMNS": "200"},
            )

    def decisions(self) -> dict[str, int]:
        """Decisions so far by verdict, as the site itself counts them; none while it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/metrics", timeout=5) as answer:
                families = text_string_to_metric_families(answer.read().decode())
                found = next((one for one in families if one.name == "reid_decisions"), None)
        except OSError:
            return {}
        samples = [] if found is None else found.samples
        return {sample.labels["verdict"]: int(sample.value) for sample in samples}

    def until_decided(self, count: int) -> dict[str, int]:
        """Wait for so many decisions; return all there are by then."""
        pause, began = threading.Event(), time.monotonic()
        while sum((decisions := self.decisions()).values()) < count:
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() - began < 90, decisions
            pause.wait(0.05)
        return decisions


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_is_gone_in_five_seconds_and_its_match_log_is_whole(
    number: signal.Signals, make_site: SiteMaker, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = make_site.settings()
    for camera in settings["cameras"]:  # type: ignore[attr-defined]
        camera["url"] = f"loop:{camera['url']}"
        del camera["start"]
    settings["detector"] |= {"rate": 5}  # type: ignore[operator]
    settings["metrics"] = {"port": port}
    settings["records"] = {"flush_seconds": 1.0}  # so that what was decided last is still in memory
    running = Running(make_site.write(tmp_path, settings), port)
    try:
        before = running.until_decided(4)
        began = time.monotonic()
        running.process.send_signal(number)
        code = running.process.wait(60)
        took = time.monotonic() - began
    finally:
        running.process.kill()
        running.process.wait()
    text = running.output.read_text()
    assert code == 130, text
    assert "Traceback" not in text
    assert took < STOP_SECONDS

    with sqlite3.connect(tmp_path / "records" / "records.sqlite3") as database:
        assert database.execute("select count(*) from runs where ended_ns is null").fetchone() == (0,)
        decided = database.execute(
            "select verdict, cameras.name, track from decisions join cameras on cameras.id = camera_id"
        ).fetchall()
        merges = database.execute("select count(*) from merges").fetchone()[0]
    recorded = Counter(verdict for verdict, *_ in decided) + Counter(merge=merges)
    assert Counter(before) <= recorded, "every decision is on record"
    log = subprocess.run(
        [sys.executable, "-m", "reid_app", "log", str(running.site), "--format", "jsonl"],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [json.loads(line) for line in log.stdout.splitlines()]
    assert {(row["camera"], row["track"]) for row in rows} >= {(camera, track) for _, camera, track in decided}
