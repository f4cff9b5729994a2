"""Binomial bounds that do not collapse where every item is right, or none."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from bakeoff.metrics.bootstrap import TAIL, Units


def clopper_pearson(successes: float, trials: float) -> tuple[float, float]:
    """Return the exact 95 % interval of a share.

    Clopper and Pearson 1934, *The Use of Confidence or Fiducial Limits Illustrated in the Case of
    the Binomial*, by quantiles of the beta distribution. Both arguments may be fractions: an
    effective number of trials (Korn and Graubard 1998, *Confidence Intervals for Proportions
    with Small Expected Number of Positive Counts*).

    Args:
        successes: How many succeeded, 0 to ``trials``.
        trials: How many there were, more than 0.
    """
    failures = max(0.0, trials - successes)
    lo = stats.beta.ppf(TAIL, successes, failures + 1) if successes > 0 else 0.0
    hi = stats.beta.ppf(1 - TAIL, successes + 1, failures) if failures > 0 else 1.0
    return float(lo), float(hi)


def share_of_items(units: Units) -> tuple[float, float]:
    """Return the interval of a mean of values between 0 and 1, the items taken as independent.

    The items are worth as many trials as would vary as much as they do: for values that are 0 or
    1 their number; where all are the same, their number too.

    Args:
        units: One unit for each item; total is its value, count 1.
    """
    items = len(units.count)
    share = min(1.0, max(0.0, units.ratio))
    variance = float(np.var(units.total)) / items
    worth = float(items) if variance < 1e-12 else share * (1 - share) / variance
    return clopper_pearson(share * worth, worth)


def paired_difference(differences: NDArray[np.float64]) -> tuple[float, float]:
    """Return bounds of a mean paired difference, the items taken as independent.

    Only items on which the two differ tell them apart: given how many these are, those that
    speak for the first are binomial (McNemar 1947, *Note on the Sampling Error of the Difference
    between Correlated Proportions or Percentages*, in its exact form). Differences that are
    fractions count with their effective number (Kish 1965, *Survey Sampling*). Where the two
    never differ, they may on as many items as none of n leaves open.

    Args:
        differences: First less second, -1 to 1, shape (items,), at least 1.
    """
    sizes = np.abs(differences)
    weight = float(sizes.sum())
    if weight == 0:
        most = clopper_pearson(0, len(differences))[1]
        return -most, most
    worth = weight**2 / float(np.sum(sizes**2))
    in_favour = float(differences[differences > 0].sum()) / weight
    lo, hi = clopper_pearson(in_favour * worth, worth)
    mean_size = weight / len(differences)
    return mean_size * (2 * lo - 1), mean_size * (2 * hi - 1)
