"""Tables I and II of the paper, row by row, and what the network promises its callers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from reid_app.nets.jointloss import (
    BRANCHES,
    FEATURES,
    INPUT_SIZE,
    REDUCED_ROI_SIZES,
    ROI_SIZES,
    JointLossArgs,
    JointLossNet,
    parameter_groups,
    pool_part,
    scaled,
)
from reid_app.nets.parts import part_boxes


@pytest.fixture(scope="module")
def full() -> JointLossNet:
    return JointLossNet().eval()


@pytest.fixture(scope="module")
def small() -> JointLossNet:
    torch.manual_seed(0)
    net = JointLossNet(JointLossArgs(width=0.25, neck="bn"))
    images, boxes = _inputs(6)
    net.train()
    net(images, boxes)  # batch statistics other than those of the start
    return net.eval()


def _inputs(count: int, size: tuple[int, int] = INPUT_SIZE) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(count)
    images = torch.randn(count, 3, *size, generator=generator)
    landmarks = torch.rand(count, 18, 3, generator=generator)
    return images, part_boxes(landmarks)


STEM_ROWS = [  # Table I: module, (channels, height, width)
    ("conv1_3", (64, 53, 25)),
    ("conv2_x", (192, 51, 23)),
    ("conv3_x", (288, 51, 23)),
    ("conv4_x", (288, 51, 23)),
]
GLOBAL_ROWS = [
    ("conv5_x", (768, 25, 11)),
    ("conv6_x", (768, 25, 11)),
    ("conv7_x", (768, 25, 11)),
    ("conv8_x", (768, 25, 11)),
    ("conv9_x", (1280, 12, 5)),
]


@torch.no_grad()
def test_every_row_of_table_one(full: JointLossNet) -> None:
    x = torch.zeros(1, 3, *INPUT_SIZE)
    for name, shape in STEM_ROWS:
        x = full.get_submodule(name)(x)
        assert x.shape[1:] == shape, name
    for name, shape in GLOBAL_ROWS:
        x = full.branch("global").get_submodule(name)(x)
        assert x.shape[1:] == shape, name


@torch.no_grad()
@pytest.mark.parametrize(
    ("part", "rows"),
    [  # Table II: RoI pooling, conv5_x, conv8_x, conv9_x
        ("head", [(288, 15, 15), (528, 7, 7), (384, 7, 7), (640, 3, 3)]),
        ("trunk", [(288, 23, 23), (768, 11, 11), (768, 11, 11), (1280, 5, 5)]),
        ("lower_limb", [(288, 27, 23), (768, 13, 11), (768, 13, 11), (1280, 6, 5)]),
    ],
)
def test_every_row_of_table_two(full: JointLossNet, part: str, rows: list[tuple[int, int, int]]) -> None:
    shared = torch.zeros(1, 288, 51, 23)
    x = pool_part(shared, torch.tensor([[0.1, 0.1, 0.9, 0.6]]), ROI_SIZES[part])
    branch = full.branch(part)
    shapes = [x.shape[1:]]
    x = branch.conv5_x(x)
    shapes.append(x.shape[1:])
    x = branch.conv8_x(branch.conv7_x(branch.conv6_x(x)))
    shapes.append(x.shape[1:])
    shapes.append(branch.conv9_x(x).shape[1:])
    assert shapes == rows
    assert branch.pooled(torch.zeros(1, *rows[-1])).shape == (1, FEATURES[part])


@pytest.mark.parametrize(("width", "millions"), [(1.0, 27.63), (0.25, 1.87)])
def test_number_of_parameters(width: float, millions: float) -> None:
    net = JointLossNet(JointLossArgs(width=width))
    assert sum(p.numel() for p in net.parameters()) / 1e6 == pytest.approx(millions, abs=0.005)


@torch.no_grad()
def test_embeddings_have_length_one_and_do_not_depend_on_the_batch(small: JointLossNet) -> None:
    images, boxes = _inputs(3)
    together = small(images, boxes)
    alone = torch.cat([small(images[i : i + 1], boxes[i : i + 1]) for i in range(3)])
    assert together.shape == (3, 576)
    torch.testing.assert_close(together.norm(dim=1), torch.ones(3))
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=0)


@torch.no_grad()
def test_part_boxes_reach_their_own_branch_only(small: JointLossNet) -> None:
    images, boxes = _inputs(1)
    moved = boxes.clone()
    moved[:, 1] = torch.tensor([0.0, 0.6, 0.5, 1.0])
    difference = (small.features(images, boxes) - small.features(images, moved)).abs()[0]
    trunk = slice(256 + 64, 256 + 64 + 128)
    assert difference[trunk].max() > 1e-4
    difference[trunk] = 0
    assert difference.max() == 0


def test_every_parameter_learns() -> None:
    net = JointLossNet(JointLossArgs(width=0.25, neck="bn", dropout=0.0))
    images, boxes = _inputs(4)
    target = torch.randn(4, 576)
    (net(images, boxes) * target).sum().backward()
    without = [name for name, p in net.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    # What is added to every image alike is taken out again by the neck's batch norm.
    assert [name for name in without if not name.endswith("fc.bias")] == []


def test_projection_follows_the_neck(small: JointLossNet) -> None:
    net = JointLossNet(JointLossArgs(width=0.25, neck="bn", projection=32)).eval()
    net.load_state_dict(small.state_dict(), strict=False)
    images, boxes = _inputs(2)
    with torch.no_grad():
        expected = torch.nn.functional.normalize(net.projection(small.neck(small.features(images, boxes))))
        torch.testing.assert_close(net(images, boxes), expected)
    assert net.args.embedding_size == 32


@pytest.mark.parametrize("branches", [("global",), ("global", "head"), ("trunk", "lower_limb")])
def test_fewer_branches(branches: tuple[str, ...]) -> None:
    net = JointLossNet(JointLossArgs(width=0.25, branches=branches)).eval()
    assert net(*_inputs(1)).shape == (1, sum(FEATURES[name] for name in branches))


def test_reduced_grids_keep_the_parameters() -> None:
    reduced = JointLossNet(JointLossArgs(width=0.25, roi_sizes=REDUCED_ROI_SIZES)).eval()
    reduced.load_state_dict(JointLossNet(JointLossArgs(width=0.25)).state_dict())
    images, boxes = _inputs(2, (131, 63))
    assert reduced(images, boxes).shape == (2, 576)


@pytest.mark.parametrize(
    ("count", "width", "expected"),
    [(32, 1.0, 32), (32, 0.25, 8), (48, 0.25, 16), (64, 0.125, 8), (16, 0.1, 8), (160, 0.25, 40)],
)
def test_channel_counts(count: int, width: float, expected: int) -> None:
    assert scaled(count, width) == expected


@pytest.mark.parametrize(
    "arguments",
    [
        {"width": 0.0},
        {"neck": "layer"},
        {"projection": -1},
        {"branches": ()},
        {"branches": ("head", "global")},
        {"branches": ("tail",)},
        {"roi_sizes": {"tail": (3, 3)}},
    ],
)
def test_impossible_shapes_are_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"must be|names no such"):
        JointLossArgs(**arguments)  # type: ignore[arg-type]


def test_roi_pooling_takes_the_maximum_of_the_cells_under_the_box() -> None:
    shared = torch.arange(24.0).view(1, 1, 6, 4)
    pooled = pool_part(shared, torch.tensor([[0.0, 0.0, 0.5, 0.5]]), (1, 1))
    assert pooled.item() == 9.0  # rows 0 to 2, columns 0 to 1
    whole = pool_part(shared, torch.tensor([[0.0, 0.0, 1.0, 1.0]]), (2, 2))
    assert whole.flatten().tolist() == [9.0, 11.0, 21.0, 23.0]


def test_weight_decay_spares_biases_and_batch_norms() -> None:
    net = JointLossNet(JointLossArgs(width=0.25, neck="bn"))
    groups = parameter_groups(net)
    kept = {id(p) for p in groups["keep"]}
    assert all((p.ndim == 1) == (id(p) in kept) for p in net.parameters())
    assert len(groups["keep"]) + len(groups["decay"]) == len(list(net.parameters()))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning", "ignore::UserWarning")
@pytest.mark.parametrize("width", [0.25, 1.0])
def test_exported_graph_gives_the_same_embeddings(width: float, tmp_path: Path) -> None:
    openvino = pytest.importorskip("openvino")
    pytest.importorskip("onnx")
    torch.manual_seed(1)
    net = JointLossNet(JointLossArgs(width=width, neck="bn")).eval()
    path = tmp_path / "net.onnx"
    names = ["images", "part_boxes", "embeddings"]
    axes = {name: {0: "n"} for name in names}
    torch.onnx.export(
        net, _inputs(2), path, dynamo=False, opset_version=17, input_names=names[:2], output_names=names[2:],
        dynamic_axes=axes,
    )  # fmt: skip
    options = {"INFERENCE_PRECISION_HINT": "f32"}
    compiled = openvino.Core().compile_model(path, "CPU", options)
    for count in (1, 3):
        images, boxes = _inputs(count)
        with torch.no_grad():
            expected = net(images, boxes).numpy()
        found = compiled([images.numpy(), boxes.numpy()])[0]
        assert np.abs(found - expected).max() < 1e-4


def test_branch_order_is_the_order_of_the_embedding() -> None:
    assert [FEATURES[name] for name in BRANCHES] == [256, 64, 128, 128]
