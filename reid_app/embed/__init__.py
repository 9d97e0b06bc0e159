"""Crops to embeddings: the networks that do it, and the thread that batches them."""

from __future__ import annotations

from reid_app.embed.embedder import FALLBACK_THRESHOLDS, Embedder, load_embedder, load_network, network_of
from reid_app.embed.file_network import FileNetwork
from reid_app.embed.network import Bodies, Descriptions, Network
from reid_app.embed.openvino_runner import resized
from reid_app.embed.worker import Embeds, EmbedWorker, WorkerStats

__all__ = [
    "FALLBACK_THRESHOLDS",
    "Bodies",
    "Descriptions",
    "EmbedWorker",
    "Embedder",
    "Embeds",
    "FileNetwork",
    "Network",
    "WorkerStats",
    "load_embedder",
    "load_network",
    "network_of",
    "resized",
]
