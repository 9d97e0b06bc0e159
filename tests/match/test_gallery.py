import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reid_app.domain import Embedding
from reid_app.errors import GalleryError
from reid_app.match import Gallery


def unit_rows(seed: int, count: int, dimension: int = 8) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def ids(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


@pytest.fixture
def gallery() -> Gallery:
    gallery = Gallery("m", 8)
    gallery.add(ids(3, 5, 9), unit_rows(0, 3), "m")
    return gallery


def test_finds_the_nearest_rows_best_first(gallery):
    scores, rows = gallery.search(unit_rows(0, 3)[1:2], 2, "m")
    assert rows[0, 0] == 5
    assert scores[0, 0] == pytest.approx(1.0, abs=1e-6)
    assert scores[0, 1] <= scores[0, 0]


def test_gives_no_more_rows_than_there_are(gallery):
    scores, rows = gallery.search(unit_rows(1, 2), 10, "m")
    assert scores.shape == rows.shape == (2, 3)


def test_an_empty_gallery_finds_nothing():
    scores, rows = Gallery("m", 8).search(unit_rows(1, 2), 4, "m")
    assert scores.shape == rows.shape == (2, 0)


def test_a_removed_row_is_not_found(gallery):
    gallery.remove(ids(5))
    _, rows = gallery.search(unit_rows(0, 3)[1:2], 3, "m")
    assert sorted(rows[0]) == [3, 9]
    assert 5 not in gallery
    assert len(gallery) == 2


def test_vectors_come_back_as_they_went_in(gallery):
    np.testing.assert_array_equal(gallery.vectors(ids(9, 3)), unit_rows(0, 3)[[2, 0]])


@pytest.mark.parametrize(
    ("rows", "vectors", "model", "message"),
    [
        (ids(1), unit_rows(1, 1), "other", "two models"),
        (ids(1), unit_rows(1, 1, 4), "m", "length 8"),
        (ids(1), unit_rows(1, 1) * 2, "m", "unit vectors"),
        (ids(3), unit_rows(1, 1), "m", "taken"),
        (ids(1, 1), unit_rows(1, 2), "m", "taken"),
        (ids(-1), unit_rows(1, 1), "m", "negative"),
        (ids(1, 2), unit_rows(1, 1), "m", "one each"),
        (ids(1, 2), unit_rows(1, 2), "m", "full at 4"),
    ],
)
def test_refuses_what_it_cannot_hold_and_stays_as_it_was(rows, vectors, model, message):
    gallery = Gallery("m", 8, capacity=4)
    gallery.add(ids(3, 5, 9), unit_rows(0, 3), "m")
    with pytest.raises(GalleryError, match=message):
        gallery.add(rows, vectors, model)
    assert len(gallery) == 3


def test_refuses_a_search_with_another_models_vector(gallery):
    with pytest.raises(GalleryError, match="two models"):
        gallery.search(unit_rows(1, 1), 1, "other")


def test_refuses_an_embedding_of_another_model_or_length(gallery):
    with pytest.raises(GalleryError, match="two models"):
        gallery.check(Embedding(unit_rows(1, 1)[0], "other"))
    with pytest.raises(GalleryError, match="length"):
        gallery.check(Embedding(unit_rows(1, 1, 4)[0], "m"))


@pytest.mark.parametrize("call", ["remove", "vectors"])
def test_says_which_row_is_unknown(gallery, call):
    with pytest.raises(GalleryError, match="row 4"):
        getattr(gallery, call)(ids(3, 4))
    assert len(gallery) == 3


def test_a_dimension_below_one_makes_no_gallery():
    with pytest.raises(GalleryError, match="at least 1"):
        Gallery("m", 0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 15)), max_size=40), st.integers(0, 99))
def test_finds_what_a_plain_search_finds(steps, seed):
    gallery, plain = Gallery("m", 8), {}
    for add, row in steps:
        if add and row not in plain:
            plain[row] = unit_rows(1000 * seed + row, 1)[0]
            gallery.add(ids(row), plain[row][None], "m")
        elif not add and row in plain:
            gallery.remove(ids(row))
            del plain[row]
    query = unit_rows(seed, 1)
    scores, rows = gallery.search(query, 5, "m")
    expected = sorted((-float(query[0] @ vector), row) for row, vector in plain.items())[:5]
    np.testing.assert_allclose(scores[0], [-score for score, _ in expected], atol=1e-5)
    assert set(rows[0]) <= set(plain)


def test_readers_see_a_whole_gallery_while_a_writer_changes_it():
    gallery = Gallery("m", 8)
    vectors = unit_rows(7, 64)
    gallery.add(np.arange(64, dtype=np.int64), vectors, "m")
    stop, wrong = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            scores, rows = gallery.search(vectors[:4], 1, "m")
            if not (np.allclose(scores, 1, atol=1e-5) and rows[:, 0].tolist() == [0, 1, 2, 3]):
                wrong.append(rows)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(100):
        rows = np.arange(64 + turn, 72 + turn, dtype=np.int64)
        gallery.add(rows, unit_rows(1000 + turn, 8), "m")
        gallery.remove(rows)
    stop.set()
    for reader in readers:
        reader.join(10)
    assert not any(reader.is_alive() for reader in readers)
    assert not wrong
