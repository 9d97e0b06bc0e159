"""Embedders by settings, and the joint-loss network on both engines."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from reid_app.config import EmbedderSettings
from reid_app.domain import Crop, Quality, Thresholds, TrackKey
from reid_app.embed import FALLBACK_THRESHOLDS, load_embedder
from reid_app.embed.jointloss import map_size
from reid_app.errors import ModelError
from reid_app.models import Calibration, find_model, write_manifest
from reid_app.nets.jointloss import JointLossArgs, JointLossNet
from tests.embed.networks import exported_models, jointloss_model, mean_colour


def crop(seed: int, height: int = 80) -> Crop:
    image = np.random.default_rng(seed).integers(0, 256, (height, height // 2, 3), np.uint8)
    box = np.array([0, 0, height // 2, height], np.float32)
    return Crop(TrackKey("a", seed), seed, seed, box, image, 0.9, Quality(sharpness=0.5))


def test_a_file_relative_to_the_site_makes_sightings(tmp_path):
    mean_colour(tmp_path / "n.xml")
    embedder = load_embedder(EmbedderSettings(kind="openvino", path=Path("n.xml"), batch_size=2), tmp_path)
    assert embedder.thresholds == FALLBACK_THRESHOLDS
    assert not embedder.calibrated
    embedder.warm_up()
    crops = [crop(seed) for seed in range(5)]
    sightings = embedder.embed(crops)
    assert [sighting.crop for sighting in sightings] == crops
    assert {sighting.embedding.model for sighting in sightings} == {embedder.model}
    assert {sighting.embedding.vector.shape for sighting in sightings} == {(embedder.dimension,)}
    assert sightings[0].landmarks is None
    assert embedder.embed([]) == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return exported_models(tmp_path_factory.mktemp("models"))


def settings(engine: str = "openvino") -> EmbedderSettings:
    return EmbedderSettings(model="jointloss-t", engine=engine)


def test_a_jointloss_model_gives_landmarks_parts_and_576_numbers(folder):
    embedder = load_embedder(settings(), models_folders=[folder])
    assert embedder.model == find_model("jointloss-t", [folder]).hash
    crops = [crop(1), crop(2, 200)]
    for sighting, given in zip(embedder.embed(crops), crops, strict=True):
        height, width = given.image.shape[:2]
        assert sighting.embedding.vector.shape == (576,)
        assert np.linalg.norm(sighting.embedding.vector) == pytest.approx(1, abs=1e-5)
        assert sighting.landmarks is not None
        assert sighting.parts is not None
        assert sighting.landmarks.points.shape == (18, 3)
        assert (sighting.landmarks.points[:, :2] <= [width, height]).all()
        x1, y1, x2, y2 = sighting.parts.boxes.T
        assert min(x1.min(), y1.min()) >= 0
        assert x2.max() <= width
        assert y2.max() <= height
        assert min((x2 - x1).min(), (y2 - y1).min()) > 0
        seen = float((sighting.landmarks.points[:, 2] >= 0.2).mean())
        assert sighting.crop.quality == Quality(sharpness=0.5, landmarks=pytest.approx(seen))


def test_both_engines_agree(folder):
    crops = [crop(seed, 60 + 20 * seed) for seed in range(4)]
    by_graph = load_embedder(settings("openvino"), models_folders=[folder])
    by_torch = load_embedder(settings("torch"), models_folders=[folder])
    assert by_graph.model == by_torch.model
    for one, other in zip(by_graph.embed(crops), by_torch.embed(crops), strict=True):
        assert one.embedding.vector @ other.embedding.vector > 0.999
        np.testing.assert_allclose(one.parts.boxes, other.parts.boxes, atol=1.0)
        assert one.pose is other.pose


def test_a_jointloss_crop_does_not_depend_on_its_batch(folder):
    embedder = load_embedder(settings(), models_folders=[folder])
    crops = [crop(seed) for seed in range(3)]
    alone = np.stack([embedder.embed([one])[0].embedding.vector for one in crops])
    together = np.stack([sighting.embedding.vector for sighting in embedder.embed(crops)])
    np.testing.assert_array_equal(together, alone)


def test_thresholds_come_from_the_manifest(folder, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    model = find_model("jointloss-t", [tmp_path])
    calibration = Calibration(accept=0.7, ask=0.6, margin=0.02)
    write_manifest(model.folder, model.manifest.model_copy(update={"calibration": calibration}))
    embedder = load_embedder(settings(), models_folders=[tmp_path])
    assert embedder.thresholds == Thresholds(0.7, 0.6, 0.02)
    assert embedder.calibrated


def test_a_model_without_the_engine_s_file_is_refused(tmp_path):
    jointloss_model(tmp_path)
    with pytest.raises(ModelError, match="has no openvino file"):
        load_embedder(settings(), models_folders=[tmp_path])


def test_a_model_of_another_kind_is_refused(folder):
    with pytest.raises(ModelError, match="is a pose model, not jointloss or reid"):
        load_embedder(EmbedderSettings(model="cpm-t"), models_folders=[folder])


@pytest.mark.parametrize("size", [(219, 103), (131, 63), (128, 64)])
def test_parts_are_pooled_from_the_map_that_the_network_has(size):
    network = JointLossNet(JointLossArgs(width=0.03)).eval()
    with torch.inference_mode():
        assert map_size(size) == network.stem(torch.zeros(1, 3, *size)).shape[2:]
