"""The joint-loss network: one embedding from the whole body and three body parts.

Liu, Jiang, Zhou, Xu, *Person Re-identification with Joint-loss*, Tables I and II:
Inception-v3's modules, a shared stem (conv1 to conv4), and one branch each for the
whole body, the head, the trunk and the lower limb. The part branches read the stem's
map through RoI max pooling under the part boxes. The counts in this module are those
of the paper (width 1.0); every count is scaled by :func:`scaled`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.ops import roi_pool

from reid_app.domain import PART_NAMES

INPUT_SIZE = (219, 103)
"""Height and width of the paper's input in pixels."""

BRANCHES = ("global", *PART_NAMES)
"""All branches, in the order in which their features are concatenated."""

FEATURES = {"global": 256, "head": 64, "trunk": 128, "lower_limb": 128}
"""Size of each branch's feature vector; together the 576 of the paper."""

ROI_SIZES = {"head": (15, 15), "trunk": (23, 23), "lower_limb": (27, 23)}
"""RoI grid (height, width) of each part at the paper's input size (Table II)."""

REDUCED_ROI_SIZES = {"head": (9, 9), "trunk": (13, 13), "lower_limb": (16, 13)}
"""RoI grids for training at 131 x 63, in proportion to that smaller input."""

HEAD_WIDTH = 0.5
"""The head branch has half of the channels of the others (Table II)."""


@dataclass(frozen=True)
class JointLossArgs:
    """What decides the shape of a :class:`JointLossNet`; stored beside its weights.

    Args:
        width: Factor on every channel count; 1.0 is the paper.
        neck: ``"none"`` (the paper) or ``"bn"``: a batch norm over the embedding.
        branches: Which branches to build, a subset of :data:`BRANCHES` in its order.
        roi_sizes: RoI grid (height, width) by part; the paper's when empty.
        dropout: Probability of dropping a pooled feature before the last layer.
        projection: Length of the embedding behind a linear map that follows the neck; 0
            (the paper): no such map, the concatenated features are the embedding.
    """

    width: float = 1.0
    neck: str = "none"
    branches: tuple[str, ...] = BRANCHES
    roi_sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    dropout: float = 0.5
    projection: int = 0

    def __post_init__(self) -> None:
        """Refuse what no network can be built from.

        Raises:
            ValueError: An argument is out of its range or has an unknown name.
        """
        if self.width <= 0:
            raise ValueError(f"width must be positive, not {self.width}")
        if self.neck not in ("none", "bn"):
            raise ValueError(f"neck must be 'none' or 'bn', not {self.neck!r}")
        ordered = tuple(name for name in BRANCHES if name in self.branches)
        if not ordered or ordered != tuple(self.branches):
            raise ValueError(f"branches must be a subset of {BRANCHES} in that order, not {self.branches}")
        if self.projection < 0:
            raise ValueError(f"projection must be 0 or more, not {self.projection}")
        if unknown := set(self.roi_sizes) - set(PART_NAMES):
            raise ValueError(f"roi_sizes names no such part: {sorted(unknown)}")

    @property
    def feature_size(self) -> int:
        """Length of the concatenated features: 576 with all branches."""
        return sum(FEATURES[name] for name in self.branches)

    @property
    def embedding_size(self) -> int:
        """Length of the embedding."""
        return self.projection or self.feature_size


def scaled(count: int, width: float) -> int:
    """Channels at ``width`` for ``count`` at width 1.0: a multiple of 8, at least 8."""
    return max(8, 8 * round(count * width / 8))


class JointLossNet(nn.Module):
    """Images and part boxes to embeddings.

    Args:
        args: Width, neck, branches and RoI grids.

    The names of the parameters are part of the file format of the shipped weights.
    """

    def __init__(self, args: JointLossArgs | None = None) -> None:
        """Build the network with random weights."""
        super().__init__()
        self.args = args if args is not None else JointLossArgs()
        c = _Counts(self.args.width)
        self.conv1_3 = nn.Sequential(
            ConvBNReLU(3, c(32), 3, stride=2),
            ConvBNReLU(c(32), c(32), 3, padding=(0, 1)),
            ConvBNReLU(c(32), c(64), 3, padding=1),
            nn.MaxPool2d(3, stride=2),
        )
        self.conv2_x = MixedA(c(64), _MixedACounts(c(48), c(32), c(48), c(48), c(64), c(32)), valid=True)
        counts = _MixedACounts(c(64), c(48), c(64), c(64), c(96), c(64))
        self.conv3_x = MixedA(self.conv2_x.out_channels, counts)
        self.conv4_x = MixedA(self.conv3_x.out_channels, counts)
        self.map_channels = self.conv4_x.out_channels
        for name in self.args.branches:
            width = self.args.width * (HEAD_WIDTH if name == "head" else 1.0)
            self.add_module(name, Branch(self.map_channels, width, FEATURES[name], self.args.dropout))
        size = self.args.feature_size
        self.neck = nn.BatchNorm1d(size) if self.args.neck == "bn" else nn.Identity()
        self.projection = nn.Linear(size, self.args.projection) if self.args.projection else nn.Identity()
        self.roi_sizes = dict(ROI_SIZES) | dict(self.args.roi_sizes)
        _initialise(self)

    def forward(self, images: Tensor, part_boxes: Tensor) -> Tensor:
        """Embed crops.

        Args:
            images: (N, 3, H, W) RGB, normalised by the ImageNet mean and deviation;
                219 x 103 is the size of the paper.
            part_boxes: (N, 3, 4) boxes (x1, y1, x2, y2) of head, trunk and lower limb
                in fractions of the crop, 0 to 1; see ``nets/parts.py``.

        Returns:
            (N, ``args.embedding_size``) embeddings of norm 1.
        """
        features = self.neck(self.features(images, part_boxes))
        return functional.normalize(self.projection(features), dim=1)

    def features(self, images: Tensor, part_boxes: Tensor) -> Tensor:
        """Concatenated features of the branches, (N, 576), before the neck."""
        return self.pooled(self.branch_maps(self.stem(images), part_boxes))

    def stem(self, images: Tensor) -> Tensor:
        """The shared map conv4_x: (N, 288 * width, 51, 23) at the paper's input size."""
        out: Tensor = self.conv4_x(self.conv3_x(self.conv2_x(self.conv1_3(images))))
        return out

    def branch_maps(self, shared: Tensor, part_boxes: Tensor) -> dict[str, Tensor]:
        """The conv9_x map of each branch, by name.

        Args:
            shared: The map of :meth:`stem`.
            part_boxes: As in :meth:`forward`.

        Returns:
            At the paper's size (N, 1280, 12, 5) for ``global``, (N, 640, 3, 3) for
            ``head``, (N, 1280, 5, 5) for ``trunk``, (N, 1280, 6, 5) for ``lower_limb``.
        """
        maps: dict[str, Tensor] = {}
        for name in self.args.branches:
            view = shared
            if name != "global":
                boxes = part_boxes[:, PART_NAMES.index(name)]
                view = pool_part(shared, boxes, self.roi_sizes[name])
            maps[name] = self.branch(name).maps(view)
        return maps

    def pooled(self, maps: Mapping[str, Tensor]) -> Tensor:
        """(N, 576) features from the maps of :meth:`branch_maps`."""
        return torch.cat([self.branch(name).pooled(maps[name]) for name in self.args.branches], dim=1)

    def branch(self, name: str) -> Branch:
        """The branch called ``name``, one of ``args.branches``."""
        branch = self.get_submodule(name)
        assert isinstance(branch, Branch)
        return branch


def pool_part(shared: Tensor, boxes: Tensor, size: Sequence[int]) -> Tensor:
    """RoI max pooling of a map under one box per image.

    Args:
        shared: (N, C, H, W) map.
        boxes: (N, 4) boxes in fractions of the map, 0 to 1.
        size: Height and width of the result.

    Returns:
        (N, C, size[0], size[1]); max pooling runs in float32 whatever the map's dtype.
    """
    height, width = shared.shape[-2], shared.shape[-1]
    # The operator includes the end cell, hence the -1 on x2 and y2.
    scale = boxes.new_tensor([width, height, width, height])
    cells = boxes * scale - boxes.new_tensor([0.0, 0.0, 1.0, 1.0])
    index = torch.arange(shared.shape[0], device=boxes.device, dtype=torch.float32).unsqueeze(1)
    rois = torch.cat([index, cells.float()], dim=1)
    pooled: Tensor = roi_pool(shared.float(), rois, (int(size[0]), int(size[1])), 1.0)
    return pooled.to(shared.dtype)


class ConvBNReLU(nn.Module):
    """Convolution without bias, batch norm (eps 1e-3), ReLU."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int | tuple[int, int],
        *,
        stride: int = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        """Build the layer from ``inputs`` to ``outputs`` channels."""
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=padding, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=1e-3)
        self.out_channels = outputs

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, H', W')."""
        return functional.relu(self.bn(self.conv(x)), inplace=True)


@dataclass(frozen=True)
class _MixedACounts:
    one: int
    five_in: int
    five: int
    double_in: int
    double: int
    pool: int


class MixedA(nn.Module):
    """Inception-v3's first module: 1x1, 5x5, double 3x3 and average-pool paths.

    With ``valid``, the map loses one row and column on each side: the 1x1 path crops,
    the 5x5 pads 1, the last 3x3 and the average pool do not pad.
    """

    def __init__(self, inputs: int, counts: _MixedACounts, *, valid: bool = False) -> None:
        """Build the module for ``inputs`` channels."""
        super().__init__()
        self.valid = valid
        edge = 0 if valid else 1
        self.branch1x1 = ConvBNReLU(inputs, counts.one, 1)
        self.branch5x5 = nn.Sequential(
            ConvBNReLU(inputs, counts.five_in, 1), ConvBNReLU(counts.five_in, counts.five, 5, padding=1 + edge)
        )
        self.branch3x3dbl = nn.Sequential(
            ConvBNReLU(inputs, counts.double_in, 1),
            ConvBNReLU(counts.double_in, counts.double, 3, padding=1),
            ConvBNReLU(counts.double, counts.double, 3, padding=edge),
        )
        self.branch_pool = ConvBNReLU(inputs, counts.pool, 1)
        self.out_channels = counts.one + counts.five + counts.double + counts.pool

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, out_channels, H, W), two less each way with ``valid``."""
        pooled = functional.avg_pool2d(x, 3, stride=1, padding=0 if self.valid else 1, count_include_pad=False)
        centre = x[..., 1:-1, 1:-1] if self.valid else x
        paths = (self.branch1x1(centre), self.branch5x5(x), self.branch3x3dbl(x), self.branch_pool(pooled))
        return torch.cat(paths, dim=1)


class ReductionA(nn.Module):
    """conv5_x: halves the map by a 3x3, a double 3x3 and a max-pool path."""

    def __init__(self, inputs: int, width: float) -> None:
        """Build the module for ``inputs`` channels."""
        super().__init__()
        c = _Counts(width)
        self.branch3x3 = ConvBNReLU(inputs, c(384), 3, stride=2)
        self.branch3x3dbl = nn.Sequential(
            ConvBNReLU(inputs, c(64), 1), ConvBNReLU(c(64), c(96), 3, padding=1), ConvBNReLU(c(96), c(96), 3, stride=2)
        )
        self.out_channels = c(384) + c(96) + inputs

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, out_channels, (H - 1) // 2, (W - 1) // 2)."""
        paths = (self.branch3x3(x), self.branch3x3dbl(x), functional.max_pool2d(x, 3, stride=2))
        return torch.cat(paths, dim=1)


class MixedB(nn.Module):
    """conv6_x to conv8_x: 1x1, 7x7 and double 7x7 in two factors, average-pool path."""

    def __init__(self, inputs: int, inner: int, width: float) -> None:
        """Build the module; ``inner`` is the unscaled width of the 7x7 paths."""
        super().__init__()
        c = _Counts(width)
        mid, out = c(inner), c(192)
        self.branch1x1 = ConvBNReLU(inputs, out, 1)
        self.branch7x7 = nn.Sequential(ConvBNReLU(inputs, mid, 1), _wide(mid, mid), _tall(mid, out))
        self.branch7x7dbl = nn.Sequential(
            ConvBNReLU(inputs, mid, 1), _tall(mid, mid), _wide(mid, mid), _tall(mid, mid), _wide(mid, out)
        )
        self.branch_pool = ConvBNReLU(inputs, out, 1)
        self.out_channels = 4 * out

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, out_channels, H, W)."""
        pooled = functional.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)
        paths = (self.branch1x1(x), self.branch7x7(x), self.branch7x7dbl(x), self.branch_pool(pooled))
        return torch.cat(paths, dim=1)


class ReductionB(nn.Module):
    """conv9_x: halves the map by a 3x3, a factored 7x7 + 3x3 and a max-pool path."""

    def __init__(self, inputs: int, width: float) -> None:
        """Build the module for ``inputs`` channels."""
        super().__init__()
        c = _Counts(width)
        mid = c(192)
        self.branch3x3 = nn.Sequential(ConvBNReLU(inputs, mid, 1), ConvBNReLU(mid, c(320), 3, stride=2))
        self.branch7x7x3 = nn.Sequential(
            ConvBNReLU(inputs, mid, 1), _wide(mid, mid), _tall(mid, mid), ConvBNReLU(mid, mid, 3, stride=2)
        )
        self.out_channels = c(320) + mid + inputs

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, out_channels, (H - 1) // 2, (W - 1) // 2)."""
        paths = (self.branch3x3(x), self.branch7x7x3(x), functional.max_pool2d(x, 3, stride=2))
        return torch.cat(paths, dim=1)


class Branch(nn.Module):
    """conv5_x to conv9_x, average pooling, dropout and the last linear layer."""

    def __init__(self, inputs: int, width: float, features: int, dropout: float) -> None:
        """Build the branch for a map of ``inputs`` channels."""
        super().__init__()
        self.conv5_x = ReductionA(inputs, width)
        self.conv6_x = MixedB(self.conv5_x.out_channels, 128, width)
        self.conv7_x = MixedB(self.conv6_x.out_channels, 160, width)
        self.conv8_x = MixedB(self.conv7_x.out_channels, 192, width)
        self.conv9_x = ReductionB(self.conv8_x.out_channels, width)
        self.dropout = nn.Dropout(dropout)
        self.out_channels = self.conv9_x.out_channels
        self.fc = nn.Linear(self.out_channels, features)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, features)."""
        return self.pooled(self.maps(x))

    def maps(self, x: Tensor) -> Tensor:
        """The conv9_x map."""
        out: Tensor = self.conv9_x(self.conv8_x(self.conv7_x(self.conv6_x(self.conv5_x(x)))))
        return out

    def pooled(self, maps: Tensor) -> Tensor:
        """(N, features) from the conv9_x map."""
        out: Tensor = self.fc(self.dropout(maps.mean(dim=(2, 3))))
        return out


class _Counts:
    """Scales channel counts by one width."""

    def __init__(self, width: float) -> None:
        self.width = width

    def __call__(self, count: int) -> int:
        return scaled(count, self.width)


def _wide(inputs: int, outputs: int) -> ConvBNReLU:
    return ConvBNReLU(inputs, outputs, (1, 7), padding=(0, 3))


def _tall(inputs: int, outputs: int) -> ConvBNReLU:
    return ConvBNReLU(inputs, outputs, (7, 1), padding=(3, 0))


def _initialise(network: nn.Module) -> None:
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=module.in_features**-0.5)
            nn.init.zeros_(module.bias)


def parameter_groups(network: nn.Module) -> OrderedDict[str, list[nn.Parameter]]:
    """Parameters that weight decay should shrink, and those that it should leave alone.

    Returns:
        ``"decay"``: weights of convolutions and linear layers; ``"keep"``: biases and
        batch norms.
    """
    groups: OrderedDict[str, list[nn.Parameter]] = OrderedDict(decay=[], keep=[])
    for parameter in network.parameters():
        groups["decay" if parameter.ndim > 1 else "keep"].append(parameter)
    return groups
