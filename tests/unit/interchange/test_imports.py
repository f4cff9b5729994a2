"""Results of others: rows apart from ours, and figures with intervals that n allows."""

import json
import statistics
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bakeoff.interchange.bench_file import to_json
from bakeoff.interchange.figures import NOTE
from bakeoff.interchange.imports import imported
from bakeoff.interchange.result import Result
from bakeoff.store.files import read_table, write_rows
from bakeoff.store.schemas import IMPORTED_TABLES, TABLES
from tests.unit.interchange.conftest import small


@pytest.fixture
def tables(tmp_path: Path) -> dict[str, list[dict[str, Any]]]:
    return read(tmp_path, many(100))


def read(folder: Path, result: Result) -> dict[str, list[dict[str, Any]]]:
    path = folder / "theirs.json"
    path.write_text(json.dumps(to_json(result)), encoding="utf-8")
    return imported([{"id": "theirs", "path": str(path), "label": "their run"}])


def many(n: int) -> Result:
    """Return n answers whose TTFTs are 1, 2, ... n hundredths of a second, 0.25 s a token."""
    one = small().requests[0]
    requests = tuple(
        replace(one, ttft_s=(k + 1) / 100, latency_s=(k + 1) / 100 + 0.5) for k in range(n)
    )
    return small(requests=requests, duration_s=50.0)


def figure(tables: dict[str, list[dict[str, Any]]], metric: str) -> dict[str, Any]:
    (found,) = [row for row in tables["imported_metrics"] if row["metric"] == metric]
    return found


def test_figures_are_those_of_the_requests(tables: dict[str, list[dict[str, Any]]]) -> None:
    assert figure(tables, "ttft_p50_ms")["value"] == pytest.approx(505.0)  # of 10, 20 ... 1000
    assert figure(tables, "ttft_p95_ms")["value"] == pytest.approx(950.5)
    assert figure(tables, "decode_tokens_per_s")["value"] == pytest.approx(4.0)
    assert figure(tables, "itl_p95_ms")["value"] == pytest.approx(250.0)
    assert figure(tables, "e2e_mean_ms")["value"] == pytest.approx(
        statistics.mean(range(10, 1010, 10)) + 500
    )
    assert figure(tables, "throughput_tokens_per_s")["value"] == pytest.approx(6.0)  # 300 in 50 s
    assert figure(tables, "throughput_requests_per_s")["value"] == pytest.approx(2.0)


def test_each_figure_says_who_measured_it(tables: dict[str, list[dict[str, Any]]]) -> None:
    assert NOTE == "measured by vllm bench serve; not audited"
    assert all(row["note"].startswith(NOTE) for row in tables["imported_metrics"])


def test_intervals_are_given_where_n_allows(tmp_path: Path) -> None:
    enough, few = read(tmp_path, many(100)), read(tmp_path, many(20))
    p95 = figure(enough, "ttft_p95_ms")
    # The binomial 0.025 and 0.975 points of 100 draws at 0.95 are 90 and 99: the 90th and 100th.
    assert (p95["lo"], p95["hi"], p95["n"]) == (pytest.approx(900), pytest.approx(1000), 100)
    assert figure(few, "ttft_p95_ms")["hi"] is None
    assert "n = 20 cannot bound a P95; 72 requests can" in figure(few, "ttft_p95_ms")["note"]


def test_failed_requests_are_told_and_not_in_it(tmp_path: Path) -> None:
    tables = read(tmp_path, small())
    (result,) = tables["imported_results"]
    assert (result["requests"], result["failed"], result["label"]) == (3, 1, "their run")
    assert "1 of 3 requests failed and are not in it" in figure(tables, "ttft_p50_ms")["note"]
    assert figure(tables, "ttft_p50_ms")["n"] == 2
    lost = tables["imported_requests"][2]
    assert (lost["status"], lost["ttft_ns"], lost["completion_tokens"]) == ("failed", None, None)


def test_gaps_of_events_with_several_tokens_are_no_itl(tmp_path: Path) -> None:
    one = replace(small().requests[0], output_tokens=6)
    tables = read(tmp_path, small(requests=(one,)))
    assert figure(tables, "itl_p95_ms")["value"] is None
    assert "its events carried several tokens each" in figure(tables, "itl_p95_ms")["note"]
    assert figure(tables, "decode_tokens_per_s")["value"] == pytest.approx(10.0)  # 5 in 0.5 s


def test_rows_fit_their_tables(tmp_path: Path, tables: dict[str, list[dict[str, Any]]]) -> None:
    assert tuple(tables) == IMPORTED_TABLES
    for name, rows in tables.items():
        path = tmp_path / f"{name}.parquet"
        write_rows(TABLES[name], path, rows)
        assert len(read_table(TABLES[name], path)) == len(rows)
