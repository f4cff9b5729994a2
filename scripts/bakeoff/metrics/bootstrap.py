"""95 % intervals for figures over requests that are grouped by server start.

Requests that share a server start resemble each other, so a start is what counts as
independent, and what can be said depends on how many there are:

* **6 starts or more**: percentile bootstrap that draws whole starts with replacement.
  Drawing requests within the drawn starts as well would count the spread between requests
  twice (Davison and Hinkley 1997, *Bootstrap Methods and their Application*, 3.8).
* **2 to 5 starts**: no bootstrap can work; with 3 starts its 27 draws never leave the range
  of the 3 figures, which holds the truth in 75 % of cases. Instead Student's t over the
  starts' own figures, on a log scale, since every figure is positive; for a quantile never
  narrower than if all requests came from one start.
* **1 start**: percentile bootstrap over requests; the difference between starts is unknown
  and the note says so.

A bootstrap draws from a sample that spreads a little less than its population. The tails
are therefore cut further out, as t is wider than the normal (Hesterberg 2015, *What
Teachers Should Know About the Bootstrap*, 5.3: expanded percentile interval).

A quantile is not resampled itself, as few values decide it. What is resampled is the share
of values below the estimate, a ratio of sums like the mean, and the ends of that interval
are looked up in the sorted values (Woodruff 1952, *Confidence Intervals for Medians and
Other Position Measures*; Francisco and Fuller 1991). For independent values of one start
that is the order-statistics interval, taken exactly from the binomial distribution: it has
no upper end where fewer than ln 0.025 / ln q values were measured, 72 for a P95, 368 for a
P99. Values that resemble each other are held to the same number, in what they are worth.

How often the intervals hold the truth is measured by ``python -m bakeoff.bench.coverage``
(log-normal values, 200 to 400 samples of each case): means and medians 93 to 99 %; a P95
95 to 99.5 %, with three exceptions. A P95 of gaps (ITL) over one start of 20 requests does
so in 91 %. Over 2 starts that differ twice as much as their requests do it is 92.5 %, over
3 or 5 of them 82 to 86 %, all misses too low: the slowest starts are not among them.
Over 6 starts or more that differ so much, an interval is refused in 76 to 98 % of samples,
but of those few that are given up to half miss; that is 5 % of all samples.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from bakeoff.metrics.base import Interval

#: Starts from which on whole starts are resampled: below 6 the range of all of them holds
#: their median in less than 95 % of cases (1 - 2 / 2**6 = 0.97, 1 - 2 / 2**5 = 0.94).
MIN_STARTS = 6
#: Requests of one start from which on they are resampled, for the same reason.
MIN_UNITS = 6
REPLICATES = 10_000
#: Units drawn at once, so that memory is bounded (8 bytes each, a few arrays).
_DRAWS_AT_ONCE = 2_000_000
_SEED = 20261122
#: Share of cases that an interval may miss on each side.
TAIL = 0.025


@dataclass(frozen=True, eq=False)
class Units:
    """The parts of a ratio of sums, by resampling unit (a request, or a block of them).

    Attributes:
        start: Server start of each unit, shape (units,).
        total: The unit's sum of values, or of its values' shares below a threshold.
        count: The unit's number of values.
    """

    start: NDArray[np.int64]
    total: NDArray[np.float64]
    count: NDArray[np.float64]

    @property
    def ratio(self) -> float:
        """The ratio of sums over all units."""
        return float(self.total.sum() / self.count.sum())

    @property
    def variance(self) -> float:
        """Variance of the ratio, the units taken as independent (linearised; at least 2)."""
        size = len(self.count)
        residuals = self.total - self.ratio * self.count
        return float(size / (size - 1) * np.sum(residuals**2) / self.count.sum() ** 2)

    def by_start(self) -> "Units":
        """Return the same with one unit for each start."""
        starts, place = np.unique(self.start, return_inverse=True)
        return Units(
            starts,
            np.bincount(place, weights=self.total).astype(np.float64),
            np.bincount(place, weights=self.count).astype(np.float64),
        )


def replicates(units: Units, *, draws: int = REPLICATES) -> NDArray[np.float64]:
    """Return bootstrap replicates of the ratio of sums, shape (draws,).

    The units given are drawn with replacement, as many as there are. The seed is fixed:
    the same units give the same replicates.
    """
    generator = np.random.default_rng(_SEED)
    size = len(units.count)
    at_once = max(1, _DRAWS_AT_ONCE // size)
    found = []
    for first in range(0, draws, at_once):
        drawn = generator.integers(size, size=(min(at_once, draws - first), size))
        found.append(units.total[drawn].sum(axis=1) / units.count[drawn].sum(axis=1))
    return np.concatenate(found)


def bootstrap(units: Units) -> tuple[float, float]:
    """Return the ends of the expanded percentile interval of the ratio of sums.

    Args:
        units: What is drawn: starts or requests, at least 2.
    """
    tail = expanded_tail(len(units.count))
    lo, hi = np.quantile(replicates(units), [tail, 1 - tail], method="inverted_cdf")
    return float(lo), float(hi)


def expanded_tail(size: int) -> float:
    """Return where to cut the replicates on each side, so that the interval is wide enough.

    Args:
        size: How many units are drawn, at least 2.
    """
    widened = student_t(size - 1) * math.sqrt(size / (size - 1))
    return float(stats.norm.cdf(-widened))


def student_t(freedom: int) -> float:
    """Return how many standard errors Student's t interval reaches to each side.

    Args:
        freedom: Degrees of freedom, at least 1.
    """
    return float(stats.t.ppf(1 - TAIL, freedom))


def over_few_starts(value: float, figures: NDArray[np.float64]) -> Interval:
    """Return Student's t interval over the starts' own figures, on a log scale.

    Args:
        value: The figure over all starts; the interval is laid around it.
        figures: The figure of each start, at least 2, all positive.
    """
    size = len(figures)
    if value <= 0 or np.any(figures <= 0):
        return Interval(None, None, "no interval: a value is not positive")
    spread = float(np.std(np.log(figures), ddof=1)) / math.sqrt(size)
    factor = math.exp(student_t(size - 1) * spread)
    return Interval(
        value / factor, value * factor, f"{size} server starts: Student t interval over the starts"
    )


def needed(q: float) -> int:
    """Return how many independent values can bound the quantile ``q`` on both sides.

    The largest of n values lies below the quantile with probability q**n, the smallest
    above it with (1 - q)**n; neither may exceed 0.025.
    """
    return math.ceil(math.log(TAIL) / math.log(max(q, 1 - q)))
