"""What the audits found: one verdict for each over all loads of a stage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bakeoff.audits.base import Audit
from bakeoff.audits.registry import AUDITS, get
from bakeoff.language import marked
from bakeoff.report.data import Report, Row

#: Result to its mark and words, the worst first.
RESULTS = {
    "excludes": ("✗", marked("failed, figures excluded")),
    "warns": ("!", marked("warning")),
    "informs": ("i", marked("noted")),
    "passed": ("✓", marked("passed")),
    "untold": ("–", marked("not checked")),
}


@dataclass(frozen=True)
class Verdict:
    """One audit over all loads of one stage of one candidate.

    Attributes:
        audit: The audit.
        result: Key of :data:`RESULTS`: the worst of the loads.
        row: The row that says so; of several the furthest beyond its limit.
        loads: Rows with that result.
        of: All rows.
    """

    audit: Audit
    result: str
    row: Row
    loads: int
    of: int


def rows(report: Report) -> list[Row]:
    """Return the audits in the order of candidates and stages, as they were measured."""
    return report.rows(
        "SELECT audits.* FROM audits JOIN candidates USING (candidate) "
        "JOIN stages USING (candidate, stage) "
        "ORDER BY position, started_at, stage, start_no, load, level"
    )


def verdicts(rows: Iterable[Row]) -> list[Verdict]:
    """Return one verdict for each audit, the worst first, else in the registry's order."""
    by_audit: dict[str, list[Row]] = {audit.id: [] for audit in AUDITS}
    for row in rows:
        by_audit[str(row["audit"])].append(row)
    found = [_verdict(get(name), own) for name, own in by_audit.items() if own]
    order = list(RESULTS)
    return sorted(found, key=lambda one: order.index(one.result))


def _verdict(audit: Audit, rows: list[Row]) -> Verdict:
    order = list(RESULTS)
    worst = min((_result(row) for row in rows), key=order.index)
    own = [row for row in rows if _result(row) == worst]
    return Verdict(audit, worst, max(own, key=_beyond), len(own), len(rows))


def _result(row: Row) -> str:
    if row["passed"] is None:
        return "untold"
    return "passed" if row["passed"] else str(row["severity"])


def _beyond(row: Row) -> float:
    """Return how far a value is beyond its limit, relative to the limit where it has one."""
    if row["value"] is None or row["limit"] is None:
        return 0.0
    value, limit = float(str(row["value"])), float(str(row["limit"]))
    return abs(value) / abs(limit) if limit else abs(value)
