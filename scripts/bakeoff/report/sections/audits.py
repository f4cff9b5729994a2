"""The audits: what was checked of the measurement itself, and what that keeps out."""

from __future__ import annotations

from itertools import groupby

from bakeoff.audits.registry import AUDITS, amount, get
from bakeoff.language import phrase, phrases, retold
from bakeoff.metrics import registry
from bakeoff.report import audited
from bakeoff.report.data import Report, Row
from bakeoff.report.findings import sentence, sentences
from bakeoff.report.html import (
    NOTHING,
    Content,
    Html,
    Table,
    folded,
    joined,
    paragraph,
    table,
    tag,
    worded,
)
from bakeoff.report.numbers import listed, percentage
from bakeoff.report.parts import named

#: Audits that the finding names at most.
_MOST = 6


def finding(report: Report) -> Html:
    """Return how many checks failed or warned, and whose they are."""
    rows = [row for row in audited.rows(report) if row["passed"] is not None]
    if not rows:
        return paragraph(phrase("No request was sent, so there was nothing to check."), "finding")
    told = _fallen_short(rows)
    if not told:
        passed = phrases("The check passed.", "All {n} checks passed.", len(rows))
        return paragraph(passed, "finding")
    if not any(row["severity"] == "excludes" for row in rows if not row["passed"]):
        told.append(phrase("None keeps a figure out of this report"))
    return paragraph(sentences(sentence(text) for text in told), "finding")


def _fallen_short(rows: list[Row]) -> list[str]:
    """Return how many checks failed and how many warned, and whose; nothing where all passed."""
    found = {
        severity: [row for row in rows if not row["passed"] and row["severity"] == severity]
        for severity in ("excludes", "warns")
    }
    told = []
    if own := found["excludes"]:
        told.append(
            phrases(
                "{some} of {n} check failed: {which}",
                "{some} of {n} checks failed: {which}",
                len(rows),
                some=f"{len(own):,}",
                which=listed(_about(own)),
            )
        )
    if own := found["warns"]:
        told.append(
            phrases(
                "{some} of {n} check gave a warning: {which}",
                "{some} of {n} checks gave a warning: {which}",
                len(rows),
                some=f"{len(own):,}",
                which=listed(_about(own)),
            )
        )
    return told


def _about(rows: list[Row]) -> list[str]:
    """Return audits with whose they are: ``Answer length (demo-llama, latency)``."""
    about = list(
        dict.fromkeys(
            phrase(
                "{audit} ({candidate}, {stage})",
                audit=retold(get(str(row["audit"])).label),
                candidate=row["candidate"],
                stage=retold(str(row["stage"])),
            )
            for row in rows
        )
    )
    rest = len(about) - _MOST
    return [*about[:_MOST], phrases("{n} more", "{n} more", rest)] if rest > 0 else about


def tables(report: Report) -> Html:
    """Return a table for each stage of each candidate, and what each audit checks."""
    parts = [
        _stage(report, candidate, stage, list(rows))
        for (candidate, stage), rows in groupby(
            audited.rows(report), key=lambda row: (str(row["candidate"]), str(row["stage"]))
        )
    ]
    return (
        joined(parts) + folded(phrase("What each check looks at"), _explained())
        if parts
        else NOTHING
    )


def _stage(report: Report, candidate: str, stage: str, rows: list[Row]) -> Html:
    """Return what was found in one stage: what did not pass, then folded the rest."""
    verdicts = audited.verdicts(rows)
    bad = [one for one in verdicts if one.result not in {"passed", "untold"}]
    good = [one for one in verdicts if one.result == "passed"]
    untold = [one for one in verdicts if one.result == "untold"]
    words = worded(
        "{candidate} · {stage}: {found}",
        candidate=named(report, candidate),
        stage=retold(stage),
        found=_passed(len(good), len(bad)),
    )
    parts = [paragraph(words, "note")]
    if bad:
        parts.append(_table(bad, name=f"{candidate}/{stage}", explained=True))
    folds: list[Content] = []
    if good:
        folds.append(_table(good, name=f"{candidate}/{stage}"))
    if untold:
        folds += [paragraph(phrase("Not checked:")), tag("ul", [_untold(one) for one in untold])]
    summary = phrase(
        "Passed and not checked: {candidate}, {stage}", candidate=candidate, stage=retold(stage)
    )
    return joined(parts) + (folded(summary, joined(folds)) if folds else NOTHING)


def _passed(good: int, bad: int) -> str:
    """Return how many checks of a stage passed."""
    if not good and not bad:
        return phrase("nothing to check")
    if not bad:
        return phrases("all {n} check passed", "all {n} checks passed", good)
    return phrases(
        "{good} of {n} check passed", "{good} of {n} checks passed", good + bad, good=f"{good:,}"
    )


def _untold(one: audited.Verdict) -> Html:
    label, note = retold(one.audit.label), retold(str(one.row["note"] or ""))
    return tag("li", phrase("{audit}: {note}.", audit=label, note=note))


def _table(verdicts: list[audited.Verdict], *, name: str, explained: bool = False) -> Html:
    head = [
        phrase("check"),
        phrase("found"),
        phrase("limit"),
        phrase("result"),
        phrase("behind it"),
    ]
    shown: list[list[Content]] = [_cells(one, explained=explained) for one in verdicts]
    keys = [f"{name}/{one.audit.id}" for one in verdicts]
    return table(Table(head, shown, frozenset({1, 2}), "audits", keys))


def _cells(one: audited.Verdict, *, explained: bool) -> list[Content]:
    mark, words = audited.RESULTS[one.result]
    kind = {"passed": "ok", "excludes": "failed"}.get(one.result, one.result)
    told, checks = retold(one.audit.label), retold(one.audit.checks)
    label = tag("span", told, title=checks)
    if explained:
        label = tag("span", [told, " ", tag("small", checks)])
    unit = str(one.row["unit"])
    note = retold(str(one.row["note"] or ""))
    if one.of > 1:
        note = phrases(
            "in {some} of {n} load, here {load}: {note}",
            "in {some} of {n} loads, here {load}: {note}",
            one.of,
            some=one.loads,
            load=_load(one.row),
            note=note,
        )
    return [
        label,
        _amount(one.row["value"], unit),
        _amount(one.row["limit"], unit),
        tag("span", f"{mark} {phrase(words)}", class_=f"status {kind}"),
        note,
    ]


def _amount(value: object, unit: str) -> str:
    if value is None:
        return ""
    if unit == "share":
        return percentage(f"{100 * float(str(value)):.3g}")
    return amount(float(str(value)), retold(unit))


def _load(row: Row) -> str:
    """Return which load a row is about: ``4 streams of start 0``."""
    level, start = float(str(row["level"])), row["start_no"]
    if row["load"] == "open":
        return phrase("{rate} requests/s of start {start}", rate=f"{level:g}", start=start)
    return phrases(
        "{n} stream of start {start}", "{n} streams of start {start}", int(level), start=start
    )


def _explained() -> Html:
    """Return the table of all audits: what they check, their limits, what they matter to."""
    labels = {metric.id: retold(metric.label).replace(", ", " ") for metric in registry.METRICS}
    rows: list[list[Content]] = [
        [
            retold(audit.label),
            retold(audit.checks),
            retold(audit.limit),
            listed(labels[name] for name in audit.metrics if name in labels) or phrase("no figure"),
        ]
        for audit in AUDITS
    ]
    head = [phrase("check"), phrase("what it looks at"), phrase("limit"), phrase("matters to")]
    return table(Table(head, rows))
