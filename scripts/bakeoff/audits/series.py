"""Statistics of a series in time: does it shift, does it drift."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Values = NDArray[np.float64]
_PERMUTATIONS = 999
_SEED = 20261122
#: How sure a shift or a drift must be.
CERTAINTY = 0.99


@dataclass(frozen=True)
class Shift:
    """The likeliest point at which the mean of a series changed.

    Attributes:
        at: Number of values before it.
        p: Chance of so large a change in the same values in random order.
        effect: How far the mean of all values is from the mean of the longer part, as a share
            of it: what the shift does to a figure.
    """

    at: int
    p: float
    effect: float


def shift(values: Values) -> Shift:
    """Return the likeliest shift of a series, by cumulated sums and permutation.

    Cumulated sums of the deviations from the mean reach furthest from 0 at the change point
    (Page 1954, *Continuous Inspection Schemes*); how far they reach in random order gives
    the chance (Taylor 2000, *Change-Point Analysis*). A few slow values at the begin, as of
    an engine that still compiles, are found, which rank tests such as Pettitt's overlook.

    Args:
        values: At least 3, in the order of time, positive.
    """
    reach = np.abs(np.cumsum(values - values.mean()))[:-1]
    generator = np.random.default_rng(_SEED)
    shuffled = generator.permuted(np.tile(values, (_PERMUTATIONS, 1)), axis=1)
    reaches = np.abs(np.cumsum(shuffled - values.mean(), axis=1))[:, :-1].max(axis=1)
    at = int(np.argmax(reach)) + 1
    # Equal up to rounding is as far: constant values have no change point.
    as_far = np.count_nonzero(reaches >= reach.max() * (1 - 1e-9))
    longer = values[:at] if at > len(values) / 2 else values[at:]
    effect = abs(values.mean() - longer.mean()) / longer.mean()
    return Shift(at, (1 + int(as_far)) / (1 + _PERMUTATIONS), float(effect))


def drift(times: Values, values: Values) -> tuple[float, float]:
    """Return the drift over the whole series as a share of its median: likely, and for sure.

    The slope is the median of the slopes between all pairs (Theil 1950; Sen 1968), which
    outliers hardly move. For sure is the end of its 99 % interval that is nearer to 0, and 0
    where the interval holds 0.

    Args:
        times: When each value was taken, in any unit, not all equal.
        values: As many, positive.
    """
    if np.ptp(values) == 0:
        return 0.0, 0.0
    slope, _, low, high = stats.theilslopes(values, times, CERTAINTY)
    scale = float((times.max() - times.min()) / np.median(values))
    sure = 0.0 if low <= 0 <= high else min(low, high, key=abs)
    return float(slope) * scale, float(sure) * scale
