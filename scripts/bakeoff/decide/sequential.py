"""A sequential test: does the mean of values in [0, 1] lie below a limit, or above it?

Each value is a gamble on the limit: a bettor who believes that the true mean is ``q`` puts the
factor ``x * q / limit + (1 - x) * (1 - q) / (1 - limit)`` on a value ``x``. As long as the
expected value, given what came before, is the limit, that factor is 1 on average, so that a
wealth of ``1 / error`` is ever reached with a probability of at most ``error`` (Ville 1939).
Believing in less than the limit, the bettor grows rich only where the mean lies below it, and
the other way round. The beliefs are mixed over a few values of ``q``, so that clear cases are
decided in few requests and close ones at all (Waudby-Smith and Ramdas 2024, *Estimating means
of bounded random variables by betting*).

What follows from that, and from nothing else:

* It may be looked at after every request and stopped for any reason: the error stays bounded.
* Values need not be 0 or 1: a share of gaps within a request is one value. Gaps of one request
  resemble each other, requests count as what is drawn.
* A pass says that the mean lies *below the limit itself*, not below a second, laxer limit. A
  mean close to the limit is decided late; see :func:`least_to_pass` and the search's bench for
  what a cap on the requests leaves undecided.
"""

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Verdict = Literal["passed", "failed", "undecided"]

#: Beliefs of the bettor on a pass, as shares of the limit, and how the first stake is spread:
#: most on "none at all", which a level far below its limit shows.
_BELOW = np.array([0.0, 0.1, 0.25, 0.5, 0.75])
_BELOW_STAKES = np.array([0.6, 0.1, 0.1, 0.1, 0.1])
#: Beliefs of the bettor on a failure, as the way from the limit to 1.
_ABOVE = np.array([0.02, 0.05, 0.15, 0.5, 0.95])
_ABOVE_STAKES = np.full(len(_ABOVE), 1 / len(_ABOVE))


def decide(
    values: NDArray[np.float64], limit: float, *, pass_error: float, fail_error: float
) -> Verdict:
    """Return whether the mean of what the values are drawn from lies below or above a limit.

    Args:
        values: Values in [0, 1] so far, in order.
        limit: The limit, in (0, 1).
        pass_error: Largest probability of ever calling a mean above the limit passed.
        fail_error: Largest probability of ever calling a mean below the limit failed.
    """
    if evidence_below(values, limit) >= -math.log(pass_error):
        return "passed"
    if evidence_above(values, limit) >= -math.log(fail_error):
        return "failed"
    return "undecided"


def evidence_below(values: NDArray[np.float64], limit: float) -> float:
    """Return the log of the wealth of a bettor on a mean below the limit."""
    return _log_wealth(values, limit, _BELOW * limit, _BELOW_STAKES)


def evidence_above(values: NDArray[np.float64], limit: float) -> float:
    """Return the log of the wealth of a bettor on a mean above the limit."""
    return _log_wealth(values, limit, limit + _ABOVE * (1 - limit), _ABOVE_STAKES)


def least_to_pass(limit: float, error: float) -> int:
    """Return how many values of 0 it takes to pass; no sample passes with fewer."""
    number = math.ceil(math.log(error) / math.log1p(-limit))
    while evidence_below(np.zeros(number), limit) < -math.log(error):
        number += 1
    return number


def _log_wealth(
    values: NDArray[np.float64],
    limit: float,
    beliefs: NDArray[np.float64],
    stakes: NDArray[np.float64],
) -> float:
    per_unit = (beliefs / limit)[:, None]
    per_rest = ((1 - beliefs) / (1 - limit))[:, None]
    with np.errstate(divide="ignore"):  # a bettor on "none at all" is ruined by the first one
        logs = np.log(values * per_unit + (1 - values) * per_rest).sum(axis=1)
    return float(np.logaddexp.reduce(logs + np.log(stakes)))
