"""Utilities by hand, and what must never change them."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats

from bakeoff.config.scenarios import Scenario
from bakeoff.decide.combining import Part, combined
from bakeoff.decide.readings import Study
from bakeoff.decide.replicates import levels
from bakeoff.decide.scenarios import Decision
from bakeoff.decide.scoring import score
from tests.unit.decide.conftest import Make, reading

HALF_EACH = Scenario(id="s", title="s", weights={"ttft_p50_ms": 0.5, "decode_tokens_per_s": 0.5})
METRICS = ("ttft_p50_ms", "decode_tokens_per_s", "throughput_tokens_per_s")
THREE = Scenario(id="s", title="s", weights=dict(zip(METRICS, (0.3, 0.5, 0.2), strict=True)))


def test_the_utility_by_hand(study: Make) -> None:
    """Half the wait at the same speed is worth a factor of the root of 2 over the other."""
    made = study(
        {
            "a": {"ttft_p50_ms": 100.0, "decode_tokens_per_s": 50.0},
            "b": {"ttft_p50_ms": 200.0, "decode_tokens_per_s": 50.0},
        }
    )
    rows = {row["candidate"]: row for row in Decision(made, HALF_EACH).recommendations()}
    assert rows["a"]["utility"] == pytest.approx(2**0.25)
    assert rows["b"]["utility"] == pytest.approx(2**-0.25)
    assert rows["a"]["utility_lo"] == pytest.approx(2**0.25)
    parts = {(row["candidate"], row["metric"]): row for row in Decision(made, HALF_EACH).parts()}
    assert parts["a", "ttft_p50_ms"]["ratio"] == pytest.approx(2**0.5)
    assert parts["a", "ttft_p50_ms"]["contribution"] == pytest.approx(0.25 * math.log(2))
    assert parts["b", "decode_tokens_per_s"]["contribution"] == pytest.approx(0.0)


def test_contributions_sum_to_the_utility(study: Make) -> None:
    figures = {
        who: {m: (v, 0.9 * v, 1.1 * v) for m, v in zip(METRICS, values, strict=True)}
        for who, values in {"a": (10, 300, 900), "b": (14, 310, 800), "c": (9, 280, 700)}.items()
    }
    decision = Decision(study(figures), THREE)
    for row in decision.recommendations():
        own = [p["contribution"] for p in decision.parts() if p["candidate"] == row["candidate"]]
        assert math.log(row["utility"]) == pytest.approx(sum(own))
        assert row["utility_lo"] < row["utility"] < row["utility_hi"]
    assert sum(row["win_probability"] for row in decision.recommendations()) == pytest.approx(1.0)


def test_the_interval_of_a_ratio_is_that_of_its_figures(study: Make) -> None:
    """Two independent figures with 10 % each side differ by 10 % times the root of 2."""
    made = study(
        {
            who: {"decode_tokens_per_s": (v, v / 1.1, v * 1.1)}
            for who, v in (("a", 60.0), ("b", 50.0))
        }
    )
    one = Scenario(id="s", title="s", weights={"decode_tokens_per_s": 1.0})
    gap = score(made, one, ("a", "b")).gap(0, 1)
    half = math.sqrt(2) * math.log(1.1)
    lo, hi = np.quantile(gap, [0.025, 0.975])
    assert lo == pytest.approx(math.log(1.2) - half, abs=0.003)
    assert hi == pytest.approx(math.log(1.2) + half, abs=0.003)


def test_a_sum_of_few_starts_has_the_degrees_of_freedom_of_welch() -> None:
    """Two parts of 2 degrees with one variance have 4: 2.776 standard errors, not 4.303."""
    parts = [Part(_normal(levels(who, "x")), 2.0, levels(who, "x")) for who in ("a", "b")]
    lo, hi = np.quantile(combined(parts), [0.025, 0.975])
    assert hi == pytest.approx(2.776 * math.sqrt(2), rel=0.06)
    assert lo == pytest.approx(-2.776 * math.sqrt(2), rel=0.06)
    alone = combined(parts[:1])
    assert np.quantile(alone, 0.975) == pytest.approx(4.303, rel=0.01)


def _normal(level: np.ndarray) -> np.ndarray:
    return np.asarray(stats.norm.ppf(level))


VALUES = st.floats(min_value=1.0, max_value=1000.0)
ROWS = st.lists(
    st.tuples(VALUES, VALUES, VALUES, st.floats(min_value=1.0, max_value=1.3)),
    min_size=2,
    max_size=4,
)


def made(rows: list[tuple[float, float, float, float]], scale: dict[str, float]) -> Study:
    figures = {
        (f"c{place}", metric): reading(
            f"c{place}",
            metric,
            (
                value * scale.get(metric, 1.0),
                value / row[3] * scale.get(metric, 1.0),
                value * row[3] * scale.get(metric, 1.0),
            ),
        )
        for place, row in enumerate(rows)
        for metric, value in zip(METRICS, row[:3], strict=True)
    }
    return Study(tuple(f"c{place}" for place in range(len(rows))), figures, {}, {})


def verdicts(found: Study) -> dict[str, str]:
    return {row["candidate"]: row["verdict"] for row in Decision(found, THREE).recommendations()}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS, scale=st.fixed_dictionaries({m: st.floats(1e-6, 1e6) for m in METRICS}))
def test_rescaling_a_unit_never_changes_a_verdict(
    rows: list[tuple[float, float, float, float]], scale: dict[str, float]
) -> None:
    assert verdicts(made(rows, {})) == verdicts(made(rows, scale))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS, worse=st.floats(min_value=1.01, max_value=5.0))
def test_a_dominated_candidate_never_changes_the_order_of_the_others(
    rows: list[tuple[float, float, float, float]], worse: float
) -> None:
    slow, few, little = max(r[0] for r in rows), min(r[1] for r in rows), min(r[2] for r in rows)
    dominated = (slow * worse, few / worse, little / worse, 1.1)
    names = tuple(f"c{place}" for place in range(len(rows)))
    before = score(made(rows, {}), THREE, names)
    after = score(made([*rows, dominated], {}), THREE, (*names, f"c{len(rows)}"))
    assert [place for place in after.order if place < len(rows)] == before.order
    assert after.order[-1] == len(rows)
    for one in range(len(rows)):
        assert np.array_equal(before.gap(0, one), after.gap(0, one)) or one == 0
        assert before.beaten(one) == after.beaten(one)
