"""All metrics, by id: the rows of ``metrics``, the charts' labels and the glossary.

To add one, declare it in its family's module (``latency.py``, ``startup.py``,
``memory.py``), or add a module with a tuple ``METRICS`` and name it below.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from bakeoff.audits.exclusions import failures, reasons
from bakeoff.metrics import (
    api,
    concurrency,
    cost,
    energy,
    latency,
    memory,
    memory_need,
    quality,
    startup,
    throughput,
)
from bakeoff.metrics.base import Figure, Metric, Source

#: In the order in which the report shows them.
METRICS: tuple[Metric, ...] = (
    *startup.METRICS,
    *memory.METRICS,
    *memory_need.METRICS,
    *latency.METRICS,
    *throughput.METRICS,
    *concurrency.METRICS,
    *energy.METRICS,
    *api.METRICS,
    *quality.METRICS,
    *cost.METRICS,
)


def get(metric_id: str) -> Metric:
    """Return the metric of this id.

    Raises:
        KeyError: If there is none.
    """
    for metric in METRICS:
        if metric.id == metric_id:
            return metric
    raise KeyError(metric_id)


def rows(
    connection: duckdb.DuckDBPyConnection, candidate: str, unmeasured: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield the candidate's rows of the table ``metrics``, one for every metric.

    A metric that a failed audit matters to is NULL, and its note says which and why.

    Args:
        connection: The database, its tables loaded.
        candidate: Id of the candidate.
        unmeasured: Why a stage gave nothing, for those stages that gave nothing.
    """
    connection.execute("SET VARIABLE candidate = ?", [candidate])
    source = Source(connection, candidate, unmeasured)
    failed = failures(connection, candidate)
    for metric in METRICS:
        figure = metric.measure(source)
        stage = figure.stage or metric.stage
        excluded = reasons(failed, stage=stage, metric=metric.id, at=figure.at)
        if figure.value is not None and excluded:
            figure = Figure(notes=excluded)
        yield {
            "candidate": candidate,
            "metric": metric.id,
            "value": figure.value,
            "lo": figure.lo,
            "hi": figure.hi,
            "n": figure.n,
            "unit": metric.unit,
            "note": "; ".join(figure.notes) or None,
        }
