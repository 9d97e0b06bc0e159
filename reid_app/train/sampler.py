"""Batches of some pictures each of some people, the same ones at every run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reid_app.errors import TrainingError


class PeopleSampler:
    """Draws batches of ``people`` x ``pictures`` indices.

    Every person comes once an epoch or, by pictures, once for every ``pictures`` that there
    are of them, at even distances. The batch of a step depends on the seed and the step
    alone, so that a resumed run sees what the uninterrupted one would have seen.

    Args:
        labels: Identity of each picture.
        people: People in a batch.
        pictures: Pictures of each; drawn twice where a person has too few.
        seed: Seed of every choice.
        by_pictures: Every picture comes equally often, rather than every person.

    Raises:
        TrainingError: There are fewer people than one batch needs.
    """

    def __init__(
        self, labels: Sequence[int], *, people: int, pictures: int, seed: int, by_pictures: bool = False
    ) -> None:
        array = np.asarray(labels)
        self._identities = np.unique(array)
        if len(self._identities) < people:
            raise TrainingError(
                f"A batch needs {people} people, the data has {len(self._identities)}; lower sampler.people."
            )
        order = np.argsort(array, kind="stable")
        bounds = np.searchsorted(array[order], self._identities)
        self._members = np.split(order, bounds[1:])
        counts = np.array([len(members) for members in self._members])
        self._turns = np.maximum(1, np.rint(counts / pictures)).astype(np.intp) if by_pictures else None
        self._people = people
        self._pictures = pictures
        self._seed = seed

    @property
    def batches(self) -> int:
        """Batches in an epoch."""
        turns = len(self._identities) if self._turns is None else int(self._turns.sum())
        return turns // self._people

    def batch(self, step: int) -> NDArray[np.intp]:
        """Indices of the pictures of step ``step``, grouped by person."""
        epoch, place = divmod(step, self.batches)
        order = self._order(np.random.default_rng((self._seed, 1, epoch)))
        chosen = order[place * self._people : (place + 1) * self._people]
        rng = np.random.default_rng((self._seed, 2, step))
        drawn = [
            rng.choice(members, self._pictures, replace=len(members) < self._pictures)
            for members in (self._members[person] for person in chosen)
        ]
        return np.concatenate(drawn)

    def _order(self, rng: np.random.Generator) -> NDArray[np.intp]:
        """People in the order in which they come in an epoch."""
        count = len(self._identities)
        if self._turns is None:
            return rng.permutation(count)
        person = np.repeat(np.arange(count), self._turns)
        turn = np.arange(len(person)) - np.repeat(np.cumsum(self._turns) - self._turns, self._turns)
        moment = (turn + rng.random(count)[person]) / self._turns[person]
        return person[np.argsort(moment, kind="stable")]
