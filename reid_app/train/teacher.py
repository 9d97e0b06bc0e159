"""Outputs of a teacher network for every training picture, computed once and kept.

The teacher is any OpenVINO re-identification network with one picture input of BGR
values 0 to 255. Besides its embedding, two of its maps can be kept: one of the middle,
and the last one before the global average pooling. Each is reduced to a few channels.
The last map is projected by the linear map that takes its average to the embedding, so
that every cell holds a local embedding.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reid_app.errors import TrainingError
from reid_app.train.images import read_image, resized
from reid_app.train.settings import TeacherSettings

MIDDLE_CHANNELS = 32
LAST_CHANNELS = 96
_SAMPLE = 1500
_BATCH = 8
_IN_FLIGHT = 3

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class TeacherOutputs:
    """What the teacher says about N pictures, in their order.

    Attributes:
        embeddings: (N, D), length 1.
        middle: (N, h, w, 32) float16 or None; unit variance per channel, about.
        last: (N, h, w, 96) float16 or None; likewise.
    """

    embeddings: Floats
    middle: NDArray[np.float16] | None
    last: NDArray[np.float16] | None


def teacher_outputs(
    settings: TeacherSettings, paths: Sequence[Path], *, progress: Callable[[int, int], None] | None = None
) -> TeacherOutputs:
    """Read the cache, computing it first where it is missing or of other pictures.

    Args:
        settings: The teacher, its maps and the folder of the cache.
        paths: The pictures.
        progress: Called with pictures done and to do.

    Raises:
        TrainingError: The teacher cannot be read or has no such map.
    """
    key = _key(settings, paths)
    stamp = settings.cache / "key.json"
    if not stamp.is_file() or json.loads(stamp.read_text(encoding="utf-8")) != key:
        settings.cache.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        _compute(settings, paths, progress)
        stamp.write_text(json.dumps(key), encoding="utf-8")
    embeddings = np.load(settings.cache / "embeddings.npy").astype(np.float32)
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    return TeacherOutputs(embeddings, _map(settings.cache / "middle.npy"), _map(settings.cache / "last.npy"))


def _map(path: Path) -> NDArray[np.float16] | None:
    return np.load(path, mmap_mode="r") if path.is_file() else None


def _key(settings: TeacherSettings, paths: Sequence[Path]) -> dict[str, Any]:
    names = hashlib.sha256("\n".join(f"{path.parent.name}/{path.name}" for path in paths).encode()).hexdigest()
    maps = [settings.middle_map, settings.last_map]
    return {"teacher": settings.model.name, "maps": maps, "pictures": names, "count": len(paths)}


@dataclass(frozen=True)
class _Projection:
    """``(x - mean) @ matrix`` over the channels of a map."""

    mean: Floats
    matrix: Floats

    def __call__(self, maps: Floats) -> NDArray[np.float16]:
        """(N, C, h, w) to (N, h, w, K)."""
        flat = np.moveaxis(maps, 1, -1)
        return np.asarray((flat - self.mean) @ self.matrix, dtype=np.float16)


class _Teacher:
    """The compiled teacher with its maps as further outputs."""

    def __init__(self, settings: TeacherSettings) -> None:
        import openvino as ov

        core = ov.Core()
        try:
            model = core.read_model(settings.model)
        except RuntimeError as error:
            raise TrainingError(f"The teacher {settings.model} cannot be read by OpenVINO: {error}.") from error
        operations = {operation.get_friendly_name(): operation for operation in model.get_ordered_ops()}
        wanted = [name for name in (settings.middle_map, settings.last_map) if name]
        if missing := [name for name in wanted if name not in operations]:
            raise TrainingError(f"The teacher {settings.model} has no operation named {missing[0]!r}.")
        embedding = model.outputs[0].get_node().input_value(0)
        outputs = [embedding, *(operations[name].output(0) for name in wanted)]
        model = ov.Model(outputs, model.get_parameters(), "teacher")
        _, _, self.height, self.width = (int(value) for value in model.inputs[0].get_partial_shape().get_min_shape())
        model.reshape([_BATCH, 3, self.height, self.width])
        # In bfloat16 where the processor has it: twice as fast, a cosine distance of 0.0002 from float32.
        options = {"PERFORMANCE_HINT": "THROUGHPUT"}
        self._compiled = core.compile_model(model, "CPU", options)
        self.maps = wanted

    def run(self, paths: Sequence[Path]) -> Iterator[tuple[slice, list[Floats]]]:
        """Outputs batch by batch: embedding, then the maps wanted."""
        # Two requests in flight keep every core busy; results are taken in order.
        requests = deque(self._compiled.create_infer_request() for _ in range(_IN_FLIGHT))
        running: deque[tuple[Any, slice]] = deque()
        for start in range(0, len(paths), _BATCH):
            if not requests:
                request, where = running.popleft()
                yield where, self._results(request, where)
                requests.append(request)
            request = requests.popleft()
            where = slice(start, min(start + _BATCH, len(paths)))
            request.start_async([self._batch(paths[where])])
            running.append((request, where))
        for request, where in running:
            yield where, self._results(request, where)

    def _batch(self, paths: Sequence[Path]) -> Floats:
        batch = np.zeros((_BATCH, 3, self.height, self.width), np.float32)
        for place, path in enumerate(paths):
            batch[place] = resized(read_image(path), (self.height, self.width)).transpose(2, 0, 1)
        return batch

    def _results(self, request: Any, where: slice) -> list[Floats]:
        request.wait()
        count = where.stop - where.start
        return [request.get_output_tensor(i).data[:count].copy() for i in range(1 + len(self.maps))]


def _compute(settings: TeacherSettings, paths: Sequence[Path], progress: Callable[[int, int], None] | None) -> None:
    teacher = _Teacher(settings)
    projections = _projections(settings, teacher, paths)
    stores: list[Any] = []
    for where, outputs in teacher.run(paths):
        reduced = [outputs[0].reshape(len(outputs[0]), -1).astype(np.float16)]
        reduced += [project(maps) for project, maps in zip(projections, outputs[1:], strict=True)]
        if not stores:
            stores = [
                np.lib.format.open_memmap(settings.cache / name, "w+", np.float16, (len(paths), *values.shape[1:]))
                for name, values in zip(_file_names(settings), reduced, strict=True)
            ]
        for store, values in zip(stores, reduced, strict=True):
            store[where] = values
        if progress is not None:
            progress(where.stop, len(paths))
    for store in stores:
        store.flush()


def _file_names(settings: TeacherSettings) -> list[str]:
    maps = [("middle.npy", settings.middle_map), ("last.npy", settings.last_map)]
    return ["embeddings.npy", *(name for name, operation in maps if operation)]


def _projections(settings: TeacherSettings, teacher: _Teacher, paths: Sequence[Path]) -> list[_Projection]:
    """One projection per map wanted, learned from a sample of the pictures."""
    if not teacher.maps:
        return []
    rng = np.random.default_rng(0)
    chosen = rng.choice(len(paths), min(_SAMPLE, len(paths)), replace=False)
    sampled = [outputs for _, outputs in teacher.run([paths[index] for index in chosen])]
    embeddings = np.concatenate([outputs[0].reshape(len(outputs[0]), -1) for outputs in sampled])
    projections = []
    for place, name in enumerate(teacher.maps, start=1):
        maps = [outputs[place] for outputs in sampled]
        cells = np.concatenate([np.moveaxis(m, 1, -1).reshape(-1, m.shape[1])[::16] for m in maps])
        if name == settings.last_map:
            averages = np.concatenate([m.mean(axis=(2, 3)) for m in maps])
            projections.append(_local_embedding(cells, averages, embeddings))
        else:
            projections.append(_principal(cells, cells, MIDDLE_CHANNELS))
    return projections


def _local_embedding(cells: Floats, averages: Floats, embeddings: Floats) -> _Projection:
    """Channels to the principal directions of the embedding, by ridge regression."""
    centre = averages.mean(axis=0)
    centred = averages - centre
    gram = centred.T @ centred
    ridge = 1e-3 * np.trace(gram) / len(gram)
    linear = np.linalg.solve(gram + ridge * np.eye(len(gram)), centred.T @ (embeddings - embeddings.mean(axis=0)))
    local = _principal(centred @ linear, (cells - centre) @ linear, LAST_CHANNELS)
    return _Projection(centre, (linear @ local.matrix).astype(np.float32))


def _principal(values: Floats, scaled_by: Floats, channels: int) -> _Projection:
    """Principal directions of ``values``, each scaled to unit variance of ``scaled_by``.

    A tenth of the mean variance is added to each, so that faint directions stay faint.
    """
    mean = scaled_by.mean(axis=0)
    _, vectors = np.linalg.eigh(np.cov((values - values.mean(axis=0)).T))
    basis = vectors[:, ::-1][:, : min(channels, vectors.shape[1])]
    variance = ((scaled_by - mean) @ basis).var(axis=0)
    matrix = basis / np.sqrt(variance + 0.1 * variance.mean())
    return _Projection(mean.astype(np.float32), matrix.astype(np.float32))
