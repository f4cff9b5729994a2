"""Means and quantiles with their intervals, against numbers worked out by hand."""

import math
from collections.abc import Callable, Iterable

import duckdb
import pytest

from bakeoff.metrics import bootstrap, sample, values
from bakeoff.metrics.base import Figure

Take = Callable[..., values.Sample]


@pytest.fixture
def taken() -> Take:
    """Make a sample of ``(start_no, unit_no, part_no, value)`` rows."""
    connection = duckdb.connect()

    def make(rows: Iterable[tuple[int, int, int, float]], *, many: bool = False) -> values.Sample:
        connection.execute(
            "CREATE OR REPLACE TABLE rows (start_no BIGINT, unit_no BIGINT, part_no BIGINT, "
            "value DOUBLE)"
        )
        found = list(rows)
        if found:
            connection.executemany("INSERT INTO rows VALUES (?, ?, ?, ?)", found)
        return values.take(connection, "SELECT * FROM rows", many=many)

    return make


def one_start(values: Iterable[float]) -> list[tuple[int, int, int, float]]:
    return [(0, number, 0, value) for number, value in enumerate(values)]


def coverage_of_ranks(n: int, q: float, lo: int, hi: int) -> float:
    """Chance that the q-quantile lies between the values of two ranks (from 1)."""
    return sum(math.comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(lo, hi))


def test_an_empty_sample_is_not_measured(taken: Take) -> None:
    assert sample.mean(taken([])) == Figure()
    assert sample.quantile(taken([]), 0.5) == Figure()


def test_a_quantile_lies_between_its_neighbours(taken: Take) -> None:
    figure = sample.quantile(taken(one_start([4.0, 1.0, 3.0, 2.0])), 0.5)
    assert figure.value == 2.5
    # 0.95 * (5 - 1) = 3.8: four fifths of the way from the 4th value to the 5th.
    figure = sample.quantile(taken(one_start([10.0, 20.0, 30.0, 40.0, 50.0])), 0.95)
    assert figure.value == pytest.approx(48.0)


@pytest.mark.parametrize(("q", "needed"), [(0.5, 6), (0.95, 72), (0.99, 368), (0.05, 72)])
def test_how_many_values_a_quantile_needs(taken: Take, q: float, needed: int) -> None:
    assert bootstrap.needed(q) == needed
    enough = sample.quantile(taken(one_start(map(float, range(1, needed + 1)))), q)
    few = sample.quantile(taken(one_start(map(float, range(1, needed)))), q)
    name = "median" if q == 0.5 else f"P{round(q * 100)}"
    assert (few.lo, few.hi) == (None, None)
    assert few.notes == (f"n = {needed - 1} cannot bound a {name}; {needed} requests can",)
    assert enough.lo is not None
    assert enough.hi is not None
    assert enough.lo < (enough.value or 0) < enough.hi
    assert (enough.hi if q >= 0.5 else enough.lo) == (needed if q >= 0.5 else 1.0)
    assert enough.notes == (sample.ONE_START,)


@pytest.mark.parametrize(("n", "q"), [(6, 0.5), (20, 0.5), (101, 0.5), (72, 0.95), (400, 0.95)])
def test_ranks_of_independent_values_cover_95_percent_exactly(
    taken: Take, n: int, q: float
) -> None:
    figure = sample.quantile(taken(one_start(map(float, range(1, n + 1)))), q)
    assert figure.lo is not None
    assert figure.hi is not None
    lo, hi = round(figure.lo), round(figure.hi)
    assert coverage_of_ranks(n, q, lo, hi) >= 0.95
    assert coverage_of_ranks(n, q, 1, lo) < 0.05
    assert coverage_of_ranks(n, q, lo + 1, hi - 1) < 0.95


def test_a_mean_of_one_start(taken: Take) -> None:
    figure = sample.mean(taken(one_start(map(float, range(1, 100)))))
    assert (figure.value, figure.n, figure.notes) == (50.0, 99, (sample.ONE_START,))
    # Standard deviation 28.7, so the standard error is 2.89 and t(0.975, 98) = 1.984.
    assert figure.lo == pytest.approx(50 - 1.984 * 2.887, abs=0.35)
    assert figure.hi == pytest.approx(50 + 1.984 * 2.887, abs=0.35)


def test_equal_values_give_an_interval_of_no_width(taken: Take) -> None:
    for figure in (
        sample.mean(taken(one_start([7.0] * 80))),
        sample.quantile(taken(one_start([7.0] * 80)), 0.95),
        sample.quantile(
            taken([(0, u, p, 7.0) for u in range(9) for p in range(9)], many=True), 0.9
        ),
    ):
        assert (figure.value, figure.lo, figure.hi) == (7.0, 7.0, 7.0)


def test_few_starts_give_a_student_interval_on_a_log_scale(taken: Take) -> None:
    rows = [(start, 0, 0, 100 * math.exp(shift)) for start, shift in ((0, 0.0), (1, 0.02))]
    figure = sample.mean(taken(rows))
    value = 50 * (1 + math.exp(0.02))
    factor = math.exp(12.7062 * 0.01)  # t(0.975, 1) times 0.02 / 2
    assert figure.value == pytest.approx(value)
    assert figure.lo == pytest.approx(value / factor, rel=1e-6)
    assert figure.hi == pytest.approx(value * factor, rel=1e-6)


def test_many_starts_are_resampled_whole(taken: Take) -> None:
    # Within a start all values are equal: 600 values know no more than their 6 starts.
    grouped = [(start, unit, 0, 10.0 + start) for start in range(6) for unit in range(100)]
    alone = [(start, 0, 0, 10.0 + start) for start in range(6)]
    many, few = sample.mean(taken(grouped)), sample.mean(taken(alone))
    assert (many.value, many.lo, many.hi) == (few.value, few.lo, few.hi)
    assert many.value == 12.5
    assert many.notes == ()
    # Standard deviation 1.87, standard error 0.764, t(0.975, 5) = 2.571.
    assert many.hi == pytest.approx(12.5 + 2.571 * 0.764, abs=0.25)


def test_starts_that_differ_too_much_bound_no_p95(taken: Take) -> None:
    # Of 120 values 114 lie below: 20 of each of 5 starts, 14 of the 6th. The variance of the
    # share is 6 / 5 * (5 * 1**2 + 5**2) / 120**2 = 0.0025, and 0.95 * 0.05 / 0.0025 = 19.
    rows = [(start, unit, 0, 10.0**start + unit) for start in range(6) for unit in range(20)]
    figure = sample.quantile(taken(rows), 0.95)
    assert (figure.lo, figure.hi) == (None, None)
    assert figure.notes == (
        (
            "the server starts differ too much to bound a P95: "
            "they are worth 19 independent values, 72 are needed"
        ),
    )


def test_gaps_of_a_request_are_no_independent_values(taken: Take) -> None:
    # 10 requests of 50 equal gaps: 475 of 500 lie below, all of 9 requests, 25 of the 10th. The
    # variance of the share is 10 / 9 * (9 * 2.5**2 + 22.5**2) / 500**2 = 0.0025.
    alike = [(0, unit, part, 10.0 + unit) for unit in range(10) for part in range(50)]
    figure = sample.quantile(taken(alike, many=True), 0.95)
    assert (figure.lo, figure.hi, figure.n) == (None, None, 10)
    assert figure.notes == (
        (
            "the requests differ too much to bound a P95: "
            "they are worth 19 independent values, 72 are needed"
        ),
    )
    mixed = [(0, unit, part, 10.0 + part) for unit in range(10) for part in range(50)]
    figure = sample.quantile(taken(mixed, many=True), 0.95)
    assert (figure.lo, figure.hi) == (57.0, 57.0)


def test_many_requests_are_put_into_blocks(taken: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = one_start(float(number % 37) for number in range(3_000))
    whole = sample.mean(taken(rows))
    monkeypatch.setattr(values, "MAX_UNITS", 100)
    blocked = sample.mean(taken(rows))
    assert blocked.value == whole.value
    assert blocked.n == 3_000


def test_too_many_values_are_rounded_to_five_digits(
    taken: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = one_start(50.0 + number / 7_000 for number in range(700))
    exact = sample.quantile(taken(rows), 0.5)
    monkeypatch.setattr(values, "EXACT_VALUES", 100)
    rounded = sample.quantile(taken(rows), 0.5)
    assert exact.value != rounded.value
    assert exact.value == pytest.approx(50 + 349.5 / 7_000, abs=1e-12)
    assert rounded.value == pytest.approx(exact.value, rel=1e-5)
    assert rounded.lo == pytest.approx(exact.lo, rel=1e-5)


def test_a_quantile_of_few_starts_is_never_narrower_than_of_one(taken: Take) -> None:
    # Both starts have the same values, so that Student's t alone would have no width.
    rows = [(start, unit, 0, 1.0 + unit) for start in range(2) for unit in range(50)]
    alone = sample.quantile(taken(one_start(1.0 + unit // 2 for unit in range(100))), 0.95)
    both = sample.quantile(taken(rows), 0.95)
    assert (both.value, both.lo, both.hi) == (alone.value, alone.lo, alone.hi)
    assert both.notes == (
        (
            "2 server starts: Student t interval over the starts; "
            "too narrow where starts differ more than requests do"
        ),
    )


def test_few_starts_with_few_requests_bound_no_p95(taken: Take) -> None:
    figure = sample.quantile(
        taken((start, unit, 0, 1.0) for start in range(3) for unit in (0, 1)), 0.95
    )
    assert (figure.lo, figure.hi) == (None, None)
    assert figure.notes == ("n = 6 cannot bound a P95; 72 requests can",)
