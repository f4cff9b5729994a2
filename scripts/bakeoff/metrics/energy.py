"""Metrics of energy: what a request and an output token took, idle included."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import duckdb
import numpy as np

from bakeoff.metrics import bootstrap
from bakeoff.metrics.base import Figure, Interval, Metric, Source
from bakeoff.metrics.sample import ONE_START
from bakeoff.store.energy import level_energy

_STAGE = "throughput"
#: Parts that a window is cut into for the interval, and requests that each needs (batch means;
#: Law and Kelton 1984, *Confidence Intervals for Steady-State Simulations*, advise 10 to 20).
_PARTS, _REQUESTS_EACH = 10, 3
_SERVED = {"energy_j_per_request": "requests", "energy_j_per_output_token": "tokens"}
_UNITS = {"energy_j_per_request": "J", "energy_j_per_output_token": "J/token"}
_WHERE = (
    "The difference of the energy counter over the window in which throughput is highest (closed "
    "loop), idle included, {divided}. NVML's counter, summed over the candidate's GPUs; without a "
    "GPU that of the processor packages (RAPL), which leaves memory and mainboard out; what other "
    "programs took of it is not told apart. n counts the requests that succeeded and ended in the "
    "window. The interval is by bootstrap over equal parts of the window, at most ten, each at "
    "least a second and at least the mean response time long; with several server starts, over "
    "the starts."
)


@dataclass(frozen=True)
class _Level:
    """One row of ``level_energy``."""

    start_no: int
    load: str
    level: float
    begin_ns: int
    end_ns: int
    source: str | None
    energy_j: float | None
    idle_j: float | None
    requests: int
    tokens: float | None

    def served(self, what: str) -> float:
        return float(getattr(self, what) or 0)


_COLUMNS = ", ".join(_Level.__dataclass_fields__)


def _measure(what: str, source: Source) -> Figure:
    """Return the energy divided by ``requests`` or ``tokens``, where most is served."""
    starts = _levels(source, "level_energy")
    if reason := source.unmeasured.get(_STAGE):
        return Figure(notes=(reason,))
    if not starts:
        return Figure(notes=("no steady window was measured",))
    best = max(starts, key=_rank)
    level = [one for one in starts if (one.load, one.level) == (best.load, best.level)]
    return _figure(source, level, what)


def _figure(source: Source, level: Sequence[_Level], what: str) -> Figure:
    """Return the figure of one level, measured once for each server start."""
    known = [one for one in level if one.energy_j is not None]
    if not known:
        return Figure(notes=(_why_not(level[0]),))
    served = sum(one.served(what) for one in known)
    if not served:
        return Figure(notes=(f"nothing was counted at level {level[0].level:g}: no {what}",))
    value = sum(one.energy_j or 0 for one in known) / served
    units = _units(known, what) if len(known) > 1 else _units(_parts(source, known[0]), what)
    interval = between(units) if len(known) > 1 else _within(units, known[0])
    n = sum(one.requests for one in known)
    notes = (*_told(known), *([interval.note] if interval.note else []))
    return Figure(value, interval.lo, interval.hi, n, notes, (known[0].load, known[0].level))


def level_rows(connection: duckdb.DuckDBPyConnection, candidate: str) -> Iterator[dict[str, Any]]:
    """Yield energy per request and per token of every level as rows of ``level_metrics``.

    Only of levels whose energy was measured and where something was served.

    Args:
        connection: The database.
        candidate: Id of the candidate.
    """
    source = Source(connection, candidate, {})
    starts = _levels(source, "level_energy")
    for load, level in dict.fromkeys((one.load, one.level) for one in starts):
        own = [one for one in starts if (one.load, one.level) == (load, level)]
        for name, what in _SERVED.items():
            figure = _figure(source, own, what)
            if figure.value is not None:
                yield {
                    "candidate": candidate,
                    "stage": _STAGE,
                    "load": load,
                    "level": level,
                    "figure": name,
                    "value": figure.value,
                    "lo": figure.lo,
                    "hi": figure.hi,
                    "n": figure.n,
                    "unit": _UNITS[name],
                    "note": "; ".join(figure.notes),
                }


def _rank(level: _Level) -> tuple[bool, float, float]:
    """Return what orders levels: closed before open loop, then tokens/s, then requests/s."""
    length_s = (level.end_ns - level.begin_ns) / 1e9
    return level.load == "closed", level.served("tokens") / length_s, level.requests / length_s


def _why_not(level: _Level) -> str:
    if level.source is None:
        return "not measured: no energy counter"
    return "not measured: a counter was not read before, in and after the window on every device"


def _told(starts: Sequence[_Level]) -> tuple[str, ...]:
    """Return what the figure is of."""
    level = starts[0]
    streams = "stream" if level.level == 1 else "streams"
    unit = streams if level.load == "closed" else "requests/s"
    notes = [f"at {level.level:g} {unit}"]
    if level.source == "rapl":
        notes.append("processor packages only (RAPL): no GPU")
    energy_j = sum(one.energy_j or 0 for one in starts)
    if any(one.idle_j is None for one in starts):
        notes.append("idle power was not measured")
    elif energy_j:
        share = sum(one.idle_j or 0 for one in starts) / energy_j
        notes.append(f"idle alone would have taken {share:.0%} of it")
    return tuple(notes)


def within(units: bootstrap.Units) -> Interval:
    """Return the interval from the parts of one window, at least as many as that takes."""
    return Interval(*bootstrap.bootstrap(units), ONE_START)


def between(units: bootstrap.Units) -> Interval:
    """Return the interval from several server starts, a window of each."""
    per_start = units.by_start()
    if len(per_start.count) >= bootstrap.MIN_STARTS:
        return Interval(*bootstrap.bootstrap(per_start))
    if not per_start.count.all():
        return Interval(note="no interval: a server start served nothing")
    return bootstrap.over_few_starts(units.ratio, per_start.total / per_start.count)


def _within(units: bootstrap.Units, level: _Level) -> Interval:
    if len(units.count) >= bootstrap.MIN_UNITS:
        return within(units)
    needed = bootstrap.MIN_UNITS * _REQUESTS_EACH
    if level.requests < needed:
        return Interval(note=f"n = {level.requests} cannot bound it; {needed} requests can")
    return Interval(
        note=f"no interval: {len(units.count)} parts of one response time or more fit into the "
        f"window, {bootstrap.MIN_UNITS} are needed"
    )


def _units(found: Sequence[_Level], what: str) -> bootstrap.Units:
    return bootstrap.Units(
        np.array([one.start_no for one in found], dtype=np.int64),
        np.array([one.energy_j for one in found], dtype=np.float64),
        np.array([one.served(what) for one in found], dtype=np.float64),
    )


def _parts(source: Source, level: _Level) -> list[_Level]:
    """Return the parts of a window, as long as its requests need and counted as the whole."""
    key = [source.candidate, _STAGE, level.start_no, level.load, level.level]
    found = source.connection.execute(
        "SELECT avg(done_ns - sent_ns) FROM requests WHERE candidate = $1 AND stage = $2 AND "
        "start_no = $3 AND load = $4 AND level = $5 AND status = 'ok' "
        "AND done_ns > $6 AND done_ns <= $7",
        [*key, level.begin_ns, level.end_ns],
    ).fetchone()
    least_ns = max(1e9, (found and found[0]) or 0.0)
    fitting = int((level.end_ns - level.begin_ns) // least_ns)
    parts = max(1, min(_PARTS, level.requests // _REQUESTS_EACH, fitting))
    source.connection.execute(
        "CREATE OR REPLACE TEMP TABLE window_parts AS "
        "SELECT * REPLACE (begin_ns + (end_ns - begin_ns) * part // $6 AS begin_ns, "
        "begin_ns + (end_ns - begin_ns) * (part + 1) // $6 AS end_ns) "
        "FROM windows, range($6) AS parts(part) "
        "WHERE candidate = $1 AND stage = $2 AND start_no = $3 AND load = $4 AND level = $5",
        [*key, parts],
    )
    return [
        one
        for one in _levels(source, f"({level_energy('window_parts')})")
        if one.energy_j is not None
    ]


def _levels(source: Source, relation: str) -> list[_Level]:
    found = source.connection.execute(
        f"SELECT {_COLUMNS} FROM {relation} WHERE candidate = ? AND stage = ? "  # noqa: S608 -- our own names
        "ORDER BY start_no, load, level, begin_ns",
        [source.candidate, _STAGE],
    )
    return [_Level(*row) for row in found.fetchall()]


def _energy(what: str) -> Callable[[Source], Figure]:
    return partial(_measure, what)


METRICS = (
    Metric(
        id="energy_j_per_request",
        label="Energy per request",
        unit="J",
        direction="lower",
        stage=_STAGE,
        formula=_WHERE.format(
            divided="divided by the requests that succeeded and ended in that window"
        ),
        measure=_energy("requests"),
    ),
    Metric(
        id="energy_j_per_output_token",
        label="Energy per output token",
        unit="J/token",
        direction="lower",
        stage=_STAGE,
        formula=_WHERE.format(
            divided="divided by the output tokens, reasoning included, that arrived in it"
        ),
        measure=_energy("tokens"),
    ),
)
