"""Training of the networks from configuration files."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from reid_app.train.corpus import load_corpus
from reid_app.train.jointloss import JointLossTask
from reid_app.train.posemachine import PoseMachineTask
from reid_app.train.run import Outcome, Run, Task
from reid_app.train.settings import DetectorTraining, JointLossTraining, Training, read_settings
from reid_app.train.team import Team, gathered, joined

__all__ = ["Outcome", "train"]


def train(
    config: Path,
    *,
    minutes: float | None = None,
    resume: bool = False,
    quiet: bool = False,
    device: str = "auto",
    overrides: Mapping[str, Any] | None = None,
) -> Outcome:
    """Train what a configuration describes.

    Logs, checkpoints and the averaged weights go to the folder that it names.

    Args:
        config: YAML file, such as those in ``configs/train``.
        minutes: Stop cleanly after this long; ``resume`` goes on.
        resume: Go on from the newest checkpoint.
        quiet: Show no progress bar.
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
        overrides: Values by dotted name that replace those of the configuration, such
            as ``{"network.width": 0.25}``.

    Raises:
        SettingsError: The configuration says something that is not allowed.
        TrainingError: The data, the teacher, the start weights or the checkpoint cannot
            be used, or the loss stopped being a number.
    """
    settings = read_settings(config, overrides)
    with gathered(settings.processes, _follow, settings, device, resume) as team:
        return _run(settings, device, resume, team, quiet=quiet, minutes=minutes)


def _follow(meeting: Path, size: int, rank: int, settings: Training, device: str, resume: bool) -> None:
    """What another process of a team does."""
    # Who interrupts a training means the leader, which ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with joined(meeting, size, rank) as team:
        _run(settings, device, resume, team, quiet=True, minutes=None)


def _run(settings: Training, device: str, resume: bool, team: Team, *, quiet: bool, minutes: float | None) -> Outcome:
    where = torch.device("cuda" if device == "auto" and torch.cuda.is_available() else device.replace("auto", "cpu"))
    before = torch.get_num_threads()
    if settings.threads or team.size > 1:
        torch.set_num_threads(settings.threads or max(1, before // team.size))
    if resume or not team.leads:
        # The weights come from the checkpoint or the leader.
        settings = settings.model_copy(update={"start": None})
    try:
        with team.leader_first():
            task = _task(settings, where)
        run = Run(task, settings, device=where, quiet=quiet, team=team)
        if resume:
            run.resume()
        return run.go(minutes)
    finally:
        torch.set_num_threads(before)


def _task(settings: Training, device: torch.device) -> Task[Any]:
    if isinstance(settings, DetectorTraining):
        # Only this needs ultralytics.
        from reid_app.train.detector import DetectorTask

        return DetectorTask(settings, device=device)
    if isinstance(settings, JointLossTraining):
        network = settings.network
        size = (network.height, network.width_px)
        corpus = load_corpus(settings.data, size, settings.hold_out, settings.pose_machine)
        return JointLossTask(settings, corpus, device=device)
    corpus = load_corpus(settings.data, (settings.height, settings.width_px), settings.hold_out)
    return PoseMachineTask(settings, corpus, device=device)
