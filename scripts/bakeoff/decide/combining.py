"""Sums of figures that few server starts made: how unsure they are together.

Three starts leave a figure's spread itself unsure, hence Student's t with its wide tails. A sum of
such figures has a spread that several of them make, and is surer than the sum of their t's: the
spread of the sum is told by more degrees of freedom (Satterthwaite 1946, *An Approximate
Distribution of Estimates of Variance Components*; Welch 1947). The parts are added with normal
shapes, and the sum gets the t that belongs to it. With 2 to 5 starts of each of two equal
candidates, one of which may spread up to ten times as much in its variance, this calls them
different in 2 to 6 % of cases (200,000 drawn of each); two t's of their own would in 0.2 to 3 %,
and miss many a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import stats

from bakeoff.decide.confidence import Draws, quantiles
from bakeoff.decide.replicates import levels

#: Share of the variance below which a part of a sum is nothing.
_NOTHING = 1e-9


@dataclass(frozen=True, eq=False)
class Part:
    """One of the independent parts of a sum.

    Attributes:
        away: How far it lies from what was measured in each replicate, with a normal shape.
        degrees: Degrees of freedom of its spread; infinite where that is known.
        level: The levels that it was drawn at.
    """

    away: Draws
    degrees: float
    level: Draws


def combined(parts: Sequence[Part]) -> Draws:
    """Return how far the sum of independent parts lies from what was measured, at least one."""
    total = np.sum([part.away for part in parts], axis=0)
    variances = [float(np.mean(part.away**2)) for part in parts]
    whole = sum(variances)
    telling = [
        (part, variance)
        for part, variance in zip(parts, variances, strict=True)
        if variance > _NOTHING * whole
    ]
    inverse = sum((variance / whole) ** 2 / part.degrees for part, variance in telling)
    if not inverse:
        return np.asarray(total)
    if len(telling) == 1:
        level = telling[0][0].level
        return np.asarray(total * quantiles(level, 1 / inverse) / quantiles(level, None))
    return np.asarray(total * _radius(round(1 / inverse, 3)))


@lru_cache(maxsize=1000)
def _radius(degrees: float) -> Draws:
    """Return what turns a normal shape into Student's t, in each replicate."""
    return np.asarray(np.sqrt(degrees / stats.chi2.ppf(levels("", "radius"), degrees)))


def together(parts: Sequence[Part]) -> Part:
    """Return parts that are not independent as one, at least one of them."""
    away = np.sum([part.away for part in parts], axis=0)
    return Part(away, min(part.degrees for part in parts), parts[-1].level)
