"""What the reference server truly did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bakeoff.reference import Record

NS_PER_MS = 1e6


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as a client measured it, or as the server served it.

    Attributes:
        ttft_ms: From its sending, or its receipt, to the first token, in ms.
        e2e_ms: From there to the last token, in ms.
    """

    ttft_ms: float
    e2e_ms: float


def truth(record: Record) -> Seen:
    """Return what the server truly did, counted from when it had read the request."""
    first_ns, last_ns = record.first_token_ns or 0, record.last_token_ns or 0
    return Seen(
        (first_ns - record.received_ns) / NS_PER_MS, (last_ns - record.received_ns) / NS_PER_MS
    )


def lateness_ms(records: Iterable[Record]) -> NDArray[np.float64]:
    """Return how late each write of the server was, in ms. Shape: (writes,)."""
    late = [
        written_ns - planned_ns
        for record in records
        for planned_ns, written_ns in zip(record.planned_ns, record.written_ns, strict=True)
    ]
    return np.array(late, dtype=np.float64) / NS_PER_MS


def window(records: Sequence[Record]) -> tuple[int, int]:
    """Return the first request's receipt and the last token, in ns."""
    begin_ns = min(record.received_ns for record in records)
    return begin_ns, max(record.last_token_ns or begin_ns for record in records)


def events(records: Iterable[Record], begin_ns: int, end_ns: int) -> int:
    """Return how many events with tokens the server wrote after the begin and up to the end."""
    return sum(
        begin_ns < written_ns <= end_ns
        for record in records
        for written_ns in record.token_times_ns
    )


def quantile(values: NDArray[np.float64], share: float) -> float | None:
    """Return a quantile (type 7 of Hyndman and Fan 1996), None of no values."""
    return float(np.quantile(values, share)) if len(values) else None
