"""A teacher's outputs are computed once, and heads are fitted to them in closed form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from reid_app.datasets import load
from reid_app.errors import TrainingError
from reid_app.nets.cpm import PoseMachine, PoseMachineArgs
from reid_app.nets.jointloss import REDUCED_ROI_SIZES, JointLossArgs
from reid_app.nets.parts import part_boxes
from reid_app.train.checkpoint import save_weights
from reid_app.train.found_landmarks import found_landmarks
from reid_app.train.heads import fit_heads
from reid_app.train.images import load_images, to_tensor
from reid_app.train.settings import TeacherSettings
from reid_app.train.student import Student, TeacherShapes, imitation_losses
from reid_app.train.teacher import TeacherOutputs, teacher_outputs


class _Net(nn.Module):
    """A teacher whose embedding is linear in the average of its last map."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 6, 3, stride=2, padding=1)
        self.second = nn.Conv2d(6, 8, 3, stride=2, padding=1)
        self.last = nn.Linear(8, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        maps = self.second(self.first(x / 255).relu())
        embedding: torch.Tensor = self.last(maps.mean(dim=(2, 3)))
        return embedding


@pytest.fixture(scope="module")
def net() -> _Net:
    torch.manual_seed(0)
    return _Net().eval()


@pytest.fixture(scope="module")
def teacher(net: _Net, tmp_path_factory: pytest.TempPathFactory) -> Path:
    openvino = pytest.importorskip("openvino")
    path = tmp_path_factory.mktemp("teacher") / "teacher.xml"
    model = openvino.convert_model(net, example_input=torch.zeros(1, 3, 32, 16), input=[(1, 3, 32, 16)])
    for operation, name in zip(_convolutions(model), ("first_map", "second_map"), strict=True):
        operation.set_friendly_name(name)
    openvino.save_model(model, path, compress_to_fp16=False)
    return path


def _convolutions(model: object) -> list[object]:
    """The operation that adds each convolution's bias."""
    return [
        next(iter(operation.output(0).get_target_inputs())).get_node()
        for operation in model.get_ordered_ops()  # type: ignore[attr-defined]
        if operation.get_type_name() == "Convolution"
    ]


@pytest.fixture
def settings(teacher: Path, tmp_path: Path) -> TeacherSettings:
    return TeacherSettings(model=teacher, cache=tmp_path / "cache", last_map="second_map", middle_map="first_map")


def _paths(market: Path) -> list[Path]:
    return [sample.path for sample in load("market1501", market)]


def test_embeddings_are_the_teachers(settings: TeacherSettings, net: _Net, market: Path) -> None:
    paths = _paths(market)
    outputs = teacher_outputs(settings, paths)
    images, _ = load_images(paths, (32, 16))
    with torch.no_grad():
        expected = nn.functional.normalize(net(torch.from_numpy(images).permute(0, 3, 1, 2).float()))
    np.testing.assert_allclose(outputs.embeddings, expected.numpy(), atol=2e-2)


def test_average_of_the_last_map_tells_the_embedding(settings: TeacherSettings, market: Path) -> None:
    outputs = teacher_outputs(settings, _paths(market))
    assert outputs.last is not None
    assert outputs.middle is not None
    assert outputs.last.shape == (32, 8, 4, 5)
    assert outputs.middle.shape == (32, 16, 8, 6)
    averages = np.column_stack([outputs.last.astype(np.float32).mean(axis=(1, 2)), np.ones(32)])
    scaled = np.load(settings.cache / "embeddings.npy").astype(np.float32)
    fit, *_ = np.linalg.lstsq(averages, scaled, rcond=None)
    rest = scaled - averages @ fit
    assert rest.var() < 0.01 * scaled.var(axis=0).mean()


def test_cache_is_used_for_the_same_pictures_only(settings: TeacherSettings, market: Path) -> None:
    paths = _paths(market)
    seen: list[int] = []
    first = teacher_outputs(settings, paths, progress=lambda done, _: seen.append(done))
    assert seen[-1] == 32
    seen.clear()
    again = teacher_outputs(settings, paths, progress=lambda done, _: seen.append(done))
    assert seen == []
    assert np.array_equal(first.embeddings, again.embeddings)
    fewer = teacher_outputs(settings, paths[:20], progress=lambda done, _: seen.append(done))
    assert seen[-1] == 20
    assert fewer.embeddings.shape == (20, 5)


def test_unknown_map_and_unreadable_teacher(settings: TeacherSettings, market: Path, tmp_path: Path) -> None:
    other = settings.model_copy(update={"last_map": "third_map"})
    with pytest.raises(TrainingError, match="no operation named 'third_map'"):
        teacher_outputs(other, _paths(market))
    (tmp_path / "broken.xml").write_text("<net", encoding="utf-8")
    with pytest.raises(TrainingError, match="cannot be read by OpenVINO"):
        teacher_outputs(settings.model_copy(update={"model": tmp_path / "broken.xml"}), _paths(market))


def test_fitted_heads_are_right_from_the_start(market: Path) -> None:
    torch.manual_seed(0)
    images, _ = load_images(_paths(market), (75, 43))
    labels = torch.arange(8).repeat_interleave(4)
    args = JointLossArgs(width=0.125, neck="bn", roi_sizes=REDUCED_ROI_SIZES, dropout=0.0)
    student = Student(args, 8, TeacherShapes(embedding=5, middle=3, last=2))
    boxes = part_boxes(torch.zeros(32, 18, 3))
    batch = (to_tensor(images), boxes, labels, np.arange(32))
    with torch.no_grad():
        student.eval()
        shared = student.net.stem(batch[0])
        features = student.net.neck(student.net.features(batch[0], boxes))
    # What the teacher says is linear in what the network has.
    embeddings = nn.functional.normalize(features @ torch.randn(576, 5)).numpy()
    middle = (shared.permute(0, 2, 3, 1)[..., :3] * 2 + 1).numpy().astype(np.float16)
    last = np.ones((32, 4, 2, 2), np.float16)
    teacher = TeacherOutputs(embeddings, middle, last)
    fit_heads(student, [batch], teacher)
    with torch.no_grad():
        output = student.eval()(batch[0], boxes)
    wanted = {name: torch.ones_like(maps) for name, maps in output.last.items()}
    settings = TeacherSettings(model=Path("x"), cache=Path("x"), cosine=1, relational=0, maps=1)
    target = torch.from_numpy(middle.astype(np.float32)).permute(0, 3, 1, 2)
    of_teacher = torch.from_numpy(embeddings)
    losses = imitation_losses(output, of_teacher, of_teacher[::4], target, wanted, settings)
    assert losses["cosine"] < 0.1
    assert losses["middle"] < 0.3 * target.var()
    assert losses["last"] < 1e-3
    assert (output.logits.argmax(dim=1) == labels).float().mean() > 0.9


class TestFoundLandmarks:
    @pytest.fixture
    def weights(self, tmp_path: Path) -> Path:
        torch.manual_seed(0)
        net = PoseMachine(PoseMachineArgs(0.125, 1))
        path = tmp_path / "pose.safetensors"
        save_weights(path, net.state_dict(), {"architecture": {"width": 0.125, "stages": 1}, "input_size": [64, 32]})
        return path

    def test_found_once_and_kept(self, weights: Path, market: Path, tmp_path: Path) -> None:
        samples = load("market1501", market)
        sizes = [(64, 32)] * len(samples)
        first = found_landmarks(weights, tmp_path / "cache", samples, market, sizes)
        assert first.shape == (32, 18, 3)
        (table,) = (tmp_path / "cache").glob("market1501-*.csv")
        lines = table.read_text(encoding="utf-8").splitlines()
        table.write_text("\n".join(lines[:2]) + "\n", encoding="utf-8")
        again = found_landmarks(weights, tmp_path / "cache", samples, market, sizes)
        assert np.array_equal(again[0], first[0])
        assert again[1:].max() == 0  # read from the file, not found again

    def test_other_weights_are_refused(self, market: Path, tmp_path: Path) -> None:
        path = tmp_path / "other.safetensors"
        save_weights(path, nn.Linear(2, 2).state_dict(), {})
        samples = load("market1501", market)
        with pytest.raises(TrainingError, match="does not say which pose machine"):
            found_landmarks(path, tmp_path, samples, market, [(64, 32)] * len(samples))
