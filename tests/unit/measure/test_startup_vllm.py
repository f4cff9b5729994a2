"""One real start and one real refusal, with the CPU build of vLLM."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from bakeoff import engines
from bakeoff.config.models import Candidate, DemoModel
from bakeoff.config.stages import StartupStage
from bakeoff.measure.stage import StageRun, run_stage
from bakeoff.measure.startup import ask, measure_startup
from bakeoff.models.fetch import fetch
from bakeoff.models.manifest import write_manifest
from bakeoff.paths import ROOT
from bakeoff.store.files import read_record, read_table
from bakeoff.store.schemas import TABLES

pytestmark = [
    pytest.mark.vllm,
    pytest.mark.skipif(
        not (ROOT / ".venv-vllm").is_dir(), reason="the engine's environment is not set up"
    ),
]
#: Settings with which vLLM runs on two cores without a GPU.
ARGS = {"dtype": "float32", "enforce-eager": True, "max-model-len": 1024}
ENV = {
    "OMP_NUM_THREADS": 1,
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_ENABLE_V1_MULTIPROCESSING": 0,
    "VLLM_CPU_KVCACHE_SPACE": 1,
}


@pytest.fixture
def run_on_vllm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Runs a stage on the demo Llama, with more flags if need be."""
    monkeypatch.chdir(tmp_path)

    def run(measure: Callable[[StageRun], None], **args: object) -> Path:
        model = DemoModel(source="demo", family="llama")
        write_manifest(fetch(model), Path("manifest.json"))
        candidate = Candidate.model_validate(
            {"id": "demo", "engine": "vllm", "model": model, "args": ARGS | args, "env": ENV}
        )
        run_stage(
            measure,
            stage="startup",
            parts={"candidate": candidate.model_dump(mode="json"), "method_version": 1},
            manifest=Path("manifest.json"),
            timeout_s=300,
            directory=Path("startup"),
            log=Path("measure_startup.log"),
        )
        return tmp_path / "startup"

    return run


def listening(pid: int) -> set[str]:
    """Addresses that a process and its descendants listen on."""
    tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return {
        connection.laddr.ip
        for process in tree
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }


def rows(directory: Path, table: str) -> list[dict[str, Any]]:
    return read_table(TABLES[table], directory / f"{table}.parquet").to_pylist()


def test_a_real_start(run_on_vllm: Callable[..., Path]) -> None:
    addresses: set[str] = set()
    processes: list[psutil.Process] = []

    def measure(run: StageRun) -> None:
        with run.serving(start_no=0, page_cache="warm") as server:
            assert server.pid is not None
            addresses.update(listening(server.pid))
            processes.extend(psutil.Process(server.pid).children(recursive=True))
            ask(run, server, 0, for_s=1.0)

    directory = run_on_vllm(measure)
    assert addresses == {"127.0.0.1"}
    assert processes, "the engine core is a process of its own"
    assert not any(process.is_running() for process in processes)
    stage = read_record(TABLES["stages"], directory / "stage.json")
    assert (stage["status"], stage["error"]) == ("ok", None)
    names = [row["phase"] for row in rows(directory, "startups")]
    assert [name for name in names if ":" not in name] == [
        "imports",
        "engine_process",
        "model_init",
        "weights",
        "engine_init",
        "http_ready",
        "first_token",
        "total",
    ]
    assert json.loads(stage["facts"])["kv_cache_tokens"] > 1024
    rss = [row["value"] for row in rows(directory, "telemetry") if row["name"] == "rss_bytes"]
    assert max(rss) > 1e9, "the KV cache alone is 1 GiB"
    assert {row["status"] for row in rows(directory, "requests")} == {"ok"}


def test_a_real_refusal(run_on_vllm: Callable[..., Path]) -> None:
    settings = StartupStage(repeats=1)
    directory = run_on_vllm(partial(measure_startup, settings=settings), **{"no-such-flag": 1})
    stage = read_record(TABLES["stages"], directory / "stage.json")
    assert stage["status"] == "failed"
    assert "exited with code 2 before it was ready" in stage["error"]
    assert "unrecognized arguments: --no-such-flag" in stage["error"]
    assert "unrecognized arguments" in stage["log_tail"]


def test_the_version_is_the_installed_one() -> None:
    candidate = Candidate.model_validate(
        {"id": "demo", "engine": "vllm", "model": {"source": "demo", "family": "llama"}}
    )
    version = engines.get("vllm").version(candidate)
    assert version is not None
    assert version[0].isdigit()
