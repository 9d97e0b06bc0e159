"""The pose machine's shapes, and landmarks recovered from belief maps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from reid_app.nets.cpm import INPUT_SIZE, MAPS, PoseMachine, PoseMachineArgs, peaks, target_maps


@torch.no_grad()
@pytest.mark.parametrize(("width", "stages"), [(0.375, 2), (0.25, 1), (1.0, 3)])
def test_every_stage_gives_belief_maps(width: float, stages: int) -> None:
    net = PoseMachine(PoseMachineArgs(width, stages)).eval()
    beliefs = net.beliefs(torch.zeros(2, 3, *INPUT_SIZE))
    assert [tuple(maps.shape) for maps in beliefs] == [(2, MAPS, 32, 16)] * stages
    assert torch.equal(net(torch.zeros(2, 3, *INPUT_SIZE)), beliefs[-1])


@pytest.mark.parametrize("arguments", [{"width": 0.0}, {"stages": 0}])
def test_impossible_shapes_are_refused(arguments: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        PoseMachineArgs(**arguments)  # type: ignore[arg-type]


def test_every_stage_learns() -> None:
    net = PoseMachine(PoseMachineArgs(0.25, 2))
    torch.nn.init.normal_(net.context.spread.weight)  # starts at 0, which lets nothing through
    sum(maps.pow(2).mean() for maps in net.beliefs(torch.randn(2, 3, *INPUT_SIZE))).backward()  # type: ignore[union-attr]
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())


def test_peaks_find_landmarks_between_cells() -> None:
    generator = torch.Generator().manual_seed(0)
    landmarks = torch.rand(5, 18, 3, generator=generator)
    landmarks[..., :2] = 0.1 + 0.8 * landmarks[..., :2]
    landmarks[..., 2] = 1.0
    found = peaks(target_maps(landmarks, (32, 16)))
    cells = (found - landmarks)[..., :2].abs() * torch.tensor([16.0, 32.0])
    assert cells.max() < 0.25
    assert found[..., 2].min() > 0.75


def test_peak_on_the_border_stays_inside() -> None:
    landmarks = torch.zeros(1, 18, 3)
    landmarks[..., 2] = 1.0
    landmarks[0, 1:, :2] = 1.0
    found = peaks(target_maps(landmarks, (32, 16)))
    assert found.min() >= 0
    assert found[..., :2].max() <= 1
    assert found[0, 0, 0] < 0.1
    assert found[0, 1, 0] > 0.9


def test_unseen_landmarks_have_empty_maps_and_no_confidence() -> None:
    landmarks = torch.full((1, 18, 3), 0.5)
    landmarks[0, 3, 2] = 0.0
    maps = target_maps(landmarks, (32, 16))
    assert maps[0, 3].abs().max() == 0
    assert peaks(maps)[0, 3, 2] == 0
    torch.testing.assert_close(maps[:, -1], 1 - maps[:, :-1].amax(dim=1))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning", "ignore::UserWarning")
def test_exported_graph_gives_the_same_beliefs(tmp_path: Path) -> None:
    openvino = pytest.importorskip("openvino")
    pytest.importorskip("onnx")
    torch.manual_seed(0)
    net = PoseMachine(PoseMachineArgs(0.375, 2)).eval()
    path = tmp_path / "net.onnx"
    torch.onnx.export(
        net, torch.zeros(1, 3, *INPUT_SIZE), path, dynamo=False, opset_version=17, input_names=["images"],
        output_names=["beliefs"], dynamic_axes={"images": {0: "n"}, "beliefs": {0: "n"}},
    )  # fmt: skip
    compiled = openvino.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    images = torch.randn(3, 3, *INPUT_SIZE)
    with torch.no_grad():
        expected = net(images).numpy()
    assert np.abs(compiled([images.numpy()])[0] - expected).max() < 1e-3
