"""Both clients on real vLLM, as the rules run them."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from bakeoff.config.models import DemoModel
from bakeoff.models.fetch import fetch
from bakeoff.models.manifest import write_manifest
from bakeoff.paths import ROOT

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(600)]

REQUESTS = 10
CANDIDATE = {
    "id": "crosschecked",
    "engine": "vllm",
    "model": {"source": "demo", "family": "llama"},
    "args": {"dtype": "float32", "max-model-len": 1024, "enforce-eager": True},
    "env": {
        "OMP_NUM_THREADS": 1,
        "VLLM_CPU_OMP_THREADS_BIND": "nobind",
        "VLLM_ENABLE_V1_MULTIPROCESSING": 0,
        "VLLM_CPU_KVCACHE_SPACE": 1,
    },
}


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_both_clients_measure_the_same_server_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (ROOT / ".venv-vllm" / "bin" / "python").exists():
        pytest.skip("needs the engine's environment, .venv-vllm (`make test` sets it up)")
    monkeypatch.chdir(tmp_path)
    write_manifest(fetch(DemoModel(source="demo", family="llama")), tmp_path / "manifest.json")
    result, table = tmp_path / "crosscheck" / "crosschecked.json", tmp_path / "crosscheck.md"
    script("measure_agreement").main(
        parts={
            "candidate": CANDIDATE,
            "workload": {"input_tokens": 64, "output_tokens": 16},
            "settings": {"rounds": 2, "requests": REQUESTS, "warmup": 2, "streams": 1},
            "method_version": 1,
        },
        manifest=tmp_path / "manifest.json",
        timeout_s=400.0,
        result=result,
        log=tmp_path / "measure.log",
    )
    found = json.loads(result.read_text("utf-8"))
    assert found["status"] == "ok", found["error"]
    order = [(turn["round_no"], turn["client"]) for turn in found["turns"]]
    assert order == [(0, "ours"), (0, "theirs"), (1, "theirs"), (1, "ours")]
    for turn in found["turns"]:
        assert len(turn["requests"]) == REQUESTS
        assert {request["error"] for request in turn["requests"]} == {None}
        assert {request["prompt_tokens"] for request in turn["requests"]} == {64}
        assert {request["completion_tokens"] for request in turn["requests"]} == {16}
        assert turn["prefix_hits"] == 0, "no prompt was sent twice"
    rows = {row["id"]: row for row in found["agreement"]}
    for name in ("ttft_p50_ms", "tpot_p50_ms"):
        row = rows[name]
        # Two rounds show little; other work on the machine must not fail the test, but a
        # client that counts from or to another event is off by more than this.
        alike = 0.5 < row["theirs"]["value"] / row["ours"]["value"] < 2
        assert alike or row["difference"]["lo"] <= 0 <= row["difference"]["hi"], row
        assert (row["ours"]["n"], row["theirs"]["n"], row["rounds"]) == (20, 20, 2)
    script("crosscheck").main(results=[result], table=table, log=tmp_path / "crosscheck.log")
    assert "## crosschecked" in table.read_text("utf-8")
