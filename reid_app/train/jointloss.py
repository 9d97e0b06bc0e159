"""Training of the joint-loss network (Liu et al., sections on training and joint loss)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from reid_app.datasets import COMPOSED
from reid_app.nets.jointloss import BRANCHES, JointLossNet
from reid_app.nets.parts import part_boxes, pose_codes
from reid_app.train.batches import Batch, BatchMaker
from reid_app.train.checkpoint import described_network, load_weights, save_weights
from reid_app.train.corpus import Corpus
from reid_app.train.discriminants import discriminating
from reid_app.train.grow import grown, settle_norms
from reid_app.train.heads import fit_heads
from reid_app.train.images import to_tensor
from reid_app.train.maps import box_view, full_view, sample_map
from reid_app.train.run import Task
from reid_app.train.sampler import PeopleSampler
from reid_app.train.settings import JointLossTraining
from reid_app.train.student import Student, TeacherShapes, identity_losses, imitation_losses
from reid_app.train.teacher import TeacherOutputs, teacher_outputs
from reid_app.train.validation import retrieval
from reid_app.train.widen import widened

_EVALUATION_BATCH = 64

_SETTLING_BATCHES = 20
"""Batches that the statistics of a start network's batch norms are taken from."""

_FITTED_PICTURES = 3
"""Pictures of a person that heads are fitted to; one of a composed person, of whom there are many."""


class JointLossTask(Task[Batch]):
    """The joint-loss network with its classifier and, with a teacher, its imitations.

    Args:
        settings: The configuration.
        corpus: The pictures, at the input's size.
        device: Where to compute.
        progress: Told how many pictures the teacher has seen, and of how many.
    """

    def __init__(
        self,
        settings: JointLossTraining,
        corpus: Corpus,
        *,
        device: torch.device,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._settings = settings
        self._corpus = corpus
        self._device = device
        torch.manual_seed(settings.seed)
        self._teacher: TeacherOutputs | None = None
        shapes = TeacherShapes()
        if settings.teacher is not None:
            self._teacher = teacher_outputs(settings.teacher, corpus.paths, progress=progress)
            if settings.teacher.discriminants:
                known = ~corpus.held_out & (corpus.datasets != COMPOSED)
                behind = discriminating(self._teacher.embeddings, corpus.labels, corpus.datasets, known)
                self._teacher = replace(self._teacher, embeddings=behind)
            shapes = _shapes(self._teacher)
        args = settings.network.args()
        self._training = np.flatnonzero(~corpus.held_out)
        identities, labels = np.unique(corpus.labels[self._training], return_inverse=True)
        self._people = torch.zeros(len(identities), shapes.embedding)
        if self._teacher is not None:
            own = torch.from_numpy(self._teacher.embeddings[self._training])
            self._people.index_add_(0, torch.from_numpy(labels), own)
        self._labels = np.full(len(corpus.labels), -1, np.intp)
        self._labels[self._training] = labels
        self._student = Student(args, len(identities), shapes)
        self._map_size = _map_size(self._student.net, settings)
        if settings.start is not None:
            self._begin_with(settings.start)
        self._student.to(device).to(memory_format=torch.channels_last)
        self.module: nn.Module = self._student
        sampler = settings.sampler
        self._sampler = PeopleSampler(
            self._labels[self._training].tolist(),
            people=sampler.people,
            pictures=sampler.pictures,
            seed=settings.seed,
            by_pictures=sampler.by_pictures,
        )
        self._maker = BatchMaker(corpus.images, corpus.landmarks, settings.augment, settings.seed)
        self.batch_size = sampler.people * sampler.pictures

    @property
    def network(self) -> JointLossNet:
        """The joint-loss network alone."""
        return self._student.net

    def batch(self, step: int) -> Batch:
        """Pictures of some people, varied."""
        return self._maker.make(step, self._training[self._sampler.batch(step)])

    def losses(self, batch: Batch, progress: float) -> tuple[dict[str, Tensor], dict[str, float]]:
        """Identification loss in phase 1; the joint loss in phase 2; the teacher's in both."""
        settings = self._settings
        labels = torch.from_numpy(self._labels[batch.index]).to(self._device)
        boxes = part_boxes(batch.landmarks, map_size=self._map_size)
        boxes = _jittered(boxes, settings.augment.box_jitter, self._map_size)
        output = self._student(batch.images.to(self._device), boxes.to(self._device))
        poses = pose_codes(batch.landmarks).to(self._device)
        joint = progress >= settings.loss.phase1
        losses = identity_losses(output, labels, poses, settings.loss, joint=joint)
        if settings.teacher is not None and self._teacher is not None:
            embeddings = torch.from_numpy(self._teacher.embeddings[batch.index]).to(self._device)
            middle, last = None, {}
            if output.middle is not None:
                middle = self._middle_map(batch, output.middle)
            if output.last:
                last = self._last_maps(batch, boxes, output.last)
            people = self._people.to(self._device)
            losses |= imitation_losses(output, embeddings, people, middle, last, settings.teacher)
        accuracy = (output.logits.argmax(dim=1) == labels).float().mean()
        return losses, {"accuracy": float(accuracy)}

    def validate(self, weights: dict[str, Tensor]) -> dict[str, float]:
        """Rank-1 and mean average precision within the held-out people, by data set."""
        net = JointLossNet(self._settings.network.args()).to(self._device)
        net.load_state_dict(weights)
        net.eval()
        figures: dict[str, float] = {}
        for name in sorted(set(self._corpus.datasets)):
            chosen = np.flatnonzero(self._corpus.held_out & (self._corpus.datasets == name))
            if len(chosen) == 0:
                continue
            embeddings = self._embed(net, chosen)
            rank1, precision = retrieval(embeddings, self._corpus.labels[chosen], self._corpus.cameras[chosen])
            figures |= {f"{name}/rank1": rank1, f"{name}/mAP": precision}
        return figures

    def save(self, path: Path, weights: dict[str, Tensor], notes: dict[str, object]) -> None:
        """Half-precision weights with the architecture beside them."""
        network = self._settings.network
        args = asdict(network.args())
        size = [network.height, network.width_px]
        save_weights(path, weights, notes | {"architecture": args, "input_size": size})

    def _begin_with(self, start: Path) -> None:
        """Take a trained network's weights, and heads that suit them."""
        net, corpus = self._student.net, self._corpus
        width = described_network(start)[0].width
        has_grown = False

        def adapt(given: dict[str, Tensor]) -> dict[str, Tensor]:
            nonlocal has_grown
            if not net.args.projection:
                # A projection was fitted to features that now change; it is fitted anew in the end.
                given = {name: value for name, value in given.items() if not name.startswith("projection.")}
            result = grown(given, net)
            has_grown = result.keys() != given.keys() or width < net.args.width
            return result if width >= net.args.width else widened(result, width, net)

        complete = load_weights(net, start, may_lack="projection", adapt=adapt)
        domains = None if complete else np.unique(corpus.datasets, return_inverse=True)[1]
        batches = self._labelled_batches()
        if has_grown:
            settle_norms(net, [(images, boxes) for images, boxes, _, _ in batches[:_SETTLING_BATCHES]])
        # A trained network would be set back by heads that start at random.
        fit_heads(self._student, batches, self._teacher, domains)

    @torch.no_grad()
    def _embed(self, net: JointLossNet, chosen: NDArray[np.intp]) -> NDArray[np.float32]:
        parts = []
        for start in range(0, len(chosen), _EVALUATION_BATCH):
            index = chosen[start : start + _EVALUATION_BATCH]
            boxes = part_boxes(torch.from_numpy(self._corpus.landmarks[index]), map_size=self._map_size)
            images = to_tensor(self._corpus.images[index])
            parts.append(net(images.to(self._device), boxes.to(self._device)).float().cpu().numpy())
        return np.concatenate(parts)

    def _labelled_batches(self) -> list[tuple[Tensor, Tensor, Tensor, NDArray[np.intp]]]:
        """Unvaried images, part boxes and labels of a few pictures a person, all cameras mixed."""
        rng = np.random.default_rng((self._settings.seed, 4))
        taken: dict[int, int] = {}
        kept = []
        for index in rng.permutation(self._training):
            label = int(self._labels[index])
            taken[label] = taken.get(label, 0) + 1
            if taken[label] <= (1 if self._corpus.datasets[index] == COMPOSED else _FITTED_PICTURES):
                kept.append(int(index))
        chosen = np.array(kept, np.intp)
        batches = []
        for start in range(0, len(chosen), _EVALUATION_BATCH):
            index = chosen[start : start + _EVALUATION_BATCH]
            boxes = part_boxes(torch.from_numpy(self._corpus.landmarks[index]), map_size=self._map_size)
            images = to_tensor(self._corpus.images[index])
            batches.append((images, boxes, torch.from_numpy(self._labels[index]), index))
        return batches

    def _middle_map(self, batch: Batch, like: Tensor) -> Tensor:
        assert self._teacher is not None
        assert self._teacher.middle is not None
        view = full_view(batch.inverse)
        return sample_map(self._teacher.middle[batch.index], view, like.shape[-2:]).to(like.device)

    def _last_maps(self, batch: Batch, boxes: Tensor, like: dict[str, Tensor]) -> dict[str, Tensor]:
        assert self._teacher is not None
        assert self._teacher.last is not None
        maps = self._teacher.last[batch.index]
        result = {}
        for name, wanted in like.items():
            view = full_view(batch.inverse)
            if name != "global":
                view = box_view(batch.inverse, boxes[:, BRANCHES.index(name) - 1])
            result[name] = sample_map(maps, view, wanted.shape[-2:]).to(wanted.device)
        return result


def _shapes(teacher: TeacherOutputs) -> TeacherShapes:
    middle = teacher.middle.shape[-1] if teacher.middle is not None else 0
    last = teacher.last.shape[-1] if teacher.last is not None else 0
    return TeacherShapes(teacher.embeddings.shape[1], middle, last)


def _map_size(net: JointLossNet, settings: JointLossTraining) -> tuple[int, int]:
    """Height and width of the conv4_x map at the input's size."""
    with torch.no_grad():
        net.eval()
        shape = net.stem(torch.zeros(1, 3, settings.network.height, settings.network.width_px)).shape
    return int(shape[-2]), int(shape[-1])


def _jittered(boxes: Tensor, deviation: float, map_size: tuple[int, int]) -> Tensor:
    """Part boxes with noise on their edges, but none smaller than two cells."""
    if deviation == 0:
        return boxes
    moved = (boxes + deviation * torch.randn_like(boxes)).clamp(0.0, 1.0)
    least = boxes.new_tensor([2.0 / map_size[1], 2.0 / map_size[0]])
    large = ((moved[..., 2:] - moved[..., :2]) >= least).all(dim=-1, keepdim=True)
    return torch.where(large, moved, boxes)
