"""Phases worked out by hand from small logs; times in seconds for the eye."""

import pytest

from bakeoff import engines
from bakeoff.serving import startlog
from bakeoff.serving.stamps import LogLine

SECOND = 1_000_000_000
STARTED_NS = 5 * SECOND


def log(*lines: tuple[float, str]) -> list[LogLine]:
    return [LogLine(round(t_s * SECOND), text) for t_s, text in lines]


def in_seconds(lines: list[LogLine], ready_s: float | None, token_s: float | None) -> list[tuple]:
    """Phases as (name, begin, end) in seconds since the start of the process."""

    def absolute(t_s: float | None) -> int | None:
        return None if t_s is None else STARTED_NS + round(t_s * SECOND)

    found = startlog.phases(
        engines.get("vllm"),
        lines,
        started_ns=STARTED_NS,
        ready_ns=absolute(ready_s),
        first_token_ns=absolute(token_s),
    )
    return [
        (
            phase.name,
            (phase.begin_ns - STARTED_NS) / SECOND,
            None if phase.end_ns is None else (phase.end_ns - STARTED_NS) / SECOND,
        )
        for phase in found
    ]


ON_A_GPU = log(
    (4.0, "(APIServer pid=1) INFO 11-23 [api_utils.py:286] non-default args: {'port': 1}"),
    (9.0, "(EngineCore pid=2) INFO 11-23 [core.py:133] Initializing a V1 LLM engine (v0.32.0)"),
    (12.0, "Initializing model took 0.500000 seconds"),
    (20.0, "Loading weights took 7.00 seconds"),
    (21.0, "Model loading took 12.5 GiB memory and 9.500000 seconds"),
    (24.0, "Available KV cache memory: 40.25 GiB"),
    (24.4, "GPU KV cache size: 1,234,560 tokens"),
    (24.5, "Maximum concurrency for 2,048 tokens per request: 602.81x"),
    (40.0, "Graph capturing finished in 10 secs, took 0.75 GiB"),
    (41.0, "init engine (profile, create kv cache, warmup model) took 18.00 s (compilation: 5 s)"),
    (43.0, "INFO:     Application startup complete."),
)  # fmt: skip


def test_phases_lie_side_by_side_and_the_unexplained_has_a_name() -> None:
    assert in_seconds(ON_A_GPU, 43.25, 44.0) == [
        ("imports", 0, 4),
        ("engine_process", 4, 9),
        ("unexplained:model_init", 9, 11.5),
        ("model_init", 11.5, 12),
        ("unexplained:weights", 12, 13),
        ("weights", 13, 20),
        ("weights_processing", 20, 21),
        ("unexplained:engine_init", 21, 23),
        ("engine_init:before_graphs", 23, 30),
        ("graphs", 30, 40),
        ("engine_init", 40, 41),
        ("http_ready", 41, 43.25),
        ("first_token", 43.25, 44),
        ("total", 0, 44),
    ]


def test_phases_span_all_workers() -> None:
    two_workers = log(
        (10.0, "(Worker_TP0 pid=1) Loading weights took 4.00 seconds"),
        (11.5, "(Worker_TP1 pid=2) Loading weights took 5.00 seconds"),
    )
    assert ("weights", 6, 11.5) in in_seconds(two_workers, 12, 13)


def test_an_engine_whose_log_explains_nothing() -> None:
    assert in_seconds(log((1.0, "hello")), 3, 4) == [
        ("unexplained:http_ready", 0, 3),
        ("http_ready", 3, 3),
        ("first_token", 3, 4),
        ("total", 0, 4),
    ]


def test_rounding_of_logged_seconds_is_no_gap() -> None:
    nearly = log((1.0, "non-default args: "), (2.0, "Initializing model took 0.995 seconds"))
    assert in_seconds(nearly, None, None)[:2] == [("imports", 0, 1), ("model_init", 1, 2)]


def test_a_logged_duration_longer_than_the_start_is_cut() -> None:
    long = log((2.0, "Loading weights took 100.0 seconds"))
    assert in_seconds(long, 3, 4)[0] == ("weights", 0, 2)


def test_a_start_that_failed_keeps_what_it_reached() -> None:
    assert in_seconds(ON_A_GPU[:2], None, None) == [
        ("imports", 0, 4),
        ("engine_process", 4, 9),
        ("unexplained:http_ready", 9, None),
        ("total", 0, None),
    ]


def test_a_start_without_a_first_token() -> None:
    assert in_seconds(ON_A_GPU, 43.25, None)[-2:] == [
        ("first_token", 43.25, None),
        ("total", 0, None),
    ]


def test_lines_after_readiness_do_not_count() -> None:
    late = [*ON_A_GPU, *log((60.0, "Loading weights took 1.00 seconds"))]
    assert in_seconds(late, 43.25, 44.0) == in_seconds(ON_A_GPU, 43.25, 44.0)


@pytest.mark.parametrize("token_s", [None, 44.0])
def test_no_phase_occurs_twice(token_s: float | None) -> None:
    names = [name for name, _, _ in in_seconds(ON_A_GPU, 43.25, token_s)]
    assert len(names) == len(set(names))


def test_facts_are_numbers() -> None:
    assert startlog.facts(engines.get("vllm"), ON_A_GPU) == {
        "weights_gib": 12.5,
        "graphs_gib": 0.75,
        "kv_cache_available_gib": 40.25,
        "kv_cache_tokens": 1234560.0,
        "full_length_requests": 602.81,
    }
