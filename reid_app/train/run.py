"""What every training run shares: budget, checkpoints, averages, reports, stopping."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn

from reid_app.errors import TrainingError
from reid_app.train.batches import prefetched
from reid_app.train.checkpoint import LATEST, load_checkpoint, save_checkpoint
from reid_app.train.logs import RunLog
from reid_app.train.optimise import MovingAverage, autocast, make_optimiser, rate_at
from reid_app.train.settings import Training
from reid_app.train.team import Team

B = TypeVar("B")
"""What a task trains on in one step."""

SETTINGS = "settings.json"
"""Name of the record of a run's settings in its folder."""


@dataclass(frozen=True)
class Outcome:
    """What a call of :func:`reid_app.train.train` leaves.

    Attributes:
        folder: The run's folder: settings.json, log.csv, checkpoint.pt, weights.safetensors.
        images: Pictures seen so far.
        finished: The budget is used up; otherwise the run can be resumed.
        figures: The last validation.
    """

    folder: Path
    images: int
    finished: bool
    figures: dict[str, float]


class Task(ABC, Generic[B]):
    """One kind of network to train.

    Attributes:
        module: What is optimised, heads that only training needs included.
        batch_size: Pictures in a batch.
    """

    module: nn.Module
    batch_size: int

    @property
    @abstractmethod
    def network(self) -> nn.Module:
        """The part of :attr:`module` whose averaged weights leave the run."""

    @abstractmethod
    def batch(self, step: int) -> B:
        """The batch of a step; called from another thread."""

    @abstractmethod
    def losses(self, batch: B, progress: float) -> tuple[dict[str, Tensor], dict[str, float]]:
        """Losses to add up, and figures to report besides.

        Args:
            batch: Of :meth:`batch`.
            progress: Share of the budget used, 0 to 1.
        """

    @abstractmethod
    def validate(self, weights: dict[str, Tensor]) -> dict[str, float]:
        """Figures of the network with the averaged weights on held-out data."""

    @abstractmethod
    def save(self, path: Path, weights: dict[str, Tensor], notes: dict[str, object]) -> None:
        """Write the averaged weights as they leave the run."""


class Run:
    """Trains a task within its budget, and goes on where an earlier run stopped.

    Two runs of one configuration, one of them interrupted and resumed, take the same
    steps: every random choice depends on the seed and the step alone.

    Args:
        task: What to train.
        settings: The configuration.
        device: Where to compute.
        quiet: Show no progress bar.
        team: The processes that take each step together.
        clock: Seconds, monotonic; tests give their own.
    """

    def __init__(
        self,
        task: Task[Any],
        settings: Training,
        *,
        device: torch.device,
        quiet: bool = False,
        team: Team | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._task = task
        self._settings = settings
        self._device = device
        self._team = team or Team()
        self._quiet = quiet or not self._team.leads
        self._clock = clock
        self._optimiser = make_optimiser(task.module, settings.optimiser)
        self._average = MovingAverage(task.network, settings.optimiser.ema)
        self._step = 0
        self._batch = task.batch_size * self._team.size
        self._steps = -(-settings.budget.images // self._batch)
        if self._team.leads:
            settings.out.mkdir(parents=True, exist_ok=True)
            (settings.out / SETTINGS).write_text(settings.model_dump_json(indent=2), encoding="utf-8")
        self._team.agree(task.module)

    def resume(self) -> None:
        """Go on from the newest checkpoint.

        Raises:
            TrainingError: There is none, or it is of another configuration.
        """
        path = self._settings.out / LATEST
        state = load_checkpoint(path)
        try:
            self._task.module.load_state_dict(state["module"])
            self._optimiser.load_state_dict(state["optimiser"])
            self._average.load_state_dict(state["average"])
            self._step = int(state["step"]) * int(state["batch"]) // self._batch
        except (KeyError, RuntimeError, ValueError) as error:
            raise TrainingError(
                f"{path} is not of this configuration; resume with the one it was started with: {error}."
            ) from error

    def go(self, minutes: float | None = None) -> Outcome:
        """Train until the budget or the time is used up.

        Args:
            minutes: Stop cleanly after this long, with a checkpoint.
        """
        settings, budget = self._settings, self._settings.budget
        begun = validated = saved = self._clock()
        figures: dict[str, float] = {}
        if not self._team.leads:
            return self._follow()
        if self._step >= self._steps:
            figures = self._task.validate(self._average.weights)
        now = begun
        with RunLog(settings.out, settings.budget.images, quiet=self._quiet) as log:
            for batch in self._batches():
                done = minutes is not None and now - begun >= 60 * minutes
                log.add(self.images, self._take_step(batch, stop=done)[0])
                now = self._clock()
                last = done or self._step >= self._steps
                if last or now - saved >= 60 * budget.checkpoint_every:
                    self._save()
                    saved = now
                if last or now - validated >= 60 * budget.validate_every:
                    figures = self._task.validate(self._average.weights)
                    log.report(self.images, figures)
                    self._write_weights(figures)
                    # Counted from here, so that a slow validation does not eat the run.
                    validated = self._clock()
                if last:
                    break
        return Outcome(settings.out, self.images, self._step >= self._steps, figures)

    def _follow(self) -> Outcome:
        """Take the leader's steps until it stops."""
        for batch in self._batches():
            if self._take_step(batch, stop=False)[1]:
                break
        return Outcome(self._settings.out, self.images, self._step >= self._steps, {})

    @property
    def images(self) -> int:
        """Pictures seen so far, by the whole team."""
        return self._step * self._batch

    def _batches(self) -> Iterator[Any]:
        team = self._team

        def make(step: int) -> Any:
            return self._task.batch(step * team.size + team.rank)

        return prefetched(make, self._step, self._steps)

    def _take_step(self, batch: Any, *, stop: bool) -> tuple[dict[str, float], bool]:
        """The step's losses and figures, and whether the leader wants it to be the last."""
        settings = self._settings
        # Dropout draws from torch's generator: tie it to the step as all else.
        torch.manual_seed(settings.seed * 1_000_003 + self._step * self._team.size + self._team.rank)
        rate = rate_at(self._step, self._steps, settings.optimiser)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        self._task.module.train()
        with autocast(self._device, settings.amp):
            losses, figures = self._task.losses(batch, self._step / self._steps)
        loss = torch.stack([value.float() for value in losses.values()]).sum()
        if not torch.isfinite(loss):
            raise TrainingError(
                f"The loss is not a number at step {self._step} of {settings.out}; lower optimiser.rate and resume."
            )
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        stop = self._team.mean_gradients(self._task.module, stop=stop)
        nn.utils.clip_grad_norm_(self._task.module.parameters(), settings.optimiser.clip)
        self._optimiser.step()
        self._average.update(self._task.network)
        self._step += 1
        return {"rate": rate, **{name: float(value.detach()) for name, value in losses.items()}, **figures}, stop

    def _save(self) -> None:
        state = {
            "module": self._task.module.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "average": self._average.state_dict(),
            "step": self._step,
            "batch": self._batch,
        }
        save_checkpoint(self._settings.out / LATEST, state)

    def _write_weights(self, figures: dict[str, float]) -> None:
        notes: dict[str, object] = {"images": self.images, "validation": figures}
        self._task.save(self._settings.out / "weights.safetensors", self._average.weights, notes)
