"""The answer of each scenario: what is told follows from the rows of the decision."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from bakeoff.report.data import Report
from bakeoff.report.decision import Verdict, scenarios
from bakeoff.report.html import Html
from bakeoff.report.sections import opening
from bakeoff.report.verdicts import share_won, surely
from tests.synthetic_decision import Asked, add_decision

Make = Callable[[Any], Report]
TTFT, SPEED, MEMORY = "ttft_p50_ms", "decode_tokens_per_s", "memory_steady_bytes"
#: b is four times as fast to its first token and twice as slow after it; memory overlaps.
ROWS = [
    ("a", TTFT, 80.0, 78.0, 82.0),
    ("b", TTFT, 20.0, 19.0, 21.0),
    ("a", SPEED, 200.0, 198.0, 202.0),
    ("b", SPEED, 100.0, 99.0, 101.0),
    ("a", MEMORY, 2.0e9, 1.5e9, 2.5e9),
    ("b", MEMORY, 2.1e9, 1.6e9, 2.6e9),
]
WEIGHTS = {SPEED: 0.25, TTFT: 0.5, MEMORY: 0.25}


def told(shown: Html) -> str:
    """Return the text of some markup, its spaces plain."""
    text = (
        unescape(re.sub(r"<[^>]+>", " ", shown.text)).replace("\u00a0", " ").replace("\u2060", "")
    )
    return re.sub(r"\s+", " ", text).replace(" :", ":").replace(" .", ".").replace(" ;", ";")


def decided(report: Report, *asked: Asked) -> Report:
    add_decision(report.connection, asked)
    return report


def asked(**changes: Any) -> Asked:
    fields = {"id": "one", "title": "One question.", "weights": WEIGHTS} | changes
    return Asked(**fields)


def test_a_winner_is_told_with_its_certainty_and_three_figures(report_of: Make) -> None:
    report = decided(report_of(ROWS), asked(wins={"b": 0.97, "a": 0.03}))
    text = told(opening.opening(report))
    assert (
        "One question. Deploy b: very likely the best, it wins 97 % of 1,000 resamplings." in text
    )
    # ln(80/20) · 0.5 = 0.69 for b; ln(200/100) · 0.25 = 0.17 for a; ln(2.1/2) · 0.25 = 0.01.
    metrics = re.findall(r'data-metric="(\w+)"', opening.opening(report).text)
    assert metrics == [TTFT, SPEED, MEMORY]
    assert "TTFT, median b 20.0 ms 19.0–21.0 a 80.0 ms 78.0–82.0 for b, weight 50 %" in text
    assert "for a, weight 25 %" in text
    # The intervals of memory overlap.
    assert text.count("cannot be told apart, weight 25 %") == 1


def test_each_figure_links_to_its_row(report_of: Make) -> None:
    html = opening.opening(decided(report_of(ROWS), asked(wins={"b": 0.97}))).text
    for who in "ab":
        for metric in (TTFT, SPEED, MEMORY):
            assert html.count(f'href="#row-{metric}-{who}"') == 1


def test_a_tie_names_who_and_how_often_each_wins(report_of: Make) -> None:
    report = decided(report_of(ROWS), asked(wins={"a": 0.4, "b": 0.6}))
    text = told(opening.opening(report))
    assert "Tied within the uncertainty: b wins 60 %; a wins 40 % of 1,000 resamplings." in text
    assert "Deploy" not in text


def test_where_none_passes_the_gate_and_the_figure_are_told(report_of: Make) -> None:
    report = decided(report_of(ROWS), asked(gates=((MEMORY, "<=", 1e9),)))
    text = told(opening.opening(report))
    assert (
        "None passes: a fails the gate Memory in steady state ≤ 1.00 GB with 2.00 GB (1.50–2.50); "
        "b fails the gate Memory in steady state ≤ 1.00 GB with 2.10 GB (1.60–2.60)."
    ) in text
    assert 'href="#row-memory_steady_bytes-b"' in opening.opening(report).text


def test_what_was_not_measured_leaves_a_scenario_undecided(report_of: Make) -> None:
    weights = {TTFT: 0.5, "quality_code": 0.5}
    report = decided(report_of(ROWS), asked(weights=weights))
    assert scenarios(report)[0].outcome == "undecided"
    text = told(opening.opening(report))
    assert "Undecided: Right answers in code not measured for a and b." in text
    assert "data-metric" not in opening.opening(report).text


def test_who_is_left_out_is_told_with_the_winner(report_of: Make) -> None:
    rows = [*ROWS, ("c", TTFT, 50.0, 49.0, 51.0), ("c", MEMORY, 9e9, 8e9, 9.5e9)]
    rows += [("d", TTFT, 50.0, 49.0, 51.0), ("c", SPEED, 100.0, 99.0, 101.0)]
    rows += [("d", MEMORY, 1e9, 0.9e9, 1.1e9)]
    gates = ((MEMORY, "<=", 3e9),)
    report = decided(report_of(rows), asked(gates=gates, wins={"b": 1.0}))
    text = told(opening.opening(report))
    assert "it wins more than 99.9 % of 1,000 resamplings." in text
    assert "Left out: c fails the gate Memory in steady state ≤ 3.00 GB with 9.00 GB" in text
    assert "Decode speed not measured for d." in text


def test_the_only_one_left_is_not_compared(report_of: Make) -> None:
    report = decided(report_of(ROWS), asked(gates=((TTFT, "<", 50.0),), wins={"b": 1.0}))
    text = told(opening.opening(report))
    assert "Deploy b: no other candidate is left to compare it with." in text
    assert "Left out: a fails the gate TTFT, median < 50.0 ms with 80.0 ms (78.0–82.0)." in text


def test_ten_candidates_are_counted_not_listed(report_of: Make) -> None:
    rows = [(f"c{i}", TTFT, 10.0 + i, 9.0 + i, 11.0 + i) for i in range(10)]
    gates = ((TTFT, "<=", 5.0),)
    report = decided(report_of(rows), asked(weights={TTFT: 1.0}, gates=gates))
    text = told(opening.opening(report))
    assert "c1 fails the gate" in text
    assert "c2" not in text
    assert "8 others" in text


def test_without_scenarios_nothing_is_recommended(report_of: Make) -> None:
    text = told(opening.opening(report_of(ROWS)))
    assert "No scenario is configured, so that no candidate is recommended." in text
    assert "no measured request" in text.lower()


def test_a_title_stays_text(report_of: Make) -> None:
    report = decided(report_of(ROWS), asked(title="<b>bold</b> {{< include x >}}", wins={"b": 1.0}))
    html = opening.opening(report).text
    assert "<b>" not in html
    assert "{{" not in html


@pytest.mark.parametrize(
    ("won", "n", "shown"),
    [
        (1.0, 1000, "more than 99.9 %"),
        (0.9995, 1000, "more than 99.9 %"),
        (0.994, 1000, "99.4 %"),
        (0.97, 1000, "97 %"),
        (0.0, 1000, "less than 0.1 %"),
        (1.0, 50, "more than 98 %"),
        (1.0, 10_000, "more than 99.9 %"),
    ],
)
def test_no_share_claims_more_than_its_replicates(won: float, n: int, shown: str) -> None:
    verdict = Verdict(
        scenario="s",
        candidate="a",
        verdict="tied",
        win_probability=won,
        utility=1.0,
        utility_lo=None,
        utility_hi=None,
        replicates=n,
        binding_gate=None,
        deciding_metric=None,
        reason="",
    )
    assert share_won(verdict).replace("\u00a0", " ") == shown


def test_words_of_certainty() -> None:
    shares = (0.995, 0.96, 0.9, 0.7, 0.5)
    assert [surely(share) for share in shares] == [
        "almost certainly",
        "very likely",
        "probably",
        "more likely than not",
        "narrowly",
    ]
