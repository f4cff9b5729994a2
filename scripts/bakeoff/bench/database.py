"""How fast, and in how much memory, a database of millions of requests is made.

Synthetic rows are written in pieces to a temporary folder; a process of its own loads them
and computes the metrics, and tells how much memory it took at most.
"""

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bakeoff.config import Config, load_config
from bakeoff.methods import METHOD_VERSIONS
from bakeoff.store.database import load_database
from bakeoff.store.files import write_record, write_rows, write_text
from bakeoff.store.schemas import REQUESTS, STAGE_TABLES, STAGES, TABLES

ROWS = 10_000_000
#: Events of each request.
EVENTS = 16
LIMIT_BYTES = 4 * 10**9
_PIECE_ROWS = 100_000
_CANDIDATE = "bench"
_SEED = 1


@dataclass(frozen=True)
class Outcome:
    """What was measured.

    Attributes:
        rows: Request rows that were loaded.
        files_bytes: Size of the Parquet file.
        database_bytes: Size of the database.
        seconds: Time to load and aggregate, in s.
        peak_bytes: Most memory that the loading process had resident.
        figures: Metric id to value, lower and upper end.
    """

    rows: int
    files_bytes: int
    database_bytes: int
    seconds: float
    peak_bytes: int
    figures: dict[str, tuple[float | None, float | None, float | None]]


def configuration() -> Config:
    """Return the configuration that the synthetic results answer."""
    external = {"engine": "external", "url": "http://127.0.0.1:1/v1", "served_model": "bench"}
    return load_config(
        {
            "title": "Database bench",
            "candidates": [{"id": _CANDIDATE} | external],
            "stages": {"latency": {}},
        }
    )


def write_results(results: Path, rows: int, *, starts: int = 1) -> Path:
    """Write a results tree of one candidate; return the file of its requests.

    Args:
        results: Folder to write.
        rows: Requests.
        starts: Server starts that they are spread over.
    """
    folder = results / _CANDIDATE / "latency"
    write_text(results / "host" / "host.json", "[]\n")
    stage = {
        "candidate": _CANDIDATE,
        "stage": "latency",
        "status": "ok",
        "method_version": METHOD_VERSIONS["latency"],
        "config_hash": "0" * 16,
        "started_at": "2026-11-22T12:00:00+00:00",
        "duration_s": 1.0,
        "origin_ns": 0,
    }
    write_record(STAGES, folder / "stage.json", stage)
    for name in STAGE_TABLES:
        write_rows(TABLES[name], folder / f"{name}.parquet", [])
    path = folder / "requests.parquet"
    with pq.ParquetWriter(path, REQUESTS.arrow, compression="zstd") as writer:
        for piece in _pieces(rows, starts):
            writer.write_table(piece)
    return path


def _pieces(rows: int, starts: int) -> Iterator[pa.Table]:
    """Yield the rows in pieces: TTFT near 50 ms, ITL near 5 ms, one failure in a thousand."""
    generator = np.random.default_rng(_SEED)
    for first in range(0, rows, _PIECE_ROWS):
        number = np.arange(first, min(first + _PIECE_ROWS, rows))
        yield _piece(number, starts, generator)


def _piece(number: np.ndarray, starts: int, generator: np.random.Generator) -> pa.Table:
    size = len(number)
    sent = number * 200_000_000
    gaps = generator.lognormal(np.log(5e6), 0.2, (size, EVENTS))
    gaps[:, 0] = generator.lognormal(np.log(50e6), 0.2, size)
    arrivals = sent[:, None] + np.cumsum(gaps, axis=1).astype(np.int64)
    ok = generator.random(size) >= 0.001
    offsets = pa.array(np.arange(0, (size + 1) * EVENTS, EVENTS), type=pa.int32())
    tokens = np.ones(size * EVENTS, dtype=np.int64)
    answered = {"first_token_ns": arrivals[:, 0], "last_token_ns": arrivals[:, -1]}
    columns: dict[str, object] = {
        "candidate": [_CANDIDATE] * size,
        "stage": ["latency"] * size,
        "start_no": number % starts,
        "load": ["closed"] * size,
        "level": np.ones(size),
        "phase": ["measure"] * size,
        "request_no": number // starts,
        "scheduled_ns": sent,
        "sent_ns": sent,
        "done_ns": arrivals[:, -1],
        "prompt_tokens": np.full(size, 512),
        "completion_tokens": np.full(size, EVENTS),
        "status": np.where(ok, "ok", "timeout").tolist(),
        "http_status": np.full(size, 200),
        "chunk_ns": pa.ListArray.from_arrays(offsets, pa.array(arrivals.ravel())),
        "chunk_tokens": pa.ListArray.from_arrays(offsets, pa.array(tokens)),
        **answered,
        "first_answer_ns": arrivals[:, 0],
    }
    arrays = [
        pa.array(columns[c.name], type=c.type) if c.name in columns else pa.nulls(size, c.type)
        for c in REQUESTS.columns
    ]
    return pa.Table.from_arrays(arrays, schema=REQUESTS.arrow)


def measure(rows: int = ROWS, *, starts: int = 1, folder: Path | None = None) -> Outcome:
    """Load synthetic results in a process of its own.

    Args:
        rows: Requests.
        starts: Server starts that they are spread over.
        folder: Where the temporary folder is made; about 500 bytes a request are needed.
    """
    with tempfile.TemporaryDirectory(prefix="bakeoff-bench-", dir=folder) as name:
        results = Path(name)
        requests = write_results(results, rows, starts=starts)
        database, told = results / "bakeoff.duckdb", results / "told.json"
        process = multiprocessing.get_context("spawn").Process(
            target=_load, args=(results, database, told)
        )
        process.start()
        process.join()
        measured = json.loads(told.read_text(encoding="utf-8"))
        with duckdb.connect(str(database), read_only=True) as connection:
            found = connection.execute("SELECT metric, value, lo, hi FROM metrics").fetchall()
        return Outcome(
            rows=rows,
            files_bytes=requests.stat().st_size,
            database_bytes=database.stat().st_size,
            figures={metric: (value, lo, hi) for metric, value, lo, hi in found},
            **measured,
        )


def _load(results: Path, database: Path, told: Path) -> None:
    """Load the results and write down the time and the peak of memory (``ru_maxrss``)."""
    began = time.perf_counter()
    load_database(configuration(), results, database)
    seconds = time.perf_counter() - began
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    write_text(told, json.dumps({"seconds": seconds, "peak_bytes": peak_bytes}))


def lines(outcome: Outcome) -> list[str]:
    """Return the outcome as lines for people."""
    verdict = "below" if outcome.peak_bytes < LIMIT_BYTES else "ABOVE"
    speed = outcome.rows / outcome.seconds
    figures = [
        f"{metric}: {value} ({lo} to {hi})"
        for metric, (value, lo, hi) in outcome.figures.items()
        if value is not None
    ]
    return [
        f"{outcome.rows:,} requests of {EVENTS} events, {outcome.files_bytes / 1e9:.2f} GB Parquet",
        f"loaded and aggregated in {outcome.seconds:.1f} s, {speed:,.0f} rows/s",
        f"database {outcome.database_bytes / 1e9:.2f} GB",
        f"peak memory {outcome.peak_bytes / 1e9:.2f} GB, {verdict} {LIMIT_BYTES / 1e9:.0f} GB",
        *figures,
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the bench and print it; return 1 where the memory limit was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="requests to load")
    parser.add_argument("--starts", type=int, default=1, help="server starts they come from")
    parser.add_argument("--folder", type=Path, help="where temporary files may lie")
    chosen = parser.parse_args(arguments)
    outcome = measure(chosen.rows, starts=chosen.starts, folder=chosen.folder)
    print("\n".join(lines(outcome)))  # noqa: T201 -- a bench prints its result
    return int(outcome.peak_bytes >= LIMIT_BYTES)


if __name__ == "__main__":
    raise SystemExit(main())
