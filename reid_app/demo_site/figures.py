"""The bodies, clothes and gaits of the demo site's people, by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reid_app.demo_site.cast import (
    Bag,
    Bottom,
    Closure,
    Cloth,
    Gait,
    Hair,
    Look,
    Pattern,
    Shape,
    Top,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """How one of the cast looks and walks.

    Attributes:
        role: What the person is there for.
        shape: Body.
        look: Appearance.
        gait: Walk.
    """

    role: str
    shape: Shape
    look: Look
    gait: Gait


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

FIGURES: Mapping[int, Figure] = {
    1: Figure(
        "shopper",
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
    ),
    2: Figure(
        "courier",
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
    ),
    3: Figure(
        "manager",
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
    ),
    4: Figure(
        "guest",
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
    ),
    5: Figure(
        "handyman",
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
    ),
    6: Figure(
        "attendant A",
        Shape(0.0, 0.67, 0.55, 0.45, 0.34),
        Look(_PALE, Hair.CAP, (0.10, 0.12, 0.20), _UNIFORM, _UNIFORM_TROUSERS, shoes=(0.12, 0.11, 0.10)),
        Gait(1.3),
    ),
    7: Figure(
        "attendant B",
        Shape(0.0, 0.70, 0.6, 0.58, 0.4),
        Look(_BROWN, Hair.CAP, (0.10, 0.12, 0.20), _UNIFORM, _UNIFORM_TROUSERS, shoes=(0.12, 0.11, 0.10)),
        Gait(1.3, stride=1.05, spread=12),
    ),
    8: Figure(
        "tourist A",
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
    ),
    9: Figure(
        "tourist B",
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
    ),
    10: Figure(
        "tourist C",
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
    ),
    11: Figure(
        "pensioner",
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
    ),
    12: Figure(
        "runner",
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
    ),
}
"""The twelve people; 6 and 7 wear the same uniform."""
