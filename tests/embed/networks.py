"""Small networks whose output is known, written by the tests themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openvino as ov
import torch
from openvino import opset13 as ops
from safetensors.torch import save_file

from reid_app.config import ColourOrder
from reid_app.models import (
    FileEntry,
    InputSpec,
    Manifest,
    ModelFiles,
    ModelKind,
    Provenance,
    Role,
    find_model,
    write_manifest,
)
from reid_app.models.exporting import export_model
from reid_app.nets.cpm import PoseMachine, PoseMachineArgs
from reid_app.nets.jointloss import JointLossArgs, JointLossNet

IMAGENET = InputSpec(colour=ColourOrder.RGB, mean=(123.675, 116.28, 103.53), scale=(58.395, 57.12, 57.375))


def mean_colour(path: Path, *, shape=(1, 3, 16, 8), trailing: int = 0, weights=(1.0, 1.0, 1.0), rt_info=None) -> Path:
    """Write a network whose vector is the mean of each channel of its input, times ``weights``."""
    image = ops.parameter(list(shape), np.float32, name="images")
    axes = [2, 3] if shape[1] == 3 else [1, 2]
    vector = ops.multiply(ops.reduce_mean(image, axes), ops.constant(np.array([weights], np.float32)))
    if trailing:
        vector = ops.reshape(vector, [-1, 3] + [1] * trailing, special_zero=False)
    save([image], [vector], path, rt_info)
    return path


def save(inputs, outputs, path: Path, rt_info=None) -> None:
    graph = ov.Model(outputs, inputs, "test")
    for place, value in (rt_info or {}).items():
        graph.set_rt_info(value, place.split("/"))
    ov.save_model(graph, path, compress_to_fp16=False)


def jointloss_model(folder: Path, *, width: float = 0.03, seed: int = 0) -> ModelFiles:
    """Write a tiny joint-loss model and its pose machine, with random weights."""
    torch.manual_seed(seed)
    pose_args, args = PoseMachineArgs(width=0.06, stages=2), JointLossArgs(width=width, neck="bn")
    for name, network, manifest in (
        (
            "cpm-t",
            PoseMachine(pose_args),
            {
                "kind": ModelKind.POSE,
                "architecture": {"width": pose_args.width, "stages": pose_args.stages},
                "input": IMAGENET.model_copy(update={"size": (128, 64)}),
                "landmark_confidence": 0.2,
            },
        ),
        (
            "jointloss-t",
            JointLossNet(args),
            {
                "kind": ModelKind.JOINTLOSS,
                "architecture": {"width": args.width, "neck": args.neck},
                "input": IMAGENET.model_copy(update={"size": (219, 103)}),
                "embedding_size": 576,
                "pose": "cpm-t",
            },
        ),
    ):
        home = folder / name
        home.mkdir(parents=True)
        save_file(network.state_dict(), home / "model.safetensors")
        files = {Role.WEIGHTS: FileEntry.of(home / "model.safetensors")}
        made = Manifest(name=name, licence="none", provenance=Provenance(source="a test"), files=files, **manifest)
        write_manifest(home, made)
    return find_model("jointloss-t", [folder])


def exported_models(folder: Path) -> Path:
    """Write ``jointloss-t`` and its pose machine with their OpenVINO files; return ``folder``."""
    model = jointloss_model(folder)
    for part in (model, model.pose):
        export_model(part, "openvino")
    return folder
