"""What a tile says of its camera, so that no frozen picture ever looks live."""

from __future__ import annotations

from dataclasses import dataclass

from reid_app.domain import NS_PER_S, CameraState, CameraStatus
from reid_app.gui.i18n import translate
from reid_app.gui.model.times import clock, duration

STALE_AFTER_S = 2.0
OFFLINE_AFTER_S = 20.0


@dataclass(frozen=True, slots=True)
class Freshness:
    """State of a tile.

    Attributes:
        state: The camera's state, made worse by the age of the picture on show.
        headline: Large words over the picture; empty when live.
        detail: Smaller words under it.
        picture: Whether the newest picture may still be shown.
    """

    state: CameraState
    headline: str = ""
    detail: str = ""
    picture: bool = True


def freshness(status: CameraStatus | None, age: float | None, now_ns: int) -> Freshness:
    """Say what a tile shows.

    Args:
        status: What the site says of the camera, None before it said anything.
        age: Seconds since a new picture reached the window, None before the first.
        now_ns: Wall clock.
    """
    if status is None:
        return Freshness(CameraState.CONNECTING, translate("Tile", "Connecting"), "", picture=False)
    if status.state is CameraState.FAILED:
        return Freshness(status.state, translate("Tile", "Failed"), _since(status), picture=False)
    if status.state is CameraState.ENDED:
        return Freshness(status.state, translate("Tile", "Recording ended"), _since(status))
    if status.state is CameraState.OFFLINE or (age is not None and age >= OFFLINE_AFTER_S):
        return Freshness(CameraState.OFFLINE, _offline(status, age, now_ns), _why(status, now_ns), picture=False)
    if status.state is CameraState.CONNECTING or age is None:
        words = translate("Tile", "Connecting")
        return Freshness(CameraState.CONNECTING, words, _why(status, now_ns), picture=age is not None)
    if status.state is CameraState.STALE or age >= STALE_AFTER_S:
        return Freshness(
            CameraState.STALE, translate("Tile", "No new picture for {0}").format(duration(age)), status.reason
        )
    return Freshness(CameraState.LIVE)


def _offline(status: CameraStatus, age: float | None, now_ns: int) -> str:
    since = status.since_ns if status.state is CameraState.OFFLINE or age is None else now_ns - int(age * NS_PER_S)
    return translate("Tile", "Offline since {0}").format(clock(since))


def _since(status: CameraStatus) -> str:
    since = translate("Tile", "since {0}").format(clock(status.since_ns))
    return f"{since}\n{status.reason}" if status.reason else since


def _why(status: CameraStatus, now_ns: int) -> str:
    lines = [status.reason] if status.reason else []
    if status.retry_ns is not None:
        wait = (status.retry_ns - now_ns) / NS_PER_S
        if wait > 0:
            lines.append(translate("Tile", "next try in {0}").format(duration(wait)))
        else:
            lines.append(translate("Tile", "trying again now"))
    return "\n".join(lines)
