"""Places in a site file, and what can be wrong with the names of cameras in it."""

from __future__ import annotations

from collections.abc import Sequence

Place = tuple[str | int, ...]
"""Where in a site file: keys and positions from the top."""


def place(where: Place) -> str:
    """Write a place as people do: ``cameras[1].url``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where)
    return text.removeprefix(".")


def name_mistakes(
    names: Sequence[str | None], pairs: Sequence[tuple[Place, tuple[str, str]]]
) -> list[tuple[Place, str]]:
    """Return what is wrong with the names of cameras and the pairs that refer to them.

    Args:
        names: Name of each camera in order; None where the name itself is a mistake.
        pairs: Pairs of names, and where they stand.
    """
    mistakes: list[tuple[Place, str]] = []
    folded = [None if name is None else name.casefold() for name in names]
    for index, name in enumerate(folded):
        if name is not None and name in folded[:index]:
            what = f"{names[index]!r} is used twice (capitals do not count); give each camera its own name"
            mistakes.append((("cameras", index, "name"), what))
    for where, pair in pairs:
        mistakes += [
            (where, f"there is no camera named {name!r}; name one of `cameras`") for name in pair if name not in names
        ]
        if pair[0] == pair[1]:
            mistakes.append((where, f"names {pair[0]!r} twice; name two cameras"))
    return mistakes
