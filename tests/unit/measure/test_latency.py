"""The latency stage against servers whose truth is known, and against servers that fail."""

import importlib.util
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from bakeoff.measure.latency import spread
from bakeoff.paths import ROOT
from bakeoff.reference import Schedule, reference_server
from bakeoff.store.files import read_table
from bakeoff.store.schemas import TABLES

Rows = list[dict[str, Any]]
Measured = tuple[dict[str, Any], Rows]
Measure = Callable[..., Measured]


@pytest.fixture
def measure(tmp_path: Path) -> Measure:
    """Run the rule's script on a server at a port; return its record and its requests."""
    path = ROOT / "scripts" / "measure_latency.py"
    spec = importlib.util.spec_from_file_location("measure_latency_script", path)
    assert spec is not None
    assert spec.loader is not None
    script: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    def run(port: int, stage: dict[str, Any], *, model: str = "reference", **keys: Any) -> Measured:
        candidate = {
            "id": "known",
            "engine": "external",
            "url": f"http://127.0.0.1:{port}/v1",
            "served_model": model,
        }
        workload = {"input_tokens": 32, "output_tokens": 8, "timeout_s": 5.0} | keys
        script.main(
            parts={
                "candidate": candidate,
                "stage": stage,
                "workload": workload,
                "method_version": 1,
            },
            manifest=None,
            timeout_s=10.0,
            directory=tmp_path / "latency",
            log=tmp_path / "latency.log",
        )
        record = json.loads((tmp_path / "latency" / "stage.json").read_text("utf-8"))
        table = read_table(TABLES["requests"], tmp_path / "latency" / "requests.parquet")
        return record, table.to_pylist()

    return run


@pytest.mark.parametrize(
    ("requests", "starts", "shares"),
    [(10, 1, [10]), (10, 3, [4, 3, 3]), (80, 2, [40, 40]), (3, 3, [1, 1, 1])],
)
def test_requests_are_spread_over_the_starts(requests: int, starts: int, shares: list[int]) -> None:
    assert spread(requests, starts) == shares


def test_the_rows_are_what_the_server_did(measure: Measure) -> None:
    with reference_server(Schedule(ttft_ms=30.0, itl_ms=4.0)) as server:
        record, rows = measure(server.port, {"requests": 10, "warmup": 2})
        truth = server.records()
    assert record["status"] == "ok"
    assert [row["phase"] for row in rows] == ["warmup"] * 2 + ["measure"] * 10
    assert [row["request_no"] for row in rows] == [0, 1, *range(10)]
    assert {row["prompt_tokens"] for row in rows} == {32}
    assert {row["completion_tokens"] for row in rows} == {8}
    ttft_ms = [(row["first_token_ns"] - row["sent_ns"]) / 1e6 for row in rows]
    assert np.median(ttft_ms) == pytest.approx(30.0, rel=0.1)
    assert len(truth) >= len(rows), "the server's own record holds every request, and calibration"
    for before, after in pairwise(rows):
        assert after["sent_ns"] >= before["done_ns"], "one request at a time"


def test_no_two_prompts_are_alike_even_after_another_run(measure: Measure) -> None:
    """A server that runs on keeps its prefix cache from one run to the next."""
    with reference_server(Schedule(ttft_ms=5.0, itl_ms=1.0)) as server:
        first, _ = measure(server.port, {"requests": 3, "warmup": 0})
        second, _ = measure(server.port, {"requests": 3, "warmup": 0})
    assert first["facts"]["prompt_seed"] != second["facts"]["prompt_seed"]


def test_chat_with_reasoning_separates_the_answer(measure: Measure) -> None:
    schedule = Schedule(ttft_ms=20.0, itl_ms=25.0, reasoning_tokens=4)
    with reference_server(schedule) as server:
        record, rows = measure(server.port, {"requests": 5, "warmup": 0}, endpoint="chat")
    assert record["status"] == "ok"
    assert {row["reasoning_tokens"] for row in rows} == {4}
    thinking_ms = [(row["first_answer_ns"] - row["first_token_ns"]) / 1e6 for row in rows]
    assert np.median(thinking_ms) == pytest.approx(100.0, rel=0.15), "four tokens of 25 ms each"


def test_some_failing_requests_are_rows_and_the_stage_goes_on(measure: Measure) -> None:
    with reference_server(Schedule(ttft_ms=5.0, itl_ms=1.0), faults="http-500@0.3") as server:
        record, rows = measure(server.port, {"requests": 40, "warmup": 0})
    statuses = [row["status"] for row in rows]
    assert record["status"] == "ok"
    assert 0 < statuses.count("http_error") < 40
    assert statuses.count("ok") == 40 - statuses.count("http_error")


def test_a_server_that_answers_nothing_fails_the_stage_and_keeps_the_rows(
    measure: Measure,
) -> None:
    with reference_server(faults="cut-short@1.0") as server:
        record, rows = measure(server.port, {"requests": 3, "warmup": 1})
    assert record["status"] == "failed"
    assert record["error"]
    assert all(row["status"] == "disconnected" for row in rows)


def test_a_server_that_is_not_there_fails_the_stage(measure: Measure) -> None:
    record, rows = measure(1, {"requests": 3, "warmup": 1})
    assert record["status"] == "failed"
    assert "127.0.0.1:1" in record["error"]
    assert rows == []


def test_a_model_that_is_not_served_is_named(measure: Measure) -> None:
    with reference_server() as server:
        record, _ = measure(server.port, {"requests": 3}, model="another")
    assert record["status"] == "failed"
    assert "does not serve 'another'; it serves reference" in record["error"]
