"""What a decision reads: the figures of every candidate, and what kept others from being."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import duckdb

from bakeoff.decide.paired import Pair, pairs
from bakeoff.metrics import registry
from bakeoff.quality.statistics.exact import clopper_pearson

#: What a value is on: a share of something, a score from 1 to 5, or any positive quantity.
Kind = Literal["share", "score", "positive"]
_KINDS: dict[str, Kind] = {"1": "share", "of 5": "score"}
#: Rates of requests, whose smallest value above 0 is one request in the window.
_COUNTED = frozenset({"goodput_requests_per_s"})
_ALL_REQUESTS = "throughput_requests_per_s"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One figure of one candidate: a row of ``metrics``, and how it may be compared.

    Attributes:
        candidate: Candidate id.
        metric: Metric id.
        value: The figure in the metric's unit; None is not measured.
        lo: Lower end of its 95 % interval; None where there is none.
        hi: Upper end; None where there is none.
        n: Observations behind it.
        unit: Unit of value, lo and hi.
        note: What limits it.
        floor: Half of the smallest amount above 0 that could have been seen: what a 0 counts as
            where a ratio is needed; None where that is not known.
    """

    candidate: str
    metric: str
    value: float | None
    lo: float | None = None
    hi: float | None = None
    n: int = 0
    unit: str = ""
    note: str | None = None
    floor: float | None = None

    @property
    def kind(self) -> Kind:
        """What the value is on."""
        return _KINDS.get(self.unit, "positive")

    @property
    def sign(self) -> int:
        """1 where higher is better, -1 where lower is."""
        return 1 if registry.get(self.metric).direction == "higher" else -1

    @property
    def stage(self) -> str:
        """The stage that measures the metric."""
        return registry.get(self.metric).stage

    @property
    def exact(self) -> bool:
        """Whether nothing about the figure is unsure."""
        return self.value is not None and self.lo == self.value == self.hi

    @property
    def unbounded(self) -> bool:
        """Whether an end of the interval is missing: there the figure could lie anywhere."""
        return not self.exact and (self.lo is None or self.hi is None)

    @property
    def usable(self) -> bool:
        """Whether the figure can stand in a ratio."""
        return self.value is not None and (self.value > 0 or self.floor is not None)


@dataclass(frozen=True)
class Study:
    """All that a decision is made from.

    Attributes:
        candidates: Their ids, in the configuration's order.
        readings: Figures by candidate and metric.
        failed: Why stages failed, by candidate and stage.
        pairs: Differences of right answers on the same questions, by metric, candidate and other.
    """

    candidates: tuple[str, ...]
    readings: Mapping[tuple[str, str], Reading]
    failed: Mapping[tuple[str, str], str]
    pairs: Mapping[tuple[str, str, str], Pair]

    def reading(self, candidate: str, metric: str) -> Reading:
        """Return a figure; one that has no row was not measured."""
        missing = Reading(candidate=candidate, metric=metric, value=None)
        return self.readings.get((candidate, metric), missing)

    @cached_property
    def compared_pairwise(self) -> frozenset[str]:
        """Metrics that are compared on the same questions."""
        return frozenset(metric for metric, _, _ in self.pairs)

    def lacking(self, candidate: str, metrics: Sequence[str]) -> list[Reading]:
        """Return those figures of a candidate that a scenario needs and that cannot be used."""
        found = [self.reading(candidate, metric) for metric in metrics]
        return [reading for reading in found if not reading.usable]


def read_study(connection: duckdb.DuckDBPyConnection) -> Study:
    """Return what a database of measured figures says.

    Args:
        connection: The database, its metrics computed.
    """
    ids = connection.execute("SELECT candidate FROM candidates ORDER BY position").fetchall()
    rows = connection.execute(
        "SELECT candidate, metric, value, lo, hi, n, unit, note FROM metrics"
    ).fetchall()
    names = ("candidate", "metric", "value", "lo", "hi", "n", "unit", "note")
    found = [Reading(**dict(zip(names, row, strict=True))) for row in rows]
    everything = {(one.candidate, one.metric): one for one in found}
    failed = connection.execute(
        "SELECT candidate, stage, coalesce(error, '') FROM stages WHERE status = 'failed'"
    ).fetchall()
    return Study(
        tuple(candidate for (candidate,) in ids),
        {key: above_zero(one, everything) for key, one in everything.items()},
        {(candidate, stage): error for candidate, stage, error in failed},
        pairs(connection),
    )


def above_zero(one: Reading, everything: Mapping[tuple[str, str], Reading]) -> Reading:
    """Return a figure with what a 0 of it counts as.

    A share of n counts as half of one in n (the continuity correction of rates); a rate of
    requests as half a request in its window, and where none was seen it may be as much as
    none of n leaves open; a number of requests in flight as half of one.
    """
    values = {field: getattr(one, field) for field in one.__dataclass_fields__}
    if one.kind == "share" and one.n > 0:
        return Reading(**values | {"floor": 0.5 / one.n})
    if one.metric == "max_stable_concurrency":
        return Reading(**values | {"floor": 0.5})
    answered = everything.get((one.candidate, _ALL_REQUESTS))
    if one.metric in _COUNTED and answered and answered.value and one.n:
        values["floor"] = 0.5 / one.n * answered.value
        if one.value == 0:
            values["hi"] = clopper_pearson(0, one.n)[1] * answered.value
        return Reading(**values)
    return one
