"""The weighted mean of independent figures, such as one for each suite."""

import math
from collections.abc import Iterable, Sequence

from bakeoff.metrics.base import Figure


def average(figures: Sequence[Figure], weights: Sequence[float] | None = None) -> Figure:
    """Return the weighted mean of figures with its interval.

    The interval is recovered from theirs: the distance to each end is the root of the weighted
    sum of squares of their distances (Zou and Donner 2008, *Construction of Confidence Limits
    about Effect Measures: A General Approach*).

    Args:
        figures: At least one, each with a value.
        weights: One for each, summing to 1; equal where left out.

    Raises:
        ValueError: If a figure has no value.
    """
    shares = [1 / len(figures)] * len(figures) if weights is None else list(weights)
    weighted = list(zip(figures, shares, strict=True))
    value = sum(share * _known(figure) for figure, share in weighted)
    below = _root((figure.value, figure.lo, share) for figure, share in weighted)
    above = _root((figure.value, figure.hi, share) for figure, share in weighted)
    return Figure(
        value,
        None if below is None else value - below,
        None if above is None else value + above,
        sum(figure.n for figure in figures),
    )


def _known(figure: Figure) -> float:
    if figure.value is None:
        raise ValueError("a figure without a value has no mean")
    return figure.value


def _root(parts: Iterable[tuple[float | None, float | None, float]]) -> float | None:
    """Return the distance from the mean to one end; None where one figure has no such end."""
    squares = 0.0
    for value, end, share in parts:
        if value is None or end is None:
            return None
        squares += (share * (value - end)) ** 2
    return math.sqrt(squares)
