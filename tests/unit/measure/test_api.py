"""The stage `api`: its files, and its rows in the database."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from bakeoff.api.registry import CHECKS
from bakeoff.config import load_config
from bakeoff.config.slices import stage_slice
from bakeoff.errors import ConfigError
from bakeoff.measure.api import request_timeout_s
from bakeoff.paths import ROOT
from bakeoff.reference import Schedule, reference_server
from bakeoff.store.database import load_database
from bakeoff.store.files import read_table
from bakeoff.store.schemas import STAGE_TABLES, TABLES
from tests.synthetic import _host_rows, _write_json

FAST = Schedule(ttft_ms=2, itl_ms=0.5)


@pytest.fixture
def probe_api() -> ModuleType:
    """The script of the rule."""
    path = ROOT / "scripts" / "probe_api.py"
    spec = importlib.util.spec_from_file_location("probe_api_script", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _configured(port: int, **stage: Any) -> dict[str, Any]:
    candidate = {
        "id": "served",
        "engine": "external",
        "url": f"http://127.0.0.1:{port}/v1",
        "served_model": "reference",
    }
    return {"title": "API", "candidates": [candidate], "stages": {"api": stage}}


def test_every_check_is_a_row_and_the_shares_are_metrics(
    probe_api: ModuleType, tmp_path: Path
) -> None:
    directory = tmp_path / "results" / "served" / "api"
    with reference_server(FAST, context=2048) as server:
        config = load_config(_configured(server.port))
        probe_api.main(
            parts=stage_slice(config, "served", "api"),
            request_timeout_s=10.0,
            manifest=None,
            timeout_s=10.0,
            directory=directory,
            log=tmp_path / "probe_api.log",
        )
    record = json.loads((directory / "stage.json").read_text("utf-8"))
    assert record["status"] == "ok", record["error"]
    assert all((directory / f"{name}.parquet").is_file() for name in STAGE_TABLES)
    rows = read_table(TABLES["api_checks"], directory / "api_checks.parquet").to_pylist()
    assert [row["check_id"] for row in rows] == [check.id for check in CHECKS]
    assert [row["position"] for row in rows] == list(range(len(CHECKS)))
    assert {row["status"] for row in rows} == {"passed", "not_applicable"}
    fits = next(row for row in rows if row["check_id"] == "context_fits")
    assert fits["status"] == "passed"  # of a length that only the models list tells
    assert "2,048 declared" in fits["note"]
    log = (tmp_path / "probe_api.log").read_text("utf-8")
    assert f"served · api · {len(CHECKS)} checks: " in log

    _write_json(tmp_path / "results" / "host" / "host.json", _host_rows())
    load_database(config, tmp_path / "results", tmp_path / "measured.duckdb")
    with duckdb.connect(str(tmp_path / "measured.duckdb"), read_only=True) as connection:
        (count,) = connection.execute("SELECT count(*) FROM api_checks").fetchone() or (0,)
        found = connection.execute(
            "SELECT metric, value, lo, hi, n FROM metrics WHERE metric LIKE 'api%' ORDER BY metric"
        ).fetchall()
    assert count == len(CHECKS)
    assert [row[:4] for row in found] == [
        ("api_compatibility", 1.0, 1.0, 1.0),
        ("api_error_clarity", 1.0, 1.0, 1.0),
    ]
    applicable = sum(row["status"] == "passed" for row in rows)
    assert sum(row[4] for row in found) == applicable


def test_a_server_that_dies_fails_the_stage_and_keeps_its_rows(
    probe_api: ModuleType, tmp_path: Path
) -> None:
    directory = tmp_path / "results" / "served" / "api"
    with reference_server(FAST, context=2048, faults="dies-of-errors@1") as server:
        config = load_config(_configured(server.port))
        probe_api.main(
            parts=stage_slice(config, "served", "api"),
            request_timeout_s=5.0,
            manifest=None,
            timeout_s=10.0,
            directory=directory,
            log=tmp_path / "probe_api.log",
        )
    record = json.loads((directory / "stage.json").read_text("utf-8"))
    assert record["status"] == "failed"
    assert record["error"].startswith("the server stopped answering at the check ")
    rows = read_table(TABLES["api_checks"], directory / "api_checks.parquet").to_pylist()
    assert len(rows) == len(CHECKS)
    statuses = [row["status"] for row in rows]
    assert statuses[:2] == ["passed", "passed"]
    assert statuses[-1] == "not_answered"

    _write_json(tmp_path / "results" / "host" / "host.json", _host_rows())
    load_database(config, tmp_path / "results", tmp_path / "measured.duckdb")
    with duckdb.connect(str(tmp_path / "measured.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "SELECT value, note FROM metrics WHERE metric LIKE 'api%'"
        ).fetchall()
    assert [value for value, _ in found] == [None, None]
    assert all(note.startswith("stage api failed: the server stopped") for _, note in found)


def test_how_long_to_wait_runs_nothing_again() -> None:
    slow = load_config(_configured(1, timeout_s=7))
    fast = load_config(_configured(1))
    assert stage_slice(slow, "served", "api") == stage_slice(fast, "served", "api")
    assert request_timeout_s({"stages": {"api": {"timeout_s": 7}}}) == 7.0
    assert request_timeout_s({}) == 120.0
    fewer = load_config(_configured(1, leave_out=["tools"]))
    assert stage_slice(fewer, "served", "api") != stage_slice(fast, "served", "api")


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"stages\.api\.leave_out: has tool; allowed are models"):
        load_config(_configured(1, leave_out=["tool"]))
