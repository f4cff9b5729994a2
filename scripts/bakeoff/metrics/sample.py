"""Figures of a sample: a mean or a quantile of values that an SQL query gives, with interval.

A sample is a query with the columns ``start_no``, ``unit_no`` (the request or start that the
value belongs to, from 0 within the server start), ``part_no`` (which of the unit's values, from
0) and ``value``. Everything is aggregated in DuckDB: what reaches Python is a few
thousand sums, however many rows there are.
"""

import math
from dataclasses import dataclass, replace

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy import stats

from bakeoff.metrics import bootstrap
from bakeoff.metrics.base import Figure, Interval

#: Values up to which a quantile is exact; more are rounded to five significant digits.
EXACT_VALUES = 1_000_000
#: Resampling units of one start: more requests than this are put into blocks in order.
MAX_UNITS = 1_000
ONE_START = "one server start: differences between starts are not in the interval"


@dataclass(frozen=True)
class Sample:
    """A query for values, made the view ``sample`` of a connection.

    Attributes:
        connection: The database.
        many: Whether a unit gives several values, which resemble each other.
        units: What a unit is called in notes: requests or starts.
    """

    connection: duckdb.DuckDBPyConnection
    many: bool
    units: str

    def columns(self, query: str) -> dict[str, NDArray[np.float64]]:
        """Return the columns of a query as arrays; NULL is not expected in any."""
        found = self.connection.execute(query).fetchnumpy()
        return {name: np.asarray(values, dtype=np.float64) for name, values in found.items()}

    def set(self, name: str, value: float) -> None:
        """Set a variable that a query reads with ``getvariable``."""
        self.connection.execute(f"SET VARIABLE {name} = ?", [value])


def take(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    *,
    many: bool = False,
    units: str = "requests",
) -> Sample:
    """Make the query the sample of the connection."""
    connection.execute(f"CREATE OR REPLACE TEMP VIEW sample AS {query}")
    return Sample(connection, many, units)


def mean(sample: Sample) -> Figure:
    """Return the mean with its interval; the value is None where the sample is empty."""
    units = _unit_sums(sample, "sum(CAST(round(value * 1e9) AS HUGEINT)) / 1e9")
    if not len(units.count):
        return Figure()
    n = int(units.count.sum())
    value = units.ratio
    per_start = units.by_start()
    starts = len(per_start.count)
    if starts >= bootstrap.MIN_STARTS:
        interval = Interval(*bootstrap.bootstrap(per_start))
    elif starts > 1:
        interval = bootstrap.over_few_starts(value, per_start.total / per_start.count)
    elif n < bootstrap.MIN_UNITS:
        needed = 2 if sample.units == "starts" else bootstrap.MIN_UNITS
        interval = Interval(note=_too_few(n, "mean", needed, sample.units))
    else:
        interval = Interval(*bootstrap.bootstrap(units), ONE_START)
    return _figure(value, interval, n)


def quantile(sample: Sample, q: float) -> Figure:
    """Return the quantile with its interval; the value is None where the sample is empty.

    The quantile lies between the two neighbouring values in proportion (type 7 of Hyndman
    and Fan 1996, NumPy's default).
    """
    values = _Sorted.of(sample)
    if not values.total:
        return Figure()
    value, starts = values.quantile(q), np.unique(values.start)
    n = values.firsts
    if 1 < len(starts) < bootstrap.MIN_STARTS:
        figures = np.array([values.of_start(start).quantile(q) for start in starts])
        interval = bootstrap.over_few_starts(value, figures)
        if q >= 0.9 and interval.note:
            interval = replace(
                interval, note=f"{interval.note}; where starts differ much it is too narrow"
            )
        return _figure(value, interval, n)
    name = "median" if q == 0.5 else f"P{q * 100:g}"
    needed = bootstrap.MIN_UNITS if sample.many else bootstrap.needed(q)
    one_start = len(starts) == 1
    if one_start and n < needed:
        return _figure(value, Interval(note=_too_few(n, name, needed, sample.units)), n)
    shares = _shares(sample, values, q, one_start=one_start)
    return _figure(value, _invert(values, shares, name, one_start=one_start), n)


def _figure(value: float, interval: Interval, n: int) -> Figure:
    notes = (interval.note,) if interval.note else ()
    return Figure(value, interval.lo, interval.hi, n, notes)


def _too_few(n: int, name: str, needed: int, units: str) -> str:
    return f"n = {n} cannot bound a {name}; {needed} {units} can"


def _unit_sums(sample: Sample, total: str) -> bootstrap.Units:
    """Return a sum over each unit; requests beyond :data:`MAX_UNITS` are put into blocks."""
    last = sample.connection.execute("SELECT max(unit_no) FROM sample").fetchone()
    if last is None or last[0] is None:
        empty = np.array([], dtype=np.float64)
        return bootstrap.Units(empty.astype(np.int64), empty, empty)
    sample.set("block", math.ceil((last[0] + 1) / MAX_UNITS))
    found = sample.columns(
        f"SELECT start_no, unit_no // getvariable('block') AS unit, {total} AS total, "  # noqa: S608 -- our own expression
        "count(*) AS n FROM sample GROUP BY start_no, unit ORDER BY start_no, unit"
    )
    return bootstrap.Units(found["start_no"].astype(np.int64), found["total"], found["n"])


@dataclass(frozen=True, eq=False)
class _Sorted:
    """Sorted distinct values, by start, and how often each occurs."""

    start: NDArray[np.float64]
    value: NDArray[np.float64]
    count: NDArray[np.float64]
    firsts: int

    @classmethod
    def of(cls, sample: Sample) -> "_Sorted":
        counted = sample.connection.execute(
            "SELECT count(*), count(*) FILTER (part_no = 0) FROM sample"
        ).fetchone()
        total, firsts = counted or (0, 0)
        sample.set("rounded", int(total > EXACT_VALUES))
        found = sample.columns(
            f"SELECT start_no, {_ROUNDED} AS value, count(*) AS n FROM sample "  # noqa: S608 -- our own expression
            "GROUP BY ALL ORDER BY value, start_no"
        )
        return cls(found["start_no"], found["value"], found["n"], int(firsts))

    @property
    def total(self) -> int:
        """How many values there are."""
        return int(self.count.sum())

    def of_start(self, start: float) -> "_Sorted":
        """Return the values of one start."""
        own = self.start == start
        return _Sorted(self.start[own], self.value[own], self.count[own], self.firsts)

    def at(self, rank: int) -> float:
        """Return the value of a rank, from 1."""
        return float(self.value[np.searchsorted(np.cumsum(self.count), rank)])

    def quantile(self, q: float) -> float:
        """Return the quantile of type 7."""
        position = q * (self.total - 1)
        below = math.floor(position)
        low, high = self.at(below + 1), self.at(min(below + 2, self.total))
        return low + (position - below) * (high - low)


#: The value, to five significant digits where there are too many to keep apart.
_ROUNDED = (
    "CASE WHEN getvariable('rounded') = 1 AND value > 0 "
    "THEN round(value / 10 ** (floor(log10(value)) - 4)) * 10 ** (floor(log10(value)) - 4) "
    "ELSE value END"
)


def _shares(sample: Sample, values: _Sorted, q: float, *, one_start: bool) -> tuple[float, float]:
    """Return the 95 % interval of the share of values below the true quantile."""
    if one_start and not sample.many:
        tails = stats.binom.ppf([0.025, 0.975], values.total, q) / values.total
        return float(tails[0]), float(tails[1])
    rank = math.ceil(round(q * values.total, 6))
    threshold = values.at(max(rank, 1))
    below = float(values.count[values.value < threshold].sum())
    equal = float(values.count[values.value == threshold].sum())
    sample.set("threshold", threshold)
    sample.set("tied", (q * values.total - below) / equal)
    units = _unit_sums(
        sample,
        f"count(*) FILTER ({_ROUNDED} < getvariable('threshold')) "
        f"+ getvariable('tied') * count(*) FILTER ({_ROUNDED} = getvariable('threshold'))",
    )
    return bootstrap.bootstrap(units if one_start else units.by_start())


def _invert(
    values: _Sorted, shares: tuple[float, float], name: str, *, one_start: bool
) -> Interval:
    """Return the values at the ends of an interval of shares."""
    lowest = math.floor(round(shares[0] * values.total, 6))
    highest = math.floor(round(shares[1] * values.total, 6)) + 1
    notes = [ONE_START] if one_start else []
    if lowest < 1 or highest > values.total:
        which = f"differ too much to bound a {name}"
        notes = [f"the requests {which}" if one_start else f"the server starts {which}"]
        return Interval(note=notes[0])
    return Interval(values.at(lowest), values.at(highest), "; ".join(notes) or None)
