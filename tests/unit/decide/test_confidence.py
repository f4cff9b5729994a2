"""Draws lie outside an interval as often as the interval says, and nowhere it does not."""

import math

import numpy as np
import pytest
from scipy import stats

from bakeoff.decide.confidence import OPEN, differences, draws, freedom
from bakeoff.decide.paired import Pair
from bakeoff.decide.readings import Reading
from bakeoff.decide.replicates import levels, values
from bakeoff.metrics.bootstrap import over_few_starts
from bakeoff.quality.statistics.shares import few

EVEN = (np.arange(10_000) + 0.5) / 10_000
THREE = "3 server starts: Student t interval over the starts"


def figure(
    value: float, lo: float | None, hi: float | None, *, unit: str = "ms", note: str | None = None
) -> Reading:
    return Reading(
        candidate="a", metric="ttft_p50_ms", value=value, lo=lo, hi=hi, n=20, unit=unit, note=note
    )


@pytest.mark.parametrize(
    "found",
    [
        figure(100.0, 90.0, 120.0),
        figure(100.0, 90.0, 120.0, note=THREE),
        figure(0.7, 0.45, 0.9, unit="1"),
        figure(4.0, 3.2, 4.5, unit="of 5"),
    ],
    ids=["positive", "three starts", "share", "score"],
)
def test_as_many_draws_lie_outside_as_the_interval_leaves_out(found: Reading) -> None:
    drawn = draws(found, EVEN)
    assert np.mean(drawn < found.lo) == pytest.approx(0.025, abs=2e-4)
    assert np.mean(drawn > found.hi) == pytest.approx(0.025, abs=2e-4)
    assert np.median(drawn) == pytest.approx(found.value, rel=1e-3)
    assert np.all(np.diff(drawn) >= 0)


def test_few_starts_have_wide_tails() -> None:
    """Half of the interval is 4.303 standard errors; at level 0.995 t of 2 degrees is 9.925."""
    drawn = draws(figure(100.0, 100 / 1.1, 110.0, note=THREE), np.array([0.995]))
    assert math.log(drawn[0] / 100) == pytest.approx(9.925 / 4.303 * math.log(1.1), rel=1e-3)


def test_what_is_to_be_added_has_the_spread_of_the_standard_error() -> None:
    drawn = draws(figure(100.0, 100 / 1.1, 110.0, note=THREE), EVEN, to_add=True)
    assert np.std(np.log(drawn)) == pytest.approx(math.log(1.1) / stats.t.ppf(0.975, 2), rel=1e-3)


def test_an_exact_figure_does_not_vary() -> None:
    assert set(draws(figure(100.0, 100.0, 100.0), EVEN)) == {100.0}


def test_on_an_open_side_a_figure_could_be_anything() -> None:
    drawn = draws(figure(16.0, 16.0, None), EVEN)
    assert np.all(drawn >= 16.0 - 1e-9)
    assert np.mean(drawn > 16.0 * math.exp(OPEN)) == pytest.approx(0.025, abs=2e-4)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_share_at_its_edge_stays_there_on_that_side(value: float) -> None:
    ends = (0.0, 0.17) if value == 0 else (0.83, 1.0)
    drawn = draws(figure(value, *ends, unit="1"), EVEN)
    assert np.mean(drawn == value) == pytest.approx(0.5, abs=1e-3)
    assert np.all((drawn >= 0) & (drawn <= 1))


def test_the_notes_of_intervals_tell_their_degrees_of_freedom() -> None:
    assert freedom(over_few_starts(10.0, np.array([9.0, 10.0, 11.0])).note) == 2
    assert freedom(few(4)) == 3
    assert freedom(f"weeks: {few(5)}; hours: {few(3)}") == 2
    assert freedom("one server start: differences between starts are not in the interval") is None
    assert freedom(None) is None


def test_an_end_of_a_difference_that_is_0_leaves_no_difference_open() -> None:
    assert np.mean(differences(Pair(0.3, 0.0, 0.6, 20), EVEN) > 0) < 0.975
    assert np.mean(differences(Pair(0.3, 0.01, 0.6, 20), EVEN) > 0) >= 0.975


def test_levels_are_drawn_evenly_and_each_candidate_has_its_own() -> None:
    one, other = levels("a", "latency"), levels("b", "latency")
    assert sorted(one) == pytest.approx(EVEN)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03
    assert abs(np.corrcoef(one, levels("a", "throughput"))[0, 1]) < 0.03
    assert np.array_equal(one, levels("a", "latency"))


def test_good_levels_are_good_values_in_either_direction() -> None:
    fast = figure(100.0, 90.0, 110.0)
    many = Reading(
        candidate="a", metric="decode_tokens_per_s", value=50.0, lo=40.0, hi=60.0, unit="tokens/s"
    )
    assert np.corrcoef(values(fast), values(many))[0, 1] < -0.99
