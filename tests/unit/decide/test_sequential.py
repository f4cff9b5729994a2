"""The sequential test: its errors stay bounded however often it is looked at."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from bakeoff.decide.sequential import decide, evidence_above, evidence_below, least_to_pass

LIMIT = 0.05


def ever(values: NDArray[np.float64], *, pass_error: float, fail_error: float) -> set[str]:
    """Return every verdict that was ever given, looking after each request."""
    return {
        decide(values[:n], LIMIT, pass_error=pass_error, fail_error=fail_error)
        for n in range(1, len(values) + 1)
    } - {"undecided"}


@pytest.mark.parametrize(("error", "bare"), [(0.1, 45), (0.05, 59), (0.01, 90)])
def test_a_clear_pass_takes_little_more_than_any_test_would(error: float, bare: int) -> None:
    """Without a miss, n with 0.95**n <= error is the least that any test can do with."""
    assert math.ceil(math.log(error) / math.log(0.95)) == bare
    least = least_to_pass(LIMIT, error)
    assert bare < least <= 1.2 * bare
    assert decide(np.zeros(least), LIMIT, pass_error=error, fail_error=0.01) == "passed"
    assert decide(np.zeros(least - 1), LIMIT, pass_error=error, fail_error=0.01) == "undecided"


def test_a_clear_failure_takes_a_handful() -> None:
    assert decide(np.ones(3), LIMIT, pass_error=0.05, fail_error=0.001) == "failed"
    assert decide(np.ones(1), LIMIT, pass_error=0.05, fail_error=0.001) == "undecided"


def test_nothing_is_decided_without_values() -> None:
    nothing = np.empty(0)
    assert evidence_below(nothing, LIMIT) == pytest.approx(0.0)
    assert evidence_above(nothing, LIMIT) == pytest.approx(0.0)
    assert decide(nothing, LIMIT, pass_error=0.05, fail_error=0.05) == "undecided"


def test_looking_after_every_request_keeps_the_errors() -> None:
    """At the limit itself, the worst case, where tests of fixed size err in a third of the runs."""
    passed = failed = 0
    for seed in range(100):
        values = (np.random.default_rng(seed).random(200) < LIMIT).astype(np.float64)
        found = ever(values, pass_error=0.1, fail_error=0.1)
        passed += "passed" in found
        failed += "failed" in found
    assert passed <= 18, "100 runs at 10 %: more than 18 have a probability of 0.5 %"
    assert failed <= 18


def test_a_share_of_gaps_is_one_value_however_many_gaps_it_has() -> None:
    """One stalled request of 50 is 2 %, though it brings hundreds of long gaps."""
    stalled = np.array([1.0] + [0.0] * 49)
    assert decide(stalled, LIMIT, pass_error=0.1, fail_error=0.001) == "undecided"
    evenly = np.full(60, 0.02)
    assert evidence_below(evenly, LIMIT) > evidence_below((np.arange(60) % 50 == 0) * 1.0, LIMIT)


@pytest.mark.parametrize(("share", "verdict"), [(0.01, "passed"), (0.15, "failed")])
def test_what_is_clear_is_decided_in_time(share: float, verdict: str) -> None:
    right = 0
    for seed in range(20):
        values = (np.random.default_rng(seed).random(400) < share).astype(np.float64)
        right += ever(values, pass_error=0.1, fail_error=0.002) == {verdict}
    assert right >= 18
