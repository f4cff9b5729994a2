"""The registry: every metric of the contract that a built stage can give, declared once."""

from types import ModuleType
from typing import Any

import pytest

from bakeoff.config.stages import BUILT
from bakeoff.metrics import registry

CONTRACT = [
    "startup_ready_s",
    "startup_weights_s",
    "startup_first_token_s",
    "memory_loaded_bytes",
    "memory_steady_bytes",
    "memory_weights_bytes",
    "memory_needed_bytes",
    "memory_reserved_bytes",
    "memory_kv_used_bytes",
    "instances_per_gpu",
    "ttft_p50_ms",
    "ttft_p95_ms",
    "ttft_answer_p50_ms",
    "decode_tokens_per_s",
    "itl_p95_ms",
    "e2e_mean_ms",
    "e2e_p95_ms",
    "throughput_tokens_per_s",
    "throughput_requests_per_s",
    "goodput_requests_per_s",
    "max_stable_concurrency",
    "energy_j_per_request",
    "energy_j_per_output_token",
    "api_compatibility",
    "api_error_clarity",
    "quality_math",
    "quality_code",
    "quality_creative",
    "quality_overall",
    "truncated_share",
    "seconds_per_correct",
    "tokens_per_correct",
    "energy_j_per_correct",
    "usd_per_correct",
    "usd_per_request",
    "usd_per_million_output_tokens",
]
#: Metrics of which more is better.
MORE_IS_BETTER = {
    "instances_per_gpu",
    "decode_tokens_per_s",
    "throughput_tokens_per_s",
    "throughput_requests_per_s",
    "goodput_requests_per_s",
    "max_stable_concurrency",
    "api_compatibility",
    "api_error_clarity",
    "quality_math",
    "quality_code",
    "quality_creative",
    "quality_overall",
}
#: Unit by the end of a metric's id.
UNITS = {
    "_tokens_per_s": "tokens/s",
    "_requests_per_s": "requests/s",
    "_concurrency": "requests in flight",
    "_ms": "ms",
    "_bytes": "B",
    "_per_gpu": "1/GPU",
    "_s": "s",
    "_j_per_request": "J",
    "_j_per_output_token": "J/token",
    "quality_creative": "of 5",
    "quality_math": "1",
    "quality_code": "1",
    "quality_overall": "1",
    "api_compatibility": "1",
    "api_error_clarity": "1",
    "_share": "1",
    "seconds_per_correct": "s",
    "tokens_per_correct": "tokens",
    "_j_per_correct": "J",
    "usd_per_correct": "USD",
    "usd_per_request": "USD",
    "usd_per_million_output_tokens": "USD",
}


def test_the_registry_holds_the_contract_once() -> None:
    assert [metric.id for metric in registry.METRICS] == CONTRACT


@pytest.mark.parametrize("metric", registry.METRICS, ids=lambda metric: metric.id)
def test_a_metric_is_documented(metric: registry.Metric) -> None:
    assert metric.stage in BUILT
    assert metric.direction == ("higher" if metric.id in MORE_IS_BETTER else "lower")
    ending = next(end for end in UNITS if metric.id.endswith(end))
    assert metric.unit == UNITS[ending]
    assert metric.label
    assert len(metric.formula) > 40
    assert "n " in metric.formula
    assert registry.get(metric.id) is metric


def test_an_unknown_metric_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="ttft_p99_ms"):
        registry.get("ttft_p99_ms")


def test_every_candidate_has_a_row_for_every_metric(metrics_of: Any, synthetic: ModuleType) -> None:
    found = metrics_of(synthetic.Truth(failed={"startup": "no", "latency": "no"}))
    assert set(found) == set(CONTRACT)
    assert all(row[4] for row in found.values())


def test_the_same_rows_give_the_same_figures(metrics_of: Any, synthetic: ModuleType) -> None:
    truth = synthetic.PAIR[1]
    assert metrics_of(truth) == metrics_of(truth)
