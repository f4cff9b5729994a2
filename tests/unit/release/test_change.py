"""Ratios, differences and probabilities, against numbers worked out by hand or known."""

import math

import numpy as np
import pytest
from scipy import stats

from bakeoff.release.change import change, welch
from bakeoff.release.compare import verdict
from bakeoff.release.family import holm
from bakeoff.report.compare import Figure

Ends = tuple[float | None, float | None, float | None]


def _figure(
    value: float | None,
    lo: float | None,
    hi: float | None,
    *,
    unit: str = "ms",
    metric: str = "ttft_p50_ms",
) -> Figure:
    return Figure("a", metric, value, lo, hi, 100, unit)


def test_the_interval_of_a_ratio_is_that_of_variance_estimates_recovery() -> None:
    moved = change(_figure(100.0, 90.0, 110.0), _figure(120.0, 115.0, 126.0), (99, 99))
    assert moved
    assert moved.kind == "ratio"
    assert moved.value == pytest.approx(1.2)
    low = math.log(1.2) - math.hypot(math.log(120 / 115), math.log(110 / 100))
    high = math.log(1.2) + math.hypot(math.log(126 / 120), math.log(100 / 90))
    assert (moved.lo, moved.hi) == pytest.approx((math.exp(low), math.exp(high)))


def test_shares_are_compared_by_newcombes_difference() -> None:
    # Newcombe (1998), table II, example (a): 56/70 against 48/80, Wilson intervals; his method
    # 10 gives 0.2000 with 0.0524 to 0.3339.
    one = _figure(0.8, 0.6916, 0.8769, unit="1", metric="truncated_share")
    other = _figure(0.6, 0.4904, 0.7004, unit="1", metric="truncated_share")
    moved = change(other, one, (69, 79))
    assert moved
    assert moved.kind == "difference"
    assert (moved.value, moved.lo, moved.hi) == pytest.approx((0.2, 0.0524, 0.3339), abs=2e-4)


def test_the_probability_is_that_of_welchs_t() -> None:
    # Two samples as scipy compares them: means 10 and 11, standard errors 0.3 and 0.4.
    n = 12, 9
    widths = (0.3 * stats.t.ppf(0.975, n[0] - 1), 0.4 * stats.t.ppf(0.975, n[1] - 1))
    expected = stats.ttest_ind_from_stats(
        10, 0.3 * n[0] ** 0.5, n[0], 11, 0.4 * n[1] ** 0.5, n[1], equal_var=False
    ).pvalue
    assert welch(1.0, widths, (n[0] - 1, n[1] - 1)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ((100.0, None, None), (200.0, None, None), "no interval"),
        ((0.0, 0.0, 0.0), (5.0, 4.0, 6.0), "no ratio to 0"),
    ],
)
def test_what_cannot_be_said_is_not_said(before: Ends, after: Ends, why: str) -> None:
    assert change(_figure(*before), _figure(*after), (9, 9)) is None, why


def test_an_interval_that_is_open_excludes_nothing() -> None:
    moved = change(_figure(100.0, 95.0, None), _figure(200.0, 190.0, None), (99, 99))
    assert moved is None or (moved.p == 1.0 and not moved.clear)
    smaller = change(_figure(200.0, 190.0, None), _figure(100.0, 95.0, 105.0), (99, 99))
    assert smaller
    assert smaller.lo is None
    assert smaller.clear
    assert smaller.p < 0.001


def test_equal_figures_did_not_change() -> None:
    same = _figure(100.0, 95.0, 105.0)
    moved = change(same, same, (99, 99))
    assert moved
    assert (moved.value, moved.p, moved.clear) == (1.0, 1.0, False)
    alone = _figure(100.0, None, None)
    unknown = change(alone, alone, (1, 1))
    assert unknown
    assert unknown.p == 1.0


def test_what_is_counted_has_no_width() -> None:
    before = _figure(4e6, 4e6, 4e6, unit="B", metric="memory_weights_bytes")
    after = _figure(8e6, 8e6, 8e6, unit="B", metric="memory_weights_bytes")
    moved = change(before, after, (1, 1))
    assert moved
    assert (moved.value, moved.lo, moved.hi, moved.p) == pytest.approx((2.0, 2.0, 2.0, 0.0))


def test_holm_corrects_as_its_author_does() -> None:
    # 0.01 * 4, 0.02 * 3, then never less than before: 0.03 * 2 = 0.06, 0.04 * 1 -> 0.06.
    assert holm([0.03, 0.01, 0.04, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


@pytest.mark.parametrize(
    ("after", "direction", "adjusted", "told"),
    [
        (200.0, "lower", 0.01, "worse"),
        (200.0, "higher", 0.01, "improved"),
        (50.0, "lower", 0.01, "improved"),
        (50.0, "higher", 0.01, "worse"),
        (200.0, "lower", 0.06, "no real change"),
        (101.0, "lower", 0.01, "no real change"),
    ],
)
def test_verdicts_follow_direction_interval_and_probability(
    after: float, direction: str, adjusted: float, told: str
) -> None:
    moved = change(
        _figure(100.0, 95.0, 105.0), _figure(after, after * 0.95, after * 1.05), (99, 99)
    )
    assert moved
    assert verdict(moved, adjusted, direction) == told


def _measured(noise: np.random.Generator, n: int, truth: float = 100.0) -> Figure:
    """Return the mean of n log-normal observations with Student's t interval on logarithms."""
    logs = noise.normal(math.log(truth), 0.1, n)
    half = float(stats.t.ppf(0.975, n - 1)) * float(logs.std(ddof=1)) / math.sqrt(n)
    mean = float(logs.mean())
    return _figure(math.exp(mean), math.exp(mean - half), math.exp(mean + half))


@pytest.mark.parametrize("n", [3, 100])
def test_equal_versions_rarely_show_any_change_in_a_family(n: int) -> None:
    """30 figures, 300 times: alarms in 5 % of families or less, where each alone gives 5 %."""
    noise = np.random.default_rng(20261123)
    alarms = alone = 0
    families = 300
    for _ in range(families):
        moved = [
            change(_measured(noise, n), _measured(noise, n), (n - 1, n - 1)) for _ in range(30)
        ]
        known = [one for one in moved if one]
        told = [
            verdict(one, chance, "lower")
            for one, chance in zip(known, holm([one.p for one in known]), strict=True)
        ]
        alarms += any(word != "no real change" for word in told)
        alone += any(one.p < 0.05 for one in known)
    assert alone / families > 0.4  # so many would be told without the correction
    # Three standard errors of 5 % in 300 families are 3.8 %.
    assert alarms / families < 0.088


def test_a_true_change_of_a_tenth_is_found_among_many() -> None:
    noise = np.random.default_rng(20261123)
    found = 0
    for _ in range(100):
        pairs = [(_measured(noise, 100), _measured(noise, 100)) for _ in range(29)]
        pairs.append((_measured(noise, 100), _measured(noise, 100, truth=110.0)))
        known = [one for pair in pairs if (one := change(*pair, (99, 99)))]
        chances = holm([one.p for one in known])
        found += verdict(known[-1], chances[-1], "lower") == "worse"
    assert found >= 95
