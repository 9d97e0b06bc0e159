"""Whole runs on tiny data: they learn, stop, resume to the same curve, and say what is wrong."""

from __future__ import annotations

import csv
import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml

from reid_app.errors import TrainingError
from reid_app.nets.jointloss import JointLossArgs, JointLossNet
from reid_app.train import project, table_four, train
from reid_app.train.__main__ import main
from reid_app.train.checkpoint import load_weights
from reid_app.train.corpus import load_corpus
from reid_app.train.images import to_tensor
from reid_app.train.jointloss import JointLossTask
from reid_app.train.run import Run
from reid_app.train.settings import JointLossTraining, read_settings
from reid_app.train.student import StudentOutput, identity_losses
from reid_app.train.table_four import train_rows
from reid_app.train.validation import retrieval

Configure = Callable[..., Path]


@pytest.fixture
def configure(tmp_path: Path, market: Path) -> Configure:
    """Write a configuration of a tiny run; keywords replace or add to it."""

    def write(**changes: Any) -> Path:
        content: dict[str, Any] = {
            "kind": "jointloss",
            "out": str(tmp_path / "run"),
            "data": [{"name": "market1501", "root": str(market), "landmarks": str(market / "landmarks18.csv")}],
            "hold_out": 2,
            "network": {
                "width": 0.125,
                "neck": "bn",
                "height": 75,
                "width_px": 43,
                "reduced_roi": True,
                "dropout": 0.2,
            },
            "sampler": {"people": 3, "pictures": 3},
            "optimiser": {"warmup": 3, "rate": 3e-3},
            "budget": {"images": 54},
            "threads": 1,
        }
        for name, value in changes.items():
            old = content.get(name)
            content[name] = old | value if isinstance(old, dict) else value
        path = tmp_path / "config.yaml"
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return path

    return write


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Sums are added up in another order by more threads, and how many work depends on what else runs."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def _run(path: Path, *, clock: Callable[[], float] | None = None) -> Run:
    settings = read_settings(path)
    assert isinstance(settings, JointLossTraining)
    corpus = load_corpus(settings.data, (settings.network.height, settings.network.width_px), settings.hold_out)
    device = torch.device("cpu")
    task = JointLossTask(settings, corpus, device=device)
    if clock is None:
        return Run(task, settings, device=device, quiet=True)
    return Run(task, settings, device=device, quiet=True, clock=clock)


def _weights(folder: Path) -> dict[str, torch.Tensor]:
    state: dict[str, Any] = torch.load(folder / "checkpoint.pt", weights_only=True)
    assert isinstance(state["module"], dict)
    return state["module"]


def test_a_few_people_are_learned_by_heart(configure: Configure, market: Path) -> None:
    still = {"flip": 0, "scale": 0.0, "shift": 0.0, "erase": 0, "box_jitter": 0}
    path = configure(
        hold_out=0,
        budget={"images": 40 * 16},
        sampler={"people": 8, "pictures": 2},
        augment=still,
        network={"dropout": 0},
    )
    outcome = train(path, quiet=True)
    assert outcome.finished
    net = JointLossNet(read_settings(path).network.args()).eval()  # type: ignore[union-attr]
    load_weights(net, outcome.folder / "weights.safetensors")
    settings = read_settings(path)
    corpus = load_corpus(settings.data, (75, 43), 0)
    from reid_app.nets.parts import part_boxes

    with torch.no_grad():
        embeddings = net(to_tensor(corpus.images), part_boxes(torch.from_numpy(corpus.landmarks))).numpy()
    assert retrieval(embeddings, corpus.labels, corpus.cameras)[0] == 1.0


def test_an_interrupted_run_goes_on_as_if_nothing_had_been(configure: Configure) -> None:
    whole = train(configure(out=str(configure().parent / "whole")), quiet=True)
    path = configure()
    # The clock is read at the beginning and after each step; the third begins when two minutes are over.
    outcome = _run(path, clock=(n * 60.0 for n in count()).__next__).go(minutes=2)
    assert not outcome.finished
    assert outcome.images == 27
    resumed = train(path, resume=True, quiet=True)
    assert resumed.finished
    assert resumed.images == whole.images == 54
    assert resumed.figures == whole.figures
    expected, found = _weights(whole.folder), _weights(resumed.folder)
    assert expected.keys() == found.keys()
    for name, value in expected.items():
        assert torch.equal(value, found[name]), name


def test_a_team_shares_every_step(configure: Configure) -> None:
    path = configure(processes=2, budget={"images": 72}, optimiser={"ema": 0.0})
    whole = train(path, quiet=True)
    assert whole.finished
    assert whole.images == 72
    # Two processes of 9 pictures take half as many steps as one would.
    assert torch.load(whole.folder / "checkpoint.pt", weights_only=True)["step"] == 4
    kept = whole.folder.rename(whole.folder.with_name("whole"))
    train(path, minutes=0, quiet=True)
    resumed = train(path, resume=True, quiet=True)
    expected, found = _weights(kept), _weights(resumed.folder)
    for name, value in expected.items():
        assert torch.equal(value, found[name]), name
    # The other process's pictures count: alone, the same steps end elsewhere.
    (resumed.folder / "checkpoint.pt").unlink()
    alone = _weights(train(configure(budget={"images": 36}, optimiser={"ema": 0.0}), quiet=True).folder)
    assert not torch.equal(alone["cls.weight"], expected["cls.weight"])


def test_a_run_goes_on_with_a_team_of_another_size(configure: Configure) -> None:
    train(configure(budget={"images": 36}), quiet=True)
    assert train(configure(processes=2, budget={"images": 72}), resume=True, quiet=True).images == 72
    state = torch.load(configure().parent / "run" / "checkpoint.pt", weights_only=True)
    assert (state["step"], state["batch"]) == (4, 18)


def test_what_stops_one_of_a_team_stops_all(configure: Configure) -> None:
    path = configure(processes=2, optimiser={"rate": 1e30, "warmup": 0}, budget={"images": 720})
    with pytest.raises(TrainingError, match=r"not a number|has ended"):
        train(path, quiet=True)
    assert not multiprocessing.active_children()


def test_reports_are_a_table_with_losses_and_validation(configure: Configure) -> None:
    outcome = train(configure(loss={"phase1": 0.5}), quiet=True)
    with (outcome.folder / "log.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["images"] for row in rows] == ["54"]
    assert float(rows[0]["identification"]) > 0
    assert float(rows[0]["market1501/rank1"]) == pytest.approx(outcome.figures["market1501/rank1"], abs=1e-5)
    assert (outcome.folder / "weights.safetensors").is_file()


def test_phase_one_trains_the_identification_loss_alone() -> None:
    from reid_app.train.settings import LossSettings

    settings = LossSettings(identification=0.5, triplet=1.0)
    features = torch.randn(4, 8)
    output = StudentOutput(features, features, torch.zeros(4, 2), None, None, {})
    labels, poses = torch.tensor([0, 0, 1, 1]), torch.zeros(4, dtype=torch.int64)
    first = identity_losses(output, labels, poses, settings, joint=False)
    second = identity_losses(output, labels, poses, settings, joint=True)
    assert {name: round(float(value), 4) for name, value in first.items()} == {"identification": 0.6931}
    assert second.keys() == {"identification", "triplet"}
    assert second["identification"].item() == pytest.approx(0.5 * 0.693147, abs=1e-5)


def test_start_weights_keep_what_was_learned(configure: Configure) -> None:
    torch.manual_seed(3)
    first = train(configure(), quiet=True)
    start = first.folder.rename(first.folder.with_name("first")) / "weights.safetensors"
    again = train(configure(start=str(start), optimiser={"rate": 1e-12}), quiet=True)
    args = JointLossArgs(width=0.125, neck="bn")
    before, after = JointLossNet(args), JointLossNet(args)
    load_weights(before, start)
    load_weights(after, again.folder / "weights.safetensors")
    for name, parameter in before.named_parameters():
        torch.testing.assert_close(parameter, after.get_parameter(name), atol=2e-3, rtol=0)
    with (again.folder / "log.csv").open(newline="", encoding="utf-8") as file:
        assert float(next(csv.DictReader(file))["accuracy"]) > 0.3  # the classifier was fitted


def test_projection_is_fitted_to_start_weights_that_have_none(configure: Configure) -> None:
    first = train(configure(budget={"images": 27}), quiet=True)
    start = first.folder.rename(first.folder.with_name("first")) / "weights.safetensors"
    path = configure(start=str(start), network={"projection": 8}, optimiser={"rate": 1e-12}, budget={"images": 18})
    outcome = train(path, quiet=True)
    net = JointLossNet(JointLossArgs(width=0.125, neck="bn", projection=8))
    assert load_weights(net, outcome.folder / "weights.safetensors")
    assert isinstance(net.projection, torch.nn.Linear)
    # Fitted, not drawn: the most telling direction comes first, the others fall off.
    norms = net.projection.weight.detach().norm(dim=1)
    assert norms[0] > norms[-1]


def test_projection_is_fitted_without_training(configure: Configure, capsys: pytest.CaptureFixture[str]) -> None:
    path = configure(budget={"images": 90})
    weights = train(path, quiet=True).folder / "weights.safetensors"
    out = path.with_name("projected.safetensors")
    assert project.main([str(path), str(weights), str(out), "--size", "8"]) == 0
    said = dict(line.split() for line in capsys.readouterr().out.splitlines())
    assert {"before/market1501/mAP", "after/market1501/mAP"} <= said.keys()
    args = JointLossArgs(width=0.125, neck="bn")
    plain, projected = JointLossNet(args), JointLossNet(replace(args, projection=8))
    load_weights(plain, weights)
    assert load_weights(projected, out)
    for name, parameter in plain.named_parameters():
        torch.testing.assert_close(projected.get_parameter(name), parameter, atol=1e-3, rtol=1e-3)
    # It makes way where a run goes on from there without one.
    onward = path.with_name("onward.yaml")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content |= {"start": str(out), "out": str(path.with_name("onward")), "budget": {"images": 18}}
    onward.write_text(yaml.safe_dump(content), encoding="utf-8")
    assert load_weights(JointLossNet(args), train(onward, quiet=True).folder / "weights.safetensors")
    # A second projection on top is refused.
    assert project.main([str(path), str(out), str(out)]) == TrainingError.exit_code
    assert "has a projection already" in capsys.readouterr().err


def test_held_out_people_can_be_fitted_to_as_well(configure: Configure) -> None:
    path = configure()
    weights = train(path, quiet=True).folder / "weights.safetensors"
    projections = []
    for more in ([], ["--everyone"]):
        out = path.with_name("projected.safetensors")
        assert project.main([str(path), str(weights), str(out), "--size", "4", *more]) == 0
        net = JointLossNet(JointLossArgs(width=0.125, neck="bn", projection=4))
        load_weights(net, out)
        projections.append(net.get_parameter("projection.weight"))
    assert not torch.allclose(*projections)


def test_pose_machine_learns_where_landmarks_are(configure: Configure, market: Path) -> None:
    data = [{"name": "market1501", "root": str(market), "landmarks": str(market / "landmarks18.csv")}]
    path = configure()
    content = {
        "kind": "cpm", "out": str(path.parent / "cpm"), "data": data, "hold_out": 2, "width": 0.125, "stages": 2,
        "height": 64, "width_px": 32, "batch": 8, "budget": {"images": 2000}, "distrust": 0.0,
        "augment": {"flip": 0, "scale": 0.0, "shift": 0.02, "erase": 0.0}, "optimiser": {"rate": 1e-2, "warmup": 5},
    }  # fmt: skip
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    outcome = train(path, quiet=True)
    assert outcome.figures["pck"] > 0.85
    assert outcome.figures["part_iou"] > 0.65


def test_pose_machine_needs_landmarks(configure: Configure, market: Path) -> None:
    path = configure()
    data = [{"name": "market1501", "root": str(market)}]
    content = {"kind": "cpm", "out": str(path.parent / "cpm"), "data": data, "budget": {"images": 8}}
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(TrainingError, match="0 pictures have 6 landmarks or more, a batch needs 64"):
        train(path, quiet=True)


def test_nothing_to_resume(configure: Configure) -> None:
    with pytest.raises(TrainingError, match=r"no checkpoint .*start the run without --resume"):
        train(configure(), resume=True, quiet=True)


def test_checkpoint_of_another_configuration(configure: Configure) -> None:
    train(configure(budget={"images": 9}), quiet=True)
    with pytest.raises(TrainingError, match="is not of this configuration"):
        train(configure(network={"width": 0.25}), resume=True, quiet=True)


def test_a_loss_that_is_no_number_stops_the_run(configure: Configure) -> None:
    run = _run(configure())
    task = run._task
    with torch.no_grad():
        next(iter(task.module.parameters())).fill_(np.nan)
    with pytest.raises(TrainingError, match="not a number at step 0"):
        run.go()


def test_a_data_set_named_twice(configure: Configure, market: Path) -> None:
    data = [{"name": "market1501", "root": str(market)}] * 2
    with pytest.raises(TrainingError, match="named twice"):
        train(configure(data=data), quiet=True)


def test_command_tells_the_error_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "missing.yaml")]) == 1
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "missing.yaml cannot be read" in message


def test_command_trains(configure: Configure, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(configure(budget={"images": 9}))]) == 0
    assert "9 pictures seen" in capsys.readouterr().out


def test_settings_are_replaced_by_name(configure: Configure, tmp_path: Path) -> None:
    path = configure()
    assert main([str(path), "--set", "budget.images=18", "--set", f"out={tmp_path / 'other'}"]) == 0
    assert (tmp_path / "other" / "checkpoint.pt").is_file()
    assert main([str(path), "--set", "budget"]) == 1


def test_rows_of_table_four_get_one_budget_each(configure: Configure, tmp_path: Path) -> None:
    row = configure(network={"branches": ["global"]}).read_text(encoding="utf-8")
    configs = tmp_path / "configs"
    configs.mkdir()
    for name in ("table4-1-a.yaml", "table4-2-b.yaml", "table3-c.yaml"):
        (configs / name).write_text(row, encoding="utf-8")
    outcomes = train_rows(configs, tmp_path / "rows", width=0.125, images=18, hold_out=2)
    assert {name: outcome.images for name, outcome in outcomes.items()} == {"table4-1-a": 18, "table4-2-b": 18}
    again = train_rows(configs, tmp_path / "rows", width=0.125, images=18, hold_out=2)
    assert again["table4-1-a"].figures == outcomes["table4-1-a"].figures


def test_no_rows_of_table_four(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert table_four.main(["--configs", str(tmp_path)]) == 2
    assert "has no table4-*.yaml" in capsys.readouterr().err


@pytest.mark.parametrize("path", sorted(Path("configs/train").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_configurations_are_valid(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REID_DATA", "REID_TEACHERS", "REID_START"):
        monkeypatch.setenv(name, "/anywhere")
    assert read_settings(path).budget.images > 0
