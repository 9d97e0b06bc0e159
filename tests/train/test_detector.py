"""Fine-tuning of a detector on tiny frames: bright people on dark ground."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml

from reid_app.errors import TrainingError
from reid_app.imaging import cv2
from reid_app.models import (
    FileEntry,
    InputSpec,
    Manifest,
    ModelKind,
    Provenance,
    Resize,
    Role,
    find_model,
    write_manifest,
)
from reid_app.models.convert_detector import build, write_detector
from reid_app.train import train
from reid_app.train.camera_faults import with_faults
from reid_app.train.frames import GREY, LabelledFrame, as_targets, find_people, placed, read_frames, self_labelled
from reid_app.train.package import package
from reid_app.train.settings import CameraFaultSettings, SelfLabelSettings

ARCHITECTURE: dict[str, Any] = {
    "nc": 2,
    "depth_multiple": 0.33,
    "width_multiple": 0.125,
    "ch": 3,
    "backbone": [
        [-1, 1, "Conv", [64, 3, 2]],
        [-1, 1, "Conv", [128, 3, 2]],
        [-1, 1, "Conv", [128, 3, 2]],
        [-1, 1, "Conv", [128, 3, 2]],
        [-1, 1, "Conv", [128, 3, 2]],
    ],
    "head": [[[2, 3, 4], 1, "Detect", ["nc"]]],
}


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A detector of two classes with random weights, in a models folder."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    folder.mkdir()
    torch.manual_seed(0)
    classes = ["person", "car"]
    state = build(dict(ARCHITECTURE)).state_dict()
    write_detector(dict(ARCHITECTURE), classes, state, folder, source=folder)
    names = {Role.OPENVINO: "model.xml", Role.OPENVINO_WEIGHTS: "model.bin"}
    names |= {Role.WEIGHTS: "model.safetensors", Role.ARCHITECTURE: "architecture.yaml"}
    manifest = Manifest(
        name="tiny",
        kind=ModelKind.DETECTOR,
        licence="none",
        provenance=Provenance(source="a test", made_by="a test"),
        architecture={"family": "ultralytics", "stride": 32},
        input=InputSpec(scale=(255.0, 255.0, 255.0), resize=Resize.LETTERBOX),
        classes=tuple(classes),
        files={role: FileEntry.of(folder / name) for role, name in names.items()},
    )
    write_manifest(folder, manifest)
    return folder


@pytest.fixture
def pedestrians(tmp_path: Path) -> Path:
    """Frames of 64 x 96, each with a bright box for a person, in YOLO's layout."""
    root = tmp_path / "pedestrians"
    rng = np.random.default_rng(4)
    for part, count in (("train", 6), ("val", 2)):
        (root / "images" / part).mkdir(parents=True)
        (root / "labels" / part).mkdir(parents=True)
        for number in range(count):
            image = rng.integers(0, 60, (64, 96, 3), np.uint8)
            x, y = int(rng.integers(4, 60)), int(rng.integers(4, 20))
            image[y : y + 40, x : x + 20] = 220
            cv2.imwrite(str(root / "images" / part / f"{number}.jpg"), image)
            row = f"0 {(x + 10) / 96} {(y + 20) / 64} {20 / 96} {40 / 64}\n" if number else ""
            (root / "labels" / part / f"{number}.txt").write_text(row)
    return root


def _config(folder: Path, stock: Path, frames: Path, **changes: Any) -> Path:
    content: dict[str, Any] = {
        "kind": "detector",
        "out": str(folder / "run"),
        "model": str(stock),
        "frames": str(frames),
        "size": 96,
        "batch": 3,
        "keep": 0.5,
        "optimiser": {"rate": 1e-3, "warmup": 2},
        "budget": {"images": 24},
        "threads": 1,
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(content | changes), encoding="utf-8")
    return path


def test_a_detector_learns_and_becomes_a_model(tmp_path: Path, stock: Path, pedestrians: Path) -> None:
    before = train(_config(tmp_path, stock, pedestrians, out=str(tmp_path / "still"), budget={"images": 3}), quiet=True)
    outcome = train(_config(tmp_path, stock, pedestrians, budget={"images": 90}, keep=0.0), quiet=True)
    assert outcome.figures["val/clean"] < before.figures["val/clean"]
    folder = tmp_path / "models" / "pedestrian"
    package(outcome.folder / "weights.safetensors", folder, data="frames of a test", made_by="a test")
    files = find_model(folder)
    files.verify()
    assert files.kind is ModelKind.DETECTOR
    assert files.manifest.classes == ("person", "car")
    assert files.manifest.licence == "AGPL-3.0"


def test_an_interrupted_run_takes_the_same_steps(tmp_path: Path, stock: Path, pedestrians: Path) -> None:
    whole = train(_config(tmp_path, stock, pedestrians, out=str(tmp_path / "whole")), quiet=True)
    path = _config(tmp_path, stock, pedestrians)
    stopped = train(path, minutes=1e-9, quiet=True)
    assert not stopped.finished
    resumed = train(path, resume=True, quiet=True)
    assert resumed.figures == whole.figures


def test_weights_are_averaged_with_the_start(tmp_path: Path, stock: Path, pedestrians: Path) -> None:
    from safetensors.torch import load_file

    kept = train(_config(tmp_path, stock, pedestrians, keep=1.0), quiet=True)
    start, end = load_file(stock / "model.safetensors"), load_file(kept.folder / "weights.safetensors")
    for name, value in end.items():
        torch.testing.assert_close(value.float(), start[name].float(), atol=2e-3, rtol=2e-3)


def test_other_classes_are_left_alone(tmp_path: Path, stock: Path, pedestrians: Path) -> None:
    from safetensors.torch import load_file

    path = _config(tmp_path, stock, pedestrians, keep=0.0, optimiser={"rate": 1e-3, "warmup": 2, "weight_decay": 0.0})
    end = load_file(train(path, quiet=True).folder / "weights.safetensors")
    start = load_file(stock / "model.safetensors")
    name = "model.5.cv3.0.2.bias"
    assert not torch.allclose(end[name][0].float(), start[name][0].float(), atol=1e-4)
    torch.testing.assert_close(end[name][1].float(), start[name][1].float(), atol=2e-3, rtol=1e-3)


class TestFrames:
    """Labels, drawing on the canvas, and frames that the detector labels."""

    def test_labels_are_read_with_their_pictures(self, pedestrians: Path) -> None:
        frames = read_frames(pedestrians, "train")
        assert len(frames) == 6
        assert frames[0].boxes.shape == (0, 4)
        height, width = frames[1].image.shape[:2]
        x1, y1, x2, y2 = (frames[1].boxes[0] * [width, height, width, height]).round().astype(int)
        assert frames[1].image[y1 + 2 : y2 - 2, x1 + 2 : x2 - 2].mean() > 180

    @pytest.mark.parametrize("row", ["0 0.5 0.5 0.1\n", "person 0 0 1 1\n"])
    def test_other_labels_are_refused(self, pedestrians: Path, row: str) -> None:
        (pedestrians / "labels" / "train" / "1.txt").write_text(row)
        with pytest.raises(TrainingError, match="the layout wanted is"):
            read_frames(pedestrians, "train")

    def test_a_folder_without_pictures_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(TrainingError, match="has no pictures of part 'val'"):
            read_frames(tmp_path, "val")

    @pytest.mark.parametrize("mirror", [False, True])
    @pytest.mark.parametrize("scale", [0.7, 1.0, 1.5])
    def test_boxes_follow_the_picture(self, scale: float, mirror: bool) -> None:
        image = np.zeros((60, 100, 3), np.uint8)
        image[20:50, 40:60] = 255
        frame = LabelledFrame(image, np.array([[0.4, 20 / 60, 0.6, 50 / 60]], np.float32))
        drawn = placed(frame, 128, scale, (0.4, 0.6), mirror=mirror)
        rows, columns = np.nonzero(drawn.image[..., 0] > 200)
        bright = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
        np.testing.assert_allclose(drawn.boxes[0] * 128, bright, atol=1.5)

    def test_people_cut_off_are_painted_over(self) -> None:
        image = np.full((100, 100, 3), 255, np.uint8)
        frame = LabelledFrame(image, np.array([[0.0, 0.0, 0.2, 1.0], [0.5, 0.2, 0.7, 0.8]], np.float32))
        drawn = placed(frame, 128, 1.25, (1.0, 0.5), mirror=False)  # the left fifth is cropped
        assert len(drawn.boxes) == 1
        whole = placed(frame, 128, 1.0, (0.0, 0.0), mirror=False)
        assert len(whole.boxes) == 2

    def test_targets_name_their_frame(self) -> None:
        frames = [
            LabelledFrame(np.zeros((8, 8, 3), np.uint8), np.zeros((0, 4), np.float32)),
            LabelledFrame(np.zeros((8, 8, 3), np.uint8), np.array([[0.2, 0.0, 0.4, 1.0]], np.float32)),
        ]
        torch.testing.assert_close(as_targets(frames), torch.tensor([[1.0, 0.0, 0.3, 0.5, 0.2, 1.0]]))

    def test_a_video_is_labelled_and_doubts_are_painted_over(self, tmp_path: Path) -> None:
        path = tmp_path / "walk.avi"
        video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 64))
        for _ in range(4):
            video.write(np.full((64, 64, 3), 200, np.uint8))
        video.release()

        def detector(images: torch.Tensor) -> torch.Tensor:
            # Two people: a sure one on the left, a doubtful one on the right.
            boxes = torch.tensor([[16.0, 32, 20, 40], [48.0, 32, 20, 40]]).T * images.shape[-1] / 64
            return torch.cat([boxes, torch.tensor([[0.9, 0.3]])])[None]

        settings = SelfLabelSettings(videos=(path,), every=2, size=96)
        frames = list(self_labelled(settings, detector))
        assert len(frames) == 2
        np.testing.assert_allclose(frames[0].boxes, [[6 / 64, 12 / 64, 26 / 64, 52 / 64]], atol=1e-5)
        assert (frames[0].image[32, 48] == GREY).all()
        assert frames[0].image[32, 16].mean() > 190
        assert find_people(detector, frames[0].image, 96, 0.5).shape == (1, 5)

    def test_a_file_that_is_no_video_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "no.mp4"
        path.write_text("no video")
        with pytest.raises(TrainingError, match="cannot be read as a video"):
            list(self_labelled(SelfLabelSettings(videos=(path,)), lambda images: images))


class TestCameraFaults:
    """Each fault on its own."""

    @staticmethod
    def _faults(**chances: float) -> CameraFaultSettings:
        none = dict.fromkeys(("contrast", "brightness", "infrared", "dark", "blur", "noise", "jpeg"), 0.0)
        return CameraFaultSettings(**(none | chances))  # type: ignore[arg-type]

    @staticmethod
    def _image() -> np.ndarray:
        y, x = np.mgrid[:48, :64]
        return np.stack([4 * x, 5 * y, np.where(x > 32, 200, 40)], axis=2).clip(0, 255).astype(np.uint8)

    def test_none_changes_nothing(self) -> None:
        image = self._image()
        assert (with_faults(image, self._faults(), np.random.default_rng(0)) == image).all()

    def test_infrared_is_grey(self) -> None:
        result = with_faults(self._image(), self._faults(infrared=1), np.random.default_rng(1))
        assert (result[..., 0] == result[..., 1]).all()
        assert (result[..., 0] == result[..., 2]).all()

    def test_low_light_is_dark_and_noisy(self) -> None:
        result = with_faults(np.full((64, 64, 3), 200, np.uint8), self._faults(dark=1), np.random.default_rng(2))
        assert result.mean() < 110
        assert result.std() > 0.5

    @pytest.mark.parametrize("fault", ["blur", "noise", "jpeg", "contrast", "brightness"])
    def test_others_leave_the_scene(self, fault: str) -> None:
        image = self._image()
        chance = 30.0 if fault == "brightness" else 0.5 if fault == "contrast" else 1.0
        result = with_faults(image, self._faults(**{fault: chance}), np.random.default_rng(3))
        assert (result != image).any()
        assert np.corrcoef(result.ravel(), image.ravel())[0, 1] > 0.7


def test_the_start_must_find_people(tmp_path: Path, stock: Path, pedestrians: Path) -> None:
    with pytest.raises(TrainingError, match="The detector to start from"):
        train(_config(tmp_path, tmp_path / "nothing", pedestrians), quiet=True)
