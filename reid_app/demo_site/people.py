"""The twelve people of the demo site.

Numbers 6 and 7 wear the same uniform: the hard case. Numbers 8, 9 and 10 walk
together. Several leave the site and come back.
"""

from __future__ import annotations

from reid_app.demo_site.cast import (
    Bag,
    Bottom,
    Closure,
    Cloth,
    Gait,
    Hair,
    Look,
    Pattern,
    Person,
    Shape,
    Stop,
    Top,
    Visit,
)

_PALE = (0.90, 0.74, 0.64)
_FAIR = (0.86, 0.68, 0.55)
_OLIVE = (0.76, 0.58, 0.43)
_BROWN = (0.55, 0.37, 0.26)
_DARK = (0.36, 0.23, 0.16)

_UNIFORM = Top(
    Cloth((0.93, 0.42, 0.06)),
    hem=0.82,
    sleeve=0.45,
    loose=0.018,
    closure=Closure.VEST,
    accent=(0.88, 0.90, 0.84),
)
_UNIFORM_TROUSERS = Bottom(Cloth((0.10, 0.12, 0.20)), loose=0.016)

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


def demo_people() -> tuple[Person, ...]:
    """Return the cast, by id from 1."""
    return (
        Person(
            1,
            "Anna",
            Shape(1.0, 0.67, 0.45, 0.42, 0.38),
            Look(
                _FAIR,
                Hair.LONG,
                (0.16, 0.09, 0.05),
                Top(Cloth((0.72, 0.06, 0.08)), hem=0.84, sleeve=0.97, loose=0.024, closure=Closure.ZIP),
                Bottom(Cloth((0.24, 0.36, 0.58)), loose=0.008),
                shoes=(0.92, 0.92, 0.90),
            ),
            Gait(1.35, sway=3.0, spread=8),
            (
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
        ),
        Person(
            2,
            "Ben",
            Shape(0.0, 0.67, 0.55, 0.45, 0.47),
            Look(
                _PALE,
                Hair.SHORT,
                (0.36, 0.22, 0.11),
                Top(Cloth((0.93, 0.93, 0.90), Pattern.STRIPES, (0.08, 0.13, 0.34), 0.075), hem=0.82, sleeve=0.46),
                Bottom(Cloth((0.72, 0.60, 0.42)), loose=0.014),
                shoes=(0.36, 0.22, 0.12),
                bag=Bag.BACKPACK,
                bag_colour=(0.12, 0.42, 0.20),
            ),
            Gait(1.45, stride=1.05, arms=1.1),
            (
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
        ),
        Person(
            3,
            "Cem",
            Shape(0.0, 0.75, 0.55, 0.5, 0.36),
            Look(
                _OLIVE,
                Hair.BALD,
                (0.1, 0.08, 0.07),
                Top(
                    Cloth((0.17, 0.18, 0.21)),
                    hem=0.78,
                    sleeve=0.96,
                    loose=0.024,
                    closure=Closure.SUIT,
                    accent=(0.94, 0.94, 0.95),
                    logo_colour=(0.55, 0.06, 0.10),
                ),
                Bottom(Cloth((0.16, 0.17, 0.20)), loose=0.017),
                shoes=(0.05, 0.04, 0.04),
                sole=(0.06, 0.05, 0.05),
                bag=Bag.HAND,
                bag_colour=(0.24, 0.13, 0.07),
            ),
            Gait(1.25, arms=0.7, lean=1.0, sway=1.2),
            (
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
        ),
        Person(
            4,
            "Dora",
            Shape(1.0, 0.70, 0.4, 0.55, 0.36),
            Look(
                _DARK,
                Hair.BOB,
                (0.05, 0.04, 0.04),
                Top(Cloth((0.95, 0.78, 0.12)), hem=0.90, sleeve=0.5, loose=0.012),
                Bottom(
                    Cloth((0.95, 0.78, 0.12), Pattern.DOTS, (0.98, 0.97, 0.92), 0.09), hem=0.50, loose=0.012, skirt=True
                ),
                shoes=(0.40, 0.20, 0.10),
                sole=(0.15, 0.08, 0.05),
                shaft=0.25,
                bag=Bag.SHOULDER,
                bag_colour=(0.50, 0.10, 0.16),
            ),
            Gait(1.2, stride=0.92, sway=3.5, spread=10),
            (
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
        ),
        Person(
            5,
            "Emil",
            Shape(0.0, 0.85, 0.45, 0.85, 0.3),
            Look(
                _FAIR,
                Hair.SHORT,
                (0.62, 0.61, 0.60),
                Top(
                    Cloth((0.10, 0.40, 0.20), Pattern.CHECKS, (0.05, 0.16, 0.09), 0.12),
                    hem=0.80,
                    sleeve=0.96,
                    loose=0.016,
                    closure=Closure.BUTTONS,
                ),
                Bottom(Cloth((0.13, 0.12, 0.12)), loose=0.015),
                shoes=(0.30, 0.24, 0.18),
            ),
            Gait(1.1, stride=0.9, arms=0.8, spread=15, toes=13, sway=4),
            (
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
        ),
        Person(
            6,
            "Filip",
            Shape(0.0, 0.67, 0.55, 0.45, 0.34),
            Look(_PALE, Hair.CAP, (0.10, 0.12, 0.20), _UNIFORM, _UNIFORM_TROUSERS, shoes=(0.12, 0.11, 0.10)),
            Gait(1.3),
            (
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
        ),
        Person(
            7,
            "Goran",
            Shape(0.0, 0.70, 0.6, 0.58, 0.4),
            Look(_BROWN, Hair.CAP, (0.10, 0.12, 0.20), _UNIFORM, _UNIFORM_TROUSERS, shoes=(0.12, 0.11, 0.10)),
            Gait(1.3, stride=1.05, spread=12),
            (
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
        ),
        Person(
            8,
            "Hana",
            Shape(1.0, 0.66, 0.4, 0.48, 0.36),
            Look(
                _PALE,
                Hair.TAIL,
                (0.78, 0.60, 0.30),
                Top(Cloth((0.93, 0.52, 0.66)), hem=0.80, sleeve=0.97, loose=0.026, hood=True, logo=0.16),
                Bottom(Cloth((0.33, 0.34, 0.36)), loose=0.005),
                shoes=(0.85, 0.30, 0.45),
            ),
            Gait(1.22, sway=3.0),
            (
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
        ),
        Person(
            9,
            "Ivo",
            Shape(0.1, 0.64, 0.45, 0.38, 0.36),
            Look(
                _BROWN,
                Hair.SHORT,
                (0.06, 0.05, 0.05),
                Top(
                    Cloth((0.10, 0.10, 0.11)),
                    hem=0.80,
                    sleeve=0.5,
                    loose=0.020,
                    logo=0.2,
                    logo_colour=(0.95, 0.85, 0.2),
                ),
                Bottom(Cloth((0.46, 0.47, 0.33), Pattern.CAMOUFLAGE, (0.22, 0.25, 0.15)), hem=0.44, loose=0.026),
                shoes=(0.9, 0.9, 0.9),
                bag=Bag.BACKPACK,
                bag_colour=(0.75, 0.10, 0.10),
            ),
            Gait(1.22, arms=1.2, lean=4.0, toes=9),
            (
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
        ),
        Person(
            10,
            "Jana",
            Shape(1.0, 0.67, 0.45, 0.4, 0.47),
            Look(
                _FAIR,
                Hair.LONG,
                (0.86, 0.74, 0.48),
                Top(
                    Cloth((0.95, 0.95, 0.96)),
                    hem=0.92,
                    sleeve=0.96,
                    loose=0.012,
                    closure=Closure.BUTTONS,
                    accent=(0.8, 0.8, 0.85),
                ),
                Bottom(Cloth((0.40, 0.14, 0.50)), hem=0.46, loose=0.014, skirt=True),
                shoes=(0.10, 0.08, 0.12),
                bag=Bag.HAND,
                bag_colour=(0.30, 0.55, 0.75),
            ),
            Gait(1.22, sway=3.0, stride=0.95),
            (
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
        ),
        Person(
            11,
            "Karl",
            Shape(0.0, 0.97, 0.4, 0.5, 0.3),
            Look(
                _PALE,
                Hair.SHORT,
                (0.88, 0.87, 0.85),
                Top(
                    Cloth((0.34, 0.17, 0.09)),
                    hem=0.80,
                    sleeve=0.97,
                    loose=0.018,
                    closure=Closure.BUTTONS,
                    accent=(0.85, 0.75, 0.55),
                    tail=0.56,
                ),
                Bottom(Cloth((0.42, 0.42, 0.44)), loose=0.014),
                shoes=(0.20, 0.12, 0.08),
                sole=(0.1, 0.07, 0.05),
            ),
            Gait(1.02, stride=0.85, arms=0.9, lean=5.0, spread=11, toes=10, bounce=1.3),
            (
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
        ),
        Person(
            12,
            "Lena",
            Shape(1.0, 0.67, 0.6, 0.42, 0.42),
            Look(
                _OLIVE,
                Hair.TAIL,
                (0.25, 0.10, 0.05),
                Top(
                    Cloth((0.06, 0.62, 0.66), Pattern.BLOCK, (0.92, 0.94, 0.95), 1.16),
                    hem=0.83,
                    sleeve=0.97,
                    loose=0.016,
                    closure=Closure.ZIP,
                    accent=(0.1, 0.1, 0.1),
                ),
                Bottom(Cloth((0.08, 0.08, 0.09), Pattern.SIDE_STRIPE, (0.9, 0.9, 0.9)), loose=0.006),
                shoes=(0.95, 0.55, 0.1),
            ),
            Gait(1.75, stride=1.15, arms=1.4, lean=4.0),
            (
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
        ),
    )
