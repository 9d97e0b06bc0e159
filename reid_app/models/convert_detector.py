"""Turns one ultralytics detection checkpoint into OpenVINO IR and safetensors.

Run as ``python -m reid_app.models.convert_detector CHECKPOINT FOLDER`` by
:func:`reid_app.models.import_detector`, in a process of its own: this is the one place
that reads a pickle. It reads it with ``torch.load(weights_only=True)`` and lets nothing
through but tensors, plain containers and the layer classes named below; a checkpoint
that holds anything else is refused, there is no other way in. Of what was read only the
architecture (a plain dictionary), the class names and the tensors are used: the network
is built afresh from them. Nothing is downloaded or installed.

On success one line of JSON goes to standard output: architecture, classes, parity.
On failure one sentence goes to standard error and the exit code is 2.
"""

from __future__ import annotations

import importlib
import json
import pickle
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import torch
import yaml
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from reid_app.errors import ModelError, ReidAppError

SAFE_TORCH = (2, 10)
"""Older releases have a known way around ``weights_only`` (CVE-2026-24747)."""

ALLOWED: Mapping[str, str] = {
    "torch.nn": (
        "BatchNorm2d Conv2d ConvTranspose2d Identity LeakyReLU MaxPool2d ModuleList ReLU Sequential Sigmoid "
        "SiLU Upsample"
    ),
    "ultralytics.nn.tasks": "DetectionModel",
    "ultralytics.nn.modules.conv": "Concat Conv Conv2 ConvTranspose DWConv Focus GhostConv Index LightConv RepConv",
    "ultralytics.nn.modules.block": (
        "A2C2f AAttn ABlock AConv ADown Attention Bottleneck BottleneckCSP C1 C2 C2PSA C2f C2fCIB C2fPSA C3 "
        "C3Ghost C3k C3k2 C3x CBFuse CBLinear CIB DFL ELAN1 GhostBottleneck PSA PSABlock RepBottleneck RepC3 "
        "RepCSP RepNCSPELAN4 RepVGGDW SCDown SPP SPPELAN SPPF"
    ),
    "ultralytics.nn.modules.head": "Detect",
}
"""Classes whose instances a checkpoint may hold, by module: layers that compute and do nothing else."""

PARITY_SHAPES = ((2, 256, 320), (1, 480, 224))
"""(batch, height, width) at which the written networks are compared with the one read."""

LARGEST_ERROR = 0.02
"""Largest difference of a class score that half precision may cause."""


def main(arguments: list[str]) -> int:
    """Convert; see the module's text for arguments and output."""
    try:
        report = convert(Path(arguments[0]), Path(arguments[1]))
    except ReidAppError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stdout.write(json.dumps(report) + "\n")
    return 0


def convert(checkpoint: Path, folder: Path) -> dict[str, Any]:
    """Write ``model.xml``, ``model.bin``, ``model.safetensors`` and ``architecture.yaml``.

    Returns:
        ``classes``, ``parameters``, ``gflops`` (at 640 x 640), ``stride`` and ``largest_error`` (of a
        class score).

    Raises:
        ModelError: The checkpoint is not one that can be converted.
    """
    architecture, classes, state = read_checkpoint(checkpoint)
    return write_detector(architecture, classes, state, folder, source=checkpoint)


def write_detector(
    architecture: dict[str, Any], classes: list[str], state: dict[str, Tensor], folder: Path, *, source: Path
) -> dict[str, Any]:
    """Write the four files of a detector into ``folder``; return what :func:`convert` returns.

    Args:
        architecture: As :func:`build` takes it.
        classes: Names of its classes.
        state: Its parameters.
        folder: Where to write.
        source: The file that they come from, for messages.

    Raises:
        ModelError: Parameters and architecture do not belong together, or what was written differs.
    """
    architecture["nc"] = len(classes)
    network = build(architecture)
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise ModelError(
            f"{source} was made by a release of ultralytics whose layers differ from the installed one's "
            f"({_one_line(error)[:200]}); install the release that it was trained with"
        ) from error
    network.eval()

    weights = folder / "model.safetensors"
    save_file({name: _compact(tensor) for name, tensor in state.items()}, weights)
    weights.chmod(0o644)
    (folder / "architecture.yaml").write_text(yaml.safe_dump(architecture, sort_keys=False), encoding="utf-8")
    example = torch.zeros(PARITY_SHAPES[0][0], 3, *PARITY_SHAPES[0][1:])
    graph = openvino.convert_model(network, example_input=example, input=[-1, 3, -1, -1])
    graph.inputs[0].get_tensor().set_names({"images"})
    graph.outputs[0].get_tensor().set_names({"predictions"})
    openvino.save_model(graph, folder / "model.xml", compress_to_fp16=True)

    return {
        "classes": classes,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "gflops": round(_gflops(network), 3),
        "stride": int(network.model[-1].stride.max()),  # type: ignore[index,union-attr]
        "largest_error": _largest_error(network, folder),
    }


def read_checkpoint(checkpoint: Path) -> tuple[dict[str, Any], list[str], dict[str, Tensor]]:
    """Read architecture, class names and parameters (float32) of a checkpoint.

    Raises:
        ModelError: It is damaged, holds a class that is not allowed, or is no detector.
    """
    if tuple(int(part) for part in torch.__version__.split(".")[:2]) < SAFE_TORCH:
        raise ModelError(
            f"torch {torch.__version__} can be made to run code by a checkpoint; install torch "
            f"{'.'.join(map(str, SAFE_TORCH))} or later before importing"
        )
    try:
        with torch.serialization.safe_globals(_allowed_classes()):
            content = torch.load(checkpoint, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ModelError(
            f"{checkpoint} holds something that a detector does not need, or is damaged, and was not loaded "
            f"({_reason(error)}); import a plain ultralytics detection checkpoint"
        ) from error
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise ModelError(f"{checkpoint} is not a readable checkpoint ({_one_line(error)[:200]})") from error
    stored = (content.get("ema") or content.get("model")) if isinstance(content, dict) else None
    if not isinstance(stored, nn.Module) or type(stored).__name__ != "DetectionModel":
        raise ModelError(f"{checkpoint} holds no ultralytics detection network; import a detection checkpoint")
    attributes = vars(stored)
    architecture, names = attributes.get("yaml"), attributes.get("names")
    if isinstance(names, dict):
        names = [names[index] for index in sorted(names)]
    if not isinstance(architecture, dict) or not isinstance(names, list):
        raise ModelError(f"{checkpoint} does not say its architecture and class names; import a newer checkpoint")
    plain = json.loads(json.dumps(architecture, default=str))
    state = {name: tensor.float() for name, tensor in stored.state_dict().items()}
    return plain, [str(name) for name in names], state


def build(architecture: dict[str, Any]) -> nn.Module:
    """Build the detector of an ``architecture`` with random weights.

    Its forward takes (N, 3, H, W) RGB in 0..1, sides multiples of the stride, and returns
    (N, 4 + classes, anchors): centre x, centre y, width, height in pixels, class scores in 0..1.
    """
    tasks: Any = importlib.import_module("ultralytics.nn.tasks")
    network: nn.Module = tasks.DetectionModel(architecture, ch=int(architecture.get("ch", 3)), verbose=False)
    # Heads with a second, NMS-free output: one format for all detectors is worth more here.
    network.end2end = False  # type: ignore[assignment]
    head = network.model[-1]  # type: ignore[index]
    head.export = head.dynamic = True  # type: ignore[union-attr]
    return network


def _allowed_classes() -> list[Callable[..., Any] | tuple[Callable[..., Any], str]]:
    allowed: list[Callable[..., Any] | tuple[Callable[..., Any], str]] = [set]
    for module, names in ALLOWED.items():
        home = importlib.import_module(module)
        # Releases differ in the layers that they have.
        allowed += [getattr(home, name) for name in names.split() if hasattr(home, name)]
    return allowed


def _compact(tensor: Tensor) -> Tensor:
    """Half precision for kernels; statistics and biases are small and stay as they are."""
    return (tensor.half() if tensor.ndim > 1 else tensor).contiguous()


def _gflops(network: nn.Module) -> float:
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        network(torch.zeros(1, 3, 640, 640))
    return float(counter.get_total_flops()) / 1e9


def _largest_error(network: nn.Module, folder: Path) -> float:
    """Compare what was written with ``network`` on noise; return the largest score difference."""
    twin = build(yaml.safe_load((folder / "architecture.yaml").read_text(encoding="utf-8")))
    twin.load_state_dict({name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()})
    twin.eval()
    compiled = openvino.Core().compile_model(folder / "model.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    worst = 0.0
    generator = torch.Generator().manual_seed(0)
    for batch, height, width in PARITY_SHAPES:
        images = torch.rand(batch, 3, height, width, generator=generator)
        with torch.inference_mode():
            expected = network(images).numpy()
            rebuilt = twin(images).numpy()
        for got in (compiled(images.numpy())[0], rebuilt):
            if got.shape != expected.shape:
                raise ModelError(f"the converted network answers {got.shape} instead of {expected.shape}")
            worst = max(worst, float(np.abs(got[:, 4:] - expected[:, 4:]).max()))
    if not worst <= LARGEST_ERROR:
        raise ModelError(f"the converted network's scores are off by {worst:.3f}; it was not kept")
    return worst


def _reason(error: Exception) -> str:
    """The sentence of torch's message that names the class refused."""
    text = _one_line(error)
    for mark in ("Unsupported global: GLOBAL ", "Trying to ", "Unsupported "):
        if mark in text:
            return mark.replace("GLOBAL ", "") + text.split(mark, 1)[1].split(" was ")[0].split(". ")[0][:160]
    return text[:160]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
