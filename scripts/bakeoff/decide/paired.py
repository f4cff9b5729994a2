"""Differences of right answers between candidates that were asked the same questions.

Two shares that were measured on the same questions are not independent: what tells the
candidates apart are the questions on which they differ. The rows of ``quality_comparisons`` hold
that difference with its interval, for each suite; a metric over several suites is their mean.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType

import duckdb

from bakeoff.metrics.base import Figure
from bakeoff.quality.statistics.answers import GRADED
from bakeoff.quality.statistics.average import average

#: Metric to the kinds of suites that it is the mean over.
KINDS = MappingProxyType(
    {"quality_math": ("math",), "quality_code": ("code",), "quality_overall": GRADED}
)


@dataclass(frozen=True)
class Pair:
    """Share of right answers of one candidate less that of another.

    Attributes:
        value: The difference.
        lo: Lower end of its 95 % interval.
        hi: Upper end.
        n: Questions that both were graded on.
        needed: Questions that would decide a difference of this size; None where none is seen.
        note: How the intervals were made.
    """

    value: float
    lo: float
    hi: float
    n: int
    needed: int | None = None
    note: str | None = None

    @property
    def reversed(self) -> Pair:
        """The same, the other one first."""
        return replace(self, value=-self.value, lo=-self.hi, hi=-self.lo)


def pairs(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, str], Pair]:
    """Return the differences by metric, candidate and other, each in both orders.

    Args:
        connection: The database, its comparisons computed.
    """
    # One row for each suite: every question of it is of one kind.
    rows = connection.execute(
        "SELECT DISTINCT suite, kind, candidate, other, value, lo, hi, n, items_needed, "
        "note "
        "FROM quality_comparisons JOIN items USING (suite) ORDER BY suite, candidate, other"
    ).fetchall()
    found: dict[tuple[str, str, str], Pair] = {}
    for metric, kinds in KINDS.items():
        own = [row for row in rows if row[1] in kinds]
        for first, other in dict.fromkeys((row[2], row[3]) for row in own):
            suites = [row for row in own if (row[2], row[3]) == (first, other)]
            if any(row[4] is None or row[5] is None or row[6] is None for row in suites):
                continue
            mean = average([Figure(row[4], row[5], row[6], row[7]) for row in suites])
            if mean.value is None or mean.lo is None or mean.hi is None:
                continue
            needed = suites[0][8] if len(suites) == 1 else None
            notes = "; ".join(row[9] or "" for row in suites)
            pair = Pair(mean.value, mean.lo, mean.hi, mean.n, needed, notes)
            found[metric, first, other], found[metric, other, first] = pair, pair.reversed
    return found
