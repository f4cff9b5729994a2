"""The audits: what was checked of the measurement itself, and what that keeps out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from bakeoff.audits.base import Audit
from bakeoff.audits.registry import AUDITS, amount, get
from bakeoff.metrics import registry
from bakeoff.report.data import Report, Row
from bakeoff.report.html import NOTHING, Content, Html, Table, folded, joined, paragraph, table, tag
from bakeoff.report.numbers import count, listed
from bakeoff.report.parts import named

#: Audits that the finding names at most.
_MOST = 6
#: Result to its mark and words, the worst first.
_RESULTS = {
    "excludes": ("✗", "failed, figures excluded"),
    "warns": ("!", "warning"),
    "informs": ("i", "noted"),
    "passed": ("✓", "passed"),
    "untold": ("–", "not checked"),
}


@dataclass(frozen=True)
class _Verdict:
    """One audit over all loads of one stage of one candidate.

    Attributes:
        audit: The audit.
        result: Key of ``_RESULTS``: the worst of the loads.
        row: The row that says so; of several the furthest beyond its limit.
        loads: Rows with that result.
        of: All rows.
    """

    audit: Audit
    result: str
    row: Row
    loads: int
    of: int


def finding(report: Report) -> Html:
    """Return how many checks failed or warned, and whose they are."""
    rows = [row for row in _rows(report) if row["passed"] is not None]
    if not rows:
        return paragraph("No request was sent, so there was nothing to check.", "finding")
    checks = count(len(rows), "check")
    failed = [row for row in rows if not row["passed"]]
    parts = []
    for severity, verb in (("excludes", "failed"), ("warns", "gave a warning")):
        own = [row for row in failed if row["severity"] == severity]
        if own:
            parts.append(f"{len(own):,} of {checks} {verb}: {listed(_about(own))}")
    if not parts:
        return paragraph(
            f"All {checks} passed." if len(rows) > 1 else "The check passed.", "finding"
        )
    told = ". ".join(parts)
    if not any(row["severity"] == "excludes" for row in failed):
        told += ". None keeps a figure out of this report"
    return paragraph(f"{told}.", "finding")


def _about(rows: list[Row]) -> list[str]:
    """Return audits with whose they are: ``Answer length (demo-llama, latency)``."""
    about = list(
        dict.fromkeys(
            f"{get(str(row['audit'])).label} ({row['candidate']}, {row['stage']})" for row in rows
        )
    )
    rest = len(about) - _MOST
    return [*about[:_MOST], f"{rest} more"] if rest > 0 else about


def tables(report: Report) -> Html:
    """Return a table for each stage of each candidate, and what each audit checks."""
    parts = [
        _stage(report, candidate, stage, list(rows))
        for (candidate, stage), rows in groupby(
            _rows(report), key=lambda row: (str(row["candidate"]), str(row["stage"]))
        )
    ]
    return joined(parts) + folded("What each check looks at", _explained()) if parts else NOTHING


def _rows(report: Report) -> list[Row]:
    return report.rows(
        "SELECT audits.* FROM audits JOIN candidates USING (candidate) "
        "JOIN stages USING (candidate, stage) "
        "ORDER BY position, started_at, stage, start_no, load, level"
    )


def _stage(report: Report, candidate: str, stage: str, rows: list[Row]) -> Html:
    """Return what was found in one stage: what did not pass, then folded the rest."""
    verdicts = _verdicts(rows)
    bad = [one for one in verdicts if one.result not in {"passed", "untold"}]
    good = [one for one in verdicts if one.result == "passed"]
    untold = [one for one in verdicts if one.result == "untold"]
    told = f"all {count(len(good), 'check')} passed"
    if bad:
        told = f"{len(good)} of {count(len(bad) + len(good), 'check')} passed"
    words: list[Content] = [
        named(report, candidate),
        f" · {stage}: {told if good or bad else 'nothing to check'}",
    ]
    parts = [paragraph(words, "note")]
    if bad:
        parts.append(_table(bad, name=f"{candidate}/{stage}", explained=True))
    folds: list[Content] = []
    if good:
        folds.append(_table(good, name=f"{candidate}/{stage}"))
    if untold:
        items = [tag("li", f"{one.audit.label}: {one.row['note']}.") for one in untold]
        folds += [paragraph("Not checked:"), tag("ul", items)]
    summary = f"Passed and not checked: {candidate}, {stage}"
    return joined(parts) + (folded(summary, joined(folds)) if folds else NOTHING)


def _verdicts(rows: Iterable[Row]) -> list[_Verdict]:
    """Return one verdict for each audit, the worst first, else in the registry's order."""
    by_audit: dict[str, list[Row]] = {audit.id: [] for audit in AUDITS}
    for row in rows:
        by_audit[str(row["audit"])].append(row)
    found = [_verdict(get(name), own) for name, own in by_audit.items() if own]
    order = list(_RESULTS)
    return sorted(found, key=lambda one: order.index(one.result))


def _verdict(audit: Audit, rows: list[Row]) -> _Verdict:
    order = list(_RESULTS)
    worst = min((_result(row) for row in rows), key=order.index)
    own = [row for row in rows if _result(row) == worst]
    return _Verdict(audit, worst, max(own, key=_beyond), len(own), len(rows))


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


def _table(verdicts: list[_Verdict], *, name: str, explained: bool = False) -> Html:
    head = ["check", "found", "limit", "result", "behind it"]
    shown: list[list[Content]] = [_cells(one, explained=explained) for one in verdicts]
    keys = [f"{name}/{one.audit.id}" for one in verdicts]
    return table(Table(head, shown, frozenset({1, 2}), "audits", keys))


def _cells(one: _Verdict, *, explained: bool) -> list[Content]:
    mark, words = _RESULTS[one.result]
    kind = {"passed": "ok", "excludes": "failed"}.get(one.result, one.result)
    label: Content = tag("span", one.audit.label, title=one.audit.checks)
    if explained:
        label = tag("span", [one.audit.label, " ", tag("small", one.audit.checks)])
    unit = str(one.row["unit"])
    where = f"in {one.loads} of {count(one.of, 'load')}, here {_load(one.row)}: "
    return [
        label,
        _amount(one.row["value"], unit),
        _amount(one.row["limit"], unit),
        tag("span", f"{mark} {words}", class_=f"status {kind}"),
        (where if one.of > 1 else "") + str(one.row["note"] or ""),
    ]


def _amount(value: object, unit: str) -> str:
    return "" if value is None else amount(float(str(value)), unit)


def _load(row: Row) -> str:
    """Return which load a row is about: ``4 streams of start 0``."""
    level = float(str(row["level"]))
    what = f"{level:g} requests/s" if row["load"] == "open" else count(int(level), "stream")
    return f"{what} of start {row['start_no']}"


def _explained() -> Html:
    """Return the table of all audits: what they check, their limits, what they matter to."""
    labels = {metric.id: metric.label.replace(", ", " ") for metric in registry.METRICS}
    rows: list[list[Content]] = [
        [
            audit.label,
            audit.checks,
            audit.limit,
            listed(labels[name] for name in audit.metrics if name in labels) or "no figure",
        ]
        for audit in AUDITS
    ]
    return table(Table(["check", "what it looks at", "limit", "matters to"], rows))
