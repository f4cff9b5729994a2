"""Chat with real vLLM: harmony's reasoning, and prompts as exact as completions have them."""

import importlib.util
import json
from pathlib import Path

import pytest

from bakeoff.config.models import DemoModel
from bakeoff.models.fetch import fetch
from bakeoff.models.manifest import write_manifest
from bakeoff.paths import ROOT
from bakeoff.store.files import read_table
from bakeoff.store.schemas import TABLES

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(600)]

ENVIRONMENT = {
    "OMP_NUM_THREADS": 1,
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_CPU_KVCACHE_SPACE": 1,
}


def test_gpt_oss_reasons_and_every_token_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (ROOT / ".venv-vllm" / "bin" / "python").exists():
        pytest.skip("needs the engine's environment, .venv-vllm (`make test` sets it up)")
    monkeypatch.chdir(tmp_path)
    write_manifest(fetch(DemoModel(source="demo", family="gpt-oss")), tmp_path / "manifest.json")
    path = ROOT / "scripts" / "measure_latency.py"
    spec = importlib.util.spec_from_file_location("measure_latency_script", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    candidate = {
        "id": "chat",
        "engine": "vllm",
        "model": {"source": "demo", "family": "gpt-oss"},
        "args": {"dtype": "float32", "max-model-len": 1024, "enforce-eager": True},
        "env": ENVIRONMENT,
    }
    script.main(
        parts={
            "candidate": candidate,
            "stage": {"requests": 5, "warmup": 1},
            "workload": {"input_tokens": 200, "output_tokens": 48, "endpoint": "chat"},
            "method_version": 1,
        },
        manifest=tmp_path / "manifest.json",
        timeout_s=400.0,
        directory=tmp_path / "latency",
        log=tmp_path / "latency.log",
    )
    record = json.loads((tmp_path / "latency" / "stage.json").read_text("utf-8"))
    assert record["status"] == "ok", record["error"]
    rows = read_table(TABLES["requests"], tmp_path / "latency" / "requests.parquet").to_pylist()
    assert {row["status"] for row in rows} == {"ok"}
    assert {row["prompt_tokens"] for row in rows} == {200}
    assert {row["completion_tokens"] for row in rows} == {48}
    assert all(sum(row["chunk_tokens"]) == 48 for row in rows)
    assert any(row["reasoning_tokens"] for row in rows), "the demo gpt-oss thinks first"
