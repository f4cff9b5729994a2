"""The throughput stage against servers whose truth is known, and against servers that fail."""

import importlib.util
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import ValidationError

from bakeoff.config.stages import ThroughputStage
from bakeoff.errors import CandidateError, HarnessError
from bakeoff.measure.workload import refuse_silence
from bakeoff.paths import ROOT
from bakeoff.reference import Schedule, reference_server
from bakeoff.store.files import read_table
from bakeoff.store.schemas import TABLES
from tests.processes import below

Rows = list[dict[str, Any]]
Measured = tuple[dict[str, Any], Rows, Rows]
Measure = Callable[..., Measured]

#: Response time of 8 tokens by the schedule of TTFT 30 ms and ITL 4 ms, in seconds.
E2E_S = 0.030 + 7 * 0.004


@pytest.fixture
def measure(tmp_path: Path, one_process: Path) -> Measure:
    """Run the rule's script on a server at a port; return record, requests and windows."""
    path = ROOT / "scripts" / "measure_throughput.py"
    spec = importlib.util.spec_from_file_location("measure_throughput_script", path)
    assert spec is not None
    assert spec.loader is not None
    script: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    def run(port: int, stage: dict[str, Any], *, calibration: Path | None = None) -> Measured:
        candidate = {
            "id": "known",
            "engine": "external",
            "url": f"http://127.0.0.1:{port}/v1",
            "served_model": "reference",
        }
        folder = tmp_path / "throughput"
        script.main(
            parts={
                "candidate": candidate,
                "stage": stage,
                "workload": {"input_tokens": 32, "output_tokens": 8, "timeout_s": 5.0},
                "method_version": 1,
            },
            calibration=calibration or one_process,
            manifest=None,
            timeout_s=10.0,
            directory=folder,
            log=tmp_path / "throughput.log",
        )
        record = json.loads((folder / "stage.json").read_text("utf-8"))
        tables = [
            read_table(TABLES[name], folder / f"{name}.parquet").to_pylist()
            for name in ("requests", "windows")
        ]
        return record, tables[0], tables[1]

    return run


def test_levels_and_rates_on_one_start(measure: Measure, capfd: pytest.CaptureFixture[str]) -> None:
    with reference_server(Schedule(ttft_ms=30.0, itl_ms=4.0)) as server:
        stage = {"concurrency": [1, 4], "rates": [4.0, 20.0], "duration_s": 1.0, "min_requests": 12}
        record, rows, windows = measure(server.port, stage)
    assert record["status"] == "ok", record["error"]
    levels = [("closed", 1.0), ("closed", 4.0), ("open", 4.0), ("open", 20.0)]
    assert [(w["load"], w["level"]) for w in windows] == levels
    assert list(dict.fromkeys((row["load"], row["level"]) for row in rows)) == levels
    assert {row["start_no"] for row in rows} == {0}
    assert {row["prompt_tokens"] for row in rows} == {32}
    assert {row["status"] for row in rows} == {"ok"}
    for before, after in pairwise(windows):
        own = [r for r in rows if (r["load"], r["level"]) == (after["load"], after["level"])]
        assert after["begin_ns"] > before["end_ns"]
        assert all(r["scheduled_ns"] > before["end_ns"] for r in own)
    for window in windows:
        own = [r for r in rows if (r["load"], r["level"]) == (window["load"], window["level"])]
        assert {r["phase"] for r in own} == {"warmup", "measure"}
        assert sum(r["phase"] == "measure" for r in own) >= 12
        assert window["end_ns"] - window["begin_ns"] > 0.99e9
        if window["load"] == "closed":
            ended = sum(window["begin_ns"] < r["done_ns"] <= window["end_ns"] for r in own)
            seconds = (window["end_ns"] - window["begin_ns"]) / 1e9
            # A machine that others use makes the server late; it is never early.
            assert 0.7 < ended / seconds / (window["level"] / E2E_S) < 1.05
    told = capfd.readouterr().err
    assert "4 streams" in told
    assert "20 requests/s" in told
    assert "4 of 4 levels" in told


def test_no_two_requests_have_the_same_prompt(measure: Measure) -> None:
    """Not even those of 4 streams and of 4 requests/s, which are both level 4."""
    with reference_server(Schedule(ttft_ms=5.0, itl_ms=1.0)) as server:
        stage = {"concurrency": [4], "rates": [4.0], "duration_s": 0.2, "min_requests": 2}
        _, rows, _ = measure(server.port, stage)
        bodies = [record.body_crc32 for record in server.records()][-len(rows) :]
    assert len(set(bodies)) == len(rows)


def test_failing_requests_are_rows_and_the_levels_go_on(measure: Measure) -> None:
    with reference_server(Schedule(ttft_ms=5.0, itl_ms=1.0), faults="http-500@0.3") as server:
        stage = {"concurrency": [2, 4], "duration_s": 0.2, "min_requests": 40}
        record, rows, windows = measure(server.port, stage)
    assert record["status"] == "ok"
    assert len(windows) == 2
    statuses = [row["status"] for row in rows]
    assert 0 < statuses.count("http_error") < len(rows)
    assert statuses.count("ok") == len(rows) - statuses.count("http_error")


def test_a_server_that_dies_fails_the_stage_and_what_was_measured_is_kept(
    measure: Measure,
) -> None:
    with reference_server(Schedule(ttft_ms=30.0, itl_ms=4.0)) as server:

        def kill_later() -> None:
            while len(server.records()) < 40:
                time.sleep(0.05)
            os.kill(server.process.pid, signal.SIGKILL)

        killer = threading.Thread(target=kill_later)
        killer.start()
        began = time.monotonic()
        stage = {"concurrency": [1, 2], "duration_s": 30.0, "min_requests": 1}
        record, rows, windows = measure(server.port, stage)
        killer.join()
    assert time.monotonic() - began < 30, "it does not sit out a window without a server"
    assert record["status"] == "failed"
    assert "stopped answering at 1 stream" in record["error"]
    assert sum(row["status"] == "ok" for row in rows) > 20
    assert any(row["status"] == "disconnected" for row in rows)
    assert [w["level"] for w in windows] == [1.0]
    assert "ended early" in windows[0]["note"]


def test_a_client_in_several_processes_is_noted_and_its_rows_are_one_table(
    measure: Measure, many_processes: Path
) -> None:
    """The calibration says that one process takes too few events, and there are CPUs."""
    stage = {"concurrency": [1, 4], "rates": [20.0], "duration_s": 1.0, "min_requests": 12}
    with reference_server(Schedule(ttft_ms=30.0, itl_ms=4.0)) as server:
        record, rows, windows = measure(server.port, stage, calibration=many_processes)
        bodies = [record.body_crc32 for record in server.records()][-len(rows) :]
    assert record["status"] == "ok"
    noted = [note.split(":")[0] for note in record["notes"] if "the client ran in" in note]
    assert noted == [
        "At 4 streams the client ran in 3 processes",
        "At 20 requests/s the client ran in 3 processes",
    ]
    assert len(windows) == 3
    assert len(set(bodies)) == len(rows)
    assert {row["status"] for row in rows} == {"ok"}
    keys = [(row["load"], row["level"], row["phase"], row["request_no"]) for row in rows]
    assert len(set(keys)) == len(keys)
    assert all(0.99e9 < w["end_ns"] - w["begin_ns"] < 10e9 for w in windows)


def test_a_process_of_the_client_that_dies_leaves_its_rows(
    measure: Measure, many_processes: Path, tmp_path: Path
) -> None:
    stage = {"concurrency": [4], "duration_s": 60.0, "min_requests": 1}
    with reference_server(Schedule(ttft_ms=30.0, itl_ms=4.0)) as server:

        def kill_later() -> None:
            while len(server.records()) < 60:
                time.sleep(0.05)
            below("bakeoff.load.spread_timed_worker")[0].kill()

        killer = threading.Thread(target=kill_later)
        killer.start()
        with pytest.raises(HarnessError, match="of 3 of the measuring client"):
            measure(server.port, stage, calibration=many_processes)
        killer.join()
    kept = tmp_path / "throughput" / "unfinished"
    rows = read_table(TABLES["requests"], kept / "requests.parquet").to_pylist()
    assert len(rows) > 20
    assert {row["status"] for row in rows} == {"ok"}
    assert "process 1 of 3" in json.loads((kept / "stage.json").read_text("utf-8"))["error"]


def test_a_level_without_one_answer_is_refused() -> None:
    rows = [
        {"phase": "warmup", "status": "ok", "error": None},
        {"phase": "measure", "status": "timeout", "error": "no end within 5 s"},
        {"phase": "measure", "status": "disconnected", "error": "cut"},
        {"phase": "measure", "status": "disconnected", "error": "cut"},
    ]
    with pytest.raises(CandidateError, match="none of 3 requests was answered; disconnected: cut"):
        refuse_silence(rows)
    refuse_silence([*rows, {"phase": "measure", "status": "ok", "error": None}])


def test_a_server_that_is_not_there_fails_the_stage(measure: Measure) -> None:
    record, rows, windows = measure(1, {"concurrency": [1]})
    assert record["status"] == "failed"
    assert "127.0.0.1:1" in record["error"]
    assert rows == windows == []


@pytest.mark.parametrize(
    ("stage", "named"),
    [
        ({"concurrency": [1, 4, 1]}, "each level once"),
        ({"rates": [2.0, 2.0]}, "each level once"),
        ({"concurrency": []}, "both empty"),
    ],
)
def test_levels_that_cannot_be_are_refused(stage: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        ThroughputStage.model_validate(stage)
