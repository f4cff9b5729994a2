"""The Theil-Sen slope with its interval, on series of known slope."""

import numpy as np
import pytest

from bakeoff.decide.trend import theil_sen


def test_a_line_has_its_slope_and_outliers_change_nothing() -> None:
    t_s = np.arange(100.0)
    values = 50.0 + 2.0 * t_s
    values[[10, 50]] = 10_000.0
    trend = theil_sen(t_s, values)
    assert trend is not None
    assert trend.slope == pytest.approx(2.0)
    assert trend.is_upward(over_s=100.0, relevant=200.0)
    assert not trend.is_upward(over_s=100.0, relevant=201.0), "it rises by 200 only"


def test_noise_without_a_trend_is_rarely_called_upward() -> None:
    found = 0
    for seed in range(100):
        noise = np.random.default_rng(seed).lognormal(0.0, 0.3, 300)
        trend = theil_sen(np.arange(300.0), noise, block=4)
        assert trend is not None
        found += trend.is_upward(over_s=300.0, relevant=0.0)
    assert found <= 7, "2.5 % of 100; more than 7 have a probability of 0.4 %"


def test_requests_in_flight_together_are_one_point() -> None:
    """16 streams that share each round's luck: 20 points, not 320."""
    upward = {1: 0, 16: 0}
    for seed in range(40):
        rounds = np.random.default_rng(seed).normal(100.0, 10.0, 20)
        values, t_s = np.repeat(rounds, 16), np.arange(320.0)
        for block in upward:
            trend = theil_sen(t_s, values, block=block)
            assert trend is not None
            upward[block] += trend.lo > 0
    assert upward[16] <= 4, "2.5 % of 40"
    assert upward[1] >= 2 * upward[16] > 0, "taken for independent they look like trends"


def test_a_downward_trend_is_not_upward() -> None:
    trend = theil_sen(np.arange(50.0), -np.arange(50.0))
    assert trend is not None
    assert not trend.is_upward(over_s=50.0, relevant=0.0)


@pytest.mark.parametrize("number", [0, 1, 7])
def test_a_short_series_has_no_trend(number: int) -> None:
    assert theil_sen(np.arange(float(number)), np.arange(float(number))) is None


def test_the_order_does_not_matter_and_equal_times_have_no_trend() -> None:
    t_s = np.random.default_rng(1).permutation(40).astype(np.float64)
    trend = theil_sen(t_s, 3.0 * t_s)
    assert trend is not None
    assert trend.slope == pytest.approx(3.0)
    noisy = 3.0 * t_s + np.random.default_rng(2).normal(0.0, 20.0, 40)
    in_order = np.argsort(t_s)
    expected = theil_sen(t_s[in_order], noisy[in_order], block=2)
    assert theil_sen(t_s, noisy, block=2) == expected
    assert theil_sen(np.zeros(40), np.arange(40.0)) is None


def test_a_long_series_is_thinned() -> None:
    t_s = np.arange(200_000.0)
    trend = theil_sen(t_s, 5.0 * t_s)
    assert trend is not None
    assert trend.slope == pytest.approx(5.0)
