"""The section on the audits: its finding, what did not pass first, and the matrix."""

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from bakeoff.config import load_config
from bakeoff.report.behind import behind
from bakeoff.report.data import Report
from bakeoff.report.findings import Words, finding
from bakeoff.report.headline import headlines
from bakeoff.report.sections import audits, figures, summary, tiles
from bakeoff.store import schemas
from bakeoff.store.database import load_database
from bakeoff.store.files import write_rows


@pytest.fixture
def report(tmp_path: Path, synthetic: ModuleType) -> Callable[..., Report]:
    """Return a report of one candidate whose requests were changed first."""

    def make(
        change: Callable[[list[dict[str, Any]]], object] = len, *, others: Any = (), **truth: Any
    ) -> Report:
        results = tmp_path / "results"
        one = synthetic.Truth(requests=100, spread=0.1, **truth)
        config = load_config(synthetic.write_results(results, [one, *others]))
        rows = synthetic.request_rows(one)
        change(rows)
        write_rows(schemas.REQUESTS, results / one.id / "latency" / "requests.parquet", rows)
        load_database(config, results, tmp_path / "d.duckdb")
        return Report(duckdb.connect(str(tmp_path / "d.duckdb"), read_only=True))

    return make


def short_answers(rows: list[dict[str, Any]]) -> None:
    for row in rows[-10:]:
        row["completion_tokens"] = 31


def late(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        row["scheduled_ns"] -= 50_000_000


def test_all_passed(report: Any) -> None:
    made = report()
    told = audits.finding(made).text
    checked = made.rows("SELECT count(passed) AS n FROM audits")[0]["n"]
    assert told == f'<p class="finding">All {checked} checks passed.</p>'
    html = audits.tables(made).text
    assert "✗" not in html
    assert html.index("checks passed") < html.index("<details>") < html.index("✓ passed")


def test_a_failure_is_named_and_comes_first(report: Any) -> None:
    made = report(short_answers)
    told = audits.finding(made).text
    assert "checks failed: Answer length (demo-llama, latency)." in told
    html = audits.tables(made).text
    failed = html.index("✗ failed, figures excluded")
    assert failed < html.index("<details>") < html.index("✓ passed")
    assert 'data-row="demo-llama/latency/output_length"' in html
    assert " · latency: 12 of 13 checks passed" in html
    assert "10 of 100 answers; 31.9 tokens on average, 32 asked" in html
    assert "Answers are as long as asked" in html[: html.index("<details>")]


def test_a_warning_says_that_nothing_is_kept_out(report: Any) -> None:
    made = report(late)
    told = audits.finding(made).text
    assert "gave a warning: Punctual sending (demo-llama, latency)." in told
    assert told.endswith("None keeps a figure out of this report.</p>")
    assert "! warning" in audits.tables(made).text


def test_the_matrix_says_excluded_and_why(report: Any, synthetic: ModuleType) -> None:
    html = figures.matrix(report(short_answers, others=[synthetic.PAIR[1]])).text
    assert html.count("excluded<small>") == 2, "mean and P95 of the response time"
    assert "failed audit Answer length: 10\u00a0% against 1\u00a0%" in html
    assert "not measured" not in html


def test_what_was_not_checked_is_told_with_its_reason(report: Any) -> None:
    html = audits.tables(report(counters=False)).text
    assert "Token conservation: the server’s own counters" not in html
    assert "Token conservation: the server&#x27;s own counters were not sampled." in html


def test_nothing_sent_is_nothing_checked(report: Any) -> None:
    made = report(lambda rows: rows.clear())
    assert "nothing to check" in audits.finding(made).text
    assert audits.tables(made).text == ""


def test_the_worst_of_several_loads_stands_for_them(report: Any) -> None:
    def change(rows: list[dict[str, Any]]) -> None:
        for row in rows[60:]:
            row["start_no"] = 1
        for row in rows[-5:]:
            row["completion_tokens"] = 30

    html = audits.tables(report(change)).text
    assert "in 1 of 2 loads, here 1 stream of start 1: 5 of 42 answers" in html
    assert "in 2 of 2 loads" in html


def no_prompt_is_its_own(rows: list[dict[str, Any]]) -> None:
    """Every prompt is half as long as asked: what rests on it is no figure of this workload."""
    for row in rows:
        row["prompt_tokens"] //= 2


def test_the_first_screen_says_what_an_audit_keeps_out(report: Any) -> None:
    made = report(no_prompt_is_its_own)
    candidate = made.candidates[0]
    assert made.figure(candidate, "ttft_p50_ms").excluded
    opening = summary.answer(made).text
    assert f"<strong>{candidate}</strong>: time to first token" in opening
    assert "excluded, an audit failed" in opening
    assert "#sec-audits" in opening
    checked = made.rows("SELECT count(passed) AS n FROM audits")[0]["n"]
    assert re.search(rf"Of {checked} audits, \d+ failed", behind(made))
    shown = tiles.tiles(made).text
    assert f"excluded: {candidate}" in shown
    assert "not measured" not in shown
    words = Words("time to first token", "{best} is sooner than {other}", "{best} is soonest")
    found = finding(made, "ttft_p50_ms", words)
    assert found == "Time to first token is excluded, an audit failed"


def test_the_first_screen_says_that_all_passed(report: Any) -> None:
    made = report()
    checked = made.rows("SELECT count(passed) AS n FROM audits")[0]["n"]
    opening = summary.answer(made).text
    assert f"All {checked} audits passed." in behind(made)
    assert "excluded" not in opening


def test_the_last_lines_of_a_run_name_what_is_excluded(report: Any, tmp_path: Path) -> None:
    made = report(no_prompt_is_its_own)
    made.connection.close()
    lines = headlines(tmp_path / "d.duckdb")
    assert any("ttft_p50_ms excluded: failed audit" in line for line in lines)
