"""Part branches that start from the whole-body branch."""

from __future__ import annotations

import torch

from reid_app.nets.jointloss import BRANCHES, REDUCED_ROI_SIZES, JointLossArgs, JointLossNet
from reid_app.train.grow import grown, settle_norms

_BOXES = torch.tensor([[[0.3, 0.0, 0.7, 0.3], [0.1, 0.1, 0.9, 0.6], [0.1, 0.5, 0.9, 1.0]]])


def _net(branches: tuple[str, ...]) -> JointLossNet:
    sizes = {name: size for name, size in REDUCED_ROI_SIZES.items() if name in branches}
    return JointLossNet(JointLossArgs(width=0.125, neck="bn", branches=branches, roi_sizes=sizes, dropout=0.0)).eval()


def test_whole_body_branch_stays_and_is_copied_to_branches_of_its_shape() -> None:
    small, large = _net(("global",)), _net(BRANCHES)
    with torch.no_grad():
        small.neck.running_mean.fill_(0.5)  # type: ignore[operator, union-attr]
    large.load_state_dict(grown(small.state_dict(), large))
    images = torch.rand(2, 3, 75, 43)
    boxes = _BOXES.expand(2, 3, 4)
    with torch.no_grad():
        before = small.neck(small.features(images, boxes))
        after = large.neck(large.features(images, boxes))
    torch.testing.assert_close(after[:, :256], before)
    for name in ("trunk", "lower_limb"):
        assert torch.equal(
            large.branch(name).conv6_x.branch1x1.conv.weight, small.branch("global").conv6_x.branch1x1.conv.weight
        )
        mixed, last = large.branch(name).fc.weight, small.branch("global").fc.weight
        assert mixed.shape == (128, last.shape[1])
        # Every row is a mixture of the given rows.
        assert torch.linalg.lstsq(last.T, mixed.T).solution.shape == (256, 128)
        rebuilt = last.T @ torch.linalg.lstsq(last.T, mixed.T, driver="gelsd").solution
        torch.testing.assert_close(rebuilt, mixed.T, atol=1e-4, rtol=1e-4)


def test_complete_weights_stay_as_they_are() -> None:
    net = _net(BRANCHES)
    weights = net.state_dict()
    result = grown(weights, _net(BRANCHES))
    assert result.keys() == weights.keys()
    assert all(torch.equal(result[name], value) for name, value in weights.items())


def test_settled_norms_have_the_statistics_of_the_batches() -> None:
    net = _net(BRANCHES)
    images = torch.rand(32, 3, 75, 43)
    boxes = _BOXES.expand(32, 3, 4)
    settle_norms(net, [(images, boxes)])
    assert not net.training
    first = net.conv1_3[0]
    with torch.no_grad():
        mean = first.conv(images).mean(dim=(0, 2, 3))
        necked = net.neck(net.features(images, boxes))
    torch.testing.assert_close(first.bn.running_mean, mean, atol=1e-5, rtol=1e-4)
    assert first.bn.momentum == 0.1
    # In evaluation, the neck sees the batch as it did in training.
    assert necked.mean(dim=0).abs().max() < 0.5
