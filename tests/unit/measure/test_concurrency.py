"""The concurrency stage against servers whose knee is known, and against servers that fail."""

import importlib.util
import json
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bakeoff.bench.knees.live import Live, held
from bakeoff.paths import ROOT
from bakeoff.reference import Schedule, reference_server
from bakeoff.store.files import read_table
from bakeoff.store.schemas import TABLES
from tests.processes import below

Rows = list[dict[str, Any]]
Measured = tuple[dict[str, Any], Rows, Rows]
Measure = Callable[..., Measured]
#: A service level that only a server in trouble misses.
EASY = {"ttft_p95_ms": 2000.0, "itl_p95_ms": 2000.0}
_WORKER = "bakeoff.load.spread_timed_worker"


@pytest.fixture
def measure(tmp_path: Path, one_process: Path) -> Measure:
    """Run the rule's script on a server; return its record, its probes and its requests."""
    path = ROOT / "scripts" / "measure_concurrency.py"
    spec = importlib.util.spec_from_file_location("measure_concurrency_script", path)
    assert spec is not None
    assert spec.loader is not None
    script: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    def run(
        port: int, stage: dict[str, Any], *, calibration: Path | None = None, **keys: Any
    ) -> Measured:
        script.main(
            parts={
                "candidate": {
                    "id": "known",
                    "engine": "external",
                    "url": f"http://127.0.0.1:{port}/v1",
                    "served_model": "reference",
                },
                "stage": {"slo": EASY, "hold_s": 0.5} | stage,
                "workload": {"input_tokens": 32, "output_tokens": 4, "timeout_s": 5.0} | keys,
                "method_version": 1,
            },
            calibration=calibration or one_process,
            manifest=None,
            timeout_s=10.0,
            directory=tmp_path / "concurrency",
            log=tmp_path / "concurrency.log",
        )
        folder = tmp_path / "concurrency"
        record = json.loads((folder / "stage.json").read_text("utf-8"))
        probes, requests = (
            read_table(TABLES[name], folder / f"{name}.parquet").to_pylist()
            for name in ("probes", "requests")
        )
        return record, probes, requests

    return run


@pytest.mark.parametrize("seed", [0, 1], ids=["knee in ITL", "capacity"])
def test_a_knee_is_found_within_a_step(seed: int) -> None:
    """With 30 ms left to the noise of a busy machine; the bench has a higher knee and less."""
    case = Live(seed=seed, knee=2, slack_ms=30.0, maximum=8)
    run = case.run(hold_s=1.0)
    above = [row for row in run.probes if row["level"] > case.knee]
    assert all(row["verdict"] == "failed" for row in above)
    below = [row for row in run.probes if row["level"] <= case.knee]
    if noise := [row["reason"] for row in below if row["verdict"] != "passed"]:
        pytest.skip(f"the machine is too busy to tell: {noise[0]}")
    assert held(run) == case.knee
    assert {row["level"] for row in above} == {3.0, 4.0}
    deciding = "TTFT P95" if seed else "ITL P95"
    assert all(row["reason"].startswith(deciding) and "limit" in row["reason"] for row in above)


def test_the_rows_of_the_probes_and_their_requests(measure: Measure) -> None:
    with reference_server(Schedule(ttft_ms=5.0, itl_ms=1.0)) as server:
        record, probes, requests = measure(server.port, {"max": 4})
    assert record["status"] == "ok"
    assert [(row["kind"], row["level"], row["verdict"]) for row in probes] == [
        ("step", 1.0, "passed"),
        ("step", 2.0, "passed"),
        ("step", 4.0, "passed"),
        ("hold", 4.0, "passed"),
    ]
    assert [row["probe_no"] for row in probes] == [0, 1, 2, 3]
    phases = Counter((row["level"], row["phase"]) for row in requests)
    for row in probes:
        phase = "hold" if row["kind"] == "hold" else "measure"
        within = [
            request
            for request in requests
            if (request["level"], request["phase"]) == (row["level"], phase)
            and request["done_ns"] <= row["end_ns"]
        ]
        assert row["requests"] == len(within) >= 50
        assert row["ttft_p95_ms"] > 5.0
        assert row["error_rate"] == 0.0
        assert phases[row["level"], "warmup"] >= row["level"]
    hold = probes[-1]
    assert (hold["end_ns"] - hold["begin_ns"]) / 1e9 >= 0.5
    assert "0 preemptions" in hold["reason"]


def test_no_two_prompts_are_alike(measure: Measure) -> None:
    """Level 2 is probed and held: its prompts must differ, or the second would be cached."""
    with reference_server(Schedule(ttft_ms=2.0, itl_ms=1.0)) as server:
        measure(server.port, {"max": 2})
        bodies = [record.body_crc32 for record in server.records()]
    assert len(bodies) > 150
    repeated = [count for count in Counter(bodies).values() if count > 1]
    assert len(repeated) <= 1, "calibration asks the same again, nothing else does"


def test_one_stream_that_misses_gives_0_with_the_reason(measure: Measure) -> None:
    slo = {"ttft_p95_ms": 10.0, "itl_p95_ms": 2000.0}
    with reference_server(Schedule(ttft_ms=40.0, itl_ms=1.0)) as server:
        record, probes, requests = measure(server.port, {"slo": slo, "max": 64})
    assert record["status"] == "ok"
    assert [(row["level"], row["verdict"]) for row in probes] == [(1.0, "failed")] * 2
    assert "limit 10 ms" in probes[0]["reason"]
    assert len(requests) < 100, "a clear failure takes a few requests"


def test_an_error_fails_a_level_where_none_is_allowed(measure: Measure) -> None:
    with reference_server(Schedule(ttft_ms=2.0, itl_ms=1.0), faults="http-500@0.2") as server:
        record, probes, _ = measure(server.port, {"max": 8})
    assert record["status"] == "ok"
    assert probes[0]["verdict"] == "failed"
    assert "requests failed, limit 0 %; first: http_error" in probes[0]["reason"]
    assert probes[0]["error_rate"] > 0


def test_a_server_that_ends_fails_the_stage_and_keeps_the_probes(measure: Measure) -> None:
    with reference_server(Schedule(ttft_ms=2.0, itl_ms=1.0), refuse_after=120) as server:
        record, probes, requests = measure(server.port, {"max": 8})
    assert [row["verdict"] for row in probes][:1] == ["passed"]
    assert probes[-1]["verdict"] == "failed"
    assert "no connection" in probes[-1]["reason"]
    assert any(row["status"] != "ok" for row in requests)
    assert record["status"] == "failed"
    level = f"{probes[-1]['level']:g} stream"
    assert f"the server stopped answering at {level}" in record["error"]
    assert "no connection" in record["error"]
    assert sum(row["verdict"] == "failed" for row in probes) == 1, "nothing is tried after it"


def test_the_answer_is_told_in_words(measure: Measure, capfd: pytest.CaptureFixture[str]) -> None:
    slo = {"ttft_p95_ms": 10.0, "itl_p95_ms": 2000.0}
    with reference_server(Schedule(ttft_ms=40.0, itl_ms=1.0)) as server:
        measure(server.port, {"slo": slo, "max": 64})
        assert "not stable at a single stream; 1 failed: TTFT P95" in capfd.readouterr().err
    with reference_server(Schedule(ttft_ms=5.0, itl_ms=1.0)) as server:
        measure(server.port, {"max": 1})
    assert "stable at 1 stream, the most" in capfd.readouterr().err


def test_a_client_in_several_processes_searches_as_well(
    measure: Measure, many_processes: Path
) -> None:
    """The calibration says that one process takes too few events, and there are CPUs."""
    seen, over = set[int](), threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            seen.add(len(below(_WORKER)))

    with reference_server(Schedule(ttft_ms=5.0, itl_ms=1.0)) as server:
        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            record, probes, requests = measure(server.port, {"max": 4}, calibration=many_processes)
        finally:
            over.set()
            watcher.join()
    assert max(seen) == 3
    assert record["status"] == "ok"
    assert [row["level"] for row in probes] == [1.0, 2.0, 4.0, 4.0]
    assert {row["verdict"] for row in probes} == {"passed"}
    noted = [note for note in record["notes"] if "the client ran in" in note]
    assert [note.split(":")[0] for note in noted] == [
        "At 2 streams the client ran in 2 processes",
        "At 4 streams the client ran in 3 processes",
    ]
    keys = Counter((row["level"], row["phase"], row["request_no"]) for row in requests)
    assert set(keys.values()) == {1}
    assert {row["status"] for row in requests} == {"ok"}
    trend = [(p["ttft_trend_lo_ms_per_s"], p["ttft_trend_hi_ms_per_s"]) for p in probes]
    for probe, (low, high) in zip(probes, trend, strict=True):
        assert low <= probe["ttft_trend_ms_per_s"] <= high
