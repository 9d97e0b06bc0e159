"""From pictures of known people to the similarities at which a model's matches are believed.

What is measured is what the matcher does: the mean of a few pictures that one camera
took of a person, a track, is compared with every identity
(:func:`reid_app.match.scoring.similarity`). Each identity is one track here, as it is when
it is new and knows least. A threshold is the similarity that a given share of comparisons
between different people reaches, its false-accept rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reid_app.domain import FloatArray, Thresholds
from reid_app.errors import TrainingError
from reid_app.models import Calibration

Ints = NDArray[np.int64]

TRACK_PICTURES = 4
"""Pictures of a person in one camera that stand for a track."""

TRACKS_PER_CAMERA = 2
"""Most tracks made of one person's pictures in one camera."""

LEAST_ERRORS = 5
"""False accepts that have to stand behind a threshold: fewer say nothing."""

MOST_ASKED = 0.05
"""Share of right matches that the margin may turn into questions."""

GALLERY_SIZES = (10, 40, 200)
"""Identities in the gallery for which false matches are counted."""

_MARGINS = np.arange(0, 0.2001, 0.005)


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Similarities of tracks with identities.

    Attributes:
        matrix: (T, P) similarity of each track with one track of each person; NaN where a
            person has none that may be compared.
        own: (T,) column of each track's person.
    """

    matrix: FloatArray
    own: Ints

    @property
    def same(self) -> FloatArray:
        """Similarities with the right person, one-dimensional, NaN left out."""
        values = self.matrix[np.arange(len(self.own)), self.own]
        right: FloatArray = values[~np.isnan(values)]
        return right

    @property
    def different(self) -> FloatArray:
        """Similarities with all others, one-dimensional, NaN left out."""
        others = self.without_own()
        wrong: FloatArray = others[~np.isnan(others)]
        return wrong

    def without_own(self) -> FloatArray:
        """The matrix with NaN for each track's own person."""
        others = self.matrix.copy()
        others[np.arange(len(self.own)), self.own] = np.nan
        return others


@dataclass(frozen=True, slots=True)
class Chances:
    """What a gallery of a size makes of 1,000 decisions.

    Attributes:
        identities: People in the gallery.
        false_matches: Of 1,000 people who are not in it, those taken for somebody in it.
        questions: Of them, those about whom the operator is asked.
    """

    identities: int
    false_matches: float
    questions: float


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationReport:
    """Thresholds, and what they were measured to do.

    Attributes:
        calibration: For the manifest.
        people: People calibrated on.
        comparisons: Comparisons of different people among them.
        found: Share of comparisons with the right person that reach ``accept``.
        asked: Share of them between ``ask`` and ``accept``.
        held_out: False-accept rate at ``accept`` and at ``ask`` on people whom the
            thresholds were not made from: people are halved, each half is measured with
            the other's thresholds, and the rates are averaged.
        chances: For some sizes of the gallery, as far as the people suffice.
        scores: What all of it comes from.
    """

    calibration: Calibration
    people: int
    comparisons: int
    found: float
    asked: float
    held_out: tuple[float, float]
    chances: tuple[Chances, ...]
    scores: Scores

    def sentences(self) -> list[str]:
        """Say in words what to expect."""
        made = self.calibration
        lines = [
            (
                f"accept {made.accept:.3f}: {_share(made.accept_far)} of comparisons of different people reach it "
                f"({_share(self.held_out[0])} of people held out), and {100 * self.found:.1f} % of those of one person."
            ),
            (
                f"ask {made.ask:.3f}: {_share(made.ask_far)} of comparisons of different people reach it "
                f"({_share(self.held_out[1])} of people held out); {100 * self.asked:.1f} % of those of one person lie "
                "between the two."
            ),
            f"margin {made.margin:.3f}: how far the runner-up must be behind.",
        ]
        lines += [
            f"Of 1,000 people who are not in a gallery of {chance.identities} identities, about "
            f"{chance.false_matches:.0f} would be taken for somebody in it, and the operator would be asked about "
            f"{chance.questions:.0f}."
            for chance in self.chances
        ]
        return lines

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the scores as plain values."""
        return {
            "calibration": self.calibration.model_dump(mode="json"),
            "people": self.people,
            "comparisons": self.comparisons,
            "found": self.found,
            "asked": self.asked,
            "held_out": {"accept": self.held_out[0], "ask": self.held_out[1]},
            "per_1000": [
                {"identities": c.identities, "false_matches": c.false_matches, "questions": c.questions}
                for c in self.chances
            ],
        }


def track_scores(
    vectors: FloatArray, people: Ints, cameras: Ints, *, pictures: int = TRACK_PICTURES, seed: int = 0
) -> Scores:
    """Compare tracks with identities as the matcher does.

    Args:
        vectors: (N, D) unit vectors.
        people: (N,) who is on each.
        cameras: (N,) which camera took it. With a single camera for all, a track is compared
            with the other tracks of its camera; else never with its own camera's pictures.
        pictures: Pictures of a track; 1 compares single crops.
        seed: Decides which pictures make a track.

    Raises:
        TrainingError: There are fewer than two people, or nobody has two tracks.
    """
    generator = np.random.default_rng(seed)
    numbers, person_of = np.unique(people, return_inverse=True)
    if len(numbers) < 2:
        raise TrainingError("Calibration needs pictures of at least two people; give a folder with more.")
    by_camera = len(np.unique(cameras)) > 1
    tracks: list[Ints] = []
    for person in range(len(numbers)):
        own = np.flatnonzero(person_of == person)
        for camera in np.unique(cameras[own]):
            mixed = generator.permutation(own[cameras[own] == camera])
            limit = TRACKS_PER_CAMERA * pictures if by_camera else len(mixed)
            tracks += [mixed[start : start + pictures] for start in range(0, min(len(mixed), limit), pictures)]
    means = np.stack([vectors[track].mean(axis=0) for track in tracks])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
    owner = np.array([person_of[track[0]] for track in tracks])
    place = np.array([cameras[track[0]] for track in tracks]) if by_camera else np.arange(len(tracks))
    shown = np.array([generator.choice(np.flatnonzero(owner == person)) for person in range(len(numbers))])
    matrix = (means @ means[shown].T).astype(np.float32)
    for row, person in enumerate(owner):
        elsewhere = np.flatnonzero((owner == person) & (place != place[row]))
        matrix[row, person] = means[row] @ means[generator.choice(elsewhere)] if len(elsewhere) else np.nan
    scores = Scores(matrix, owner)
    if len(scores.same) == 0:
        raise TrainingError("Nobody was seen by two cameras, or twice by one; calibration needs such pictures.")
    return scores


def calibrate(
    vectors: FloatArray,
    people: Ints,
    cameras: Ints,
    *,
    accept_far: float = 0.001,
    ask_far: float = 0.01,
    pictures: int = TRACK_PICTURES,
    data: str = "",
    seed: int = 0,
) -> CalibrationReport:
    """Calibrate a model on pictures of known people, none of whom it was trained on.

    Args:
        vectors: (N, D) unit vectors of the pictures.
        people: (N,) who is on each.
        cameras: (N,) which camera took it.
        accept_far: Share of comparisons of different people that may reach ``accept``.
        ask_far: Share that may reach ``ask``; at least ``accept_far``.
        pictures: Pictures that make a track; 1 calibrates single crops.
        data: Names the pictures, for the manifest.
        seed: Of all random choices.

    Raises:
        TrainingError: The rates are out of order, or the people are too few for them.
    """
    if not 0 < accept_far <= ask_far < 1:
        raise TrainingError(f"False-accept rates must be 0 < accept <= ask < 1, not {accept_far} and {ask_far}.")
    scores = track_scores(vectors, people, cameras, pictures=pictures, seed=seed)
    different, same = scores.different, scores.same
    accept, ask = thresholds_at(different, (accept_far, ask_far))
    margin = _margin(scores, accept, accept_far)
    calibration = Calibration(
        accept=round(accept, 4),
        ask=round(ask, 4),
        margin=round(margin, 4),
        accept_far=accept_far,
        ask_far=ask_far,
        data=data,
    )
    return CalibrationReport(
        calibration=calibration,
        people=scores.matrix.shape[1],
        comparisons=len(different),
        found=float((same >= accept).mean()),
        asked=float(((same >= ask) & (same < accept)).mean()),
        held_out=_held_out(scores, (accept_far, ask_far), seed),
        chances=tuple(_chances(scores, calibration.thresholds(), size, seed) for size in _sizes(scores)),
        scores=scores,
    )


def thresholds_at(different: FloatArray, rates: Sequence[float]) -> tuple[float, ...]:
    """Similarities that the given shares of comparisons between different people reach.

    Raises:
        TrainingError: There are too few comparisons for a rate.
    """
    for rate in rates:
        if len(different) * rate < LEAST_ERRORS:
            raise TrainingError(
                f"{len(different)} comparisons of different people are too few for a false-accept rate of {rate:g}; "
                f"at least {LEAST_ERRORS / rate:.0f} are needed: give more people or a greater rate."
            )
    return tuple(float(value) for value in np.quantile(different, [1 - rate for rate in rates]))


def operator_calibration(
    same: FloatArray, different: FloatArray, *, accept_far: float = 0.01, ask_far: float = 0.05, data: str = ""
) -> Calibration:
    """Calibrate from a site's own decisions: similarities that operators confirmed and refused.

    Operators see the doubtful cases only, so these rates are among doubtful cases, not
    among all comparisons. The margin cannot be told from them and stays at 0.05.

    Args:
        same: (A,) similarities of what an operator said is one person.
        different: (B,) similarities of what an operator said are two.
        accept_far: Share of ``different`` that may reach ``accept``.
        ask_far: Share that may reach ``ask``.
        data: Names the decisions, for the manifest.

    Raises:
        TrainingError: There are too few decisions, or they contradict the model.
    """
    accept, ask = thresholds_at(different, (accept_far, ask_far))
    if not len(same) or float(np.median(same)) < ask:
        raise TrainingError(
            "Most of what operators confirmed is less alike than what they refused; the model does not suit this site."
        )
    return Calibration(
        accept=round(accept, 4),
        ask=round(ask, 4),
        margin=0.05,
        accept_far=accept_far,
        ask_far=ask_far,
        data=data,
    )


def _margin(scores: Scores, accept: float, far: float) -> float:
    """Smallest margin that keeps wrong matches at ``far`` per decision about a known person.

    It never turns more than :data:`MOST_ASKED` of the right matches into questions.
    """
    known = ~np.isnan(scores.matrix[np.arange(len(scores.own)), scores.own])
    rows = np.nan_to_num(scores.matrix[known], nan=-1.0)
    own = scores.own[known]
    best = rows.argmax(axis=1)
    top = np.partition(rows, -2, axis=1)[:, -2:]
    gap, taken = top[:, 1] - top[:, 0], top[:, 1] >= accept
    right = taken & (best == own)
    wrong = taken & (best != own)
    chosen = 0.0
    for margin in _MARGINS:
        if right.any() and (gap[right] < margin).mean() > MOST_ASKED:
            break
        chosen = float(margin)
        if (wrong & (gap >= margin)).mean() <= far:
            break
    return chosen


def _held_out(scores: Scores, rates: tuple[float, float], seed: int) -> tuple[float, float]:
    """Mean rates of two halves of the people, each at the other's thresholds."""
    people = np.random.default_rng(seed).permutation(scores.matrix.shape[1])
    halves = [np.sort(people[: len(people) // 2]), np.sort(people[len(people) // 2 :])]
    parts = [
        Scores(
            scores.matrix[np.isin(scores.own, half)][:, half],
            np.searchsorted(half, scores.own[np.isin(scores.own, half)]),
        )
        for half in halves
    ]
    measured = []
    for made_from, measured_on in (parts, parts[::-1]):
        wrong = measured_on.different
        limits = np.quantile(made_from.different, [1 - rate for rate in rates])
        measured.append([float((wrong >= limit).mean()) for limit in limits])
    accept, ask = np.mean(measured, axis=0)
    return float(accept), float(ask)


def _sizes(scores: Scores) -> list[int]:
    return [size for size in GALLERY_SIZES if size < scores.matrix.shape[1]]


def _chances(scores: Scores, thresholds: Thresholds, size: int, seed: int, draws: int = 20) -> Chances:
    """Decisions about people who are not in a gallery of ``size`` people, over random galleries."""
    generator = np.random.default_rng(seed)
    others = np.nan_to_num(scores.without_own(), nan=-1.0)
    matched, asked, total = 0, 0, 0
    for _ in range(draws):
        gallery = generator.choice(others.shape[1], size, replace=False)
        outside = ~np.isin(scores.own, gallery)
        top = np.partition(others[outside][:, gallery], -2, axis=1)[:, -2:]
        taken = (top[:, 1] >= thresholds.accept) & (top[:, 1] - top[:, 0] >= thresholds.margin)
        matched += int(taken.sum())
        asked += int(((top[:, 1] >= thresholds.ask) & ~taken).sum())
        total += int(outside.sum())
    return Chances(size, 1000 * matched / total, 1000 * asked / total)


def _share(rate: float | None) -> str:
    assert rate is not None
    return f"{1e6 * rate:.0f} in a million" if rate < 1e-4 else f"{1000 * rate:.2g} in a thousand"
