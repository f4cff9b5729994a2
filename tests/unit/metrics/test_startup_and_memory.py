"""Start-up and memory metrics on trees with known truth."""

import math
from types import ModuleType
from typing import Any

import pytest


def test_cold_starts_count_where_there_are_any(metrics_of: Any, synthetic: ModuleType) -> None:
    found = metrics_of(synthetic.Truth(repeats=3))
    assert [found[f"startup_{name}_s"][0] for name in ("weights", "ready", "first_token")] == [
        10.0,
        17.0,
        17.25,
    ]
    assert found["startup_ready_s"][3] == 3


def test_warm_starts_are_taken_otherwise_and_noted(metrics_of: Any, synthetic: ModuleType) -> None:
    found = metrics_of(synthetic.Truth(repeats=3, page_cache=("warm",)))
    assert found["startup_weights_s"][0] == 9.0
    assert found["startup_weights_s"][4].endswith("page cache warm: no cold start was measured")


def test_two_starts_give_a_student_interval(metrics_of: Any, synthetic: ModuleType) -> None:
    truth = synthetic.Truth(repeats=2, page_cache=("cold",))
    rows = synthetic.startup_rows(truth, "startup")
    for row in rows:
        if row["start_no"] == 1 and row["phase"] == "http_ready":
            row["end_ns"] += 2_000_000_000
    found = metrics_of(truth, {("startup", "startups"): rows})
    value, lo, hi, n, note = found["startup_ready_s"]
    # 17 s and 19 s: the logarithms' standard error is ln(19 / 17) / 2, t(0.975, 1) = 12.7062.
    factor = math.exp(12.7062 * math.log(19 / 17) / 2)
    assert (value, n) == (18.0, 2)
    assert (lo, hi) == (pytest.approx(18 / factor, rel=1e-4), pytest.approx(18 * factor, rel=1e-4))
    assert note == "2 server starts: Student t interval over the starts"


def test_one_start_has_no_interval(metrics_of: Any, synthetic: ModuleType) -> None:
    found = metrics_of(synthetic.Truth(repeats=1, page_cache=("cold",)))
    assert found["startup_ready_s"] == (
        17.0,
        None,
        None,
        1,
        "n = 1 cannot bound a mean; 2 starts can",
    )


def test_failed_starts_are_counted_and_left_out(metrics_of: Any, synthetic: ModuleType) -> None:
    truth = synthetic.Truth(repeats=3, page_cache=("cold",))
    rows = synthetic.startup_rows(truth, "startup")
    for row in rows:
        if row["start_no"] == 0:
            row["status"] = "failed"
    found = metrics_of(truth, {("startup", "startups"): rows})
    assert found["startup_ready_s"][0] == 17.0
    assert found["startup_ready_s"][3] == 2
    assert found["startup_ready_s"][4].endswith("1 of 3 starts failed and are not in it")


def test_a_phase_that_the_log_does_not_tell(metrics_of: Any, synthetic: ModuleType) -> None:
    phases = {"unexplained:http_ready": 9.0, "http_ready": 1.0, "first_token": 0.5}
    found = metrics_of(synthetic.Truth(phases_s=phases))
    assert found["startup_ready_s"][0] == 10.0
    assert found["startup_weights_s"] == (
        None,
        None,
        None,
        0,
        "the engine's log does not tell the end of the phase weights",
    )


def test_a_startup_stage_that_failed(metrics_of: Any, synthetic: ModuleType) -> None:
    found = metrics_of(synthetic.Truth(failed={"startup": "it hung"}))
    assert found["startup_first_token_s"] == (None, None, None, 0, "stage startup failed: it hung")
    value, *_, note = found["memory_loaded_bytes"]
    assert value == 2_000_000_000
    assert "from the starts of stage latency" in note


def test_memory_of_a_process_tree(metrics_of: Any, synthetic: ModuleType) -> None:
    found = metrics_of(synthetic.Truth())
    assert found["memory_loaded_bytes"][0] == 2_000_000_000
    assert found["memory_steady_bytes"][0] == 2_100_000_000
    assert found["memory_steady_bytes"][3] == 4
    assert found["memory_weights_bytes"][0] == 3_200_000
    assert "no GPU was sampled" in found["memory_steady_bytes"][4]


def test_memory_of_two_gpus(metrics_of: Any, synthetic: ModuleType) -> None:
    found = metrics_of(synthetic.Truth(gpus=2))
    assert found["memory_loaded_bytes"][0] == 2_000_000_000
    assert found["memory_steady_bytes"][0] == 2_100_000_000
    assert "no GPU" not in found["memory_steady_bytes"][4]


def test_memory_without_samples_is_not_measured(metrics_of: Any, synthetic: ModuleType) -> None:
    nothing = {("startup", "telemetry"): [], ("latency", "telemetry"): []}
    found = metrics_of(synthetic.Truth(), nothing)
    assert found["memory_steady_bytes"] == (None, None, None, 0, "no memory sample was taken")


def test_weights_are_what_the_engine_says(metrics_of: Any, synthetic: ModuleType) -> None:
    truth = synthetic.Truth(facts={"weights_gib": 1.5})
    assert metrics_of(truth)["memory_weights_bytes"] == (
        1_610_612_736.0,
        1_610_612_736.0,
        1_610_612_736.0,
        1,
        "as the engine's log says: counted, not sampled",
    )
    spread = synthetic.Truth(facts={"weights_gib": 1.5}, gpus=2)
    assert metrics_of(spread)["memory_weights_bytes"][0] == 3_200_000
    unreadable = synthetic.Truth(facts={"weights_gib": "a few"})
    assert metrics_of(unreadable)["memory_weights_bytes"][0] == 3_200_000
