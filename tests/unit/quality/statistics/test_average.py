"""Means of figures with intervals, by hand."""

import math

import pytest

from bakeoff.metrics.base import Figure
from bakeoff.quality.statistics.average import average

HALF, MORE = Figure(0.5, 0.3, 0.6, 10), Figure(0.7, 0.6, 0.9, 30)


def test_equal_weights() -> None:
    found = average([HALF, MORE])
    half = 0.5 * math.sqrt(0.2**2 + 0.1**2)
    assert (found.value, found.lo, found.hi) == pytest.approx((0.6, 0.6 - half, 0.6 + half))
    assert found.n == 40


def test_weights() -> None:
    found = average([HALF, MORE], [0.25, 0.75])
    assert found.value == pytest.approx(0.25 * 0.5 + 0.75 * 0.7)
    assert found.lo == pytest.approx(0.65 - math.hypot(0.25 * 0.2, 0.75 * 0.1))
    assert found.hi == pytest.approx(0.65 + math.hypot(0.25 * 0.1, 0.75 * 0.2))


def test_an_end_that_one_figure_lacks_is_lacking() -> None:
    found = average([HALF, Figure(0.7, 0.6, None, 3)])
    assert found.lo is not None
    assert found.hi is None


def test_a_figure_without_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="without a value"):
        average([HALF, Figure()])
