"""Builds the application's own networks from their model files."""

from __future__ import annotations

from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from reid_app.errors import ModelError
from reid_app.models.manifest import ModelKind, Role
from reid_app.models.registry import ModelFiles
from reid_app.nets.cpm import PoseMachine, PoseMachineArgs
from reid_app.nets.jointloss import JointLossArgs, JointLossNet


def build_jointloss(files: ModelFiles) -> JointLossNet:
    """Build a joint-loss network with its weights, in float32 and evaluation mode.

    The manifest's ``architecture`` holds the fields of :class:`JointLossArgs`.

    Raises:
        ModelError: It is another kind, or weights and architecture do not fit.
    """
    _expect(files, ModelKind.JOINTLOSS)
    fields = dict(files.architecture)
    if "branches" in fields:
        fields["branches"] = tuple(fields["branches"])
    if "roi_sizes" in fields:
        fields["roi_sizes"] = {part: (int(size[0]), int(size[1])) for part, size in fields["roi_sizes"].items()}
    try:
        network = JointLossNet(JointLossArgs(**fields))
    except (TypeError, ValueError) as error:
        raise _bad_architecture(files, error) from error
    _load(network, files)
    return network


def build_pose_machine(files: ModelFiles) -> PoseMachine:
    """Build a pose machine with its weights, in float32 and evaluation mode.

    The manifest's ``architecture`` holds the fields of :class:`PoseMachineArgs`.

    Raises:
        ModelError: It is another kind, or weights and architecture do not fit.
    """
    _expect(files, ModelKind.POSE)
    try:
        network = PoseMachine(PoseMachineArgs(**files.architecture))
    except (TypeError, ValueError) as error:
        raise _bad_architecture(files, error) from error
    _load(network, files)
    return network


def _expect(files: ModelFiles, kind: ModelKind) -> None:
    if files.kind is not kind:
        raise ModelError(
            f"model {files.name} in {files.folder} is a {files.kind} model, not {kind}; name one of that kind"
        )


def _load(network: nn.Module, files: ModelFiles) -> None:
    path = files.path(Role.WEIGHTS)
    try:
        state: dict[str, Any] = {
            name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in load_file(path).items()
        }
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{path} is not a readable safetensors file; fetch the model again") from error
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        detail = " ".join(str(error).split())[:200]
        raise ModelError(f"{path} does not fit the architecture in its manifest ({detail}); restore both") from error
    network.eval()


def _bad_architecture(files: ModelFiles, error: Exception) -> ModelError:
    return ModelError(f"the manifest of model {files.name} in {files.folder} has a wrong architecture: {error}")
