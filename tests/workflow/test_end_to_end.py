"""From the source tree to the report, with real vLLM: what a first run leaves behind."""

import itertools
import json
import re

import duckdb
import pytest

from tests.workflow.study import Workflow

pytestmark = [pytest.mark.workflow, pytest.mark.vllm, pytest.mark.timeout(1800)]

FirstRun = tuple[Workflow, int, str]


def query(workflow: Workflow, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(workflow.root / "results" / "bakeoff.duckdb"), read_only=True) as db:
        return db.execute(sql).fetchall()


def test_the_run_succeeds_although_a_candidate_fails(first_run: FirstRun) -> None:
    _, code, output = first_run
    assert code == 0, output[-5000:]


def test_every_stage_has_its_row(first_run: FirstRun) -> None:
    workflow, _, _ = first_run
    rows = query(workflow, "SELECT candidate, stage, status FROM stages ORDER BY ALL")
    ended = {"broken": "failed", "demo-gpt-oss": "ok", "demo-llama": "ok", "running": "ok"}
    assert rows == [
        (who, stage, "skipped" if (who, stage) == ("running", "startup") else status)
        for who, status in ended.items()
        for stage in ("api", "latency", "quality", "startup", "throughput")
    ]


def test_the_failure_is_explained(first_run: FirstRun) -> None:
    workflow, _, output = first_run
    rows = query(workflow, "SELECT error, log_tail FROM stages WHERE candidate = 'broken'")
    for error, log_tail in rows:
        assert "no-such-flag" in f"{error}{log_tail}"
    report = (workflow.root / "results" / "report" / "report.html").read_text("utf-8")
    assert "no-such-flag" in report
    assert re.search(r"broken: \w+ failed", output)


def test_requests_are_exact(first_run: FirstRun) -> None:
    workflow, _, _ = first_run
    rows = query(
        workflow,
        "SELECT candidate, count(*), min(prompt_tokens), max(prompt_tokens),"
        " min(completion_tokens), max(completion_tokens), count(DISTINCT status)"
        " FROM requests WHERE phase = 'measure' AND stage = 'latency'"
        " GROUP BY candidate ORDER BY candidate",
    )
    assert rows == [
        (candidate, 12, 64, 64, 16, 16, 1)
        for candidate in ("demo-gpt-oss", "demo-llama", "running")
    ]


def test_the_known_server_is_measured_as_it_is(first_run: FirstRun) -> None:
    """TTFT 60 ms and 10 ms a token are the reference server's schedule."""
    workflow, _, _ = first_run
    figures = dict(
        query(
            workflow,
            "SELECT metric, value FROM metrics WHERE candidate = 'running' AND value IS NOT NULL",
        )
    )
    assert figures["ttft_p50_ms"] == pytest.approx(60.0, rel=0.15)
    assert figures["decode_tokens_per_s"] == pytest.approx(100.0, rel=0.15)


def test_every_start_is_recorded(first_run: FirstRun) -> None:
    workflow, _, _ = first_run
    rows = query(
        workflow,
        "SELECT candidate, stage, page_cache FROM startups"
        " WHERE phase = 'total' AND status = 'ok' ORDER BY ALL",
    )
    assert rows == [
        (who, stage, "warm" if stage == "startup" else "cold")
        for who in ("demo-gpt-oss", "demo-llama")
        for stage in ("api", "latency", "quality", "startup", "throughput")
    ]


def test_phases_fill_the_start_without_gap_or_overlap(first_run: FirstRun) -> None:
    workflow, _, _ = first_run
    phases = query(
        workflow,
        "SELECT candidate, stage, phase, begin_ns, end_ns FROM startups"
        " WHERE status = 'ok' ORDER BY candidate, stage, begin_ns, end_ns",
    )
    totals = {row[:2]: row[3:] for row in phases if row[2] == "total"}
    for start, (begin, end) in totals.items():
        parts = [row[3:] for row in phases if row[:2] == start and row[2] != "total"]
        assert parts[0][0] == begin
        assert parts[-1][1] == end
        assert all(left[1] == right[0] for left, right in itertools.pairwise(parts))


def test_memory_was_sampled(first_run: FirstRun) -> None:
    workflow, _, _ = first_run
    rows = query(
        workflow,
        "SELECT candidate, value FROM metrics WHERE metric = 'memory_steady_bytes'"
        " AND value IS NOT NULL ORDER BY candidate",
    )
    assert [row[0] for row in rows] == ["demo-gpt-oss", "demo-llama"]
    assert all(value > 5e8 for _, value in rows)


def test_the_run_tells_how_far_it_is_and_ends_with_the_figures(first_run: FirstRun) -> None:
    workflow, _, output = first_run
    log = (workflow.root / "logs" / "run.log").read_text("utf-8")
    assert re.search(r"job \d+ of \d+ · measure_latency · demo-llama · about .* left in all", log)
    assert re.search(r"demo-llama · latency.* of \d+ requests", log)
    last = log.strip().splitlines()
    assert last[-1].endswith("results/report/report.html")
    assert any(re.search(r"demo-llama: ready after .* tokens/s", line) for line in last[-16:])
    for line in last[-3:]:
        assert line in output


def test_the_stages_record_how_they_were_measured(first_run: FirstRun) -> None:
    workflow, _, _ = first_run
    path = workflow.root / "results" / "demo-llama" / "latency" / "stage.json"
    record = json.loads(path.read_text("utf-8"))
    assert record["engine_version"]
    assert record["model_revision"]
    assert len(record["config_hash"]) == 16
    assert "--enforce-eager" in record["command"]


def test_every_answer_is_graded(first_run: FirstRun) -> None:
    """40 questions of mathematics, 3 of code and 2 of creative writing to each that can serve."""
    workflow, _, _ = first_run
    rows = query(
        workflow,
        "SELECT candidate, suite, count(*), count(correct) FROM grades JOIN answers"
        " USING (candidate, suite, item_id, sample_no) WHERE answers.status <> 'error'"
        " GROUP BY ALL ORDER BY ALL",
    )
    assert rows == [
        (candidate, suite, n, graded)
        for candidate in ("demo-gpt-oss", "demo-llama", "running")
        for suite, n, graded in (("code", 3, 3), ("creative", 2, 0), ("math", 40, 40))
    ]


def test_the_planted_difference_is_found(first_run: FirstRun) -> None:
    """Each demo model learnt one of the two kinds of question, and no more of the other."""
    workflow, _, _ = first_run
    right = {
        row[:2]: row[2]
        for row in query(
            workflow,
            "SELECT candidate, template, avg(correct::INT) FROM grades JOIN items"
            " USING (suite, item_id) WHERE suite = 'math' GROUP BY ALL",
        )
    }
    assert right["demo-llama", "days_in_weeks"] >= 0.9
    assert right["demo-llama", "minutes_in_hours"] <= 0.3
    assert right["demo-gpt-oss", "minutes_in_hours"] >= 0.9
    assert right["demo-gpt-oss", "days_in_weeks"] <= 0.3


def test_what_a_right_answer_costs(first_run: FirstRun) -> None:
    """Seconds for each right answer are all seconds of graded answers by the right ones."""
    workflow, _, _ = first_run
    spent = query(
        workflow,
        "SELECT candidate, sum((last_token_ns - sent_ns) / 1e9) / count(*) FILTER (correct)"
        " FROM answers JOIN grades USING (candidate, suite, item_id, sample_no)"
        " JOIN requests USING (candidate, stage, start_no, request_no)"
        " WHERE candidate LIKE 'demo-%' AND suite IN ('math', 'code')"
        " AND requests.phase = 'measure' AND correct IS NOT NULL GROUP BY ALL",
    )
    figures = query(
        workflow,
        "SELECT candidate, value FROM metrics WHERE metric = 'seconds_per_correct'"
        " AND candidate LIKE 'demo-%'",
    )
    by_hand = {str(candidate): float(str(seconds)) for candidate, seconds in spent}
    assert len(by_hand) == 2
    assert dict(figures) == pytest.approx(by_hand, rel=0.01)
