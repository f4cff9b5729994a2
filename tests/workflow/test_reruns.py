"""Only what changed is measured again, shown on the real DAG after a real run."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.workflow.study import Workflow

pytestmark = [pytest.mark.workflow, pytest.mark.vllm, pytest.mark.timeout(1800)]

CANDIDATES = ("demo-llama", "demo-gpt-oss", "broken", "running")
DECIDED = {"recommend", "render_report"}
AFTER = {"load_database"} | DECIDED

Edit = Callable[[Path, str, str], None]
FirstRun = tuple[Workflow, int, str]


@pytest.fixture
def measured(first_run: FirstRun) -> Workflow:
    workflow, code, output = first_run
    assert code == 0, output[-5000:]
    return workflow


@pytest.fixture
def edit() -> Iterator[Edit]:
    """Return a function that replaces text in a file; all is put back, time stamps included."""
    before: dict[Path, tuple[str, os.stat_result]] = {}

    def replace(path: Path, old: str, new: str) -> None:
        text = path.read_text("utf-8")
        assert old in text, f"{path} holds no {old!r}"
        before.setdefault(path, (text, path.stat()))
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    yield replace
    for path, (text, stat) in before.items():
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_no_change_is_nothing_to_do(measured: Workflow) -> None:
    assert measured.planned() == set()


def test_latency_settings_rerun_latency_and_what_follows(measured: Workflow) -> None:
    config = measured.settings()
    config["stages"]["latency"]["requests"] = 13
    assert measured.planned(config) == {f"measure_latency {c}" for c in CANDIDATES} | AFTER


def test_a_candidate_added_runs_only_its_jobs(measured: Workflow) -> None:
    config = measured.settings()
    config["candidates"].append(config["candidates"][0] | {"id": "another"})
    assert (
        measured.planned(config)
        == {
            "measure_startup another",
            "measure_latency another",
            "measure_throughput another",
            "probe_api another",
            "generate_answers another",
            "grade_answers another",
            "collect_ratings",
        }
        | AFTER
    )


def test_args_rerun_the_stages_and_not_the_download(measured: Workflow) -> None:
    config = measured.settings()
    config["candidates"][1]["args"]["max-num-seqs"] = 32
    assert (
        measured.planned(config)
        == {
            "measure_startup demo-gpt-oss",
            "measure_latency demo-gpt-oss",
            "measure_throughput demo-gpt-oss",
            "probe_api demo-gpt-oss",
            "generate_answers demo-gpt-oss",
            "grade_answers demo-gpt-oss",
            "collect_ratings",
        }
        | AFTER
    )


def test_another_seed_is_another_model(measured: Workflow) -> None:
    config = measured.settings()
    config["candidates"][1]["model"]["seed"] = 2
    assert {job.split()[0] for job in measured.planned(config) if "llama" not in job} == {
        "fetch_model",
        "describe_host",
        "measure_startup",
        "measure_latency",
        "measure_throughput",
        "probe_api",
        "generate_answers",
        "grade_answers",
        "collect_ratings",
    } | AFTER


def test_waiting_longer_is_nothing_to_do(measured: Workflow) -> None:
    config = measured.settings()
    config["stages"]["startup"]["timeout_s"] = 301
    assert measured.planned(config) == set()


def test_other_scenarios_measure_nothing_again(measured: Workflow) -> None:
    config = measured.settings()
    config["scenarios"] = ["research"]
    assert measured.planned(config) == DECIDED
    assert measured.planned(measured.settings() | {"threshold": 0.9}) == DECIDED


def test_the_report_source_reruns_the_render(measured: Workflow, edit: Edit) -> None:
    edit(measured.root / "reports" / "report.qmd", "---\n", "---\n# edited\n")
    assert measured.planned() == {"render_report"}


def test_a_refactored_module_is_nothing_to_do(measured: Workflow, edit: Edit) -> None:
    module = measured.root / "scripts" / "bakeoff" / "measure" / "latency.py"
    edit(module, '"""', '"""Refactored. ')
    assert measured.planned() == set()


def test_a_raised_method_version_reruns_its_stage(measured: Workflow, edit: Edit) -> None:
    module = measured.root / "scripts" / "bakeoff" / "methods.py"
    edit(module, '"startup": 1', '"startup": 2')
    assert measured.planned() == {f"measure_startup {c}" for c in CANDIDATES} | AFTER
