"""What a scenario says of candidates, and why, for every way in which it can end."""

import math
from typing import Any

import numpy as np
import pytest

from bakeoff.config.scenarios import Scenario
from bakeoff.decide.paired import Pair
from bakeoff.decide.readings import Study
from bakeoff.decide.scenarios import Decision
from bakeoff.quality.statistics.pairs import Pairs, verdict
from tests.unit.decide.conftest import Make

FAST = (50.0, 48.0, 52.0)
SLOW = (40.0, 38.5, 41.5)
SPEED = {"decode_tokens_per_s": 1.0}


def scenario(**keys: object) -> Scenario:
    return Scenario.model_validate({"id": "s", "title": "s", "weights": SPEED} | keys)


def decided(made: Study, asked: Scenario | None = None, threshold: float = 0.95) -> dict[str, Any]:
    found = Decision(made, asked or scenario(), threshold)
    return {row["candidate"]: row for row in found.recommendations()}


def test_a_clear_difference_is_recommended_with_its_figures(study: Make) -> None:
    rows = decided(study({"a": {"decode_tokens_per_s": FAST}, "b": {"decode_tokens_per_s": SLOW}}))
    assert rows["a"]["verdict"] == "recommended"
    assert rows["b"]["verdict"] == "not recommended"
    assert rows["a"]["win_probability"] > 0.999
    assert rows["a"]["deciding_metric"] == "decode_tokens_per_s"
    told = "compared with b, Decode speed decides most: 50 tokens/s (48–52) here, 40 tokens/s"
    assert told in rows["a"]["reason"]
    assert rows["b"]["reason"].startswith("a is better in")


def test_what_overlaps_is_tied_and_told_how_much_would_decide(study: Make) -> None:
    """±4 % each and 2 % apart: the interval of the ratio is ±5.7 %, eight times the square."""
    figures = {"a": (51.0, 49.0, 53.08), "b": (50.0, 48.04, 52.04)}
    made = study({who: {"throughput_tokens_per_s": told} for who, told in figures.items()})
    rows = decided(made, scenario(weights={"throughput_tokens_per_s": 1.0}))
    assert {row["verdict"] for row in rows.values()} == {"tied"}
    assert rows["a"]["win_probability"] + rows["b"]["win_probability"] == pytest.approx(1.0)
    assert "where 97.5 % would decide" in rows["a"]["reason"]
    needed = int(
        rows["a"]["reason"].partition("about ")[2].partition(" requests")[0].replace(",", "")
    )
    assert needed == pytest.approx(100 * (0.0566 / 0.0198) ** 2, rel=0.05)


def test_few_starts_need_more_starts(study: Make) -> None:
    figures = {"a": (51.0, 49.0, 53.08), "b": (50.0, 48.04, 52.04)}
    made = study(
        {who: {"decode_tokens_per_s": told} for who, told in figures.items()},
        notes={"decode_tokens_per_s": "3 server starts: Student t interval over the starts"},
    )
    assert "server starts instead of 3 would decide" in decided(made)["a"]["reason"]


def test_copies_are_tied_and_called_alike(study: Make) -> None:
    rows = decided(study({who: {"decode_tokens_per_s": FAST} for who in ("a", "b")}))
    assert {row["verdict"] for row in rows.values()} == {"tied"}
    assert "too alike" in rows["a"]["reason"]
    exact = decided(study({who: {"decode_tokens_per_s": 50.0} for who in ("a", "b")}))
    assert {row["win_probability"] for row in exact.values()} == {0.5}
    assert "the same in everything that counts here" in exact["a"]["reason"]


def test_only_those_near_the_best_are_tied(study: Make) -> None:
    figures = {"a": FAST, "b": (49.5, 47.5, 51.5), "c": SLOW}
    made = study({who: {"decode_tokens_per_s": told} for who, told in figures.items()})
    rows = decided(made)
    assert [rows[who]["verdict"] for who in "abc"] == ["tied", "tied", "not recommended"]


def test_surely_better_than_each_is_not_surely_better_than_all(study: Make) -> None:
    """Six others that each win in 2 % of the replicates leave the best less than 95 %."""
    away = math.log(100 / 90)
    half = away * 1.96 / 2.054  # a normal value lies above 2.054 standard errors in 2 % of cases
    other = (90.0, 90 * math.exp(-half), 90 * math.exp(half))
    figures = {"best": 100.0} | {f"other-{place}": other for place in range(6)}
    made = study({who: {"decode_tokens_per_s": told} for who, told in figures.items()})
    rows = decided(made)
    assert rows["best"]["win_probability"] == pytest.approx(0.98**6, abs=0.01)
    assert rows["best"]["verdict"] == "tied"
    assert "surely better than each other one alone" in rows["best"]["reason"]
    two = study({who: {"decode_tokens_per_s": figures[who]} for who in ("best", "other-0")})
    assert decided(two)["best"]["verdict"] == "recommended"


def test_the_threshold_is_a_setting(study: Make) -> None:
    figures = {"a": (51.0, 49.0, 53.08), "b": (50.0, 48.04, 52.04)}
    made = study({who: {"decode_tokens_per_s": told} for who, told in figures.items()})
    assert decided(made, threshold=0.5)["a"]["verdict"] == "recommended"


@pytest.mark.parametrize("value", [FAST, (60.0, None, None), (60.0, 60.0, None)])
def test_a_figure_without_an_interval_decides_nothing(study: Make, value: Any) -> None:
    made = study(
        {"a": {"decode_tokens_per_s": value}, "b": {"decode_tokens_per_s": (50.0, None, None)}}
    )
    rows = decided(made)
    assert {row["verdict"] for row in rows.values()} == {"tied"}
    assert "has no interval on both sides" in rows["a"]["reason"]
    assert rows["a"]["utility_lo"] is None


def test_why_there_is_no_interval_is_told(study: Make) -> None:
    note = "at 4 streams, the best of 1, 4; no interval: 5 blocks fit into the window, 6 are needed"
    made = study(
        {
            who: {"decode_tokens_per_s": (value, None, None)}
            for who, value in (("a", 50), ("b", 40))
        },
        notes={"decode_tokens_per_s": note},
    )
    told = "counts: no interval: 5 blocks fit into the window, 6 are needed"
    assert decided(made)["a"]["reason"].endswith(told)


def test_at_least_so_many_is_surely_more_than_fewer(study: Make) -> None:
    weights = {"max_stable_concurrency": 1.0}
    held = {"a": (16.0, 16.0, None), "b": (12.0, 12.0, 12.0), "c": (20.0, 20.0, 20.0)}
    made = study({who: {"max_stable_concurrency": told} for who, told in held.items()})
    rows = decided(made, scenario(weights=weights))
    assert rows["b"]["verdict"] == "not recommended"
    assert {rows["a"]["verdict"], rows["c"]["verdict"]} == {"tied"}


def test_a_gate_excludes_and_is_named_with_its_figure(study: Make) -> None:
    made = study(
        {
            "a": {"decode_tokens_per_s": FAST, "memory_steady_bytes": 30e9, "ttft_p95_ms": 500.0},
            "b": {"decode_tokens_per_s": SLOW, "memory_steady_bytes": 20e9, "ttft_p95_ms": 90.0},
        }
    )
    gates = [
        {"metric": "memory_steady_bytes", "op": "<=", "value": 24e9},
        {"metric": "ttft_p95_ms", "op": "<", "value": 100},
    ]
    rows = decided(made, scenario(gates=gates))
    assert rows["a"]["verdict"] == "excluded"
    assert rows["a"]["win_probability"] is None
    assert rows["a"]["binding_gate"] == "ttft_p95_ms < 100", "five times over weighs more than 1.25"
    assert rows["a"]["reason"] == "TTFT, P95 is 500 ms, the gate asks for < 100 ms"
    assert rows["b"]["verdict"] == "recommended"
    assert rows["b"]["binding_gate"] == "ttft_p95_ms < 100", "it has the least room"
    assert rows["b"]["reason"].startswith("the only one that passes every gate")


def test_a_close_gate_is_called_close(study: Make) -> None:
    made = study(
        {
            "a": {"decode_tokens_per_s": FAST, "ttft_p95_ms": (98.0, 90.0, 106.0)},
            "b": {"decode_tokens_per_s": SLOW, "ttft_p95_ms": (50.0, 45.0, 55.0)},
        }
    )
    found = Decision(made, scenario(gates=[{"metric": "ttft_p95_ms", "op": "<=", "value": 100}]))
    rows = {row["candidate"]: row for row in found.recommendations()}
    assert "that is close: " in rows["a"]["reason"]
    assert "close" not in rows["b"]["reason"]
    parts = {(row["candidate"], row["metric"]): row for row in found.parts()}
    assert parts["a", "ttft_p95_ms"]["gate_probability"] == pytest.approx(0.69, abs=0.02)
    assert parts["b", "ttft_p95_ms"]["gate_probability"] == 1.0


def test_nobody_passes(study: Make) -> None:
    made = study({who: {"decode_tokens_per_s": FAST} for who in ("a", "b")})
    asked = scenario(gates=[{"metric": "decode_tokens_per_s", "op": ">=", "value": 90}])
    assert {row["verdict"] for row in decided(made, asked).values()} == {"excluded"}


def test_what_nobody_measured_leaves_all_undecided(study: Make) -> None:
    made = study(
        {who: {"quality_creative": None} for who in ("a", "b")},
        notes={"quality_creative": "not rated"},
    )
    rows = decided(made, scenario(weights={"quality_creative": 1.0}))
    assert {row["verdict"] for row in rows.values()} == {"undecided"}
    assert rows["a"]["reason"] == "Creative writing was not measured: not rated"
    unknown = decided(study({"a": {}, "b": {}}))["a"]
    assert unknown["reason"] == "Decode speed was not measured: stage latency would measure it"


def test_who_lacks_a_figure_is_left_out_of_the_comparison_of_the_others(study: Make) -> None:
    made = study(
        {
            "a": {"decode_tokens_per_s": FAST},
            "b": {"decode_tokens_per_s": SLOW},
            "c": {"decode_tokens_per_s": None},
        },
        failed={("c", "latency"): "out of memory"},
    )
    rows = decided(made)
    assert [rows[who]["verdict"] for who in "abc"] == [
        "recommended",
        "not recommended",
        "undecided",
    ]
    assert "not compared with c, which failed" in rows["a"]["reason"]


def test_one_that_is_left_is_recommended_only_if_the_others_failed(study: Make) -> None:
    figures = {"a": {"decode_tokens_per_s": FAST}, "b": {"decode_tokens_per_s": None}}
    failed = decided(study(figures, failed={("b", "latency"): "crashed"}))
    assert failed["a"]["verdict"] == "recommended"
    assert "could be measured" in failed["a"]["reason"]
    lacking = decided(study(figures))
    assert lacking["a"]["verdict"] == "undecided"
    assert lacking["a"]["reason"].startswith("there is none left to compare it with")


def test_the_only_candidate_is_told_as_such(study: Make) -> None:
    rows = decided(study({"a": {"decode_tokens_per_s": FAST}}))
    assert rows["a"]["verdict"] == "recommended"
    assert rows["a"]["reason"].startswith("the only candidate")


def test_nothing_good_counts_as_half_of_one_and_loses(study: Make) -> None:
    """0 of 100 requests within the service level, against 5 of 100."""
    figures = {
        "a": {"goodput_requests_per_s": (0.5, 0.2, 0.8), "throughput_requests_per_s": 10.0},
        "b": {"goodput_requests_per_s": (0.0, 0.0, 0.0), "throughput_requests_per_s": 10.0},
    }
    made = study(figures)
    found = Decision(made, scenario(weights={"goodput_requests_per_s": 1.0}))
    rows = {row["candidate"]: row for row in found.recommendations()}
    assert rows["b"]["verdict"] != "recommended"
    parts = {row["candidate"]: row for row in found.parts()}
    assert parts["a"]["ratio"] == pytest.approx((0.5 / 0.05) ** 0.5)
    assert parts["b"]["note"] == "0 counts as half of one observation: 0.05 requests/s"


def test_no_right_answer_of_20_counts_as_half_a_one(study: Make) -> None:
    figures = {"a": {"quality_math": (0.5, 0.3, 0.7)}, "b": {"quality_math": (0.0, 0.0, 0.17)}}
    asked = scenario(weights={"quality_math": 1.0})
    parts = {row["candidate"]: row for row in Decision(study(figures, n=20), asked).parts()}
    assert parts["a"]["ratio"] == pytest.approx((0.5 / 0.025) ** 0.5)
    assert parts["b"]["note"] == "0 counts as half of one observation: 2.5 %"


def test_right_answers_and_what_they_take_are_good_together(study: Make) -> None:
    """The other one's spreads add up as they are, not as the root of their squares."""
    figures = {
        "a": {"quality_math": 0.6, "tokens_per_correct": 50.0},
        "b": {"quality_math": 0.5, "tokens_per_correct": (60.0, 50.0, 72.0)},
    }
    pairs = {("quality_math", "a", "b"): Pair(0.1, -0.05, 0.25, 60)}
    half = {"quality_math": 0.5, "tokens_per_correct": 0.5}
    scores = Decision(study(figures, pairs=pairs, n=60), scenario(weights=half)).scores
    assert scores is not None
    apart = [float(np.std(part)) for part in scores.away[1]]
    assert np.std(scores.gap(0, 1)) == pytest.approx(sum(apart), rel=0.02)


def test_a_zero_that_nothing_can_stand_for_is_undecided(study: Make) -> None:
    figures = {"a": {"decode_tokens_per_s": FAST}, "b": {"decode_tokens_per_s": 0.0}}
    rows = decided(study(figures))
    assert rows["b"]["verdict"] == "undecided"
    assert rows["b"]["reason"] == "Decode speed is 0, and a ratio to 0 is not a number"


@pytest.mark.parametrize("seed", range(12))
def test_right_answers_alone_say_what_their_comparison_says(study: Make, seed: int) -> None:
    generator = np.random.default_rng(seed)
    both = (generator.random((2, 60)) < np.array([[0.75], [0.5]])).astype(float)
    pairs = Pairs(np.arange(60) % (3 if seed % 2 else 60), both[0] - both[1])
    interval = pairs.interval
    assert interval.lo is not None
    assert interval.hi is not None
    pair = Pair(pairs.value, interval.lo, interval.hi, 60, None, interval.note)
    shares = both.mean(axis=1)
    made = study(
        {
            who: {"quality_math": (share, max(0.0, share - 0.12), min(1.0, share + 0.12))}
            for who, share in zip("ab", shares, strict=True)
        },
        pairs={("quality_math", "a", "b"): pair},
        n=60,
    )
    rows = decided(made, scenario(weights={"quality_math": 1.0}))
    said = {"better": "a", "worse": "b"}.get(verdict(interval))
    recommended = [who for who, row in rows.items() if row["verdict"] == "recommended"]
    assert recommended == ([said] if said else [])
