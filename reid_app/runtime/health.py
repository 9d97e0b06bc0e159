"""Whether a site is well, in one word, and what is wrong if it is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from reid_app.domain import CameraState
from reid_app.runtime.facade import SiteSnapshot
from reid_app.runtime.supervisor import PartStatus

OVERLOADED_BELOW = 0.5
"""Share of the wanted detections below which the machine counts as overloaded."""

_WELL = (CameraState.LIVE, CameraState.ENDED, CameraState.CONNECTING)


class Condition(StrEnum):
    """How a site is."""

    WELL = "well"
    DEGRADED = "degraded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Health:
    """How a site is.

    Attributes:
        site: Name of the site.
        condition: In one word. Failed: nothing is seen any more.
        problems: One sentence for each thing that is wrong.
        cameras: State of each camera.
        parts: State of each part that the supervisor looks after.
        detection_share: Share of the wanted detections that there is time for.
        latency_p95: Seconds within which 95 of 100 frames are done with, None before the first.
    """

    site: str
    condition: Condition
    problems: tuple[str, ...]
    cameras: dict[str, str]
    parts: dict[str, str]
    detection_share: float
    latency_p95: float | None

    @classmethod
    def of(
        cls, snapshot: SiteSnapshot, parts: Iterable[PartStatus], *, failed: bool, latency_p95: float | None
    ) -> Self:
        """Judge a site by its snapshot and its parts."""
        problems = [f"{name}: {sentence}" for name, sentence in snapshot.errors.items()]
        for load in snapshot.cameras:
            status = load.status
            if status.state not in _WELL and f"camera {status.camera}" not in snapshot.errors:
                problems.append(f"camera {status.camera}: {status.state.value}; {status.reason}")
        share = snapshot.detection_share
        if share < OVERLOADED_BELOW:
            problems.append(f"the machine is overloaded: it has time for {share:.0%} of the wanted detections")
        condition = Condition.FAILED if failed else Condition.DEGRADED if problems else Condition.WELL
        return cls(
            site=snapshot.name,
            condition=condition,
            problems=tuple(problems),
            cameras={load.status.camera: load.status.state.value for load in snapshot.cameras},
            parts={part.name: part.state.value for part in parts},
            detection_share=round(share, 3),
            latency_p95=None if latency_p95 is None else round(latency_p95, 3),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return values that can be written as JSON."""
        return {
            "site": self.site,
            "condition": self.condition.value,
            "problems": list(self.problems),
            "cameras": self.cameras,
            "parts": self.parts,
            "detection_share": self.detection_share,
            "latency_p95": self.latency_p95,
        }
