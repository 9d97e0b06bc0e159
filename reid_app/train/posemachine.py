"""Training of the pose machine from noisy labels (Wei et al., section 3.2.2)."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from reid_app.errors import TrainingError
from reid_app.nets.cpm import PoseMachine, PoseMachineArgs, target_maps
from reid_app.nets.parts import part_boxes
from reid_app.train.batches import Batch, BatchMaker
from reid_app.train.checkpoint import load_weights, save_weights
from reid_app.train.corpus import Corpus
from reid_app.train.found_landmarks import predict
from reid_app.train.run import Task
from reid_app.train.settings import PoseMachineTraining

BACKGROUND_WEIGHT = 0.3
"""Weight of the background map, which covers 18 times the cells of a landmark."""

PCK_RADIUS = 0.1
"""A landmark is right within this part of the crop's height."""


class PoseMachineTask(Task[Batch]):
    """A pose machine and its loss on every stage.

    Args:
        settings: The configuration.
        corpus: The pictures, at the input's size, with landmarks.
        device: Where to compute.

    Raises:
        TrainingError: No picture has enough landmarks.
    """

    def __init__(self, settings: PoseMachineTraining, corpus: Corpus, *, device: torch.device) -> None:
        self._settings = settings
        self._corpus = corpus
        self._device = device
        torch.manual_seed(settings.seed)
        self._net = PoseMachine(PoseMachineArgs(settings.width, settings.stages))
        if settings.start is not None:
            load_weights(self._net, settings.start)
        self._net.to(device).to(memory_format=torch.channels_last)
        self.module: nn.Module = self._net
        self.batch_size = settings.batch
        enough = (corpus.landmarks[..., 2] > 0).sum(axis=1) >= settings.least_landmarks
        self._training = np.flatnonzero(enough & ~corpus.held_out)
        self._validation = np.flatnonzero(enough & corpus.held_out)
        if len(self._training) < settings.batch:
            raise TrainingError(
                f"{len(self._training)} pictures have {settings.least_landmarks} landmarks or more, a batch needs "
                f"{settings.batch}; give landmarks to the data sets or lower least_landmarks."
            )
        self._maker = BatchMaker(corpus.images, corpus.landmarks, settings.augment, settings.seed)

    @property
    def network(self) -> PoseMachine:
        """The pose machine."""
        return self._net

    def batch(self, step: int) -> Batch:
        """The next pictures of a shuffled epoch, varied."""
        size = self._settings.batch
        epoch, place = divmod(step, len(self._training) // size)
        order = np.random.default_rng((self._settings.seed, 1, epoch)).permutation(len(self._training))
        return self._maker.make(step, self._training[order[place * size : (place + 1) * size]])

    def losses(
        self,
        batch: Batch,
        progress: float,  # noqa: ARG002 (there is one phase only)
    ) -> tuple[dict[str, Tensor], dict[str, float]]:
        """Squared distance to the target maps on every stage, without the worst maps."""
        landmarks = batch.landmarks.to(self._device)
        beliefs = self._net.beliefs(batch.images.to(self._device))
        height, width = beliefs[0].shape[-2:]
        targets = target_maps(landmarks, (int(height), int(width)), sigma=self._settings.sigma)
        weights = map_weights(landmarks, self._settings.unseen_weight)
        losses = {
            f"stage{index}": robust_loss(stage, targets, weights, distrust=self._settings.distrust)
            for index, stage in enumerate(beliefs, start=1)
        }
        return losses, {}

    def validate(self, weights: dict[str, Tensor]) -> dict[str, float]:
        """PCK and IoU of the part boxes on held-out people."""
        if len(self._validation) == 0:
            return {}
        net = PoseMachine(self._net.args).to(self._device)
        net.load_state_dict(weights)
        found = predict(net, self._corpus.images[self._validation], self._device)
        return pose_figures(found, self._corpus.landmarks[self._validation])

    def save(self, path: Path, weights: dict[str, Tensor], notes: dict[str, object]) -> None:
        """Half-precision weights with the architecture beside them."""
        size = [self._settings.height, self._settings.width_px]
        save_weights(path, weights, notes | {"architecture": asdict(self._net.args), "input_size": size})


def map_weights(landmarks: Tensor, unseen: float) -> Tensor:
    """(N, 19) weights of the belief maps: less for landmarks that the labels do not have.

    A landmark without a label may be hidden, or merely missed by the labels' maker.
    """
    seen = landmarks[..., 2] > 0
    weights = torch.where(seen, 1.0, unseen)
    return torch.cat([weights, torch.full_like(weights[:, :1], BACKGROUND_WEIGHT)], dim=1)


def robust_loss(beliefs: Tensor, targets: Tensor, weights: Tensor, *, distrust: float) -> Tensor:
    """Weighted squared distance per map, the mean over all but the worst maps.

    Args:
        beliefs: (N, 19, H, W) of one stage.
        targets: (N, 19, H, W).
        weights: (N, 19).
        distrust: Share of the maps with the largest distance, taken for wrong labels.
    """
    gaps = ((beliefs - targets) ** 2).sum(dim=(2, 3)) * weights
    if distrust == 0:
        return gaps.mean()
    limit = torch.quantile(gaps.detach().float().flatten(), 1.0 - distrust)
    return torch.where(gaps > limit, 0.0, gaps).mean()


def pose_figures(found: NDArray[np.float32], labels: NDArray[np.float32], *, aspect: float = 2.0) -> dict[str, float]:
    """PCK at a tenth of the height, and mean IoU of the part boxes.

    Args:
        found: (N, 18, 3) of the pose machine.
        labels: (N, 18, 3); landmarks of confidence 0 do not count for PCK.
        aspect: Height of a crop over its width.
    """
    seen = labels[..., 2] > 0
    gaps = (found[..., :2] - labels[..., :2]) / np.array([aspect, 1.0], np.float32)
    right = np.hypot(gaps[..., 0], gaps[..., 1]) < PCK_RADIUS
    own = part_boxes(torch.from_numpy(found))
    wanted = part_boxes(torch.from_numpy(labels))
    return {"pck": float(right[seen].mean()) if seen.any() else 0.0, "part_iou": float(_iou(own, wanted).mean())}


def _iou(first: Tensor, second: Tensor) -> Tensor:
    low = torch.maximum(first[..., :2], second[..., :2])
    high = torch.minimum(first[..., 2:], second[..., 2:])
    shared = (high - low).clamp(min=0).prod(dim=-1)
    areas = [(boxes[..., 2:] - boxes[..., :2]).prod(dim=-1) for boxes in (first, second)]
    return shared / (areas[0] + areas[1] - shared)
