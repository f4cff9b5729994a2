"""Latency metrics on hand-made requests."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

MS = 1_000_000


def request(number: int, *, status: str = "ok", **changed: Any) -> dict[str, Any]:
    row = {
        "candidate": "demo-llama",
        "stage": "latency",
        "start_no": 0,
        "load": "closed",
        "level": 1.0,
        "phase": "measure",
        "request_no": number,
        "scheduled_ns": 0,
        "sent_ns": 0,
        "status": status,
    }
    return row | changed


#: TTFT 50, 60, 70 ms; answers after 50, 100, 70; TPOT 10, 20 ms; ends after 80, 140, 70.
THREE = [
    request(
        0,
        first_token_ns=50 * MS,
        first_answer_ns=50 * MS,
        last_token_ns=80 * MS,
        completion_tokens=4,
        chunk_ns=[50 * MS, 60 * MS, 70 * MS, 80 * MS],
        chunk_tokens=[1, 1, 1, 1],
    ),
    request(
        1,
        first_token_ns=60 * MS,
        first_answer_ns=100 * MS,
        last_token_ns=140 * MS,
        completion_tokens=5,
        chunk_ns=[60 * MS, 100 * MS, 140 * MS],
        chunk_tokens=[1, 2, 2],
    ),
    request(
        2,
        first_token_ns=70 * MS,
        first_answer_ns=70 * MS,
        last_token_ns=70 * MS,
        completion_tokens=None,
        chunk_ns=[70 * MS],
        chunk_tokens=None,
    ),
]
LATE = [request(3, status="timeout"), request(4, status="timeout"), request(5, status="http_error")]
WARM_UP = [THREE[0] | {"phase": "warmup", "first_token_ns": 1}]


def test_three_requests_by_hand(metrics_of: Any, synthetic: ModuleType) -> None:
    rows = {("latency", "requests"): WARM_UP + THREE}
    found = metrics_of(synthetic.Truth(engine="external"), rows)
    assert {metric: row[0] for metric, row in found.items() if metric.endswith("_ms")} == {
        "ttft_p50_ms": 60.0,
        "ttft_p95_ms": pytest.approx(69.0),
        "ttft_answer_p50_ms": 70.0,
        "itl_p95_ms": 20.0,
        "e2e_mean_ms": pytest.approx(290 / 3),
        "e2e_p95_ms": pytest.approx(134.0),
    }
    assert found["decode_tokens_per_s"][0] == pytest.approx(75.0)
    assert [found[metric][3] for metric in ("ttft_p50_ms", "decode_tokens_per_s")] == [3, 2]
    assert found["itl_p95_ms"][3] == 2


def test_few_requests_have_no_interval_and_say_how_many_would(
    metrics_of: Any, synthetic: ModuleType
) -> None:
    found = metrics_of(synthetic.Truth(engine="external"), {("latency", "requests"): THREE})
    assert found["ttft_p50_ms"][1:] == (
        None,
        None,
        3,
        "n = 3 cannot bound a median; 6 requests can",
    )
    assert found["ttft_p95_ms"][4] == "n = 3 cannot bound a P95; 72 requests can"
    assert found["e2e_mean_ms"][4] == "n = 3 cannot bound a mean; 6 requests can"
    assert found["decode_tokens_per_s"][4] == (
        "n = 2 cannot bound a median; 6 requests can; 1 of 3 requests have no value: the server "
        "tells no token counts, or all tokens came in one event"
    )


def test_failures_do_not_enter_and_are_counted(metrics_of: Any, synthetic: ModuleType) -> None:
    found = metrics_of(synthetic.Truth(engine="external"), {("latency", "requests"): THREE + LATE})
    assert found["ttft_p50_ms"][0] == 60.0
    assert found["e2e_mean_ms"][4].endswith(
        "; 3 of 6 requests failed (1 http_error, 2 timeout) and are not in it"
    )


def test_nothing_but_failures_is_not_measured(metrics_of: Any, synthetic: ModuleType) -> None:
    found = metrics_of(synthetic.Truth(), {("latency", "requests"): LATE})
    assert found["ttft_p50_ms"] == (
        None,
        None,
        None,
        0,
        "3 of 3 requests failed (1 http_error, 2 timeout) and are not in it",
    )
    found = metrics_of(synthetic.Truth(), {("latency", "requests"): []})
    assert found["itl_p95_ms"] == (None, None, None, 0, "no request was measured")


def test_without_usage_token_metrics_are_not_measured(
    metrics_of: Any, synthetic: ModuleType
) -> None:
    found = metrics_of(synthetic.Truth(usage=False))
    note = "20 of 20 requests have no value: the server tells no token counts"
    assert found["itl_p95_ms"][0] is None
    assert found["itl_p95_ms"][4].startswith(note)
    assert found["decode_tokens_per_s"][0] is None
    assert found["ttft_p50_ms"][0] == 50.0


def test_reasoning_delays_the_answer_and_not_the_first_token(
    metrics_of: Any, synthetic: ModuleType
) -> None:
    truth = synthetic.Truth(reasoning_tokens=10, tokens_per_event=2)
    found = metrics_of(truth)
    assert found["ttft_p50_ms"][0] == 50.0
    assert found["ttft_answer_p50_ms"][0] == 50.0 + 5 * 2 * 4.0
    assert found["itl_p95_ms"][0] == 4.0
    assert found["e2e_mean_ms"][0] == 50.0 + 15 * 2 * 4.0


def test_answers_cut_off_inside_the_reasoning(metrics_of: Any, synthetic: ModuleType) -> None:
    found = metrics_of(synthetic.Truth(reasoning_tokens=32))
    assert found["ttft_answer_p50_ms"][0] is None
    assert "cut off inside the reasoning" in found["ttft_answer_p50_ms"][4]


@pytest.mark.parametrize(
    ("ended", "note"),
    [
        ({"failed": {"latency": "out of memory"}}, "stage latency failed: out of memory"),
        ({"skipped": {"latency": "no answer"}}, "stage latency was skipped: no answer"),
    ],
)
def test_a_stage_that_ended_badly_is_not_measured(
    metrics_of: Callable[..., Any], synthetic: ModuleType, ended: dict[str, Any], note: str
) -> None:
    found = metrics_of(synthetic.Truth(**ended))
    assert found["ttft_p50_ms"] == (None, None, None, 0, note)
    assert found["startup_ready_s"][0] == 17.0


def test_a_stage_that_was_not_asked_for(metrics_of: Any, synthetic: ModuleType) -> None:
    found = metrics_of(synthetic.Truth(), stages=("startup",))
    assert found["e2e_p95_ms"] == (None, None, None, 0, "stage latency was not asked for")
