"""Metrics of energy: what a request and an output token took, idle included."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from bakeoff.metrics import bootstrap
from bakeoff.metrics.base import Figure, Metric, Source
from bakeoff.metrics.sample import ONE_START
from bakeoff.store.energy import level_energy

_STAGE = "throughput"
#: Parts that a window is cut into for the interval, and requests that each needs (batch means;
#: Law and Kelton 1984, *Confidence Intervals for Steady-State Simulations*, advise 10 to 20).
_PARTS, _REQUESTS_EACH = 10, 3
_WHERE = (
    "The difference of the energy counter over the window in which throughput is highest (closed "
    "loop), idle included, {divided}. NVML's counter, summed over the candidate's GPUs; without a "
    "GPU that of the processor packages (RAPL), which leaves memory and mainboard out; what other "
    "programs took of it is not told apart. n counts the requests that succeeded and ended in the "
    "window. The interval is from ten equal parts of the window."
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
    """Return the energy divided by ``requests`` or ``tokens``."""
    levels = _levels(source, "level_energy")
    if reason := source.unmeasured.get(_STAGE):
        return Figure(notes=(reason,))
    if not levels:
        return Figure(notes=("no steady window was measured",))
    best = max(levels, key=_rank)
    if best.energy_j is None:
        return Figure(notes=(_why_not(best),))
    if not best.served(what):
        return Figure(notes=(f"nothing was counted at level {best.level:g}: no {what}",))
    value = best.energy_j / best.served(what)
    lo, hi, note = _interval(source, best, what)
    at = (best.load, best.level)
    return Figure(value, lo, hi, best.requests, (*_told(best), note), at)


def _rank(level: _Level) -> tuple[bool, float, float]:
    """Return what orders levels: closed before open loop, then tokens/s, then requests/s."""
    length_s = (level.end_ns - level.begin_ns) / 1e9
    return level.load == "closed", level.served("tokens") / length_s, level.requests / length_s


def _why_not(level: _Level) -> str:
    if level.source is None:
        return "not measured: no energy counter"
    return "not measured: a counter was not read before, in and after the window on every device"


def _told(level: _Level) -> tuple[str, ...]:
    """Return what the figure is of."""
    streams = "stream" if level.level == 1 else "streams"
    unit = streams if level.load == "closed" else "requests/s"
    notes = [f"at {level.level:g} {unit}"]
    if level.source == "rapl":
        notes.append("processor packages only (RAPL): no GPU")
    if level.idle_j is None:
        notes.append("idle power was not measured")
    elif level.energy_j:
        notes.append(f"idle alone would have taken {level.idle_j / level.energy_j:.0%} of it")
    return tuple(notes)


def _interval(source: Source, level: _Level, what: str) -> tuple[float | None, float | None, str]:
    """Return the ends of the interval from parts of the window, and what limits it."""
    parts = min(_PARTS, level.requests // _REQUESTS_EACH)
    if parts < bootstrap.MIN_UNITS:
        needed = bootstrap.MIN_UNITS * _REQUESTS_EACH
        return None, None, f"n = {level.requests} cannot bound it; {needed} requests can"
    source.connection.execute(
        "CREATE OR REPLACE TEMP TABLE window_parts AS "
        "SELECT * REPLACE (begin_ns + (end_ns - begin_ns) * part // $1 AS begin_ns, "
        "begin_ns + (end_ns - begin_ns) * (part + 1) // $1 AS end_ns) "
        "FROM windows, range($1) AS parts(part) "
        "WHERE candidate = $2 AND stage = $3 AND start_no = $4 AND load = $5 AND level = $6",
        [parts, source.candidate, _STAGE, level.start_no, level.load, level.level],
    )
    found = [
        one
        for one in _levels(source, f"({level_energy('window_parts')})")
        if one.energy_j is not None
    ]
    units = bootstrap.Units(
        np.array([one.start_no for one in found], dtype=np.int64),
        np.array([one.energy_j for one in found], dtype=np.float64),
        np.array([one.served(what) for one in found], dtype=np.float64),
    )
    return *bootstrap.bootstrap(units), ONE_START


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
