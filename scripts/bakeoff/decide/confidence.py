"""The confidence distribution of a figure: what its interval says, at every level at once.

A 95 % interval is one of a family: for every level there is one, and their ends together are a
distribution of the true value given what was measured (Xie and Singh 2013, *Confidence
Distribution, the Frequentist Distribution Estimator of a Parameter*). Drawn from it, a figure is
exactly as unsure as its interval says, whichever method made that: 2.5 % of the draws lie below
it and 2.5 % above. A bootstrap of the rows would not be: with three server starts it never leaves
the range of the three.

The distribution is laid on the scale on which the interval is symmetric: the logarithm of positive
figures, the logit of shares and scores. Where its ends still differ, each side has its own spread.
Its shape is normal, or Student's t where the figure's note says that few starts or templates made
the interval. Where figures are added up, the sum of two t distributions would be much less sure
than the data are; there draws are taken with a normal shape and the standard error's spread, and
the sum gets the t shape that belongs to it (:mod:`bakeoff.decide.scoring`). An end that is missing
is open: on that side the figure could be anything, and draws lie up to a factor of a million away,
so that nothing follows from them.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from bakeoff.decide.paired import Pair
from bakeoff.decide.readings import Reading
from bakeoff.metrics.bootstrap import TAIL

Draws = NDArray[np.float64]
#: What a figure could be away from its value on a side without an end, as a logarithm.
OPEN = math.log(1e6)
#: What the spread of a difference is widened by, so that an end that is exactly 0 holds 0.
_HOLDS_ITS_END = 1.001
#: What notes say of an interval over few starts or templates, see :mod:`bakeoff.metrics.bootstrap`.
_FEW = re.compile(r"(\d+) (?:server starts|templates): Student t")
_LOWEST, _HIGHEST = 1.0, 5.0


def freedom(note: str | None) -> int | None:
    """Return the degrees of freedom of the interval that a note tells of; None for a normal one."""
    found = [int(number) - 1 for number in _FEW.findall(note or "")]
    return max(1, min(found)) if found else None


def draws(reading: Reading, levels: Draws, *, to_add: bool = False) -> Draws:
    """Return the values of a figure at levels of its confidence distribution.

    Args:
        reading: The figure, measured.
        levels: Between 0 and 1, shape (replicates,): 0.025 gives ``lo``, 0.975 gives ``hi``.
        to_add: Whether the draws are to be added to others': then few starts do not widen them.

    Raises:
        ValueError: If the figure was not measured.
    """
    if reading.value is None:
        raise ValueError(f"{reading.metric} of {reading.candidate} was not measured")
    if reading.exact:
        return np.full(len(levels), reading.value, dtype=np.float64)
    centre = _to_scale(reading, reading.value)
    below = centre - _to_scale(reading, reading.lo) if reading.lo is not None else OPEN
    above = _to_scale(reading, reading.hi) - centre if reading.hi is not None else OPEN
    steps = _steps(levels, freedom(reading.note), to_add=to_add)
    return _from_scale(reading, centre + steps * np.where(steps < 0, below, above))


def differences(pair: Pair, levels: Draws) -> Draws:
    """Return the values of a difference of shares at levels of its confidence distribution.

    Args:
        pair: The difference.
        levels: As for :func:`draws`.
    """
    steps = _steps(levels, freedom(pair.note), to_add=False) * _HOLDS_ITS_END
    found = pair.value + steps * np.where(steps < 0, pair.value - pair.lo, pair.hi - pair.value)
    return np.asarray(np.clip(found, -1.0, 1.0))


def _steps(levels: Draws, degrees: int | None, *, to_add: bool) -> Draws:
    """Return how far levels lie from the middle, in halves of the 95 % interval."""
    return np.asarray(quantiles(levels, None if to_add else degrees) / _end(degrees))


@lru_cache(maxsize=100)
def _end(degrees: int | None) -> float:
    """Return how many standard errors a 95 % interval reaches to each side."""
    return float(quantiles(np.array([1 - TAIL]), degrees)[0])


def quantiles(levels: Draws, degrees: float | None) -> Draws:
    """Return quantiles of Student's t, of the normal distribution where degrees is None."""
    found = stats.norm.ppf(levels) if degrees is None else stats.t.ppf(levels, degrees)
    return np.asarray(found, dtype=np.float64)


def _to_scale(reading: Reading, value: float) -> float:
    """Return a value on the scale of its distribution; no value is infinitely far out there."""
    if reading.kind == "positive":
        least = reading.floor if reading.floor is not None else (reading.value or 0.0) * 1e-6
        return math.log(max(value, least))
    share = value if reading.kind == "share" else (value - _LOWEST) / (_HIGHEST - _LOWEST)
    edge = _edge(reading)
    share = min(1 - edge, max(edge, share))
    return math.log(share / (1 - share))


def _from_scale(reading: Reading, found: Draws) -> Draws:
    if reading.kind == "positive":
        return np.exp(found)
    shares = 1 / (1 + np.exp(-found))
    edge = _edge(reading)
    # What lies at the edge is 0 or 1 as measured, which the scale has no place for.
    shares = np.where(shares <= edge * (1 + 1e-9), 0.0, shares)
    shares = np.where(shares >= (1 - edge) * (1 - 1e-12), 1.0, shares)
    return shares if reading.kind == "share" else _LOWEST + (_HIGHEST - _LOWEST) * shares


def _edge(reading: Reading) -> float:
    """Return the share that 0 counts as: half of one observation."""
    return 0.5 / max(reading.n, 1)
