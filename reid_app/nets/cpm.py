"""A convolutional pose machine for crops: 18 landmarks by belief maps.

Wei, Ramakrishna, Kanade, Sheikh, *Convolutional Pose Machines*, CVPR 2016: shared
features, then stages that each see the features and the belief maps of the stage
before. Against the paper, the 9x9 and 11x11 convolutions are replaced by dilated 3x3
ones, which see as far and cost less on small crops.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from reid_app.domain import LANDMARK_NAMES
from reid_app.nets.jointloss import scaled

INPUT_SIZE = (128, 64)
"""Height and width of the crops."""

STRIDE = 4
"""Pixels of the crop per cell of a belief map."""

MAPS = len(LANDMARK_NAMES) + 1
"""Belief maps of one stage: one per landmark, and the background last."""


@dataclass(frozen=True)
class PoseMachineArgs:
    """What decides the shape of a :class:`PoseMachine`; stored beside its weights.

    Args:
        width: Factor on every channel count; 1.0 has 128 feature channels.
        stages: Number of stages, at least 1.
    """

    width: float = 1.0
    stages: int = 6

    def __post_init__(self) -> None:
        """Refuse what no network can be built from.

        Raises:
            ValueError: An argument is out of its range.
        """
        if self.width <= 0:
            raise ValueError(f"width must be positive, not {self.width}")
        if self.stages < 1:
            raise ValueError(f"stages must be at least 1, not {self.stages}")


class PoseMachine(nn.Module):
    """Crops to belief maps.

    Args:
        args: Width and number of stages.

    The names of the parameters are part of the file format of the shipped weights.
    """

    def __init__(self, args: PoseMachineArgs | None = None) -> None:
        """Build the network with random weights."""
        super().__init__()
        self.args = args if args is not None else PoseMachineArgs()
        stem, features = scaled(64, self.args.width), scaled(128, self.args.width)
        self.features = nn.Sequential(
            _layer(3, stem, stride=2),
            _layer(stem, stem),
            _layer(stem, features, stride=2),
            _layer(features, features),
            _layer(features, features, dilation=2),
            _layer(features, features, dilation=4),
            _layer(features, features),
        )
        self.context = _Context(features)
        self.stages = nn.ModuleList(
            _Stage(features, 0 if index == 0 else MAPS, features) for index in range(self.args.stages)
        )

    def forward(self, images: Tensor) -> Tensor:
        """Belief maps of the last stage.

        Args:
            images: (N, 3, H, W) RGB, normalised by the ImageNet mean and deviation;
                128 x 64 is the size that the network is trained at.

        Returns:
            (N, 19, H / 4, W / 4); the value at a landmark's cell is its confidence.
        """
        return self.beliefs(images)[-1]

    def beliefs(self, images: Tensor) -> list[Tensor]:
        """Belief maps of every stage, for a loss on each (Wei et al., equation 5)."""
        features = self.context(self.features(images))
        maps: list[Tensor] = []
        for stage in self.stages:
            maps.append(stage(features, maps[-1] if maps else None))
        return maps


def peaks(beliefs: Tensor) -> Tensor:
    """Landmarks from belief maps, with sub-cell precision.

    The peak is the mean of the 3x3 cells about the highest one, weighted by belief.

    Args:
        beliefs: (N, 19, H, W) belief maps.

    Returns:
        (N, 18, 3): x and y in fractions of the crop, 0 to 1, and confidence, 0 to 1.
    """
    maps = beliefs[:, :-1].clamp(min=0.0)
    height, width = maps.shape[-2], maps.shape[-1]
    confidence, index = maps.flatten(2).max(dim=2)
    offsets = torch.tensor([-1, 0, 1], device=maps.device)
    # Padded by one cell of belief 0, so that a peak on the border has nine cells too.
    padded = functional.pad(maps, (1, 1, 1, 1)).flatten(2)
    row = torch.div(index, width, rounding_mode="floor")
    column = index - row * width
    rows = row[..., None, None] + offsets[:, None]
    columns = column[..., None, None] + offsets[None, :]
    flat = ((rows + 1) * (width + 2) + columns + 1).flatten(2)
    weights = padded.gather(2, flat)
    total = weights.sum(dim=2).clamp(min=1e-6)
    columns_flat = columns.expand(-1, -1, 3, 3).flatten(2).to(maps.dtype)
    rows_flat = rows.expand(-1, -1, 3, 3).flatten(2).to(maps.dtype)
    x = ((weights * columns_flat).sum(dim=2) / total + 0.5) / width
    y = ((weights * rows_flat).sum(dim=2) / total + 0.5) / height
    return torch.stack([x.clamp(0.0, 1.0), y.clamp(0.0, 1.0), confidence.clamp(max=1.0)], dim=2)


def target_maps(landmarks: Tensor, size: tuple[int, int], *, sigma: float = 1.0) -> Tensor:
    """Belief maps to learn: a Gaussian at each landmark seen, and the background.

    Args:
        landmarks: (N, 18, 3): x and y in fractions of the crop, and confidence; a
            confidence of 0 means not seen.
        size: Height and width of a map.
        sigma: Deviation of the Gaussian in cells.

    Returns:
        (N, 19, H, W); the map of a landmark that is not seen is 0 everywhere.
    """
    height, width = size
    x = landmarks[..., 0] * width - 0.5
    y = landmarks[..., 1] * height - 0.5
    columns = torch.arange(width, device=landmarks.device, dtype=landmarks.dtype)
    rows = torch.arange(height, device=landmarks.device, dtype=landmarks.dtype)
    along_x = torch.exp(-((columns - x.unsqueeze(-1)) ** 2) / (2 * sigma**2))
    along_y = torch.exp(-((rows - y.unsqueeze(-1)) ** 2) / (2 * sigma**2))
    seen = (landmarks[..., 2] > 0).to(landmarks.dtype)
    maps = along_y.unsqueeze(-1) * along_x.unsqueeze(-2) * seen[..., None, None]
    background = 1.0 - maps.amax(dim=1, keepdim=True)
    return torch.cat([maps, background], dim=1)


class _Context(nn.Module):
    """Tells every cell about the whole crop.

    Which of two hips is the left one depends on whether the person is seen from the
    front or from behind, which a cell at the hips cannot see for itself.
    """

    def __init__(self, features: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(features, features, 1)
        self.spread = nn.Conv2d(features, features, 1)
        # Nothing is added at first, so that the network starts as if without context.
        for parameter in self.spread.parameters():
            nn.init.zeros_(parameter)

    def forward(self, features: Tensor) -> Tensor:
        """(N, features, H, W) to the same shape."""
        average = features.mean(dim=(2, 3), keepdim=True)
        added: Tensor = self.spread(functional.relu(self.squeeze(average)))
        return features + added


class _Stage(nn.Module):
    """Features and the beliefs of the stage before to new beliefs.

    Stages behind the first look farther, from the shoulders to the hips and beyond.
    """

    def __init__(self, features: int, beliefs: int, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _layer(features + beliefs, width),
            _layer(width, width, dilation=6 if beliefs else 3),
            _layer(width, width),
        )
        self.out = nn.Conv2d(width, MAPS, 1)

    def forward(self, features: Tensor, beliefs: Tensor | None) -> Tensor:
        """(N, features, H, W) and, behind stage 1, (N, 19, H, W) to (N, 19, H, W)."""
        inputs = features if beliefs is None else torch.cat([features, beliefs], dim=1)
        out: Tensor = self.out(self.body(inputs))
        return out


def _layer(inputs: int, outputs: int, *, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride=stride, padding=dilation, dilation=dilation, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )
