"""Sampler, augmentation, landmarks, schedule, averages, views of a teacher's maps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from reid_app.datasets import Sample, load
from reid_app.domain import LANDMARK_FLIP
from reid_app.errors import SettingsError, TrainingError
from reid_app.train.augment import augment
from reid_app.train.checkpoint import load_weights, save_weights
from reid_app.train.landmarks import read_landmarks, write_landmarks
from reid_app.train.maps import box_view, sample_map
from reid_app.train.optimise import MovingAverage, rate_at
from reid_app.train.posemachine import map_weights, pose_figures, robust_loss
from reid_app.train.sampler import PeopleSampler
from reid_app.train.settings import AugmentSettings, OptimiserSettings, read_settings
from reid_app.train.validation import retrieval, split_people

STILL = AugmentSettings(
    flip=0, scale=0, shift=0, contrast=0, brightness=0, tint=0, blur=0, jpeg=0, erase=0, box_jitter=0
)


def _gradient(height: int = 40, width: int = 20) -> np.ndarray:
    image = np.zeros((height, width, 3), np.uint8)
    image[..., 0] = np.linspace(0, 240, width).astype(np.uint8)
    image[..., 1] = np.linspace(0, 240, height).astype(np.uint8)[:, None]
    return image


class TestSampler:
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

    def test_a_step_depends_on_the_seed_alone(self) -> None:
        first, second = (PeopleSampler(self.LABELS, people=2, pictures=2, seed=5) for _ in range(2))
        first.batch(0)
        assert first.batch(7).tolist() == second.batch(7).tolist()
        other = PeopleSampler(self.LABELS, people=2, pictures=2, seed=6)
        assert any(first.batch(step).tolist() != other.batch(step).tolist() for step in range(5))

    def test_too_few_people(self) -> None:
        with pytest.raises(TrainingError, match="needs 5 people, the data has 4"):
            PeopleSampler(self.LABELS, people=5, pictures=1, seed=0)


class TestAugmentation:
    def test_no_variation_changes_nothing(self) -> None:
        image, landmarks = _gradient(), np.random.default_rng(0).random((18, 3), np.float32)
        result = augment(image, landmarks, STILL, np.random.default_rng(0))
        assert np.array_equal(result.image, image)
        np.testing.assert_allclose(result.landmarks, landmarks, atol=1e-6)
        np.testing.assert_allclose(result.inverse, [[1, 0, 0], [0, 1, 0]], atol=1e-6)

    def test_flip_swaps_left_and_right(self) -> None:
        image, landmarks = _gradient(), np.random.default_rng(0).random((18, 3), np.float32)
        result = augment(image, landmarks, STILL.model_copy(update={"flip": 1.0}), np.random.default_rng(0))
        assert np.array_equal(result.image, image[:, ::-1])
        mirrored = landmarks * np.float32([-1, 1, 1]) + np.float32([1, 0, 0])
        np.testing.assert_allclose(result.landmarks, mirrored[list(LANDMARK_FLIP)], atol=1e-6)

    @pytest.mark.parametrize("rotation", [0.0, 0.2])
    def test_landmarks_follow_the_picture(self, rotation: float) -> None:
        image = np.zeros((120, 60, 3), np.uint8)
        image[70:73, 25:28] = 255
        landmarks = np.zeros((18, 3), np.float32)
        landmarks[0] = [26.5 / 60, 71.5 / 120, 1.0]
        settings = STILL.model_copy(update={"scale": 0.1, "shift": 0.05, "rotation": rotation, "flip": 0.5})
        for seed in range(10):
            result = augment(image, landmarks, settings, np.random.default_rng(seed))
            rows, columns = np.nonzero(result.image[..., 0] > 60)
            place = np.array([(columns.mean() + 0.5) / 60, (rows.mean() + 0.5) / 120])
            assert np.abs(place - result.landmarks[0, :2]).max() < 0.02

    def test_inverse_leads_back_to_the_picture(self) -> None:
        image = _gradient(64, 32)
        settings = STILL.model_copy(update={"scale": 0.1, "shift": 0.05, "flip": 0.5})
        original = torch.from_numpy(image).permute(2, 0, 1)[None].float()
        for seed in range(5):
            result = augment(image, np.zeros((18, 3), np.float32), settings, np.random.default_rng(seed))
            grid = nn.functional.affine_grid(
                torch.from_numpy(result.inverse)[None], [1, 3, 64, 32], align_corners=False
            )
            again = nn.functional.grid_sample(original, grid, align_corners=False)[0].permute(1, 2, 0).numpy()
            inner = (slice(12, -12), slice(8, -8))
            assert np.abs(again[inner] - result.image[inner].astype(np.float32)).max() < 6

    def test_landmarks_that_leave_the_picture_are_unseen(self) -> None:
        landmarks = np.full((18, 3), 0.99, np.float32)
        settings = STILL.model_copy(update={"shift": 0.3})
        seen = [augment(_gradient(), landmarks, settings, np.random.default_rng(s)).landmarks[0, 2] for s in range(20)]
        assert 0.0 in seen

    def test_everything_at_once_gives_a_picture(self) -> None:
        settings = AugmentSettings(flip=0.5, rotation=0.1, blur=1, jpeg=1, erase=1)
        results = [
            augment(_gradient(), np.zeros((18, 3), np.float32), settings, np.random.default_rng(s)) for s in (1, 1, 2)
        ]
        assert results[0].image.shape == (40, 20, 3)
        assert np.array_equal(results[0].image, results[1].image)
        assert not np.array_equal(results[0].image, results[2].image)


class TestLandmarks:
    def test_csv_gives_fractions(self, market: Path) -> None:
        samples = load("market1501", market)
        found = read_landmarks(market / "landmarks18.csv", samples, market, [(64, 32)] * len(samples))
        assert found.shape == (32, 18, 3)
        np.testing.assert_allclose(found[0, 1], [11.5 / 32, 6.5 / 64, 1.0])
        assert found[0, 0].tolist() == [0, 0, 0]  # -1 in the file

    def test_written_landmarks_are_read_again(self, tmp_path: Path, market: Path) -> None:
        samples = load("market1501", market)[:2]
        landmarks = np.random.default_rng(0).uniform(0.1, 1.0, (2, 18, 3)).astype(np.float32)
        names = [sample.path.relative_to(market).as_posix() for sample in samples]
        write_landmarks(tmp_path / "l.csv", names, landmarks, [(64, 32)] * 2)
        found = read_landmarks(tmp_path / "l.csv", samples, market, [(64, 32)] * 2)
        np.testing.assert_allclose(found, landmarks, atol=0.006)

    @pytest.mark.parametrize(
        "text", ["file,a,b\nx.jpg,1,2\n", "", "file" + ",c" * 36 + "\nx.jpg" + ",word" * 36 + "\n"]
    )
    def test_other_tables_are_refused(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "l.csv").write_text(text, encoding="utf-8")
        with pytest.raises(TrainingError, match=r"l\.csv has"):
            read_landmarks(tmp_path / "l.csv", [], tmp_path, [])


def test_learning_rate_warms_up_and_falls() -> None:
    settings = OptimiserSettings(rate=1.0, warmup=10)
    rates = [rate_at(step, 100, settings) for step in range(120)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9] == pytest.approx(max(rates), abs=0.03)
    assert rates[55] == pytest.approx(0.42, abs=0.01)
    assert rates[99] == pytest.approx(1e-3, abs=1e-3)
    assert rates[119] == 1e-3


def test_moving_average_follows_and_resumes() -> None:
    layer = nn.BatchNorm1d(1)
    average = MovingAverage(layer, 0.5)
    with torch.no_grad():
        layer.weight.fill_(3.0)
    layer.num_batches_tracked += 7
    average.update(layer)
    assert average.weights["weight"].item() == pytest.approx(1 + 0.9 * 2)  # the first step trusts the start little
    assert average.weights["num_batches_tracked"].item() == 7
    other = MovingAverage(nn.BatchNorm1d(1), 0.5)
    other.load_state_dict(average.state_dict())
    average.update(layer)
    other.update(layer)
    assert torch.equal(other.weights["weight"], average.weights["weight"])


def test_box_view_looks_at_the_box() -> None:
    maps = np.zeros((1, 8, 4, 1), np.float16)
    maps[0, :4, :2] = 1.0  # the upper left quarter
    identity = torch.eye(2, 3)[None]
    inside = sample_map(maps, box_view(identity, torch.tensor([[0.0, 0.0, 0.5, 0.5]])), (2, 2))
    beside = sample_map(maps, box_view(identity, torch.tensor([[0.5, 0.5, 1.0, 1.0]])), (2, 2))
    assert inside.min() > 0.7
    assert beside.max() < 0.3


def test_weights_survive_the_file_in_half_precision(tmp_path: Path) -> None:
    torch.manual_seed(0)
    layers = [nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)) for _ in range(2)]
    save_weights(tmp_path / "w.safetensors", layers[0].state_dict(), {"images": 3})
    load_weights(layers[1], tmp_path / "w.safetensors")
    torch.testing.assert_close(layers[1][0].weight, layers[0][0].weight, atol=1e-3, rtol=0)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (nn.Sequential(nn.Conv2d(3, 5, 3), nn.BatchNorm2d(5)), "has another shape of 0.bias"),
        (nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Linear(2, 2)), "lacks 2.bias"),
        (nn.Sequential(nn.Conv2d(3, 4, 3)), "has an unknown 1.bias"),
    ],
)
def test_weights_of_another_network_are_refused(tmp_path: Path, other: nn.Module, message: str) -> None:
    save_weights(tmp_path / "w.safetensors", nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)).state_dict(), {})
    with pytest.raises(TrainingError, match=message):
        load_weights(other, tmp_path / "w.safetensors")


def test_held_out_people_are_whole_and_seen_by_two_cameras() -> None:
    samples = [Sample(Path(f"{p}_{c}"), p, c, "a") for p in range(12) for c in (1, 2) if (p, c) != (0, 2)]
    held = split_people(samples, 3)
    people = {sample.person for sample, out in zip(samples, held, strict=True) if out}
    assert len(people) == 3
    assert 0 not in people
    assert sum(held) == 6


def test_retrieval_by_hand() -> None:
    angle = np.radians([0, 10, 20, 90])
    embeddings = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
    labels, cameras = np.array([0, 1, 0, 1]), np.array([1, 2, 2, 1])
    # queries 0: finds 1 (wrong) then 2; 1: 0 and 2 (wrong) then 3; 2: 1 (wrong) then 0; 3: 2 (wrong) then 1
    rank1, precision = retrieval(embeddings, labels, cameras)
    assert rank1 == 0.0
    assert precision == pytest.approx((1 / 2 + 1 / 3 + 1 / 2 + 1 / 2) / 4)


def test_own_camera_does_not_count() -> None:
    embeddings = np.eye(2, dtype=np.float32)
    assert retrieval(embeddings, np.array([0, 0]), np.array([1, 1])) == (0.0, 0.0)


class TestPoseMachineLoss:
    def test_worst_maps_are_distrusted(self) -> None:
        beliefs, targets = torch.zeros(1, 19, 2, 2), torch.zeros(1, 19, 2, 2)
        targets[0, 0] = 10.0  # a label that makes no sense
        targets[0, 1] = 1.0
        weights = torch.ones(1, 19)
        assert robust_loss(beliefs, targets, weights, distrust=0.0).item() == pytest.approx((400 + 4) / 19)
        assert robust_loss(beliefs, targets, weights, distrust=0.05).item() == pytest.approx(4 / 19)

    def test_landmarks_without_a_label_weigh_less(self) -> None:
        landmarks = torch.ones(1, 18, 3)
        landmarks[0, 4, 2] = 0.0
        weights = map_weights(landmarks, 0.15)[0]
        assert weights[3] == 1
        assert weights[4] == pytest.approx(0.15)

    def test_figures(self) -> None:
        labels = np.random.default_rng(0).random((4, 18, 3)).astype(np.float32)
        labels[..., 2] = 1.0
        assert pose_figures(labels, labels) == {"pck": 1.0, "part_iou": 1.0}
        far = labels.copy()
        far[:, :9, 1] += 0.11  # a little more than a tenth of the height
        far[:, 9:, 0] += 0.15  # less: widths count half
        assert pose_figures(far, labels)["pck"] == pytest.approx(0.5)


class TestSettings:
    def test_a_misspelt_name_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "c.yaml"
        path.write_text("kind: cpm\nout: x\nbudget: {images: 1}\nbatches: 3\n", encoding="utf-8")
        with pytest.raises(SettingsError, match=r"c\.yaml: "):
            read_settings(path)

    def test_an_unset_variable_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NOWHERE", raising=False)
        path = tmp_path / "c.yaml"
        path.write_text(
            "kind: cpm\nout: x\nbudget: {images: 1}\ndata: [{name: cuhk01, root: '${NOWHERE}/a'}]\n", encoding="utf-8"
        )
        with pytest.raises(SettingsError, match=r"data\.0\.root: .*NOWHERE is not set"):
            read_settings(path)

    @pytest.mark.parametrize("text", ["kind: [", "kind: other", "- 1"])
    def test_other_files_are_refused(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(SettingsError, match=r"c\.yaml"):
            read_settings(tmp_path / "c.yaml")
