"""Batches of some pictures each of some people, the same ones at every run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reid_app.errors import TrainingError


class PeopleSampler:
    """Draws batches of ``people`` x ``pictures`` indices.

    Every person comes once an epoch. The batch of a step depends on the seed and the
    step alone, so that a resumed run sees what the uninterrupted one would have seen.

    Args:
        labels: Identity of each picture.
        people: People in a batch.
        pictures: Pictures of each; drawn twice where a person has too few.
        seed: Seed of every choice.

    Raises:
        TrainingError: There are fewer people than one batch needs.
    """

    def __init__(self, labels: Sequence[int], *, people: int, pictures: int, seed: int) -> None:
        array = np.asarray(labels)
        self._identities = np.unique(array)
        if len(self._identities) < people:
            raise TrainingError(
                f"A batch needs {people} people, the data has {len(self._identities)}; lower sampler.people."
            )
        order = np.argsort(array, kind="stable")
        bounds = np.searchsorted(array[order], self._identities)
        self._members = np.split(order, bounds[1:])
        self._people = people
        self._pictures = pictures
        self._seed = seed

    @property
    def batches(self) -> int:
        """Batches in an epoch."""
        return len(self._identities) // self._people

    def batch(self, step: int) -> NDArray[np.intp]:
        """Indices of the pictures of step ``step``, grouped by person."""
        epoch, place = divmod(step, self.batches)
        order = np.random.default_rng((self._seed, 1, epoch)).permutation(len(self._identities))
        chosen = order[place * self._people : (place + 1) * self._people]
        rng = np.random.default_rng((self._seed, 2, step))
        drawn = [
            rng.choice(members, self._pictures, replace=len(members) < self._pictures)
            for members in (self._members[person] for person in chosen)
        ]
        return np.concatenate(drawn)
