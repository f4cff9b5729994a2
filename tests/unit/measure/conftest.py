"""Manifests and runs of whole stages."""

import importlib.util
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from bakeoff.models.manifest import Manifest, write_manifest
from bakeoff.paths import ROOT
from bakeoff.quality.items import Item
from bakeoff.quality.sources import item_rows
from bakeoff.store.files import read_table, write_rows
from bakeoff.store.schemas import CALIBRATIONS, ITEMS, STAGE_TABLES, TABLES


@pytest.fixture
def manifest(tmp_path: Path) -> Callable[..., Path]:
    """Writes the manifest of a model of one weight file of 3 MB."""

    def make(**keys: Any) -> Path:
        directory = tmp_path / "model"
        directory.mkdir(exist_ok=True)
        (directory / "model.safetensors").write_bytes(os.urandom(3_000_000))
        fields = {
            "source": {"source": "demo", "family": "llama"},
            "key": "tiny",
            "title": "tiny",
            "directory": str(directory),
            "status": "ok",
            "revision": "abc",
        }
        path = tmp_path / "manifest.json"
        write_manifest(Manifest.model_validate(fields | keys), path)
        return path

    return make


def _calibration(path: Path, ceiling_events_per_s: float) -> Path:
    """Write a calibration that found that one process takes so many events a second."""
    row = {
        "host": "h",
        "kind": "ceiling",
        "load": "closed",
        "level": 64.0,
        "processes": 1,
        "ttft_ms": 20.0,
        "itl_ms": 10.0,
        "tokens": 64,
        "n": 100,
        "lost": 0,
        "offered_events_per_s": ceiling_events_per_s,
        "events_per_s": ceiling_events_per_s,
        "gave_way": "none",
    }
    write_rows(CALIBRATIONS, path, [row])
    return path


@pytest.fixture
def one_process(tmp_path: Path) -> Path:
    """A calibration by which one process of the client is always enough."""
    return _calibration(tmp_path / "one.parquet", 1e9)


@pytest.fixture
def many_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A calibration by which one process is never enough, on a machine of 4 CPUs."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3})
    return _calibration(tmp_path / "many.parquet", 100.0)


@pytest.fixture
def make_items(tmp_path: Path) -> Callable[..., Path]:
    """Writes ``items.parquet`` with one item for each prompt."""

    def make(
        *prompts: str, suite: str = "math", kind: Any = "math", beside: Path | None = None
    ) -> Path:
        items = [
            Item(
                suite=suite,
                kind=kind,
                template="by_hand",
                parameters={"prompt": prompt},
                prompt=prompt,
                reference={},
            )
            for prompt in prompts
        ]
        before = read_table(ITEMS, beside).to_pylist() if beside is not None else []
        path = tmp_path / "items.parquet"
        write_rows(ITEMS, path, [*before, *item_rows(items)])
        return path

    return make


@pytest.fixture
def generate_parts() -> Callable[..., dict[str, Any]]:
    """Returns the slice of a candidate at a port."""

    def parts(port: int, stage: dict[str, Any]) -> dict[str, Any]:
        candidate = {
            "id": "known",
            "engine": "external",
            "url": f"http://127.0.0.1:{port}/v1",
            "served_model": "reference",
        }
        defaults = {"concurrency": 2, "max_tokens": 64}
        return {"candidate": candidate, "stage": defaults | stage, "method_version": 1}

    return parts


@pytest.fixture
def generated(tmp_path: Path) -> Callable[[], SimpleNamespace]:
    """Reads what a run of the quality stage left."""

    def read() -> SimpleNamespace:
        directory = tmp_path / "quality"
        tables = {
            name: read_table(TABLES[name], directory / f"{name}.parquet").to_pylist()
            for name in (*STAGE_TABLES, "answers")
        }
        items = read_table(ITEMS, tmp_path / "items.parquet").to_pylist()
        return SimpleNamespace(
            **tables,
            record=json.loads((directory / "stage.json").read_text("utf-8")),
            measured=[row for row in tables["requests"] if row["phase"] == "measure"],
            prompts={row["item_id"]: row["prompt"] for row in items},
            directory=directory,
            log=tmp_path / "generate_answers.log",
        )

    return read


@pytest.fixture
def generate(
    tmp_path: Path,
    generate_answers: ModuleType,
    generate_parts: Callable[..., dict[str, Any]],
    generated: Callable[[], SimpleNamespace],
) -> Callable[..., SimpleNamespace]:
    """Runs the rule's script on a server at a port; returns what it left."""

    def run(
        port: int,
        items: Path,
        stage: dict[str, Any] | None = None,
        *,
        answer_timeout_s: float = 10.0,
    ) -> SimpleNamespace:
        generate_answers.main(
            parts=generate_parts(port, stage or {}),
            items=items,
            answer_timeout_s=answer_timeout_s,
            manifest=None,
            timeout_s=10.0,
            directory=tmp_path / "quality",
            log=tmp_path / "generate_answers.log",
        )
        return generated()

    return run


@pytest.fixture
def bodies() -> Callable[[], AbstractContextManager[SimpleNamespace]]:
    """Runs a server that answers everything with one word and keeps what it was sent."""

    @contextmanager
    def run() -> Iterator[SimpleNamespace]:
        heard: list[dict[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Be silent."""

            def do_GET(self) -> None:
                self._reply("application/json", b'{"data": [{"id": "reference"}]}')

            def do_POST(self) -> None:
                heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                choice = {"index": 0, "delta": {"content": "yes"}, "finish_reason": "stop"}
                event = json.dumps({"choices": [choice]})
                self._reply("text/event-stream", f"data: {event}\n\ndata: [DONE]\n\n".encode())

            def _reply(self, kind: str, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            try:
                yield SimpleNamespace(port=server.server_port, bodies=heard)
            finally:
                server.shutdown()

    return run


@pytest.fixture
def generate_answers() -> ModuleType:
    """The script of the rule."""
    return _script("generate_answers")


@pytest.fixture
def measure_startup() -> ModuleType:
    """The script of the rule."""
    return _script("measure_startup")


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{name}_script", ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
