"""A hub on loopback that holds a data set."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.models import hub_server


@pytest.fixture
def parquet() -> Callable[[list[dict[str, Any]]], bytes]:
    """Return a function that makes the bytes of a Parquet file."""

    def make(rows: list[dict[str, Any]]) -> bytes:
        buffer = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows), buffer)
        return buffer.getvalue()

    return make


@pytest.fixture
def dataset_hub(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[..., hub_server.HubServer]]:
    """Return a function that starts a hub with the given data set and points us at it."""
    stack = ExitStack()

    def start(files: dict[str, bytes], **behaviour: Any) -> hub_server.HubServer:
        hub = hub_server.HubServer(
            files=files, repo="openai/gsm8k", kind="datasets", lfs=frozenset(), **behaviour
        )
        stack.enter_context(hub_server.running(hub))
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        return hub

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with stack:
        yield start
