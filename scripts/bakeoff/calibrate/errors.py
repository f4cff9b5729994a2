"""How far what a client saw is from what the server did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bakeoff.calibrate.truth import NS_PER_MS, quantile
from bakeoff.load.outcome import Outcome
from bakeoff.reference import Record

#: What is compared, by the first part of the columns' names.
QUANTITIES = ("ttft", "itl", "decode", "e2e")
#: Quantiles that are kept, by the last part of the columns' names.
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


@dataclass(frozen=True, eq=False)
class Differences:
    """Absolute differences between client and server, in ms.

    Attributes:
        n: Requests that both sides know whole.
        lost: Requests that the server did not serve whole or the client did not see whole.
        ttft: Of the time to first token. Shape: (n,).
        itl: Of each gap between two events. Shape: (gaps of all n requests,).
        decode: Of the time from the first token to the last. Shape: (n,).
        e2e: Of the time to the last token. Shape: (n,).
        lag: How late each of all requests was sent, not compared. Shape: (sent,).
    """

    n: int
    lost: int
    ttft: NDArray[np.float64]
    itl: NDArray[np.float64]
    decode: NDArray[np.float64]
    e2e: NDArray[np.float64]
    lag: NDArray[np.float64]


def differences(outcomes: Mapping[int, Outcome], records: Mapping[int, Record]) -> Differences:
    """Compare what the client saw with the records of the same requests.

    The true TTFT runs from when the server had read the request to when it wrote the
    first token; the client's from sending to receiving. The difference is what the two
    kernels and the client add. A gap of the client is compared with the same gap of the
    server; the sign is dropped, for late stamps make one gap longer and the next shorter.

    Args:
        outcomes: What the client saw, by key.
        records: What the server did, by the same key.
    """
    pairs = [
        (outcome, records[key])
        for key, outcome in outcomes.items()
        if key in records and _comparable(outcome, records[key])
    ]
    sent = [(_ns(o.sent_ns), o.chunk_ns) for o, _ in pairs]
    true = [(record.received_ns, record.token_times_ns) for _, record in pairs]
    both = list(zip(sent, true, strict=True))
    return Differences(
        n=len(pairs),
        lost=len(outcomes) - len(pairs),
        ttft=_ms((c[0] - s) - (t[0] - r) for (s, c), (r, t) in both),
        itl=np.concatenate([np.abs(np.diff(c) - np.diff(t)) for (_, c), (_, t) in both]) / NS_PER_MS
        if both
        else np.array([]),
        decode=_ms((c[-1] - c[0]) - (t[-1] - t[0]) for (_, c), (_, t) in both),
        e2e=_ms((c[-1] - s) - (t[-1] - r) for (s, c), (r, t) in both),
        lag=_ms(o.sent_ns - o.scheduled_ns for o in outcomes.values() if o.sent_ns is not None),
    )


def columns(found: Differences) -> dict[str, float | None]:
    """Return the quantiles as columns of ``calibrations``."""
    measured = {f"{name}_error": getattr(found, name) for name in QUANTITIES} | {"lag": found.lag}
    return {
        f"{name}_{suffix}_ms": quantile(values, share)
        for name, values in measured.items()
        for suffix, share in QUANTILES.items()
    }


def _comparable(outcome: Outcome, record: Record) -> bool:
    """Tell whether both sides know the request whole, event by event."""
    events = len(record.token_times_ns)
    return outcome.status == "ok" and events > 0 and len(outcome.chunk_ns) == events


def _ns(value: int | None) -> int:
    return 0 if value is None else value


def _ms(values_ns: Iterable[int]) -> NDArray[np.float64]:
    return np.abs(np.array(list(values_ns), dtype=np.float64)) / NS_PER_MS
