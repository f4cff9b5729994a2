"""What a client measured, held against what the reference server truly did."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bakeoff.calibrate.truth import Seen, events, quantile, truth, window
from bakeoff.load.cpu import Usage, shares
from bakeoff.reference import Record


@dataclass(frozen=True, slots=True)
class Told:
    """What a client tells of one run.

    Attributes:
        keys: Key of each request that it was to send: the CRC-32 of its body, or its
            ``X-Request-Id``.
        seen: What it measured of those that went well, by key.
        usages: What it had spent of its CPU's time, at some times of the run.
    """

    keys: frozenset[object]
    seen: dict[object, Seen]
    usages: Sequence[Usage]


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
    server_usages: Sequence[Usage],
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
        server_usages: What the server had spent of its CPU's time, before and after.
    """
    served = {key: record for key, record in records.items() if record.first_token_ns}
    both = [(told.seen[key], truth(record)) for key, record in served.items() if key in told.seen]
    begin_ns, end_ns = window(list(served.values()))
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
        events_per_s=events(served.values(), begin_ns, end_ns) / (end_ns - begin_ns) * 1e9,
        disturbed=max(
            shares(each, begin_ns, end_ns).waited for each in (server_usages, told.usages)
        ),
    )


def _quantile(values: NDArray[np.float64], share: float) -> float:
    found = quantile(values, share)
    return math.nan if found is None else found
