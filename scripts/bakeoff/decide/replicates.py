"""What candidates could be worth, as often as a decision is repeated.

A replicate draws every figure of every candidate from its confidence distribution
(:mod:`bakeoff.decide.confidence`) and is scored as the measured figures are. Which draws go
together follows from how they were measured:

* Candidates have servers of their own, so they are independent of each other, and two copies of
  one candidate do not move together.
* Figures of one candidate and stage come from the same requests and server starts. They are
  taken as good together and bad together. No dependence makes a utility less sure than this one,
  so a verdict may be too careful for it, never too bold.
* Shares of right answers are compared on the same questions. Against the best candidate each
  other one is drawn through the difference of the two (:mod:`bakeoff.decide.paired`), so that
  right answers alone decide a scenario if and only if the paired comparison does.

Levels are drawn evenly: each ten-thousandth of a distribution once, in random order (Latin
hypercube; McKay, Beckman and Conover 1979). Where a single figure decides, the share of replicates
won is then exact and not one of chance.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bakeoff.decide.confidence import Draws, differences, draws, freedom
from bakeoff.decide.readings import Reading, Study

REPLICATES = 10_000
_SEED = 20261122


@lru_cache(maxsize=1000)
def levels(candidate: str, stage: str) -> Draws:
    """Return how good a candidate is in a stage in each replicate, evenly between 0 and 1.

    The seed is fixed and each candidate's and stage's own: another candidate beside it changes
    nothing.
    """
    name = hashlib.sha256(f"{_SEED}/{candidate}/{stage}".encode()).digest()
    generator = np.random.default_rng(int.from_bytes(name[:8], "big"))
    found = np.asarray((generator.permutation(REPLICATES) + 0.5) / REPLICATES)
    found.flags.writeable = False  # it is shared
    return found


def values(reading: Reading, *, to_add: bool = False) -> Draws:
    """Return a figure in each replicate, in its unit; good levels are good values.

    Args:
        reading: The figure, measured.
        to_add: As for :func:`bakeoff.decide.confidence.draws`.
    """
    found = levels(reading.candidate, reading.stage)
    return draws(reading, found if reading.sign > 0 else 1 - found, to_add=to_add)


def logs(reading: Reading, found: Draws) -> Draws:
    """Return logarithms of a figure's values, above 0 for what is better than 1 of its unit.

    Args:
        reading: The figure; usable, see :attr:`~bakeoff.decide.readings.Reading.usable`.
        found: Values of it.
    """
    least = reading.floor if reading.floor is not None else np.finfo(np.float64).tiny
    return np.asarray(reading.sign * np.log(np.maximum(found, least)))


def point(study: Study, candidates: Sequence[str], metrics: Sequence[str]) -> NDArray[np.float64]:
    """Return the logarithms of the figures as measured, shape (candidates, metrics)."""
    return np.array(
        [
            [float(logs(one, np.array([one.value]))[0]) for one in row]
            for row in _readings(study, candidates, metrics)
        ]
    ).reshape(len(candidates), len(metrics))


def drawn(study: Study, candidates: Sequence[str], metrics: Sequence[str], best: str) -> Draws:
    """Return the logarithms of the figures in every replicate.

    Args:
        study: What was measured.
        candidates: Those to compare, with all figures usable.
        metrics: Metric ids.
        best: The candidate that others are paired with.

    Returns:
        Shape (candidates, metrics, replicates).
    """
    found = np.empty((len(candidates), len(metrics), REPLICATES))
    for place, row in enumerate(_readings(study, candidates, metrics)):
        for column, reading in enumerate(row):
            found[place, column] = logs(reading, _beside(study, reading, best))
    return found


def degrees(study: Study, candidates: Sequence[str], metrics: Sequence[str]) -> Draws:
    """Return the degrees of freedom that :func:`drawn` left out, shape (candidates, metrics).

    Infinite where an interval is normal, and for right answers, whose draws have their shape.
    """
    return np.array(
        [
            [
                math.inf if one.metric in study.compared_pairwise else freedom(one.note) or math.inf
                for one in row
            ]
            for row in _readings(study, candidates, metrics)
        ]
    ).reshape(len(candidates), len(metrics))


def _readings(
    study: Study, candidates: Sequence[str], metrics: Sequence[str]
) -> list[list[Reading]]:
    return [[study.reading(one, metric) for metric in metrics] for one in candidates]


def _beside(study: Study, reading: Reading, best: str) -> Draws:
    """Return a figure in each replicate, by its difference from the best one if that is known."""
    if reading.metric not in study.compared_pairwise:
        return values(reading, to_add=True)
    pair = study.pairs.get((reading.metric, best, reading.candidate))
    if pair is None or reading.candidate == best:
        return values(reading)
    gap = differences(pair, 1 - levels(reading.candidate, reading.stage))
    theirs = values(study.reading(best, reading.metric))
    return np.asarray(np.clip(theirs - gap, 0.0, 1.0))
