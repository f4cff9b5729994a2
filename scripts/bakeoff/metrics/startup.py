"""Metrics of the cold start: process start to weights, to HTTP and to the first token."""

from collections.abc import Callable
from functools import partial

from bakeoff.metrics.base import Figure, Metric, Source
from bakeoff.metrics.sample import mean
from bakeoff.metrics.values import take

_STAGE = "startup"
_COUNTED = (
    "The mean over the stage's starts with the weights evicted from the page cache; over its "
    "other starts where no such start was measured, and then noted. n counts starts."
)
_QUERY = """
    SELECT start_no, 0 AS unit_no, 0 AS part_no, end_s AS value
    FROM start_phases
    WHERE candidate = getvariable('candidate') AND stage = 'startup' AND status = 'ok'
        AND phase = getvariable('phase') AND page_cache = getvariable('page_cache')
        AND end_s IS NOT NULL
"""


def _end_of(phase: str) -> Callable[[Source], Figure]:
    """Return how the time from process start to the end of a phase is computed."""
    return partial(_measure, phase)


def _measure(phase: str, source: Source) -> Figure:
    if reason := source.unmeasured.get(_STAGE):
        return Figure(notes=(reason,))
    found = source.connection.execute(
        "SELECT page_cache, count(DISTINCT start_no), "
        "count(DISTINCT start_no) FILTER (status = 'failed'), "
        "count(DISTINCT start_no) FILTER (phase = ? AND end_ns IS NOT NULL AND status = 'ok') "
        "FROM startups WHERE candidate = ? AND stage = ? "
        "GROUP BY page_cache ORDER BY page_cache = 'cold' DESC, page_cache = 'warm' DESC",
        [phase, source.candidate, _STAGE],
    ).fetchall()
    usable = [row for row in found if row[3]]
    if not usable:
        told = (
            "no start of the stage succeeded"
            if not any(row[1] > row[2] for row in found)
            else (f"the engine's log does not tell the end of the phase {phase}")
        )
        return Figure(notes=(told,))
    page_cache, starts, failed, _ = usable[0]
    source.connection.execute("SET VARIABLE phase = ?", [phase])
    source.connection.execute("SET VARIABLE page_cache = ?", [page_cache])
    figure = mean(take(source.connection, _QUERY, units="starts"))
    notes = list(figure.notes)
    if page_cache != "cold":
        notes.append(f"page cache {page_cache}: no cold start was measured")
    if failed:
        notes.append(f"{failed} of {starts} starts failed and are not in it")
    if figure.n < starts - failed:
        notes.append(f"{starts - failed - figure.n} starts do not tell the phase {phase}")
    return Figure(figure.value, figure.lo, figure.hi, figure.n, tuple(notes))


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
