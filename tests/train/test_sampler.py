"""Batches of people depend on the seed and the step alone."""

from __future__ import annotations

import numpy as np
import pytest

from reid_app.errors import TrainingError
from reid_app.train.sampler import PeopleSampler


class TestPeopleSampler:
    LABELS = (0, 0, 0, 1, 1, 1, 2, 3, 3, 3)

    def test_batch_has_people_times_pictures(self) -> None:
        sampler = PeopleSampler(self.LABELS, people=2, pictures=3, seed=0)
        labels = np.array(self.LABELS)[sampler.batch(0)]
        assert labels[:3].tolist() == [labels[0]] * 3
        assert len(set(labels)) == 2

    def test_pictures_are_drawn_once_where_there_are_enough(self) -> None:
        sampler = PeopleSampler(self.LABELS, people=4, pictures=3, seed=0)
        index = sampler.batch(0)
        assert sorted(index[np.array(self.LABELS)[index] != 2]) == [0, 1, 2, 3, 4, 5, 7, 8, 9]
        assert (index == 6).sum() == 3

    def test_every_person_comes_once_an_epoch(self) -> None:
        sampler = PeopleSampler(self.LABELS, people=2, pictures=1, seed=0)
        for epoch in range(3):
            steps = range(epoch * sampler.batches, (epoch + 1) * sampler.batches)
            seen = [label for step in steps for label in np.array(self.LABELS)[sampler.batch(step)]]
            assert sorted(seen) == [0, 1, 2, 3]

    def test_by_pictures_people_come_as_often_as_they_have_pictures_and_far_apart(self) -> None:
        labels = [person for person, count in enumerate([20, 8, 2, 1, *[4] * 40]) for _ in range(count)]
        sampler = PeopleSampler(labels, people=3, pictures=2, seed=0, by_pictures=True)
        drawn = [np.array(labels)[sampler.batch(step)[::2]] for step in range(sampler.batches)]
        counts = np.bincount(np.concatenate(drawn), minlength=44)
        # The last batch of an epoch, which is not full, is left out.
        assert all(abs(int(counts[person]) - wanted) <= 1 for person, wanted in enumerate([10, 4, 1, 1, *[2] * 40]))
        assert all(len(set(batch.tolist())) == 3 for batch in drawn)

    def test_a_step_depends_on_the_seed_alone(self) -> None:
        first, second = (PeopleSampler(self.LABELS, people=2, pictures=2, seed=5) for _ in range(2))
        first.batch(0)
        assert first.batch(7).tolist() == second.batch(7).tolist()
        other = PeopleSampler(self.LABELS, people=2, pictures=2, seed=6)
        assert any(first.batch(step).tolist() != other.batch(step).tolist() for step in range(5))

    def test_too_few_people(self) -> None:
        with pytest.raises(TrainingError, match="needs 5 people, the data has 4"):
            PeopleSampler(self.LABELS, people=5, pictures=1, seed=0)
