"""Figures of imported requests, by the same definitions and with the same intervals as ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import duckdb
import pyarrow as pa

from bakeoff.interchange.bench_file import SOURCE
from bakeoff.metrics import registry
from bakeoff.metrics.base import Figure
from bakeoff.metrics.sample import mean, quantile
from bakeoff.metrics.values import Sample, take
from bakeoff.store.imported_tables import IMPORTED_REQUESTS

#: Stands in every note: nothing here has passed our audits.
NOTE = f"measured by {SOURCE}; not audited"
_COUNTED = "status = 'ok' AND ttft_ns IS NOT NULL"


@dataclass(frozen=True)
class _Reckoned:
    """A figure over one value per request, or several.

    Attributes:
        metric: Metric id, whose definition it follows.
        values: SQL of the values: columns ``part_no`` and ``value`` of a request.
        statistic: Mean or quantile.
        missing: Why a request has no value.
        many: Whether a request gives several values.
    """

    metric: str
    values: str
    statistic: Callable[[Sample], Figure]
    missing: str
    many: bool = False


_NO_TOKEN = "no event carried a token"  # noqa: S105 -- a language model's token
_TOKENS = "completion_tokens > 1 AND latency_ns > ttft_ns"
#: Gaps can be divided by tokens only where each event carried one, since the file does not tell.
_ONE_EACH = "len(gaps_ns) = completion_tokens - 1"
FIGURES: tuple[_Reckoned, ...] = (
    _Reckoned(
        "ttft_p50_ms", "0 AS part_no, ttft_ns / 1e6 AS value", partial(quantile, q=0.5), _NO_TOKEN
    ),
    _Reckoned(
        "ttft_p95_ms", "0 AS part_no, ttft_ns / 1e6 AS value", partial(quantile, q=0.95), _NO_TOKEN
    ),
    _Reckoned(
        "decode_tokens_per_s",
        f"0 AS part_no, CASE WHEN {_TOKENS} THEN "
        "(completion_tokens - 1) * 1e9 / (latency_ns - ttft_ns) END AS value",
        partial(quantile, q=0.5),
        "all tokens came in one event",
    ),
    _Reckoned(
        "itl_p95_ms",
        "unnest(range(len(gaps_ns))) AS part_no, "
        f"CASE WHEN {_ONE_EACH} THEN unnest(gaps_ns) / 1e6 END AS value",
        partial(quantile, q=0.95),
        "its events carried several tokens each, and the file does not tell how many",
        many=True,
    ),
    _Reckoned("e2e_mean_ms", "0 AS part_no, latency_ns / 1e6 AS value", mean, _NO_TOKEN),
    _Reckoned(
        "e2e_p95_ms",
        "0 AS part_no, latency_ns / 1e6 AS value",
        partial(quantile, q=0.95),
        _NO_TOKEN,
    ),
)


def metric_rows(
    import_id: str, requests: Sequence[Mapping[str, Any]], duration_s: float
) -> list[dict[str, Any]]:
    """Return the rows of ``imported_metrics`` of one result.

    Args:
        import_id: Id of the import.
        requests: Its rows of ``imported_requests``.
        duration_s: Duration of the run, as the file gives it.
    """
    table = pa.Table.from_pylist([dict(row) for row in requests], IMPORTED_REQUESTS.arrow)
    with duckdb.connect() as connection:
        connection.register("imported", table)
        made = [_row(import_id, one.metric, _figure(connection, one)) for one in FIGURES]
        counted = connection.execute(
            "SELECT count(*), coalesce(sum(completion_tokens), 0) FROM imported WHERE status = 'ok'"
        ).fetchone()
    n, tokens = counted or (0, 0)
    untold = ("no interval: the file gives one run, and no windows within it",)
    for metric, total in (("throughput_tokens_per_s", tokens), ("throughput_requests_per_s", n)):
        value = float(total) / duration_s if n else None
        made.append(_row(import_id, metric, Figure(value, n=n, notes=untold)))
    return made


def _figure(connection: duckdb.DuckDBPyConnection, one: _Reckoned) -> Figure:
    """Return one figure, with notes on the requests that are not in it."""
    query = (
        "SELECT 0 AS start_no, unit_no, part_no, value FROM "  # noqa: S608 -- our own columns
        f"(SELECT request_no AS unit_no, {one.values} FROM imported WHERE {_COUNTED}) "
        "WHERE value IS NOT NULL"
    )
    figure = one.statistic(take(connection, query, many=one.many))
    counts = connection.execute(
        "SELECT count(*), count(*) FILTER (status = 'ok') FROM imported"
    ).fetchone()
    sent, ok = counts or (0, 0)
    notes = list(figure.notes)
    if sent > ok:
        notes.append(f"{sent - ok} of {sent} requests failed and are not in it")
    if figure.n < ok:
        notes.append(f"{ok - figure.n} of {ok} requests have no value: {one.missing}")
    return Figure(figure.value, figure.lo, figure.hi, figure.n, tuple(notes))


def _row(import_id: str, metric: str, figure: Figure) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "metric": metric,
        "value": figure.value,
        "lo": figure.lo,
        "hi": figure.hi,
        "n": figure.n,
        "unit": registry.get(metric).unit,
        "note": "; ".join([NOTE, *figure.notes]),
    }
