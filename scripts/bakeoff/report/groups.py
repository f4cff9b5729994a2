"""The figures of ``quality_groups``: of a suite, and of its templates, difficulties and so on."""

from __future__ import annotations

from bakeoff.quality.statistics import answers
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report

#: Kinds of suites whose answers are right or wrong.
GRADED = answers.GRADED


def suites(report: Report, *kinds: str) -> list[str]:
    """Return the suites of these kinds, math first, then code, then creative."""
    rows = report.rows(
        "SELECT DISTINCT suite, kind FROM items "
        "ORDER BY list_position(['math', 'code', 'creative'], kind), suite"
    )
    return [str(row["suite"]) for row in rows if row["kind"] in kinds]


def parts(report: Report, suite: str, figure: str, split: str) -> dict[str, list[Figure]]:
    """Return a figure of each part of a suite, one per candidate in order.

    Args:
        report: The database.
        suite: The suite.
        figure: Name of the figure in ``quality_groups``.
        split: What the suite is divided by; ``suite`` is all of it.

    Returns:
        Part to figures; the metric of a figure is its name in the table. A candidate without
        a row has a figure without a value.
    """
    rows = report.connection.execute(
        "SELECT part, candidate, figure, value, lo, hi, n, unit, note FROM quality_groups "
        "WHERE suite = ? AND figure = ? AND split = ? ORDER BY try_cast(part AS INTEGER), part",
        [suite, figure, split],
    ).fetchall()
    found = {(part, figure.candidate): figure for part, figure in _figures(rows)}
    return {
        part: [
            found.get((part, who), Figure(who, figure, None, None, None, 0, "1"))
            for who in report.candidates
        ]
        for part in dict.fromkeys(part for part, _ in found)
    }


def _figures(rows: list[tuple[object, ...]]) -> list[tuple[str, Figure]]:
    return [(str(part), Figure(*rest)) for part, *rest in rows]  # type: ignore[arg-type] # a row of the table


def of_suite(report: Report, suite: str, figure: str) -> list[Figure]:
    """Return a figure of a whole suite, one per candidate in order."""
    none = [Figure(who, figure, None, None, None, 0, "1") for who in report.candidates]
    return parts(report, suite, figure, "suite").get(suite, none)
