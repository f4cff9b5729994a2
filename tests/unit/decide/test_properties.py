"""Verdicts on simulated studies: copies are tied, an advantage is found, intervals hold the truth.

The studies have the demo's sizes and spreads, and pass through the code that a run uses
(:mod:`bakeoff.bench.simulated`); ``python -m bakeoff.bench.deciding`` runs more of them.
"""

from collections.abc import Mapping

import pytest

from bakeoff.bench.deciding import Found, simulate
from bakeoff.bench.simulated import ONE, OTHER, Truth

SEEDS = 100
ASKED = ("throughput", "decode", "speed", "mixed")
Results = Mapping[str, Found]


@pytest.fixture(scope="module")
def copies() -> Results:
    return simulate(
        {ONE: Truth(), OTHER: Truth()}, studies=SEEDS, scenarios=(*ASKED, "answers"), seed=3
    )


@pytest.fixture(scope="module")
def faster() -> Results:
    return simulate({ONE: Truth(speed=1.2), OTHER: Truth()}, studies=SEEDS, scenarios=ASKED)


def test_copies_are_tied_in_95_of_100_studies(copies: Results) -> None:
    assert {name: found.tied for name, found in copies.items() if found.tied < 95} == {}


def test_an_advantage_of_20_percent_is_found_in_80_of_100(faster: Results) -> None:
    assert {name: found.right for name, found in faster.items() if found.right < 80} == {}
    assert sum(found.wrong for found in faster.values()) == 0


def test_intervals_hold_the_truth(copies: Results, faster: Results) -> None:
    """Figures that are added up are taken as good together, which can only widen their sum."""
    for results in (copies, faster):
        assert {name: found.covered for name, found in results.items() if found.covered < 93} == {}
        assert results["throughput"].covered + results["decode"].covered <= 198


def test_right_answers_alone_say_what_their_comparison_says(copies: Results) -> None:
    assert copies["answers"].contradicted == 0
