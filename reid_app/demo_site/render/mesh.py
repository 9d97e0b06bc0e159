"""Small mesh tools: normals, smoothing, closed shapes for things that are carried or worn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[np.float64]
IntArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Triangles.

    Attributes:
        vertices: (V, 3).
        faces: (F, 3), counter-clockwise from outside.
    """

    vertices: Array
    faces: IntArray


def normals(vertices: Array, faces: IntArray) -> Array:
    """Return (V, 3) unit normals, the faces around a vertex weighted by area."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    across = np.cross(b - a, c - a)
    result = np.zeros_like(vertices)
    for k in range(3):
        np.add.at(result, faces[:, k], across)
    length = np.linalg.norm(result, axis=1, keepdims=True)
    return np.asarray(result / np.maximum(length, 1e-12))


def averager(count: int, faces: IntArray) -> sparse.csr_matrix:
    """Return the (V, V) matrix that replaces each vertex by the mean of its neighbours."""
    rows = np.concatenate([faces[:, k] for k in (0, 1, 2, 1, 2, 0)])
    cols = np.concatenate([faces[:, k] for k in (1, 2, 0, 0, 1, 2)])
    table = sparse.csr_matrix((np.ones(len(rows)), (rows, cols)), shape=(count, count))
    table.data[:] = 1.0
    degree = np.asarray(table.sum(1)).ravel()
    return sparse.diags(1.0 / np.maximum(degree, 1.0)) @ table


def smooth(values: Array, mean: sparse.csr_matrix, rounds: int) -> Array:
    """Move every row half-way to its neighbours' mean, ``rounds`` times."""
    result = values
    for _ in range(rounds):
        result = 0.5 * result + 0.5 * np.asarray(mean @ result)
    return result


def compact(faces: IntArray) -> tuple[IntArray, IntArray]:
    """Return the vertices that ``faces`` use and the faces renumbered to them."""
    used, flat = np.unique(faces, return_inverse=True)
    return used.astype(np.int32), flat.reshape(faces.shape).astype(np.int32)


def _power(value: Array, exponent: float) -> Array:
    return np.asarray(np.sign(value) * np.abs(value) ** exponent)


def rounded(radii: tuple[float, float, float], squareness: float = 1.0, rows: int = 12, columns: int = 20) -> Mesh:
    """Return a superellipsoid around the origin: 1 is an ellipsoid, 0.3 a box with round edges."""
    latitude = np.linspace(-np.pi / 2, np.pi / 2, rows)
    longitude = np.linspace(-np.pi, np.pi, columns, endpoint=False)
    lat, lon = np.meshgrid(latitude, longitude, indexing="ij")
    x = _power(np.cos(lat), squareness) * _power(np.cos(lon), squareness)
    y = _power(np.cos(lat), squareness) * _power(np.sin(lon), squareness)
    z = _power(np.sin(lat), squareness)
    vertices = np.stack([x * radii[0], y * radii[1], z * radii[2]], -1).reshape(-1, 3)
    return Mesh(vertices, grid_faces(rows, columns))


def grid_faces(rows: int, columns: int) -> IntArray:
    """Return the triangles of a (rows, columns) grid that closes on itself along its columns."""
    row, column = np.meshgrid(np.arange(rows - 1), np.arange(columns), indexing="ij")
    a = row * columns + column
    b = row * columns + (column + 1) % columns
    c, d = a + columns, b + columns
    return np.stack([np.stack([a, b, d], -1), np.stack([a, d, c], -1)], 2).reshape(-1, 3).astype(np.int32)
