"""The twelve people of the demo site.

Numbers 6 and 7 wear the same uniform: the hard case. Numbers 8, 9 and 10 walk
together. Several leave the site and come back.
"""

from __future__ import annotations

from reid_app.demo_site.cast import Person
from reid_app.demo_site.figures import FIGURES
from reid_app.demo_site.routes import VISITS


def demo_people() -> tuple[Person, ...]:
    """Return the cast, by id from 1."""
    return tuple(
        Person(number, figure.role, figure.shape, figure.look, figure.gait, VISITS[number])
        for number, figure in FIGURES.items()
    )
