"""Where and when the demo site's people walk, by id."""

from __future__ import annotations

from collections.abc import Mapping

from reid_app.demo_site.cast import Stop, Visit

_EAST, _WEST = 4.0, 5.0  # lanes of the corridor


def _enter(lane: float = 0.0) -> tuple[Stop, ...]:
    """From the yard side of the door to the shop end of the corridor."""
    return (
        Stop(4.9 + lane, -2.2),
        Stop(4.9 + lane, 0.6),
        Stop(5.9 + lane, 2.9),
        Stop(9.0, _EAST - lane * 0.5),
        Stop(22.0, _EAST - lane * 0.5),
    )


def _leave(lane: float = 0.0) -> tuple[Stop, ...]:
    """From the shop end of the corridor to the yard side of the door."""
    return (
        Stop(22.0, _WEST + lane * 0.5),
        Stop(9.0, _WEST + lane * 0.5),
        Stop(5.0 + lane, 3.4),
        Stop(4.1 + lane, 0.6),
        Stop(4.1 + lane, -2.2),
    )


VISITS: Mapping[int, tuple[Visit, ...]] = {
    1: (
        Visit(
            -4.0,
            (
                Stop(15.0, -6.6),
                Stop(6.2, -4.6),
                *_enter(),
                Stop(24.2, 3.5),
                Stop(26.5, 3.4),
                Stop(26.4, 5.6, wait=5.0, facing=180, reach=True),
                Stop(26.5, 3.3),
                *_leave(),
                Stop(1.0, -8.0),
                Stop(-3.5, -12.0),
            ),
        ),
    ),
    2: (
        Visit(
            -3.0,
            (
                Stop(30.2, 11.6),
                Stop(30.2, 8.4),
                Stop(29.3, 5.6, wait=3.5, facing=180, reach=True),
                Stop(29.2, 2.9),
                Stop(26.2, 2.9),
                Stop(24.0, 4.2),
                *_leave(0.2),
                Stop(7.0, -6.4),
                Stop(16.0, -7.6),
            ),
        ),
        Visit(
            43.0,
            (Stop(16.0, -7.2), Stop(6.5, -4.4), *_enter(0.1), Stop(24.0, 4.2)),
        ),
    ),
    3: (
        Visit(
            2.0,
            (
                Stop(13.0, 8.4),
                Stop(13.0, 6.0),
                Stop(12.2, 4.9),
                Stop(9.0, 4.9),
                Stop(6.6, 2.4, wait=6.0, facing=-20, reach=True),
                Stop(5.2, 5.6),
                Stop(2.3, 7.6),
                Stop(1.9, 9.2),
                Stop(1.9, 12.6),
            ),
        ),
        Visit(
            37.0,
            (
                Stop(1.9, 12.6),
                Stop(1.9, 9.0),
                Stop(4.6, 6.2),
                Stop(9.0, 4.3),
                Stop(11.8, 4.3),
                Stop(13.0, 6.0),
                Stop(13.0, 8.6),
            ),
        ),
    ),
    4: (
        Visit(
            1.5,
            (
                Stop(9.5, -12.5),
                Stop(5.6, -6.0),
                Stop(4.9, -2.2),
                Stop(4.9, 0.6),
                Stop(4.4, 4.4),
                Stop(2.4, 7.4),
                Stop(1.8, 9.2),
                Stop(1.8, 12.4),
            ),
        ),
        Visit(
            32.0,
            (
                Stop(1.8, 12.4),
                Stop(1.8, 9.0),
                Stop(4.4, 6.8),
                Stop(9.0, 4.1),
                Stop(22.0, 4.1),
                Stop(24.0, 3.4),
                Stop(25.9, 2.2, wait=6.0, facing=185, reach=True),
                Stop(28.9, 2.9),
                Stop(30.0, 7.5),
                Stop(30.2, 11.5),
            ),
        ),
    ),
    5: (
        Visit(
            -9.0,
            (
                Stop(-4.0, -10.5),
                Stop(2.6, -6.6),
                Stop(4.7, -2.2),
                Stop(4.7, 0.6),
                Stop(3.2, 3.0),
                Stop(1.7, 4.3, wait=8.0, facing=-25),
                Stop(4.6, 4.6),
                Stop(9.0, 4.4),
                Stop(22.0, 4.0),
                Stop(23.9, 4.6),
                Stop(24.0, 6.6, wait=5.0, facing=95, reach=True),
                Stop(24.0, 4.6),
                Stop(26.5, 3.2),
                Stop(29.4, 2.8),
                Stop(29.6, 6.0),
            ),
        ),
    ),
    6: (
        Visit(
            -6.0,
            (
                Stop(23.3, 6.5),
                Stop(23.6, 4.0),
                Stop(23.8, 1.9, wait=14.0, facing=0, reach=True),
                Stop(23.6, 3.3),
                Stop(26.6, 3.2),
                Stop(29.4, 3.0),
                Stop(30.2, 8.0),
                Stop(30.2, 11.6),
            ),
        ),
        Visit(
            33.0,
            (
                Stop(30.2, 11.6),
                Stop(30.0, 8.0),
                Stop(29.0, 5.0, wait=5.0, facing=180, reach=True),
                Stop(29.0, 2.9),
                Stop(24.0, 3.9),
                Stop(22.0, 5.1),
                Stop(18.4, 5.1),
                Stop(18.0, 6.2),
                Stop(18.0, 8.6),
            ),
        ),
    ),
    7: (
        Visit(
            4.0,
            (
                Stop(18.0, 8.6),
                Stop(18.0, 6.0),
                Stop(17.0, 5.1),
                Stop(9.0, 5.1),
                Stop(4.6, 5.0),
                Stop(4.2, 0.6),
                Stop(4.2, -2.4),
                Stop(3.4, -4.6, wait=5.0, facing=200, reach=True),
                Stop(4.8, -2.2),
                Stop(4.8, 0.6),
                Stop(6.0, 3.0),
                Stop(9.0, 4.1),
                Stop(22.0, 4.1),
                Stop(24.0, 3.7),
                Stop(26.6, 3.2),
                Stop(26.6, 6.2, wait=9.0, facing=0, reach=True),
            ),
        ),
    ),
    8: (
        Visit(
            6.5,
            (
                Stop(15.0, -5.6),
                Stop(6.6, -3.8),
                *_enter(0.25),
                Stop(24.0, 3.4),
                Stop(29.2, 2.8),
                Stop(29.5, 4.6, wait=7.0, facing=150),
                Stop(30.2, 8.4),
                Stop(30.3, 11.6),
            ),
        ),
    ),
    9: (
        Visit(
            6.8,
            (
                Stop(15.0, -6.4),
                Stop(6.3, -4.4),
                *_enter(-0.35),
                Stop(24.0, 4.0),
                Stop(26.4, 3.3),
                Stop(26.9, 5.0, wait=8.0, facing=0, reach=True),
                Stop(26.6, 3.3),
                Stop(24.0, 4.4),
                *_leave(-0.1),
                Stop(3.0, -9.0),
            ),
        ),
    ),
    10: (
        Visit(
            8.2,
            (
                Stop(15.6, -6.0),
                Stop(6.8, -4.2),
                *_enter(-0.05),
                Stop(23.8, 3.3),
                Stop(26.0, 1.9, wait=7.0, facing=180, reach=True),
                Stop(26.2, 3.2),
                Stop(24.0, 4.0),
                *_leave(0.3),
            ),
        ),
    ),
    11: (
        Visit(
            -2.0,
            (
                Stop(2.0, 12.0),
                Stop(2.0, 9.0),
                Stop(4.0, 6.6),
                Stop(4.0, 0.6),
                Stop(4.0, -2.2),
                Stop(8.0, -6.6),
                Stop(16.0, -8.4),
            ),
        ),
        Visit(
            39.0,
            (
                Stop(14.5, -7.6),
                Stop(6.2, -4.4),
                Stop(4.8, -2.2),
                Stop(4.8, 0.6),
                Stop(4.2, 5.2),
                Stop(1.9, 9.0),
            ),
        ),
    ),
    12: (
        Visit(-1.0, (Stop(-4.0, -9.0), Stop(4.0, -7.6), Stop(16.0, -5.0))),
        Visit(
            22.0,
            (
                Stop(16.0, -5.2),
                Stop(6.6, -4.0),
                *_enter(0.15),
                Stop(24.0, 3.5),
                Stop(28.8, 2.8),
                Stop(30.2, 7.0),
                Stop(30.2, 11.6),
            ),
        ),
    ),
}
"""Every visit of each; later ones are returns. 8, 9 and 10 walk together."""
