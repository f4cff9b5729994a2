"""Sentences, worked out by hand from the figures that they are about."""

from collections.abc import Callable
from typing import Any

import pytest

from bakeoff.report.data import Report
from bakeoff.report.findings import Words, finding
from bakeoff.report.sections import figures, summary

WORDS = Words("time to first token", "{best} answers sooner than {other}", "{best} answers soonest")
TTFT, SPEED, MEMORY = "ttft_p50_ms", "decode_tokens_per_s", "memory_steady_bytes"
Make = Callable[[Any], Report]


def test_a_clear_lead_of_two(report_of: Make) -> None:
    report = report_of([("a", TTFT, 80, 80, 80), ("b", TTFT, 50, 50, 50)])
    # 1 - 50 / 80 = 0.375, exact on both sides, hence one decimal.
    assert finding(report, TTFT, WORDS) == (
        "b answers sooner than a: 50.0\u00a0ms against 80.0\u00a0ms, 37.5\u00a0% lower"
    )


def test_a_clear_lead_of_three_is_over_the_next(report_of: Make) -> None:
    rows = [("a", SPEED, 100, 100, 100), ("b", SPEED, 300, 300, 300), ("c", SPEED, 90, 90, 90)]
    assert finding(report_of(rows), SPEED, WORDS) == (
        "b answers soonest: 300\u00a0tokens/s against 100\u00a0tokens/s for a, the next; "
        "3.00 times as high"
    )


def test_a_tie_claims_no_difference(report_of: Make) -> None:
    report = report_of([("a", TTFT, 80, 60, 100), ("b", TTFT, 75, 55, 95)])
    assert finding(report, TTFT, WORDS) == (
        "b and a cannot be told apart in time to first token: "
        "75.0\u00a0ms (55.0–95.0) and 80.0\u00a0ms (60.0–100)"
    )


def test_a_large_gap_without_intervals_is_no_finding(report_of: Make) -> None:
    report = report_of([("a", TTFT, 800, None, None), ("b", TTFT, 5, None, None)])
    told = finding(report, TTFT, WORDS)
    assert told == (
        "Too few observations to compare time to first token: 5.00\u00a0ms and 800\u00a0ms "
        "for b and a, without intervals that could tell them apart"
    )
    assert summary.finding(report) == "Time to first token: too few observations to compare."


def test_one_and_none(report_of: Make) -> None:
    one = report_of([("a", TTFT, 80, 60, 100), ("b", TTFT, None, None, None)])
    assert finding(one, TTFT, WORDS).startswith("Time to first token of a: 80.0\u00a0ms")
    none = report_of([("a", TTFT, None, None, None)])
    assert finding(none, TTFT, WORDS) == "Time to first token was not measured"


def test_many_tied_are_counted(report_of: Make) -> None:
    report = report_of([(f"c{i}", TTFT, 50 + i, 20, 90) for i in range(6)])
    assert finding(report, TTFT, WORDS).startswith("6 candidates cannot be told apart")


def test_the_answer_names_leaders_numbers_and_ties(report_of: Make) -> None:
    rows = [
        ("a", TTFT, 50, 49, 51),
        ("b", TTFT, 80, 79, 81),
        ("a", SPEED, 200, 180, 220),
        ("b", SPEED, 210, 190, 230),
        ("a", MEMORY, 3e9, 3e9, 3e9),
        ("b", MEMORY, 2e9, 2e9, 2e9),
    ]
    assert summary.finding(report_of(rows)) == (
        "a is ahead on time to first token (50.0 against 80.0\u00a0ms); "
        "b is ahead on memory in use (2.00 against 3.00\u00a0GB). "
        "Decode speed cannot be told apart."
    )


def test_the_answer_with_one_candidate_left(report_of: Make) -> None:
    rows = [("a", TTFT, 50, 49, 51), ("b", TTFT, None, None, None)]
    assert summary.finding(report_of(rows)) == (
        "Only a was measured, so nothing can be compared: time to first token 50.0\u00a0ms."
    )
    nobody = [("a", TTFT, None, None, None)]
    assert summary.finding(report_of(nobody)) == "No candidate could be measured."


@pytest.mark.parametrize(
    ("other", "best", "tied"),
    [((80, 79, 81), 1, 0), ((51, 45, 58), 0, 2), ((80, None, None), 0, 0)],
)
def test_marks_in_the_table(
    report_of: Make, other: tuple[float, float | None, float | None], best: int, tied: int
) -> None:
    text = figures.matrix(report_of([("a", TTFT, 50, 49, 51), ("b", TTFT, *other)])).text
    assert text.count(">best<") == best
    assert text.count(">tied<") == tied
