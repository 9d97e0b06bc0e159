"""The registry of model files, and the import of detectors."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
import torch
import yaml

from reid_app.domain import Thresholds
from reid_app.errors import ModelError
from reid_app.models import (
    Calibration,
    FileEntry,
    InputSpec,
    Manifest,
    ModelKind,
    Provenance,
    Role,
    find_model,
    import_detector,
    list_models,
    read_manifest,
    write_manifest,
)
from reid_app.models.convert_detector import build, convert, read_checkpoint

CALIBRATION = Calibration(accept=0.6, ask=0.5, margin=0.1, accept_far=0.001, ask_far=0.01, data="a test")


def make_model(folder: Path, name: str = "thing", *, content: bytes = b"weights", **changes) -> Path:
    home = folder / name
    home.mkdir(parents=True)
    (home / "model.onnx").write_bytes(content)
    fields = {
        "name": name,
        "kind": ModelKind.REID,
        "licence": "none",
        "provenance": Provenance(source="a test"),
        "input": InputSpec(size=(16, 8)),
        "embedding_size": 3,
        "calibration": CALIBRATION,
        "files": {Role.ONNX: FileEntry.of(home / "model.onnx")},
    } | changes
    write_manifest(home, Manifest(**fields))
    return home


def edit(home: Path, **changes) -> None:
    path = home / "manifest.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | changes))


def test_a_manifest_comes_back_as_written(tmp_path):
    home = make_model(tmp_path)
    model = find_model("thing", [tmp_path])
    assert model.manifest == read_manifest(home)
    assert model.kind is ModelKind.REID
    assert model.thresholds == Thresholds(0.6, 0.5, 0.1)
    assert model.path("onnx").read_bytes() == b"weights"
    assert model.has("onnx")
    assert not model.has(Role.OPENVINO)


def test_names_are_found_in_the_first_folder_and_paths_anywhere(tmp_path):
    make_model(tmp_path / "site", content=b"site")
    other = make_model(tmp_path / "app", content=b"app")
    folders = [tmp_path / "site", tmp_path / "app"]
    assert find_model("thing", folders).path("onnx").read_bytes() == b"site"
    assert find_model(other, folders).path("onnx").read_bytes() == b"app"
    assert [model.folder for model in list_models(folders)] == [tmp_path / "site" / "thing"]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda home: (home / "model.onnx").unlink(), "is missing"),
        (lambda home: (home / "model.onnx").write_bytes(b"weight"), "6 bytes instead of 7"),
        (lambda home: (home / "model.onnx").write_bytes(b"WEIGHTS"), "SHA-256 is not the manifest's"),
        (lambda home: (home / "manifest.yaml").unlink(), "there is no model"),
        (lambda home: (home / "manifest.yaml").write_text("{"), "not valid YAML"),
        (lambda home: (home / "manifest.yaml").write_text("- a list"), "not a valid manifest"),
        (lambda home: (home / "manifest.yaml").write_text(" " * (1 << 20) + "a: 1"), "larger than a manifest"),
        (lambda home: edit(home, format=2), "update the application"),
        (lambda home: edit(home, surprise=1), "surprise"),
        (lambda home: edit(home, embedding_size=None), "embedding_size is missing"),
        (lambda home: edit(home, files={}), "files"),
        (lambda home: edit(home, files={"openvino": entry("model.xml")}), "belong together"),
        (lambda home: edit(home, files={"onnx": entry("m"), "weights": entry("m")}), "two roles"),
        # Nothing outside the folder is ever opened.
        (lambda home: edit(home, files={"onnx": entry("../model.onnx")}), "no plain file name"),
        (lambda home: edit(home, files={"onnx": entry("/etc/passwd")}), "no plain file name"),
        (lambda home: edit(home, files={"onnx": entry("..")}), "no plain file name"),
        (lambda home: edit(home, files={"onnx": entry("a\\b")}), "no plain file name"),
    ],
)
def test_a_damaged_model_is_refused_in_one_sentence(tmp_path, damage, message):
    home = make_model(tmp_path)
    damage(home)
    with pytest.raises(ModelError, match=message) as caught:
        find_model("thing", [tmp_path])
    assert "\n" not in str(caught.value)


def entry(path: str) -> dict:
    return {"path": path, "size": 0, "sha256": "0" * 64}


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    home = make_model(tmp_path)
    outside = tmp_path / "outside.onnx"
    (home / "model.onnx").rename(outside)
    (home / "model.onnx").symlink_to(outside)
    with pytest.raises(ModelError, match="link out of its folder"):
        find_model("thing", [tmp_path])


def test_what_is_no_model_is_said_so(tmp_path):
    make_model(tmp_path)
    with pytest.raises(ModelError, match="no model 'other'"):
        find_model("other", [tmp_path])
    with pytest.raises(ModelError, match="reid-app models import"):
        find_model(tmp_path / "yolo.pt", [tmp_path])
    with pytest.raises(ModelError, match="is a reid model, not detector"):
        find_model("thing", [tmp_path], kind=ModelKind.DETECTOR)
    with pytest.raises(ModelError, match="no openvino file"):
        find_model("thing", [tmp_path]).path(Role.OPENVINO)


def test_an_invalid_model_is_left_out_of_the_list_with_a_warning(tmp_path, caplog):
    make_model(tmp_path, "good")
    edit(make_model(tmp_path, "bad"), format=9)
    assert [model.name for model in list_models([tmp_path])] == ["good"]
    assert "bad" in caplog.text


def test_the_hash_is_of_what_defines_the_output(tmp_path):
    first = find_model(make_model(tmp_path, "a"), [])
    alike = make_model(tmp_path, "b", calibration=None, licence="other", description="words")
    assert find_model(alike, []).hash == first.hash
    for changes in ({"content": b"others!"}, {"input": InputSpec(size=(16, 16))}, {"architecture": {"width": 1}}):
        name = str(sorted(changes))[2:5] + str(len(list(tmp_path.iterdir())))
        assert find_model(make_model(tmp_path, name, **changes), []).hash != first.hash


def test_the_hash_does_not_depend_on_the_format_when_there_are_parameters(tmp_path):
    home = make_model(tmp_path)
    (home / "model.safetensors").write_bytes(b"parameters")
    files = {Role.WEIGHTS: FileEntry.of(home / "model.safetensors")}
    manifest = read_manifest(home)
    write_manifest(home, manifest.model_copy(update={"files": files}))
    alone = find_model(home, []).hash
    write_manifest(home, manifest.model_copy(update={"files": files | manifest.files}))
    assert find_model(home, []).hash == alone


def test_a_jointloss_model_brings_its_pose_machine(tmp_path):
    home = make_model(tmp_path, "net", kind=ModelKind.JOINTLOSS, pose="cpm")
    with pytest.raises(ModelError, match="needs its pose machine"):
        find_model("net", [tmp_path])
    pose = make_model(tmp_path, "cpm", kind=ModelKind.POSE, embedding_size=None, landmark_confidence=0.3)
    model = find_model(home, [])
    assert model.pose is not None
    assert model.pose.folder == pose
    before = model.hash
    edit(pose, input={"size": [128, 64]})
    assert find_model(home, []).hash != before, "another pose machine makes other embeddings"
    (pose / "model.onnx").write_bytes(b"damaged")
    with pytest.raises(ModelError, match="SHA-256"):
        find_model(home, [])


# --- the import of detectors ---------------------------------------------------------------------------------------


def checkpoint(path: Path, *, names=("person", "dog"), end2end: bool = False) -> Path:
    """Write a tiny detector as ultralytics writes it."""
    from ultralytics.nn.tasks import DetectionModel

    torch.manual_seed(0)
    layers = {
        "nc": len(names),
        "scale": "n",
        "scales": {"n": [1.0, 1.0, 1024]},
        "end2end": end2end,
        "backbone": [[-1, 1, "Conv", [8, 3, 2]], [-1, 1, "Conv", [16, 3, 2]], [-1, 1, "C2f", [16, True]]],
        "head": [[-1, 1, "SPPF", [16, 5]], [-1, 1, "Conv", [16, 3, 2]], [[3, 4], 1, "Detect", ["nc"]]],
    }
    network = DetectionModel(layers, ch=3, verbose=False)
    network.names = dict(enumerate(names))
    torch.save({"model": network.half(), "epoch": 1}, path)
    return path


def test_an_imported_detector_answers_like_the_checkpoint(tmp_path, monkeypatch):
    source = checkpoint(tmp_path / "tiny.pt")
    monkeypatch.chdir(tmp_path)
    model = import_detector(source, "tiny", Path("models"), licence="none")
    assert model.kind is ModelKind.DETECTOR
    assert model.manifest.classes == ("person", "dog")
    assert model.manifest.input.scale == (255.0, 255.0, 255.0)
    assert model.architecture["stride"] == 8

    state = torch.load(source, weights_only=False)["model"].float().state_dict()  # our own file
    network = build(yaml.safe_load(model.path(Role.ARCHITECTURE).read_text()))
    network.load_state_dict(state)
    network.eval()
    compiled = ov.Core().compile_model(model.path(Role.OPENVINO), "CPU")
    for shape in ((1, 3, 64, 96), (3, 3, 32, 32)):
        images = np.random.default_rng(0).random(shape, np.float32)
        with torch.inference_mode():
            expected = network(torch.from_numpy(images)).numpy()
        np.testing.assert_allclose(compiled(images)[0], expected, atol=0.2, rtol=0.02)


class Payload:
    def __reduce__(self):
        return (Path.touch, (Path("exploited"),))


def test_a_checkpoint_that_runs_code_is_refused_unrun(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save({"model": Payload()}, tmp_path / "evil.pt")
    with pytest.raises(ModelError, match="was not loaded"):
        import_detector(tmp_path / "evil.pt", "evil", tmp_path / "models")
    assert not list(tmp_path.rglob("exploited"))
    assert not list((tmp_path / "models").iterdir())


def test_what_is_no_detector_is_refused(tmp_path):
    path = tmp_path / "file.pt"
    for content in ({"model": torch.nn.Conv2d(3, 3, 1)}, {"weights": torch.zeros(1)}, [1, 2]):
        torch.save(content, path)
        with pytest.raises(ModelError, match="no ultralytics detection network"):
            read_checkpoint(path)
    for damaged in (pickle.dumps("hello")[:5], b"", path.read_bytes()[:-100]):
        path.write_bytes(damaged)
        with pytest.raises(ModelError, match=r"file\.pt"):
            read_checkpoint(path)


def test_an_nms_free_detector_is_written_in_the_common_format(tmp_path):
    report = convert(checkpoint(tmp_path / "tiny.pt", end2end=True), tmp_path)
    assert report["largest_error"] < 0.02
    output = ov.Core().read_model(tmp_path / "model.xml").outputs[0].get_partial_shape()
    assert (output[1].get_length(), output[2].is_dynamic) == (4 + 2, True)


@pytest.mark.parametrize(
    ("path", "name", "message"),
    [
        ("absent.pt", "fine", "there is no file"),
        ("empty.pt", "../up", "cannot be a model's name"),
        ("empty.pt", "taken", "exists"),
    ],
)
def test_import_refuses_before_it_reads(tmp_path, path, name, message):
    (tmp_path / "empty.pt").touch()
    make_model(tmp_path / "models", "taken")
    with pytest.raises(ModelError, match=message):
        import_detector(tmp_path / path, name, tmp_path / "models")


def test_a_detector_of_other_things_is_refused(tmp_path):
    source = checkpoint(tmp_path / "cats.pt", names=("cat", "dog"))
    with pytest.raises(ModelError, match="not people"):
        import_detector(source, "cats", tmp_path / "models")


def test_shipped_models_are_whole():
    models = list_models()
    assert "yolov8n" in [model.name for model in models]
    for model in models:
        model.verify()
        assert (model.folder / "card.md").is_file()
