"""Crops to sightings: the settings choose the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from reid_app.config import EmbedderKind, EmbedderSettings, Engine
from reid_app.domain import Crop, Embedding, Landmarks, PartBoxes, Sighting, Thresholds
from reid_app.embed.file_network import FileNetwork
from reid_app.embed.network import Network
from reid_app.errors import ModelError
from reid_app.models import ModelFiles, ModelKind, Role, application_folders, find_model

FALLBACK_THRESHOLDS = Thresholds(accept=0.65, ask=0.5, margin=0.05)
"""For networks that nobody calibrated: strict, since a wrong match is worse than a question."""


class Embedder:
    """Turns crops into sightings with one network.

    Args:
        network: What describes crops.
        thresholds: Similarities calibrated for it; None if it was not calibrated: strict ones
            are taken.
        batch_size: Most crops given to the network at once.

    Attributes:
        network: As given.
        calibrated: Whether the thresholds were given.
        thresholds: Those to be used.
    """

    def __init__(self, network: Network, thresholds: Thresholds | None, batch_size: int = 16) -> None:
        self.network = network
        self.calibrated = thresholds is not None
        self.thresholds = thresholds or FALLBACK_THRESHOLDS
        self._batch_size = batch_size

    @property
    def name(self) -> str:
        """What people call the model."""
        return self.network.name

    @property
    def model(self) -> str:
        """Hash of the model and its pre-processing."""
        return self.network.model

    @property
    def dimension(self) -> int:
        """Length of an embedding."""
        return self.network.dimension

    def embed(self, crops: Sequence[Crop]) -> list[Sighting]:
        """Embed crops, in their order; none gives none.

        Where a pose machine runs, each sighting's crop has the share of its landmarks
        seen in its quality.

        Raises:
            ModelError: The network failed.
        """
        sightings: list[Sighting] = []
        for start in range(0, len(crops), self._batch_size):
            sightings.extend(self._embed_batch(crops[start : start + self._batch_size]))
        return sightings

    def warm_up(self) -> None:
        """Run the network once, so that the first crop is not the slow one."""
        self.network.describe([np.full((128, 64, 3), 127, np.uint8)])

    def _embed_batch(self, crops: Sequence[Crop]) -> list[Sighting]:
        described = self.network.describe([crop.image for crop in crops])
        sightings = []
        for row, crop in enumerate(crops):
            embedding = Embedding(described.vectors[row].copy(), self.model)
            bodies = described.bodies
            if bodies is None:
                sightings.append(Sighting(crop, embedding))
                continue
            sightings.append(
                Sighting(
                    replace(crop, quality=replace(crop.quality, landmarks=float(bodies.seen[row]))),
                    embedding,
                    Landmarks(bodies.landmarks[row].copy()),
                    PartBoxes(bodies.parts[row].copy()),
                    bodies.poses[row],
                )
            )
        return sightings


def load_embedder(
    settings: EmbedderSettings, folder: Path | None = None, models_folders: Sequence[Path] = ()
) -> Embedder:
    """Load the embedder that the settings name.

    Args:
        settings: The site's `embedder` section.
        folder: What a relative `path` is relative to, the site file's folder; None: the current one.
        models_folders: Where models are looked for before the application's own folders.

    Raises:
        ModelError: The model is missing, damaged or no embedding network.
    """
    network, thresholds = load_network(settings, folder, models_folders)
    return Embedder(network, thresholds, settings.batch_size)


def load_network(
    settings: EmbedderSettings, folder: Path | None = None, models_folders: Sequence[Path] = ()
) -> tuple[Network, Thresholds | None]:
    """Load the network that the settings name, and its thresholds if it was calibrated.

    Arguments and errors are those of :func:`load_embedder`.
    """
    if settings.kind is EmbedderKind.JOINTLOSS:
        files = find_model(settings.model, (*models_folders, *application_folders()), kind=_EMBEDDING_KINDS)
        return network_of(files, settings.engine), files.thresholds
    assert settings.path is not None
    path = settings.path.expanduser()
    network = FileNetwork(path if folder is None else folder / path, settings)
    return network, network.known.thresholds if network.known else None


def network_of(files: ModelFiles, engine: Engine = Engine.AUTO) -> Network:
    """Load the network of a model that was found.

    Raises:
        ModelError: The model is damaged or no embedding network.
    """
    if files.kind is ModelKind.JOINTLOSS:
        # Imported here: it needs torch, which networks from files do not.
        from reid_app.embed.jointloss import JointLossNetwork

        return JointLossNetwork(files, engine)
    role = Role.OPENVINO if files.has(Role.OPENVINO) else Role.ONNX
    spec = files.manifest.input
    network = FileNetwork(
        files.path(role),
        EmbedderSettings(
            kind=EmbedderKind.ONNX if role is Role.ONNX else EmbedderKind.OPENVINO,
            path=files.path(role),
            input_size=spec.size,
            colour=spec.colour,
            mean=spec.mean,
            scale=spec.scale,
        ),
    )
    if network.dimension != files.manifest.embedding_size:
        raise ModelError(
            f"model {files.name} puts out vectors of {network.dimension}, its manifest says "
            f"{files.manifest.embedding_size}; restore the model"
        )
    return network


_EMBEDDING_KINDS = (ModelKind.JOINTLOSS, ModelKind.REID)
