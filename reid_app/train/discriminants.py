"""Fisher's linear discriminants of embeddings: a projection that forgets the camera.

Directions in which pictures of one person differ, such as a camera's light, are shrunk;
of the rest those are kept in which people differ (Fisher, 1936; Fukunaga, 1990, chapter
10). Fitted in closed form, they are where training of a projection starts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


def discriminants(
    embeddings: NDArray[np.float32],
    labels: NDArray[np.intp],
    domains: NDArray[np.intp],
    size: int,
    *,
    damping: float = 1.0,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The ``size`` most telling directions.

    Args:
        embeddings: (N, D).
        labels: (N,) people, some of them with several pictures.
        domains: (N,) data set of each picture. People are told apart within a data set,
            so what distinguishes whole data sets does not count.
        size: Directions wanted, at most D.
        damping: Part of the mean within-person variance added to every direction's.

    Returns:
        (size, D) matrix and (size,) offset of the projection ``matrix @ x + offset``; a
        direction's scale is one over its deviation within a person, less where people
        hardly differ.
    """
    x = embeddings.astype(np.float64)
    means, within = _within(x, labels)
    values, vectors = np.linalg.eigh(within)
    whiten = vectors / np.sqrt(values.clip(min=0) + damping * values.mean())
    people = _centred(means, domains[np.unique(labels, return_index=True)[1]]) @ whiten
    between, directions = np.linalg.eigh(people.T @ people / len(people))
    between, directions = between[::-1][:size], directions[:, ::-1][:, :size]
    # What is left of the between-person variance is partly noise of the means.
    matrix = (whiten @ directions * np.sqrt(between.clip(min=0) / (between.clip(min=0) + 1.0))).T
    offset = -matrix @ x.mean(axis=0)
    return matrix.astype(np.float32), offset.astype(np.float32)


def discriminating(
    embeddings: NDArray[np.float32], labels: NDArray[np.intp], datasets: NDArray[np.str_], known: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """All embeddings behind all discriminants of the people who are ``known``, length 1.

    A teacher that has seen other data sets knows their cameras; what its embedding says about
    the cameras of these is not worth imitating.

    Args:
        embeddings: (N, D).
        labels: (N,) people.
        datasets: (N,) name of each picture's data set.
        known: (N,) whose discriminants to take.
    """
    domains = np.unique(datasets, return_inverse=True)[1]
    matrix, offset = discriminants(embeddings[known], labels[known], domains[known], embeddings.shape[1])
    projected = embeddings @ matrix.T + offset
    return np.asarray(projected / np.linalg.norm(projected, axis=1, keepdims=True), np.float32)


def _within(x: Doubles, labels: NDArray[np.intp]) -> tuple[Doubles, Doubles]:
    """Each person's mean in the order of the labels, and the covariance about them."""
    people, index, counts = np.unique(labels, return_inverse=True, return_counts=True)
    means = np.zeros((len(people), x.shape[1]))
    np.add.at(means, index, x)
    means /= counts[:, None]
    gaps = x - means[index]
    freedom = max(1, len(x) - len(people))
    return means, gaps.T @ gaps / freedom


def _centred(means: Doubles, domains: NDArray[np.intp]) -> Doubles:
    centred = means.copy()
    for domain in np.unique(domains):
        chosen = domains == domain
        centred[chosen] -= means[chosen].mean(axis=0)
    return centred
