"""Scenarios are checked before anything runs; the shipped ones are sound."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from bakeoff.config import load_config
from bakeoff.config.scenarios import SHIPPED
from bakeoff.config.slices import database_slice, decision_slice
from bakeoff.errors import ConfigError

OURS = {"id": "ours", "title": "Ours", "weights": {"ttft_p50_ms": 1.0}}
ARTICLE = (
    "customer-service-bot",
    "creative-writing",
    "code-assistant",
    "private-quick-start",
    "research",
)


def test_the_five_of_the_article_are_shipped(demo: dict[str, Any]) -> None:
    shipped = yaml.safe_load(SHIPPED.read_text("utf-8"))
    config = load_config(demo | shipped)
    assert tuple(scenario.id for scenario in config.scenarios) == ARTICLE
    for scenario in config.scenarios:
        assert sum(scenario.weights.values()) == pytest.approx(1.0)


def test_names_stand_for_shipped_ones_beside_ones_own(demo: dict[str, Any]) -> None:
    config = load_config(demo | {"scenarios": ["code-assistant", OURS]})
    assert [scenario.id for scenario in config.scenarios] == ["code-assistant", "ours"]
    assert "quality_code" in config.scenarios[0].weights


def test_an_empty_list_decides_nothing(demo: dict[str, Any]) -> None:
    assert load_config(demo | {"scenarios": []}).scenarios == ()


def test_limits_may_be_written_with_an_exponent(demo: dict[str, Any]) -> None:
    """YAML reads 24e9 as a text."""
    gate = yaml.safe_load("{metric: memory_steady_bytes, op: '<=', value: 24e9}")
    config = load_config(demo | {"scenarios": [OURS | {"gates": [gate]}]})
    assert config.scenarios[0].gates[0].value == 24e9
    assert config.scenarios[0].gates[0].text == "memory_steady_bytes <= 2.4e+10"


def test_thirds_sum_to_1(demo: dict[str, Any]) -> None:
    weights = {"ttft_p50_ms": 0.333, "decode_tokens_per_s": 0.333, "e2e_mean_ms": 0.333}
    config = load_config(demo | {"scenarios": [OURS | {"weights": weights}]})
    assert sum(config.scenarios[0].shares.values()) == pytest.approx(1.0, abs=1e-12)


MISTAKES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "unknown shipped": (
        ["code-asistant"],
        ("scenarios: 'code-asistant' does not come with bakeoff", "did you mean 'code-assistant'?"),
    ),
    "unknown weight": (
        [OURS | {"weights": {"ttft_p50": 1.0}}],
        ("scenarios[0].weights: 'ttft_p50' is no metric", "did you mean 'ttft_p50_ms'?"),
    ),
    "unknown gate": (
        [OURS | {"gates": [{"metric": "memory", "op": "<=", "value": 1}]}],
        ("scenarios[0].gates[0].metric: 'memory' is no metric", "memory_steady_bytes"),
    ),
    "op": (
        [OURS | {"gates": [{"metric": "ttft_p50_ms", "op": "=", "value": 1}]}],
        ("scenarios[0].gates[0].op: '=' is not allowed", "'<='"),
    ),
    "two gates": (
        [
            OURS
            | {
                "gates": [
                    {"metric": "ttft_p50_ms", "op": "<=", "value": 1},
                    {"metric": "ttft_p50_ms", "op": ">", "value": 2},
                ]
            }
        ],
        ("scenarios[0].gates: ", "ttft_p50_ms <= 1; ttft_p50_ms > 2", "allowed is one on each"),
    ),
    "sum": (
        [OURS | {"weights": {"ttft_p50_ms": 0.5, "e2e_mean_ms": 0.4}}],
        ("scenarios[0]: weights of ours sum to 0.9", "allowed is a sum of 1"),
    ),
    "negative": (
        [OURS | {"weights": {"ttft_p50_ms": -1.0}}],
        ("scenarios[0].weights.ttft_p50_ms: -1.0 is not allowed", "greater than 0"),
    ),
    "no weights": ([OURS | {"weights": {}}], ("scenarios[0].weights: {} is not allowed",)),
    "twice": ([OURS, OURS], ("scenarios: duplicate id 'ours'",)),
    "unknown key": (
        [OURS | {"weigths": {}}],
        ("scenarios[0].weigths: unknown key; did you mean 'weights'?",),
    ),
    "no list": ("research", ("scenarios: 'research' is not allowed; it should be a list",)),
}


@pytest.mark.parametrize(("scenarios", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told(demo: dict[str, Any], scenarios: Any, told: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError) as error:
        load_config(demo | {"scenarios": scenarios})
    assert len(str(error.value).splitlines()) == 2, "one mistake is one line"
    for part in told:
        assert part in str(error.value)


@pytest.mark.parametrize("threshold", [0.4, 1.0])
def test_a_threshold_is_a_share_of_more_than_half(demo: dict[str, Any], threshold: float) -> None:
    with pytest.raises(ConfigError, match="threshold"):
        load_config(demo | {"threshold": threshold})


def test_a_guard_on_an_unknown_metric_is_refused(demo: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"guard: 'ttft' is no metric"):
        load_config(demo | {"guard": ["ttft"]})


def test_scenarios_alter_what_is_decided_and_not_what_is_measured(demo: dict[str, Any]) -> None:
    def slices(keys: Mapping[str, Any]) -> tuple[Any, Any]:
        config = load_config(demo | dict(keys))
        return database_slice(config), decision_slice(config)

    measured, decided = slices({"scenarios": [OURS]})
    for keys in ({"scenarios": []}, {"scenarios": [OURS], "threshold": 0.9}):
        assert slices(keys)[0] == measured
        assert slices(keys)[1] != decided
