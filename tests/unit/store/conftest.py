"""A results tree and the database that is made of it."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bakeoff.config import Config, load_config
from bakeoff.store import schemas
from bakeoff.store.files import write_rows


@pytest.fixture
def tree(tmp_path: Path, synthetic: ModuleType) -> Callable[..., Config]:
    """Write a results tree into ``tmp_path / "results"``; returns its configuration."""

    def write(*truths: Any, **options: Any) -> Config:
        raw = synthetic.write_results(tmp_path / "results", truths or synthetic.PAIR, **options)
        return load_config(raw)

    return write


@pytest.fixture
def telemetry_row() -> dict[str, Any]:
    """One valid row of ``telemetry``."""
    return {
        "candidate": "a",
        "stage": "latency",
        "start_no": 0,
        "t_ns": 1,
        "source": "process",
        "device": "tree",
        "name": "rss_bytes",
        "value": 3.0,
    }


@pytest.fixture
def replace_requests(tmp_path: Path) -> Callable[[str, list[dict[str, Any]]], None]:
    """Replace the requests of a candidate's latency stage."""

    def replace(candidate: str, rows: list[dict[str, Any]]) -> None:
        path = tmp_path / "results" / candidate / "latency" / "requests.parquet"
        write_rows(schemas.REQUESTS, path, rows)

    return replace
