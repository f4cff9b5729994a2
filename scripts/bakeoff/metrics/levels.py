"""The figures of every load level, each with its interval: the rows of ``level_metrics``."""

from collections.abc import Iterator
from typing import Any

import duckdb

from bakeoff.metrics import energy
from bakeoff.metrics.base import Figure
from bakeoff.metrics.rates import blocks_of
from bakeoff.metrics.sample import quantile
from bakeoff.metrics.values import take

_RATES = {
    "output_tokens_per_s": ("tokens", "tokens/s"),
    "requests_per_s": ("requests", "requests/s"),
    "goodput_requests_per_s": ("good", "requests/s"),
}
#: Latency to the view that holds its values, and whether a request gives several.
_LATENCIES = {
    "ttft": ("request_latencies", False),
    "tpot": ("request_latencies", False),
    "itl": ("event_gaps", True),
    "e2e": ("request_latencies", False),
    "e2e_scheduled": ("request_latencies", False),
}
_QUANTILES = (0.5, 0.95, 0.99)


def rows(connection: duckdb.DuckDBPyConnection, candidate: str) -> Iterator[dict[str, Any]]:
    """Yield the candidate's rows of ``level_metrics``, for every level that has a window.

    A stage that failed gives none: what it measured until then is in the rows and views.

    Args:
        connection: The database, its tables loaded.
        candidate: Id of the candidate.
    """
    stages = connection.execute(
        "SELECT DISTINCT stage FROM windows JOIN stages USING (candidate, stage) "
        "WHERE candidate = ? AND status = 'ok' ORDER BY stage",
        [candidate],
    ).fetchall()
    for (stage,) in stages:
        common = {"candidate": candidate, "stage": stage}
        for name, (column, unit) in _RATES.items():
            for blocks in blocks_of(connection, candidate, stage, column):
                key = common | {"load": blocks.load, "level": blocks.level}
                yield key | _row(name, blocks.figure, unit)
        levels = connection.execute(
            "SELECT DISTINCT load, level FROM windows WHERE candidate = ? AND stage = ? "
            "ORDER BY load, level",
            [candidate, stage],
        ).fetchall()
        for load, level in levels:
            key = common | {"load": load, "level": level}
            for figure in _latencies(connection, key):
                yield key | figure
    if "throughput" in {name for (name,) in stages}:
        yield from energy.level_rows(connection, candidate)


def _latencies(
    connection: duckdb.DuckDBPyConnection, key: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield the percentiles of one level."""
    for name, value in key.items():
        connection.execute(f"SET VARIABLE level_{name} = ?", [value])
    for name, (view, many) in _LATENCIES.items():
        part = "event_no - 1" if many else "0"
        query = (
            f"SELECT start_no, request_no AS unit_no, {part} AS part_no, {name}_ms AS value "  # noqa: S608 -- our own names
            f"FROM {view} WHERE candidate = getvariable('level_candidate') "
            "AND stage = getvariable('level_stage') AND load = getvariable('level_load') "
            f"AND level = getvariable('level_level') AND {name}_ms IS NOT NULL"
        )
        sample = take(connection, query, many=many)
        unit = "ms/token" if name in {"tpot", "itl"} else "ms"
        for q in _QUANTILES:
            yield _row(f"{name}_p{q * 100:.0f}_ms", quantile(sample, q), unit)


def _row(name: str, figure: Figure, unit: str) -> dict[str, Any]:
    return {
        "figure": name,
        "value": figure.value,
        "lo": figure.lo,
        "hi": figure.hi,
        "n": figure.n,
        "unit": unit,
        "note": "; ".join(figure.notes) or None,
    }
