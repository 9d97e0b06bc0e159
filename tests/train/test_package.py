"""A run's weights become a model that the registry finds and builds."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from reid_app.errors import TrainingError
from reid_app.models import ModelKind, find_model
from reid_app.models.building import build_jointloss, build_pose_machine
from reid_app.nets.cpm import PoseMachine, PoseMachineArgs
from reid_app.nets.jointloss import REDUCED_ROI_SIZES, JointLossArgs, JointLossNet
from reid_app.train.checkpoint import save_weights
from reid_app.train.package import main, package


def test_networks_are_found_and_built(tmp_path: Path) -> None:
    torch.manual_seed(0)
    args = JointLossArgs(width=0.125, neck="bn", roi_sizes=REDUCED_ROI_SIZES, projection=16)
    net, pose = JointLossNet(args).eval(), PoseMachine(PoseMachineArgs(0.125, 1)).eval()
    save_weights(tmp_path / "n.safetensors", net.state_dict(), {"architecture": asdict(args), "input_size": [131, 63]})
    notes = {"architecture": asdict(pose.args), "input_size": [128, 64]}
    save_weights(tmp_path / "p.safetensors", pose.state_dict(), notes)
    models = tmp_path / "models"
    assert main([str(tmp_path / "p.safetensors"), str(models / "p"), "--data", "d", "--made-by", "m"]) == 0
    made = package(tmp_path / "n.safetensors", models / "n", data="d", made_by="m", pose="p")
    assert made.kind is ModelKind.JOINTLOSS
    assert made.embedding_size == 576
    files = find_model("n", [models])
    assert files.pose is not None
    built = build_jointloss(files)
    images, boxes = torch.randn(4, 3, 131, 63), torch.tensor([[[0.1, 0.1, 0.9, 0.9]] * 3] * 4)
    with torch.no_grad():
        lifted, own = built(images, boxes), net(images, boxes)
        torch.testing.assert_close(lifted @ lifted.T, own @ own.T, atol=2e-2, rtol=0)
        crops = torch.randn(1, 3, 128, 64)
        torch.testing.assert_close(build_pose_machine(files.pose)(crops), pose(crops), atol=2e-2, rtol=0)


def test_joint_loss_network_needs_its_pose_machine(tmp_path: Path) -> None:
    args = JointLossArgs(width=0.125)
    notes = {"architecture": asdict(args), "input_size": [131, 63]}
    save_weights(tmp_path / "n.safetensors", JointLossNet(args).state_dict(), notes)
    with pytest.raises(TrainingError, match="name the pose machine"):
        package(tmp_path / "n.safetensors", tmp_path / "n", data="d", made_by="m")


def test_weights_without_notes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_weights(tmp_path / "w.safetensors", torch.nn.Linear(2, 2).state_dict(), {})
    assert main([str(tmp_path / "w.safetensors"), str(tmp_path / "w"), "--data", "d", "--made-by", "m"]) == 2
    assert "does not say which network" in capsys.readouterr().err
