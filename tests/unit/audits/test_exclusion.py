"""What a failed audit keeps out: the metrics it matters to, of that candidate, and no others."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from bakeoff.audits import exclusions, registry
from bakeoff.audits.registry import AUDITS, amount
from bakeoff.config import load_config
from bakeoff.metrics import registry as metrics
from bakeoff.store import schemas
from bakeoff.store.database import load_database
from bakeoff.store.dictionary import dictionary_text
from bakeoff.store.files import write_rows

#: Every metric id of the contract that audits may speak of.
CONTRACT = {
    "throughput_tokens_per_s",
    "throughput_requests_per_s",
    "goodput_requests_per_s",
    "max_stable_concurrency",
    "energy_j_per_request",
    "energy_j_per_output_token",
} | {metric.id for metric in metrics.METRICS}


@pytest.fixture
def load(tmp_path: Path, synthetic: ModuleType) -> Callable[..., duckdb.DuckDBPyConnection]:
    """Make the database of a pair, the requests of the first candidate replaced."""

    def make(rows: list[dict[str, Any]]) -> duckdb.DuckDBPyConnection:
        results = tmp_path / "results"
        config = load_config(synthetic.write_results(results))
        first = synthetic.PAIR[0].id
        write_rows(schemas.REQUESTS, results / first / "latency" / "requests.parquet", rows)
        load_database(config, results, tmp_path / "d.duckdb")
        return duckdb.connect(str(tmp_path / "d.duckdb"), read_only=True)

    return make


def figures(connection: duckdb.DuckDBPyConnection, candidate: str) -> dict[str, Any]:
    found = connection.execute(
        "SELECT metric, value, note, n FROM metrics WHERE candidate = ?", [candidate]
    ).fetchall()
    return {row[0]: row[1:] for row in found}


def test_a_failed_audit_keeps_out_what_it_matters_to(load: Any, synthetic: ModuleType) -> None:
    one, other = synthetic.PAIR
    rows = synthetic.request_rows(one)
    for row in rows[-10:]:
        row["completion_tokens"] = row["completion_tokens"] - 1
    with load(rows) as connection:
        own, others = figures(connection, one.id), figures(connection, other.id)
    note = "excluded: failed audit Answer length: 10\u00a0% against 1\u00a0%"
    assert own["e2e_mean_ms"] == own["e2e_p95_ms"] == (None, note, 0)
    for metric in ("ttft_p50_ms", "ttft_p95_ms", "startup_ready_s", "memory_steady_bytes"):
        assert own[metric][0] is not None, metric
    assert not any("excluded" in (why or "") for _, why, _ in others.values())


def test_a_warning_keeps_nothing_out(load: Any, synthetic: ModuleType) -> None:
    one = synthetic.PAIR[0]
    rows = synthetic.request_rows(one)
    for row in rows:
        row["scheduled_ns"] -= 50_000_000
    with load(rows) as connection:
        warned = connection.execute(
            "SELECT passed, severity FROM audits WHERE candidate = ? AND audit = 'schedule_lag'",
            [one.id],
        ).fetchall()
        own = figures(connection, one.id)
    assert warned == [(False, "warns")]
    assert not any("excluded" in (why or "") for _, why, _ in own.values())


def test_two_reasons_are_both_told(load: Any, synthetic: ModuleType) -> None:
    one = synthetic.PAIR[0]
    rows = synthetic.request_rows(one)
    for row in rows:
        row["completion_tokens"] = 31
        row["prompt_tokens"] = 80
    with load(rows) as connection:
        note = figures(connection, one.id)["e2e_mean_ms"][1]
    assert note == (
        "excluded: failed audit Answer length: 100\u00a0% against 1\u00a0%; "
        "failed audit Prompt length: 100\u00a0% against 1\u00a0%"
    )


def test_a_figure_of_one_level_is_kept_out_by_that_level_alone(
    load: Any, synthetic: ModuleType
) -> None:
    one = synthetic.PAIR[0]
    rows = synthetic.request_rows(one)
    for row in rows[60:]:
        row |= {"level": 8.0, "prompt_tokens": 80}
    with load(rows) as connection:
        failed = exclusions.failures(connection, one.id)

    def why(stage: str, metric: str, at: tuple[str, float] | None) -> tuple[str, ...]:
        return exclusions.reasons(failed, stage=stage, metric=metric, at=at)

    note = "excluded: failed audit Prompt length: 100\u00a0% against 1\u00a0%"
    assert why("latency", "e2e_mean_ms", ("closed", 8.0)) == (note,)
    assert why("latency", "e2e_mean_ms", None) == (note,)
    assert why("latency", "e2e_mean_ms", ("closed", 1.0)) == ()
    assert why("latency", "e2e_mean_ms", ("open", 8.0)) == ()
    assert why("latency", "startup_ready_s", None) == ()
    assert why("throughput", "e2e_mean_ms", None) == ()


def test_a_stage_without_requests_has_no_audits(load: Any) -> None:
    with load([]) as connection:
        rows = connection.execute("SELECT DISTINCT candidate, stage FROM audits").fetchall()
    assert rows == [("demo-gpt-oss", "latency")]


@pytest.mark.parametrize("audit", AUDITS, ids=lambda audit: audit.id)
def test_an_audit_matters_to_metrics_of_the_contract(audit: Any) -> None:
    assert set(audit.metrics) <= CONTRACT
    assert len(set(audit.metrics)) == len(audit.metrics)


def test_ids_are_unique_and_an_unknown_one_is_a_key_error() -> None:
    assert len({audit.id for audit in AUDITS}) == len(AUDITS)
    with pytest.raises(KeyError, match="astrology"):
        registry.get("astrology")


def test_amounts_by_hand() -> None:
    assert amount(0.0512, "share") == "5.12\u00a0%"
    assert amount(12.34, "ms") == "12.3\u00a0ms"
    assert amount(3, "1") == "3"


def test_the_data_dictionary_lists_every_audit() -> None:
    text = dictionary_text()
    for audit in AUDITS:
        assert f"| `{audit.id}` | {audit.label} | {audit.unit} | {audit.checks} |" in text
