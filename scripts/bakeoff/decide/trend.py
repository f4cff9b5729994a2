"""Trends: the Theil-Sen slope with its interval, and whether one is upward and matters."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

#: Blocks that a long series is cut into: slopes are taken between all pairs of them.
MOST_BLOCKS = 400
#: Fewer points than this have no interval worth the name.
LEAST_POINTS = 8


@dataclass(frozen=True)
class Trend:
    """A slope and its 95 % interval, in units of the values per second.

    Attributes:
        slope: Theil-Sen slope: the median of the slopes between all pairs of points.
        lo: Lower end of its interval.
        hi: Upper end of its interval.
    """

    slope: float
    lo: float
    hi: float

    def is_upward(self, *, over_s: float, relevant: float) -> bool:
        """Say whether the slope is surely upward and adds up to something.

        Args:
            over_s: Time that it lasts, in seconds.
            relevant: Smallest rise over that time that matters, in the values' unit.
        """
        return self.lo > 0 and self.slope * over_s >= relevant


def theil_sen(
    t_s: NDArray[np.float64], values: NDArray[np.float64], *, block: int = 1
) -> Trend | None:
    """Return the trend of a series, None where it is too short for an interval.

    The interval is that of Sen (1968), by ``scipy.stats.theilslopes``. It takes the points for
    independent. Requests in flight at the same time are not, so they are put into blocks of
    their number, each of which counts as one point: its median value at its median time.

    Args:
        t_s: Times in seconds, in any order.
        values: Values at these times.
        block: Points that resemble each other, in a row: streams, for TTFTs of a closed loop.
    """
    order = np.argsort(t_s, kind="stable")
    number = len(order) // max(1, block)
    if number < 2 * LEAST_POINTS:  # few rounds: rather more points than none
        number = min(len(order), 2 * LEAST_POINTS)
    number = min(number, MOST_BLOCKS)
    if number < LEAST_POINTS:
        return None
    blocks = np.array_split(order, number)
    times = np.array([np.median(t_s[own]) for own in blocks])
    medians = np.array([np.median(values[own]) for own in blocks])
    if np.ptp(times) == 0:
        return None
    found = stats.theilslopes(medians, times, alpha=0.95)
    return Trend(float(found.slope), float(found.low_slope), float(found.high_slope))
