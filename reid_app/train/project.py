"""``python -m reid_app.train.project``: a projection for weights that were trained without one.

Linear discriminants of the training people, fitted in closed form in a minute, make the
embedding forget much of the camera; see :mod:`reid_app.train.discriminants`.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from reid_app.errors import ReidAppError, SettingsError, TrainingError
from reid_app.nets.jointloss import JointLossNet
from reid_app.nets.parts import part_boxes
from reid_app.train.checkpoint import described_network, load_weights, save_weights
from reid_app.train.corpus import Corpus, load_corpus
from reid_app.train.discriminants import discriminants
from reid_app.train.images import to_tensor
from reid_app.train.settings import JointLossTraining, parse_overrides, read_settings
from reid_app.train.validation import retrieval

_BATCH = 64


def project(
    settings: JointLossTraining, weights: Path, out: Path, *, size: int, damping: float, pictures: int, everyone: bool
) -> dict[str, float]:
    """Write weights with a projection behind the neck.

    Args:
        settings: The run's configuration: its data sets and who is held out.
        weights: ``weights.safetensors`` of the run, without a projection.
        out: The file to write.
        size: Length of the projected embedding.
        damping: See :func:`~reid_app.train.discriminants.discriminants`.
        pictures: Pictures of a person that the discriminants are fitted to, all cameras mixed.
        everyone: Fit to the held-out people too; the figures are then not held out any more.

    Returns:
        Rank-1 and mAP on the held-out people, by data set, without and with the projection.

    Raises:
        TrainingError: The weights cannot be read or have a projection.
    """
    args, input_size, notes = described_network(weights)
    if args.projection:
        raise TrainingError(f"{weights} has a projection already; give weights of a run without one.")
    net = JointLossNet(args)
    load_weights(net, weights)
    net.eval()
    corpus = load_corpus(settings.data, input_size, settings.hold_out, settings.pose_machine)
    held = np.flatnonzero(corpus.held_out)
    chosen = _some_of_everyone(corpus, pictures, settings.seed, everyone=everyone)
    domains = np.unique(corpus.datasets, return_inverse=True)[1]
    necked = necked_features(net, corpus, chosen)
    matrix, offset = discriminants(necked, corpus.labels[chosen], domains[chosen], size, damping=damping)
    state = {name: value for name, value in net.state_dict().items() if value.is_floating_point()}
    state["projection.weight"], state["projection.bias"] = torch.from_numpy(matrix), torch.from_numpy(offset)
    described = asdict(replace(args, projection=size))
    save_weights(out, state, notes | {"architecture": described})
    if len(held) == 0:
        return {}
    own = necked_features(net, corpus, held)
    return _figures(corpus, held, own, "before/") | _figures(corpus, held, own @ matrix.T + offset, "after/")


@torch.no_grad()
def necked_features(net: JointLossNet, corpus: Corpus, chosen: NDArray[np.intp]) -> NDArray[np.float32]:
    """(N, 576) features behind the neck of the pictures at ``chosen``."""
    shared = net.stem(to_tensor(corpus.images[chosen[:1]]))
    map_size = (int(shared.shape[-2]), int(shared.shape[-1]))
    parts = []
    for start in range(0, len(chosen), _BATCH):
        index = chosen[start : start + _BATCH]
        boxes = part_boxes(torch.from_numpy(corpus.landmarks[index]), map_size=map_size)
        parts.append(net.neck(net.features(to_tensor(corpus.images[index]), boxes)).numpy())
    return np.concatenate(parts)


def _some_of_everyone(corpus: Corpus, pictures: int, seed: int, *, everyone: bool) -> NDArray[np.intp]:
    allowed = np.arange(len(corpus.labels)) if everyone else np.flatnonzero(~corpus.held_out)
    rng = np.random.default_rng((seed, 5))
    taken: dict[int, int] = {}
    kept = []
    for index in rng.permutation(allowed):
        label = int(corpus.labels[index])
        taken[label] = taken.get(label, 0) + 1
        if taken[label] <= pictures:
            kept.append(int(index))
    return np.array(kept, np.intp)


def _figures(corpus: Corpus, held: NDArray[np.intp], vectors: NDArray[np.float32], prefix: str) -> dict[str, float]:
    unit = nn.functional.normalize(torch.from_numpy(vectors.astype(np.float32)), dim=1).numpy()
    figures: dict[str, float] = {}
    for name in sorted(set(corpus.datasets[held].tolist())):
        mine = corpus.datasets[held] == name
        rank1, precision = retrieval(unit[mine], corpus.labels[held][mine], corpus.cameras[held][mine])
        figures |= {f"{prefix}{name}/rank1": rank1, f"{prefix}{name}/mAP": precision}
    return figures


def main(arguments: list[str] | None = None) -> int:
    """Fit and write; 0 fine, else the exit code of the error, told in one sentence."""
    parser = argparse.ArgumentParser(prog="python -m reid_app.train.project", description=__doc__)
    parser.add_argument("config", type=Path, help="the run's configuration")
    parser.add_argument("weights", type=Path, help="its weights.safetensors")
    parser.add_argument("out", type=Path, help="the file to write")
    parser.add_argument("--size", type=int, default=96, help="length of the projected embedding")
    parser.add_argument("--damping", type=float, default=1.0, help="damping of the within-person variance")
    parser.add_argument("--pictures", type=int, default=4, help="pictures of a person to fit to")
    parser.add_argument("--everyone", action="store_true", help="fit to the held-out people too")
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="replace a setting")
    chosen = parser.parse_args(arguments)
    try:
        settings = read_settings(chosen.config, parse_overrides(chosen.set))
        if not isinstance(settings, JointLossTraining):
            raise SettingsError(f"{chosen.config} does not train a joint-loss network; give the configuration of one.")
        figures = project(
            settings,
            chosen.weights,
            chosen.out,
            size=chosen.size,
            damping=chosen.damping,
            pictures=chosen.pictures,
            everyone=chosen.everyone,
        )
    except ReidAppError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    for name, value in figures.items():
        sys.stdout.write(f"{name} {value:.3f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
