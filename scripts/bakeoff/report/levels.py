"""The figures of each load level, as ``level_metrics`` and ``level_figures`` give them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from bakeoff.report.compare import Figure
from bakeoff.report.data import Report, Row

#: Figures of a level that the report shows, and their units.
UNITS = MappingProxyType(
    {
        "output_tokens_per_s": "tokens/s",
        "total_tokens_per_s": "tokens/s",
        "requests_per_s": "requests/s",
        "goodput_requests_per_s": "requests/s",
        "ttft_p50_ms": "ms",
        "ttft_p95_ms": "ms",
        "itl_p50_ms": "ms",
        "itl_p95_ms": "ms",
        "e2e_p50_ms": "ms",
        "e2e_p95_ms": "ms",
        "e2e_scheduled_p50_ms": "ms",
        "e2e_scheduled_p95_ms": "ms",
    }
)


@dataclass(frozen=True, kw_only=True)
class Level:
    """One level of one candidate.

    Attributes:
        candidate: Candidate id.
        load: closed or open.
        level: Streams, or requests/s.
        measured: The level's own requests.
        failed: Those of them that failed.
        figures: The figures by name, see :data:`UNITS`.
    """

    candidate: str
    load: str
    level: float
    measured: int
    failed: int
    figures: dict[str, Figure]

    def figure(self, name: str) -> Figure:
        """Return one figure."""
        return self.figures[name]

    def value(self, name: str) -> float | None:
        """Return the value of one figure, None for not measured."""
        return self.figures[name].value


def levels(report: Report, load: str) -> list[Level]:
    """Return the levels of all candidates, in the configuration's order, lowest level first."""
    rows = report.rows(
        "SELECT * FROM level_figures WHERE stage = 'throughput' AND load = ? "
        "ORDER BY level, start_no",
        [load],
    )
    bounded = _bounded(report, load)
    found = [_level(row, bounded) for row in rows]
    return [level for who in report.candidates for level in found if level.candidate == who]


def _bounded(report: Report, load: str) -> dict[tuple[str, float, str], Figure]:
    """Return the figures that have a row of their own, with their intervals."""
    rows = report.connection.execute(
        "SELECT candidate, level, figure, value, lo, hi, n, unit, note FROM level_metrics "
        "WHERE stage = 'throughput' AND load = ?",
        [load],
    ).fetchall()
    return {(who, level, name): Figure(who, name, *rest) for who, level, name, *rest in rows}


def _level(row: Row, bounded: dict[tuple[str, float, str], Figure]) -> Level:
    candidate, level = str(row["candidate"]), float(str(row["level"]))
    return Level(
        candidate=candidate,
        load=str(row["load"]),
        level=level,
        measured=int(str(row["measured"])),
        failed=int(str(row["failed"])),
        figures={
            name: bounded.get((candidate, level, name)) or _unbounded(candidate, name, row)
            for name in UNITS
        },
    )


def _unbounded(candidate: str, name: str, row: Row) -> Figure:
    """Return a figure that has no interval."""
    value = row.get(name)
    number = None if value is None else float(str(value))
    return Figure(candidate, name, number, None, None, int(str(row["measured"])), UNITS[name])


def of(candidate: str, found: Iterable[Level]) -> list[Level]:
    """Return the levels of one candidate."""
    return [level for level in found if level.candidate == candidate]


def service_level(report: Report) -> dict[str, float]:
    """Return the limits that requests are held to, by name; empty where there are none."""
    rows = report.rows("SELECT ttft_p95_ms, itl_p95_ms, error_rate FROM slo")
    return {name: float(str(value)) for name, value in rows[0].items()} if rows else {}
