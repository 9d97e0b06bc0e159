"""Who was taken for whom, by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reid_app.errors import SettingsError
from reid_app.evaluate.confusion import Confusion, confusion


def write(folder: Path, name: str, rows: list[tuple[int, int, int]], tail: str) -> None:
    folder.mkdir(exist_ok=True)
    lines = [f"{frame},{identity},{x},50,100,200{tail}\n" for frame, identity, x in rows]
    (folder / name).write_text("".join(lines))


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Person 1 at x 0 and person 2 at x 300 in ten frames of two cameras; one camera takes 2 for 1 half the time."""
    truth, log = tmp_path / "truth", tmp_path / "log"
    people = [(frame, person, x) for frame in range(1, 11) for person, x in ((1, 0), (2, 300))]
    for camera in ("a", "b"):
        write(truth, f"gt_{camera}.txt", people, ",1,1,1")
    write(log, "a.txt", [(frame, 10 + person, x) for frame, person, x in people], ",0.9")
    second = [(frame, 11 if frame > 5 else 12, 300) for frame in range(1, 11)]
    write(log, "b.txt", [*second, (3, 77, 900)], ",0.9")
    return truth, log


def test_boxes_are_counted_by_person_and_identity(folders: tuple[Path, Path]) -> None:
    found = confusion(*folders)
    assert found.people.tolist() == [1, 2]
    assert found.identities.tolist() == [11, 12, 77]
    assert found.boxes.tolist() == [[10, 0, 0], [5, 15, 0]]
    assert found.between(1, 2) == pytest.approx(5 / 30)


def test_one_identity_for_both_is_confusion_however_it_is_called() -> None:
    both = np.array([1, 2]), np.array([5, 6, 7])
    mixed = Confusion(*both, np.array([[40, 0, 10], [0, 30, 20]]))
    assert mixed.between(1, 2) == pytest.approx(0.1)
    assert mixed.between(2, 1) == pytest.approx(0.1)
    assert Confusion(*both, np.array([[50, 0, 0], [50, 0, 0]])).between(1, 2) == 0.5
    assert Confusion(*both, np.zeros((2, 3), int)).between(1, 2) == 0


def test_a_person_who_is_not_there_is_told(folders: tuple[Path, Path]) -> None:
    with pytest.raises(SettingsError, match="no person 3"):
        confusion(*folders).between(1, 3)
