"""Binomial bounds, against numbers that follow by hand."""

import numpy as np
import pytest

from bakeoff.metrics.bootstrap import Units
from bakeoff.quality.statistics.exact import clopper_pearson, paired_difference, share_of_items


def items(*values: float) -> Units:
    return Units(np.arange(len(values)), np.array(values, dtype=float), np.ones(len(values)))


def test_none_and_all_leave_what_the_rule_of_three_leaves() -> None:
    # All of n fail with probability (1 - p)**n, which is 0.025 at the bound.
    bound = 1 - 0.025 ** (1 / 100)
    assert clopper_pearson(0, 100) == (0.0, pytest.approx(bound))
    assert clopper_pearson(100, 100) == (pytest.approx(1 - bound), 1.0)
    assert bound == pytest.approx(0.0362, abs=1e-4)


def test_a_table_of_clopper_and_pearson() -> None:
    assert clopper_pearson(5, 10) == (
        pytest.approx(0.1871, abs=1e-4),
        pytest.approx(0.8129, abs=1e-4),
    )


def test_items_that_are_right_or_wrong_are_worth_their_number() -> None:
    assert share_of_items(items(*[1] * 5, *[0] * 5)) == pytest.approx(clopper_pearson(5, 10))


def test_items_that_vary_less_are_worth_more() -> None:
    # Ten items at 1/4 and 3/4: a variance of 1/16 where right or wrong would have 1/4.
    found = share_of_items(items(*[0.25] * 5, *[0.75] * 5))
    assert found == pytest.approx(clopper_pearson(20, 40))


def test_items_that_do_not_vary_are_worth_their_number() -> None:
    assert share_of_items(items(*[0.75] * 8)) == pytest.approx(clopper_pearson(6, 8))


def test_a_pair_is_told_apart_from_six_items_on() -> None:
    # Of m items that differ all speak for the first with probability 2**-m: 0.0156 for 6.
    for differ, found in ((5, False), (6, True)):
        lo, _ = paired_difference(np.array([1.0] * differ + [0.0] * (100 - differ)))
        assert lo == pytest.approx(differ / 100 * (2 * 0.025 ** (1 / differ) - 1))
        assert (lo > 0) is found


def test_a_pair_that_never_differs_may_differ_on_what_is_left_open() -> None:
    lo, hi = paired_difference(np.zeros(20))
    assert hi == pytest.approx(1 - 0.025 ** (1 / 20))
    assert lo == -hi


def test_fractions_count_with_their_effective_number() -> None:
    # Eight halves are worth eight items, of half the size.
    lo, hi = paired_difference(np.array([0.5] * 8 + [0.0] * 8))
    assert (lo, hi) == pytest.approx((0.25 * (2 * 0.025 ** (1 / 8) - 1), 0.25))
