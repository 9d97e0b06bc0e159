"""What every row of the fault matrix needs: two cameras, one behind a bad network, and a table."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from tests.faults.proxy import Proxy
from tests.faults.rig import Rig
from tests.rtsp import RtspServer, why_not

TABLE = os.environ.get("REID_FAULT_TABLE", "")
"""Where to write what was measured; with it the cameras have the application's own time-outs, not short ones."""

QUICK = {
    "open_timeout": 3.0,
    "read_timeout": 1.0,
    "stale_after": 0.5,
    "offline_after": 2.0,
    "retry_first": 0.2,
    "retry_most": 1.0,
}
VIDEO = {} if TABLE else QUICK
PATTERN = "pattern:160x120@15"


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Attributes:
        fault: What was done.
        bound: Seconds that recovery may take.
        measured: Seconds that it took, from the end of the cause.
        lost: Frames that the other camera lost meanwhile, of those that were due; None where there is none.
        meaning: What recovered means here.
    """

    fault: str
    bound: float
    measured: float
    lost: tuple[int, int] | None
    meaning: str


@pytest.fixture(scope="session")
def rows() -> Iterator[list[Row]]:
    collected: list[Row] = []
    yield collected
    if TABLE:
        Path(TABLE).write_text(json.dumps([asdict(row) for row in collected], indent=1))


class Plant:
    """Two cameras: ``door`` behind a proxy, on a server that can be killed, and ``yard`` undisturbed."""

    def __init__(self, folder: Path, rows: list[Row]) -> None:
        self.folder = folder
        self._rows = rows
        self.server = RtspServer({"door": PATTERN})
        self.proxy = Proxy(self.server.port)
        self.yard = RtspServer({"yard": PATTERN})
        self.url = f"rtsp://127.0.0.1:{self.proxy.port}/door"
        self.lost: tuple[int, int] | None = None

    def rig(self, **more: object) -> Rig:
        """A site of both cameras."""
        return Rig(self.folder, {"door": self.url, "yard": self.yard.urls["yard"]}, VIDEO, **more)  # type: ignore[arg-type]

    def restart_server(self, source: str = PATTERN, login: tuple[str, str] | None = None) -> None:
        self.server = RtspServer({"door": source}, login=login)
        self.proxy.target = self.server.port

    def close(self) -> None:
        self.proxy.__exit__(None, None, None)
        self.server.kill()
        self.yard.kill()

    @contextmanager
    def undisturbed(self, rig: Rig) -> Iterator[None]:
        """Check that meanwhile the other camera loses no frame over the usual, and stays live."""
        before, began, first = rig._load("yard"), time.monotonic(), len(rig.site.events_since(0))
        yield
        after, seconds = rig._load("yard"), time.monotonic() - began
        lost = after.status.dropped - before.status.dropped
        done = after.processed - before.processed
        self.lost = (lost, done + lost)
        states = [
            event.data["state"]
            for event in rig.site.events_since(first)
            if event.kind == "camera" and event.data["camera"] == "yard"
        ]
        assert states == [], states
        assert lost <= max(3, 0.1 * (done + lost)), (lost, done)
        assert after.status.frames - before.status.frames > 0.5 * 15 * seconds

    def report(self, fault: str, bound: float, measured: float, meaning: str = "live again") -> None:
        """Hold a measured recovery against its bound, and put it into the table."""
        self._rows.append(Row(fault, bound, round(measured, 1), self.lost, meaning))
        assert measured <= bound, (fault, measured, bound)


@pytest.fixture
def plant(tmp_path: Path, rows: list[Row]) -> Iterator[Plant]:
    made = Plant(tmp_path, rows)
    yield made
    made.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = why_not()
    here = Path(__file__).parent
    for item in items:
        if reason and here in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=reason))
