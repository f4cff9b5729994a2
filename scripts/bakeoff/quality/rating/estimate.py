"""A figure with its doubt, and the bootstrap over items that the doubt comes from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bakeoff.metrics.bootstrap import MIN_UNITS, expanded_tail

REPLICATES = 1_000
#: Items from which on an interval is given: fewer say next to nothing about other items.
MIN_ITEMS = MIN_UNITS
_SEED = 20261122
#: Share of replicates that may be undefined; above it the interval would be of luck.
_MOST_UNDEFINED = 0.05


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One figure.

    Attributes:
        value: The figure; None is not measured, and the note says why.
        lo: Lower end of the 95 % interval; None where none can be given.
        hi: Upper end of it.
        n: Observations behind it.
        note: What limits it.
    """

    value: float | None = None
    lo: float | None = None
    hi: float | None = None
    n: int = 0
    note: str | None = None


def item_of(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return what identifies the item of a row: the unit that is resampled."""
    return row["suite"], row["item_id"]


def item_draws(items: int) -> NDArray[np.int64]:
    """Return how often each item occurs in each replicate, shape (replicates, items).

    The items are drawn with replacement, as many as there are. The seed is fixed: the same
    rows give the same interval.
    """
    generator = np.random.default_rng(_SEED)
    shares = np.full(items, 1 / items)
    return np.asarray(generator.multinomial(items, shares, size=REPLICATES), dtype=np.int64)


def replicated(items: int, figure: Callable[[NDArray[np.int64]], float]) -> NDArray[np.float64]:
    """Return the replicates of a figure, nan where it is undefined; none below MIN_ITEMS.

    Args:
        items: How many items there are.
        figure: Computes it from how often each item occurs, shape (items,).
    """
    if items < MIN_ITEMS:
        return np.array([], dtype=np.float64)
    return np.array([figure(times) for times in item_draws(items)], dtype=np.float64)


def estimate(
    value: float, replicates: NDArray[np.float64], *, items: int, n: int, note: str | None = None
) -> Estimate:
    """Return the figure with the expanded percentile interval of its replicates.

    The tails are widened as in ``metrics/bootstrap.py`` (Hesterberg 2015, *What Teachers
    Should Know About the Bootstrap*), for plain percentiles are too narrow for few items.
    """
    if items < MIN_ITEMS:
        few = f"{items} items: an interval needs {MIN_ITEMS}"
        return Estimate(value=value, n=n, note=_joined(note, few))
    defined = replicates[~np.isnan(replicates)]
    if len(defined) < (1 - _MOST_UNDEFINED) * len(replicates):
        return Estimate(
            value=value, n=n, note=_joined(note, "no interval: too often undefined when resampled")
        )
    tail = expanded_tail(items)
    lo, hi = np.quantile(defined, [tail, 1 - tail])
    return Estimate(value=value, lo=float(lo), hi=float(hi), n=n, note=note)


def _joined(*notes: str | None) -> str:
    return "; ".join(note for note in notes if note)
