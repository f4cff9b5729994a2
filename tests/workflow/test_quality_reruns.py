"""The quality rules on the real DAG: what changes asks anew, and what a killed job has stays.

One candidate that runs already, a server whose answers are known: no engine is needed.
"""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from bakeoff.measure.resume import SPOOL
from bakeoff.reference import KnownAnswer, ReferenceServer, Schedule, reference_server
from bakeoff.store.files import read_table
from bakeoff.store.schemas import ANSWERS
from tests.processes import below
from tests.workflow.study import (
    NOT_THE_DEMOS,
    Workflow,
    copy_sources,
    environment,
    planned_jobs,
)

pytestmark = [pytest.mark.workflow, pytest.mark.timeout(900)]

GRADES = "results/running/grading/grades.parquet"
JUDGEMENTS = "results/running/judging/judgements.parquet"
RATINGS = "results/quality/ratings.parquet"
JUDGE = {"url": "http://127.0.0.1:1/v1", "model": "judge", "family": "other"}


@pytest.fixture(scope="module")
def server() -> Iterator[ReferenceServer]:
    answer = KnownAnswer(prompt="", text="I am not sure, but the answer may be 42.")
    with reference_server(Schedule(ttft_ms=200.0, itl_ms=5.0), answers=[answer]) as running:
        yield running


@pytest.fixture(scope="module")
def study(server: ReferenceServer, tmp_path_factory: pytest.TempPathFactory) -> Workflow:
    """Return a study of which the job that asks was killed once, and run again."""
    root = tmp_path_factory.mktemp("quality") / "clone"
    copy_sources(root)
    settings = {
        "title": "Quality alone",
        "candidates": [
            {
                "id": "running",
                "engine": "external",
                "url": f"http://127.0.0.1:{server.port}/v1",
                "served_model": "reference",
            }
        ],
        "stages": {
            "startup": None,
            "latency": None,
            "throughput": None,
            "quality": {
                "suites": NOT_THE_DEMOS | {"math": 20, "creative": 4},
                "concurrency": 1,
                "max_tokens": 64,
            },
        },
    }
    config = root / "quality.yaml"
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return Workflow(root, config)


@pytest.fixture(scope="module")
def answered(study: Workflow) -> Workflow:
    """Kill the job that asks once it has some answers, then let the study run to its end."""
    run = subprocess.Popen(
        study.command("--", GRADES),
        cwd=study.root,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    spool = study.root / "results" / "running" / "quality" / SPOOL
    deadline = time.monotonic() + 120
    while not spool.exists() or spool.read_bytes().count(b'"answer":{') < 4:
        assert time.monotonic() < deadline, "it never came so far"
        assert run.poll() is None, "it ended before it was killed"
        time.sleep(0.05)
    for process in below("generate_answers", run.pid):
        process.kill()
    assert run.wait(60) == 1
    assert spool.exists(), "Snakemake leaves it where it is"
    code, text = study.snakemake("--", GRADES, RATINGS)
    assert code == 0, text[-5000:]
    return study


@pytest.fixture
def planned(answered: Workflow) -> Callable[..., set[str]]:
    """Returns what a run towards the grades, or something else, would do."""

    def plan(quality: dict[str, Any] | None = None, *targets: str) -> set[str]:
        settings = answered.settings()
        settings["stages"]["quality"] |= quality or {}
        wanted = targets or (GRADES, RATINGS)
        dry = ("--dry-run", "--quiet", "host", "--")
        code, text = answered.snakemake(*dry, *wanted, config=settings)
        assert code == 0, text
        return planned_jobs(text)

    return plan


ANEW = {"generate_answers running", "grade_answers running", "collect_ratings"}


def test_a_killed_job_goes_on_where_it_ended(answered: Workflow) -> None:
    folder = answered.root / "results" / "running" / "quality"
    rows = read_table(ANSWERS, folder / "answers.parquet").to_pylist()
    assert len({(row["suite"], row["item_id"]) for row in rows}) == len(rows) == 24
    starts = [row["start_no"] for row in rows]
    assert starts.count(0) >= 4
    assert starts.count(1) >= 1
    record = json.loads((folder / "stage.json").read_text("utf-8"))
    assert any("taken over" in note for note in record["notes"])
    assert not (folder / SPOOL).exists()


def test_no_change_is_nothing_to_do(planned: Callable[..., set[str]]) -> None:
    assert planned() == set()


@pytest.mark.parametrize("changed", [{"raters": 7}, {"timeout_s": 17.0}])
def test_who_rates_and_how_long_is_waited_is_nothing_to_do(
    planned: Callable[..., set[str]], changed: dict[str, Any]
) -> None:
    assert planned(changed) == set()


def test_a_judge_is_asked_and_nobody_else(planned: Callable[..., set[str]]) -> None:
    assert planned({"judge": JUDGE}) == set()
    assert planned({"judge": JUDGE}, JUDGEMENTS) == {"judge_answers running"}


def test_a_better_grader_grades_alone(planned: Callable[..., set[str]], answered: Workflow) -> None:
    methods = answered.root / "scripts" / "bakeoff" / "methods.py"
    text = methods.read_text("utf-8")
    assert '"grade_answers": 1' in text
    methods.write_text(text.replace('"grade_answers": 1', '"grade_answers": 2'), encoding="utf-8")
    try:
        assert planned() == {"grade_answers running"}
    finally:
        methods.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("changed", [{"suites": NOT_THE_DEMOS | {"math": 21}}, {"seed": 7}])
def test_other_items_are_drawn_and_asked(
    planned: Callable[..., set[str]], changed: dict[str, Any]
) -> None:
    assert planned(changed) == ANEW | {"draw_items"}


@pytest.mark.parametrize(
    "changed",
    [
        {"max_tokens": 65},
        {"temperature": 0.5},
        {"temperature": 0.5, "samples": 2},
        {"concurrency": 2},
        {"reasoning_effort": "low"},
    ],
)
def test_other_sampling_asks_anew_and_draws_nothing(
    planned: Callable[..., set[str]], changed: dict[str, Any]
) -> None:
    assert planned(changed) == ANEW
