"""Loads made by hand, and what the audits find in them."""

from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any

import duckdb
import pytest

from bakeoff.audits import registry
from bakeoff.config import load_config
from bakeoff.store import ddl

MS, S = 1_000_000, 1_000_000_000
Row = dict[str, Any]
Found = dict[str, Row]
STREAMS, EACH, TOKENS, PROMPT = 4, 40, 16, 64


@pytest.fixture
def load() -> Callable[..., list[Row]]:
    """A closed loop of 4 streams, 40 requests each: TTFT 50 ms, then 15 tokens of 5 ms."""

    def make(*, warmup: int = 4, **changed: Any) -> list[Row]:
        rows = []
        for stream in range(STREAMS):
            now = S + stream * 31 * MS
            for turn in range(EACH):
                number = turn * STREAMS + stream
                events = [now + 50 * MS + token * 5 * MS for token in range(TOKENS)]
                rows.append(_row(now, events, number, warmup) | changed)
                now = events[-1]
        return sorted(rows, key=lambda row: row["sent_ns"])

    return make


def _row(now: int, events: list[int], number: int, warmup: int) -> Row:
    return {
        "candidate": "one",
        "stage": "throughput",
        "start_no": 0,
        "load": "closed",
        "level": float(STREAMS),
        "phase": "warmup" if number < warmup else "measure",
        "request_no": number if number < warmup else number - warmup,
        "scheduled_ns": now,
        "sent_ns": now,
        "first_token_ns": events[0],
        "first_answer_ns": events[0],
        "last_token_ns": events[-1],
        "done_ns": events[-1],
        "prompt_tokens": PROMPT,
        "completion_tokens": TOKENS,
        "chunk_ns": events,
        "chunk_tokens": [1] * TOKENS,
        "status": "ok",
    }


@pytest.fixture
def samples(synthetic: ModuleType) -> Callable[..., list[Row]]:
    """The counters of the server that answered some rows, every 0.25 s."""

    def make(rows: list[Row], *, changed: Mapping[str, Any] | None = None) -> list[Row]:
        end = max(row["done_ns"] for row in rows)
        found = []
        for t_ns in range(0, end + S, S // 4):
            for sample in synthetic.counters(rows, t_ns):
                change = (changed or {}).get(sample["name"], lambda value, _: value)
                found.append(sample | {"t_ns": t_ns, "value": change(sample["value"], t_ns)})
        return [_at("one", "throughput") | sample for sample in found]

    return make


def _at(candidate: str, stage: str) -> Row:
    return {"candidate": candidate, "stage": stage, "start_no": 0}


@pytest.fixture
def sample() -> Callable[..., Row]:
    """One sample of telemetry."""

    def make(source: str, device: str, name: str, t_ns: int, value: float) -> Row:
        taken = {"source": source, "device": device, "name": name, "t_ns": t_ns, "value": value}
        return _at("one", "throughput") | taken

    return make


@pytest.fixture
def window() -> Row:
    """A steady window over most of the load."""
    return _at("one", "throughput") | {
        "load": "closed",
        "level": float(STREAMS),
        "begin_ns": S + 500 * MS,
        "end_ns": S + 4500 * MS,
    }


@pytest.fixture
def audits_of() -> Callable[..., Found]:
    """Return what the audits find in rows, by audit id; of one load unless ``each``."""

    def find(
        requests: Iterable[Row],
        *,
        telemetry: Iterable[Row] = (),
        windows: Iterable[Row] = (),
        engine: str = "vllm",
        endpoint: str = "completions",
        shared: int = 0,
        each: bool = False,
    ) -> Any:
        with duckdb.connect() as connection:
            ddl.create_all(connection)
            for table, rows in (
                ("requests", requests),
                ("telemetry", telemetry),
                ("windows", windows),
            ):
                _insert(connection, table, list(rows))
            found = list(registry.rows(connection, _config(engine, endpoint, shared)))
        if each:
            return found
        assert len(found) == len(registry.AUDITS), "one load"
        return {row["audit"]: row for row in found}

    return find


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    if rows:
        columns = list(rows[0])
        places = ", ".join("?" * len(columns))
        connection.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})",  # noqa: S608 -- our own names
            [[row[column] for column in columns] for row in rows],
        )


def _config(engine: str, endpoint: str, shared: int) -> Any:
    how = {
        "vllm": {"model": {"source": "demo", "family": "llama"}, "gpus": 0},
        "external": {"url": "http://127.0.0.1:1/v1", "served_model": "one"},
    }[engine]
    return load_config(
        {
            "title": "Audits",
            "candidates": [{"id": "one", "engine": engine} | how],
            "workload": {
                "input_tokens": PROMPT,
                "output_tokens": TOKENS,
                "endpoint": endpoint,
                "shared_prefix_tokens": shared,
            },
            "stages": {"latency": {}},
        }
    )
