"""Checkpoints to go on from, and the weights that leave a run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from reid_app.errors import TrainingError
from reid_app.nets.jointloss import JointLossArgs

LATEST = "checkpoint.pt"
"""Name of the newest checkpoint in a run's folder."""


def save_checkpoint(path: Path, state: Mapping[str, Any]) -> None:
    """Write a checkpoint; a reader sees the old file or the new one, never half of one."""
    temporary = path.with_suffix(".tmp")
    torch.save(dict(state), temporary)
    temporary.replace(path)


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Read a checkpoint; only tensors and plain values are accepted.

    Raises:
        TrainingError: There is none, or it cannot be read.
    """
    if not path.is_file():
        raise TrainingError(f"There is no checkpoint {path}; start the run without --resume.")
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        raise TrainingError(f"The checkpoint {path} cannot be read; start the run anew: {error}.") from error
    return state


def save_weights(path: Path, weights: Mapping[str, Tensor], notes: Mapping[str, Any]) -> None:
    """Write weights in half precision as safetensors, with notes as its metadata.

    Counters of the batch norms are left out: nothing reads them after training. The
    batch norms' own values stay in float32, for their variances can be very small.
    """
    kept = {
        name: (value.float() if _is_norm(name) else value.half()).contiguous()
        for name, value in weights.items()
        if value.is_floating_point()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    save_file(kept, temporary, metadata={key: json.dumps(value) for key, value in notes.items()})
    temporary.replace(path)


def _is_norm(name: str) -> bool:
    return name.endswith(("running_mean", "running_var"))


def load_weights(
    module: nn.Module,
    path: Path,
    *,
    may_lack: str | None = None,
    adapt: Callable[[dict[str, Tensor]], dict[str, Tensor]] | None = None,
) -> bool:
    """Fill a module from a safetensors file of :func:`save_weights`.

    Args:
        module: What to fill.
        path: The file.
        may_lack: First part of the names of parameters that the file need not have.
        adapt: Makes the module's weights of the file's, where they differ.

    Returns:
        Whether the file had everything.

    Raises:
        TrainingError: The file cannot be read, or is of another network.
    """
    try:
        weights = {name: value.float() for name, value in load_file(path).items() if value.is_floating_point()}
    except (OSError, SafetensorError) as error:
        raise TrainingError(f"{path} cannot be read as safetensors: {error}.") from error
    if adapt is not None:
        weights = adapt(weights)
    own = module.state_dict()
    missing = sorted(name for name, value in own.items() if value.is_floating_point() and name not in weights)
    shapes = sorted(name for name, value in weights.items() if name in own and own[name].shape != value.shape)
    unknown = sorted(set(weights) - set(own))
    complete = not missing
    missing = [name for name in missing if may_lack is None or name.partition(".")[0] != may_lack]
    for problem, listed in (("lacks", missing), ("has another shape of", shapes), ("has an unknown", unknown)):
        if listed:
            raise TrainingError(f"{path} {problem} {listed[0]}; it was made for a network of other settings.")
    module.load_state_dict(weights, strict=False)
    return complete


def described_network(path: Path) -> tuple[JointLossArgs, tuple[int, int], dict[str, Any]]:
    """Shape of the network, (height, width) of its input and all notes that a joint-loss run left with its weights.

    Raises:
        TrainingError: The file cannot be read, or is not such a run's.
    """
    try:
        with safe_open(path, "pt") as file:
            notes = {key: json.loads(value) for key, value in (file.metadata() or {}).items()}
        architecture = notes["architecture"]
        args = JointLossArgs(**(architecture | {"branches": tuple(architecture["branches"])}))
        height, width = notes["input_size"]
    except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{path} cannot be read as a joint-loss run's weights: {error}.") from error
    return args, (int(height), int(width)), notes
