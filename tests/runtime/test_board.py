"""Who is drawn under which number."""

import numpy as np
import pytest

from reid_app.domain import (
    Decision,
    Frame,
    Likelihood,
    Merge,
    Thresholds,
    TrackBox,
    TrackKey,
    TrackUpdate,
    Verdict,
)
from reid_app.runtime.board import Board

TRACK = TrackKey("yard", 1)


@pytest.fixture
def board() -> Board:
    """A board with one person, who is identity 2."""
    board = Board(lambda number: f"name of {number}")
    box = TrackBox(TRACK, 0, 0, np.array([0, 0, 4, 8], np.float32), 0.9)
    board.show(Frame("yard", 0, 0, np.zeros((8, 8, 3), np.uint8)), TrackUpdate("yard", 0, (box,), (), 0))
    board.learn((), (Decision(TRACK, 0, Verdict.ASK, 2, 0.5, 1, 0.5, Thresholds(0.6, 0.4, 0.02), "m"),))
    return board


def drawn(board: Board) -> tuple[int | None, str, Likelihood]:
    view = board.view("yard")
    assert view is not None
    (person,) = view.people
    assert person.identity == board.identity(TRACK)
    return person.identity, person.name, person.likelihood


def test_somebody_who_waits_to_be_merged_is_shown_as_likely_that_person(board):
    assert drawn(board)[0] == 2
    board.expect({2: 1})
    assert drawn(board) == (1, "name of 1", Likelihood.LIKELY)
    board.expect({})
    assert drawn(board)[0] == 2


def test_the_wait_ends_with_the_merge(board):
    board.expect({2: 1})
    board.learn((), (Merge(1, 2, 0, 0.5, "they look the same"),))
    board.expect({})
    assert drawn(board)[:2] == (1, "name of 1")
