"""The section on scenarios: utilities, what each metric adds, and what would flip the winner."""

import json
import math
import re
from collections.abc import Callable
from typing import Any

import pytest

from bakeoff.report.data import Report
from bakeoff.report.decision import scenarios as read
from bakeoff.report.flips import changes, nearest
from bakeoff.report.html import Html, joined
from bakeoff.report.sections import closing, opening, operations, scenarios, selection
from tests.unit.report.test_opening import MEMORY, ROWS, SPEED, TTFT, asked, decided, told

Make = Callable[[Any], Report]
#: b wins for its TTFT; with a tenth of the weight on it, or less memory, a would.
FLIPS = (
    ("weight", TTFT, 0.1, "a"),
    ("weight", SPEED, None, None),
    ("gate", MEMORY, 2.05e9, "a"),
)
ASKED = {"gates": ((MEMORY, "<=", 4e9),), "wins": {"b": 0.97, "a": 0.03}, "flips": FLIPS}


def test_without_scenarios_there_is_no_section(report_of: Make) -> None:
    report = report_of(ROWS)
    parts = (scenarios.heading, scenarios.finding, scenarios.utilities, scenarios.each_scenario)
    assert [part(report) for part in parts] == [None] * 4


def test_a_utility_is_the_product_of_its_factors(report_of: Make) -> None:
    report = decided(report_of(ROWS), asked(**ASKED))
    shown = scenarios.each_scenario(report) or Html("")
    rows = dict(re.findall(r'<tr data-row="one/(\w+)">(.*?)</tr>', shown.text, re.DOTALL))
    factors = [float(n) for m in (TTFT, SPEED, MEMORY) for n in _factors(rows[m])[1:]]
    # (80 / 20)^0.25 · (100 / 200)^0.125 · (2 / 2.1)^0.125 = 1.289, for b.
    expected = 4**0.25 * 0.5**0.125 * (2 / 2.1) ** 0.125
    assert math.prod(factors) == pytest.approx(expected, rel=0.01)
    assert f"× {expected:.2f}" in rows["utility"]
    # What decides is set in bold; the gate stands with its metric.
    assert "<strong>× 1.41</strong>" in rows[TTFT]
    assert "<strong>" not in rows[SPEED]
    assert "≤\u00a04.00\u00a0GB" in rows[MEMORY]


def _factors(html: str) -> list[str]:
    return re.findall(r"× ([\d.]+)", html)


def test_what_would_flip_it_is_told_the_smallest_change_first(report_of: Make) -> None:
    report = decided(report_of(ROWS), asked(**ASKED))
    (scenario,) = read(report)
    text = told(joined(changes(report, scenario), "\n"))
    assert text.split(". ")[:2] == [
        "A weight of 10 % for TTFT, median instead of 50 % would make a the winner",
        "The gate Memory in steady state ≤ 2.05 GB instead of ≤ 4.00 GB would make a the winner",
    ]
    assert "No weight of Decode speed would give another winner." in text
    found = nearest(scenario)
    assert found is not None
    assert found.metric == TTFT
    told_ = told(scenarios.finding(report) or Html(""))
    assert "Decided: 1 of 1 scenario" in told_


def test_utilities_are_drawn_with_their_intervals_on_a_ratio_axis(report_of: Make) -> None:
    report = decided(report_of(ROWS), asked(**ASKED), asked(id="two", wins={"a": 0.5, "b": 0.5}))
    shown = scenarios.utilities(report)
    assert shown is not None
    specs = [
        json.loads(s)
        for s in re.findall(r'bakeoffChart\("chart-utility-\d+", (.*?)\);', shown.text)
    ]
    assert len(specs) == 2
    for spec in specs:
        scale = spec["layer"][0]["encoding"]["x"]["scale"]
        assert scale["type"] == "log"
        low, high = scale["domain"]
        # Both ends are as far from 1.
        assert low * high == pytest.approx(1)
        ends = [v for values in spec["datasets"].values() for v in values if "x2" in v]
        assert len(ends) == 2, "an interval for each candidate"
        assert all(low < end["x"] < end["x2"] < high for end in ends)
    (one, _) = read(report)
    utility = {each.candidate: each.utility for each in one.verdicts}
    drawn = [v for values in specs[0]["datasets"].values() for v in values if "tip" in v]
    assert [v["x"] for v in drawn] == pytest.approx([utility["b"], utility["a"]])


def test_who_is_not_scored_is_said_to_be_so(report_of: Make) -> None:
    report = decided(report_of(ROWS), asked(gates=((TTFT, "<", 50.0),), wins={"b": 1.0}))
    shown = told(scenarios.each_scenario(report) or Html(""))
    assert "a is excluded: made up." in shown
    assert "not scored" in shown


@pytest.mark.parametrize("candidates", [1, 2, 10])
@pytest.mark.parametrize("outcome", ["none", "won", "undecided"])
def test_every_part_stands_for_any_number_of_candidates(
    report_of: Make, candidates: int, outcome: str
) -> None:
    rows = [(f"c{i}", TTFT, 10.0 + 5 * i, 9.0 + 5 * i, 11.0 + 5 * i) for i in range(candidates)]
    report = report_of(rows)
    if outcome != "none":
        weights = {TTFT: 1.0} if outcome == "won" else {TTFT: 0.5, "quality_math": 0.5}
        decided(report, asked(weights=weights, wins={"c0": 1.0}))
    parts = (
        *(opening.opening, selection.finding, selection.matrix, scenarios.finding),
        *(scenarios.utilities, scenarios.each_scenario, operations.finding, operations.costs),
        *(operations.in_words, operations.cluster, closing.recommendations),
    )
    for part in parts:
        shown = part(report)
        if shown is not None:
            assert shown.text.count("<section") == shown.text.count("</section>")
            assert "None" not in told(shown)
    text = told(opening.opening(report))
    assert ("Deploy c0" in text) == (outcome == "won")
    assert ("Undecided" in text) == (outcome == "undecided")
