"""What a metric is, and what computing one gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import duckdb


@dataclass(frozen=True)
class Interval:
    """A 95 % interval; an end that cannot be given is None, and the note says why."""

    lo: float | None = None
    hi: float | None = None
    note: str | None = None


@dataclass(frozen=True)
class Figure:
    """One metric of one candidate, in the metric's unit.

    Attributes:
        value: The figure; None is not measured.
        lo: Lower end of the 95 % interval; None where none can be given.
        hi: Upper end of it; None where none can be given.
        n: Observations behind the figure.
        notes: What limits the figure, as sentences without a full stop.
        at: Load and level (``("closed", 16.0)``) that it was measured at, where that is one of
            several of the stage: only audits of that one can keep it out.
        stage: Stage that it was measured in, where that is not the metric's own.
    """

    value: float | None = None
    lo: float | None = None
    hi: float | None = None
    n: int = 0
    notes: tuple[str, ...] = ()
    at: tuple[str, float] | None = None
    stage: str | None = None


@dataclass(frozen=True)
class Source:
    """Where the metrics of one candidate come from.

    Attributes:
        connection: The database, its tables loaded.
        candidate: Id of the candidate.
        unmeasured: Why a stage gave nothing, for those stages that gave nothing.
    """

    connection: duckdb.DuckDBPyConnection
    candidate: str
    unmeasured: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One figure that candidates are compared by.

    Attributes:
        id: Name in tables, scenarios and the report.
        label: What charts and tables call it.
        unit: Unit of the value; `1` for a share or a count without a unit.
        direction: Whether a lower or a higher value is better.
        stage: Stage that it is measured in.
        formula: Its definition, in words, as the glossary prints it.
        measure: Computes it from the rows.
    """

    id: str
    label: str
    unit: str
    direction: Literal["lower", "higher"]
    stage: str
    formula: str
    measure: Callable[[Source], Figure]
