"""Drawing privacy masks, without a display."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reid_app.gui.model.masks import MOST_AREAS, MOST_CORNERS, MaskDrawing

SQUARE = ((0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4))
TRIANGLE = ((0.6, 0.6), (0.8, 0.6), (0.7, 0.8))
REACH = (0.02, 0.02)


@pytest.fixture
def drawing() -> MaskDrawing:
    drawing = MaskDrawing()
    drawing.show([SQUARE, TRIANGLE])
    return drawing


def test_an_area_moves_as_far_as_the_picture_goes(drawing: MaskDrawing) -> None:
    drawing.choose(0)
    drawing.move(-0.5, 0.1)
    assert drawing.areas[0] == ((0.0, 0.3), (0.2, 0.3), (0.2, 0.5), (0.0, 0.5))


def test_a_corner_moves_alone(drawing: MaskDrawing) -> None:
    drawing.choose(0, 2)
    drawing.move(0.1, 0.9)
    assert drawing.areas[0] == ((0.2, 0.2), (0.4, 0.2), (0.5, 1.0), (0.2, 0.4))


def test_deleting_a_corner_of_a_triangle_deletes_it(drawing: MaskDrawing) -> None:
    drawing.choose(0, 3)
    drawing.delete()
    assert drawing.areas[0] == SQUARE[:3]
    assert (drawing.area, drawing.corner) == (0, 0)
    drawing.delete()
    assert drawing.areas == (TRIANGLE,)
    assert (drawing.area, drawing.corner) == (0, None)
    drawing.delete()
    assert drawing.areas == ()
    assert drawing.area is None
    drawing.delete()


def test_next_goes_round(drawing: MaskDrawing) -> None:
    seen = []
    for step in (1, 1, 1, -1):
        drawing.choose_next(step)
        seen.append(drawing.area)
    assert seen == [0, 1, 0, 1]
    corners = []
    for step in (-1, 1, 1):
        drawing.choose_next_corner(step)
        corners.append(drawing.corner)
    assert corners == [2, 0, 1]


def test_what_is_under_a_point(drawing: MaskDrawing) -> None:
    assert drawing.corner_near((0.41, 0.21), REACH) == (0, 1)
    assert drawing.corner_near((0.3, 0.3), REACH) is None
    assert drawing.edge_near((0.3, 0.21), REACH) == (0, 0)
    assert drawing.edge_near((0.2, 0.3), REACH) == (0, 3)
    assert drawing.edge_near((0.3, 0.3), REACH) is None
    assert drawing.area_at((0.3, 0.3)) == 0
    assert drawing.area_at((0.7, 0.7)) == 1
    assert drawing.area_at((0.62, 0.78)) is None


def test_there_is_an_end_to_areas_and_corners(drawing: MaskDrawing) -> None:
    while drawing.add():
        pass
    assert len(drawing.areas) == MOST_AREAS
    while drawing.add_corner():
        pass
    assert len(drawing.areas[-1]) == MOST_CORNERS


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("add")),
            st.tuples(st.just("next")),
            st.tuples(st.just("corner")),
            st.tuples(st.just("split")),
            st.tuples(st.just("delete")),
            st.tuples(st.just("move"), st.floats(-2, 2), st.floats(-2, 2)),
        ),
        max_size=30,
    )
)
def test_whatever_is_done_areas_stay_within_the_picture(steps: list[tuple[object, ...]]) -> None:
    drawing = MaskDrawing()
    for step in steps:
        match step:
            case ("add",):
                drawing.add()
            case ("next",):
                drawing.choose_next()
            case ("corner",):
                drawing.choose_next_corner()
            case ("split",):
                drawing.add_corner()
            case ("delete",):
                drawing.delete()
            case ("move", float(right), float(down)):
                drawing.move(right, down)
        assert all(3 <= len(area) <= MOST_CORNERS for area in drawing.areas)
        assert all(0 <= value <= 1 for area in drawing.areas for corner in area for value in corner)
        assert drawing.area is None or drawing.area < len(drawing.areas)
        assert drawing.corner is None or (
            drawing.area is not None and drawing.corner < len(drawing.areas[drawing.area])
        )
