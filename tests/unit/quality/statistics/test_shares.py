"""Intervals of a share: how often they hold the truth, and numbers by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from bakeoff.metrics.bootstrap import Units
from bakeoff.quality.statistics import shares
from bakeoff.quality.statistics.exact import clopper_pearson

SAMPLES = 400


def suite(templates: int, each: int, right: np.ndarray) -> Units:
    """Return a suite whose items are right where an array (templates, each) says so."""
    return Units(
        np.repeat(np.arange(templates), each),
        right.astype(float).ravel(),
        np.ones(templates * each),
    )


@pytest.mark.parametrize(
    ("templates", "each", "centre", "spread", "least"),
    [
        (20, 5, 0.0, 1.0, 0.93),
        (20, 5, 1.5, 1.0, 0.93),
        (20, 5, 3.0, 2.0, 0.93),
        (6, 10, 0.0, 1.0, 0.93),
        # Over few templates the interval is wide rather than wrong.
        (3, 10, 0.0, 1.0, 0.95),
    ],
)
def test_coverage(templates: int, each: int, centre: float, spread: float, least: float) -> None:
    generator = np.random.default_rng(1)
    draw = np.linspace(0.0005, 0.9995, 1000)
    truth = float(np.mean(1 / (1 + np.exp(-centre - spread * stats.norm.ppf(draw)))))
    held = 0
    for _ in range(SAMPLES):
        share = 1 / (1 + np.exp(-generator.normal(centre, spread, (templates, 1))))
        found = shares.interval(suite(templates, each, generator.random((templates, each)) < share))
        assert found.lo is not None
        assert found.hi is not None
        held += found.lo <= truth <= found.hi
    assert least <= held / SAMPLES <= (0.97 if templates == 20 and centre == 0 else 0.99)


def test_two_templates_by_hand() -> None:
    # 40 and 60 of 100 each: standard error 0.1, t of one degree 12.706, on the logit scale.
    right = np.array([[1] * 40 + [0] * 60, [1] * 60 + [0] * 40])
    found = shares.interval(suite(2, 100, right))
    half = 12.7062 * 0.1 / 0.25
    assert found.lo == pytest.approx(1 / (1 + math.exp(half)), rel=1e-4)
    assert found.hi == pytest.approx(1 / (1 + math.exp(-half)), rel=1e-4)
    assert found.note == "2 templates: Student t interval over so few is wide"


@pytest.mark.parametrize("right", [0, 1])
def test_the_interval_of_all_or_nothing_does_not_collapse(right: int) -> None:
    found = shares.interval(suite(20, 5, np.full((20, 5), right)))
    assert (found.lo, found.hi) == pytest.approx(clopper_pearson(100 * right, 100))
    assert found.note is None


def test_templates_that_happen_to_be_alike_are_no_reason_for_certainty() -> None:
    # Each template has half of its items right: between templates there is no variance at all.
    found = shares.interval(suite(10, 4, np.tile([1, 1, 0, 0], (10, 1))))
    assert (found.lo, found.hi) == pytest.approx(clopper_pearson(20, 40))


def test_one_template_is_said() -> None:
    found = shares.interval(suite(1, 10, np.array([[1] * 5 + [0] * 5])))
    assert (found.lo, found.hi) == pytest.approx(clopper_pearson(5, 10))
    assert found.note == shares.ONE_TEMPLATE


def test_items_of_one_template_count_together() -> None:
    # The same 50 right items: spread evenly, or all those of half of the templates.
    even = shares.interval(suite(10, 10, np.tile([1, 0], (10, 5))))
    lumped = shares.interval(suite(10, 10, np.repeat([[1], [0]], 5, axis=0) * np.ones((10, 10))))
    assert even.lo is not None
    assert lumped.lo is not None
    assert lumped.lo < even.lo - 0.1
