"""Samples: values that an SQL query gives, summed and sorted by DuckDB.

A sample is a query with the columns ``start_no``, ``unit_no`` (the request or start that the
value belongs to, from 0 within the server start), ``part_no`` (which of the unit's values, from
0) and ``value``. Everything is aggregated in DuckDB: what reaches Python is bounded, however
many rows there are.
"""

import math
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from bakeoff.metrics.bootstrap import Units

#: Values up to which a quantile is exact; more are rounded to five significant digits.
EXACT_VALUES = 1_000_000
#: Resampling units of one start: more requests than this are put into blocks in order.
MAX_UNITS = 1_000
#: The value, to five significant digits where there are too many to keep apart.
_ROUNDED = (
    "CASE WHEN getvariable('rounded') = 1 AND value > 0 "
    "THEN round(value / 10 ** (floor(log10(value)) - 4)) * 10 ** (floor(log10(value)) - 4) "
    "ELSE value END"
)


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


def unit_sums(sample: Sample, total: str) -> Units:
    """Return a sum over each unit; requests beyond :data:`MAX_UNITS` are put into blocks."""
    last = sample.connection.execute("SELECT max(unit_no) FROM sample").fetchone()
    if last is None or last[0] is None:
        empty = np.array([], dtype=np.float64)
        return Units(empty.astype(np.int64), empty, empty)
    sample.set("block", math.ceil((last[0] + 1) / MAX_UNITS))
    found = sample.columns(
        f"SELECT start_no, unit_no // getvariable('block') AS unit, {total} AS total, "  # noqa: S608 -- our own expression
        "count(*) AS n FROM sample GROUP BY start_no, unit ORDER BY start_no, unit"
    )
    return Units(found["start_no"].astype(np.int64), found["total"], found["n"])


@dataclass(frozen=True, eq=False)
class Sorted:
    """Sorted distinct values, by start, and how often each occurs."""

    start: NDArray[np.float64]
    value: NDArray[np.float64]
    count: NDArray[np.float64]
    firsts: int

    @classmethod
    def of(cls, sample: Sample) -> "Sorted":
        """Return the sorted values of a sample."""
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

    def of_start(self, start: float) -> "Sorted":
        """Return the values of one start."""
        own = self.start == start
        return Sorted(self.start[own], self.value[own], self.count[own], self.firsts)

    def at(self, rank: int) -> float:
        """Return the value of a rank, from 1."""
        return float(self.value[np.searchsorted(np.cumsum(self.count), rank)])

    def quantile(self, q: float) -> float:
        """Return the quantile of type 7."""
        position = q * (self.total - 1)
        below = math.floor(position)
        low, high = self.at(below + 1), self.at(min(below + 2, self.total))
        return low + (position - below) * (high - low)


def shares_below(sample: Sample, values: Sorted, q: float) -> Units:
    """Return how many of each unit's values lie below the quantile; their share is ``q``.

    Values that equal the one at the quantile's rank count in part.
    """
    rank = math.ceil(round(q * values.total, 6))
    threshold = values.at(max(rank, 1))
    below = float(values.count[values.value < threshold].sum())
    equal = float(values.count[values.value == threshold].sum())
    sample.set("threshold", threshold)
    sample.set("tied", (q * values.total - below) / equal)
    return unit_sums(
        sample,
        f"count(*) FILTER ({_ROUNDED} < getvariable('threshold')) "
        f"+ getvariable('tied') * count(*) FILTER ({_ROUNDED} = getvariable('threshold'))",
    )
