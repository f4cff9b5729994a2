"""The whole suite on real vLLM: what a small model of noise shows of an engine's API."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from bakeoff.config.models import DemoModel
from bakeoff.models.fetch import fetch
from bakeoff.models.manifest import write_manifest
from bakeoff.paths import ROOT
from bakeoff.store.files import read_table
from bakeoff.store.schemas import TABLES

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(600)]

CANDIDATE: dict[str, Any] = {
    "id": "asked",
    "engine": "vllm",
    "model": {"source": "demo", "family": "llama"},
    "args": {
        "dtype": "float32",
        "max-model-len": 2048,
        "enforce-eager": True,
        "enable-auto-tool-choice": True,
        "tool-call-parser": "hermes",
    },
    "env": {
        "OMP_NUM_THREADS": 1,
        "VLLM_CPU_OMP_THREADS_BIND": "nobind",
        "VLLM_ENABLE_V1_MULTIPROCESSING": 0,
        "VLLM_CPU_KVCACHE_SPACE": 1,
    },
}
#: What does not apply to a model that does not reason, on a server without a key.
INAPPLICABLE = {
    "reasoning_field",
    "reasoning_stream",
    "error_wrong_key_status",
    "error_wrong_key_shape",
    "error_wrong_key_names",
}
#: What vLLM 0.32 really does not do: unknown routes and methods are answered by its framework.
FAILED = {"error_unknown_route_shape", "error_unknown_route_names", "error_wrong_method_shape"}


def test_a_model_of_noise_passes_what_vllm_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (ROOT / ".venv-vllm" / "bin" / "python").exists():
        pytest.skip("needs the engine's environment, .venv-vllm (`make test` sets it up)")
    monkeypatch.chdir(tmp_path)
    write_manifest(fetch(DemoModel(source="demo", family="llama")), tmp_path / "manifest.json")
    path = ROOT / "scripts" / "probe_api.py"
    spec = importlib.util.spec_from_file_location("probe_api_script", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.main(
        parts={"candidate": CANDIDATE, "stage": {}, "method_version": 1},
        request_timeout_s=60.0,
        manifest=tmp_path / "manifest.json",
        timeout_s=400.0,
        directory=tmp_path / "api",
        log=tmp_path / "probe_api.log",
    )
    record = json.loads((tmp_path / "api" / "stage.json").read_text("utf-8"))
    assert record["status"] == "ok", record["error"]
    rows = read_table(TABLES["api_checks"], tmp_path / "api" / "api_checks.parquet").to_pylist()
    notes = {row["check_id"]: row["note"] for row in rows}
    by_status = {
        status: {row["check_id"] for row in rows if row["status"] == status}
        for status in ("failed", "not_applicable", "not_answered")
    }
    assert by_status["failed"] == FAILED, {id_: notes[id_] for id_ in by_status["failed"]}
    assert by_status["not_applicable"] == INAPPLICABLE, {
        id_: notes[id_] for id_ in by_status["not_applicable"]
    }
    assert by_status["not_answered"] == set()
    startups = read_table(TABLES["startups"], tmp_path / "api" / "startups.parquet").to_pylist()
    assert startups, "the start counts as a sample of the cold start"
