"""What an audit is, what it looks at and what it finds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb
import numpy as np
from numpy.typing import NDArray

Severity = Literal["excludes", "warns", "informs"]

#: Metrics by what they are made of, for the lists of what an audit matters to.
TTFT = ("ttft_p50_ms", "ttft_p95_ms", "ttft_answer_p50_ms")
DECODE = ("decode_tokens_per_s", "itl_p95_ms")
RESPONSE = ("e2e_mean_ms", "e2e_p95_ms")
THROUGHPUT = (
    "throughput_tokens_per_s",
    "throughput_requests_per_s",
    "goodput_requests_per_s",
    "usd_per_request",
    "usd_per_million_output_tokens",
)
CONCURRENCY = ("max_stable_concurrency",)
ENERGY = ("energy_j_per_request", "energy_j_per_output_token", "energy_j_per_correct")
MEMORY = (
    "memory_needed_bytes",
    "memory_reserved_bytes",
    "memory_kv_used_bytes",
    "instances_per_gpu",
)
PER_CORRECT = ("seconds_per_correct", "usd_per_correct")
#: Everything that is read off the requests' clock.
TIMED = (*TTFT, *DECODE, *RESPONSE, *THROUGHPUT, *CONCURRENCY, *PER_CORRECT)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the configuration asks of each request of a candidate.

    Attributes:
        input_tokens: Tokens of each prompt; None where prompts are questions of any length.
        output_tokens: Tokens of each answer; None where answers end by themselves.
        exact: Whether the engine can be told to give answers of exactly that length.
        managed: Whether bakeoff starts the server, and so has its tokenizer.
        chat: Whether prompts go through a chat template, whose own tokens repeat.
        shared_share: Share of each prompt's tokens that all prompts begin with.
    """

    input_tokens: int | None
    output_tokens: int | None
    exact: bool
    managed: bool
    chat: bool
    shared_share: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Load:
    """The requests of one server start at one level.

    Attributes:
        candidate: Id of the candidate.
        stage: Stage that sent them.
        start_no: Server start of the stage.
        load: ``closed`` or ``open``.
        level: Streams, or requests/s.
        begin_ns: Begin of the steady window; without one, of the first measured request.
        end_ns: End of the window; without one, of the last measured request.
        first_ns: When the first request was sent, warm-up included.
        last_ns: When the last one ended.
        windowed: Whether there is a steady window.
        last_of_start: Whether nothing was sent to this server afterwards.
        requests: Measured requests.
    """

    candidate: str
    stage: str
    start_no: int
    load: str
    level: float
    begin_ns: int
    end_ns: int
    first_ns: int
    last_ns: int
    windowed: bool
    last_of_start: bool
    requests: int


@dataclass(frozen=True)
class Source:
    """Where an audit reads: one load, through views that show nothing else.

    ``sent_rows`` holds the load's requests, ``measured_rows`` those of them that are no
    warm-up and, where there is a steady window, ended in it; ``some_rows`` at most 100,000 of
    these, spread evenly; ``start_rows`` and ``start_samples`` all requests and telemetry of the
    load's server start.

    Attributes:
        connection: The database, its raw tables loaded.
        load: What is audited.
        asked: What its requests should be like.
    """

    connection: duckdb.DuckDBPyConnection
    load: Load
    asked: Asked

    def one(self, query: str, parameters: Sequence[object] = ()) -> tuple[Any, ...]:
        """Return the one row of a query."""
        row = self.connection.execute(query, list(parameters)).fetchone()
        return () if row is None else row

    def all(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.connection.execute(query, list(parameters)).fetchall()

    def columns(self, query: str) -> tuple[NDArray[np.float64], ...]:
        """Return the columns of a query as arrays; NULL is not expected in any."""
        found = self.connection.execute(query).fetchnumpy()
        return tuple(np.asarray(values, dtype=np.float64) for values in found.values())


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What an audit found.

    Attributes:
        passed: Whether the value keeps to the limit; None does not apply.
        value: What was found.
        limit: What it may be at most.
        severity: What a failure does; None takes the audit's own.
        note: The numbers behind the value, or why there is none.
    """

    passed: bool | None = None
    value: float | None = None
    limit: float | None = None
    severity: Severity | None = None
    note: str | None = None


def unmeasurable(reason: str) -> Finding:
    """Return that the audit does not apply or cannot be made."""
    return Finding(note=reason)


def judged(
    value: float, limit: float, note: str | None = None, *, severity: Severity | None = None
) -> Finding:
    """Return the finding on a value that may be at most the limit."""
    return Finding(passed=value <= limit, value=value, limit=limit, severity=severity, note=note)


def graded(value: float, *, warns: float, excludes: float, note: str | None = None) -> Finding:
    """Return the finding on a value with two limits: one warns, a larger one excludes."""
    if value > excludes:
        return judged(value, excludes, note, severity="excludes")
    return judged(value, warns, note, severity="warns")


@dataclass(frozen=True, kw_only=True)
class Audit:
    """One check of the measurement.

    Attributes:
        id: Name in tables.
        label: What the report calls it.
        checks: What it checks, in plain words.
        limit: Its limit and what a failure does, in words.
        unit: Unit of value and limit; `1` for a share or a count.
        severity: What a failure does, unless the finding says otherwise.
        metrics: Ids of the metrics that it matters to.
        find: Makes the check.
    """

    id: str
    label: str
    checks: str
    limit: str
    unit: str
    severity: Severity
    metrics: tuple[str, ...]
    find: Callable[[Source], Finding]
