"""Where another candidate would win, by hand."""

import math

import pytest

from bakeoff.config.scenarios import Scenario
from bakeoff.decide.scenarios import Decision
from tests.unit.decide.conftest import Make

FAST_OR_LEAN = {
    "fast": {"ttft_p50_ms": 100.0, "decode_tokens_per_s": 40.0, "memory_steady_bytes": 20e9},
    "lean": {"ttft_p50_ms": 200.0, "decode_tokens_per_s": 120.0, "memory_steady_bytes": 10e9},
}


def flips(made: object, scenario: Scenario) -> dict[tuple[str, str], dict[str, object]]:
    rows = Decision(made, scenario).flips()  # type: ignore[arg-type] -- a study
    return {(row["kind"], row["metric"]): row for row in rows}


def scenario(**keys: object) -> Scenario:
    return Scenario.model_validate({"id": "s", "title": "s"} | keys)


def test_the_weight_at_which_two_are_equal(study: Make) -> None:
    """By a factor of 2 ahead in TTFT and 3 behind in decoding: equal at w ln 2 = (1 - w) ln 3."""
    asked = scenario(weights={"ttft_p50_ms": 0.8, "decode_tokens_per_s": 0.2})
    found = flips(study(FAST_OR_LEAN), asked)
    equal = math.log(3) / (math.log(2) + math.log(3))
    row = found["weight", "ttft_p50_ms"]
    assert (row["now"], row["winner"]) == (0.8, "lean")
    assert row["flips_at"] == pytest.approx(equal)
    assert found["weight", "decode_tokens_per_s"]["flips_at"] == pytest.approx(1 - equal)


def test_with_the_new_weight_the_other_one_wins(study: Make) -> None:
    asked = scenario(weights={"ttft_p50_ms": 0.8, "decode_tokens_per_s": 0.2})
    at = flips(study(FAST_OR_LEAN), asked)["weight", "ttft_p50_ms"]["flips_at"]
    for weight, winner in ((at + 0.01, "fast"), (at - 0.01, "lean")):
        moved = scenario(weights={"ttft_p50_ms": weight, "decode_tokens_per_s": 1 - weight})
        rows = {r["candidate"]: r for r in Decision(study(FAST_OR_LEAN), moved).recommendations()}
        assert rows[winner]["verdict"] == "recommended"


def test_no_weight_helps_who_is_worse_in_everything(study: Make) -> None:
    figures = {
        "good": {"ttft_p50_ms": 100.0, "decode_tokens_per_s": 40.0},
        "bad": {"ttft_p50_ms": 110.0, "decode_tokens_per_s": 30.0},
    }
    asked = scenario(weights={"ttft_p50_ms": 0.8, "decode_tokens_per_s": 0.2})
    for row in flips(study(figures), asked).values():
        assert row["flips_at"] is None
        assert row["note"] == "no weight of it gives another winner"


def test_the_only_weight_cannot_be_shifted(study: Make) -> None:
    found = flips(study(FAST_OR_LEAN), scenario(weights={"ttft_p50_ms": 1.0}))
    assert found["weight", "ttft_p50_ms"]["flips_at"] is None
    assert "only weight" in str(found["weight", "ttft_p50_ms"]["note"])


def test_the_limit_that_excludes_the_winner(study: Make) -> None:
    asked = scenario(
        weights={"ttft_p50_ms": 1.0},
        gates=[{"metric": "memory_steady_bytes", "op": "<=", "value": 24e9}],
    )
    row = flips(study(FAST_OR_LEAN), asked)["gate", "memory_steady_bytes"]
    assert (row["now"], row["flips_at"], row["winner"]) == (24e9, 20e9, "lean")


def test_the_limit_that_admits_a_better_one(study: Make) -> None:
    asked = scenario(
        weights={"ttft_p50_ms": 1.0},
        gates=[{"metric": "memory_steady_bytes", "op": "<=", "value": 16e9}],
    )
    row = flips(study(FAST_OR_LEAN), asked)["gate", "memory_steady_bytes"]
    assert (row["now"], row["flips_at"], row["winner"]) == (16e9, 20e9, "fast")


def test_where_nobody_passes_the_nearest_limit_that_admits_one(study: Make) -> None:
    asked = scenario(
        weights={"ttft_p50_ms": 1.0},
        gates=[{"metric": "memory_steady_bytes", "op": "<=", "value": 5e9}],
    )
    found = flips(study(FAST_OR_LEAN), asked)
    row = found["gate", "memory_steady_bytes"]
    assert (row["flips_at"], row["winner"]) == (10e9, "lean")
    assert found["weight", "ttft_p50_ms"]["note"] == "fewer than two candidates are scored"
