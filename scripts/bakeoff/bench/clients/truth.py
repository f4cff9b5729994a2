"""What a client measured, held against what the reference server truly did."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bakeoff.reference import Record

NS_PER_MS = 1e6


#: A time and how long a process had waited for its CPU until then, both in ns.
Wait = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as a client measured it; both times count from its sending.

    Attributes:
        ttft_ms: Until the first token, in ms.
        e2e_ms: Until the last token, in ms.
    """

    ttft_ms: float
    e2e_ms: float


@dataclass(frozen=True, slots=True)
class Told:
    """What a client tells of one run.

    Attributes:
        keys: Key of each request that it was to send: the CRC-32 of its body, or its
            ``X-Request-Id``.
        seen: What it measured of those that went well, by key.
        waits: How long it had waited for its CPU, at some times of the run.
    """

    keys: frozenset[object]
    seen: dict[object, Seen]
    waits: Sequence[Wait]


@dataclass(frozen=True, kw_only=True)
class Errors:
    """How far a client is from the truth, over all requests of one level.

    Attributes:
        client: Name of the client.
        streams: Streams of the closed loop.
        n: Requests that both sides know.
        lost: Requests that the server did not answer or the client did not measure.
        ttft_p50_ms: Median TTFT that the client reports.
        ttft_p99_ms: 99th percentile of the same.
        error_p50_ms: Median of what it is more than the truth.
        error_p99_ms: 99th percentile of the same.
        e2e_error_p50_ms: Median error of the end-to-end time.
        e2e_error_p99_ms: 99th percentile of the same.
        events_per_s: Events with tokens that the server wrote, per second of the level.
        disturbed: Share of the time in which the server, or the client if that is more,
            waited for a CPU that others had.
    """

    client: str
    streams: int
    n: int
    lost: int
    ttft_p50_ms: float
    ttft_p99_ms: float
    error_p50_ms: float
    error_p99_ms: float
    e2e_error_p50_ms: float
    e2e_error_p99_ms: float
    events_per_s: float
    disturbed: float


def errors(
    client: str,
    streams: int,
    told: Told,
    records: Mapping[object, Record],
    *,
    server_waits: Sequence[Wait],
) -> Errors:
    """Compare a client's measurements with the records of the same requests.

    The true TTFT runs from when the server had read the request to when it wrote the
    first token; the client's own runs from sending to receiving. The difference is what
    the two kernels and the client add.

    Args:
        client: Name of the client.
        streams: Streams of the closed loop.
        told: What the client measured.
        records: What the server did, by the same key.
        server_waits: How long the server had waited for its CPU, before and after.
    """
    served = {key: record for key, record in records.items() if record.first_token_ns}
    both = [(told.seen[key], truth(record)) for key, record in served.items() if key in told.seen]
    begin_ns, end_ns = _window(list(served.values()))
    events = sum(len(record.token_times_ns) for record in served.values())
    ttft = np.array([found.ttft_ms for found, _ in both])
    ttft_error = ttft - [true.ttft_ms for _, true in both]
    e2e_error = np.array([found.e2e_ms - true.e2e_ms for found, true in both])
    return Errors(
        client=client,
        streams=streams,
        n=len(both),
        lost=len(told.keys) - len(both),
        ttft_p50_ms=_quantile(ttft, 0.5),
        ttft_p99_ms=_quantile(ttft, 0.99),
        error_p50_ms=_quantile(ttft_error, 0.5),
        error_p99_ms=_quantile(ttft_error, 0.99),
        e2e_error_p50_ms=_quantile(e2e_error, 0.5),
        e2e_error_p99_ms=_quantile(e2e_error, 0.99),
        events_per_s=events / (end_ns - begin_ns) * 1e9,
        disturbed=max(_waited(waits, begin_ns, end_ns) for waits in (server_waits, told.waits)),
    )


def truth(record: Record) -> Seen:
    """Return what the server truly did, counted from when it had read the request."""
    first_ns, last_ns = record.first_token_ns or 0, record.last_token_ns or 0
    return Seen(
        (first_ns - record.received_ns) / NS_PER_MS, (last_ns - record.received_ns) / NS_PER_MS
    )


def wait_of(pid: int) -> Wait:
    """Return the time and how long a process has waited for a CPU that others had.

    From ``/proc/PID/schedstat``, whose second number is the time spent on a run queue
    (Linux, Documentation/scheduler/sched-stats); 0 where the kernel does not count it.
    """
    path = Path(f"/proc/{pid}/schedstat")
    waited_ns = int(path.read_text(encoding="ascii").split()[1]) if path.exists() else 0
    return time.perf_counter_ns(), waited_ns


def _waited(waits: Sequence[Wait], begin_ns: int, end_ns: int) -> float:
    """Return the share of a window that was spent waiting, interpolated."""
    times, waited = zip(*waits, strict=True)
    before, after = np.interp([begin_ns, end_ns], times, waited)
    return float(after - before) / (end_ns - begin_ns)


def lateness_ms(records: Sequence[Record]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return how late each write of the server was, in ms. Shape: (writes,)."""
    late = [
        written_ns - planned_ns
        for record in records
        for planned_ns, written_ns in zip(record.planned_ns, record.written_ns, strict=True)
    ]
    return np.array(late, dtype=np.float64) / NS_PER_MS


def _window(records: Sequence[Record]) -> tuple[int, int]:
    """Return the first request's receipt and the last token, in ns."""
    begin_ns = min(record.received_ns for record in records)
    return begin_ns, max(record.last_token_ns or begin_ns for record in records)


def _quantile(values: "np.ndarray[tuple[int], np.dtype[np.float64]]", share: float) -> float:
    return float(np.quantile(values, share)) if len(values) else float("nan")
