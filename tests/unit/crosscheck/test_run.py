"""The rule's parts on candidates that fail, and what of the configuration they depend on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bakeoff.config import load_config
from bakeoff.config.models import Candidate
from bakeoff.crosscheck.run import run_crosscheck, waited
from bakeoff.crosscheck.settings import crosscheck_slice, crosschecked
from bakeoff.load.cpu import Usage

DEMO = {"source": "demo", "family": "llama"}
CONFIG: dict[str, Any] = {
    "title": "x",
    "candidates": [
        {"id": "a", "engine": "vllm", "model": DEMO},
        {"id": "b", "engine": "external", "url": "http://127.0.0.1:1/v1", "served_model": "b"},
    ],
    "workload": {"input_tokens": 64, "output_tokens": 16},
    "stages": {"latency": {"requests": 80}},
}


def test_only_candidates_with_vllm_s_environment_are_crosschecked() -> None:
    assert crosschecked(load_config(CONFIG)) == ["a"]


def test_the_slice_leaves_the_other_candidates_and_the_stages_out() -> None:
    before = crosscheck_slice(load_config(CONFIG), "a")
    other = CONFIG | {"stages": {"startup": {}}, "candidates": CONFIG["candidates"][:1]}
    assert crosscheck_slice(load_config(other), "a") == before
    longer = CONFIG | {"workload": {"input_tokens": 65, "output_tokens": 16}}
    assert crosscheck_slice(load_config(longer), "a") != before
    json.dumps(before)


@pytest.mark.parametrize(
    ("behaviour", "status", "error"),
    [("exits", "ok", "before it was ready"), ("", "failed", "the model is not there: no space")],
)
def test_a_candidate_that_fails_is_a_result(
    tmp_path: Path,
    candidate: Callable[..., Candidate],
    behaviour: str,
    status: str,
    error: str,
) -> None:
    manifest = tmp_path / "manifest.json"
    fields = {
        "source": DEMO,
        "key": "tiny",
        "title": "tiny",
        "directory": str(tmp_path),
        "status": status,
        "error": "no space" if status == "failed" else None,
    }
    manifest.write_text(json.dumps(fields), encoding="utf-8")
    run_crosscheck(
        parts={
            "candidate": candidate(behaviour).model_dump(mode="json"),
            "workload": {"input_tokens": 64, "output_tokens": 16},
            "settings": {"rounds": 2, "requests": 2, "warmup": 0, "streams": 1},
            "method_version": 1,
        },
        manifest=manifest,
        timeout_s=20.0,
        result=tmp_path / "results" / "fake.json",
        log=tmp_path / "log",
    )
    found = json.loads((tmp_path / "results" / "fake.json").read_text("utf-8"))
    assert found["status"] == "failed"
    assert error in found["error"]
    assert found["turns"] == []
    assert {row["verdict"] for row in found["agreement"]} == {"undecided"}


def test_waiting_is_a_share_of_the_time_in_which_the_server_could_run() -> None:
    # It ran for 30 and waited for 10 of 100 ns; what it slept is no part of it.
    assert waited(Usage(0, 5, 2), Usage(100, 35, 12)) == 0.25
    assert waited(Usage(0, 0, 0), Usage(100, 0, 0)) is None
