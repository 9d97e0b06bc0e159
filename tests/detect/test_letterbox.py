"""Pre- and post-processing against ultralytics' own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reid_app.detect.letterbox import Letterbox, people, suppress
from reid_app.domain import FloatArray

SIZES = [(288, 360), (480, 854), (480, 640), (640, 480), (270, 480), (1080, 1920), (100, 1000), (33, 21), (480, 480)]


@pytest.mark.parametrize("long_side", [320, 480])
@pytest.mark.parametrize("size", SIZES)
def test_a_frame_is_fitted_as_ultralytics_does(size: tuple[int, int], long_side: int) -> None:
    from ultralytics.data.augment import LetterBox

    image = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    expected = LetterBox((long_side, long_side), auto=True, stride=32)(image=image)
    box = Letterbox.fit(*size, long_side)
    assert box.shape == expected.shape[:2]
    out = np.empty((*box.shape, 3), np.uint8)
    box.apply(image, out)
    np.testing.assert_array_equal(out, expected)


@given(height=st.integers(1, 3000), width=st.integers(1, 3000), long_side=st.sampled_from([160, 320, 480, 640]))
def test_the_input_fits_the_network_and_boxes_come_back(height: int, width: int, long_side: int) -> None:
    box = Letterbox.fit(height, width, long_side)
    assert box.shape[0] % 32 == 0
    assert box.shape[1] % 32 == 0
    assert max(box.shape) == long_side
    whole = np.array([[box.left, box.top, box.left + box.inner[1], box.top + box.inner[0]]], np.float32)
    np.testing.assert_allclose(box.restore(whole), [[0, 0, width, height]], atol=0.51 / box.scale)


def test_restored_boxes_are_clipped_to_the_frame() -> None:
    box = Letterbox.fit(288, 360, 480)
    outside = np.array([[-50, -50, 900, 900]], np.float32)
    np.testing.assert_array_equal(box.restore(outside), [[0, 0, 360, 288]])


def raw_output(classes: int, seed: int, anchors: int = 400) -> FloatArray:
    """Overlapping boxes with scores, as a network puts them out."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform(50, 400, (anchors // 8, 2)).repeat(8, axis=0) + rng.normal(0, 6, (anchors, 2))
    sizes = np.array([40, 100]) * rng.uniform(0.7, 1.3, (anchors, 2))
    scores = rng.uniform(0, 1, (anchors, classes)) ** 2
    return np.concatenate([centres, sizes, scores], axis=1).T.astype(np.float32)


@pytest.mark.parametrize("iou", [0.3, 0.6, 0.9])
@pytest.mark.parametrize(("classes", "person"), [(1, 0), (80, 0), (5, 3)])
def test_people_are_those_that_ultralytics_finds(classes: int, person: int, iou: float) -> None:
    import torch
    from ultralytics.utils.nms import non_max_suppression

    output = raw_output(classes, seed=classes)
    (expected,) = non_max_suppression(
        torch.from_numpy(output.copy())[None], conf_thres=0.1, iou_thres=iou, classes=[person], nc=classes
    )
    boxes, scores = people(output, person, 0.1, iou)
    assert len(scores) == len(expected) > 0
    np.testing.assert_allclose(boxes, expected[:, :4].numpy(), atol=1e-3)
    np.testing.assert_array_equal(scores, expected[:, 4].numpy())


def test_nobody() -> None:
    boxes, scores = people(np.zeros((84, 100), np.float32), 0, 0.1, 0.6)
    assert (boxes.shape, scores.shape) == ((0, 4), (0,))


@pytest.mark.parametrize(
    ("boxes", "kept"),
    [
        ([], []),
        ([[0, 0, 10, 10]], [0]),
        ([[0, 0, 10, 10], [0, 0, 10, 10]], [0]),  # the same box
        ([[0, 0, 10, 10], [20, 0, 30, 10]], [0, 1]),  # apart
        ([[0, 0, 10, 10], [0, 0, 10, 5]], [0, 1]),  # exactly half: not more than the limit
        ([[0, 0, 10, 10], [0, 0, 10, 5.1]], [0]),
        ([[0, 0, 10, 10], [0, 0, 10, 6], [0, 3, 10, 6]], [0, 2]),  # what was dropped drops nobody
        ([[5, 5, 5, 5], [5, 5, 5, 5]], [0, 1]),  # boxes without area
    ],
)
def test_suppression(boxes: list[list[float]], kept: list[int]) -> None:
    assert suppress(np.array(boxes, np.float32).reshape(-1, 4), 0.5) == kept
