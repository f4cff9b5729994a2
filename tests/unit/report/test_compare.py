"""Intervals of ratios, and what may be said of several candidates."""

import math

import pytest

from bakeoff.report.compare import Figure, Ratio, lead_size, lead_text, names, ratio, standing


def figure(candidate: str, value: float | None, lo: float | None, hi: float | None) -> Figure:
    return Figure(candidate, "ttft_p50_ms", value, lo, hi, 100, "ms")


def test_interval_of_a_ratio_by_hand() -> None:
    # On logarithms: 0.3 and 0.4 give 0.5 below; 0.6 and 0.8 give 1.0 above.
    over = figure("a", 20, 20 * math.exp(-0.3), 20 * math.exp(0.6))
    under = figure("b", 10, 10 * math.exp(-0.8), 10 * math.exp(0.4))
    found = ratio(over, under)
    assert found is not None
    assert found.value == pytest.approx(2)
    assert found.lo == pytest.approx(2 * math.exp(-0.5))
    assert found.hi == pytest.approx(2 * math.exp(1.0))


def test_exact_figures_have_an_exact_ratio() -> None:
    found = ratio(figure("a", 30, 30, 30), figure("b", 20, 20, 20))
    assert found is not None
    assert [found.value, found.lo, found.hi] == pytest.approx([1.5, 1.5, 1.5])


@pytest.mark.parametrize(
    ("over", "under"),
    [
        (figure("a", 20, None, None), figure("b", 10, 9, 11)),
        (figure("a", 20, 19, 21), figure("b", 10, 9, None)),
        (figure("a", 20, 19, 21), figure("b", 0, 0, 0)),
        (figure("a", None, None, None), figure("b", 10, 9, 11)),
    ],
)
def test_no_ratio_without_what_bounds_it_below(over: Figure, under: Figure) -> None:
    assert ratio(over, under) is None


def test_an_interval_open_above_still_bounds_the_ratio_below() -> None:
    found = ratio(figure("a", 30, 28, None), figure("b", 10, 9, 11))
    assert found is not None
    assert found.lo == pytest.approx(3 * math.exp(-math.hypot(math.log(30 / 28), math.log(1.1))))
    assert found.hi == math.inf
    assert lead_text(found, "lower").endswith("or more)")


def test_overlapping_intervals_tie_and_clear_ones_lead() -> None:
    clear = standing([figure("a", 20, 19, 21), figure("b", 10, 9, 11)], "lower")
    assert clear is not None
    assert names(clear.best) == ["b"]
    assert clear.lead is not None
    tied = standing([figure("a", 11, 9, 13), figure("b", 10, 8, 12)], "lower")
    assert tied is not None
    assert names(tied.best) == ["b", "a"]
    assert tied.lead is None


def test_slightly_overlapping_intervals_may_still_differ() -> None:
    # The interval of the difference is narrower than the two intervals end to end.
    found = standing([figure("a", 12, 10.9, 13.1), figure("b", 10, 8.9, 11.1)], "lower")
    assert found is not None
    assert found.lead is not None


def test_the_lead_is_over_the_next_not_over_the_last() -> None:
    rows = [figure("a", 10, 9.9, 10.1), figure("b", 20, 19.9, 20.1), figure("c", 90, 89, 91)]
    found = standing(rows, "higher")
    assert found is not None
    assert names(found.best) == ["c"]
    assert names(found.rest) == ["b", "a"]
    assert found.lead is not None
    assert found.lead.value == pytest.approx(4.5)


def test_a_tie_at_the_top_leaves_the_rest_behind() -> None:
    rows = [figure("a", 10, 9, 11), figure("b", 10.5, 9, 12), figure("c", 90, 89, 91)]
    found = standing(rows, "lower")
    assert found is not None
    assert names(found.best) == ["a", "b"]
    assert names(found.rest) == ["c"]


def test_nothing_is_claimed_without_intervals_or_company() -> None:
    alone = [figure("a", 10, 9, 11), figure("b", None, None, None)]
    assert standing(alone, "lower") is None
    single = standing([figure("a", 10, None, None), figure("b", 99, None, None)], "lower")
    assert single is not None
    assert single.lead is None


@pytest.mark.parametrize(
    ("lead", "direction", "told"),
    [
        # 1 / 1.25 is 0.8: 20 % lower.
        (Ratio(1.25, 1.1, 1.6), "lower", ("20\u00a0%", "9", "38")),
        (Ratio(1.25, 1.1, 1.6), "higher", ("25\u00a0%", "10", "60")),
        (Ratio(2.5, 2, 3), "higher", ("2.50 times", "2.00", "3.00")),
        (Ratio(1.004, 1.001, 1.007), "higher", ("0.4\u00a0%", "0.1", "0.7")),
        (Ratio(1.25, 1.25, 1.25), "higher", ("25.0\u00a0%", "25.0", "25.0")),
        (Ratio(1.25, 1.1, math.inf), "higher", ("25\u00a0%", "10", "")),
    ],
)
def test_leads_in_words(lead: Ratio, direction: str, told: tuple[str, str, str]) -> None:
    assert lead_size(lead, direction) == told  # type: ignore[arg-type]
