"""Metrics of the cold start: process start to weights, to HTTP and to the first token."""

from collections.abc import Callable
from functools import partial
from typing import Any

from bakeoff.metrics.base import Figure, Metric, Source
from bakeoff.metrics.sample import mean
from bakeoff.metrics.values import take

_STAGE = "startup"
_COUNTED = (
    "The mean over the starts with the weights evicted from the page cache, those of every stage "
    "that succeeded; over starts with the weights in it where no such start was measured, and "
    "then noted. n counts starts."
)
_STARTS = """
    SELECT startups.*, startups.status AS startups_status,
        dense_rank() OVER (ORDER BY stage <> 'startup', stage, start_no) AS start
    FROM startups JOIN stages USING (candidate, stage)
    WHERE candidate = getvariable('candidate') AND stages.status = 'ok'
        AND page_cache <> 'as_found'
"""
_QUERY = f"""
    SELECT start AS start_no, 0 AS unit_no, 0 AS part_no,
        (any_value(end_ns) FILTER (phase = getvariable('phase'))
            - any_value(begin_ns) FILTER (phase = 'total')) / 1e9 AS value
    FROM ({_STARTS})
    WHERE startups_status = 'ok' AND page_cache = getvariable('page_cache')
    GROUP BY start HAVING value IS NOT NULL
"""  # noqa: S608 -- our own query
_COUNTS = f"""
    SELECT page_cache, count(DISTINCT start),
        count(DISTINCT start) FILTER (startups_status = 'failed'),
        count(DISTINCT start) FILTER (
            phase = getvariable('phase') AND end_ns IS NOT NULL AND startups_status = 'ok'
        ),
        list(DISTINCT stage ORDER BY stage)
    FROM ({_STARTS}) GROUP BY page_cache ORDER BY page_cache
"""  # noqa: S608 -- our own query


def _end_of(phase: str) -> Callable[[Source], Figure]:
    """Return how the time from process start to the end of a phase is computed."""
    return partial(_measure, phase)


def _measure(phase: str, source: Source) -> Figure:
    source.connection.execute("SET VARIABLE phase = ?", [phase])
    found = source.connection.execute(_COUNTS).fetchall()
    usable = [row for row in found if row[3]]
    if not usable:
        return Figure(notes=(source.unmeasured.get(_STAGE) or _why_none(phase, found),))
    page_cache, starts, failed, _, stages = usable[0]
    source.connection.execute("SET VARIABLE page_cache = ?", [page_cache])
    figure = mean(take(source.connection, _QUERY, units="starts"))
    notes = list(figure.notes)
    if page_cache != "cold":
        notes.append(f"page cache {page_cache}: no cold start was measured")
    if failed:
        notes.append(f"{failed} of {starts} starts failed and are not in it")
    if figure.n < starts - failed:
        notes.append(f"{starts - failed - figure.n} starts do not tell the phase {phase}")
    if stages != [_STAGE]:
        notes.append(f"starts of the stages {', '.join(stages)}")
    return Figure(figure.value, figure.lo, figure.hi, figure.n, tuple(notes))


def _why_none(phase: str, found: list[tuple[Any, ...]]) -> str:
    """Return why there is no figure though starts were tried."""
    if not any(row[1] > row[2] for row in found):
        return "no start of the stage succeeded"
    return f"the engine's log does not tell the end of the phase {phase}"


METRICS = (
    Metric(
        id="startup_ready_s",
        label="Start to ready",
        unit="s",
        direction="lower",
        stage=_STAGE,
        formula=f"Process start until the server answers HTTP requests. {_COUNTED}",
        measure=_end_of("http_ready"),
    ),
    Metric(
        id="startup_weights_s",
        label="Start to weights loaded",
        unit="s",
        direction="lower",
        stage=_STAGE,
        formula=f"Process start until the engine's log says that the weights are loaded. "
        f"{_COUNTED}",
        measure=_end_of("weights"),
    ),
    Metric(
        id="startup_first_token_s",
        label="Start to first token",
        unit="s",
        direction="lower",
        stage=_STAGE,
        formula="Process start until the first token of the first request, sent as soon as the "
        f"server answers. {_COUNTED}",
        measure=_end_of("first_token"),
    ),
)
