"""Foreign networks: what the file says, what the settings say, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from openvino import opset13 as ops

from reid_app.config import EmbedderSettings
from reid_app.domain import Thresholds
from reid_app.embed import FileNetwork, load_embedder
from reid_app.embed.file_network import KnownFile, _known_files
from reid_app.errors import ModelError
from reid_app.models import InputSpec, sha256_of
from tests.embed.networks import mean_colour, save

BGR = np.array([10.0, 20.0, 40.0])
PICTURE = np.full((30, 12, 3), BGR, np.uint8)


def unit(vector) -> np.ndarray:
    return np.asarray(vector) / np.linalg.norm(vector)


def load(path: Path, **settings) -> FileNetwork:
    return FileNetwork(path, EmbedderSettings(kind="openvino", path=path, **settings))


@pytest.mark.parametrize(
    ("rt_info", "settings", "expected"),
    [
        # Nothing said: raw BGR.
        ({}, {}, BGR),
        # The model converter reversed the channels of a network that takes RGB.
        ({"conversion_parameters/reverse_input_channels": "True"}, {}, BGR),
        ({"conversion_parameters/reverse_input_channels": "False"}, {}, BGR[::-1]),
        # This application's own exports say all.
        ({"reid_app.input": json.dumps({"colour": "rgb", "mean": [1, 2, 3], "scale": [2, 2, 2]})}, {}, [39, 18, 7]),
        # The settings come first.
        ({"conversion_parameters/reverse_input_channels": "True"}, {"colour": "rgb"}, BGR[::-1]),
        ({}, {"mean": (5, 5, 5), "scale": (1, 2, 5)}, [5, 7.5, 7]),
    ],
)
def test_colour_order_mean_and_scale(tmp_path, rt_info, settings, expected):
    network = load(mean_colour(tmp_path / "n.xml", rt_info=rt_info), **settings)
    assert network.dimension == 3
    np.testing.assert_allclose(network.describe([PICTURE]).vectors, [unit(expected)], atol=1e-5)


def test_a_file_that_says_nothing_is_warned_about(tmp_path, caplog):
    load(mean_colour(tmp_path / "n.xml"))
    assert "does not say how its input is scaled" in caplog.text
    caplog.clear()
    load(mean_colour(tmp_path / "m.xml"), colour="bgr", mean=(0, 0, 0), scale=(1, 1, 1))
    assert not caplog.text


def test_onnx_takes_rgb_with_the_imagenet_scale_unless_it_is_told_otherwise(tmp_path):
    import onnx
    from onnx import TensorProto, helper

    image = helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 3, 16, 8])
    vector = helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", 3, 1, 1])
    node = helper.make_node("GlobalAveragePool", ["images"], ["vector"])
    graph = helper.make_graph([node], "test", [image], [vector])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), tmp_path / "n.onnx")
    network = FileNetwork(tmp_path / "n.onnx", EmbedderSettings(kind="onnx", path="n.onnx"))
    expected = (BGR[::-1] - [123.675, 116.28, 103.53]) / [58.395, 57.12, 57.375]
    np.testing.assert_allclose(network.describe([PICTURE]).vectors, [unit(expected)], atol=1e-5)


@pytest.mark.parametrize("shape", [(1, 16, 8, 3), (-1, 3, 16, 8), (4, 3, 16, 8)])
def test_other_layouts_and_batches_work(tmp_path, shape):
    network = load(mean_colour(tmp_path / "n.xml", shape=shape, trailing=2))
    np.testing.assert_allclose(network.describe([PICTURE] * 3).vectors, [unit(BGR)] * 3, atol=1e-5)


def test_pictures_of_any_size_need_a_size(tmp_path):
    path = mean_colour(tmp_path / "n.xml", shape=(-1, 3, -1, -1))
    with pytest.raises(ModelError, match=r"embedder\.input_size"):
        load(path)
    assert load(path, input_size=(64, 32)).input.size == (64, 32)


def test_a_crop_s_vector_does_not_depend_on_its_batch(tmp_path):
    network = load(mean_colour(tmp_path / "n.xml"))
    generator = np.random.default_rng(0)
    pictures = [generator.integers(0, 256, (h, h // 2, 3), np.uint8) for h in (20, 33, 47, 64, 90)]
    together = network.describe(pictures).vectors
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    for row, picture in zip(together, pictures, strict=True):
        np.testing.assert_array_equal(network.describe([picture]).vectors[0], row)


def test_the_hash_is_of_the_bytes_and_the_preprocessing(tmp_path):
    path = mean_colour(tmp_path / "n.xml")
    first = load(path).model
    assert load(path).model == first
    assert load(path, colour="rgb").model != first
    assert load(path, input_size=(32, 16)).model != first
    assert load(mean_colour(tmp_path / "other.xml", weights=(1, 2, 3))).model != first


def two_inputs(path: Path) -> None:
    a, b = (ops.parameter([1, 3, 16, 8], np.float32) for _ in range(2))
    save([a, b], [ops.reduce_mean(ops.add(a, b), [2, 3])], path)


def two_outputs(path: Path) -> None:
    a = ops.parameter([1, 3, 16, 8], np.float32)
    save([a], [ops.reduce_mean(a, [2, 3]), ops.reduce_max(a, [2, 3])], path)


def a_map(path: Path) -> None:
    a = ops.parameter([1, 3, 16, 8], np.float32)
    save([a], [ops.relu(a)], path)


def a_number(path: Path) -> None:
    a = ops.parameter([1, 3, 16, 8], np.float32)
    save([a], [ops.reduce_mean(a, [1, 2, 3])], path)


def grey(path: Path) -> None:
    a = ops.parameter([1, 1, 16, 8], np.float32)
    save([a], [ops.reduce_mean(a, [2, 3])], path)


def constant(path: Path) -> None:
    a = ops.parameter([1, 3, 16, 8], np.float32)
    zero = ops.multiply(ops.reduce_mean(a, [2, 3]), ops.constant(np.zeros((1, 3), np.float32)))
    save([a], [ops.add(zero, ops.constant(np.ones((1, 3), np.float32)))], path)


def zeros(path: Path) -> None:
    a = ops.parameter([1, 3, 16, 8], np.float32)
    save([a], [ops.multiply(ops.reduce_mean(a, [2, 3]), ops.constant(np.zeros((1, 3), np.float32)))], path)


def garbage(path: Path) -> None:
    path.write_bytes(b"\0not a network")
    path.with_suffix(".bin").write_bytes(b"")


def no_weights(path: Path) -> None:
    mean_colour(path)
    path.with_suffix(".bin").unlink()


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda path: None, "there is no model file"),
        (no_weights, r"n\.bin"),
        (garbage, "cannot be read as a network"),
        (two_inputs, "takes 2 inputs"),
        (two_outputs, "puts out 2 tensors"),
        (a_map, "not a vector"),
        (a_number, "not a vector"),
        (grey, "not .N, 3, H, W."),
        (constant, "same vector for any picture"),
        (zeros, "zero or not finite"),
    ],
)
def test_what_is_no_embedding_network_is_refused_in_one_sentence(tmp_path, write, message):
    path = tmp_path / "n.xml"
    write(path)
    with pytest.raises(ModelError, match=message) as caught:
        load(path)
    assert "\n" not in str(caught.value)


def test_published_files_are_known_once_each_with_thresholds_in_order():
    known = _known_files()
    assert len({file.name for file in known.values()}) == len(known) >= 5
    for digest, file in known.items():
        assert len(digest) == 64
        if file.thresholds is not None:
            assert 0 < file.thresholds.ask < file.thresholds.accept < 1


def test_a_known_file_brings_its_input_and_thresholds(tmp_path, monkeypatch, caplog):
    path = mean_colour(tmp_path / "n.xml")
    spec, thresholds = InputSpec(colour="rgb", mean=(1, 2, 3)), Thresholds(0.7, 0.6, 0.1)
    table = {sha256_of(path.with_suffix(".bin")): KnownFile("published", spec, thresholds)}
    monkeypatch.setattr("reid_app.embed.file_network._known_files", lambda: table)
    network = load(path)
    assert network.input.model_copy(update={"size": None}) == spec
    embedder = load_embedder(EmbedderSettings(kind="openvino", path=path))
    assert embedder.calibrated
    assert embedder.thresholds == thresholds
    assert not caplog.text
