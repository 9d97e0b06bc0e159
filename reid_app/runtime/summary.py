"""What a run saw, in one table, for its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reid_app.domain import CameraState, Identity, from_ns, iso
from reid_app.runtime.facade import SiteSnapshot
from reid_app.runtime.site import Site

SHOWN = 60
"""Most identities that the table lists; the match log has them all."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The end of a run.

    Attributes:
        snapshot: State of the site at the end.
        identities: Everybody seen in this run, by number.
        decisions: Number of decisions by verdict, and of merges.
        seconds: Wall time that the run took.
    """

    snapshot: SiteSnapshot
    identities: tuple[Identity, ...]
    decisions: dict[str, int]
    seconds: float

    @classmethod
    def of(cls, site: Site) -> Self:
        """Sum up a site that was halted."""
        identities = sorted(site.identities(site.first_ns), key=lambda identity: identity.number)
        return cls(site.snapshot(), tuple(identities), site.verdicts, site.seconds)

    @property
    def failures(self) -> tuple[str, ...]:
        """One sentence for each part or camera that failed."""
        return tuple(f"{part}: {sentence}" for part, sentence in self.snapshot.errors.items())

    @property
    def stream_seconds(self) -> float:
        """Longest time that a camera's processed frames span, in stream time."""
        return self.snapshot.stream_seconds

    def as_dict(self, files: Sequence[Path]) -> dict[str, object]:
        """Return values that can be written as JSON.

        Args:
            files: The files that the run left.
        """
        return {
            "site": self.snapshot.name,
            "seconds": round(self.seconds, 3),
            "stream_seconds": round(self.stream_seconds, 3),
            "cameras": [
                {
                    "name": load.status.camera,
                    "state": load.status.state.value,
                    "reason": load.status.reason,
                    "frames": load.status.frames,
                    "processed": load.processed,
                    "reconnects": load.status.reconnects,
                }
                for load in self.snapshot.cameras
            ],
            "identities": [
                {
                    "number": identity.number,
                    "uuid": str(identity.uuid),
                    "name": identity.name,
                    "cameras": list(identity.cameras),
                    "tracks": identity.tracks,
                    "first": iso(identity.first_ns),
                    "last": iso(identity.last_ns),
                }
                for identity in self.identities
            ],
            "decisions": self.decisions,
            "stage_seconds": {stage: round(spent, 3) for stage, spent in self.snapshot.stage_seconds.items()},
            "dropped": self.snapshot.dropped,
            "errors": list(self.failures),
            "files": [str(file) for file in files],
        }

    def render(self, console: Console, files: Sequence[Path]) -> None:
        """Print tables of the cameras and the identities, and where the files are."""
        console.print(camera_table(self.snapshot))
        table = Table(title=f"{len(self.identities)} identities", title_justify="left")
        for heading in ("identity", "name", "cameras", "tracks", "first seen", "last seen"):
            table.add_column(
                heading, justify="right" if heading in ("identity", "tracks") else "left", no_wrap="seen" in heading
            )
        for identity in self.identities[:SHOWN]:
            table.add_row(
                str(identity.number),
                escape(identity.name),
                escape(", ".join(identity.cameras)),
                str(identity.tracks),
                f"{from_ns(identity.first_ns):%d %b %H:%M:%S}",
                f"{from_ns(identity.last_ns):%d %b %H:%M:%S}",
            )
        console.print(table)
        if len(self.identities) > SHOWN:
            console.print(f"... and {len(self.identities) - SHOWN} more in the match log")
        busy = sum(self.snapshot.stage_seconds.values()) or 1.0
        shares = ", ".join(
            f"{stage} {spent / busy:.0%}"
            for stage, spent in sorted(self.snapshot.stage_seconds.items(), key=lambda item: -item[1])
        )
        ratio = f" ({self.stream_seconds / self.seconds:.2f} times real time)" if self.stream_seconds else ""
        console.print(f"took {self.seconds:.1f} s for {self.stream_seconds:.1f} s of video{ratio}; {shares}")
        for file in files:
            console.print(f"wrote {escape(str(file))}", soft_wrap=True)
        for failure in self.failures:
            console.print(f"[bold red]failed[/] {escape(failure)}", soft_wrap=True)


def camera_table(snapshot: SiteSnapshot) -> Table:
    """Return a table with one row a camera: state, rates, people, reconnects."""
    table = Table(title=escape(snapshot.name), title_justify="left")
    for heading in ("camera", "state", "read", "per s", "looked at", "per s", "people", "reopened"):
        table.add_column(heading, justify="left" if heading in ("camera", "state") else "right", no_wrap=True)
    table.add_column("why")
    for load in snapshot.cameras:
        status = load.status
        table.add_row(
            escape(status.camera),
            f"[{STATE_STYLES[status.state]}]{status.state.value}[/]",
            str(status.frames),
            f"{status.fps:.1f}",
            str(load.processed),
            f"{load.processed_fps:.1f}",
            str(load.people),
            str(status.reconnects),
            escape(status.reason),
        )
    return table


STATE_STYLES = {
    CameraState.CONNECTING: "yellow",
    CameraState.LIVE: "green",
    CameraState.STALE: "yellow",
    CameraState.OFFLINE: "red",
    CameraState.ENDED: "dim",
    CameraState.FAILED: "bold red",
}
