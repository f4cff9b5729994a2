"""The whole stage against the fake engine: its files, whatever the candidate does."""

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bakeoff.config.models import Candidate
from bakeoff.errors import HarnessError
from bakeoff.measure import startup
from bakeoff.measure.stage import start_timeout_s
from bakeoff.store.files import read_record, read_table
from bakeoff.store.schemas import STAGE_TABLES, TABLES

MakeCandidate = Callable[..., Candidate]


@pytest.fixture(autouse=True)
def _short_steady_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "STEADY_S", 0.7)


class Files:
    """What a stage left."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.stage = read_record(TABLES["stages"], directory / "stage.json")
        self.rows: dict[str, list[dict[str, Any]]] = {
            name: read_table(TABLES[name], directory / f"{name}.parquet").to_pylist()
            for name in STAGE_TABLES
        }
        self.log = (directory / "server.log").read_text()


@pytest.fixture
def measure(tmp_path: Path, measure_startup: ModuleType) -> Callable[..., Files]:
    def run(candidate: Candidate, manifest: Path | None, **settings: object) -> Files:
        parts = {
            "candidate": candidate.model_dump(mode="json"),
            "stage": {"repeats": 1, "page_cache": ["cold", "warm"], **settings},
            "method_version": 7,
        }
        measure_startup.main(
            parts=parts,
            manifest=manifest,
            timeout_s=20,
            directory=tmp_path / "results" / "startup",
            log=tmp_path / "logs" / "measure_startup.log",
        )
        return Files(tmp_path / "results" / "startup")

    return run


def test_every_start_becomes_rows(
    candidate: MakeCandidate, manifest: Callable[..., Path], measure: Callable[..., Files]
) -> None:
    files = measure(candidate(), manifest(), repeats=2)
    assert files.stage["status"] == "ok"
    assert (files.stage["method_version"], files.stage["model_revision"]) == (7, "abc")
    assert files.stage["engine_version"] == "9.8.7"
    totals = [row for row in files.rows["startups"] if row["phase"] == "total"]
    assert [row["page_cache"] for row in totals] == ["cold", "warm", "cold", "warm"]
    assert [row["start_no"] for row in totals] == [0, 1, 2, 3]
    for total in totals:
        start = [row for row in files.rows["startups"] if row["start_no"] == total["start_no"]]
        phases = [row for row in start if row["phase"] != "total"]
        assert [row["phase"] for row in phases] == [
            "imports",
            "unexplained:model_init",
            "model_init",
            "unexplained:weights",
            "weights",
            "unexplained:engine_init",
            "engine_init",
            "http_ready",
            "first_token",
        ]
        ends = [row["end_ns"] for row in phases]
        assert [total["begin_ns"], *ends[:-1]] == [row["begin_ns"] for row in phases]
        assert ends[-1] == total["end_ns"]
        assert {row["status"] for row in start} == {"ok"}


def test_facts_command_and_log(
    candidate: MakeCandidate, manifest: Callable[..., Path], measure: Callable[..., Files]
) -> None:
    files = measure(candidate(), manifest())
    assert json.loads(files.stage["facts"]) == {
        "kv_cache_tokens": 699008.0,
        "full_length_requests": 3.5,
    }
    assert "--served-model-name" in json.loads(files.stage["command"])
    assert files.log.count("Application startup complete") == 2


def test_memory_is_sampled_before_and_after_readiness(
    candidate: MakeCandidate, manifest: Callable[..., Path], measure: Callable[..., Files]
) -> None:
    files = measure(candidate(), manifest())
    for start_no in (0, 1):
        begin_ns, ready_ns, token_ns = (
            next(
                row[edge]
                for row in files.rows["startups"]
                if (row["start_no"], row["phase"]) == (start_no, phase)
            )
            for phase, edge in [
                ("total", "begin_ns"),
                ("http_ready", "end_ns"),
                ("first_token", "end_ns"),
            ]
        )
        rss = [
            row
            for row in files.rows["telemetry"]
            if row["start_no"] == start_no and row["name"] == "rss_bytes"
        ]
        assert any(begin_ns < row["t_ns"] <= ready_ns for row in rss)
        assert sum(row["t_ns"] > token_ns for row in rss) >= 2
        assert all(row["device"] == "tree" and row["source"] == "process" for row in rss)
        # A Python process with an HTTP server: more than 5 MB, less than 500.
        assert all(1e6 < row["value"] < 5e8 for row in rss[1:])


def test_requests_for_steady_memory_are_rows(
    candidate: MakeCandidate, manifest: Callable[..., Path], measure: Callable[..., Files]
) -> None:
    rows = measure(candidate(), manifest()).rows["requests"]
    assert {row["start_no"] for row in rows} == {0, 1}
    assert {(row["phase"], row["status"]) for row in rows} == {("warmup", "ok")}
    assert {row["completion_tokens"] for row in rows} == {64}


def test_a_failed_start_is_a_row_and_keeps_what_was_measured(
    candidate: MakeCandidate,
    manifest: Callable[..., Path],
    measure: Callable[..., Files],
    tmp_path: Path,
) -> None:
    """The second start fails: the first stays in the rows."""
    python = tmp_path / "environment" / "bin" / "python"
    once = candidate()
    script = python.read_text().replace(
        "exec", f"[ -e {tmp_path}/been ] && export FAKE=memory; touch {tmp_path}/been; exec"
    )
    python.write_text(script)
    files = measure(once, manifest())
    assert files.stage["status"] == "failed"
    assert files.stage["error"].startswith("the server exited with code 1 before it was ready: out")
    assert "OutOfMemoryError" in files.stage["log_tail"]
    by_start = {row["start_no"]: row for row in files.rows["startups"] if row["phase"] == "total"}
    assert (by_start[0]["status"], by_start[1]["status"]) == ("ok", "failed")
    assert by_start[0]["end_ns"] is not None
    assert by_start[1]["end_ns"] is None
    assert {row["start_no"] for row in files.rows["requests"]} == {0}


def test_a_server_that_dies_on_its_first_request(
    candidate: MakeCandidate, manifest: Callable[..., Path], measure: Callable[..., Files]
) -> None:
    files = measure(candidate("dies"), manifest())
    assert files.stage["status"] == "failed"
    assert "the engine fell over" in files.stage["error"]
    last = files.rows["startups"][-2:]
    assert [(row["phase"], row["end_ns"]) for row in last] == [
        ("first_token", None),
        ("total", None),
    ]


def test_a_model_that_is_not_there_starts_nothing(
    candidate: MakeCandidate, manifest: Callable[..., Path], measure: Callable[..., Files]
) -> None:
    files = measure(candidate(), manifest(status="failed", error="gated: accept the licence"))
    assert files.stage["status"] == "failed"
    assert files.stage["error"] == "the model is not there: gated: accept the licence"
    assert files.stage["command"] is None
    assert files.log == ""
    assert all(rows == [] for rows in files.rows.values())


def test_an_external_server_is_skipped(measure: Callable[..., Files]) -> None:
    running = Candidate(
        id="running", engine="external", url="http://127.0.0.1:9/v1", served_model="any"
    )
    files = measure(running, None)
    assert files.stage["status"] == "skipped"
    assert files.stage["error"] == "already running: its start cannot be measured"


def test_a_fault_of_the_harness_raises_and_keeps_the_rows(
    candidate: MakeCandidate,
    manifest: Callable[..., Path],
    measure: Callable[..., Files],
    tmp_path: Path,
) -> None:
    """The second start finds its environment gone."""
    environment = tmp_path / "environment" / "bin" / "python"
    environment.write_text(
        environment.read_text().replace("exec", f"mv {environment} {environment}.gone; exec")
    )
    with pytest.raises(HarnessError, match="does not exist"):
        measure(candidate(), manifest())
    directory = tmp_path / "results" / "startup"
    assert not (directory / "stage.json").exists()
    unfinished = read_table(TABLES["startups"], directory / "unfinished" / "startups.parquet")
    assert set(unfinished["start_no"].to_pylist()) == {0}
    assert "HarnessError" in (tmp_path / "logs" / "measure_startup.log").read_text()


def test_the_jobs_log_holds_its_progress(
    candidate: MakeCandidate,
    manifest: Callable[..., Path],
    measure: Callable[..., Files],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    measure(candidate(), manifest())
    log = (tmp_path / "logs" / "measure_startup.log").read_text()
    assert "1 of 2 starts" in log
    assert "2 of 2 starts" in log
    assert log in capsys.readouterr().err


@pytest.mark.parametrize(
    ("config", "seconds"),
    [
        ({"stages": {"startup": {"timeout_s": 12}}}, 12.0),
        ({"stages": {"startup": None, "latency": {}}}, 900.0),
        ({"stages": {"latency": {}}}, 900.0),
    ],
)
def test_the_timeout_of_starts_comes_from_the_stage_startup(
    config: dict[str, Any], seconds: float
) -> None:
    assert start_timeout_s(config) == seconds
