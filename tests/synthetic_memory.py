"""Memory with known truth: a study of hand-made rows, and telemetry added to a results tree."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from bakeoff.metrics import memory_need
from bakeoff.metrics.base import Figure, Source
from bakeoff.store import ddl, schemas
from bakeoff.store.files import write_rows

S, GIB = 1_000_000_000, 2**30
#: What vLLM's log tells on a GPU of 24 GiB at 0.9: 12 + 1.5 + 0.5 beside 7.6 of KV cache. The
#: peak of activations holds the estimate for graphs.
ON_A_GPU: Mapping[str, float | str] = MappingProxyType(
    {
        "weights_gib": 11.0,
        "consumed_gib": 12.0,
        "activation_gib": 2.25,
        "graphs_estimated_gib": 0.75,
        "graphs_estimate": "enabled",
        "graphs_gib": 0.5,
        "kv_cache_available_gib": 8.0,
        "full_length_requests": 64.0,
    }
)
#: What it tells on a CPU: the size of the KV cache and nothing else of memory.
ON_A_CPU: Mapping[str, float | str] = MappingProxyType(
    {"kv_cache_set_gib": 1.0, "full_length_requests": 256.0}
)
NO_SEARCH = MappingProxyType({"concurrency": "stage concurrency was not asked for"})


class Study:
    """A database of one candidate ``a``, its service level 200 ms and 20 ms."""

    def __init__(
        self,
        facts: Mapping[str, float | str],
        *,
        gpus: int = 0,
        files_bytes: int | None = 3_000_000,
        stage: str = "concurrency",
    ) -> None:
        self.connection = duckdb.connect()
        self.stage = stage
        ddl.create_all(self.connection)
        self.connection.execute(
            "INSERT INTO candidates (candidate, position, engine, gpus, args, env, weights_bytes) "
            "VALUES ('a', 0, 'vllm', ?, '{}', '{}', ?)",
            [gpus, files_bytes],
        )
        self.connection.execute(
            "INSERT INTO stages (candidate, stage, status, method_version, config_hash, "
            "started_at, duration_s, origin_ns, facts, notes) "
            "VALUES ('a', ?, 'ok', 1, 'x', '2026-11-22T12:00:00+00:00', 1, 0, ?, '[]')",
            [stage, json.dumps(dict(facts))],
        )
        self.connection.execute("INSERT INTO slo VALUES (200, 20, 0)")

    def probe(
        self,
        level: float = 16,
        begin_s: float = 100,
        end_s: float = 120,
        *,
        kind: str = "hold",
        verdict: str = "passed",
        start_no: int = 0,
    ) -> None:
        """Insert a probe of the search."""
        number = self.connection.execute("SELECT count(*) FROM probes").fetchall()[0][0]
        self.connection.execute(
            "INSERT INTO probes (candidate, stage, start_no, probe_no, kind, level, verdict, "
            "requests, begin_ns, end_ns) VALUES ('a', ?, ?, ?, ?, ?, ?, 10, ?, ?)",
            [
                self.stage,
                start_no,
                number,
                kind,
                level,
                verdict,
                round(begin_s * S),
                round(end_s * S),
            ],
        )

    def window(self, level: float, begin_s: float = 100, end_s: float = 120) -> None:
        """Insert a steady window."""
        self.connection.execute(
            "INSERT INTO windows VALUES ('a', ?, 0, 'closed', ?, ?, ?, NULL)",
            [self.stage, level, round(begin_s * S), round(end_s * S)],
        )

    def request(
        self, level: float, at_s: float, *, ttft_ms: float = 100, status: str = "ok"
    ) -> None:
        """Insert a request of two tokens 10 ms apart."""
        at, first = round(at_s * S), round((at_s + ttft_ms / 1e3) * S)
        number = self.connection.execute("SELECT count(*) FROM requests").fetchall()[0][0]
        self.connection.execute(
            "INSERT INTO requests (candidate, stage, start_no, load, level, phase, request_no, "
            "scheduled_ns, sent_ns, first_token_ns, last_token_ns, done_ns, chunk_ns, "
            "chunk_tokens, completion_tokens, status) "
            "VALUES ('a', ?, 0, 'closed', ?, 'measure', ?, ?, ?, ?, ?, ?, ?, [1, 1], 2, ?)",
            [
                self.stage,
                level,
                number,
                at,
                at,
                first,
                first + S // 100,
                first + S // 100,
                [first, first + S // 100],
                status,
            ],
        )

    def samples(
        self,
        name: str,
        points: Iterable[tuple[float, float]],
        *,
        source: str,
        device: str = "0",
        start_no: int = 0,
    ) -> None:
        """Insert samples, each a time in s and a value."""
        self.connection.executemany(
            "INSERT INTO telemetry VALUES ('a', ?, ?, ?, ?, ?, ?, ?)",
            [
                [self.stage, start_no, round(t_s * S), source, device, name, value]
                for t_s, value in points
            ],
        )

    def kv(self, points: Iterable[tuple[float, float]], **of: Any) -> None:
        """Insert readings of the share of the KV cache in use."""
        self.samples("vllm:kv_cache_usage_perc", points, source="engine", **of)

    def gpu(self, used_gib: float, device: str = "0", **of: Any) -> None:
        """Insert memory of a GPU that does not change, from 90 s to 130 s."""
        points = [(90 + 0.5 * i, used_gib * GIB) for i in range(81)]
        self.samples("memory_used_bytes", points, source="nvml", device=device, **of)

    def process(self, used_gib: float, **of: Any) -> None:
        """Insert resident memory of the process tree."""
        points = [(90 + 0.5 * i, used_gib * GIB) for i in range(81)]
        self.samples("rss_bytes", points, source="process", device="tree", **of)

    def card(self, gib: float, section: str = "gpu0") -> None:
        """Insert the size of a GPU's memory."""
        self.connection.execute(
            "INSERT INTO hosts (host, section, name, value, unit) "
            "VALUES ('h', ?, 'memory_total', ?, 'B')",
            [section, str(round(gib * GIB))],
        )

    def figures(self, unmeasured: Mapping[str, str] | None = None) -> dict[str, Figure]:
        """Return the metrics of memory needed by id."""
        source = Source(self.connection, "a", unmeasured or {})
        return {metric.id: metric.measure(source) for metric in memory_need.METRICS}

    def row(self, *columns: str) -> tuple[Any, ...]:
        """Return columns of the only row of ``level_memory``."""
        rows = self.connection.execute(
            f"SELECT {', '.join(columns)} FROM level_memory"  # noqa: S608 -- our own columns
        ).fetchall()
        assert len(rows) == 1
        return tuple(rows[0])


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What is true of a candidate's memory under load.

    Attributes:
        used_gib: Memory in use: of all its GPUs together, or of the process tree.
        share_by_stream: Share of the KV cache that a stream takes; it ends at 1.
        preempted: Requests that are preempted in each probe or window.
        tells: Whether the engine tells its KV cache's use.
    """

    used_gib: float
    share_by_stream: float = 0.01
    preempted: int = 0
    tells: bool = True


def add_memory(results: Path, truth: Any, memory: Memory) -> None:
    """Add memory and the KV cache's use to the telemetry of the stages under load.

    Args:
        results: Results with these stages, see :func:`tests.synthetic_load.add_stages`.
        truth: The candidate.
        memory: What is true of it.
    """
    for stage in ("throughput", "concurrency"):
        folder = results / truth.id / stage
        if not folder.is_dir():
            continue
        with duckdb.connect() as connection:
            held = connection.read_parquet(f"{folder}/telemetry.parquet").to_arrow_table()
            spans = [
                row
                for table in ("windows", "probes")
                for row in connection.read_parquet(f"{folder}/{table}.parquet")
                .filter("load = 'closed'" if table == "windows" else "true")
                .project("level, begin_ns, end_ns")
                .fetchall()
            ]
        common = {"candidate": truth.id, "stage": stage, "start_no": 0}
        added = [common | sample for span in spans for sample in _samples(truth, memory, *span)]
        write_rows(schemas.TELEMETRY, folder / "telemetry.parquet", held.to_pylist() + added)


def _samples(
    truth: Any, memory: Memory, level: float, begin: int, end: int
) -> Iterable[dict[str, Any]]:
    step = max(1, min(S, (end - begin) // 12))
    engine = {"source": "engine", "device": "0"}
    for number, t_ns in enumerate(range(begin + step, end + 1, step)):
        at = {"t_ns": t_ns}
        for device in range(truth.gpus):
            used = {"source": "nvml", "device": str(device), "name": "memory_used_bytes"}
            yield at | used | {"value": memory.used_gib * GIB / truth.gpus}
        if not truth.gpus:
            used = {"source": "process", "device": "tree", "name": "rss_bytes"}
            yield at | used | {"value": memory.used_gib * GIB}
        if memory.tells:
            share = min(1.0, level * memory.share_by_stream * (0.9 + 0.1 * (number % 2)))
            yield at | engine | {"name": "vllm:kv_cache_usage_perc", "value": share}
            grown = float(memory.preempted if number else 0)
            yield at | engine | {"name": "vllm:num_preemptions_total", "value": grown}
