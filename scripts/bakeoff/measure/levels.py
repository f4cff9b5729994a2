"""What a level of load came to, in a line; the figures of the report come from the database."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bakeoff.load.timed_loop import TimedRun
from bakeoff.measure.stage import Row

#: Response time assumed where no request was answered, in seconds.
_UNKNOWN_S = 1.0


@dataclass(frozen=True)
class LevelSummary:
    """A level that was measured.

    Attributes:
        tokens_per_s: Answer tokens that arrived in its window, a second; None if unknown.
        requests_per_s: Requests that were answered in its window, a second.
        requests_per_s_per_stream: The same of one stream.
        ttft_p95_ms: 95th percentile of TTFT; None where nothing was answered.
        e2e_s: Mean response time.
        failed: Measured requests that failed.
        measured: Measured requests.
    """

    tokens_per_s: float | None
    requests_per_s: float
    requests_per_s_per_stream: float
    ttft_p95_ms: float | None
    e2e_s: float
    failed: int
    measured: int

    def __str__(self) -> str:
        parts = [f"{self.requests_per_s:,.3g} requests/s"]
        if self.tokens_per_s is not None:
            parts.insert(0, f"{self.tokens_per_s:,.0f} tokens/s")
        if self.ttft_p95_ms is not None:
            parts.append(f"TTFT P95 {self.ttft_p95_ms:,.4g} ms")
        if self.failed:
            parts.append(f"{self.failed} of {self.measured} requests failed")
        return ", ".join(parts)


def summary(rows: Sequence[Row], timed: TimedRun, *, streams: float) -> LevelSummary:
    """Return what the rows of a level say about it.

    Args:
        rows: Its rows of ``requests``.
        timed: Its window.
        streams: Its level.
    """
    begin_ns, end_ns = timed.begin_ns, timed.end_ns
    length_s = max(end_ns - begin_ns, 1) / 1e9
    measured = [row for row in rows if row["phase"] == "measure"]
    answered = [row for row in measured if row["status"] == "ok"]
    ended = sum(row["status"] == "ok" and begin_ns < row["done_ns"] <= end_ns for row in rows)
    ttft_ms = [(row["first_token_ns"] - row["sent_ns"]) / 1e6 for row in answered]
    e2e_s = [(row["done_ns"] - row["sent_ns"]) / 1e9 for row in answered]
    counted = [_tokens(row, begin_ns, end_ns) for row in rows if row["chunk_ns"]]
    known = [tokens for tokens in counted if tokens is not None]
    return LevelSummary(
        tokens_per_s=sum(known) / length_s if known else None,
        requests_per_s=ended / length_s,
        requests_per_s_per_stream=ended / length_s / streams,
        ttft_p95_ms=float(np.percentile(ttft_ms, 95)) if ttft_ms else None,
        e2e_s=sum(e2e_s) / len(e2e_s) if e2e_s else _UNKNOWN_S,
        failed=len(measured) - len(answered),
        measured=len(measured),
    )


def _tokens(row: Row, begin_ns: int, end_ns: int) -> float | None:
    """Return the tokens of a request that arrived in a window, None where nobody tells.

    Where the server does not count by event, each event stands for an equal share.
    """
    arrivals = row["chunk_ns"]
    inside = [begin_ns < arrival <= end_ns for arrival in arrivals]
    if row["chunk_tokens"] is not None:
        return float(sum(np.array(row["chunk_tokens"])[inside]))
    if row["completion_tokens"] is None:
        return None
    return float(row["completion_tokens"] * sum(inside) / len(arrivals))
