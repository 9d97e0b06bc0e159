"""Exports say the same as the original, for any batch, and are pinned in the manifest."""

from __future__ import annotations

import numpy as np
import onnxruntime
import openvino as ov
import pytest
import torch

from reid_app.errors import ModelError
from reid_app.evaluate.quantise import quantise
from reid_app.models import Role, exporting, find_model, import_detector
from reid_app.models.building import build_jointloss
from reid_app.models.exporting import export_model, least_cosine, run_graph
from tests.embed.networks import exported_models, jointloss_model
from tests.evaluate.conftest import picture
from tests.test_models import checkpoint, make_model


def test_an_onnx_export_runs_elsewhere_with_any_batch(tmp_path):
    model = jointloss_model(tmp_path)
    report = export_model(model, "onnx", tmp_path / "out")
    assert report.cosine > 0.9999
    assert [path.name for path in report.files] == ["model.onnx"]
    assert report.size == report.files[0].stat().st_size
    assert not find_model(model.folder).has(Role.ONNX), "another folder's files are not pinned"
    session = onnxruntime.InferenceSession(report.files[0])
    network = build_jointloss(model)
    generator = np.random.default_rng(0)
    for batch in (1, 5):
        images = generator.standard_normal((batch, 3, 219, 103)).astype(np.float32)
        boxes = np.tile(np.array([0.1, 0.2, 0.8, 0.9], np.float32), (batch, 3, 1))
        got = session.run(None, {"images": images, "part_boxes": boxes})[0]
        with torch.inference_mode():
            expected = network(torch.from_numpy(images), torch.from_numpy(boxes)).numpy()
        assert got.shape == (batch, 576)
        assert least_cosine(expected, got) > 0.9999


def test_an_openvino_export_is_pinned_and_does_not_change_the_model(tmp_path):
    model = jointloss_model(tmp_path)
    report = export_model(model, "openvino")
    exported = find_model(model.folder)
    assert exported.path(Role.OPENVINO) in report.files
    assert exported.hash == model.hash
    assert exported.manifest.parameters == sum(p.numel() for p in build_jointloss(model).parameters())
    assert exported.manifest.gflops > 0
    graph = ov.Core().read_model(exported.path(Role.OPENVINO))
    assert [port.get_any_name() for port in (*graph.inputs, *graph.outputs)] == ["images", "part_boxes", "embeddings"]
    assert all(port.get_partial_shape()[0].is_dynamic for port in graph.inputs)
    assert not list(model.folder.glob(".export-*"))


def test_a_pose_machine_is_exported_too(tmp_path):
    model = jointloss_model(tmp_path).pose
    report = export_model(model, "openvino", tmp_path / "out")
    assert report.cosine > exporting.LEAST_COSINE


def test_an_export_that_differs_is_not_kept(tmp_path, monkeypatch):
    model = jointloss_model(tmp_path).pose
    monkeypatch.setattr(exporting, "LEAST_COSINE", 1.1)
    with pytest.raises(ModelError, match="differs from the original"):
        export_model(model, "openvino")
    assert sorted(path.name for path in model.folder.iterdir()) == ["manifest.yaml", "model.safetensors"]


def test_what_cannot_be_exported_is_said_so(tmp_path):
    make_model(tmp_path)
    with pytest.raises(ModelError, match="only jointloss and pose models"):
        export_model(find_model("thing", [tmp_path]), "onnx")
    model = jointloss_model(tmp_path)
    (model.folder / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(ModelError, match="is not a readable safetensors file"):
        export_model(model, "onnx")


@pytest.mark.parametrize("name", ["cpm-t", pytest.param("jointloss-t", marks=pytest.mark.slow)])
def test_an_8_bit_model_is_another_model_that_says_nearly_the_same(tmp_path, name):
    pytest.importorskip("nncf")
    folder = exported_models(tmp_path / "models")
    generator = np.random.default_rng(0)
    for number in range(33):
        picture(tmp_path / "crops" / f"{number}.png", number, generator)
    picture(tmp_path / "few" / "1.png", 1, generator)
    with pytest.raises(ModelError, match="too few"):
        quantise(str(folder / name), tmp_path / "few")
    made = quantise(str(folder / name), tmp_path / "crops")
    assert made.cosine > 0.9
    assert made.files.name == f"{name}-int8"
    assert made.files.hash != find_model(folder / name).hash
    assert not made.files.has(Role.WEIGHTS)
    convolutions, products = _float_weights(made.files, "Convolution"), _float_weights(made.files, "MatMul")
    if name == "cpm-t":
        assert convolutions == ["/stages.1/out/Conv/WithoutBiases"]
    else:
        assert len(convolutions) == 3
        assert all(name.startswith("/conv1_3/") for name in convolutions)
        assert len(products) == 4, "one for each branch"
    with pytest.raises(ModelError, match="exists"):
        quantise(str(folder / name), tmp_path / "crops")


def _float_weights(files, kind):
    """Names of the operations of a kind whose weights are not 8-bit."""
    graph = ov.Core().read_model(files.path(Role.OPENVINO))
    nodes = [node for node in graph.get_ordered_ops() if node.get_type_name() == kind]
    sources = {node.get_friendly_name(): node.input_value(1).get_node().get_type_name() for node in nodes}
    return [name for name, source in sources.items() if source != "Multiply"]  # by the scale of each channel


def test_a_models_own_graph_becomes_8_bit_and_the_rest_of_it_stays(tmp_path):
    pytest.importorskip("nncf")
    model = find_model(exported_models(tmp_path / "models") / "cpm-t")
    generator = np.random.default_rng(0)
    for number in range(33):
        picture(tmp_path / "crops" / f"{number}.png", number, generator)
    made = quantise(str(model.folder), tmp_path / "crops", replace_own=True)
    assert made.files.name == model.name
    assert made.files.folder == model.folder
    assert made.files.hash == model.hash, "the weights file says which model it is"
    assert made.files.path(Role.WEIGHTS).read_bytes() == model.path(Role.WEIGHTS).read_bytes()
    graph = ov.Core().read_model(made.files.path(Role.OPENVINO))
    assert "FakeQuantize" in {node.get_type_name() for node in graph.get_ops()}
    assert made.files.manifest.provenance.made_by.endswith("--int8 crops --replace")
    with pytest.raises(ModelError, match="8-bit already"):
        quantise(str(model.folder), tmp_path / "crops", replace_own=True)
    assert sorted(path.name for path in tmp_path.joinpath("models").iterdir()) == ["cpm-t", "jointloss-t"]


@pytest.mark.slow
def test_an_8_bit_detector_runs_at_every_size_and_finds_nearly_the_same(tmp_path):
    pytest.importorskip("nncf")
    generator = np.random.default_rng(0)
    for number in range(32):
        picture(tmp_path / "frames" / f"{number}.png", number, generator)
    model = import_detector(checkpoint(tmp_path / "tiny.pt"), "tiny", tmp_path / "models", licence="none")
    made = quantise(str(model.folder), tmp_path / "frames")
    assert made.cosine > 0.9
    assert made.files.manifest.classes == ("person", "dog")
    assert made.files.manifest.provenance.made_by.endswith("; then reid-app export tiny --int8 frames")
    graph = ov.Core().read_model(made.files.path(Role.OPENVINO))
    inputs = {node.get_friendly_name(): node.input_value(0).get_node() for node in graph.get_ops() if node.inputs()}
    last = [name for name in inputs if name.startswith("__module.model.5.cv") and name.endswith("/Convolution")]
    assert len(last) == 4, "a convolution for boxes and one for scores, on two maps"
    assert all(inputs[name].get_type_name() != "FakeQuantize" for name in last)
    assert "FakeQuantize" in {node.get_type_name() for node in graph.get_ops()}
    for shape in ((1, 3, 64, 96), (3, 3, 32, 32)):
        images = generator.random(shape, np.float32)
        before, after = (run_graph(files.path(Role.OPENVINO), [images]) for files in (model, made.files))
        assert least_cosine(before[:, 4:], after[:, 4:]) > 0.9
