"""Fine-tuning of a pedestrian detector on frames of surveillance cameras.

The network and its loss are ultralytics' (AGPL-3.0); it stays a network of the classes
that it had, of which only people, class 0, are trained. Its weights are averaged with
those that it started from, which keeps what the start could do (Wortsman et al., *Robust
fine-tuning of zero-shot models*, 2022).
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
import yaml
from safetensors.torch import load_file
from torch import Tensor, nn

from reid_app.errors import ModelError, TrainingError
from reid_app.models import ModelKind, Role, find_model
from reid_app.models.convert_detector import build
from reid_app.train.camera_faults import with_faults
from reid_app.train.checkpoint import save_weights
from reid_app.train.frames import LabelledFrame, as_targets, placed, read_frames, self_labelled, to_pixels
from reid_app.train.run import Task
from reid_app.train.settings import DetectorTraining

LOSS_GAINS = {"box": 7.5, "cls": 0.5, "dfl": 1.5}
"""Weights of the terms of ultralytics' loss, its defaults."""

_PERSON = 0
_VALIDATION_BATCH = 8


@dataclass(frozen=True)
class FrameBatch:
    """One step's frames.

    Attributes:
        images: (N, 3, S, S) RGB in 0..1.
        targets: (T, 6) as :func:`~reid_app.train.frames.as_targets` gives them.
    """

    images: Tensor
    targets: Tensor


class DetectorTask(Task[FrameBatch]):
    """A detector that goes on learning what people look like.

    Args:
        settings: The configuration.
        device: Where to compute.

    Raises:
        TrainingError: The frames cannot be read, or the start is no detector of people.
    """

    def __init__(self, settings: DetectorTraining, *, device: torch.device) -> None:
        self._settings = settings
        self._device = device
        torch.manual_seed(settings.seed)
        self._architecture, self._classes, start = _start(settings.model)
        self._net = _built(self._architecture, start)
        self._frames = read_frames(settings.frames, "train")
        if settings.self_labelled is not None:
            self._frames += list(self_labelled(settings.self_labelled, self._net.eval()))
        self._validation = read_frames(settings.frames, "val")
        self._start = start
        self._net.to(device).to(memory_format=torch.channels_last)
        self._loss = _PersonLoss(self._net)
        self.module: nn.Module = self._net
        self.batch_size = settings.batch

    @property
    def network(self) -> nn.Module:
        """The detector."""
        return self._net

    def batch(self, step: int) -> FrameBatch:
        """The next frames of a shuffled epoch, varied."""
        settings = self._settings
        size = settings.batch
        epoch, place = divmod(step, max(1, len(self._frames) // size))
        order = np.random.default_rng((settings.seed, 1, epoch)).permutation(len(self._frames))
        rng = np.random.default_rng((settings.seed, 2, step))
        chosen = [self._frames[index] for index in order[place * size : (place + 1) * size]]
        return self._packed([self._varied(frame, rng) for frame in chosen])

    def losses(
        self,
        batch: FrameBatch,
        progress: float,  # noqa: ARG002 (there is one phase only)
    ) -> tuple[dict[str, Tensor], dict[str, float]]:
        """Ultralytics' three terms, of people alone."""
        return self._loss(self._net, batch), {}

    def validate(self, weights: dict[str, Tensor]) -> dict[str, float]:
        """The loss on validation frames as they are, and with camera faults; less is better."""
        net = _built(self._architecture, self._mixed(weights)).to(self._device).eval()
        net.model[-1].export = False  # type: ignore[index, union-attr]  # give the loss what it wants
        loss = _PersonLoss(net)
        figures = {}
        for name, faults in (("val/clean", False), ("val/faults", True)):
            total = 0.0
            batches = list(self._validation_batches(faults=faults))
            for batch in batches:
                with torch.no_grad():
                    terms = loss(net, batch)
                total += float(torch.stack(list(terms.values())).sum())
            figures[name] = total / len(batches)
        return figures

    def save(self, path: Any, weights: dict[str, Tensor], notes: dict[str, object]) -> None:
        """Half-precision weights, mixed with the start's, with architecture and classes beside them."""
        kept = {"detector": self._architecture, "classes": self._classes}
        save_weights(path, self._mixed(weights), notes | kept)

    def _mixed(self, weights: dict[str, Tensor]) -> dict[str, Tensor]:
        keep = self._settings.keep
        return {
            name: torch.lerp(value.float().cpu(), self._start[name], keep) if value.is_floating_point() else value
            for name, value in weights.items()
        }

    def _varied(self, frame: LabelledFrame, rng: np.random.Generator) -> LabelledFrame:
        settings = self._settings
        scale = float(np.exp(rng.uniform(np.log(settings.least_scale), np.log(settings.most_scale))))
        shift = (float(rng.random()), float(rng.random()))
        drawn = placed(frame, settings.size, scale, shift, mirror=bool(rng.random() < 0.5))
        return LabelledFrame(with_faults(drawn.image, settings.faults, rng), drawn.boxes)

    def _validation_batches(self, *, faults: bool) -> Iterator[FrameBatch]:
        rng = np.random.default_rng(0)
        frames = [placed(frame, self._settings.size, 1.0, (0.5, 0.5), mirror=False) for frame in self._validation]
        if faults:
            frames = [LabelledFrame(with_faults(f.image, self._settings.faults, rng), f.boxes) for f in frames]
        for start in range(0, len(frames), _VALIDATION_BATCH):
            yield self._packed(frames[start : start + _VALIDATION_BATCH])

    @staticmethod
    def _packed(frames: list[LabelledFrame]) -> FrameBatch:
        return FrameBatch(to_pixels(np.stack([frame.image for frame in frames])), as_targets(frames))


class _PersonLoss:
    """Ultralytics' detection loss without the scores of other classes than people."""

    def __init__(self, network: nn.Module) -> None:
        network.args = SimpleNamespace(**LOSS_GAINS)  # type: ignore[assignment]
        loss: Any = importlib.import_module("ultralytics.utils.loss")
        self._criterion = loss.v8DetectionLoss(network)
        self._criterion.bce = _OneClass()

    def __call__(self, network: nn.Module, batch: FrameBatch) -> dict[str, Tensor]:
        images = batch.images.to(next(network.parameters()).device)
        rows = {"batch_idx": batch.targets[:, 0], "cls": batch.targets[:, 1], "bboxes": batch.targets[:, 2:]}
        terms, _ = self._criterion(network(images), rows)
        return dict(zip(LOSS_GAINS, terms / len(images), strict=True))


class _OneClass(nn.Module):
    """Cross-entropy of class 0; the others, of which nothing is labelled, count nothing."""

    def forward(self, scores: Tensor, targets: Tensor) -> Tensor:
        person = nn.functional.binary_cross_entropy_with_logits(scores[..., :1], targets[..., :1], reduction="none")
        return torch.cat([person, torch.zeros_like(scores[..., 1:])], dim=-1)


def _start(name: str) -> tuple[dict[str, Any], list[str], dict[str, Tensor]]:
    try:
        files = find_model(name)
    except ModelError as error:
        raise TrainingError(f"The detector to start from: {error}") from error
    if files.kind is not ModelKind.DETECTOR or files.manifest.classes[_PERSON].casefold() != "person":
        raise TrainingError(f"{name} is no detector whose first class is people; start from one such as yolov8n.")
    architecture: dict[str, Any] = yaml.safe_load(files.path(Role.ARCHITECTURE).read_text(encoding="utf-8"))
    weights = {key: value.float() for key, value in load_file(files.path(Role.WEIGHTS)).items()}
    return architecture, list(files.manifest.classes), weights


def _built(architecture: dict[str, Any], weights: dict[str, Tensor]) -> nn.Module:
    net = build(dict(architecture))
    net.load_state_dict(weights, strict=False)
    # The last layer of the box distribution is a fixed ramp, not something to learn.
    for name, parameter in net.named_parameters():
        parameter.requires_grad = ".dfl." not in name
    return net
