"""Processes that take every step together, each with a batch of its own.

The layers of a small network are too small to be worth sharing among threads. Two processes
of one thread each, with the mean of both gradients (synchronous data parallelism), keep two
cores busy, and all of them hold the same weights after every step.
"""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
from torch import distributed, nn

from reid_app.errors import TrainingError

_PATIENCE = timedelta(hours=12)
"""How long the others wait for a leader that computes caches or validates."""


class Team:
    """One process's place among those that train together.

    Args:
        size: How many there are; alone, nothing is exchanged.
        rank: Which one this is; 0 leads: it writes everything and says when to stop.
    """

    def __init__(self, size: int = 1, rank: int = 0) -> None:
        self.size = size
        self.rank = rank

    @property
    def leads(self) -> bool:
        """Whether this process writes, validates and says when to stop."""
        return self.rank == 0

    @contextmanager
    def leader_first(self) -> Iterator[None]:
        """Let the leader through alone, whose caches the others then find."""
        if self.size > 1 and not self.leads:
            distributed.barrier()
        yield
        if self.size > 1 and self.leads:
            distributed.barrier()

    def agree(self, module: nn.Module) -> None:
        """Take the leader's parameters and buffers."""
        if self.size > 1:
            for value in module.state_dict().values():
                distributed.broadcast(value, 0)

    def mean_gradients(self, module: nn.Module, *, stop: bool) -> bool:
        """Replace gradients and the statistics of norms by their means over the team.

        Args:
            module: After its backward pass.
            stop: This process wants to stop after this step.

        Returns:
            Whether any wants to.

        Raises:
            TrainingError: Another process has ended.
        """
        if self.size == 1:
            return stop
        shared = [p.grad for p in module.parameters() if p.grad is not None]
        shared += [buffer for buffer in module.buffers() if buffer.is_floating_point()]
        flat = torch.cat([value.reshape(-1).float() for value in shared] + [torch.tensor([float(stop)])])
        try:
            distributed.all_reduce(flat)
        except RuntimeError as error:
            raise TrainingError(f"Another process of the training has ended: {error}.") from error
        flat /= self.size
        sizes = [value.numel() for value in shared]
        with torch.no_grad():
            for value, mean in zip(shared, torch.split(flat[:-1], sizes), strict=True):
                value.copy_(mean.view_as(value))
        return bool(flat[-1] > 0)


@contextmanager
def gathered(size: int, follow: Callable[..., Any], *arguments: Any) -> Iterator[Team]:
    """Start the other processes; they end with the context.

    Args:
        size: Processes in all.
        follow: What the others run, importable by name: ``follow(meeting, size, rank, *arguments)``;
            it enters :func:`joined` with the first three.
        arguments: Whatever it needs besides, to be pickled.
    """
    if size == 1:
        yield Team()
        return
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        meeting = Path(folder) / "meeting"
        others = [spawn.Process(target=follow, args=(meeting, size, rank, *arguments)) for rank in range(1, size)]
        for other in others:
            other.start()
        try:
            with joined(meeting, size, 0) as team:
                yield team
            for other in others:
                other.join(30.0)
        finally:
            for other in others:
                other.kill()
                other.join()


@contextmanager
def joined(meeting: Path, size: int, rank: int) -> Iterator[Team]:
    """Meet the others; leave them at the end.

    Args:
        meeting: A file for it, in a folder that all can write to.
        size: How many there are.
        rank: Which one this is.
    """
    address = meeting.absolute().as_uri()
    distributed.init_process_group("gloo", init_method=address, world_size=size, rank=rank, timeout=_PATIENCE)
    try:
        yield Team(size, rank)
    finally:
        distributed.destroy_process_group()
