"""Chat with real vLLM: both demo models answer a handful of questions, every token counted."""

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bakeoff.config.models import DemoModel
from bakeoff.models.fetch import fetch
from bakeoff.models.manifest import write_manifest
from bakeoff.paths import ROOT
from bakeoff.store.files import read_table
from bakeoff.store.schemas import ANSWERS, REQUESTS, WINDOWS

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(600)]

ENVIRONMENT = {
    "OMP_NUM_THREADS": 1,
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_CPU_KVCACHE_SPACE": 1,
}


@pytest.mark.parametrize("family", ["llama", "gpt-oss"])
def test_a_demo_model_answers_through_chat(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make_items: Callable[..., Path],
    generate_answers: ModuleType,
    family: Any,
) -> None:
    if not (ROOT / ".venv-vllm" / "bin" / "python").exists():
        pytest.skip("needs the engine's environment, .venv-vllm (`make test` sets it up)")
    monkeypatch.chdir(tmp_path)
    write_manifest(fetch(DemoModel(source="demo", family=family)), tmp_path / "manifest.json")
    candidate = {
        "id": "chat",
        "engine": "vllm",
        "model": {"source": "demo", "family": family},
        "args": {"dtype": "float32", "max-model-len": 1024, "enforce-eager": True},
        "env": ENVIRONMENT,
    }
    stage = {
        "samples": 2,
        "temperature": 0.8,
        "concurrency": 3,
        "max_tokens": 48,
        "reasoning_effort": "low",
    }
    generate_answers.main(
        parts={"candidate": candidate, "stage": stage, "method_version": 1},
        items=make_items("What is 2 + 2?", "What is 3 * 4?", "Name a prime.", "Count to ten."),
        answer_timeout_s=60.0,
        manifest=tmp_path / "manifest.json",
        timeout_s=400.0,
        directory=tmp_path / "quality",
        log=tmp_path / "quality.log",
    )
    record = json.loads((tmp_path / "quality" / "stage.json").read_text("utf-8"))
    assert record["status"] == "ok", record["error"]
    answers, requests, windows = (
        read_table(table, tmp_path / "quality" / f"{table.name}.parquet").to_pylist()
        for table in (ANSWERS, REQUESTS, WINDOWS)
    )
    assert len(answers) == 8
    assert len(windows) == 1
    measured = [row for row in requests if row["phase"] == "measure"]
    assert {row["status"] for row in measured} <= {"ok", "empty"}
    assert all(sum(row["chunk_tokens"]) == row["completion_tokens"] for row in measured)
    assert all(row["completion_tokens"] <= 48 for row in measured)
    by_number = {row["request_no"]: row for row in measured}
    for answer in answers:
        request = by_number[answer["request_no"]]
        cut = request["finish_reason"] == "length"
        assert (answer["status"] == "truncated") == cut
        assert bool(answer["text"]) == (request["first_answer_ns"] is not None)
        assert answer["status"] != "error", answer
    assert len({row["text"] + str(row["reasoning"]) for row in answers}) > 1
    if family == "gpt-oss":
        assert any(row["reasoning"] for row in answers), "the demo gpt-oss thinks first"
        assert any(row["reasoning_tokens"] for row in measured)
    else:
        assert not any(row["reasoning"] for row in answers)
